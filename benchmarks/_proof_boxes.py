"""Policy sets made to be hard: catch-alls that each leave a little out, and boxes by chance.

No policy reaches the emergency accounts. The same arguments give the same policies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from _proof_pool import CLIENTS, DEVICE_RULES, MFA, PLATFORMS, RISKS, Policies, Pool, everyone, except_, grant, people, policy, pool

from unbroken.entra.location import ALL_LOCATIONS
from unbroken.entra.policy import ConditionalAccessPolicy, Filter, Sides, Target, UserScope
from unbroken.entra.snapshot import Snapshot


def near_catch_all(tenant: Snapshot, count: int, seed: int = 1, holes: int = 1) -> Policies:
    """Return policies of MFA for all users and applications, each with a hole of its own, of `holes` kinds at once.

    With one kind the set has no gap as soon as two holes have nothing in common. Each further kind widens a policy's gap from one
    dimension to another, and what is left between all policies takes more and more work to tell.
    """
    found = pool(tenant, seed)
    kinds = ("users", "target", "locations", "platforms", "client_app_types")
    made: dict[frozenset[tuple[str, object]], ConditionalAccessPolicy] = {}
    while len(made) < count:
        chosen = found.chance.sample(kinds, holes)
        parts = {"users": everyone(), **{kind: _hole(found, kind) for kind in chosen}}
        made.setdefault(frozenset(parts.items()), policy(len(made), f"MFA but for {', '.join(chosen)}", grant(MFA), **parts))  # type: ignore[arg-type]
    return tuple(made.values())


def random_boxes(tenant: Snapshot, count: int, seed: int = 1, dimensions: int = 3) -> Policies:
    """Return policies of MFA, each constrained in so many dimensions at random."""
    found = pool(tenant, seed)
    sides: dict[str, Callable[[], object]] = {
        "users": partial(_half_users, found),
        "target": partial(_half_apps, found),
        "locations": lambda: _half(found, found.locations, ALL_LOCATIONS),
        "platforms": lambda: _half(found, PLATFORMS, "all"),
        "client_app_types": lambda: found.some(CLIENTS, 3),
        "device_filter": lambda: Filter(mode=found.chance.choice(("include", "exclude")), rule=found.chance.choice(DEVICE_RULES)),
        "sign_in_risk": lambda: found.some(RISKS, 3),
        "user_risk": lambda: found.some(RISKS, 3),
    }
    made = []
    for number in range(count):
        chosen = found.chance.sample(sorted(sides), dimensions)
        parts = {"users": everyone(), **{name: sides[name]() for name in chosen}}
        made.append(policy(number, f"Box of {', '.join(chosen)}", grant(MFA), **parts))  # type: ignore[arg-type]
    return tuple(made)


def _hole(found: Pool, kind: str) -> object:
    """Return what a policy on everything says of one kind so that a little is left out."""
    if kind == "users":
        return everyone(*found.some((*found.departments, *found.overlapping), 2))
    if kind == "target":
        return Target(all_apps=True, exclude_apps=found.some(found.apps, 3))
    if kind == "locations":
        return except_(found.some(found.locations, 2), ALL_LOCATIONS)
    if kind == "platforms":
        return except_(found.some(PLATFORMS, 3))
    return found.some(CLIENTS, 3, 2)


def _half(found: Pool, values: Sequence[str], everything: str) -> Sides:
    """Return up to half of `values`, or all without these."""
    chosen = found.some(values, max(1, len(values) // 2))
    return Sides(include=chosen) if found.whether(50) else except_(chosen, everything)


def _half_users(found: Pool) -> tuple[UserScope, UserScope]:
    chosen = found.some(found.overlapping, 6)
    return people(UserScope(groups=chosen)) if found.whether(50) else everyone(*chosen)


def _half_apps(found: Pool) -> Target:
    chosen = found.some(found.apps, 30)
    return Target(include_apps=chosen) if found.whether(50) else Target(all_apps=True, exclude_apps=chosen)
