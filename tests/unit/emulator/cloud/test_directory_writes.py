"""Writes to users, groups, roles and methods; mail; delta; batches."""

from __future__ import annotations

from typing import Any

import pytest

from emulating import Client

GROUPS, USERS = "/v1.0/groups", "/v1.0/users"


def somebody(graph: Client, place: int = 0) -> str:
    """Return the id of an employee with a mailbox."""
    found = [key for key, user in graph.emulation.world.of("users").items() if user["mail"] and user["accountEnabled"]]
    return found[place]


def group(graph: Client, **changed: Any) -> str:
    body = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True} | changed
    answer = graph.send("POST", GROUPS, body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["id"])


def add(graph: Client, holder: str, member: str) -> Any:
    return graph.send(
        "POST", f"{GROUPS}/{holder}/members/$ref", {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{member}"}
    )


def new_user(graph: Client, **changed: Any) -> Any:
    domain = next(iter(graph.emulation.world.of("domains")))
    body = {
        "accountEnabled": True,
        "displayName": "Break Glass 3",
        "mailNickname": "bg3",
        "userPrincipalName": f"bg3@{domain}",
        "passwordProfile": {"forceChangePasswordNextSignIn": False, "password": "correct horse battery staple"},
    }
    return graph.send("POST", USERS, {name: value for name, value in (body | changed).items() if value is not None})


def test_a_member_is_added_once_and_removed_once(graph: Client) -> None:
    pilot, user = group(graph), somebody(graph)

    assert add(graph, pilot, user).status_code == 204
    again = add(graph, pilot, user)
    assert (again.status_code, again.json()["error"]["code"]) == (400, "Request_BadRequest")
    assert "already exist" in again.json()["error"]["message"]
    assert [each["id"] for each in graph.every(f"{GROUPS}/{pilot}/members")] == [user]
    assert pilot in {each["id"] for each in graph.every(f"{USERS}/{user}/transitiveMemberOf")}
    assert graph.send("DELETE", f"{GROUPS}/{pilot}/members/{user}/$ref").status_code == 204
    assert graph.send("DELETE", f"{GROUPS}/{pilot}/members/{user}/$ref").status_code == 404
    assert add(graph, pilot, "11111111-1111-1111-1111-111111111111").status_code == 404


def test_a_role_assignable_group_is_changed_by_who_may_manage_roles(graph: Client) -> None:
    guarded, user = group(graph, isAssignableToRole=True), somebody(graph)
    graph.with_permissions("GroupMember.ReadWrite.All", "Group.ReadWrite.All")

    assert add(graph, guarded, user).status_code == 403
    assert (
        graph.send(
            "POST",
            GROUPS,
            {"displayName": "x", "mailEnabled": False, "mailNickname": "x", "securityEnabled": True, "isAssignableToRole": True},
        ).status_code
        == 403
    )
    assert add(graph, group(graph), user).status_code == 204


def test_a_new_user_has_no_password_to_read_and_is_in_the_report(graph: Client) -> None:
    made = new_user(graph)
    key = made.json()["id"]

    assert made.status_code == 201
    assert "correct horse" not in graph.get(f"{USERS}/{key}?$select=id,passwordProfile").text
    assert graph.get(f"/v1.0/reports/authenticationMethods/userRegistrationDetails/{key}").json()["isMfaCapable"] is False


@pytest.mark.parametrize(
    "changed",
    [{"displayName": None}, {"userPrincipalName": "a@elsewhere.example"}, {"shoeSize": 44}, {"passwordProfile": None}],
)
def test_what_is_no_user_is_refused(graph: Client, changed: dict[str, Any]) -> None:
    answer = new_user(graph, **changed)

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "Request_BadRequest")


def test_a_name_is_taken_once(graph: Client) -> None:
    assert new_user(graph).status_code == 201
    assert "already exists" in new_user(graph).json()["error"]["message"]


def test_a_deleted_user_leaves_its_groups(graph: Client) -> None:
    user = new_user(graph).json()["id"]
    pilot = group(graph, **{"members@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{user}"]})

    assert graph.send("DELETE", f"{USERS}/{user}").status_code == 204
    assert graph.every(f"{GROUPS}/{pilot}/members") == []
    assert graph.get(f"{USERS}/{user}").status_code == 404


