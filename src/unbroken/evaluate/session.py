"""With what: client, platform, device and authentication flow, judged together because they depend on each other.

A legacy client carries no device state and starts no device code flow, and which Exchange ActiveSync clients are supported depends
on the platform (entra-docs, concept-conditional-access-conditions.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import TypeVar

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState
from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType, DevicePlatform, TransferMethod
from unbroken.evaluate.bits import Bits, certain, mask_of, masks_of, only_possible
from unbroken.evaluate.device_values import possible_values
from unbroken.evaluate.dimension import ATOM_LIMIT, Alternative, Dimension, distinct, hull
from unbroken.evaluate.people import EAS
from unbroken.evaluate.rule import Rule, evaluate_rule, parse_rule
from unbroken.evaluate.rule_attributes import EXTENSION_ATTRIBUTES, MANAGED_BY, visible_attributes
from unbroken.evaluate.rule_tokens import RuleError

E = TypeVar("E", bound=StrEnum)

EAS_PLATFORMS = frozenset({DevicePlatform.IOS, DevicePlatform.ANDROID, DevicePlatform.WINDOWS})
DEVICE_ATTRIBUTES = frozenset(
    {
        *("deviceid", "displayname", "deviceownership", "iscompliant", "manufacturer", "mdmappid", "model", "operatingsystem"),
        *("operatingsystemversion", "physicalids", "profiletype", "systemlabels", "trusttype", "enrollmentprofilename"),
        *(f"extensionattribute{n}" for n in range(1, 16)),
    }
)
"""What a device filter can ask about (entra-docs, concept-condition-filters-for-devices.md)."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What grant controls ask of client, device and flow."""

    legacy: bool
    device_code: bool
    compliant: bool
    hybrid: bool


