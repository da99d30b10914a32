"""Small tenants of which everything is known, written and read as Graph's JSON, for tests of proofs over all sign-ins."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from builders import MFA_STRENGTH, PHISHING_RESISTANT_STRENGTH, Record, guid, registration, user, write_tenant
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.diagram import Box
from unbroken.prove.prover import Prover
from unbroken.prove.space import ADDRESS, DEVICE, TARGET, WHO, Space
from unbroken.sources.tenant import read_tenant

SECONDS = ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
PHISHING_RESISTANT = ("windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor")
STRENGTHS = [
    {
        "id": MFA_STRENGTH,
        "displayName": "Multifactor authentication",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": [*PHISHING_RESISTANT, "deviceBasedPush", *(f"password,{second}" for second in SECONDS)],
    },
    {
        "id": PHISHING_RESISTANT_STRENGTH,
        "displayName": "Phishing-resistant MFA",
        "requirementsSatisfied": "mfa",
        "allowedCombinations": [*PHISHING_RESISTANT],
    },
]
FIDO2_FOR_ALL = {
    "authenticationMethodConfigurations": [
        {"id": "Fido2", "state": "enabled", "includeTargets": [{"id": "all_users"}], "excludeTargets": []}
    ]
}
MakeTenant = Callable[..., Snapshot]


def strength(name: str, *combinations: str, **properties: Any) -> Record:
    """Return an authentication strength that satisfies MFA."""
    made = {"id": guid(name), "displayName": name, "requirementsSatisfied": "mfa", "allowedCombinations": [*combinations]}
    return made | properties


def trust(*partners: Record, **flags: bool) -> Record:
    """Return inbound trust: by default nothing; `flags` are those of the default, each of `partners` is `partner(...)`."""
    return {"default": {"inboundTrust": _trusted(**flags)}, "partners": [*partners]}


def partner(name: str, **flags: bool) -> Record:
    """Return the inbound trust in one home tenant."""
    return {"tenantId": guid(name), "inboundTrust": _trusted(**flags)}


def _trusted(*, mfa: bool = False, compliant: bool = False, hybrid: bool = False) -> Record:
    return {"isMfaAccepted": mfa, "isCompliantDeviceAccepted": compliant, "isHybridAzureADJoinedDeviceAccepted": hybrid}


def per_user_mfa(**states: str) -> list[Record]:
    """Return the per-user MFA state of users by name."""
    return [{"id": guid(name), "perUserMfaState": state} for name, state in states.items()]


def read(path: Path, *policies: Record, facts: str = "", **collections: Any) -> Snapshot:
    """Return a complete tenant of Ann, who has a security key, with `policies`; a collection of None is one that was not exported."""
    whole: dict[str, Any] = {
        "conditionalAccessPolicies": [*policies],
        "users": [user("ann")],
        "groups": [],
        "directoryRoles": [],
        "servicePrincipals": [],
        "devices": [],
        "namedLocations": [],
        "authenticationStrengthPolicies": STRENGTHS,
        "userRegistrationDetails": [registration("ann", "fido2SecurityKey")],
        "userAuthenticationRequirements": [],
        "authenticationMethodsPolicy": FIDO2_FOR_ALL,
        "identitySecurityDefaultsEnforcementPolicy": {"isEnabled": False},
        "crossTenantAccessPolicy": trust(),
    }
    given = {name: records for name, records in (whole | collections).items() if records is not None}
    return read_tenant(write_tenant(path, facts=facts, **given))


def prover(snapshot: Snapshot) -> Prover:
    """Return what answers questions about all sign-ins to the tenant."""
    return Prover(Engine(PolicyTable(snapshot)))


def names(ids: Iterable[str], *known: str) -> set[str]:
    """Return which of the `known` names stand behind `ids`; an id of none of them stays as it is."""
    called = {guid(name): name for name in known}
    return {called.get(each, each) for each in ids}


def sign_in(space: Space, **values: Any) -> Box:
    """Return one sign-in as a box: of every dimension its first class, unless `values` (keys of `LOOKS_LIKE`, or `user`) say otherwise."""
    point = dict.fromkeys(space.names, 1)
    for name, value in values.items():
        if name == "user":
            point[WHO] = space.who.of([guid(value)])
        else:
            point[name] = _class_of(space, name, value)
    return tuple(point[name] for name in space.names)


def _class_of(space: Space, name: str, value: Any) -> int:
    """Return the class (as a bit) of the value; raise when it is in none, so that a slip of the test is no answer."""
    if name == ADDRESS:
        found = space.engine.table.networks.places.matching(value)
        value = found.true if found else None
    members = space.aspects[name].members
    return next(1 << at for at, kept in enumerate(members) if any(LOOKS_LIKE.get(name, str)(each) == value for each in kept))


LOOKS_LIKE: dict[str, Callable[[Any], Any]] = {
    ADDRESS: lambda spot: spot.inside,
    TARGET: lambda asked: asked.name,
    DEVICE: lambda device: dict(device.attributes),
}
"""What stands for a value in a test, where it is not the word itself: of an address the named locations that hold it."""


def inside(boxes: Iterable[Box], point: Box) -> bool:
    """Return whether the sign-in `point` lies in one of `boxes`; a point of several people lies in when all do."""
    return any(all(mine & theirs == mine for mine, theirs in zip(point, box, strict=True)) for box in boxes)


def applies(space: Space, policy: int, **values: Any) -> bool | None:
    """Return whether a policy's assignments and conditions hold in a sign-in; None when that is open."""
    point = sign_in(space, **values)
    if inside(space.boxes(policy, sure=True), point):
        return True
    return None if inside(space.boxes(policy, sure=False), point) else False
