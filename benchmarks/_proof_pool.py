"""What the families of policy sets share: the words of a policy, short forms of its parts, and what a tenant has to name."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random

from _proof_ids import POLICY, guid
from _proof_tenant import BREAK_GLASS, PHISHING_RESISTANT, departments, overlapping

from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Grant, Sides, Target, UserScope
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import ClientAppType, Control, DevicePlatform, PolicyState

Policies = tuple[ConditionalAccessPolicy, ...]

CLIENTS = tuple(str(each) for each in ClientAppType if each is not ClientAppType.EAS_SUPPORTED)
"""The words that cover every client; `exchangeActiveSync` takes in what `easSupported` does."""
MODERN, LEGACY = frozenset(CLIENTS[:2]), frozenset(CLIENTS[2:])
PLATFORMS = tuple(str(each) for each in DevicePlatform if each is not DevicePlatform.UNKNOWN)
RISKS = ("none", "low", "medium", "high")
DEVICE_RULES = (
    "device.isCompliant -eq True",
    'device.trustType -eq "ServerAD"',
    'device.isCompliant -eq True -or device.trustType -eq "ServerAD"',
    'device.extensionAttribute1 -eq "SAW"',
    'device.displayName -startsWith "KIOSK"',
)
EVERY_APP = Target(all_apps=True)
SESSION_CONTROLS = (("signInFrequency", {"value": 4, "type": "hours", "isEnabled": True}),)


def grant(*controls: str, operator: str = "OR") -> Grant:
    """Return a grant of built-in controls."""
    return Grant(operator=operator, controls=frozenset(controls))


MFA, BLOCK, COMPLIANT, HYBRID = Control.MFA, Control.BLOCK, Control.COMPLIANT_DEVICE, Control.DOMAIN_JOINED_DEVICE
STRONG = Grant(strength=PHISHING_RESISTANT)
OUTSIDE_TRUSTED = Sides(include=frozenset({ALL_LOCATIONS}), exclude=frozenset({ALL_TRUSTED}))


def policy(
    number: int, name: str, demand: Grant, users: tuple[UserScope, UserScope], target: Target = EVERY_APP, **conditions: object
) -> ConditionalAccessPolicy:
    """Return an enabled policy; `conditions` are members of `Conditions`."""
    return ConditionalAccessPolicy(
        id=guid(POLICY, number),
        display_name=f"CA{number:03} {name}",
        state=PolicyState.ENABLED,
        users=users,
        target=target,
        conditions=Conditions(**conditions),  # type: ignore[arg-type]
        grant=demand,
        session_controls=() if demand else SESSION_CONTROLS,
    )


def people(include: UserScope, *but: str) -> tuple[UserScope, UserScope]:
    """Return an assignment without the emergency accounts and the groups `but`."""
    return include, UserScope(groups=frozenset({BREAK_GLASS, *but}))


def everyone(*but: str) -> tuple[UserScope, UserScope]:
    """Return an assignment to all users, guests and externals among them, with the same exclusions."""
    return people(UserScope(everyone=True), *but)


def except_(values: Iterable[str], everything: str = "all") -> Sides:
    """Return a condition on all but `values`."""
    return Sides(include=frozenset({everything}), exclude=frozenset(values))


@dataclass(frozen=True)
class Pool:
    """What the tenant has for policies to name, and the chance that draws from it."""

    chance: Random
    departments: Sequence[str]
    overlapping: Sequence[str]
    roles: Sequence[str]
    users: Sequence[str]
    apps: Sequence[str]
    countries: Sequence[str]
    locations: Sequence[str]

    def some(self, values: Sequence[str], most: int, least: int = 1) -> frozenset[str]:
        """Return between `least` and `most` of `values`."""
        return frozenset(self.chance.sample(values, min(len(values), self.chance.randint(least, most))))

    def whether(self, percent: int) -> bool:
        """Return true so often."""
        return self.chance.randrange(100) < percent


def pool(tenant: Snapshot, seed: int) -> Pool:
    """Return what policies of `tenant` can name."""
    return Pool(
        chance=Random(seed),
        departments=departments(tenant),
        overlapping=overlapping(tenant),
        roles=[role.template_id for role in tenant.roles.records],
        users=[user.id for user in tenant.users.records[2:]],
        apps=[each.app_id for each in tenant.service_principals.records],
        countries=[place.id for place in tenant.locations.records if place.kind == "country"],
        locations=[place.id for place in tenant.locations.records],
    )