class Sessions:
    """The client, platform, device and flow conditions of a policy set."""

    def __init__(self, policies: Sequence[ConditionalAccessPolicy]) -> None:
        """Fold the conditions into masks."""
        self._all = (1 << len(policies)) - 1
        conditions = [policy.conditions for policy in policies]
        self._clients = masks_of(each.client_app_types for each in conditions)
        self._platforms = (
            masks_of(each.platforms.include or () for each in conditions),
            masks_of(each.platforms.exclude for each in conditions),
        )
        self._flows = masks_of(each.transfer_methods for each in conditions)
        self._filters: dict[tuple[str, str], int] = defaultdict(int)
        for index, each in enumerate(conditions):
            if each.device_filter:
                self._filters[each.device_filter.mode, each.device_filter.rule] |= 1 << index
        self._any = {
            "clientApps": mask_of(not each.client_app_types or "all" in each.client_app_types for each in conditions),
            "devicePlatform": mask_of(not each.platforms.include for each in conditions),
            "devices": mask_of(each.device_filter is None for each in conditions),
            "authenticationFlow": mask_of(not each.transfer_methods - {"none"} for each in conditions),
        }
        self.rules = {text: _parsed(text) for _, text in self._filters}
        """Device filters by their text: parsed, or why they cannot be."""
        self._choices: dict[tuple[object, ...], tuple[Bits, ...]] = {}

    @cached_property
    def asked_attributes(self) -> frozenset[str]:
        """Return the device attributes that any filter asks about."""
        return frozenset(name for rule in self.rules.values() if isinstance(rule, Rule) for name in rule.attributes)

    def device_signature(self, device: DeviceState | None) -> tuple[object, ...]:
        """Return what tells devices apart here: two devices with one signature mean the same to every policy."""
        return tuple(
            (frozenset(self.device_choices(each)), each.get("iscompliant") is True, each.get("trusttype") == "ServerAD")
            for each in _possible_devices(device)
        )

    def dimension(self, request: AccessRequest) -> Dimension:
        """Return what the four conditions say of `request`, over every combination its missing facts allow."""
        options: list[Alternative] = []
        parts: dict[str, list[Bits]] = defaultdict(list)
        flows = _or_all(request.transfer_method, TransferMethod)
        legacy = [(UNREGISTERED, choice, TransferMethod.NONE) for choice in self.device_choices(UNREGISTERED)]
        modern = [
            (each, choice, flow) for each in _possible_devices(request.device) for choice in self.device_choices(each) for flow in flows
        ]
        for client, platform in product(_or_all(request.client, ClientAppType), _or_all(request.platform, DevicePlatform)):
            first = {"clientApps": self.client(client, platform), "devicePlatform": self.platform(platform)}
            for device, choice, flow in legacy if client in LEGACY_CLIENTS else modern:
                bits = first | {"devices": choice, "authenticationFlow": self.flow(flow)}
                options.append(Alternative(_all_of(bits), _shape(client, device, flow)))
                for name, part in bits.items():
                    parts[name].append(part)
        reasons = tuple((name, hull(found)) for name, found in parts.items())
        return Dimension(distinct(options), reasons, tuple(self._unknowns(request, dict(reasons))))

    def client(self, client: ClientAppType, platform: DevicePlatform) -> Bits:
        """Return the policies on the client; which Exchange ActiveSync clients are supported depends on the platform."""
        mask = self._any["clientApps"] | self._clients.get(client, 0)
        if client in EAS:
            mask |= self._clients.get(ClientAppType.EXCHANGE_ACTIVE_SYNC, 0)
            supported = platform in EAS_PLATFORMS or client is ClientAppType.EAS_SUPPORTED
            mask |= self._clients.get(ClientAppType.EAS_SUPPORTED, 0) if supported else 0
        return certain(mask)

    def platform(self, platform: DevicePlatform) -> Bits:
        """Return the policies on the platform."""
        include, exclude = ((masks.get("all", 0) | masks.get(platform, 0)) for masks in self._platforms)
        return certain((self._any["devicePlatform"] | include) & ~exclude)

    def flow(self, flow: TransferMethod) -> Bits:
        """Return the policies on the authentication flow."""
        return certain(self._any["authenticationFlow"] | (self._flows.get(flow, 0) if flow is not TransferMethod.NONE else 0))

    def device_choices(self, device: DeviceState) -> tuple[Bits, ...]:
        """Return what the filters say of `device`: an attribute has one value, and a rule one answer, in all policies."""
        answers = {text: self._matches(rule, device) for text, rule in self.rules.items()}
        open_ = {text: rule for text, rule in self.rules.items() if isinstance(rule, Rule) and answers[text] is None}
        if not open_:
            return (self._device(answers),)
        shown = _relevant(device, open_.values())
        key = (*answers.values(), str(shown))
        if key not in self._choices:
            self._choices[key] = tuple(dict.fromkeys(self._device(answers | chosen) for chosen in _answers(open_, shown)))
        return self._choices[key]

    def _device(self, answers: Mapping[str, bool | None]) -> Bits:
        bits = certain(self._any["devices"])
        for (mode, text), mask in self._filters.items():
            answer = answers[text]
            bits |= only_possible(mask) if answer is None else certain(mask if answer is (mode == "include") else 0)
        return bits

    def matches(self, text: str, device: DeviceState) -> bool | None:
        """Return whether the filter with this text is true of `device`; None when that cannot be told."""
        return self._matches(self.rules[text], device)

    def _matches(self, rule: Rule | str, device: DeviceState) -> bool | None:
        if not isinstance(rule, Rule):
            return None
        return evaluate_rule(rule, visible_attributes(dict(device.attributes)), _in_doubt(device))

    def _unknowns(self, request: AccessRequest, bits: dict[str, Bits]) -> Iterator[tuple[int, str]]:
        for name, value, text in (
            ("clientApps", request.client, "client app (signInConditions.clientAppType)"),
            ("devicePlatform", request.platform, "device platform (signInConditions.devicePlatform)"),
            ("authenticationFlow", request.transfer_method, "authentication flow (signInConditions.authenticationFlow)"),
            ("devices", request.device, "device (signInConditions.deviceInfo)"),
        ):
            if value is None:
                yield bits[name].unknown, text
        if request.client is None:
            # A legacy client has no device state and no flow, whatever the request says of them.
            given = (("devices", request.device), ("authenticationFlow", request.transfer_method))
            yield from ((bits[name].unknown, "client app (signInConditions.clientAppType)") for name, value in given if value is not None)
        if request.platform is None:
            text = "device platform (signInConditions.devicePlatform), which tells supported Exchange ActiveSync clients"
            yield bits["clientApps"].unknown & self._clients.get(ClientAppType.EAS_SUPPORTED, 0), text
        if request.device is not None and request.device.partial:
            yield bits["devices"].unknown, "device attributes the log does not carry (devices)"
        for (_, text), mask in self._filters.items():
            if not isinstance(self.rules[text], Rule):
                yield mask, f"what the device filter says: {self.rules[text]}"
            elif request.device is not None and not request.device.partial:
                yield (
                    bits["devices"].unknown & mask,
                    f"device attributes of the kind that the filter {text} asks for (signInConditions.deviceInfo)",
                )


