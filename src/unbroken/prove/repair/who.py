"""Edits of a policy's user assignment: who is brought in, who is no longer left out, and who must stay out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

from unbroken.entra.policy import ConditionalAccessPolicy, UserScope
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.membership import ROLE, Membership, containers
from unbroken.evaluate.people import People
from unbroken.prove.labels import Labels
from unbroken.prove.question import Question
from unbroken.prove.repair.change import ALL, Change, listed
from unbroken.prove.repair.wanted import Wanted

FEW = 5
"""So many people are named one by one."""


class Spared(NamedTuple):
    """Users whom no repair may newly reach, and the groups that are kept for them: (group id, members)."""

    users: frozenset[str]
    groups: tuple[tuple[str, frozenset[str]], ...] = ()


def spared(question: Question, snapshot: Snapshot) -> Spared:
    """Return whom no repair of `question` may newly reach."""
    return Spared(question.spared, tuple((group, members(snapshot, group)) for group in question.spared_groups))


def members(snapshot: Snapshot, group: str) -> frozenset[str]:
    """Return everybody known to be in a group, directly or through other groups."""
    return frozenset(Membership(containers(snapshot, {group}, (), ())).below(group))


def _demands_alike(before: ConditionalAccessPolicy, after: ConditionalAccessPolicy) -> bool:
    """Return whether two versions of a policy differ in nothing but whom they are assigned to, and both demand something."""
    return bool(before.grant) and replace(before, users=after.users) == after and before.state is PolicyState.ENABLED


class Assigned:
    """Whom policies are assigned to, in one directory."""

    def __init__(self, people: People, labels: Labels) -> None:
        """Ask `people`; name them with `labels`."""
        self._people, self._labels = people, labels
        self._scopes: dict[UserScope, frozenset[str]] = {}

    def reaching(self, change: Change, wanted: Wanted) -> Change:
        """Return `change` with everybody wanted assigned and nobody of them excluded."""
        return self._included(self._not_excluded(change, wanted), wanted)

    def sparing(self, change: Change, before: ConditionalAccessPolicy | None, spared: Spared) -> Change:
        """Return `change` with those excluded whom it would reach and must not: by their group where it has one.

        Whom an enabled policy demands something of today, and of whom it would demand the same, it does not newly reach.
        """
        same = before is not None and _demands_alike(before, change.policy)
        reached = {
            user for user in spared.users if self._reaches(change.policy, user) and not (same and before and self._reaches(before, user))
        }
        for group, members in spared.groups:
            if reached & members and not change.policy.users[0].groups & {group}:
                change, reached = self.excluding_group(change, group), reached - members
        return self.excluding(change, reached) if reached else change

    def excluding(self, change: Change, users: Iterable[str]) -> Change:
        """Return `change` with `users` excluded one by one."""
        include, exclude = change.policy.users
        added = frozenset(users) - exclude.users
        text = f"add {listed(map(self._labels.user, added))}"
        return change.assigned("excludeUsers", text, (include, replace(exclude, users=exclude.users | added)))

    def excluding_group(self, change: Change, group: str) -> Change:
        """Return `change` with a group excluded."""
        include, exclude = change.policy.users
        text = f"add {self._labels.holder(group)}"
        return change.assigned("excludeGroups", text, (include, replace(exclude, groups=exclude.groups | {group})))

    def _not_excluded(self, change: Change, wanted: Wanted) -> Change:
        for field, name, gone in self._excluders(change.policy.users[1], wanted):
            include, exclude = change.policy.users
            kept: dict[str, Any] = {name: () if name == "guests" else getattr(exclude, name) - gone}
            change = change.assigned(field, f"remove {self._said(name, gone)}", (include, replace(exclude, **kept)))
        return change

    def _excluders(self, exclude: UserScope, wanted: Wanted) -> Iterator[tuple[str, str, frozenset[str]]]:
        """Yield (Graph's field, ours, what in it leaves out somebody wanted)."""
        groups = frozenset(group for group in exclude.groups if not wanted.users.isdisjoint(self._people.holds(group)))
        roles = frozenset(role for role in exclude.roles if not wanted.users.isdisjoint(self._people.holds(ROLE + role)))
        guests = frozenset(kind for scope in exclude.guests for kind in scope.kinds) if wanted.guests else frozenset[str]()
        fields = (("excludeUsers", "users", exclude.users & wanted.users), ("excludeGroups", "groups", groups))
        more = (("excludeRoles", "roles", roles), ("excludeGuestsOrExternalUsers", "guests", guests))
        yield from (each for each in (*fields, *more) if each[2])

    def _said(self, name: str, ids: Iterable[str]) -> str:
        if name == "users":
            return listed(map(self._labels.user, ids))
        if name == "guests":
            return "all guests and external users"
        return listed(self._labels.holder(ROLE + each if name == "roles" else each) for each in ids)

    def _included(self, change: Change, wanted: Wanted) -> Change:
        include, exclude = change.policy.users
        if include.everyone or (not wanted.guests and wanted.users <= self._held(include)):
            return change
        if wanted.holders:
            return self._with_holders(change, wanted.holders)
        if not wanted.guests and len(wanted.users) <= FEW:
            added = wanted.users - self._held(include)
            text = f"add {listed(map(self._labels.user, added))}"
            return change.assigned("includeUsers", text, (replace(include, users=include.users | added), exclude))
        return change.assigned("includeUsers", ALL, (UserScope(everyone=True), exclude))

    def _with_holders(self, change: Change, holders: Iterable[str]) -> Change:
        roles = {key.removeprefix(ROLE) for key in holders if key.startswith(ROLE)}
        groups = {key for key in holders if not key.startswith(ROLE)}
        for field, name, added in (("includeGroups", "groups", groups), ("includeRoles", "roles", roles)):
            include, exclude = change.policy.users
            new = added - getattr(include, name)
            more: dict[str, Any] = {name: getattr(include, name) | new}
            if new:
                change = change.assigned(field, f"add {self._said(name, new)}", (replace(include, **more), exclude))
        return change

    def _held(self, scope: UserScope) -> frozenset[str]:
        """Return the users a side of an assignment surely names."""
        if scope not in self._scopes:
            keys = (*scope.groups, *(ROLE + role for role in scope.roles))
            self._scopes[scope] = scope.users.union(*(self._people.holds(key) for key in keys))
        return self._scopes[scope]

    def _reaches(self, policy: ConditionalAccessPolicy, user: str) -> bool:
        """Return whether a policy may reach a user; whoever may be a guest counts as one where guests are included."""
        include, exclude = policy.users
        inside = include.everyone or bool(include.guests) or user in self._held(include)
        return inside and not exclude.everyone and user not in self._held(exclude)
