"""All sign-ins over a few values of every dimension of a generated tenant, each judged by the naive reading in `oracle`.

A policy is all of its conditions together, so each condition is asked of `oracle` for every combination of the dimensions that it reads,
and a grid is their conjunction, as arrays with one axis a dimension. `test_sign_in_grid` asks single sign-ins again, as a whole.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import product
from math import prod
from operator import and_
from typing import Any

import numpy as np
import numpy.typing as npt

from builders import guid
from oracle import (
    CONFIDENTIAL,
    LEGACY,
    NATIVE,
    NotSaid,
    client_fits,
    device_fits,
    is_assigned,
    is_target,
    per_user_mfa,
    place_fits,
    platform_fits,
)
from unbroken.entra.policy import ConditionalAccessPolicy, Grant
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState, Identity, SessionFacts
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, InsiderRiskLevel, TransferMethod, UserAction
from unbroken.entra.well_known import AZURE_AD_GRAPH, MICROSOFT_GRAPH
from ways_in import NOTHING_YET, Ways, circumstances, requirements
from worlds import ADDRESSES, ANN, APPS, BOB, CONTEXTS, COUNTRIES, DEVICES, EXCHANGE, EXTERNAL, GAIL, IAN, MEL, SHOP, TENANTS, USER_RISKS

Array = npt.NDArray[np.bool_]
ELSEWHERE, UNNAMED = guid("a tenant that nobody names"), guid("an app that nobody names")
WHO, TARGET, CLIENT, PLATFORM, DEVICE, FLOW = "users", "applications", "clients", "platforms", "devices", "flows"
ADDRESS, COUNTRY, SIGN_IN_RISK, USER_RISK, INSIDER_RISK = "addresses", "countries", "signInRisk", "userRisk", "insiderRisk"
AXES = (WHO, TARGET, CLIENT, PLATFORM, DEVICE, FLOW, ADDRESS, COUNTRY, SIGN_IN_RISK, USER_RISK, INSIDER_RISK)
FIELDS = (
    *("identity", "", "client", "platform", "device", "transfer_method"),
    *("ip_address", "country", "sign_in_risk", "user_risk", "insider_risk"),
)
"""By axis the field of a request that its values fill; what is asked for fills several."""
MANAGED = DeviceState(attributes=(("extensionattribute1", "SAW"), ("mdmappid", guid("another manager")), ("trusttype", "Workplace")))
"""Neither compliant nor joined, and yet its extension attributes are seen."""
SIGN_IN_ONLY = frozenset({"email"})
FULL, OF_NATIVE, OF_CONFIDENTIAL = frozenset({"Mail.Read"}), frozenset({"User.Read", "People.Read"}), frozenset({"User.Read.All"})


def _homes(user: str) -> list[Identity]:
    return [Identity(user_id=user, home_tenant_id=home) for home in (*TENANTS, ELSEWHERE)]


IDENTITIES = [
    *(Identity(user_id=user) for user in (ANN, BOB, IAN)),
    *_homes(GAIL),
    *_homes(MEL),
    *EXTERNAL,
    *(Identity(guest_kind=each.guest_kind, home_tenant_id=ELSEWHERE) for each in EXTERNAL[:: len(TENANTS)]),
]
TARGETS: list[dict[str, Any]] = [
    *({"apps": (app,)} for app in (*APPS, UNNAMED)),
    *(
        {"apps": (graph,), "facts": SessionFacts(requested_scopes=scopes, client_is_public=public)}
        for graph in (MICROSOFT_GRAPH, AZURE_AD_GRAPH)
        for scopes, public in ((FULL, True), (OF_NATIVE, True), (OF_CONFIDENTIAL, False))
    ),
    *(
        {"apps": (MICROSOFT_GRAPH,), "facts": SessionFacts(requested_scopes=SIGN_IN_ONLY, client_app_id=client, client_is_public=False)}
        for client in (SHOP, EXCHANGE)
    ),
    *({"user_action": action} for action in UserAction),
    *({"authentication_context": each} for each in (*CONTEXTS, "c7")),
]
EVERY_VALUE: Mapping[str, Sequence[Any]] = dict(
    zip(
        AXES,
        (
            *(IDENTITIES, TARGETS, list(ClientAppType), list(DevicePlatform), (*DEVICES, MANAGED), list(TransferMethod)),
            *((*ADDRESSES, "203.0.113.9"), COUNTRIES, USER_RISKS, USER_RISKS, list(InsiderRiskLevel)),
        ),
        strict=True,
    )
)
LIMIT = 40_000
"""Sign-ins of one grid."""


def scopes_of(facts: SessionFacts | None) -> str:
    """Return in a word which scopes are asked for: within the baseline of native or of confidential clients, or beyond."""
    if facts is None or facts.requested_scopes is None:
        return ""
    baseline = (NATIVE, "native") if facts.client_is_public else (CONFIDENTIAL, "confidential")
    return baseline[1] if facts.requested_scopes <= baseline[0] else "beyond"


def axes_for(tenant: Snapshot, turn: int) -> dict[str, Sequence[Any]]:
    """Return values of every dimension: all of them where some policy reads it, else one; which one, and what goes first, `turn` says."""
    read = {name for policy in tenant.policies.records if policy.state != "disabled" for name in _read(policy)}
    read |= {ADDRESS} if tenant.per_user_mfa.records else set()  # asked outside the MFA service's trusted addresses only
    found = {name: values if name in {WHO, TARGET, CLIENT, *read} else [values[turn % len(values)]] for name, values in EVERY_VALUE.items()}
    found[DEVICE] = [UNREGISTERED, *(each for each in found[DEVICE] if each != UNREGISTERED)]
    found[FLOW] = [TransferMethod.NONE, *(each for each in found[FLOW] if each != TransferMethod.NONE)]
    while prod(map(len, found.values())) > LIMIT:
        widest = max((name for name in AXES if name not in {WHO, TARGET, CLIENT}), key=lambda name: len(found[name]))
        kept = list(found[widest])
        kept.pop(turn % (len(kept) - 1) + 1)
        found[widest] = kept
    return found


def _read(policy: ConditionalAccessPolicy) -> set[str]:
    """Return the dimensions that a policy reads besides who, what and with which client."""
    wanted, grant = policy.conditions, policy.grant
    on_devices = bool(grant.controls & {"compliantDevice", "domainJoinedDevice"})
    said = {
        PLATFORM: bool(wanted.platforms.include) or bool(wanted.client_app_types & {"exchangeActiveSync", "easSupported"}),
        DEVICE: wanted.device_filter is not None or on_devices,
        FLOW: bool(wanted.transfer_methods) or on_devices,
        ADDRESS: wanted.locations.include is not None,
        COUNTRY: wanted.locations.include is not None,
        SIGN_IN_RISK: bool(wanted.sign_in_risk),
        USER_RISK: bool(wanted.user_risk),
        INSIDER_RISK: bool(wanted.insider_risk),
    }
    return {name for name, is_read in said.items() if is_read}


@dataclass(frozen=True)
class Fits:
    """Where a condition, or a whole policy, surely holds, and where it may: nobody says of every app in which bundle it is."""

    sure: Array
    possible: Array

    def __and__(self, other: Fits) -> Fits:
        """Return where both hold."""
        return Fits(self.sure & other.sure, self.possible & other.possible)


class Grid:
    """The sign-ins over `axes` to one tenant."""

    def __init__(self, tenant: Snapshot, axes: Mapping[str, Sequence[Any]]) -> None:
        """Ask of every policy where it applies."""
        self.tenant, self.axes = tenant, axes
        self.shape = tuple(len(axes[name]) for name in AXES)
        self.valid = self.where((CLIENT, DEVICE, FLOW), _can_be)
        self.fits = {policy.id: self._fits(policy) for policy in tenant.policies.records}

    def where(self, names: Sequence[str], holds: Callable[..., bool]) -> Array:
        """Return for every combination of values of the axes `names` (in order) whether it holds, in a shape that fits the grid."""
        found = [holds(*values) for values in product(*(self.axes[name] for name in names))]
        return np.array(found, dtype=bool).reshape([len(self.axes[name]) if name in names else 1 for name in AXES])

    def asked(self, names: Sequence[str], holds: Callable[[AccessRequest], bool]) -> Array:
        """Return the same of sign-ins, of which only `names` are filled in."""
        return self.where(names, lambda *values: holds(request_of(dict(zip(names, values, strict=True)))))

    def granted(self, ways: Ways, mask: Sequence[ConditionalAccessPolicy], *, sure: bool) -> Array:
        """Return the sign-ins that get in under the policies `mask` without what is needed: surely, or perhaps."""
        found = self.valid & ~self._alike(ways.done_already)
        for policy in mask:
            lets_in = self._lets_in(ways, policy.grant)
            found = found & (lets_in | ~(self.fits[policy.id].possible if sure else self.fits[policy.id].sure))
        return found & (self._lets_in(ways, Grant(controls=frozenset({"mfa"}))) | ~self.per_user())

    def _lets_in(self, ways: Ways, grant: Grant) -> Array:
        return self._alike(lambda request: ways.through(grant, request))

    def _alike(self, holds: Callable[[AccessRequest], bool]) -> Array:
        """Return the same of what grant controls tell apart: asked once for all sign-ins in the same circumstances."""
        examples, position = self._circumstances
        return np.array([holds(example) for example in examples], dtype=bool)[position]

    @cached_property
    def _circumstances(self) -> tuple[list[AccessRequest], npt.NDArray[np.intp]]:
        """Return one sign-in for each of the circumstances, and which of them is that of each sign-in."""
        found: dict[object, tuple[int, AccessRequest]] = {}
        position: list[int] = []
        names = (WHO, CLIENT, DEVICE, FLOW)
        for values in product(*(self.axes[name] for name in names)):
            request = request_of(dict(zip(names, values, strict=True)))
            position.append(found.setdefault(circumstances(self.tenant, request), (len(found), request))[0])
        shape = [len(self.axes[name]) if name in names else 1 for name in AXES]
        return [example for _, example in found.values()], np.array(position).reshape(shape)

    def per_user(self) -> Array:
        """Return the sign-ins that per-user MFA asks."""
        on = {user for user, state in self.tenant.per_user_mfa.records if state != "disabled"}

        def asked(request: AccessRequest) -> bool:
            return request.identity.user_id in on and per_user_mfa(self.tenant, request, NOTHING_YET, can_register=False) != "allow"

        return self.asked((WHO, CLIENT, ADDRESS), asked)

    def caught(self, *, sure: bool) -> Array:
        """Return the sign-ins of which an enabled or report-only policy, or per-user MFA, demands something."""
        found = self.per_user() & self.valid
        for policy in self.tenant.policies.records:
            if policy.grant and policy.state != "disabled":
                found = found | (self.valid & (self.fits[policy.id].sure if sure else self.fits[policy.id].possible))
        return found

    def stricter(self, old: Sequence[ConditionalAccessPolicy], new: Sequence[ConditionalAccessPolicy], *, sure: bool) -> Array:
        """Return the sign-ins that `old` lets in without something that `new` requires of them."""
        found = np.zeros(self.shape, dtype=bool)
        for policy in new:
            for needs in requirements(policy.grant):
                ways = Ways(self.tenant, needs)
                where = self.fits[policy.id].sure if sure else self.fits[policy.id].possible
                found = found | (where & self.granted(ways, old, sure=sure))
        return found

    def _fits(self, policy: ConditionalAccessPolicy) -> Fits:
        """Return where a policy applies: all of its conditions together."""
        tenant, wanted = self.tenant, policy.conditions
        include, exclude = wanted.locations.include, wanted.locations.exclude
        holds = [
            self.asked((WHO, CLIENT), lambda request: is_assigned(tenant, policy, request)),
            self.asked((CLIENT, PLATFORM), lambda request: client_fits(wanted.client_app_types, request)),
        ]
        if wanted.platforms.include:
            holds.append(self.where((PLATFORM,), lambda it: platform_fits(wanted.platforms.include, wanted.platforms.exclude, str(it))))
        if include is not None:
            holds.append(self.asked((ADDRESS, COUNTRY), lambda request: place_fits(tenant, include, exclude, request)))
        if (filter_ := wanted.device_filter) is not None:
            holds.append(self.asked((DEVICE,), lambda request: device_fits(filter_.rule, request) is (filter_.mode == "include")))
        sides = (wanted.sign_in_risk, wanted.user_risk, wanted.insider_risk, wanted.transfer_methods)
        for name, chosen in zip((SIGN_IN_RISK, USER_RISK, INSIDER_RISK, FLOW), sides, strict=True):
            if chosen:
                holds.append(self.where((name,), chosen.__contains__))
        both = reduce(and_, holds)
        return Fits(both, both) & self._target(policy)

    def _target(self, policy: ConditionalAccessPolicy) -> Fits:
        def answer(request: AccessRequest, otherwise: bool) -> bool:
            try:
                return is_target(self.tenant, policy, request)
            except NotSaid:
                return otherwise

        return Fits(*(self.asked((TARGET,), lambda request, may=may: answer(request, may)) for may in (False, True)))


def request_of(values: Mapping[str, Any]) -> AccessRequest:
    """Return a sign-in with `values` by axis; what is not among them is not known."""
    said = {FIELDS[AXES.index(name)]: value for name, value in values.items() if name != TARGET}
    return AccessRequest(**{"identity": Identity(), **said, **values.get(TARGET, {})})


def _can_be(client: ClientAppType, device: object, flow: TransferMethod) -> bool:
    """Return that a legacy client carries no device state and begins no authentication flow."""
    return client not in LEGACY or (device == UNREGISTERED and flow == TransferMethod.NONE)
