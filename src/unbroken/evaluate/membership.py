"""Who is in which group or role: nested to any depth, cycles included, and what an unread member list leaves open."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from unbroken.entra.directory import DirectoryRole
from unbroken.entra.snapshot import Snapshot

ROLE = "role:"
USER = "user:"


@dataclass(frozen=True, slots=True)
class Container:
    """Something with members: a group, or a directory role under the key `role:<template id>`."""

    members: tuple[str, ...] | None
    """None when they were not read."""
    missing: str
    """What to say when they matter and were not read."""


class Membership:
    """The groups and roles that policies name, seen from below."""

    def __init__(self, containers: Mapping[str, Container]) -> None:
        """Index `containers`; every id that a policy names must be among them."""
        self._containers = containers
        self.unread = {key: each.missing for key, each in containers.items() if each.members is None}

    @cached_property
    def _parents(self) -> dict[str, list[str]]:
        parents: dict[str, list[str]] = defaultdict(list)
        for key, container in self._containers.items():
            for member in container.members or ():
                parents[member].append(key)
        return parents

    def holds(self, key: str) -> bool:
        """Return whether `key` is a group or role of this index."""
        return key in self._containers

    def below(self, key: str) -> set[str]:
        """Return everybody (and every group) that the container `key` holds, directly or through other groups."""
        found: set[str] = set()
        stack = [key]
        seen = {key}
        while stack:
            members = self._containers[stack.pop()].members or ()
            found.update(members)
            nested = [each for each in members if each in self._containers and each not in seen]
            seen.update(nested)
            stack += nested
        return found

    def above(self, ids: Iterable[str]) -> frozenset[str]:
        """Return every container that holds one of `ids`, directly or through other groups."""
        found: set[str] = set()
        stack = [parent for each in ids for parent in self._parents.get(each, ())]
        while stack:
            key = stack.pop()
            if key not in found:
                found.add(key)
                stack.extend(self._parents.get(key, ()))
        return frozenset(found)


def containers(snapshot: Snapshot, groups: Iterable[str], roles: Iterable[str], users: Iterable[str]) -> dict[str, Container]:
    """Return the named groups with all that is nested in them, the named roles, and the user tokens that name nobody known."""
    role_records = {role.template_id: role for role in snapshot.roles.records}
    found: dict[str, Container] = {}
    for role_id in roles:
        found[ROLE + role_id] = _role(snapshot, role_id, role_records.get(role_id))
    user_ids = frozenset(user.id for user in snapshot.users.records)
    for token in users:
        if token not in user_ids and not looks_like_an_id(token):
            found[USER + token] = Container(None, f"which user {token!r} stands for (no such id or name in users)")
    nested = [member for container in found.values() for member in container.members or ()]
    _add_groups(snapshot, found, [*groups, *nested], frozenset(groups), user_ids)
    return found


def _role(snapshot: Snapshot, role_id: str, role: DirectoryRole | None) -> Container:
    if role is None and not looks_like_an_id(role_id):
        why = snapshot.roles.why or "has no such id or name"
        return Container(None, f"which role {role_id!r} stands for (directoryRoles {why})")
    members = role.members if role else () if snapshot.roles.complete else None
    name = role.display_name if role and role.display_name else role_id
    return Container(members, f"holders of the role {name} (directoryRoles {snapshot.roles.why or 'has no members for it'})")


def _add_groups(snapshot: Snapshot, found: dict[str, Container], start: list[str], named: frozenset[str], users: frozenset[str]) -> None:
    by_id = {group.id: group for group in snapshot.groups.records}
    seen: set[str] = set()
    while start:
        key = start.pop()
        if key in seen or (key in users and key not in named):
            continue
        seen.add(key)
        group = by_id.get(key)
        if group is not None:
            label = f"members of the group {group.display_name or key} ({key}; groups has no members for it)"
            found[key] = Container(group.members, label)
            start.extend(group.members or ())
        elif not snapshot.groups.complete:
            found[key] = Container(None, f"members of the group {key} (groups {snapshot.groups.why})")
        elif key in named and not looks_like_an_id(key):
            found[key] = Container(None, f"which group {key!r} stands for (no such id, and no single such name, in groups)")


def looks_like_an_id(token: str) -> bool:
    """Return whether `token` has the shape of an object id, so that it is no name and no placeholder."""
    parts = token.split("-")
    return [len(part) for part in parts] == [8, 4, 4, 4, 12] and all(c in "0123456789abcdefABCDEF" for c in token.replace("-", ""))