def test_a_role_is_assigned_once(graph: Client) -> None:
    path, user = "/v1.0/roleManagement/directory/roleAssignments", new_user(graph).json()["id"]
    body = {"roleDefinitionId": "62e90394-69f5-4237-9190-012177145e10", "principalId": user, "directoryScopeId": "/"}

    assert [graph.send("POST", path, body).status_code for _ in range(2)] == [201, 400]
    found = graph.every(f"{path}?$filter=principalId eq '{user}'&$expand=principal")
    assert [(each["roleDefinitionId"], each["principal"]["id"]) for each in found] == [(body["roleDefinitionId"], user)]


def test_a_temporary_access_pass_is_shown_once_and_replaces_the_one_before(graph: Client) -> None:
    path = f"{USERS}/{somebody(graph)}/authentication/temporaryAccessPassMethods"
    first = graph.send("POST", path, {"lifetimeInMinutes": 60, "isUsableOnce": True}).json()
    second = graph.send("POST", path, {"lifetimeInMinutes": 60}).json()
    listed = graph.every(path)

    assert len(first["temporaryAccessPass"]) >= 8
    assert first["temporaryAccessPass"] != second["temporaryAccessPass"]
    assert [(each["id"], each["temporaryAccessPass"]) for each in listed] == [(second["id"], None)]
    assert first["methodUsabilityReason"] == "EnabledByPolicy"
    assert graph.send("POST", path, {"lifetimeInMinutes": 5}).status_code == 400


def test_no_pass_where_the_policy_has_none(graph: Client) -> None:
    configuration = "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/TemporaryAccessPass"
    body = {"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethodConfiguration", "state": "disabled"}
    graph.send("PATCH", configuration, body)

    assert graph.send("POST", f"{USERS}/{somebody(graph)}/authentication/temporaryAccessPassMethods", {}).status_code == 400


def test_a_registered_phone_reaches_the_report_when_it_is_made_anew(graph: Client) -> None:
    user = new_user(graph).json()["id"]
    report = f"/v1.0/reports/authenticationMethods/userRegistrationDetails/{user}"
    path = f"{USERS}/{user}/authentication/phoneMethods"

    assert graph.send("POST", path, {"phoneNumber": "555", "phoneType": "mobile"}).status_code == 400
    assert graph.send("POST", path, {"phoneNumber": "+44 7700900123", "phoneType": "mobile"}).status_code == 201
    assert graph.get(report).json()["isMfaCapable"] is False
    graph.clock.now += 30

    found = graph.get(report).json()
    assert (found["isMfaCapable"], found["methodsRegistered"]) == (True, ["mobilePhone"])


def test_the_methods_are_those_of_the_report_and_can_be_taken_away(graph: Client) -> None:
    rows = graph.emulation.world.of("userRegistrationDetails").values()
    user = next(row["id"] for row in rows if "microsoftAuthenticatorPush" in row["methodsRegistered"])
    path = f"{USERS}/{user}/authentication"
    before = {each["@odata.type"]: each["id"] for each in graph.every(f"{path}/methods")}
    key = before["#microsoft.graph.microsoftAuthenticatorAuthenticationMethod"]

    assert graph.send("DELETE", f"{path}/microsoftAuthenticatorMethods/{key}").status_code == 204
    assert {each["id"] for each in graph.every(f"{path}/methods")} == set(before.values()) - {key}
    assert graph.get(f"{path}/microsoftAuthenticatorMethods/{key}").status_code == 404


def test_per_user_mfa_that_is_enabled_is_enforced_once_a_method_is_there(graph: Client) -> None:
    user = new_user(graph).json()["id"]
    path = f"/beta/users/{user}/authentication/requirements"

    assert graph.send("PATCH", path, {"perUserMfaState": "enabled"}).status_code == 204
    graph.send("POST", f"{USERS}/{user}/authentication/phoneMethods", {"phoneNumber": "+44 7700900123", "phoneType": "mobile"})
    assert graph.get(path).json()["perUserMfaState"] == "enforced"
    assert graph.send("PATCH", path, {"perUserMfaState": "sometimes"}).status_code == 400


def mail(*recipients: str) -> dict[str, Any]:
    to = [{"emailAddress": {"address": each}} for each in recipients]
    return {"message": {"subject": "Register", "body": {"contentType": "HTML", "content": "<p>now</p>"}, "toRecipients": to}}


