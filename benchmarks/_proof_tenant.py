"""A synthetic tenant for the proof benchmarks, every fact of it known: people, groups, roles, applications, places.

The same arguments give the same tenant. Departments share everybody out among them; all other groups overlap, and a few hold another.
"""

from __future__ import annotations

from random import Random
from typing import TypeVar

from _proof_ids import APP, GROUP, PUBLISHER, ROLE, SERVICE_PRINCIPAL, USER, guid
from _proof_places import location

from unbroken.entra.directory import (
    AuthenticationStrength,
    CrossTenantAccess,
    DirectoryRole,
    Group,
    InboundTrust,
    MethodConfiguration,
    Registration,
    ServicePrincipal,
    User,
)
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.well_known import GLOBAL_ADMINISTRATOR, OFFICE_365_APPS, SECURITY_DEFAULTS_ADMIN_ROLES
from unbroken.evaluate.grants import MFA_STRENGTH
from unbroken.evaluate.methods import MFA_COMBINATIONS

T = TypeVar("T")

TENANT = "11111111-2222-4333-8444-555555555555"
MICROSOFT_SERVICES = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
ROLES = 25
DEPARTMENTS_IN_GROUPS = 0.25
GUESTS = 0.03
OVERLAPPING = (12, 22)
"""Draws of an overlapping group for each user; popular ones come up twice, so that about 10 to 20 groups remain."""
PHISHING_RESISTANT = "00000000-0000-0000-0000-000000000004"
_PHISHING_RESISTANT = frozenset({"windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"})
_STRENGTHS = (
    (MFA_STRENGTH, "Multifactor authentication", MFA_COMBINATIONS),
    ("00000000-0000-0000-0000-000000000003", "Passwordless MFA", _PHISHING_RESISTANT | {"deviceBasedPush"}),
    (PHISHING_RESISTANT, "Phishing-resistant MFA", _PHISHING_RESISTANT),
)
_METHODS = (
    (70, frozenset({"microsoftAuthenticatorPush"})),
    (10, frozenset({"microsoftAuthenticatorPush", "fido2"})),
    (8, frozenset({"mobilePhone"})),
    (6, frozenset({"windowsHelloForBusiness"})),
    (6, frozenset[str]()),
)
"""Percent of the users, and what they registered."""

BREAK_GLASS = guid(GROUP, 0)
"""The group of the two emergency accounts."""


def tenant(users: int = 20_000, groups: int = 150, apps: int = 300, locations: int = 25, seed: int = 1) -> Snapshot:
    """Return a tenant without policies; its first two users are the emergency accounts, of no group but `BREAK_GLASS`.

    Up to 195 locations (what Entra ID allows) get an address range or a country of their own.
    """
    chance = Random(seed)
    people = tuple(_user(number, chance) for number in range(users))
    return Snapshot(
        source="synthetic",
        tenant_id=TENANT,
        policies=_whole("conditionalAccessPolicies", ()),
        users=_whole("users", people),
        groups=_whole("groups", _groups(people, groups, chance)),
        roles=_whole("directoryRoles", _roles(people, chance)),
        service_principals=_whole("servicePrincipals", _service_principals(apps)),
        devices=_whole("devices", ()),
        locations=_whole("namedLocations", tuple(location(number, locations, chance) for number in range(locations))),
        strengths=_whole("authenticationStrengthPolicies", _strengths()),
        registrations=_whole("userRegistrationDetails", tuple(_registration(user, chance) for user in people)),
        methods_policy=_whole("authenticationMethodsPolicy", _methods_policy()),
        per_user_mfa=_whole("userAuthenticationRequirements", ()),
        security_defaults=False,
        cross_tenant=CrossTenantAccess(default=InboundTrust(mfa=False, compliant_device=False, hybrid_device=False)),
        facts=OperatorFacts(break_glass=tuple(user.user_principal_name for user in people[:2]), mfa_trusted_ips=()),
    )


