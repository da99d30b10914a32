"""Reads of the directory: organization, licences, domains, users, groups and their members, roles, applications, devices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from unbroken.emulator.cloud import entities
from unbroken.emulator.cloud.entities import USER, Entity
from unbroken.emulator.cloud.expanding import MOST, Expands
from unbroken.emulator.cloud.filter_text import parse
from unbroken.emulator.cloud.grammar import passes
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.permissions import SEES_OBJECTS, denied
from unbroken.emulator.cloud.reading import listed, one, page_of, single
from unbroken.emulator.cloud.selecting import shape
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import OBJECT_KINDS, World, missing

ENTITIES = {
    "users": entities.USER,
    "groups": entities.GROUP,
    "servicePrincipals": entities.SERVICE_PRINCIPAL,
    "devices": entities.DEVICE,
}
ACTIVITY_TOP = 500
"""The largest page of users with `signInActivity`; without `$top` it has 100 as well."""
_USERS_WITH_ACTIVITY = replace(USER, top_max=ACTIVITY_TOP)


def asks_for_activity(call: Call) -> bool:
    """Return whether a call for users wants `signInActivity`, which has a licence, a permission and a limit of its own."""
    return "signInActivity" in (call.option("select") or "") or "signInActivity" in (call.option("filter") or "")


def _users(tenancy: Tenancy, call: Call) -> Reply:
    _demand_activity(tenancy, call)
    text = call.option("filter") or ""
    if "signInActivity" in text and " and " in text.lower():
        raise Refusal(400, "Request_UnsupportedQuery", "Filtering on signInActivity is not supported with any other filterable properties.")
    entity = _USERS_WITH_ACTIVITY if asks_for_activity(call) else USER
    return page_of(tenancy, call, list(tenancy.world.of("users").values()), entity, _of_user(tenancy.world))


def _of_user(world: World) -> Expands:
    return {"manager": lambda user: _manager(world, user)}


def _manager(world: World, user: Wire) -> Wire | None:
    manager = world.of("users").get((user.get("manager") or {}).get("id", ""))
    return {"@odata.type": USER.type, **shape(Call("GET", ""), manager, USER)} if manager else None


def _manager_of(tenancy: Tenancy, call: Call) -> Reply:
    manager = _manager(tenancy.world, tenancy.world.user(call.params["id"]))
    if manager is None:
        raise missing("manager")
    return Reply(200, {"@odata.context": context(call, single=True), **manager})


def _user(tenancy: Tenancy, call: Call) -> Reply:
    _demand_activity(tenancy, call)
    if asks_for_activity(call) and "@" in call.params["id"]:
        raise Refusal(400, "BadRequest", "Get By Key only supports UserId and the key has to be a valid Guid")
    return one(call, tenancy.world.user(call.params["id"]), USER, expands=_of_user(tenancy.world))


def _me(tenancy: Tenancy, call: Call) -> Reply:
    if not call.caller.delegated:
        raise Refusal(400, "BadRequest", "/me request is only valid with delegated authentication flow.")
    return one(call, tenancy.world.user(call.caller.user_id), USER)


def _demand_activity(tenancy: Tenancy, call: Call) -> None:
    if not asks_for_activity(call):
        return
    if "AuditLog.Read.All" not in call.caller.permissions:
        raise denied()
    tenancy.demand_premium()


def _count(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        if not call.eventual:
            raise Refusal(400, "Request_BadRequest", "$count is not currently supported.")
        records, text = tenancy.world.of(collection).values(), call.option("filter")
        number = sum(1 for record in records if not text or passes(record, parse(text)))
        return Reply(200, {"@text": str(number)})

    return handler


def _mailbox(tenancy: Tenancy, call: Call) -> Reply:
    settings = _mailbox_settings(tenancy.world.user(call.params["id"]))
    return Reply(200, {"@odata.context": context(call), **settings})


def _purpose(tenancy: Tenancy, call: Call) -> Reply:
    settings = _mailbox_settings(tenancy.world.user(call.params["id"]))
    return Reply(200, {"@odata.context": context(call), "value": settings["userPurpose"]})


def _mailbox_settings(user: Wire) -> Wire:
    if not user.get("mail"):
        raise no_mailbox()
    return {"userPurpose": "user"} | (user.get("mailboxSettings") or {})


def no_mailbox() -> Refusal:
    """Return the refusal of a user without a mailbox."""
    return Refusal(404, "MailboxNotEnabledForRESTAPI", "The mailbox is either inactive, soft-deleted, or is hosted on-premise.")


def _members(*, transitive: bool) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, key = tenancy.world, call.params["id"]
        world.found("groups", key)
        ids = world.transitive_members(key) if transitive else world.members(key)
        return _objects(tenancy, call, ids)

    return handler


def _objects(tenancy: Tenancy, call: Call, ids: Iterable[str]) -> Reply:
    """Return directory objects of mixed kinds, or of the one the path casts to."""
    cast = call.params.get("cast", "")
    wanted = {f"microsoft.graph.{kind}": name for name, kind in OBJECT_KINDS.items()}
    if cast and cast not in wanted:
        raise Refusal(400, "BadRequest", f"Resource not found for the segment '{cast}'.")
    if cast and "transitive" in call.path.lower() and not (call.eventual and call.option("count") == "true"):
        raise Refusal(400, "Request_UnsupportedQuery", "OData cast needs the header ConsistencyLevel: eventual and $count=true.")
    found = [(name, record) for name, record in (_object(tenancy.world, key) for key in ids) if not cast or name == wanted[cast]]
    entity = ENTITIES[wanted[cast]] if cast else replace(entities.GROUP, resource="DirectoryObject", hidden=frozenset(), known=frozenset())
    return page_of(tenancy, call, [_member(call, name, record) for name, record in found], replace(entity, default=()))


def _object(world: World, key: str) -> tuple[str, Wire]:
    """Return (collection, record); what the tenant folder does not hold is known by its id alone."""
    return world.directory_object(key) or ("", {"id": key})


def _member(call: Call, name: str, record: Wire) -> Wire:
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


def _member_of(*, transitive: bool) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, user = tenancy.world, tenancy.world.user(call.params["id"])
        groups = [key for key in world.of("groups") if user["id"] in (world.transitive_members(key) if transitive else world.members(key))]
        roles = [key for key in world.of("directoryRoles") if user["id"] in world.members(key)]
        found = [{"@odata.type": "#microsoft.graph.group", **world.of("groups")[key]} for key in groups]
        found += [{"@odata.type": "#microsoft.graph.directoryRole", **world.of("directoryRoles")[key]} for key in roles]
        return page_of(tenancy, call, found, replace(entities.GROUP, resource="DirectoryObject"))

    return handler


def _directory_roles(tenancy: Tenancy, call: Call) -> Reply:
    """Return all activated roles: this list has no pages."""
    records = list(tenancy.world.of("directoryRoles").values())
    return page_of(tenancy, call, records, replace(entities.DIRECTORY_ROLE, top=10_000, top_max=10_000), _with_members(tenancy, call))


def _with_members(tenancy: Tenancy, call: Call) -> Expands:
    plain = replace(call, query={})
    return {"members": lambda holder: [_member(plain, *_object(tenancy.world, key)) for key in tenancy.world.members(holder["id"])[:MOST]]}


def _groups(tenancy: Tenancy, call: Call) -> Reply:
    return page_of(tenancy, call, list(tenancy.world.of("groups").values()), entities.GROUP, _with_members(tenancy, call))


def _group(tenancy: Tenancy, call: Call) -> Reply:
    return one(call, tenancy.world.found("groups", call.params["id"]), entities.GROUP, expands=_with_members(tenancy, call))


def _directory_role(tenancy: Tenancy, call: Call) -> Reply:
    key = call.params["id"].removeprefix("roleTemplateId=").strip("'")
    roles = tenancy.world.of("directoryRoles")
    found = next((role for role in roles.values() if role.get("roleTemplateId") == key), None) or tenancy.world.found("directoryRoles", key)
    return one(call, found, entities.DIRECTORY_ROLE)


def _role_members(tenancy: Tenancy, call: Call) -> Reply:
    role = tenancy.world.found("directoryRoles", call.params["id"])
    found = [_member(call, *_object(tenancy.world, key)) for key in tenancy.world.members(role["id"])]
    return page_of(tenancy, call, found, Entity(resource="DirectoryObject", unfiltered=True, top=10_000, top_max=10_000))


def _federation(tenancy: Tenancy, call: Call) -> Reply:
    """Return the federation of a domain; a managed one has none."""
    domain = tenancy.world.found("domains", call.params["id"])
    if domain.get("authenticationType") != "Federated":
        raise Refusal(404, "Request_ResourceNotFound", f"Domain '{domain['id']}' is not federated.")
    return page_of(tenancy, call, domain.get("federationConfiguration") or [], entities.DOMAIN)


ROUTES: dict[str, Handler] = {
    "GET /organization": listed("organization", entities.ORGANIZATION),
    "GET /subscribedSkus": listed("subscribedSkus", entities.SUBSCRIBED_SKU),
    "GET /domains": listed("domains", entities.DOMAIN),
    "GET /domains/{id}/federationConfiguration": _federation,
    "GET /me": _me,
    "GET /users": _users,
    "GET /users/$count": _count("users"),
    "GET /users/{id}": _user,
    "GET /users/{id}/manager": _manager_of,
    "GET /users/{id}/memberOf": _member_of(transitive=False),
    "GET /users/{id}/transitiveMemberOf": _member_of(transitive=True),
    "GET /users/{id}/mailboxSettings": _mailbox,
    "GET /users/{id}/mailboxSettings/userPurpose": _purpose,
    "GET /groups": _groups,
    "GET /groups/$count": _count("groups"),
    "GET /groups/{id}": _group,
    "GET /groups/{id}/members": _members(transitive=False),
    "GET /groups/{id}/members/{cast}": _members(transitive=False),
    "GET /groups/{id}/transitiveMembers": _members(transitive=True),
    "GET /groups/{id}/transitiveMembers/{cast}": _members(transitive=True),
    "GET /directoryRoles": _directory_roles,
    "GET /directoryRoles/{id}": _directory_role,
    "GET /directoryRoles/{id}/members": _role_members,
    "GET /servicePrincipals": listed("servicePrincipals", entities.SERVICE_PRINCIPAL),
    "GET /servicePrincipals/{id}": single("servicePrincipals", entities.SERVICE_PRINCIPAL),
    "GET /applications": listed("applications", entities.APPLICATION),
    "GET /devices": listed("devices", entities.DEVICE),
    "GET /devices/{id}": single("devices", entities.DEVICE),
}
