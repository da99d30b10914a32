"""The people of an emulated tenant over HTTP: a policy is enforced, lived with for two working days, and taken back."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from emulating import DAY, SUNDAY, Client, emulated, lived_in
from unbroken.emulator.cloud.evolvable import PREFERENCE
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.policies import proposed_policy

POLICIES = "/v1.0/identity/conditionalAccess/policies"
EVERY_KIND = "$filter=signInEventTypes/any(t: t eq 'interactiveUser') or signInEventTypes/any(t: t eq 'nonInteractiveUser')"
PROMPTS, REGISTRATIONS, BLOCKED = {50074, 50076}, {50072, 50079}, 53003
LEGACY = {"IMAP4", "Authenticated SMTP", "Exchange ActiveSync", "Other clients; Older Office clients"}


def move(graph: Client, **where: Any) -> dict[str, Any]:
    answer = graph.http.post("/emulator/clock", json=where)
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def log(graph: Client, since: str) -> list[dict[str, Any]]:
    """Return the rows of the log since a moment, without those of password sprays."""
    rows = graph.every(f"/beta/auditLogs/signIns?{EVERY_KIND}&$top=1000", Prefer=PREFERENCE)
    return [row for row in rows if row["createdDateTime"] >= since and row["status"]["errorCode"] not in {50126, 50053, 50057}]


def errors(rows: list[dict[str, Any]]) -> Counter[int]:
    return Counter(row["status"]["errorCode"] for row in rows)


class Story:
    """What happened, stage by stage, on one emulated tenant."""

    def __init__(self, graph: Client) -> None:
        """Let the story happen, up to the second evening of the policy."""
        self.graph = graph
        self.monday = move(graph, to="2026-11-24T00:00:00Z")
        self.quiet = log(graph, "2026-11-23")
        body = proposed_policy(Seed(1))
        made = {name: body[name] for name in ("displayName", "conditions", "grantControls")} | {"state": "enabled"}
        answer = graph.send("POST", POLICIES, made)
        assert answer.status_code == 201, answer.text
        self.policy = answer.json()["id"]
        self.enforced_at = graph.emulation.world.now
        self.enforced = move(graph, advance=2 * DAY)
        self.strict = log(graph, self.enforced_at)
        self.calls = graph.http.get("/emulator/helpdesk").json()["value"]
        self.audits = graph.every("/v1.0/auditLogs/directoryAudits?$filter=activityDisplayName eq 'User registered security info'")
        self.report = {row["id"]: row for row in graph.every("/v1.0/reports/authenticationMethods/userRegistrationDetails")}


@pytest.fixture(scope="module")
def story() -> Iterator[Story]:
    with emulated(archive=lived_in(), now=SUNDAY) as graph:
        yield Story(graph.sign_in())


def of_policy(row: dict[str, Any], policy: str) -> str:
    return str(next((entry["result"] for entry in row["appliedConditionalAccessPolicies"] if entry["id"] == policy), "absent"))


def test_a_quiet_day_has_work_and_hardly_a_failure(story: Story) -> None:
    assert story.monday["signIns"] >= len(story.quiet) > 200
    assert errors(story.quiet)[0] > 0.95 * len(story.quiet)


def test_a_policy_for_all_brings_prompts_registrations_and_lockouts(story: Story) -> None:
    met = errors([row for row in story.strict if of_policy(row, story.policy) == "failure"])

    assert sum(met[code] for code in PROMPTS) > 10
    assert sum(met[code] for code in REGISTRATIONS) > 3
    assert met[BLOCKED] > 10
    assert {row["clientAppUsed"] for row in story.strict if row["status"]["errorCode"] == BLOCKED} & LEGACY


def test_nobody_gets_in_against_the_policy(story: Story) -> None:
    violated = [row for row in story.strict if row["status"]["errorCode"] == 0 and of_policy(row, story.policy) == "failure"]

    assert violated == []
    assert {of_policy(row, story.policy) for row in story.strict} >= {"success", "failure"}


def test_what_was_interrupted_goes_on_under_the_same_correlation(story: Story) -> None:
    done = {row["correlationId"] for row in story.strict if row["status"]["errorCode"] == 0}
    interrupted = {row["correlationId"] for row in story.strict if row["status"]["errorCode"] in PROMPTS}

    assert len(interrupted & done) > 5


def test_who_registered_is_registered_everywhere(story: Story) -> None:
    users = {entry["initiatedBy"]["user"]["id"] for entry in story.audits if entry["activityDateTime"] > story.enforced_at}

    assert story.enforced["registrations"] == len(users) > 2
    for user in users:
        kinds = {each["@odata.type"] for each in story.graph.get(f"/v1.0/users/{user}/authentication/methods").json()["value"]}
        assert kinds > {"#microsoft.graph.passwordAuthenticationMethod"}
        assert story.report[user]["isMfaRegistered"]


def test_whoever_calls_the_helpdesk_failed_before(story: Story) -> None:
    failed = {(row["userId"], row["status"]["errorCode"]) for row in story.strict}

    assert len(story.calls) == story.monday["helpdeskCalls"] + story.enforced["helpdeskCalls"] > 5
    assert {"LEG-01", "REG-01"} <= {call["cause"] for call in story.calls}
    assert [
        call for call in story.calls if call["dateTime"] > story.enforced_at and (call["userId"], call["errorCode"]) not in failed
    ] == []


def test_sign_in_activity_moves(story: Story) -> None:
    users = story.graph.every("/v1.0/users?$select=id,signInActivity&$top=100")
    last = max((user.get("signInActivity") or {}).get("lastSuccessfulSignInDateTime") or "" for user in users)

    assert last > "2026-11-25T12"


def test_a_temporary_access_pass_lets_somebody_without_a_telephone_in(story: Story) -> None:
    people = story.graph.emulation.people
    assert people
    stuck = next(
        call["userId"]
        for call in story.calls
        if not call["resolved"] and call["cause"] == "REG-01" and "no-phone" in people.life.population.by_id[call["userId"]].habits
    )
    body = {"lifetimeInMinutes": 480, "startDateTime": "2026-11-26T05:30:00Z"}
    assert story.graph.send("POST", f"/v1.0/users/{stuck}/authentication/temporaryAccessPassMethods", body).status_code == 201
    move(story.graph, to="2026-11-27T00:00:00Z")
    kinds = {each["@odata.type"] for each in story.graph.get(f"/v1.0/users/{stuck}/authentication/methods").json()["value"]}
    calls = [call for call in story.graph.http.get("/emulator/helpdesk").json()["value"] if call["userId"] == stuck]

    assert "#microsoft.graph.fido2AuthenticationMethod" in kinds
    assert [call["resolved"] for call in calls] == [True]


def test_report_only_ends_it(story: Story) -> None:
    graph = story.graph
    changed = graph.send("PATCH", f"{POLICIES}/{story.policy}", {"state": "enabledForReportingButNotEnforced"})
    assert changed.status_code == 204
    since = graph.emulation.world.now
    move(graph, to="2026-12-01T00:00:00Z")
    calm = log(graph, since)
    calls = graph.http.get("/emulator/helpdesk").json()["value"]

    assert len(calm) > 200
    assert errors(calm)[0] > 0.95 * len(calm)
    assert {of_policy(row, story.policy) for row in calm} >= {"reportOnlySuccess", "reportOnlyInterrupted", "reportOnlyFailure"}
    assert [call["userPrincipalName"] for call in calls if call["cause"] in {"LEG-01", "AUT-01"} and not call["resolved"]] == []
