"""Members that Graph added to an enumeration later are shown to whoever asks for them."""

from __future__ import annotations

from typing import Any

import pytest

from emulating import Client
from unbroken.emulator.cloud.evolvable import as_known
from unbroken.emulator.cloud.message import Call

ALL = {"Prefer": "odata.maxpagesize=5, include-unknown-enum-members"}
POLICIES = "/v1.0/identity/conditionalAccess/policies"


def results(graph: Client, version: str, **headers: str) -> set[str]:
    rows = graph.every(f"/{version}/auditLogs/signIns", **headers)
    return {each["result"] for row in rows for each in row["appliedConditionalAccessPolicies"]}


@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_results_of_report_only_policies_come_when_they_are_asked_for(graph: Client, version: str) -> None:
    hidden, shown = results(graph, version), results(graph, version, **ALL)

    assert hidden == {"success", "failure", "notApplied", "unknownFutureValue"} & (hidden | {"unknownFutureValue"})
    assert {"reportOnlySuccess", "reportOnlyNotApplied"} <= shown
    assert "unknownFutureValue" not in shown


def test_the_answer_says_that_it_did_as_it_was_asked(graph: Client) -> None:
    assert graph.get(POLICIES, **ALL).headers["preference-applied"] == "include-unknown-enum-members"
    assert "preference-applied" not in graph.get(POLICIES, Prefer="odata.maxpagesize=5").headers


def test_a_policy_with_a_new_platform_is_stored_whole_and_shown_in_part(graph: Client) -> None:
    policy = graph.get(POLICIES, **ALL).json()["value"][0]
    conditions = policy["conditions"] | {"platforms": {"includePlatforms": ["linux", "macOS"], "excludePlatforms": []}}
    sent = {"displayName": "x", "state": "disabled", "conditions": conditions, "grantControls": policy["grantControls"]}
    made = graph.send("POST", POLICIES, sent).json()
    whole = graph.get(f"{POLICIES}/{made['id']}", **ALL).json()
    items = [{"id": "1", "method": "GET", "url": f"/identity/conditionalAccess/policies/{made['id']}", "headers": ALL}]
    batched = graph.send("POST", "/v1.0/$batch", {"requests": items}).json()["responses"][0]["body"]

    assert made["conditions"]["platforms"]["includePlatforms"] == ["unknownFutureValue", "macOS"]
    assert whole["conditions"]["platforms"]["includePlatforms"] == ["linux", "macOS"]
    assert batched["conditions"]["platforms"]["includePlatforms"] == ["linux", "macOS"]


@pytest.mark.parametrize(
    ("resource", "record", "expected"),
    [
        (
            "SignIn",
            {"incomingTokenType": "primaryRefreshToken,refreshToken"},
            {"incomingTokenType": "primaryRefreshToken,unknownFutureValue"},
        ),
        ("SignIn", {"riskDetail": None}, {"riskDetail": None}),
        ("SignIn", {"riskDetail": "microsoftRevokedSessions"}, {"riskDetail": "unknownFutureValue"}),
        ("ConditionalAccessPolicy", {"grantControls": None}, {"grantControls": None}),
        ("User", {"userType": "refreshToken"}, {"userType": "refreshToken"}),
    ],
)
def test_only_members_of_that_enumeration_are_replaced(resource: str, record: dict[str, Any], expected: dict[str, Any]) -> None:
    assert as_known(Call("GET", "/"), record, resource) == expected
    assert as_known(Call("GET", "/", headers={"prefer": "include-unknown-enum-members"}), record, resource) is record
