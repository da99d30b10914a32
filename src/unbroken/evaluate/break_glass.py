"""Who the operator's break-glass accounts are."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.membership import Membership, containers

GROUP = "group"
LISTS = ("nobody", "unread", "ambiguous", "groups", "strangers")


@dataclass(frozen=True, slots=True)
class BreakGlass:
    """The accounts behind `break_glass` of `unbroken.toml`, and the entries that do not say who they are."""

    users: tuple[str, ...]
    """User ids."""
    nobody: tuple[str, ...] = ()
    """Entries that name nobody in the export."""
    unread: tuple[str, ...] = ()
    """Groups whose members, or the members of a group in them, were not read; and those that may be among groups that were not."""
    ambiguous: tuple[str, ...] = ()
    """Names that several groups bear, and principal names that several users bear."""
    groups: tuple[str, ...] = ()
    """Ids of the groups that entries name."""
    strangers: tuple[str, ...] = ()
    """Members of these groups that are neither users nor anything else in the export, as "<id> of <entry>"."""


def break_glass(snapshot: Snapshot) -> BreakGlass:
    """Return the break-glass accounts, groups followed to any depth; an entry without `group:` may name a group as well."""
    users: dict[str, set[str]] = defaultdict(set)
    groups: dict[str, set[str]] = defaultdict(set)
    for user in snapshot.users.records:
        users[user.id.lower()].add(user.id)
        users[user.user_principal_name.lower()].add(user.id)
    for group in snapshot.groups.records:
        groups[group.id.lower()].add(group.id)
        groups[group.display_name.lower()].add(group.id)
    found: dict[str, None] = {}
    lists: dict[str, list[str]] = {name: [] for name in LISTS}
    for entry in snapshot.facts.break_glass:
        prefix, _, name = entry.partition(":")
        is_group = prefix.strip().lower() == GROUP
        ids = groups.get((name if is_group else entry).strip().lower(), set())
        named = users.get(entry.lower(), set())
        if len(named) > 1:
            lists["ambiguous"].append(entry)
        elif named:
            found |= dict.fromkeys(named)
        elif len(ids) == 1:
            members, strangers, complete = _members(snapshot, next(iter(ids)))
            found |= dict.fromkeys(sorted(members))
            lists["groups"] += ids
            lists["strangers"] += [f"{each} of {entry}" for each in sorted(strangers)]
            lists["nobody"] += [] if members or strangers or not complete else [entry]
            lists["unread"] += [] if complete else [entry]
        elif is_group and not ids and not snapshot.groups.complete:
            lists["unread"].append(entry)
        else:
            lists["ambiguous" if ids else "nobody"].append(entry)
    return BreakGlass(tuple(found), *(tuple(lists[name]) for name in LISTS))


def _members(snapshot: Snapshot, group_id: str) -> tuple[set[str], set[str], bool]:
    """Return the users in a group, directly or through others, the members that are nothing in the export, and whether all were read."""
    membership = Membership(containers(snapshot, {group_id}, (), ()))
    users = {user.id for user in snapshot.users.records}
    known = {group.id for group in snapshot.groups.records} | {each.id for each in snapshot.service_principals.records}
    inside = membership.below(group_id)
    return inside & users, inside - users - known, not membership.unread
