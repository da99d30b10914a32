"""Objects of whatever kind by their ids, and which groups somebody is in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from unbroken.emulator.cloud.consistency import all_members_listed
from unbroken.emulator.cloud.entities import GROUP
from unbroken.emulator.cloud.group_reads import member, object_of
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.reading import page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import OBJECT_KINDS, World, missing

MOST_IDS, MOST_GROUPS = 1000, 20


def _by_ids(tenancy: Tenancy, call: Call) -> Reply:
    """Return those of the objects that are there; for the others there is no word (api/directoryobject-getbyids.md)."""
    world, body = tenancy.world, call.json()
    ids, kinds = _ids(body.get("ids"), "ids", MOST_IDS), body.get("types") or list(OBJECT_KINDS.values())
    found = [(name, record) for name, record in (object_of(world, key) for key in dict.fromkeys(ids)) if OBJECT_KINDS.get(name) in kinds]
    entity = replace(GROUP, resource="DirectoryObject", hidden=frozenset(), top=MOST_IDS, top_max=MOST_IDS)
    return page_of(tenancy, call, [member(call, name, record) for name, record in found], entity)


def _by_id(tenancy: Tenancy, call: Call) -> Reply:
    found = tenancy.world.directory_object(call.params["id"])
    if found is None:
        raise missing(call.params["id"])
    return Reply(200, {"@odata.context": context(call, single=True), **member(call, *found)})


def _check_groups(tenancy: Tenancy, call: Call) -> Reply:
    """Return those of some groups that a user is in, directly or through others."""
    wanted = _ids(call.json().get("groupIds"), "groupIds", MOST_GROUPS)
    there = set(_groups_of(tenancy.world, call.params["id"]))
    return _texts(call, [key for key in wanted if key in there])


def _member_groups(tenancy: Tenancy, call: Call) -> Reply:
    world = tenancy.world
    only_security = call.json().get("securityEnabledOnly") is True
    found = _groups_of(world, call.params["id"])
    return _texts(call, [key for key in found if not only_security or world.of("groups")[key].get("securityEnabled")])


def _groups_of(world: World, user: str) -> list[str]:
    key = world.user(user)["id"]
    return [group for group in world.of("groups") if key in all_members_listed(world, group)]


def _ids(sent: Any, name: str, most: int) -> list[str]:  # noqa: ANN401 -- what a client sent
    if not isinstance(sent, list) or not all(isinstance(each, str) for each in sent):
        raise Refusal(400, "Request_BadRequest", f"A value is required for property '{name}'.")
    if len(sent) > most:
        raise Refusal(400, "Directory_ResultSizeLimitExceeded", f"'{name}' holds more than {most} ids.")
    return sent


def _texts(call: Call, found: list[str]) -> Reply:
    body: Wire = {"@odata.context": f"{call.root}/{call.version}/$metadata#Collection(Edm.String)", "value": found}
    return Reply(200, body)


ROUTES: dict[str, Handler] = {
    "POST /directoryObjects/getByIds": _by_ids,
    "GET /directoryObjects/{id}": _by_id,
    "POST /users/{id}/checkMemberGroups": _check_groups,
    "POST /users/{id}/getMemberGroups": _member_groups,
}