def _or_all(value: E | None, kinds: type[E]) -> tuple[E, ...]:
    return (value,) if value is not None else tuple(kinds)


def _all_of(parts: dict[str, Bits]) -> Bits:
    client, platform, device, flow = parts.values()
    return client & platform & device & flow


def _shape(client: ClientAppType, device: DeviceState, flow: TransferMethod) -> Shape:
    return Shape(
        legacy=client in LEGACY_CLIENTS,
        device_code=flow is TransferMethod.DEVICE_CODE,
        compliant=device.get("iscompliant") is True,
        hybrid=device.get("trusttype") == "ServerAD",
    )


def _possible_devices(device: DeviceState | None) -> tuple[DeviceState, ...]:
    """Return the states a device can be in: of one not fully known each that grant controls tell apart."""
    if device is not None and not device.partial:
        return (device,)
    shown = dict(device.attributes) if device else {}
    unregistered = () if device else (UNREGISTERED,)
    compliance = (shown["iscompliant"],) if shown.get("iscompliant") is not None else (True, False, None)
    trust = (shown["trusttype"],) if shown.get("trusttype") else ("AzureAD", "ServerAD", "Workplace", *([] if device else [None]))
    return (
        *unregistered,
        *(
            DeviceState(attributes=tuple(sorted((shown | {"iscompliant": is_compliant, "trusttype": kind}).items())), partial=True)
            for is_compliant, kind in product(compliance, trust)
        ),
    )


def _hidden(device: DeviceState) -> frozenset[str]:
    """Return the attributes of which nobody knows what they are."""
    return DEVICE_ATTRIBUTES - dict(device.attributes).keys() if device.partial else frozenset()


def _in_doubt(device: DeviceState) -> frozenset[str]:
    """Return the hidden attributes, and those of which nobody knows whether filters see them."""
    hidden = _hidden(device)
    if MANAGED_BY not in hidden or device.get("iscompliant") is True or device.get("trusttype") == "ServerAD":
        return hidden
    return hidden | EXTENSION_ATTRIBUTES


def _relevant(device: DeviceState, rules: Iterable[Rule]) -> DeviceState:
    """Return what `rules` can see or depend on of `device`: devices alike in this are answered alike."""
    names = {MANAGED_BY, "iscompliant", "trusttype"}.union(*(rule.attributes for rule in rules))
    return DeviceState(attributes=tuple((name, value) for name, value in device.attributes if name in names), partial=device.partial)


def _answers(rules: Mapping[str, Rule], device: DeviceState) -> Iterator[dict[str, bool | None]]:
    """Yield every way to answer `rules`, all of them open, for `device`.

    If the values of the attributes they ask about are too many, or tell too many ways apart, some rules are answered both ways each
    by itself, which allows more than there can be; the others get no answer.
    """
    known, values = dict(device.attributes), possible_values(rules.values(), _hidden(device))
    found = dict.fromkeys(tuple(evaluate_rule(rule, visible_attributes(known | more)) for rule in rules.values()) for more in values or ())
    if found and len(found) <= 2**ATOM_LIMIT:
        yield from (dict(zip(rules, answers, strict=True)) for answers in found)
        return
    for choice in product((False, True), repeat=min(len(rules), ATOM_LIMIT)):
        yield dict[str, bool | None](zip(rules, choice, strict=False))


def _parsed(text: str) -> Rule | str:
    try:
        return parse_rule(text)
    except RuleError as error:
        return str(error)
