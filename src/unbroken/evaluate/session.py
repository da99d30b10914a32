"""With what: client, platform, device and authentication flow, judged together because they depend on each other.

A legacy client carries no device state and starts no device code flow, and which Exchange ActiveSync clients are supported depends
on the platform (entra-docs, concept-conditional-access-conditions.md).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from itertools import product
from typing import TypeVar

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState
from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType, DevicePlatform, TransferMethod
from unbroken.evaluate.bits import Bits, certain, only_possible
from unbroken.evaluate.dimension import ATOM_LIMIT, Alternative, Dimension, distinct, hull
from unbroken.evaluate.people import EAS
from unbroken.evaluate.rule import Rule, evaluate_rule, parse_rule
from unbroken.evaluate.rule_attributes import visible_attributes
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
        self._clients: dict[str, int] = defaultdict(int)
        self._platforms: tuple[dict[str, int], dict[str, int]] = (defaultdict(int), defaultdict(int))
        self._flows: dict[str, int] = defaultdict(int)
        self._any = dict.fromkeys(("clientApps", "devicePlatform", "devices", "authenticationFlow"), 0)
        self._filters: dict[tuple[str, str], int] = defaultdict(int)
        for index, policy in enumerate(policies):
            self._add(1 << index, policy)
        self._rules = {text: _parsed(text) for _, text in self._filters}

    def _add(self, bit: int, policy: ConditionalAccessPolicy) -> None:
        conditions = policy.conditions
        for client in conditions.client_app_types:
            self._clients[client] |= bit
        for names, masks in zip((conditions.platforms.include or (), conditions.platforms.exclude), self._platforms, strict=True):
            for name in names:
                masks[name] |= bit
        for method in conditions.transfer_methods:
            self._flows[method] |= bit
        if conditions.device_filter:
            self._filters[conditions.device_filter.mode, conditions.device_filter.rule] |= bit
        self._any["clientApps"] |= 0 if conditions.client_app_types - {"all"} and "all" not in conditions.client_app_types else bit
        self._any["devicePlatform"] |= 0 if conditions.platforms.include else bit
        self._any["devices"] |= 0 if conditions.device_filter else bit
        self._any["authenticationFlow"] |= 0 if conditions.transfer_methods - {"none"} else bit

    @cached_property
    def asked_attributes(self) -> frozenset[str]:
        """Return the device attributes that any filter asks about."""
        return frozenset(name for rule in self._rules.values() if isinstance(rule, Rule) for name in rule.attributes)

    def device_signature(self, device: DeviceState | None) -> tuple[object, ...]:
        """Return what tells devices apart here: two devices with one signature mean the same to every policy."""
        possible = [device] if device is not None and not device.partial else list(_possible_devices(device))
        return tuple((self._device(each, {}), each.get("iscompliant") is True, each.get("trusttype") == "ServerAD") for each in possible)

    def dimension(self, request: AccessRequest) -> Dimension:
        """Return what the four conditions say of `request`, over every combination its missing facts allow."""
        options: list[Alternative] = []
        parts: dict[str, list[Bits]] = defaultdict(list)
        for client, platform in product(_or_all(request.client, ClientAppType), _or_all(request.platform, DevicePlatform)):
            first = {"clientApps": self._client(client, platform), "devicePlatform": self._platform(platform)}
            for device, flow in self._companions(request, client):
                for devices in self._device_choices(device):
                    bits = first | {"devices": devices, "authenticationFlow": self._flow(flow)}
                    options.append(Alternative(_all_of(bits), _shape(client, device, flow)))
                    for name, part in bits.items():
                        parts[name].append(part)
        reasons = tuple((name, hull(found)) for name, found in parts.items())
        return Dimension(distinct(options), reasons, tuple(self._unknowns(request, dict(reasons))))

    def _companions(self, request: AccessRequest, client: ClientAppType) -> Iterator[tuple[DeviceState, TransferMethod]]:
        if client in LEGACY_CLIENTS:
            yield UNREGISTERED, TransferMethod.NONE
            return
        devices = [request.device] if request.device is not None and not request.device.partial else list(_possible_devices(request.device))
        yield from product(devices, _or_all(request.transfer_method, TransferMethod))

    def _client(self, client: ClientAppType, platform: DevicePlatform) -> Bits:
        mask = self._any["clientApps"] | self._clients.get(client, 0)
        if client in EAS:
            mask |= self._clients.get(ClientAppType.EXCHANGE_ACTIVE_SYNC, 0)
            supported = platform in EAS_PLATFORMS or client is ClientAppType.EAS_SUPPORTED
            mask |= self._clients.get(ClientAppType.EAS_SUPPORTED, 0) if supported else 0
        return certain(mask)

    def _platform(self, platform: DevicePlatform) -> Bits:
        include, exclude = ((masks.get("all", 0) | masks.get(platform, 0)) for masks in self._platforms)
        return certain((self._any["devicePlatform"] | include) & ~exclude)

    def _flow(self, flow: TransferMethod) -> Bits:
        return certain(self._any["authenticationFlow"] | (self._flows.get(flow, 0) if flow is not TransferMethod.NONE else 0))

    def _device_choices(self, device: DeviceState) -> Iterator[Bits]:
        """Yield what the filters say of `device`: one answer to a rule holds in all policies with that rule."""
        open_ = [text for text, rule in self._rules.items() if isinstance(rule, Rule) and self._matches(text, device) is None]
        for choice in product((False, True), repeat=min(len(open_), ATOM_LIMIT)):
            yield self._device(device, dict(zip(open_, choice, strict=False)))

    def _device(self, device: DeviceState, assumed: Mapping[str, bool]) -> Bits:
        bits = certain(self._any["devices"])
        for (mode, text), mask in self._filters.items():
            answer = assumed.get(text, self._matches(text, device))
            bits |= only_possible(mask) if answer is None else certain(mask if answer is (mode == "include") else 0)
        return bits

    def _matches(self, text: str, device: DeviceState) -> bool | None:
        rule = self._rules[text]
        if not isinstance(rule, Rule):
            return None
        known = dict(device.attributes)
        hidden = DEVICE_ATTRIBUTES - known.keys() if device.partial else frozenset()
        return evaluate_rule(rule, known if device.partial else visible_attributes(known), frozenset(hidden))

    def _unknowns(self, request: AccessRequest, bits: dict[str, Bits]) -> Iterator[tuple[int, str]]:
        for name, value, text in (
            ("clientApps", request.client, "client app (signInConditions.clientAppType)"),
            ("devicePlatform", request.platform, "device platform (signInConditions.devicePlatform)"),
            ("authenticationFlow", request.transfer_method, "authentication flow (signInConditions.authenticationFlow)"),
            ("devices", request.device, "device (signInConditions.deviceInfo)"),
        ):
            if value is None:
                yield bits[name].unknown, text
        if request.platform is None:
            text = "device platform (signInConditions.devicePlatform), which tells supported Exchange ActiveSync clients"
            yield bits["clientApps"].unknown & self._clients.get(ClientAppType.EAS_SUPPORTED, 0), text
        if request.device is not None and request.device.partial:
            yield bits["devices"].unknown, "device attributes the log does not carry (devices)"
        for (_, text), mask in self._filters.items():
            if not isinstance(self._rules[text], Rule):
                yield mask, f"what the device filter says: {self._rules[text]}"


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


def _possible_devices(partial: DeviceState | None) -> Iterator[DeviceState]:
    """Yield the states an unknown device can be in, as far as grant controls and the attributes we follow tell them apart."""
    shown = dict(partial.attributes) if partial else {}
    if partial is None:
        yield UNREGISTERED
    compliance = (shown["iscompliant"],) if shown.get("iscompliant") is not None else (True, False)
    trust = (shown["trusttype"],) if shown.get("trusttype") else ("AzureAD", "ServerAD", "Workplace")
    for is_compliant, trust_type in product(compliance, trust):
        attributes = shown | {"iscompliant": is_compliant, "trusttype": trust_type}
        yield DeviceState(attributes=tuple(sorted(attributes.items())), partial=True)


def _parsed(text: str) -> Rule | str:
    try:
        return parse_rule(text)
    except RuleError as error:
        return str(error)
