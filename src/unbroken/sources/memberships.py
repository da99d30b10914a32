"""Members that EntraExporter wrote into files of their own: `Groups/<id>/Members/<member id>/`."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

from unbroken.entra.directory import Group
from unbroken.entra.snapshot import Collection
from unbroken.sources.ids import canonical
from unbroken.sources.layout import Layout


def exported_members(groups: Collection[Group], layout: Layout) -> Collection[Group]:
    """Return the groups with the members of their folders."""
    members: dict[str, list[str]] = defaultdict(list)
    for group_id, member_id in layout.members.get("groups", ()):
        members[canonical(group_id)].append(canonical(member_id))
    if not members:
        return groups
    found = tuple(_filled(group, members) for group in groups.records)
    return replace(groups, records=found)


def _filled(group: Group, members: dict[str, list[str]]) -> Group:
    if group.members is not None or group.id not in members:
        return group
    return replace(group, members=tuple(members[group.id]))
