"""Privileged Identity Management: who may have a role, who has it, and until when."""

from __future__ import annotations

from typing import Any

import pytest

from emulating import Client
from unbroken.emulator.cloud.world import P2

PATH = "/v1.0/roleManagement/directory"
ROLE = "62e90394-69f5-4237-9190-012177145e10"
FOR_EVER = {"expiration": {"type": "noExpiration"}}


def somebody(graph: Client) -> str:
    world = graph.emulation.world
    return next(key for key, user in world.of("users").items() if user["accountEnabled"] and ROLE not in world.tenant().roles_of(key))


def ask(graph: Client, kind: str, user: str, **changed: Any) -> Any:
    body = {"action": "adminAssign", "principalId": user, "roleDefinitionId": ROLE, "directoryScopeId": "/", "scheduleInfo": FOR_EVER}
    return graph.send("POST", f"{PATH}/role{kind}ScheduleRequests", body | changed)


def holders(graph: Client, name: str) -> set[str]:
    return {each["principalId"] for each in graph.every(f"{PATH}/{name}") if each["roleDefinitionId"] == ROLE}


def test_without_p2_nothing_of_it_is_there(graph: Client) -> None:
    world = graph.emulation.world
    for sku in list(world.of("subscribedSkus").values()):
        world.put(
            "subscribedSkus", sku["id"], sku | {"servicePlans": [plan for plan in sku["servicePlans"] if plan["servicePlanId"] != P2]}
        )
    for name in ("roleEligibilitySchedules", "roleAssignmentSchedules", "roleAssignmentScheduleInstances"):
        assert graph.get(f"{PATH}/{name}").json()["error"]["code"] == "AadPremiumLicenseRequired"
    assert ask(graph, "Eligibility", somebody(graph)).json()["error"]["code"] == "AadPremiumLicenseRequired"


def test_eligible_is_not_active_and_is_given_once(graph: Client) -> None:
    user = somebody(graph)
    made, again = ask(graph, "Eligibility", user), ask(graph, "Eligibility", user)

    assert (made.status_code, made.json()["status"]) == (201, "Provisioned")
    assert (again.status_code, again.json()["error"]["code"]) == (400, "RoleAssignmentExists")
    assert graph.get(f"{PATH}/roleEligibilityScheduleRequests/{made.json()['id']}").json()["principalId"] == user
    assert {user} == holders(graph, "roleEligibilitySchedules") == holders(graph, "roleEligibilityScheduleInstances")
    assert ROLE not in graph.emulation.world.tenant().roles_of(user)
    assert ask(graph, "Eligibility", user, action="adminRemove").json()["status"] == "Revoked"
    assert ask(graph, "Eligibility", user, action="adminRemove").json()["error"]["code"] == "RoleAssignmentDoesNotExist"
    assert holders(graph, "roleEligibilitySchedules") == set()


def test_an_assignment_ends_when_its_time_is_over(graph: Client) -> None:
    user, world = somebody(graph), graph.emulation.world
    schedule = {"startDateTime": world.now, "expiration": {"type": "afterDuration", "duration": "PT30M"}}
    assert ask(graph, "Assignment", user, scheduleInfo=schedule).status_code == 201
    assert user in holders(graph, "roleAssignments") & holders(graph, "roleAssignmentScheduleInstances")
    assert ROLE in world.tenant().roles_of(user)
    graph.clock.now += 1801

    assert user not in holders(graph, "roleAssignments") | holders(graph, "roleAssignmentSchedules")
    assert ROLE not in world.tenant().roles_of(user)


def test_standing_assignments_have_schedules_as_well_and_can_be_removed(graph: Client) -> None:
    standing = holders(graph, "roleAssignments")
    first = next(each for each in sorted(standing) if graph.emulation.world.directory_object(each))

    assert standing == holders(graph, "roleAssignmentSchedules") == holders(graph, "roleAssignmentScheduleInstances")
    assert ask(graph, "Assignment", first, action="adminRemove", scheduleInfo=None).json()["status"] == "Revoked"
    assert holders(graph, "roleAssignments") == standing - {first}


def test_a_user_activates_what_it_is_eligible_for(graph: Client) -> None:
    user = somebody(graph)
    ask(graph, "Eligibility", user)
    own = graph.emulation.credentials()
    code = graph.http.post(f"/{own['tenantId']}/oauth2/v2.0/devicecode", data={"client_id": own["clientId"], "scope": ".default"}).json()
    graph.http.post("/emulator/devicelogin", json={"userCode": code["user_code"], "user": user})
    grant = "urn:ietf:params:oauth:grant-type:device_code"
    graph.sign_in(grant_type=grant, device_code=code["device_code"])
    other = next(key for key in graph.emulation.world.of("users") if key != user)
    schedule = {"expiration": {"type": "afterDuration", "duration": "PT1H"}}

    assert ask(graph, "Assignment", other, action="selfActivate", scheduleInfo=schedule).status_code == 400
    active = ask(graph, "Assignment", user, action="selfActivate", scheduleInfo=schedule)
    assert (active.status_code, active.json()["createdBy"]["user"]["id"]) == (201, user)
    found = [each for each in graph.every(f"{PATH}/roleAssignmentScheduleInstances") if each["principalId"] == user]
    assert [each["assignmentType"] for each in found] == ["Activated"]
    assert ask(graph, "Assignment", user, action="selfDeactivate").json()["status"] == "Revoked"
    assert user not in holders(graph, "roleAssignments")


@pytest.mark.parametrize(
    ("changed", "status", "code"),
    [
        ({"action": "adminExtend"}, 501, "NotImplemented"),
        ({"directoryScopeId": None}, 400, "RoleAssignmentRequestPolicyValidationFailed"),
        ({"principalId": "11111111-1111-1111-1111-111111111111"}, 404, "Request_ResourceNotFound"),
        ({"scheduleInfo": {"expiration": {"type": "afterDuration", "duration": "soon"}}}, 400, "InvalidScheduleExpiration"),
    ],
)
def test_what_is_no_request_is_refused(graph: Client, changed: dict[str, Any], status: int, code: str) -> None:
    refused = ask(graph, "Eligibility", somebody(graph), **changed)

    assert (refused.status_code, refused.json()["error"]["code"]) == (status, code)
    assert holders(graph, "roleEligibilitySchedules") == set()


def test_an_assignment_is_read_and_taken_away_by_its_id(graph: Client) -> None:
    user = somebody(graph)
    body = {"roleDefinitionId": ROLE, "principalId": user, "directoryScopeId": "/"}
    made = graph.send("POST", f"{PATH}/roleAssignments", body).json()["id"]

    assert graph.get(f"{PATH}/roleAssignments/{made}").json()["principalId"] == user
    assert graph.send("DELETE", f"{PATH}/roleAssignments/{made}").status_code == 204
    assert graph.get(f"{PATH}/roleAssignments/{made}").status_code == 404


def test_a_role_is_activated_once(graph: Client) -> None:
    template = {"roleTemplateId": "4a5d8f65-41da-4de4-8968-e035b65339cf"}

    assert [graph.send("POST", "/v1.0/directoryRoles", template).status_code for _ in range(2)] == [201, 400]
