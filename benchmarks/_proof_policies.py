"""Policy sets as administrators have them: a baseline and a mix of all kinds.

No policy reaches the emergency accounts. The same arguments give the same policies.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from _proof_pool import (
    BLOCK,
    COMPLIANT,
    DEVICE_RULES,
    HYBRID,
    LEGACY,
    MFA,
    MODERN,
    OUTSIDE_TRUSTED,
    PLATFORMS,
    STRONG,
    Policies,
    Pool,
    everyone,
    except_,
    grant,
    people,
    policy,
    pool,
)

from unbroken.entra.location import ALL_LOCATIONS
from unbroken.entra.policy import ConditionalAccessPolicy, Filter, Grant, GuestScope, Sides, Target, UserScope
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import Control, GuestKind, PolicyState, UserAction
from unbroken.entra.well_known import AZURE_RESOURCE_MANAGER, OFFICE_365

_GRANTS = (
    (45, grant(MFA)),
    (15, grant(BLOCK)),
    (12, grant(MFA, COMPLIANT)),
    (6, grant(MFA, COMPLIANT, operator="AND")),
    (10, grant(COMPLIANT, HYBRID)),
    (7, STRONG),
    (5, Grant()),
)
"""How often a policy of the mix has which grant; none at all stands for a policy of session controls."""
_STATES = ((80, PolicyState.ENABLED), (12, PolicyState.REPORT_ONLY), (8, PolicyState.DISABLED))


def realistic(tenant: Snapshot, count: int, seed: int = 1) -> Policies:
    """Return the baseline that administrators build, of which the first ten are the usual ones, and then a mix of all kinds.

    The policy of MFA for all has two gaps of the usual sort: a small group and one application.
    """
    found = pool(tenant, seed)
    baseline = _baseline(found)[:count]
    return (*baseline, *(_mixed(found, number) for number in range(len(baseline), count)))


def no_baseline(tenant: Snapshot, count: int, seed: int = 1) -> Policies:
    """Return the same mix without any policy on all users and all applications together: many gaps."""
    found = pool(tenant, seed)
    baseline = [each for each in _baseline(found) if not (each.users[0].everyone and each.target.all_apps)][:count]
    return (*baseline, *(_mixed(found, number) for number in range(100, 100 + count - len(baseline))))


def _baseline(found: Pool) -> Policies:
    """Return the policies of Microsoft's templates and what commonly stands beside them."""
    admins = people(UserScope(roles=frozenset(found.roles[:14])))
    guests = people(UserScope(guests=(GuestScope(kinds=frozenset(map(str, GuestKind))),)))
    office, azure = (Target(include_apps=frozenset({app})) for app in (OFFICE_365, AZURE_RESOURCE_MANAGER))
    mostly = Target(all_apps=True, exclude_apps=frozenset({found.apps[-1]}))
    risky = frozenset({"medium", "high"})
    blocked = Sides(include=frozenset(found.countries[:1]))
    known = {"android", "iOS", "windows", "macOS", "linux"}
    registering = Target(user_actions=frozenset({UserAction.REGISTER_SECURITY_INFO}))
    change = grant(MFA, Control.PASSWORD_CHANGE, operator="AND")
    return (
        policy(0, "MFA for all", grant(MFA), everyone(found.overlapping[-1]), mostly),
        policy(1, "Block legacy authentication", grant(BLOCK), everyone(), client_app_types=LEGACY),
        policy(2, "Phishing-resistant MFA for administrators", STRONG, admins),
        policy(3, "Managed device for Office 365", grant(COMPLIANT, HYBRID), everyone(), office),
        policy(4, "Block countries", grant(BLOCK), everyone(), locations=blocked),
        policy(5, "Password change at high user risk", change, everyone(), user_risk=frozenset({"high"})),
        policy(6, "MFA at sign-in risk", grant(MFA), everyone(), sign_in_risk=risky),
        policy(7, "Block device code flow", grant(BLOCK), everyone(), transfer_methods=frozenset({"deviceCodeFlow"})),
        policy(8, "MFA for guests", grant(MFA), guests),
        policy(9, "MFA for Azure management", grant(MFA), everyone(), azure),
        policy(10, "Block unknown platforms", grant(BLOCK), everyone(), platforms=except_(known)),
        policy(11, "MFA to register outside trusted places", grant(MFA), everyone(), registering, locations=OUTSIDE_TRUSTED),
        policy(12, "Sign in again on unmanaged devices", Grant(), everyone(), device_filter=Filter(mode="exclude", rule=DEVICE_RULES[2])),
        policy(13, "Terms of use for guests", Grant(terms_of_use=("terms",)), guests),
    )


def _mixed(found: Pool, number: int) -> ConditionalAccessPolicy:
    """Return one policy of the mix. None is on all users and all applications; one that blocks has at least one condition."""
    demand = found.chance.choices([each for _, each in _GRANTS], [share for share, _ in _GRANTS])[0]
    state = found.chance.choices([each for _, each in _STATES], [share for share, _ in _STATES])[0]
    include = _included(found)
    target = _target(found, all_apps=not include.everyone and found.whether(60))
    conditions = _conditions(found)
    while Control.BLOCK in demand.controls and not conditions:
        conditions = _conditions(found)
    but = found.some((*found.departments, *found.overlapping), 2) if found.whether(40) else ()
    return replace(policy(number, "Mixed", demand, people(include, *but), target, **conditions), state=state)


def _included(found: Pool) -> UserScope:
    kind = found.chance.randrange(100)
    if kind < 30:
        return UserScope(everyone=True)
    if kind < 80:
        return UserScope(groups=found.some((*found.departments, *found.overlapping), 4))
    if kind < 90:
        return UserScope(roles=found.some(found.roles, 3))
    if kind < 95:
        return UserScope(users=found.some(found.users, 5))
    return UserScope(guests=(GuestScope(kinds=found.some(sorted(map(str, GuestKind)), 4)),))


def _target(found: Pool, *, all_apps: bool) -> Target:
    if all_apps:
        return Target(all_apps=True, exclude_apps=found.some(found.apps, 3) if found.whether(40) else frozenset())
    return Target(include_apps=found.some(found.apps, 6))


def _conditions(found: Pool) -> dict[str, object]:
    """Return conditions, each as often as administrators use it."""
    named = found.some(found.locations, 3)
    places = (OUTSIDE_TRUSTED, Sides(include=named), except_(named, ALL_LOCATIONS))
    choices: tuple[tuple[int, str, Sequence[object]], ...] = (
        (20, "client_app_types", (MODERN, LEGACY, frozenset({"browser"}), frozenset({"mobileAppsAndDesktopClients"}))),
        (20, "platforms", (Sides(include=found.some(PLATFORMS, 3)), except_(found.some(PLATFORMS, 3)))),
        (30, "locations", places),
        (12, "device_filter", [Filter(mode=mode, rule=rule) for mode in ("include", "exclude") for rule in DEVICE_RULES]),
        (6, "sign_in_risk", (frozenset({"high"}), frozenset({"medium", "high"}))),
        (4, "user_risk", (frozenset({"high"}), frozenset({"medium", "high"}))),
        (3, "transfer_methods", (frozenset({"deviceCodeFlow"}), frozenset({"authenticationTransfer"}))),
    )
    return {name: found.chance.choice(values) for percent, name, values in choices if found.whether(percent)}
