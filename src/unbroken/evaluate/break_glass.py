"""Who the operator's break-glass accounts are."""

from __future__ import annotations

from unbroken.entra.snapshot import Snapshot

GROUP = "group:"


def break_glass_users(snapshot: Snapshot) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the ids of the break-glass users of `unbroken.toml`, and the entries that name nobody who was exported."""
    by_name = {key.lower(): user.id for user in snapshot.users.records for key in (user.id, user.user_principal_name)}
    groups = {key.lower(): group for group in snapshot.groups.records for key in (group.id, group.display_name)}
    found: dict[str, None] = {}
    unknown = []
    for entry in snapshot.facts.break_glass:
        group = groups.get(entry.removeprefix(GROUP).lower()) if entry.startswith(GROUP) else None
        members = group.members if group else (by_name[entry.lower()],) if entry.lower() in by_name else None
        if members is None:
            unknown.append(entry)
        found |= dict.fromkeys(members or ())
    return tuple(found), tuple(unknown)
