"""The hard proof: policies that are pieces of the whole space of sign-ins, cut up again and again, so that nothing lies between them.

The whole is every sign-in of everybody but the emergency accounts: users here and external ones, every application, known or not.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random

from _proof_pool import (
    BLOCK,
    CLIENTS,
    COMPLIANT,
    DEVICE_RULES,
    MFA,
    MODERN,
    PLATFORMS,
    RISKS,
    STRONG,
    Policies,
    Pool,
    everyone,
    grant,
    people,
    policy,
    pool,
)

from unbroken.entra.location import ALL_LOCATIONS
from unbroken.entra.policy import ConditionalAccessPolicy, Filter, Grant, Sides, Target, UserScope
from unbroken.entra.snapshot import Snapshot

NOTHING: frozenset[str] = frozenset()
_GRANTS = ((65, grant(MFA)), (20, grant(BLOCK)), (8, STRONG), (7, grant(MFA, COMPLIANT, operator="AND")))
"""How often a piece has which grant; each closes its piece to a sign-in without MFA."""


@dataclass(frozen=True)
class Lists:
    """One side of a piece as include and exclude list; `include` None is everything."""

    include: frozenset[str] | None = None
    exclude: frozenset[str] = NOTHING

    def cut(self, values: list[str], chance: Random) -> tuple[Lists, Lists] | None:
        """Return two lists that share this one out between them, None when that cannot be done.

        The second excludes what the first includes: values such as named locations may overlap.
        """
        left = [each for each in values if each not in self.exclude and (self.include is None or each in self.include)]
        if len(left) < (1 if self.include is None else 2):
            return None
        most = max(1, len(left) // 2)
        taken = frozenset(chance.sample(left, chance.randint(1, most)))
        rest = None if self.include is None else self.include - taken
        return Lists(taken, self.exclude), Lists(rest, self.exclude | taken)


@dataclass(frozen=True)
class Piece:
    """A part of the whole space of sign-ins."""

    users: Lists = field(default_factory=Lists)
    apps: Lists = field(default_factory=Lists)
    platforms: Lists = field(default_factory=Lists)
    locations: Lists = field(default_factory=Lists)
    clients: Lists = field(default_factory=lambda: Lists(frozenset(CLIENTS)))
    sign_in_risk: Lists = field(default_factory=lambda: Lists(frozenset(RISKS)))
    user_risk: Lists = field(default_factory=lambda: Lists(frozenset(RISKS)))
    device: Filter | None = None


DIMENSIONS = ("users", "platforms", "locations", "clients", "sign_in_risk", "user_risk", "device")
"""What is cut. Applications are not: one that a policy on all resources excludes is let in as a confidential client, which is a gap."""


def jigsaw(tenant: Snapshot, pieces: int, seed: int = 1) -> Policies:
    """Return so many policies, shuffled, no two of which apply to one sign-in, and one of which applies to every sign-in."""
    found = pool(tenant, seed)
    cut, whole = [Piece()], []
    while len(cut) + len(whole) < pieces:
        piece = cut.pop(found.chance.randrange(len(cut)))
        halves = _cut(piece, found)
        cut += halves
        whole += [] if halves else [piece]
    cut += whole
    demands = found.chance.choices([each for _, each in _GRANTS], [share for share, _ in _GRANTS], k=pieces)
    made = [_policy(number, piece, demands[number]) for number, piece in enumerate(cut)]
    found.chance.shuffle(made)
    return tuple(made)


def needle(tenant: Snapshot, pieces: int, seed: int = 1) -> Policies:
    """Return the same jigsaw without `missing_piece`, so with one gap."""
    made = jigsaw(tenant, pieces, seed)
    missing = missing_piece(made, seed)
    return tuple(each for each in made if each is not missing)


def missing_piece(pieces: Policies, seed: int = 1) -> ConditionalAccessPolicy:
    """Return the piece of a jigsaw that the needle of the same seed lacks."""
    return Random(seed).choice(pieces)


def _cut(piece: Piece, found: Pool) -> list[Piece]:
    """Return two halves of `piece`, cut in a dimension by chance of those in which it can be; none when it is as small as it gets."""
    for name in found.chance.sample(DIMENSIONS, len(DIMENSIONS)):
        halves = list(_halves(piece, name, found))
        if len(halves) == 2:
            return halves
    return []


def _halves(piece: Piece, name: str, found: Pool) -> Iterator[Piece]:
    """Yield both halves, or nothing. One policy has one device filter only: the two halves have the two modes of one rule.

    Legacy clients carry no device state, so a piece of these alone that asks for it would be empty.
    """
    if name == "clients" and piece.device and piece.device.mode == "include":
        return
    if name == "device":
        rule = found.chance.choice(DEVICE_RULES)
        modes = ("include", "exclude") if piece.device is None and MODERN & (piece.clients.include or NOTHING) else ()
        yield from (replace(piece, device=Filter(mode=mode, rule=rule)) for mode in modes)
        return
    lists: Lists = getattr(piece, name)
    yield from (
        replace(piece, **{name: half})  # type: ignore[arg-type]
        for half in lists.cut(_values(name, found), found.chance) or ()
    )


def _values(name: str, found: Pool) -> list[str]:
    values = {"users": found.departments, "apps": found.apps, "platforms": PLATFORMS, "locations": found.locations, "clients": CLIENTS}
    return list(values.get(name, RISKS))


def _policy(number: int, piece: Piece, demand: Grant) -> ConditionalAccessPolicy:
    """Return `piece` as a policy. Values that cannot overlap need no exclusions beside an include list; locations do."""
    locations = piece.locations
    return policy(
        number,
        "Piece",
        demand,
        everyone(*piece.users.exclude) if piece.users.include is None else people(UserScope(groups=piece.users.include)),
        Target(all_apps=True, exclude_apps=piece.apps.exclude) if piece.apps.include is None else Target(include_apps=piece.apps.include),
        platforms=_sides(piece.platforms, "all"),
        locations=replace(_sides(locations, ALL_LOCATIONS), exclude=locations.exclude),
        client_app_types=_demanded(piece.clients, CLIENTS),
        sign_in_risk=_demanded(piece.sign_in_risk, RISKS),
        user_risk=_demanded(piece.user_risk, RISKS),
        device_filter=piece.device,
    )


def _sides(lists: Lists, everything: str) -> Sides:
    """Return include and exclude lists as a condition; one that constrains nothing is not configured."""
    if lists.include is not None:
        return Sides(include=lists.include)
    return Sides(include=frozenset({everything}), exclude=lists.exclude) if lists.exclude else Sides()


def _demanded(lists: Lists, every: tuple[str, ...]) -> frozenset[str]:
    """Return a condition without exclude list; an empty one constrains nothing."""
    chosen = lists.include or NOTHING
    return NOTHING if chosen == frozenset(every) else chosen
