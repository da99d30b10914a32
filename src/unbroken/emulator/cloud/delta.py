"""Delta queries: everything once, then what changed since, for the kinds of directory objects that have them."""

from __future__ import annotations

from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import replace

import msgspec

from unbroken.emulator.cloud.entities import DEVICE, DIRECTORY_ROLE, GROUP, SERVICE_PRINCIPAL, USER
from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.listing import link
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.reading import page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World

_ENTITIES = {
    "users": USER,
    "groups": GROUP,
    "servicePrincipals": SERVICE_PRINCIPAL,
    "devices": DEVICE,
    "directoryRoles": DIRECTORY_ROLE,
}


class _Mark(msgspec.Struct, frozen=True):
    """How far a client has read: `change` of the list of changes of the run that started with `run`."""

    run: str
    change: int


def _delta(collection: str) -> Handler:
    entity = replace(_ENTITIES[collection], order=(), unfiltered=True)

    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, token = tenancy.world, call.option("deltatoken")
        now = _mark(world)
        if token == "latest":  # noqa: S105 -- the word clients send for "from now on"
            return Reply(200, {"@odata.context": _context(call, collection), "@odata.deltaLink": _delta_link(call, now), "value": []})
        since = _opened(token, now) if token else None
        records = _whole(world, collection) if since is None else _changed(world, collection, since.change)
        return _page(tenancy, call, records, entity, now)

    return handler


def _page(tenancy: Tenancy, call: Call, records: list[Wire], entity: Entity, now: _Mark) -> Reply:
    removed = {record["id"] for record in records if "@removed" in record}
    extra = {record["id"]: record["members@delta"] for record in records if "members@delta" in record}
    reply = page_of(tenancy, call, records, entity)
    body = reply.body or {}
    for record in body["value"]:
        if record["id"] in removed:
            record["@removed"] = {"reason": "changed"}
        if record["id"] in extra:
            record["members@delta"] = extra[record["id"]]
    if "@odata.nextLink" not in body:
        body["@odata.deltaLink"] = _delta_link(call, now)
    return reply


def _whole(world: World, collection: str) -> list[Wire]:
    return [_with_members(world, collection, record) for record in world.of(collection).values()]


def _with_members(world: World, collection: str, record: Wire) -> Wire:
    if collection not in {"groups", "directoryRoles"}:
        return record
    members = [{"@odata.type": _type(world, key), "id": key} for key in world.members(record["id"])]
    return record | {"members@delta": members}


def _type(world: World, key: str) -> str:
    found = world.directory_object(key)
    return _ENTITIES[found[0]].type if found else "#microsoft.graph.directoryObject"


def _changed(world: World, collection: str, since: int) -> list[Wire]:
    """Return each object that changed, once, as it is now."""
    keys = dict.fromkeys(key for name, key, _ in world.changes[since:] if name == collection)
    there = world.of(collection)
    return [
        _with_members(world, collection, there[key]) if key in there else {"id": key, "@removed": {"reason": "changed"}} for key in keys
    ]


def _mark(world: World) -> _Mark:
    return _Mark(world.run, len(world.changes))


def _opened(token: str, now: _Mark) -> _Mark:
    """Return how far a delta token reads.

    Raises:
        Refusal: 410, the changes since are not known any more: read everything again.
    """
    gone = Refusal(410, "syncStateNotFound", "The sync state generation is not found; continuing the sync will not be possible.")
    try:
        found = msgspec.json.decode(urlsafe_b64decode(token + "=" * (-len(token) % 4)), type=_Mark)
    except (ValueError, msgspec.DecodeError):
        raise gone from None
    if found.run != now.run or found.change > now.change:
        raise gone
    return found


def _delta_link(call: Call, mark: _Mark) -> str:
    query = {name: value for name, value in call.query.items() if name.lstrip("$") not in {"skiptoken", "deltatoken"}}
    sealed = urlsafe_b64encode(msgspec.json.encode(mark)).decode().rstrip("=")
    return link(call, query | {"$deltatoken": sealed})


def _context(call: Call, collection: str) -> str:
    return f"{call.root}/{call.version}/$metadata#{collection}"


ROUTES: dict[str, Handler] = {f"GET /{collection}/delta": _delta(collection) for collection in _ENTITIES}
