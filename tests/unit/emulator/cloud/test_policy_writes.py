"""Writes to Conditional Access and the policies beside it, with the refusals of the real service."""

from __future__ import annotations

from itertools import chain
from typing import Any

import pytest

from emulating import Client

CA = "/v1.0/identity/conditionalAccess"
POLICIES, LOCATIONS, DELETED = f"{CA}/policies", f"{CA}/namedLocations", f"{CA}/deletedItems"
DEFAULTS = "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy"
METHODS = "/v1.0/policies/authenticationMethodsPolicy"
STRENGTH = "00000000-0000-0000-0000-000000000004"


def proposal(**changed: Any) -> dict[str, Any]:
    """Return the least that the service takes as a policy."""
    conditions = {"applications": {"includeApplications": ["All"]}, "users": {"includeUsers": ["All"]}, "clientAppTypes": ["all"]}
    grant = {"operator": "OR", "builtInControls": ["mfa"]}
    return {
        "displayName": "Require MFA",
        "state": "enabledForReportingButNotEnforced",
        "conditions": conditions,
        "grantControls": grant,
    } | changed


def created(graph: Client, **changed: Any) -> dict[str, Any]:
    answer = graph.send("POST", POLICIES, proposal(**changed))
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def security_defaults(graph: Client, *, on: bool) -> None:
    for policy in graph.every(POLICIES):
        assert graph.send("PATCH", f"{POLICIES}/{policy['id']}", {"state": "disabled"}).status_code == 204
    assert graph.send("PATCH", DEFAULTS, {"isEnabled": on}).status_code == 204


def test_a_policy_is_created_with_its_defaults_and_read_back(graph: Client) -> None:
    made = created(graph)
    found = graph.get(f"{POLICIES}/{made['id']}").json()

    assert found["conditions"]["users"]["excludeGroups"] == []
    assert found["conditions"]["locations"] is None
    assert found["modifiedDateTime"] is None
    assert {name: found[name] for name in made if "@" not in name} == {name: made[name] for name in made if "@" not in name}


@pytest.mark.parametrize(
    "changed",
    [
        {"displayName": ""},
        {"state": "reportOnly"},
        {"conditions": None},
        {"conditions": {"applications": {"includeApplications": ["All"]}}},
        {"conditions": {"users": {"includeUsers": ["All"]}}},
        {"conditions": proposal()["conditions"] | {"clientAppTypes": ["fax"]}},
        {"conditions": proposal()["conditions"] | {"moon": {}}},
        {"grantControls": None},
        {"grantControls": {"operator": "XOR", "builtInControls": ["mfa"]}},
        {"grantControls": {"operator": "OR", "builtInControls": ["MFA"]}},
        {"grantControls": {"operator": "OR", "authenticationStrength": {"id": "11111111-1111-1111-1111-111111111111"}}},
        {"colour": "red"},
    ],
)
def test_what_is_no_policy_is_refused(graph: Client, changed: dict[str, Any]) -> None:
    before = len(graph.every(POLICIES))
    answer = graph.send("POST", POLICIES, proposal(**changed))

    assert (answer.status_code, answer.json()["error"]["code"]) == (400, "BadRequest")
    assert answer.json()["error"]["message"].startswith("1007: ")
    assert len(graph.every(POLICIES)) == before


def test_an_authentication_strength_named_by_id_comes_back_whole(graph: Client) -> None:
    made = created(graph, grantControls={"operator": "OR", "authenticationStrength": {"id": STRENGTH}})

    assert "fido2" in made["grantControls"]["authenticationStrength"]["allowedCombinations"]


def test_a_patch_replaces_what_it_names_and_keeps_the_rest(graph: Client) -> None:
    made = created(graph)
    path = f"{POLICIES}/{made['id']}"
    answer = graph.send("PATCH", path, {"displayName": "Renamed", "conditions": {"users": {"includeUsers": ["None"]}}})
    found = graph.get(path).json()

    assert (answer.status_code, answer.content) == (204, b"")
    assert (found["displayName"], found["state"]) == ("Renamed", made["state"])
    assert found["conditions"]["users"]["includeUsers"] == ["None"]
    assert found["conditions"]["applications"] == made["conditions"]["applications"]
    assert found["modifiedDateTime"]


def test_security_defaults_refuse_an_enabled_policy_and_let_report_only_pass(graph: Client) -> None:
    security_defaults(graph, on=True)
    enabled = graph.send("POST", POLICIES, proposal(state="enabled"))
    made = created(graph)
    switched = graph.send("PATCH", f"{POLICIES}/{made['id']}", {"state": "enabled"})

    wanted = "Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a Conditional Access policy."
    assert [(each.status_code, each.json()["error"]["message"]) for each in (enabled, switched)] == [(400, wanted)] * 2
    assert graph.send("PATCH", DEFAULTS, {"isEnabled": False}).status_code == 204
    assert graph.send("PATCH", f"{POLICIES}/{made['id']}", {"state": "enabled"}).status_code == 204


def test_security_defaults_are_not_switched_on_beside_enabled_policies(graph: Client) -> None:
    assert graph.send("PATCH", DEFAULTS, {"isEnabled": True}).status_code == 400
    assert graph.get(DEFAULTS).json()["isEnabled"] is False


