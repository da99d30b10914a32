"""Reads that hurt when they differ from the real service: what is absent, what is refused, and how lists are cut into pages."""

from __future__ import annotations

import gzip
import json

import pytest

from emulating import Client, Pace, emulated, small_tenant

EVENTUAL = {"consistencylevel": "eventual"}
USERS_DEFAULT = {
    *("businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation"),
    *("preferredLanguage", "surname", "userPrincipalName"),
}
SIGN_INS = "/auditLogs/signIns"


def refusal(graph: Client, path: str, **headers: str) -> tuple[int, str]:
    answer = graph.get(path, **headers)
    return answer.status_code, answer.json()["error"]["code"]


def test_users_come_with_eleven_properties_unless_more_are_asked_for(graph: Client) -> None:
    plain = graph.get("/v1.0/users?$top=1").json()["value"][0]
    asked = graph.get("/v1.0/users?$top=1&$select=id,accountEnabled,userType").json()["value"][0]

    assert plain.keys() == USERS_DEFAULT
    assert asked.keys() == {"id", "accountEnabled", "userType"}


def test_who_never_signed_in_has_no_activity(graph: Client) -> None:
    users = graph.every("/v1.0/users?$select=id,signInActivity&$top=500")

    assert {"signInActivity" in user for user in users} == {True, False}


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        ("/users?$top=1000", 400, "Request_UnsupportedQuery"),
        ("/users?$select=id,signInActivity&$top=501", 400, "Request_UnsupportedQuery"),
        ("/users?$select=shoeSize", 400, "BadRequest"),
        ("/users?$select=aboutMe", 501, "NotImplemented"),
        ("/users?$skip=5", 400, "Request_BadRequest"),
        ("/users?$nonsense=5", 400, "BadRequest"),
        ("/users?$search=%22displayName:a%22", 400, "Request_UnsupportedQuery"),
        ("/users?$filter=endsWith(mail,'example')", 400, "Request_UnsupportedQuery"),
        ("/users?$filter=accountEnabled ne true", 400, "Request_UnsupportedQuery"),
        ("/users?$filter=accountEnabled gt true", 400, "Request_UnsupportedQuery"),
        ("/users?$filter=shoeSize eq 44", 400, "Request_UnsupportedQuery"),
        ("/users?$filter=accountEnabled eq true&$orderby=displayName", 400, "Request_UnsupportedQuery"),
        ("/users?$filter=accountEnabled", 400, "BadRequest"),
        ("/users?$skiptoken=nonsense", 400, "BadRequest"),
        ("/users/$count", 400, "Request_BadRequest"),
        ("/users/11111111-1111-1111-1111-111111111111", 404, "Request_ResourceNotFound"),
        ("/auditLogs/signIns?$filter=createdDateTime gt 2026-11-01T00:00:00Z", 400, "Request_UnsupportedQuery"),
        ("/auditLogs/signIns?$filter=signInEventTypes/any(t: t eq 'nonInteractiveUser')", 400, "BadRequest"),
        ("/auditLogs/signIns?$orderby=createdDateTime asc", 400, "BadRequest"),
        ("/nothing/like/that", 400, "BadRequest"),
        ("/me", 400, "BadRequest"),
    ],
)
def test_what_is_refused(graph: Client, path: str, status: int, code: str) -> None:
    graph.with_permissions("User.Read", "User.Read.All", "AuditLog.Read.All")

    assert refusal(graph, f"/v1.0{path}") == (status, code)


def test_the_refusal_tells_the_two_request_ids_in_body_and_headers(graph: Client) -> None:
    answer = graph.get("/v1.0/nothing", **{"client-request-id": "11111111-1111-1111-1111-111111111111"})
    inner = answer.json()["error"]["innerError"]

    assert answer.headers["client-request-id"] == inner["client-request-id"] == "11111111-1111-1111-1111-111111111111"
    assert answer.headers["request-id"] == inner["request-id"]


