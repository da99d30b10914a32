"""Of whom a property speaks: break-glass accounts, current exemptions, and everybody that words of `unbroken.toml` mean.

A group whose members were not read may hold anybody: such people are perhaps meant, and perhaps not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property

from unbroken.entra.snapshot import Exemption, Snapshot
from unbroken.evaluate.break_glass import BreakGlass, break_glass
from unbroken.evaluate.membership import ROLE, Container, Membership, containers

SOON_DAYS = 30


@dataclass(frozen=True, slots=True)
class Meant:
    """Users who are surely meant, and those who may be besides."""

    sure: frozenset[str] = frozenset()
    maybe: frozenset[str] = frozenset()
    missing: tuple[str, ...] = ()
    """Why the latter are open."""
    notes: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    """Ids of the groups among the words."""

    def __or__(self, other: Meant) -> Meant:
        """Return everybody meant by either."""
        sure = self.sure | other.sure
        return Meant(
            sure,
            (self.maybe | other.maybe) - sure,
            (*self.missing, *other.missing),
            (*self.notes, *other.notes),
            (*self.groups, *other.groups),
        )


class Scopes:
    """Who is meant by the operator's words in one tenant, on one day."""

    def __init__(self, snapshot: Snapshot, today: date) -> None:
        """Take exemptions that have ended by `today` as ended."""
        self._snapshot, self._today = snapshot, today

    @cached_property
    def users(self) -> frozenset[str]:
        """Return the ids of all users."""
        return frozenset(user.id for user in self._snapshot.users.records)

    @cached_property
    def break_glass(self) -> Meant:
        """Return the break-glass accounts."""
        named = break_glass(self._snapshot)
        unread = [f"members of the break-glass group in {entry} (groups)" for entry in named.unread]
        ambiguous = [f"whom {entry} means (several bear that name)" for entry in named.ambiguous]
        maybe = self.users if unread else frozenset().union(*(self._named_alike(entry) for entry in named.ambiguous))
        unseen, notes = self._unseen(named)
        return Meant(frozenset(named.users), maybe - {*named.users}, (*unread, *ambiguous, *unseen), notes, named.groups)

    def _unseen(self, named: BreakGlass) -> tuple[list[str], tuple[str, ...]]:
        """Return who is not known of those that entries name, and notes on it."""
        users = self._snapshot.users
        why = "no such user or group in the export" if users.complete else f"users {users.why}"
        unseen = [f"who the break_glass entry {entry} is ({why})" for entry in named.nobody]
        if not users.complete:
            return [*unseen, *(f"who member {each} is (users {users.why})" for each in named.strangers)], ()
        notes = [f"break_glass names {entry}, which is nobody in the export" for entry in named.nobody]
        return unseen, (*notes, *(f"member {each} is no user in the export: it counts as nobody" for each in named.strangers))

    def _named_alike(self, entry: str) -> frozenset[str]:
        """Return everybody whom an entry may mean that several users, or several groups, are called by."""
        name = (entry.partition(":")[2] or entry).strip().lower()
        groups = [group.id for group in self._snapshot.groups.records if group.display_name.lower() == name]
        users = {user.id for user in self._snapshot.users.records if user.user_principal_name.lower() == name}
        found = [self.group(each) for each in groups]
        return frozenset(users).union(*(meant.sure | meant.maybe for meant in found))

    @cached_property
    def exempt(self) -> Meant:
        """Return the users with an exemption that counts today."""
        ids = {key.lower(): user.id for user in self._snapshot.users.records for key in (user.id, user.user_principal_name)}
        found: set[str] = set()
        notes: list[str] = []
        for entry in self._snapshot.facts.exempt:
            user = ids.get(entry.user.lower())
            if user is not None and entry.until >= self._today.isoformat():
                found.add(user)
            notes += self._notes(entry, known=user is not None)
        return Meant(frozenset(found), notes=tuple(notes))

    def _notes(self, entry: Exemption, *, known: bool) -> Iterator[str]:
        if not known:
            yield f"exempt names {entry.user}, who is nobody in the export"
        elif entry.until < self._today.isoformat():
            yield f"the exemption of {entry.user} ended on {entry.until}: it counts no longer"
        elif (date.fromisoformat(entry.until) - self._today).days <= SOON_DAYS:
            yield f"the exemption of {entry.user} ends on {entry.until}: this property speaks of them from then on"

    def group(self, group_id: str) -> Meant:
        """Return the users in a group, directly or through other groups."""
        return replace(self._holders(containers(self._snapshot, {group_id}, (), ()), group_id), groups=(group_id,))

    def role(self, template_id: str) -> Meant:
        """Return the active holders of a directory role."""
        return self._holders(containers(self._snapshot, (), {template_id}, ()), ROLE + template_id)

    def _holders(self, found: Mapping[str, Container], key: str) -> Meant:
        membership = Membership(found)
        if not membership.holds(key):
            return Meant()
        inside = frozenset(membership.below(key)) & self.users
        return Meant(inside, self.users - inside if membership.unread else frozenset(), tuple(membership.unread.values()))


def together(parts: Iterable[Meant]) -> Meant:
    """Return everybody meant by any of `parts`."""
    found = Meant()
    for part in parts:
        found |= part
    return found