def test_a_deleted_policy_can_be_restored_for_thirty_days(graph: Client) -> None:
    first, second = created(graph), created(graph)
    for each in (first, second):
        assert graph.send("DELETE", f"{POLICIES}/{each['id']}").status_code == 204
    assert graph.get(f"{POLICIES}/{first['id']}").status_code == 404
    assert {each["id"] for each in graph.every(f"{DELETED}/policies")} == {first["id"], second["id"]}
    assert graph.send("POST", f"{DELETED}/policies/{first['id']}/restore").json()["id"] == first["id"]
    assert graph.get(f"{POLICIES}/{first['id']}").json()["state"] == first["state"]

    graph.clock.now += 30 * 86400
    graph.sign_in()

    assert graph.every(f"{DELETED}/policies") == []
    assert graph.send("POST", f"{DELETED}/policies/{second['id']}/restore").status_code == 404


def test_changes_are_in_the_audit_log(graph: Client) -> None:
    made = created(graph)
    newest = graph.every("/v1.0/auditLogs/directoryAudits")[0]

    assert newest["activityDisplayName"] == "Add conditional access policy"
    assert newest["targetResources"][0]["id"] == made["id"]


def test_a_named_location_lives_and_dies(graph: Client) -> None:
    body = {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "displayName": "New office",
        "isTrusted": True,
        "ipRanges": [{"@odata.type": "#microsoft.graph.iPv4CidrRange", "cidrAddress": "198.51.100.0/24"}],
    }
    made = graph.send("POST", LOCATIONS, body).json()
    path = f"{LOCATIONS}/{made['id']}"

    assert graph.send("DELETE", path).status_code == 400
    assert graph.send("PATCH", path, {"isTrusted": False}).status_code == 204
    assert graph.send("DELETE", path).status_code == 204
    assert [each["id"] for each in graph.every(f"{DELETED}/namedLocations")] == [made["id"]]


@pytest.mark.parametrize(
    "body",
    [
        {"displayName": "x"},
        {"displayName": "x", "@odata.type": "#microsoft.graph.ipNamedLocation", "ipRanges": [{"cidrAddress": "300.1.1.1/24"}]},
        {"displayName": "x", "@odata.type": "#microsoft.graph.countryNamedLocation", "countriesAndRegions": []},
        {"@odata.type": "#microsoft.graph.countryNamedLocation", "countriesAndRegions": ["GB"]},
    ],
)
def test_what_is_no_location_is_refused(graph: Client, body: dict[str, Any]) -> None:
    assert graph.send("POST", LOCATIONS, body).status_code == 400


def test_a_location_in_use_stays(graph: Client) -> None:
    used = next(
        key
        for policy in graph.every(POLICIES)
        for key in chain.from_iterable((policy["conditions"]["locations"] or {}).values())
        if key in graph.emulation.world.of("namedLocations")
    )

    assert graph.send("DELETE", f"{LOCATIONS}/{used}").status_code == 400
    assert graph.get(f"{LOCATIONS}/{used}").status_code == 200


def test_the_registration_campaign_is_changed_alone(graph: Client) -> None:
    before = graph.get(METHODS).json()
    campaign = before["registrationEnforcement"]["authenticationMethodsRegistrationCampaign"] | {"snoozeDurationInDays": 0}
    body = {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": campaign}}

    assert graph.send("PATCH", METHODS, body).status_code == 204
    assert graph.get(METHODS).json() == before | body


@pytest.mark.parametrize(
    ("path", "body"),
    [
        (METHODS, {"registrationEnforcement": {"authenticationMethodsRegistrationCampaign": {"snoozeDurationInDays": 15}}}),
        (METHODS, {"displayName": "mine"}),
        (f"{METHODS}/authenticationMethodConfigurations/Sms", {"state": "disabled"}),
    ],
)
def test_a_methods_policy_that_is_none_is_refused(graph: Client, path: str, body: dict[str, Any]) -> None:
    assert graph.send("PATCH", path, body).status_code == 400


def test_a_method_is_switched_off_when_its_type_is_said(graph: Client) -> None:
    path = f"{METHODS}/authenticationMethodConfigurations/sms"
    body = {"@odata.type": "#microsoft.graph.smsAuthenticationMethodConfiguration", "state": "disabled"}

    assert graph.send("PATCH", path, body).status_code == 204
    assert graph.get(path).json()["state"] == "disabled"


def question(graph: Client, **changed: Any) -> list[dict[str, Any]]:
    user = next(key for key, user in graph.emulation.world.of("users").items() if user["userType"] == "Member")
    given = {"devicePlatform": "windows", "clientAppType": "browser", "country": "GB", "ipAddress": "203.0.113.9"}
    body = {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": user},
        "signInContext": {
            "@odata.type": "#microsoft.graph.applicationContext",
            "includeApplications": ["00000002-0000-0ff1-ce00-000000000000"],
        },
        "signInConditions": {name: value for name, value in (given | changed).items() if value is not None},
        "appliedPoliciesOnly": False,
    }
    answer = graph.send("POST", f"{CA}/evaluate", body)
    assert answer.status_code == 200, answer.text
    return list(answer.json()["value"])


def test_evaluate_says_which_policies_apply_and_why_not(graph: Client) -> None:
    made = created(graph)
    browser = {each["id"]: (each["policyApplies"], each["analysisReasons"]) for each in question(graph)}
    legacy = {each["displayName"]: each["policyApplies"] for each in question(graph, clientAppType="other")}

    assert browser[made["id"]] == (True, "notSet")
    assert legacy["CA001 Block legacy authentication"]
    assert "clientApps" in {reason for _, reason in browser.values()}


def test_what_evaluate_is_not_told_it_does_not_guess(graph: Client) -> None:
    conditions = proposal()["conditions"] | {"platforms": {"includePlatforms": ["windows"], "excludePlatforms": []}}
    made = created(graph, conditions=conditions)
    found = {each["id"]: (each["policyApplies"], each["analysisReasons"]) for each in question(graph, devicePlatform=None)}

    assert found[made["id"]] == (False, "notEnoughInformation")
