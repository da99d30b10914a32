"""Writes to groups and their members."""

from __future__ import annotations

from unbroken.emulator.cloud.consistency import demand_reached
from unbroken.emulator.cloud.deleted_objects import bury
from unbroken.emulator.cloud.entities import GROUP
from unbroken.emulator.cloud.message import Call, Reply, empty
from unbroken.emulator.cloud.permissions import denied
from unbroken.emulator.cloud.reading import one
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.user_writes import READ_ONLY, bad
from unbroken.emulator.cloud.world import World, missing

ROLE_GROUPS = "RoleManagement.ReadWrite.Directory"
"""The permission that changes groups which roles can be assigned to."""
MOST_ADDED = 20
"""Members that one PATCH adds (api/group-post-members.md)."""


def _create_group(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    for name in ("displayName", "mailEnabled", "mailNickname", "securityEnabled"):
        if body.get(name) is None:
            raise bad(f"A value is required for property '{name}' of resource 'Group'.")
    if body.get("isAssignableToRole"):
        _demand_role_groups(call)
        if not body["securityEnabled"] or "DynamicMembership" in (body.get("groupTypes") or ()):
            raise bad("A role-assignable group must have securityEnabled true and assigned membership.")
    key = world.new_id("group")
    plain = {name: value for name, value in body.items() if "@" not in name}
    record = {"id": key, "description": None, "groupTypes": [], "isAssignableToRole": None, "createdDateTime": world.now, **plain}
    world.put("groups", key, record)
    world.set_members(key, [_reference(world, address) for address in body.get("members@odata.bind") or ()])
    world.audit("Add group", "GroupManagement", record, call.caller.app_id)
    return one(call, record, GROUP, status=201)


def _patch_group(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    group = world.found("groups", call.params["id"])
    if body.get("isAssignableToRole", group.get("isAssignableToRole")) != group.get("isAssignableToRole"):
        raise bad("The property 'isAssignableToRole' cannot be changed.")
    if group.get("isAssignableToRole"):
        _demand_role_groups(call)
    added = [_reference(world, address) for address in body.get("members@odata.bind") or ()]
    if len(added) > MOST_ADDED:
        raise bad(f"No more than {MOST_ADDED} members can be added in one request.")
    world.put("groups", group["id"], group | {name: value for name, value in body.items() if "@" not in name and name not in READ_ONLY})
    if added:
        _add(world, group["id"], added)
    return empty()


def _delete_group(tenancy: Tenancy, call: Call) -> Reply:
    world = tenancy.world
    group = world.found("groups", call.params["id"])
    if group.get("isAssignableToRole"):
        _demand_role_groups(call)
    bury(world, "groups", group)
    world.audit("Delete group", "GroupManagement", group, call.caller.app_id)
    return empty()


def _add_member(tenancy: Tenancy, call: Call) -> Reply:
    world, group = tenancy.world, tenancy.world.found("groups", call.params["id"])
    if group.get("isAssignableToRole"):
        _demand_role_groups(call)
    _add(world, group["id"], [_reference(world, str(call.json().get("@odata.id", "")))])
    world.audit("Add member to group", "GroupManagement", group, call.caller.app_id)
    return empty()


def _add(world: World, group: str, added: list[str]) -> None:
    members = world.members(group)
    if set(added) & set(members):
        raise bad("One or more added object references already exist for the following modified properties: 'members'.")
    world.set_members(group, [*members, *added])


def _remove_member(tenancy: Tenancy, call: Call) -> Reply:
    world, group, member = tenancy.world, tenancy.world.found("groups", call.params["id"]), call.params["member"]
    if group.get("isAssignableToRole"):
        _demand_role_groups(call)
    members = world.members(group["id"])
    if member not in members:
        raise missing(member)
    world.set_members(group["id"], [each for each in members if each != member])
    world.audit("Remove member from group", "GroupManagement", group, call.caller.app_id)
    return empty()


def _reference(world: World, address: str) -> str:
    """Return the id at the end of an address of a directory object."""
    key = address.rstrip("/").rpartition("/")[2]
    if not world.directory_object(key):
        raise missing(key)
    demand_reached(world, [key])
    return key


def _demand_role_groups(call: Call) -> None:
    if ROLE_GROUPS not in call.caller.permissions:
        raise denied()


ROUTES: dict[str, Handler] = {
    "POST /groups": _create_group,
    "PATCH /groups/{id}": _patch_group,
    "DELETE /groups/{id}": _delete_group,
    "POST /groups/{id}/members/$ref": _add_member,
    "DELETE /groups/{id}/members/{member}/$ref": _remove_member,
}
