"""Members that EntraExporter wrote into files of their own: `Groups/<id>/Members/<member id>/<member id>.json`."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable

from msgspec import UNSET

from unbroken.sources.ids import canonical
from unbroken.sources.people import GroupForm, Reference, RoleForm

_DYNAMIC = "DynamicMembership"


def group_filler(listed: Iterable[tuple[str, str]]) -> Callable[[list[GroupForm]], None]:
    """Return what puts the `listed` (group id, member id) into groups; EntraExporter never asks for the members of dynamic groups."""
    members = _by_container(listed)

    def fill(forms: list[GroupForm]) -> None:
        for form in forms:
            if form.members is UNSET and members and _DYNAMIC not in (form.group_types or ()):
                form.members = members.get(canonical(form.id), [])

    return fill


def role_filler(listed: Iterable[tuple[str, str]]) -> Callable[[list[RoleForm]], None]:
    """Return what puts the `listed` (directory role object id, member id) into roles."""
    members = _by_container(listed)

    def fill(forms: list[RoleForm]) -> None:
        for form in forms:
            if form.members is UNSET and members:
                form.members = members.get(canonical(form.object_id), [])

    return fill


def _by_container(listed: Iterable[tuple[str, str]]) -> dict[str, list[Reference]]:
    members: dict[str, list[Reference]] = defaultdict(list)
    for container, member in listed:
        members[canonical(container)].append(Reference(canonical(member)))
    return members
