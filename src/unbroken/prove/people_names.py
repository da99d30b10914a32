"""People in the fewest words that are exact: by groups and roles, by what policies are assigned to, by name when nothing else is left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cached_property

from unbroken.entra.directory import User
from unbroken.entra.request import Identity
from unbroken.evaluate.membership import ROLE
from unbroken.prove.labels import Labels
from unbroken.prove.proof import Who
from unbroken.prove.rows import ON, PER_USER_MFA
from unbroken.prove.space import Space
from unbroken.prove.who import SOME_OTHER_TENANT, bits_at

SETS_SHOWN = 4
"""More groups than these to say who is meant are no help."""
PEOPLE_SHOWN, FEW_PEOPLE = 5, 2
"""So many people are left out by name; so few are named themselves."""
KINDS = {
    "internalGuest": "internal guests",
    "b2bCollaborationGuest": "B2B collaboration guests",
    "b2bCollaborationMember": "B2B collaboration members",
    "b2bDirectConnectUser": "B2B direct connect users",
    "serviceProvider": "service provider users",
    "otherExternalUser": "other external users",
}
Sets = Mapping[str, int]
"""What people call a set of people, and their positions."""


class PeopleNames:
    """The words for people of one space."""

    def __init__(self, space: Space, labels: Labels) -> None:
        """Name the people of `space`."""
        self._space, self._labels = space, labels
        self._users: Mapping[str, User] = space.engine.table.people.users

    def who(self, positions: int, scope: int) -> Who:
        """Return the people at `positions` within `scope` in the fewest words that are exact."""
        if positions == scope:
            return Who(everyone=True)
        if every := _cover(self._plain, positions, scope):
            return Who(every=every)
        named = Who(people=self._named(positions))
        if len(named.people) <= FEW_PEOPLE:
            return named
        ways = [way for sets in (self._plain, self._plain | self._assigned) for way in self._ways(sets, positions, scope)]
        return min(ways, key=lambda way: len(way.every) + len(way.all_but), default=named)

    def _ways(self, sets: Sets, positions: int, scope: int) -> Iterator[Who]:
        """Yield ways to say it with `sets`."""
        if every := _cover(sets, positions, scope):
            yield Who(every=every)
        if but := self._left_out(sets, scope & ~positions, scope):
            yield Who(all_but=but)
        if within := self._within(sets, positions, scope):
            yield within

    def holders(self, positions: int, scope: int) -> tuple[str, ...]:
        """Return the keys of few groups and roles that together are exactly `positions` within `scope`; none when there are no such."""
        return _cover(self._holders, positions, scope)

    def _left_out(self, sets: Sets, rest: int, scope: int) -> tuple[str, ...]:
        """Return who is left out: few sets and few people by name; none when these are not enough."""
        if exact := _cover(sets, rest, scope):
            return exact
        if rest.bit_count() <= PEOPLE_SHOWN:
            return self._named(rest)
        chosen, left = _greedy(sets, rest, scope)
        return (*chosen, *self._named(left)) if left.bit_count() <= PEOPLE_SHOWN else ()

    def _within(self, sets: Sets, positions: int, scope: int) -> Who | None:
        """Return the smallest set that holds everybody at `positions`, and who in it is left out."""
        around = [(own & scope, name) for name, own in sets.items() if not positions & ~own]
        if not positions or not around:
            return None
        own, name = min(around, key=lambda found: found[0].bit_count())
        but = self._left_out(sets, own & ~positions, own)
        return Who(every=(name,), all_but=but) if but else None

    def _named(self, positions: int) -> tuple[str, ...]:
        users, externals = self._space.who.users(positions), self._space.who.externals(positions)
        return (*map(self._labels.user, users), *map(external_name, externals))

    @cached_property
    def _plain(self) -> dict[str, int]:
        """Return groups, roles and kinds of guests by their names."""
        return {self._labels.holder(key): own for key, own in self._holders.items()} | self._kinds

    @cached_property
    def _assigned(self) -> dict[str, int]:
        """Return whom each policy surely assigns, as "assigned to <policy>", and who is under per-user MFA."""
        table = self._space.engine.table
        found = {f"assigned to {policy.display_name}": own for policy, own in zip(table.policies, self._space.who.sure, strict=True)}
        asked = (user for user, state in table.snapshot.per_user_mfa.records if state in ON)
        return found | {f"under {PER_USER_MFA}": self._space.who.of(asked)}

    @cached_property
    def _holders(self) -> dict[str, int]:
        """Return the groups and roles that policies name, with the positions they hold."""
        people = self._space.engine.table.people
        keys = {key for _, by_key in people.sides() for key in by_key if key in self._labels.groups or key.startswith(ROLE)}
        return {key: self._space.who.of(people.holds(key)) for key in sorted(keys)}

    @cached_property
    def _kinds(self) -> dict[str, int]:
        """Return the kinds of guests, with their positions."""
        found: dict[str, list[int]] = {}
        for at, identity in enumerate(self._space.who.identities):
            kind = self._kind(identity)
            if kind:
                found.setdefault(kind, []).append(at)
        return {kind: bits_at(alike, len(self._space.who.identities)) for kind, alike in found.items()}

    def _kind(self, identity: Identity) -> str:
        if identity.user_id is None:
            return KINDS[str(identity.guest_kind)]
        user = self._users[identity.user_id]
        kinds = user.guest_kinds
        return KINDS[str(next(iter(kinds)))] if user.guest_kind_known and kinds else ""


def external_name(identity: Identity) -> str:
    """Return an external kind of user without an object, with the home tenant where it is a known one."""
    name = KINDS[str(identity.guest_kind)]
    return name if identity.home_tenant_id in {None, SOME_OTHER_TENANT} else f"{name} of tenant {identity.home_tenant_id}"


def _cover(sets: Sets, positions: int, scope: int) -> tuple[str, ...]:
    """Return the names of few `sets` that together are exactly `positions` within `scope`; none when there are no such."""
    chosen, left = _greedy(sets, positions, scope)
    return () if left else chosen


def _greedy(sets: Sets, positions: int, scope: int) -> tuple[tuple[str, ...], int]:
    """Return the names of few `sets` within `positions`, the largest first, and the positions they leave."""
    inside = [(name, own & scope) for name, own in sets.items() if own & scope and not own & scope & ~positions]
    chosen: list[str] = []
    left = positions
    while left and len(chosen) < SETS_SHOWN:
        name, own = max(inside, key=lambda item: (item[1] & left).bit_count(), default=("", 0))
        if not own & left:
            break
        chosen.append(name)
        left &= ~own
    return tuple(chosen), left
