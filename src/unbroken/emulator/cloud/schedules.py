"""Privileged Identity Management for directory roles: requests make schedules of eligible and of active assignments, and these end.

Sources: api-reference/v1.0/api/rbacapplication-post-roleassignmentschedulerequests.md, -post-roleeligibilityschedulerequests.md and the
resources of that name. There is no approval and no notification: a request is provisioned at once.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from unbroken.emulator.cloud.message import Refusal, Wire
from unbroken.emulator.cloud.roles import assign, assignments, demand_p2, withdraw
from unbroken.emulator.cloud.world import World

ELIGIBLE, ACTIVE = "roleEligibilitySchedules", "roleAssignmentSchedules"
_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?")


def end_of(schedule: Wire) -> datetime | None:
    """Return when a `scheduleInfo` ends, None when it never does.

    Raises:
        Refusal: 400, it says neither.
    """
    expiration = schedule.get("expiration") or {"type": "noExpiration"}
    kind = str(expiration.get("type")).lower()
    if kind in {"noexpiration", "notspecified"}:
        return None
    if kind == "afterdatetime" and expiration.get("endDateTime"):
        return datetime.fromisoformat(expiration["endDateTime"]).astimezone(UTC)
    found = _DURATION.fullmatch(str(expiration.get("duration")))
    if kind != "afterduration" or not found or not any(found.groups()):
        raise Refusal(400, "InvalidScheduleExpiration", "scheduleInfo says neither when it ends nor that it never does.")
    days, hours, minutes = (int(part or 0) for part in found.groups())
    begin = datetime.fromisoformat(schedule["startDateTime"]).astimezone(UTC)
    return begin + timedelta(days=days, hours=hours, minutes=minutes)


def current(world: World, collection: str) -> list[Wire]:
    """Return the schedules that have not ended; active assignments that have, end with them."""
    now = datetime.fromtimestamp(world.clock(), UTC)
    for key, record in list(world.of(collection).items()):
        ends = end_of(record["scheduleInfo"]) if record.get("scheduleInfo") else None
        if ends and ends <= now:
            world.remove(collection, key)
            if collection == ACTIVE:
                withdraw(world, record["principalId"], record["roleDefinitionId"])
    return list(world.of(collection).values())


def active(world: World) -> list[Wire]:
    """Return a schedule for every active assignment, made by a request or not."""
    made = current(world, ACTIVE)
    named = {_pair(record) for record in made}
    return made + [_standing(record) for record in assignments(world) if _pair(record) not in named]


def _standing(assignment: Wire) -> Wire:
    keys = ("id", "principalId", "roleDefinitionId", "directoryScopeId")
    plain = {"appScopeId": None, "createdUsing": None, "createdDateTime": None, "modifiedDateTime": None, "status": "Provisioned"}
    schedule: Wire = {
        "startDateTime": None,
        "recurrence": None,
        "expiration": {"type": "noExpiration", "endDateTime": None, "duration": None},
    }
    kind = {"assignmentType": "Assigned", "memberType": "Direct"}
    return {key: assignment[key] for key in keys} | plain | {"scheduleInfo": schedule} | kind


def grant(world: World, collection: str, request: Wire) -> str:
    """Make the schedule that a request asks for and return its id.

    Raises:
        Refusal: 400, it is there, or the tenant has no P2.
    """
    demand_p2(world)
    if collection == ACTIVE:
        assign(world, request["principalId"], request["roleDefinitionId"], "RoleAssignmentExists")
    elif any(_pair(record) == _pair(request) for record in current(world, ELIGIBLE)):
        raise Refusal(400, "RoleAssignmentExists", "The Role assignment already exists.")
    key = world.new_id(collection)
    names = ("principalId", "roleDefinitionId", "directoryScopeId", "appScopeId", "scheduleInfo")
    kept = {"id": key, "createdUsing": request["id"], "createdDateTime": world.now, "modifiedDateTime": None, "status": "Provisioned"}
    kind = {"assignmentType": "Activated" if request["action"] == "selfActivate" else "Assigned"} if collection == ACTIVE else {}
    world.put(collection, key, kept | {name: request[name] for name in names} | {"memberType": "Direct"} | kind)
    return key


def revoke(world: World, collection: str, request: Wire) -> str | None:
    """End the schedule that a request names and return its id; an assignment that nobody requested has none.

    Raises:
        Refusal: 400, there is none.
    """
    demand_p2(world)
    found = next((record for record in current(world, collection) if _pair(record) == _pair(request)), None)
    if collection == ACTIVE and _pair(request) in {_pair(record) for record in assignments(world)}:
        withdraw(world, request["principalId"], request["roleDefinitionId"])
    elif found is None:
        raise Refusal(400, "RoleAssignmentDoesNotExist", "The Role assignment does not exist.")
    return str(world.remove(collection, found["id"])["id"]) if found else None


def _pair(record: Wire) -> tuple[str, str]:
    return record["principalId"], record["roleDefinitionId"]
