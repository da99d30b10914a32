"""A policy set written in another way that means the same: every policy as two, shuffled, with new ids and names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from random import Random

from _proof_ids import SPLIT_POLICY, guid
from _proof_pool import LEGACY, MODERN, Policies

from unbroken.entra.policy import ConditionalAccessPolicy, Sides, Target, UserScope

_MEMBERS = ("users", "groups", "roles")
Halves = tuple[ConditionalAccessPolicy, ConditionalAccessPolicy]


def split(policies: Policies, seed: int = 1) -> Policies:
    """Return an equivalent set of about double size.

    A policy is split in one include list by chance of those with several entries, or else into modern and legacy clients: what one
    of the two does not reach the other does, under the same demand.
    """
    chance = Random(seed)
    halves = [half for each in policies for half in _halved(each, chance)]
    chance.shuffle(halves)
    return tuple(replace(each, id=guid(SPLIT_POLICY, n), display_name=f"Half {n}") for n, each in enumerate(halves))


def _halved(policy: ConditionalAccessPolicy, chance: Random) -> tuple[ConditionalAccessPolicy, ...]:
    ways = [found for found in (_users(policy), _apps(policy), _locations(policy), _platforms(policy)) if found]
    if ways:
        return chance.choice(ways)
    return _clients(policy) or (policy,)


def _two(values: Iterable[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the values in two halves, the same in every run of Python."""
    ordered = sorted(values)
    return frozenset(ordered[: len(ordered) // 2]), frozenset(ordered[len(ordered) // 2 :])


def _users(policy: ConditionalAccessPolicy) -> Halves | None:
    """Split the longest of the lists of users, groups and roles; everything else that is included stays with the first half."""
    include, exclude = policy.users
    name = max(_MEMBERS, key=lambda each: len(getattr(include, each)))
    if include.everyone or len(getattr(include, name)) < 2:
        return None
    one, two = _two(getattr(include, name))
    first = replace(include, **{name: one})  # type: ignore[arg-type]
    second = UserScope(**{name: two})  # type: ignore[arg-type]
    return replace(policy, users=(first, exclude)), replace(policy, users=(second, exclude))


def _apps(policy: ConditionalAccessPolicy) -> Halves | None:
    target: Target = policy.target
    if target.all_apps or len(target.include_apps) < 2:
        return None
    one, two = _two(target.include_apps)
    first, second = replace(target, include_apps=one), replace(target, include_apps=two, app_filter=None)
    return replace(policy, target=first), replace(policy, target=second)


def _locations(policy: ConditionalAccessPolicy) -> Halves | None:
    halves = _of_sides(policy.conditions.locations)
    return halves and _with(policy, "locations", *halves)


def _platforms(policy: ConditionalAccessPolicy) -> Halves | None:
    halves = _of_sides(policy.conditions.platforms)
    return halves and _with(policy, "platforms", *halves)


def _of_sides(sides: Sides) -> tuple[Sides, Sides] | None:
    if len(sides.include or ()) < 2:
        return None
    one, two = _two(sides.include or ())
    return replace(sides, include=one), replace(sides, include=two)


def _clients(policy: ConditionalAccessPolicy) -> Halves | None:
    """Split the client list, or where there is none name the clients.

    To name Exchange ActiveSync makes an assignment to roles or guests one to everybody, so policies on these are left alone
    (entra-docs, concept-conditional-access-conditions.md).
    """
    include, named = policy.users[0], policy.conditions.client_app_types - {"all"}
    if len(named) > 1:
        return _with(policy, "client_app_types", *_two(named))
    if named or include.roles or include.guests:
        return None
    return _with(policy, "client_app_types", MODERN, LEGACY)


def _with(policy: ConditionalAccessPolicy, name: str, one: object, two: object) -> Halves:
    """Return the policy with one condition in two forms."""
    first, second = (replace(policy.conditions, **{name: each}) for each in (one, two))  # type: ignore[arg-type]
    return replace(policy, conditions=first), replace(policy, conditions=second)