def test_advanced_queries_pass_with_header_and_count(graph: Client) -> None:
    users = graph.every("/v1.0/users?$select=id,accountEnabled,mail,assignedLicenses&$top=999")
    disabled = graph.get("/v1.0/users?$filter=accountEnabled ne true&$count=true", **EVENTUAL).json()
    licensed = graph.every("/v1.0/users?$filter=assignedLicenses/$count ne 0&$count=true", **EVENTUAL)

    assert disabled["@odata.count"] == sum(user["accountEnabled"] is not True for user in users) > 0
    assert {user["id"] for user in licensed} == {user["id"] for user in users if user["assignedLicenses"]}
    assert graph.get("/v1.0/users/$count", **EVENTUAL).text == str(len(users))


def test_count_without_the_header_is_left_out_silently(graph: Client) -> None:
    assert "@odata.count" not in graph.get("/v1.0/users?$count=true").json()


@pytest.mark.parametrize("path", ["/v1.0/users?$top=7", "/v1.0/devices?$top=9", "/beta/auditLogs/signIns?$top=60"])
def test_the_pages_make_up_the_list(graph: Client, path: str) -> None:
    """Also when a page comes empty."""
    with emulated(pace=Pace(accelerate=1000.0, empty_share=0.5)) as other:
        paged = other.sign_in().every(path)
    whole = graph.every(path.partition("?")[0] + "?$top=999")

    assert len(whole) > 30
    assert [record["id"] for record in paged] == [record["id"] for record in whole]


def test_a_link_is_absolute_and_its_token_ends(graph: Client) -> None:
    link = graph.get("/v1.0/users?$top=5").json()["@odata.nextLink"]
    graph.clock.now += 1801
    graph.sign_in()

    assert link.startswith(f"{graph.root}/v1.0/users?")
    assert refusal(graph, link) == (400, "DirectoryPageTokenNotFoundException")


def test_a_token_of_another_list_is_refused(graph: Client) -> None:
    token = graph.get("/v1.0/users?$top=5").json()["@odata.nextLink"].partition("$skiptoken=")[2]

    assert refusal(graph, f"/v1.0/devices?$skiptoken={token}") == (400, "BadRequest")


@pytest.mark.parametrize("path", ["/v1.0//users", "//v1.0/users/", "/v1.0/users?"])
def test_slashes_are_forgiven(graph: Client, path: str) -> None:
    assert graph.get(graph.root + path).status_code == 200


def test_an_id_may_stand_in_brackets_and_a_user_be_named(graph: Client) -> None:
    user = graph.get("/v1.0/users?$top=1").json()["value"][0]

    assert graph.get(f"/v1.0/users('{user['id']}')").json()["id"] == user["id"]
    assert graph.get(f"/v1.0/users/{user['userPrincipalName'].upper()}").json()["id"] == user["id"]


def test_transitive_members_are_all_below_each_once(graph: Client) -> None:
    groups = {group["displayName"]: group["id"] for group in graph.every("/v1.0/groups?$top=999")}
    direct = graph.every(f"/v1.0/groups/{groups['All Staff']}/members")
    below = graph.every(f"/v1.0/groups/{groups['All Staff']}/transitiveMembers?$top=500")
    cycle = graph.every(f"/v1.0/groups/{groups['Project Aurora']}/transitiveMembers")

    assert {member["@odata.type"] for member in direct} == {"#microsoft.graph.group"}
    assert len(below) == len({member["id"] for member in below}) > len(direct)
    assert groups["Project Aurora"] not in {member["id"] for member in cycle}


def test_members_are_ids_alone_to_who_may_not_read_users(graph: Client) -> None:
    group = next(key for key, value in graph.emulation.world.of("groups").items() if value["displayName"] == "BreakGlass")
    graph.with_permissions("GroupMember.ReadBasic.All")

    found = graph.every(f"/v1.0/groups/{group}/members")

    assert found
    assert all(member["id"] and member["displayName"] is None for member in found)


def test_sign_ins_are_interactive_and_newest_first_unless_asked_otherwise(graph: Client) -> None:
    plain = graph.every(f"/beta{SIGN_INS}")
    others = graph.every(f"/beta{SIGN_INS}?$filter=signInEventTypes/any(t: t eq 'nonInteractiveUser')")
    both = graph.every(f"/beta{SIGN_INS}?$filter=signInEventTypes/any(t: t eq 'nonInteractiveUser' or t eq 'interactiveUser')")

    assert {row["isInteractive"] for row in plain} == {True}
    assert {row["isInteractive"] for row in others} == {False}
    assert len(both) == len(plain) + len(others) == graph.emulation.world.archive.span()[2]
    assert [row["createdDateTime"] for row in plain] == sorted((row["createdDateTime"] for row in plain), reverse=True)


