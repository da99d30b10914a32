"""The smaller parts of Graph that a rollout needs: contexts, templates, passkeys, rooms, objects by id, preferences, counts."""

from __future__ import annotations

from typing import Any

import pytest

from emulating import Client, passkey
from unbroken.emulator.cloud.policy_shape import complete
from unbroken.emulator.cloud.templates import CURRENT_ADMINISTRATOR, TEMPLATES

CONTEXTS = "/v1.0/identity/conditionalAccess/authenticationContextClassReferences"
POLICIES = "/v1.0/identity/conditionalAccess/policies"
USERS = "/v1.0/users"


def user_of(graph: Client) -> str:
    return next(iter(graph.emulation.world.of("users")))


def test_a_context_is_made_changed_and_deleted_when_nobody_uses_it(graph: Client) -> None:
    body = {"id": "c7", "displayName": "Payroll", "description": "Asks again", "isAvailable": True}
    assert graph.send("POST", CONTEXTS, body).status_code == 201
    assert graph.send("POST", CONTEXTS, body).status_code == 400
    assert graph.send("PATCH", f"{CONTEXTS}/c8", {"displayName": "Contracts"}).status_code == 204
    assert [each["id"] for each in graph.every(CONTEXTS)] == ["c7", "c8"]
    assert [each["id"] for each in graph.every(f"{CONTEXTS}?$filter=isAvailable eq true")] == ["c7"]
    assert graph.send("DELETE", f"{CONTEXTS}/c7").status_code == 400  # published

    grant = {"operator": "OR", "builtInControls": ["mfa"]}
    applications = {"includeAuthenticationContextClassReferences": ["c8"]}
    conditions = {"clientAppTypes": ["all"], "applications": applications, "users": {"includeUsers": ["All"]}}
    policy = graph.send("POST", POLICIES, {"displayName": "x", "state": "disabled", "conditions": conditions, "grantControls": grant})
    assert graph.send("DELETE", f"{CONTEXTS}/c8").status_code == 400  # named by a policy
    graph.send("DELETE", f"{POLICIES}/{policy.json()['id']}")
    assert graph.send("DELETE", f"{CONTEXTS}/c8").status_code == 204
    assert graph.get(f"{CONTEXTS}/c8").status_code == 404


@pytest.mark.parametrize("body", [{"id": "c100"}, {"id": "c0"}, {}, {"id": "c5", "isAvailable": "yes"}, {"id": "c5", "colour": "red"}])
def test_what_is_no_context_is_refused(graph: Client, body: dict[str, Any]) -> None:
    assert graph.send("POST", CONTEXTS, body).status_code == 400
    assert graph.every(CONTEXTS) == []


def test_every_template_is_a_policy_once_its_administrator_is_known(graph: Client) -> None:
    listed = graph.every("/v1.0/identity/conditionalAccess/templates")
    assert {each["id"] for each in listed} == TEMPLATES.keys()
    for template in listed:
        assert graph.get(f"/v1.0/identity/conditionalAccess/templates/{template['id']}").json()["name"] == template["name"]
        users = template["details"]["conditions"]["users"]
        assert CURRENT_ADMINISTRATOR in users["excludeUsers"]
        users["excludeUsers"] = [user_of(graph)]
        complete(graph.emulation.world, template["details"] | {"displayName": template["name"], "state": "disabled"})


def test_a_passkey_is_registered_by_whoever_answers_the_challenge(graph: Client) -> None:
    path = f"{USERS}/{user_of(graph)}/authentication/fido2Methods"
    options = graph.get(f"{path}/creationOptions(challengeTimeoutInMinutes=10)").json()
    body = passkey(options["publicKey"]["challenge"])

    assert options["publicKey"]["rp"]["id"] == "login.microsoft.com"
    assert graph.send("POST", path, passkey("other")).status_code == 400
    made = graph.send("POST", path, body)
    assert (made.status_code, made.json()["displayName"]) == (201, "Safe, key 1")
    assert graph.send("POST", path, body).status_code == 400  # a challenge is answered once
    assert made.json()["id"] in {each["id"] for each in graph.every(path)}
    excluded = graph.get(f"{path}/creationOptions").json()["publicKey"]["excludeCredentials"]
    assert made.json()["id"] in {each["id"] for each in excluded}


def test_a_challenge_gets_too_old_and_no_passkey_is_registered_against_the_policy(graph: Client) -> None:
    path = f"{USERS}/{user_of(graph)}/authentication/fido2Methods"
    challenge = graph.get(f"{path}/creationOptions?challengeTimeoutInMinutes=5").json()["publicKey"]["challenge"]
    graph.clock.now += 301
    assert graph.send("POST", path, passkey(challenge)).status_code == 400

    configuration = "/v1.0/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/Fido2"
    graph.send("PATCH", configuration, {"@odata.type": "#microsoft.graph.fido2AuthenticationMethodConfiguration", "state": "disabled"})
    assert graph.get(f"{path}/creationOptions").status_code == 400