def departments(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the groups that share everybody but the emergency accounts out among them, guests included."""
    return tuple(group.id for group in snapshot.groups.records if group.display_name.startswith("Department"))


def overlapping(snapshot: Snapshot) -> tuple[str, ...]:
    """Return the other groups without that of the emergency accounts, the most popular first."""
    return tuple(group.id for group in snapshot.groups.records if group.display_name.startswith("Group"))


def _whole(name: str, records: tuple[T, ...]) -> Collection[T]:
    return Collection(name, records, complete=True, why="")


def _user(number: int, chance: Random) -> User:
    guest = number >= 2 and chance.random() < GUESTS
    name = f"guest{number}_fabrikam.example#EXT#" if guest else f"user{number}"
    return User(
        id=guid(USER, number),
        user_principal_name=f"{name}@contoso.example",
        display_name=f"{'Guest' if guest else 'User'} {number}",
        account_enabled=True,
        user_type="Guest" if guest else "Member",
        external=guest,
        on_premises_sync_enabled=not guest and number % 2 == 0,
        licensed=not guest,
    )


def _groups(people: tuple[User, ...], count: int, chance: Random) -> tuple[Group, ...]:
    """Return the group of the emergency accounts, the departments, and the overlapping groups; every tenth of these holds the next."""
    split = 1 + max(2, int(count * DEPARTMENTS_IN_GROUPS))
    members: list[list[str]] = [[] for _ in range(count)]
    members[0] = [user.id for user in people[:2]]
    others = range(split, count)
    popularity = [(1 + rank) ** -0.5 for rank in range(len(others))]
    for user in people[2:]:
        members[chance.randrange(1, split)].append(user.id)
        for number in sorted(set(chance.choices(others, popularity, k=chance.randint(*OVERLAPPING)))):
            members[number].append(user.id)
    for number in range(split, count - 1, 10):
        members[number].append(guid(GROUP, number + 1))
    names = ("Break glass", *(f"Department {n}" for n in range(1, split)), *(f"Group {n}" for n in others))
    return tuple(Group(id=guid(GROUP, n), display_name=names[n], members=tuple(members[n])) for n in range(count))


def _roles(people: tuple[User, ...], chance: Random) -> tuple[DirectoryRole, ...]:
    """Return roles with one to six holders; the emergency accounts and three others are Global Administrators."""
    named = sorted(SECURITY_DEFAULTS_ADMIN_ROLES - {GLOBAL_ADMINISTRATOR})
    ids = [GLOBAL_ADMINISTRATOR, *named, *(guid(ROLE, number) for number in range(ROLES))][:ROLES]
    staff = [user.id for user in people if user.user_type == "Member"]
    holders = [(*staff[:2], *chance.sample(staff[2:], 3)), *(tuple(chance.sample(staff[2:], chance.randint(1, 6))) for _ in ids[1:])]
    return tuple(DirectoryRole(template_id=id_, display_name=f"Role {n}", members=holders[n]) for n, id_ in enumerate(ids))


def _service_principals(count: int) -> tuple[ServicePrincipal, ...]:
    """Return Office 365's applications and then the tenant's own, one in ten of these from another publisher."""
    known = sorted(OFFICE_365_APPS)[: count // 2]
    owners = [MICROSOFT_SERVICES] * len(known) + [guid(PUBLISHER, n) if n % 10 == 0 else TENANT for n in range(len(known), count)]
    ids = known + [guid(APP, n) for n in range(len(known), count)]
    return tuple(
        ServicePrincipal(
            id=guid(SERVICE_PRINCIPAL, n), app_id=app, display_name=f"App {n}", owner_tenant_id=owner, kind="Application", attributes=()
        )
        for n, (app, owner) in enumerate(zip(ids, owners, strict=True))
    )


def _strengths() -> tuple[AuthenticationStrength, ...]:
    return tuple(
        AuthenticationStrength(id=id_, display_name=name, allowed_combinations=allowed, satisfies_mfa=True)
        for id_, name, allowed in _STRENGTHS
    )


def _registration(user: User, chance: Random) -> Registration:
    methods = chance.choices([kind for _, kind in _METHODS], [share for share, _ in _METHODS])[0]
    return Registration(
        user_id=user.id,
        user_principal_name=user.user_principal_name,
        is_mfa_registered=bool(methods),
        is_mfa_capable=bool(methods),
        methods=methods,
        is_admin=False,
    )


def _methods_policy() -> tuple[MethodConfiguration, ...]:
    names = ("MicrosoftAuthenticator", "Fido2", "Sms")
    return tuple(MethodConfiguration(id=name, enabled=True, include_groups=frozenset({"all_users"})) for name in names)
