"""`/directory/deletedItems`: users and groups that were deleted come back with what they were members of, for thirty days.

Sources: api-reference/v1.0/api/directory-deleteditems-*.md; cloud security groups since 2025 (MC1183299). Synchronised groups, distribution
lists and mail-enabled security groups are not kept.
"""

from __future__ import annotations

from dataclasses import replace

from unbroken.emulator.cloud.entities import GROUP, USER
from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.folder import MEMBERS
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.permissions import denied
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.recycling import discard, found_in, kept_in, taken_out
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World, missing

CONTAINERS = {"users": "deletedUsers", "groups": "deletedGroups"}
MEMBER_OF = "@emulator.memberOf"
"""Where a deleted object keeps the ids of the groups it was in."""
_ENTITIES: dict[str, Entity] = {"users": USER, "groups": GROUP}
_READ = {"users": "User.Read.All", "groups": "Group.Read.All"}
_WRITE = {
    "users": frozenset({"User.ReadWrite.All", "User.DeleteRestore.All", "Directory.ReadWrite.All"}),
    "groups": frozenset({"Group.ReadWrite.All", "Directory.ReadWrite.All"}),
}


def bury(world: World, collection: str, record: Wire) -> None:
    """Take a user or group out of the directory and all groups and roles, and keep it with the groups it was in."""
    key = record["id"]
    holders = [holder for holder in world.of(MEMBERS) if key in world.members(holder)]
    for holder in holders:
        world.set_members(holder, [member for member in world.members(holder) if member != key])
    world.remove(collection, key)
    if not _is_kept(collection, record):
        return
    renamed = {"userPrincipalName": key.replace("-", "") + record["userPrincipalName"]} if collection == "users" else {}
    discard(world, CONTAINERS[collection], key, record | renamed | {MEMBER_OF: [each for each in holders if each in world.of("groups")]})


def _is_kept(collection: str, record: Wire) -> bool:
    if collection == "users":
        return True
    security = bool(record.get("securityEnabled")) and not record.get("mailEnabled")
    return not record.get("onPremisesSyncEnabled") and ("Unified" in (record.get("groupTypes") or ()) or security)


def _of_kind(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        entity = replace(_ENTITIES[collection], unfiltered=False)
        return page_of(tenancy, call, [_plain(record) for record in kept_in(tenancy.world, CONTAINERS[collection]).values()], entity)

    return handler


def _one(tenancy: Tenancy, call: Call) -> Reply:
    collection = _collection(tenancy.world, call.params["id"])
    if not call.caller.permissions & {_READ[collection], _READ[collection].replace("Read", "ReadWrite"), *_DIRECTORY}:
        raise denied()
    return _answer(call, collection, found_in(tenancy.world, CONTAINERS[collection], call.params["id"]))


_DIRECTORY = frozenset({"Directory.Read.All", "Directory.ReadWrite.All"})


def _restore(tenancy: Tenancy, call: Call) -> Reply:
    world, key = tenancy.world, call.params["id"]
    collection = _writable(world, call)
    name = str(found_in(world, CONTAINERS[collection], key).get("userPrincipalName", "")).removeprefix(key.replace("-", ""))
    if name and any(user["userPrincipalName"].lower() == name.lower() for user in world.of("users").values()):
        raise Refusal(400, "Request_BadRequest", "Another object with the same value for property userPrincipalName already exists.")
    record = taken_out(world, CONTAINERS[collection], key)
    world.put(collection, key, _plain(record) | ({"userPrincipalName": name} if name else {}))
    for holder in record[MEMBER_OF]:
        if holder in world.of("groups"):
            world.set_members(holder, [*world.members(holder), key])
    kind = collection.removesuffix("s")
    world.audit(f"Restore {kind}", f"{kind.capitalize()}Management", world.found(collection, key), call.caller.app_id)
    return _answer(call, collection, world.found(collection, key))


def _purge(tenancy: Tenancy, call: Call) -> Reply:
    world, collection = tenancy.world, _writable(tenancy.world, call)
    record = taken_out(world, CONTAINERS[collection], call.params["id"])
    kind = collection.removesuffix("s")
    world.audit(f"Hard Delete {kind}", f"{kind.capitalize()}Management", record, call.caller.app_id)
    return empty()


def _collection(world: World, key: str) -> str:
    found = next((name for name, container in CONTAINERS.items() if key in kept_in(world, container)), None)
    if found is None:
        raise missing(key)
    return found


def _writable(world: World, call: Call) -> str:
    """Return the kind of a deleted object that the caller may change."""
    collection = _collection(world, call.params["id"])
    if call.caller.permissions.isdisjoint(_WRITE[collection]):
        raise denied()
    return collection


def _plain(record: Wire) -> Wire:
    return {name: value for name, value in record.items() if name != MEMBER_OF}


def _answer(call: Call, collection: str, record: Wire) -> Reply:
    entity = _ENTITIES[collection]
    reply = one(call, _plain(record), replace(entity, default=(*entity.default, "deletedDateTime") if entity.default else ()))
    reply.body = {"@odata.type": entity.type, **(reply.body or {})}
    return reply


_ITEMS = "/directory/deletedItems"
ROUTES: dict[str, Handler] = {
    f"GET {_ITEMS}/microsoft.graph.user": _of_kind("users"),
    f"GET {_ITEMS}/microsoft.graph.group": _of_kind("groups"),
    f"GET {_ITEMS}/{{id}}": _one,
    f"POST {_ITEMS}/{{id}}/restore": _restore,
    f"DELETE {_ITEMS}/{{id}}": _purge,
}
