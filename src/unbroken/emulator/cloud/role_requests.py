"""The addresses of Privileged Identity Management: requests, schedules, and their instances of this moment."""

from __future__ import annotations

from unbroken.emulator.cloud.entities import ROLE_ASSIGNMENT
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.reading import one, page_of, single
from unbroken.emulator.cloud.roles import demand_p2
from unbroken.emulator.cloud.schedules import ACTIVE, ELIGIBLE, active, current, end_of, grant, revoke
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World, missing

REQUESTS = {ELIGIBLE: "roleEligibilityScheduleRequests", ACTIVE: "roleAssignmentScheduleRequests"}
_GRANTS, _REVOKES = frozenset({"adminAssign", "selfActivate"}), frozenset({"adminRemove", "selfDeactivate"})
_OWN = frozenset({"selfActivate", "selfDeactivate"})


def _schedules(world: World, collection: str) -> list[Wire]:
    return active(world) if collection == ACTIVE else current(world, collection)


def _list(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        demand_p2(tenancy.world)
        return page_of(tenancy, call, _schedules(tenancy.world, collection), ROLE_ASSIGNMENT)

    return handler


def _instances(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        demand_p2(tenancy.world)
        found = [_instance(record, collection) for record in _schedules(tenancy.world, collection)]
        return page_of(tenancy, call, found, ROLE_ASSIGNMENT)

    return handler


def _instance(record: Wire, collection: str) -> Wire:
    keys = ("id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "memberType", "assignmentType")
    schedule = record.get("scheduleInfo") or {}
    ends = end_of(schedule) if schedule else None
    times = {"startDateTime": schedule.get("startDateTime"), "endDateTime": ends.strftime("%Y-%m-%dT%H:%M:%SZ") if ends else None}
    origin = {"roleAssignmentScheduleId": record["id"], "roleAssignmentOriginId": record["id"]}
    own = origin if collection == ACTIVE else {"roleEligibilityScheduleId": record["id"]}
    return {key: record[key] for key in keys if key in record} | times | own


def _request(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world = tenancy.world
        request = _checked(world, call, call.json(), collection)
        if request["action"] in _GRANTS:
            request |= {"targetScheduleId": grant(world, collection, request), "status": "Provisioned"}
        else:
            request |= {"targetScheduleId": revoke(world, collection, request), "status": "Revoked"}
        target = {"id": request["principalId"], "displayName": None}
        world.audit(f"{request['action']} {REQUESTS[collection]}", "RoleManagement", target, call.caller.app_id)
        return one(call, world.put(REQUESTS[collection], request["id"], request), ROLE_ASSIGNMENT, status=201)

    return handler


def _checked(world: World, call: Call, body: Wire, collection: str) -> Wire:
    """Return the request as it is kept.

    Raises:
        Refusal: 400 or 404, it says too little, or names nobody; 501, an action that the emulator does not know.
    """
    action = body.get("action")
    if action not in _GRANTS | _REVOKES or (collection == ELIGIBLE and action in _OWN):
        raise Refusal(
            501, "NotImplemented", f"The emulator takes adminAssign, adminRemove, selfActivate and selfDeactivate, not '{action}'."
        )
    for name in ("principalId", "roleDefinitionId", "directoryScopeId", *(["scheduleInfo"] if action in _GRANTS else [])):
        if not body.get(name):
            raise Refusal(400, "RoleAssignmentRequestPolicyValidationFailed", f"The property '{name}' is missing.")
    if not world.directory_object(body["principalId"]):
        raise missing(body["principalId"])
    if action in _OWN:
        _demand_own(world, call, body)
    schedule = {"recurrence": None, **(body.get("scheduleInfo") or {})}
    schedule["startDateTime"] = schedule.get("startDateTime") or world.now
    end_of(schedule)
    said = {"justification": body.get("justification"), "isValidationOnly": False, "ticketInfo": body.get("ticketInfo")}
    made = {
        "createdDateTime": world.now,
        "completedDateTime": world.now,
        "approvalId": None,
        "customData": None,
        "createdBy": _author(call),
    }
    named = {name: body[name] for name in ("action", "principalId", "roleDefinitionId", "directoryScopeId")}
    return {"id": world.new_id(REQUESTS[collection]), **named, "appScopeId": None, "scheduleInfo": schedule} | said | made


def _demand_own(world: World, call: Call, body: Wire) -> None:
    """Let a signed-in user activate and give up a role that it is eligible for, and nobody else's."""
    wanted = body["principalId"], body["roleDefinitionId"]
    eligible = any((record["principalId"], record["roleDefinitionId"]) == wanted for record in current(world, ELIGIBLE))
    if call.caller.user_id != body["principalId"] or not eligible:
        raise Refusal(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.")


def _author(call: Call) -> Wire:
    if call.caller.delegated:
        return {"application": None, "device": None, "user": {"id": call.caller.user_id, "displayName": None}}
    return {"application": {"id": call.caller.app_id, "displayName": None}, "device": None, "user": None}


_PATH = "/roleManagement/directory"
ROUTES: dict[str, Handler] = {
    f"GET {_PATH}/{ELIGIBLE}": _list(ELIGIBLE),
    f"GET {_PATH}/{ACTIVE}": _list(ACTIVE),
    f"GET {_PATH}/roleEligibilityScheduleInstances": _instances(ELIGIBLE),
    f"GET {_PATH}/roleAssignmentScheduleInstances": _instances(ACTIVE),
    **{f"POST {_PATH}/{requests}": _request(collection) for collection, requests in REQUESTS.items()},
    **{f"GET {_PATH}/{requests}/{{id}}": single(requests, ROLE_ASSIGNMENT) for requests in REQUESTS.values()},
}