def test_windows_of_time_include_both_ends_and_make_up_the_log(graph: Client) -> None:
    times = sorted(row["createdDateTime"] for row in graph.every(f"/beta{SIGN_INS}"))
    middle = times[len(times) // 2]
    early = graph.every(f"/beta{SIGN_INS}?$filter=createdDateTime le {middle}")
    late = graph.every(f"/beta{SIGN_INS}?$filter=createdDateTime ge {middle}")

    assert (
        {row["id"] for row in early} & {row["id"] for row in late}
        == {row["id"] for row in early if row["createdDateTime"] == middle}
        != set()
    )
    assert len({row["id"] for row in (*early, *late)}) == len(times)


def test_a_filter_of_the_log_is_applied(graph: Client) -> None:
    rows = graph.every(f"/beta{SIGN_INS}")
    wanted = rows[0]["userId"]
    found = graph.every(f"/beta{SIGN_INS}?$filter=userId eq '{wanted}' and status/errorCode eq 0")

    assert {row["id"] for row in found} == {row["id"] for row in rows if row["userId"] == wanted and row["status"]["errorCode"] == 0}


def test_v1_has_no_properties_of_beta(graph: Client) -> None:
    old, new = (graph.get(f"/{version}{SIGN_INS}?$top=1").json()["value"][0] for version in ("v1.0", "beta"))

    assert "authenticationRequirement" in new
    assert "authenticationRequirement" not in old
    assert "conditionsSatisfied" not in old["appliedConditionalAccessPolicies"][0]


def test_without_a_permission_for_policies_what_applied_is_left_out_without_a_word(graph: Client) -> None:
    graph.with_permissions("AuditLog.Read.All")

    answer = graph.get(f"/beta{SIGN_INS}?$top=5")

    assert answer.status_code == 200
    assert all("appliedConditionalAccessPolicies" not in row for row in answer.json()["value"])


def test_the_report_leaves_disabled_users_out(graph: Client) -> None:
    path = "/v1.0/reports/authenticationMethods/userRegistrationDetails"
    user = graph.every(path)[0]["id"]
    graph.send("PATCH", f"/v1.0/users/{user}", {"accountEnabled": False})

    assert user not in {row["id"] for row in graph.every(path)}


def test_a_tenant_without_premium_has_no_log(graph: Client) -> None:
    for key, sku in list(graph.emulation.world.of("subscribedSkus").items()):
        graph.emulation.world.put("subscribedSkus", key, sku | {"capabilityStatus": "Suspended"})

    assert refusal(graph, f"/v1.0{SIGN_INS}") == (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")
    assert refusal(graph, "/v1.0/users?$select=id,signInActivity") == (403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant")


@pytest.mark.parametrize(
    ("path", "code"),
    [
        ("/users", "Authorization_RequestDenied"),
        ("/auditLogs/signIns", "Authorization_RequestDenied"),
        ("/identity/conditionalAccess/policies", "AccessDenied"),
        ("/users?$select=id,signInActivity", "Authorization_RequestDenied"),
    ],
)
def test_a_missing_permission_is_403(graph: Client, path: str, code: str) -> None:
    graph.with_permissions("Device.Read.All", *(["User.Read.All"] if "select" in path else []))

    assert refusal(graph, f"/v1.0{path}") == (403, code)


def test_the_reading_app_reads_and_writes_nothing(graph: Client) -> None:
    graph.read_only()

    assert graph.get("/v1.0/identity/conditionalAccess/policies").status_code == 200
    assert graph.send("PATCH", "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy", {"isEnabled": False}).status_code == 403
    assert graph.send("POST", "/v1.0/groups", {}).status_code == 403


def test_per_user_mfa_is_beta_alone(graph: Client) -> None:
    user = next(iter(graph.emulation.world.of("users")))

    assert graph.get(f"/beta/users/{user}/authentication/requirements").json()["perUserMfaState"] in {"disabled", "enabled", "enforced"}
    assert refusal(graph, f"/v1.0/users/{user}/authentication/requirements") == (400, "BadRequest")


def test_a_method_that_a_path_does_not_take_is_405(graph: Client) -> None:
    assert graph.send("DELETE", "/v1.0/organization").status_code == 405


def test_an_expanded_group_has_twenty_members_and_its_own_list_has_all(graph: Client) -> None:
    """A trap of the real service: nothing says that there are more."""
    world = graph.emulation.world
    world.set_members(next(iter(world.of("groups"))), list(world.of("users")))
    expanded = graph.get("/v1.0/groups?$expand=members($select=id,displayName)").json()["value"][0]

    assert len(expanded["members"]) == 20
    assert all(member.keys() == {"@odata.type", "id", "displayName"} for member in expanded["members"])
    assert len(graph.every(f"/v1.0/groups/{expanded['id']}/members")) == len(world.of("users")) > 20


def test_a_manager_is_expanded_and_has_an_address(graph: Client) -> None:
    users = graph.every("/v1.0/users?$expand=manager($select=id)&$select=id,displayName")
    led = next(user for user in users if user["manager"])
    head = next(user for user in users if not user["manager"])

    assert graph.get(f"/v1.0/users/{led['id']}/manager").json()["id"] == led["manager"]["id"]
    assert graph.get(f"/v1.0/users/{head['id']}/manager").status_code == 404


@pytest.mark.parametrize(
    "path", ["/users?$expand=drive", "/identity/conditionalAccess/policies?$expand=conditions", "/devices?$expand=a,b"]
)
def test_what_cannot_be_expanded_is_refused_not_ignored(graph: Client, path: str) -> None:
    assert refusal(graph, f"/v1.0{path}") == (400, "BadRequest")


def test_a_member_that_the_folder_does_not_hold_is_still_a_member(graph: Client) -> None:
    world = graph.emulation.world
    holder = next(iter(world.of("groups")))
    world.set_members(holder, ["11111111-1111-1111-1111-111111111111"])

    (member,) = graph.every(f"/v1.0/groups/{holder}/members")

    assert member == {"@odata.type": "#microsoft.graph.directoryObject", "id": "11111111-1111-1111-1111-111111111111"}


PATHS = {
    "devices": "/devices",
    "servicePrincipals": "/servicePrincipals",
    "namedLocations": "/identity/conditionalAccess/namedLocations",
    "conditionalAccessPolicies": "/identity/conditionalAccess/policies",
    "authenticationStrengthPolicies": "/policies/authenticationStrengthPolicies",
    "userRegistrationDetails": "/reports/authenticationMethods/userRegistrationDetails",
    "directoryAudits": "/auditLogs/directoryAudits",
    "domains": "/domains",
    "subscribedSkus": "/subscribedSkus",
    "organization": "/organization",
}


@pytest.mark.parametrize("name", PATHS)
def test_what_is_read_is_what_the_folder_holds(graph: Client, name: str) -> None:
    """Nothing is lost between the folder and the wire, however it is cut into pages."""
    written = json.loads((small_tenant() / f"{name}.json").read_text(encoding="utf-8"))
    records = written["value"] if isinstance(written, dict) else written
    read = graph.every(f"/beta{PATHS[name]}{'?$top=7' if len(records) > 7 else ''}")

    assert {record["id"]: record for record in read} == {record["id"]: record for record in records}


def test_every_member_of_every_group_and_every_row_of_the_log_is_read(graph: Client) -> None:
    groups = json.loads((small_tenant() / "groups.json").read_text(encoding="utf-8"))["value"]
    rows = [json.loads(line) for file in (small_tenant() / "signIns").iterdir() for line in gzip.decompress(file.read_bytes()).splitlines()]
    kinds = "signInEventTypes/any(t: t eq 'interactiveUser' or t eq 'nonInteractiveUser')"
    read = graph.every(f"/beta{SIGN_INS}?$filter={kinds}", Prefer="include-unknown-enum-members")

    for group in groups:
        found = graph.every(f"/v1.0/groups/{group['id']}/members?$top=3")
        assert [(each["@odata.type"], each["id"]) for each in found] == [(each["@odata.type"], each["id"]) for each in group["members"]]
    assert {row["id"]: row for row in read} == {row["id"]: row for row in rows}