def test_a_mail_lies_in_the_outbox(graph: Client) -> None:
    sender = somebody(graph)
    answer = graph.send("POST", f"{USERS}/{sender}/sendMail", mail("somebody@contoso.example"))
    sent = graph.http.get("/emulator/outbox").json()["value"]

    assert (answer.status_code, answer.content) == (202, b"")
    assert [each["message"]["subject"] for each in sent] == ["Register"]
    assert graph.send("POST", f"{USERS}/{sender}/sendMail", mail()).status_code == 400
    assert graph.send("POST", f"{USERS}/{new_user(graph).json()['id']}/sendMail", mail("a@contoso.example")).status_code == 404


def test_a_delta_tells_everything_once_and_then_what_changed(graph: Client) -> None:
    user, gone = somebody(graph), new_user(graph).json()["id"]
    seen, path = [], "/v1.0/users/delta?$top=20"
    while "@odata.deltaLink" not in (page := graph.get(path).json()):
        seen += page["value"]
        path = page["@odata.nextLink"]
    seen += page["value"]
    link = page["@odata.deltaLink"]

    assert {each["id"] for each in seen} == set(graph.emulation.world.of("users"))
    assert graph.get(link).json()["value"] == []
    graph.send("PATCH", f"{USERS}/{user}", {"jobTitle": "Something else"})
    graph.send("DELETE", f"{USERS}/{gone}")
    changed = {each["id"]: each for each in graph.get(link).json()["value"]}
    assert changed.keys() == {user, gone}
    assert changed[user]["jobTitle"] == "Something else"
    assert "@removed" in changed[gone]


def test_a_delta_of_groups_has_members(graph: Client) -> None:
    link = graph.get("/v1.0/groups/delta?$deltatoken=latest").json()["@odata.deltaLink"]
    pilot, user = group(graph), somebody(graph)
    add(graph, pilot, user)

    (found,) = graph.get(link).json()["value"]

    assert [each["id"] for each in found["members@delta"]] == [user]


def test_a_delta_of_another_run_begins_anew(graph: Client) -> None:
    answer = graph.get("/v1.0/users/delta?$deltatoken=eyJydW4iOiJ4IiwiY2hhbmdlIjowfQ")

    assert (answer.status_code, answer.json()["error"]["code"]) == (410, "syncStateNotFound")


def batch(graph: Client, *items: dict[str, Any]) -> Any:
    return graph.send("POST", "/v1.0/$batch", {"requests": list(items)})


def test_each_call_of_a_batch_is_answered_by_itself(graph: Client) -> None:
    made = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True}
    answer = batch(
        graph,
        {"id": "1", "method": "GET", "url": "/users?$top=1"},
        {"id": "2", "method": "GET", "url": "users/11111111-1111-1111-1111-111111111111"},
        {"id": "3", "method": "POST", "url": "/groups", "body": made, "headers": {"Content-Type": "application/json"}},
        {"id": "4", "method": "GET", "url": "/groups", "dependsOn": ["2"]},
        {"id": "5", "method": "GET", "url": "/organization", "dependsOn": ["3"]},
    )
    found = {each["id"]: each for each in answer.json()["responses"]}

    assert answer.status_code == 200
    assert {key: each["status"] for key, each in found.items()} == {"1": 200, "2": 404, "3": 201, "4": 424, "5": 200}
    assert found["2"]["body"]["error"]["code"] == "Request_ResourceNotFound"
    assert len(found["1"]["body"]["value"]) == 1


@pytest.mark.parametrize(
    "items",
    [
        [],
        [{"id": str(number), "method": "GET", "url": "/users"} for number in range(21)],
        [{"id": "a", "method": "GET", "url": "/users"}, {"id": "A", "method": "GET", "url": "/users"}],
        [{"id": "1", "method": "POST", "url": "/groups", "body": {}}],
        [{"id": "1", "method": "GET"}],
        [{"id": "1", "method": "GET", "url": "/users", "dependsOn": ["2"]}],
    ],
)
def test_a_batch_that_is_none_is_refused_whole(graph: Client, items: list[dict[str, Any]]) -> None:
    assert batch(graph, *items).status_code == 400


def test_a_batch_needs_a_token_and_each_call_its_permission(graph: Client) -> None:
    graph.with_permissions("User.Read.All")
    items = [{"id": "1", "method": "GET", "url": "/users"}, {"id": "2", "method": "GET", "url": "/devices"}]

    assert [each["status"] for each in batch(graph, *items).json()["responses"]] == [200, 403]
    graph.headers = {}
    assert batch(graph, *items).status_code == 401
