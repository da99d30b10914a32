"""Everybody who can sign in, and for every policy whom it assigns: the enabled users one by one, and external kinds without an object.

In a space of worlds somebody of whom a fact is missing stands there once for each way it can be; in a space of certainties once, with
what is true in all of these ways and what is possible in some.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, cached_property
from typing import TypeVar

import numpy as np

from unbroken.entra.directory import InboundTrust
from unbroken.entra.request import Identity
from unbroken.entra.vocabulary import GuestKind
from unbroken.evaluate.bits import Bits, each
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.people import Person
from unbroken.evaluate.worlds import Engine

K = TypeVar("K")

SOME_OTHER_TENANT = "5c1d0f6e-9a37-4b52-8e24-d3f1a0b7c986"
"""Stands for a home tenant that nothing names; made up."""
WITHOUT_OBJECT = (GuestKind.B2B_DIRECT_CONNECT, GuestKind.SERVICE_PROVIDER, GuestKind.OTHER_EXTERNAL)
"""External users who sign in without an object in the directory (entra-docs, external-id/authentication-conditional-access.md)."""
NO_TRUST = InboundTrust(mfa=False, compliant_device=False, hybrid_device=False)


@dataclass(frozen=True, slots=True)
class Sort:
    """What grant controls ask of a person besides methods: whether a guest, and what is accepted from home."""

    kind: GuestKind | None = None
    trust: InboundTrust = NO_TRUST


MEMBER = Sort()


@dataclass(frozen=True)
class Crowd:
    """All identities by position, and for every policy the positions (as bits) whom its assignment meets."""

    identities: tuple[Identity, ...]
    sure: tuple[int, ...]
    possible: tuple[int, ...]
    eas_sure: tuple[int, ...]
    """The same for Exchange ActiveSync, where an assignment to roles or guests reaches everybody."""
    eas_possible: tuple[int, ...]
    sorts: Mapping[frozenset[Sort], int]
    """Which positions are of which sort; of several where that is not known."""
    certain: bool
    """Everybody is known in all that policies ask for."""
    position: Mapping[str, int] = field(default_factory=dict)
    """By user id the first position."""

    @cached_property
    def full(self) -> int:
        """Return everybody."""
        return (1 << len(self.identities)) - 1

    def of(self, user_ids: Iterable[str]) -> int:
        """Return the positions of users."""
        wanted = {*user_ids}
        if self.certain:
            return bits_at([self.position[user] for user in wanted if user in self.position], len(self.identities))
        return bits_at([at for at, who in enumerate(self.identities) if who.user_id in wanted], len(self.identities))

    def users(self, positions: int) -> tuple[str, ...]:
        """Return the ids of the users at `positions`, each once."""
        return tuple(dict.fromkeys(found for at in positions_of(positions) if (found := self.identities[at].user_id) is not None))

    def externals(self, positions: int) -> tuple[Identity, ...]:
        """Return the external kinds at `positions`."""
        return tuple(dict.fromkeys(who for at in positions_of(positions) if (who := self.identities[at]).user_id is None))


def bits_at(positions: Sequence[int], width: int) -> int:
    """Return the bit set of `positions`, all below `width`."""
    flags = np.zeros(width, dtype=bool)
    flags[np.asarray(positions, dtype=np.int64)] = True
    return int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little")


def positions_of(bits: int) -> list[int]:
    """Return the positions of the bits that are set."""
    raw = np.frombuffer(bits.to_bytes((bits.bit_length() + 7) // 8, "little"), dtype=np.uint8)
    return [int(found) for found in np.flatnonzero(np.unpackbits(raw, bitorder="little"))]


def crowd(engine: Engine, *, worlds: bool) -> Crowd:
    """Return everybody under the policies of `engine`."""
    users = [user for user in engine.table.snapshot.users.records if user.account_enabled is not False]
    identities = [Identity(user_id=user.id) for user in users]
    plain = [each for each in identities if engine.table.people.is_plain_member(each)]
    known = {each.user_id for each in plain}
    others = [each for each in identities if each.user_id not in known]
    found = _Builder(engine, worlds=worlds)
    found.members(plain)
    for identity in (*others, *_externals(engine)):
        found.one(identity)
    return found.crowd()


def _externals(engine: Engine) -> Iterator[Identity]:
    access = engine.table.snapshot.cross_tenant
    partners = {tenant for tenant, _ in access.partners} if access else set()
    for kind in WITHOUT_OBJECT:
        for tenant in (*sorted(engine.table.people.tenants | partners), SOME_OTHER_TENANT):
            yield Identity(guest_kind=kind, home_tenant_id=tenant)


class _Builder:
    """Collects identities; plain members come first, all at once."""

    def __init__(self, engine: Engine, *, worlds: bool) -> None:
        self._engine, self._worlds = engine, worlds
        self._people = engine.table.people
        self._identities: list[Identity] = []
        self._rows: list[tuple[Bits, Bits, frozenset[Sort]]] = []
        self._plain: list[tuple[int, int]] = []
        self._certain = True
        self._known: dict[object, list[tuple[Bits, Bits, frozenset[Sort]]]] = {}

    def members(self, plain: Sequence[Identity]) -> None:
        """Add known members of the directory: for each policy the union of its groups, without the union of those it excludes."""
        self._identities = list(plain)
        position = {str(each.user_id): at for at, each in enumerate(plain)}
        holders = cache(lambda key: _held(self._people.holds(key), position))
        include, exclude = (_side(holders, side, len(position), len(self._engine.table.policies)) for side in self._people.sides())
        everybody = (1 << len(plain)) - 1
        for policy, (inside, outside) in enumerate(zip(include, exclude, strict=True)):
            widened = everybody if self._people.widened >> policy & 1 else inside
            self._plain.append((inside & ~outside, widened & ~outside))

    def one(self, identity: Identity) -> None:
        """Add somebody who has to be asked one by one: a guest, or anybody where groups were not read."""
        for row in self._answers(identity):
            self._identities.append(identity)
            self._rows.append(row)

    def _answers(self, identity: Identity) -> list[tuple[Bits, Bits, frozenset[Sort]]]:
        key = self._key(identity)
        if key not in self._known:
            eas, other = (self._people.dimension(identity, eas=flag) for flag in (True, False))
            self._known[key] = list(self._ways(eas, other))
        return self._known[key]

    def _key(self, identity: Identity) -> object:
        """Return what the answer depends on: people with equal keys are assigned alike."""
        user = self._people.users.get(identity.user_id or "")
        if user is None or any(user.id in by_key for _, by_key in self._people.sides()):
            return identity
        return user.guest_kinds, user.guest_kind_known, self._people.membership.above([user.id])

    def _ways(self, eas: Dimension, other: Dimension) -> Iterator[tuple[Bits, Bits, frozenset[Sort]]]:
        by_person = {option.facts: option.bits for option in eas.alternatives}
        ways = [(by_person[option.facts], option.bits, _sorts(self._engine, option.facts)) for option in other.alternatives]
        sorts = frozenset(sort for _, _, found in ways for sort in found)
        self._certain = self._certain and len(ways) == 1 and len(sorts) == 1 and not ways[0][1].unknown and not ways[0][0].unknown
        if not self._worlds:
            yield eas.bits, other.bits, sorts
            return
        for eas_bits, bits, found in ways:
            for sort in sorted(found, key=repr):
                yield eas_bits, bits, frozenset({sort})

    def crowd(self) -> Crowd:
        """Return all that was added."""
        width, offset = len(self._identities), len(self._identities) - len(self._rows)
        sorts: dict[frozenset[Sort], int] = defaultdict(int)
        sorts[frozenset({MEMBER})] = (1 << offset) - 1
        alike = self._alike(offset)
        for sort, positions in _gathered(([sort], found) for (_, _, sort), found in alike.items()).items():
            sorts[sort] |= bits_at(positions, width)
        masks = [[*column] for column in zip(*((plain, plain, widened, widened) for plain, widened in self._plain), strict=True)]
        for mask, meaning in zip(masks, MEANINGS, strict=False):
            for policy, positions in _gathered((each(meaning(eas, other)), found) for (eas, other, _), found in alike.items()).items():
                mask[policy] |= bits_at(positions, width)
        position: dict[str, int] = {}
        for at, who in enumerate(self._identities):
            position.setdefault(who.user_id or "", at)
        sure, possible, eas_sure, eas_possible = map(tuple, masks or [[], [], [], []])
        return Crowd(
            identities=tuple(self._identities),
            sure=sure,
            possible=possible,
            eas_sure=eas_sure,
            eas_possible=eas_possible,
            sorts={sort: own for sort, own in sorts.items() if own},
            certain=self._certain,
            position=position,
        )

    def _alike(self, offset: int) -> dict[tuple[Bits, Bits, frozenset[Sort]], list[int]]:
        """Return the positions of those who are no plain members, by what is known of them."""
        found: dict[tuple[Bits, Bits, frozenset[Sort]], list[int]] = defaultdict(list)
        for at, row in enumerate(self._rows, offset):
            found[row].append(at)
        return found


MEANINGS: tuple[Callable[[Bits, Bits], int], ...] = (
    lambda _, other: other.true,
    lambda _, other: other.possible,
    lambda eas, _: eas.true,
    lambda eas, _: eas.possible,
)
"""Of what policies say of somebody who uses Exchange ActiveSync and of the same with another client: the four masks of a crowd."""


def _gathered(found: Iterable[tuple[Iterable[K], list[int]]]) -> dict[K, list[int]]:
    """Return by key all positions that go with it; one bit set is made of them in the end, not one for each."""
    gathered: dict[K, list[int]] = defaultdict(list)
    for keys, positions in found:
        for key in keys:
            gathered[key] += positions
    return gathered


def _sorts(engine: Engine, person: Person) -> frozenset[Sort]:
    """Return of which sort a person may be: several where trust in the home tenant is not known."""
    return frozenset(Sort(person.guest_kind, trust) for trust in engine.circumstances.trusts(person))


def _side(holders: Callable[[str], int], side: tuple[int, Mapping[str, int]], width: int, policies: int) -> list[int]:
    """Return for each policy the positions of the people on one side of its assignment."""
    everyone, by_key = side
    found = [(1 << width) - 1 if everyone >> policy & 1 else 0 for policy in range(policies)]
    for key, mask in by_key.items():
        own = holders(key)
        for policy in each(mask) if own else ():
            found[policy] |= own
    return found


def _held(members: Iterable[str], position: Mapping[str, int]) -> int:
    """Return the positions of those of `members` that have one."""
    found = [at for member in members if (at := position.get(member)) is not None]
    return bits_at(found, len(position)) if found else 0
