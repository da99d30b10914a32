"""Reads of users: lists with and without their last sign-in, one user, the manager, and how many there are."""

from __future__ import annotations

from dataclasses import replace

from unbroken.emulator.cloud.consistency import listed_of
from unbroken.emulator.cloud.entities import USER
from unbroken.emulator.cloud.expanding import Expands
from unbroken.emulator.cloud.filter_text import parse
from unbroken.emulator.cloud.grammar import passes
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.permissions import denied
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.selecting import shape
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World, missing

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
    return page_of(tenancy, call, listed_of(tenancy.world, "users"), entity, _of_user(tenancy.world))


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


def count(collection: str) -> Handler:
    """Return the handler that says how many records of a collection there are."""

    def handler(tenancy: Tenancy, call: Call) -> Reply:
        if not call.eventual:
            raise Refusal(400, "Request_BadRequest", "$count is not currently supported.")
        records, text = listed_of(tenancy.world, collection), call.option("filter")
        number = sum(1 for record in records if not text or passes(record, parse(text)))
        return Reply(200, {"@text": str(number)})

    return handler


ROUTES: dict[str, Handler] = {
    "GET /me": _me,
    "GET /users": _users,
    "GET /users/$count": count("users"),
    "GET /users/{id}": _user,
    "GET /users/{id}/manager": _manager_of,
}