def test_a_mail_address_is_added_once_and_a_password_stays(graph: Client) -> None:
    path = f"{USERS}/{user_of(graph)}/authentication"
    graph.with_permissions("UserAuthenticationMethod.ReadWrite.All")
    for each in graph.every(f"{path}/emailMethods"):
        graph.send("DELETE", f"{path}/emailMethods/{each['id']}")

    assert graph.send("POST", f"{path}/emailMethods", {"emailAddress": "a@home.example"}).status_code == 201
    assert graph.send("POST", f"{path}/emailMethods", {"emailAddress": "b@home.example"}).status_code == 400
    password = graph.every(f"{path}/passwordMethods")[0]["id"]
    assert graph.send("DELETE", f"{path}/passwordMethods/{password}").status_code == 405


def test_rooms_are_the_mailboxes_that_are_rooms(graph: Client) -> None:
    users = graph.emulation.world.of("users")
    rooms = {key for key, user in users.items() if (user.get("mailboxSettings") or {}).get("userPurpose") == "room"}

    found = graph.with_permissions("Place.Read.All").every("/v1.0/places/microsoft.graph.room")
    assert rooms
    assert {each["id"] for each in found} == rooms
    assert {each["emailAddress"] for each in found} == {users[key]["mail"] for key in rooms}


def test_objects_come_by_their_ids_and_unknown_ones_without_a_word(graph: Client) -> None:
    world, path = graph.emulation.world, "/v1.0/directoryObjects"
    user, group = user_of(graph), next(iter(world.of("groups")))
    graph.with_permissions("Directory.Read.All")
    unknown = "11111111-1111-1111-1111-111111111111"
    found = graph.send("POST", f"{path}/getByIds", {"ids": [group, unknown, user]}).json()["value"]
    users = graph.send("POST", f"{path}/microsoft.graph.getByIds", {"ids": [group, user], "types": ["user"]}).json()["value"]

    assert [(each["@odata.type"], each["id"]) for each in found] == [("#microsoft.graph.group", group), ("#microsoft.graph.user", user)]
    assert [each["id"] for each in users] == [user]
    assert graph.get(f"{path}/{user}").json()["@odata.type"] == "#microsoft.graph.user"
    assert graph.send("POST", f"{path}/getByIds", {"ids": [unknown] * 1001}).status_code == 400
    assert graph.send("POST", f"{path}/getByIds", {}).status_code == 400


def test_the_groups_of_a_user_are_checked_through_other_groups(graph: Client) -> None:
    world, user = graph.emulation.world, user_of(graph)
    mine = [each["id"] for each in graph.every(f"{USERS}/{user}/transitiveMemberOf") if each["@odata.type"].endswith(".group")]
    others = [key for key in world.of("groups") if key not in mine]
    checked = graph.send("POST", f"{USERS}/{user}/checkMemberGroups", {"groupIds": [*others[:5], *mine[:5]]}).json()["value"]
    every = graph.send("POST", f"{USERS}/{user}/getMemberGroups", {"securityEnabledOnly": False}).json()["value"]

    assert mine
    assert checked == mine[:5]
    assert set(every) == set(mine)


def test_preferences_are_read_and_changed_in_beta_alone(graph: Client) -> None:
    path = f"/users/{user_of(graph)}/authentication/signInPreferences"
    graph.with_permissions("UserAuthenticationMethod.ReadWrite.All")

    assert graph.get(f"/v1.0{path}").status_code == 400
    assert graph.send("PATCH", f"/beta{path}", {"userPreferredMethodForSecondaryAuthentication": "pigeon"}).status_code == 400
    assert graph.send("PATCH", f"/beta{path}", {"userPreferredMethodForSecondaryAuthentication": "oath"}).status_code == 204
    assert graph.get(f"/beta{path}").json()["userPreferredMethodForSecondaryAuthentication"] == "oath"


def test_features_are_counted_for_signed_in_users_only(graph: Client) -> None:
    path = "/v1.0/reports/authenticationMethods/usersRegisteredByFeature(includedUserTypes='all',includedUserRoles='all')"
    rows = graph.every("/v1.0/reports/authenticationMethods/userRegistrationDetails")

    assert graph.get(path).status_code == 403
    counts = {each["feature"]: each["userCount"] for each in graph.as_administrator().get(path).json()["userRegistrationFeatureCounts"]}
    assert counts["mfaCapable"] == sum(row["isMfaCapable"] for row in rows)
    assert counts["ssprEnabled"] == sum(row["isSsprEnabled"] for row in rows)


def test_a_strength_says_where_it_is_used_and_is_found_by_its_methods(graph: Client) -> None:
    path = "/v1.0/policies/authenticationStrengthPolicies"
    strengths = {each["id"]: each for each in graph.every(path)}
    key = next(key for key, each in strengths.items() if each["requirementsSatisfied"] == "mfa")
    assert graph.get(f"{path}/{key}/usage").json()["mfa"] == []
    conditions = {"clientAppTypes": ["all"], "applications": {"includeApplications": ["All"]}, "users": {"includeUsers": ["All"]}}
    grant = {"operator": "OR", "authenticationStrength": {"id": key}}
    body = {"displayName": "x", "state": "disabled", "conditions": conditions, "grantControls": grant}
    made = graph.send("POST", POLICIES, body).json()["id"]

    assert [each["id"] for each in graph.get(f"{path}/{key}/usage()").json()["mfa"]] == [made]
    found = {each["id"] for each in graph.every(f"{path}/findByMethodMode(authenticationMethodModes=['fido2'])")}
    assert found == {key for key, each in strengths.items() if "fido2" in each["allowedCombinations"]}
