"""Reads of groups and directory roles: who is a member of what, directly and through other groups, as the index tells."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from unbroken.emulator.cloud.consistency import all_members_listed, listed_of, members_listed
from unbroken.emulator.cloud.entities import DEVICE, DIRECTORY_ROLE, GROUP, SERVICE_PRINCIPAL, USER
from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.expanding import MOST, Expands
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.permissions import SEES_OBJECTS
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.selecting import shape
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.user_reads import count
from unbroken.emulator.cloud.world import OBJECT_KINDS, World

Members = Callable[[World, str], list[str]]
"""From a group's id to the ids of its members."""
ENTITIES = {
    "users": USER,
    "groups": GROUP,
    "servicePrincipals": SERVICE_PRINCIPAL,
    "devices": DEVICE,
}


def _members(of: Members) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        tenancy.world.found("groups", call.params["id"])
        return _objects(tenancy, call, of(tenancy.world, call.params["id"]))

    return handler


def _objects(tenancy: Tenancy, call: Call, ids: Iterable[str]) -> Reply:
    """Return directory objects of mixed kinds, or of the one the path casts to."""
    cast = call.params.get("cast", "")
    wanted = {f"microsoft.graph.{kind}": name for name, kind in OBJECT_KINDS.items()}
    if cast and cast not in wanted:
        raise Refusal(400, "BadRequest", f"Resource not found for the segment '{cast}'.")
    if cast and "transitive" in call.path.lower() and not (call.eventual and call.option("count") == "true"):
        raise Refusal(400, "Request_UnsupportedQuery", "OData cast needs the header ConsistencyLevel: eventual and $count=true.")
    found = [(name, record) for name, record in (object_of(tenancy.world, key) for key in ids) if not cast or name == wanted[cast]]
    entity = ENTITIES[wanted[cast]] if cast else replace(GROUP, resource="DirectoryObject", hidden=frozenset(), known=frozenset())
    return page_of(tenancy, call, [member(call, name, record) for name, record in found], replace(entity, default=()))


def object_of(world: World, key: str) -> tuple[str, Wire]:
    """Return (collection, record); what the tenant folder does not hold is known by its id alone."""
    return world.directory_object(key) or ("", {"id": key})


def member(call: Call, name: str, record: Wire) -> Wire:
    """Return a member as the caller may see it: without a permission for its kind, an id and nulls."""
    if not name:
        return {"@odata.type": "#microsoft.graph.directoryObject", **record}
    entity: Entity = ENTITIES[name]
    if call.caller.permissions.isdisjoint(SEES_OBJECTS[name]):
        names = entity.default or ("displayName",)
        return {"@odata.type": entity.type, "id": record["id"]} | dict.fromkeys([each for each in names if each != "id"])
    chosen = record if call.option("select") else shape(call, record, entity)
    visible = {key: value for key, value in chosen.items() if key not in entity.hidden}
    return {"@odata.type": entity.type, **visible}


def _member_of(collection: str, of: Members) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, key = tenancy.world, call.params["id"]
        member = (world.user(key) if collection == "users" else world.found(collection, key))["id"]
        groups = [key for key in world.of("groups") if member in of(world, key)]
        roles = [key for key in world.of("directoryRoles") if member in world.members(key)]
        found = [{"@odata.type": "#microsoft.graph.group", **world.of("groups")[key]} for key in groups]
        found += [{"@odata.type": "#microsoft.graph.directoryRole", **world.of("directoryRoles")[key]} for key in roles]
        return page_of(tenancy, call, found, replace(GROUP, resource="DirectoryObject"))

    return handler


def _directory_roles(tenancy: Tenancy, call: Call) -> Reply:
    """Return all activated roles: this list has no pages."""
    records = list(tenancy.world.of("directoryRoles").values())
    return page_of(tenancy, call, records, replace(DIRECTORY_ROLE, top=10_000, top_max=10_000), _with_members(tenancy, call))


def _with_members(tenancy: Tenancy, call: Call) -> Expands:
    plain = replace(call, query={})
    return {
        "members": lambda holder: [
            member(plain, *object_of(tenancy.world, key)) for key in members_listed(tenancy.world, holder["id"])[:MOST]
        ]
    }


def _groups(tenancy: Tenancy, call: Call) -> Reply:
    return page_of(tenancy, call, listed_of(tenancy.world, "groups"), GROUP, _with_members(tenancy, call))


def _group(tenancy: Tenancy, call: Call) -> Reply:
    return one(call, tenancy.world.found("groups", call.params["id"]), GROUP, expands=_with_members(tenancy, call))


def _directory_role(tenancy: Tenancy, call: Call) -> Reply:
    key = call.params["id"].removeprefix("roleTemplateId=").strip("'")
    roles = tenancy.world.of("directoryRoles")
    found = next((role for role in roles.values() if role.get("roleTemplateId") == key), None) or tenancy.world.found("directoryRoles", key)
    return one(call, found, DIRECTORY_ROLE)


def _role_members(tenancy: Tenancy, call: Call) -> Reply:
    role = tenancy.world.found("directoryRoles", call.params["id"])
    found = [member(call, *object_of(tenancy.world, key)) for key in tenancy.world.members(role["id"])]
    return page_of(tenancy, call, found, Entity(resource="DirectoryObject", unfiltered=True, top=10_000, top_max=10_000))


ROUTES: dict[str, Handler] = {
    "GET /users/{id}/memberOf": _member_of("users", members_listed),
    "GET /users/{id}/transitiveMemberOf": _member_of("users", all_members_listed),
    "GET /groups": _groups,
    "GET /groups/$count": count("groups"),
    "GET /groups/{id}": _group,
    "GET /groups/{id}/members": _members(members_listed),
    "GET /groups/{id}/members/{cast}": _members(members_listed),
    "GET /groups/{id}/transitiveMembers": _members(all_members_listed),
    "GET /groups/{id}/transitiveMembers/{cast}": _members(all_members_listed),
    "GET /groups/{id}/memberOf": _member_of("groups", members_listed),
    "GET /groups/{id}/transitiveMemberOf": _member_of("groups", all_members_listed),
    "GET /directoryRoles": _directory_roles,
    "GET /directoryRoles/{id}": _directory_role,
    "GET /directoryRoles/{id}/members": _role_members,
}
