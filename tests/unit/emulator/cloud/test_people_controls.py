"""The clock, the helpdesk and the calls over HTTP, on a tenant without people and on one with them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from emulating import SUNDAY, Client, FixedClock, emulated, emulation, lived_in
from unbroken.emulator.cloud.archive import Archive

NOTHING = {"signIns": 0, "failures": 0, "registrations": 0, "helpdeskCalls": 0, "mailsRead": 0}


def test_the_clock_of_a_tenant_without_people_moves_alone(graph: Client) -> None:
    before = graph.http.get("/emulator/clock").json()
    moved = graph.http.post("/emulator/clock", json={"advance": 3600}).json()
    after = graph.http.get("/emulator/clock").json()

    assert (before["now"], before["people"], before["speed"]) == ("2026-11-21T01:59:59Z", False, 1.0)
    assert moved == {"from": "2026-11-21T01:59:59Z", "now": "2026-11-21T02:59:59Z", **NOTHING}
    assert after["now"] == "2026-11-21T02:59:59Z"
    assert graph.http.get("/emulator/helpdesk").json() == {"value": []}


def test_what_the_service_writes_carries_the_moved_time(graph: Client) -> None:
    graph.http.post("/emulator/clock", json={"to": "2027-03-01T09:00:00+01:00"})
    body = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True}

    assert graph.send("POST", "/v1.0/groups", body).json()["createdDateTime"] == "2027-03-01T08:00:00Z"


def test_tokens_and_limits_keep_the_machines_time(graph: Client) -> None:
    graph.http.post("/emulator/clock", json={"advance": 30 * 86400})

    assert graph.get("/v1.0/users?$top=1").status_code == 200


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ({}, "give"),
        ({"advance": 1, "to": "2027-01-01T00:00:00Z"}, "give"),
        ({"advance": "an hour"}, "no number"),
        ({"advance": True}, "no number"),
        ({"advance": -1}, "does not go back"),
        ({"to": "2020-01-01T00:00:00Z"}, "does not go back"),
        ({"to": "tomorrow"}, "no time"),
        ({"advance": 1e9}, "400 days"),
    ],
)
def test_a_time_that_cannot_be_used_is_refused(graph: Client, body: dict[str, Any], said: str) -> None:
    answer = graph.http.post("/emulator/clock", json=body)

    assert answer.status_code == 400
    assert said in answer.json()["error"]["message"]


def test_curl_may_call_its_json_a_form(graph: Client) -> None:
    headers = {"content-type": "application/x-www-form-urlencoded"}

    assert graph.http.post("/emulator/clock", content=b'{"advance": 60}', headers=headers).status_code == 200


def test_the_moved_clock_outlives_a_restart(tmp_path: Path) -> None:
    archive = Archive(tmp_path / "state")
    emulation(archive=archive).move_clock(SUNDAY + 1e6)
    archive.close()
    again = Archive(tmp_path / "state")

    assert emulation(archive=again).clock() == SUNDAY + 1e6
    assert emulation(archive=again, clock=FixedClock(SUNDAY + 2e6)).clock() == SUNDAY + 2e6
    again.close()


def test_nobody_answers_in_a_tenant_without_people(graph: Client) -> None:
    user = graph.get("/v1.0/users?$top=1").json()["value"][0]["id"]

    assert graph.http.post(f"/emulator/people/{user}/call").status_code == 404


def test_somebody_is_called_by_name_or_id() -> None:
    with emulated(archive=lived_in(), now=SUNDAY) as graph:
        user = graph.sign_in().get("/v1.0/users?$top=1").json()["value"][0]
        answers = [graph.http.post(f"/emulator/people/{key}/call") for key in (user["id"], user["userPrincipalName"], "nobody@example.org")]

    assert [answer.status_code for answer in answers] == [200, 200, 404]
    assert [answer.json()["calls"] for answer in answers[:2]] == [1, 2]


def test_people_do_what_they_did_while_nobody_asked() -> None:
    with emulated(archive=lived_in(), now=SUNDAY) as graph:
        before = graph.http.get("/emulator").json()["signIns"]
        graph.clock.now += 86400
        after = graph.http.get("/emulator").json()

    assert after["signIns"] > before + 100
    assert after["lastSignIn"] <= after["now"]


def test_a_policy_that_is_not_understood_is_named() -> None:
    with emulated(archive=lived_in(), now=SUNDAY) as graph:
        world = graph.emulation.world
        policy = next(iter(world.of("conditionalAccessPolicies").values()))
        conditions = policy["conditions"] | {"weather": ["rain"]}
        world.put("conditionalAccessPolicies", policy["id"], policy | {"conditions": conditions})
        answer = graph.http.post("/emulator/clock", json={"advance": 86400})
        graph.clock.now += 86400

        assert answer.status_code == 501
        assert policy["displayName"] in answer.json()["error"]["message"]
        assert policy["displayName"] in graph.http.get("/emulator/clock").json()["halted"]


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        ({"from": "2026-12-01T08:00:00Z", "to": "2026-12-01T12:00:00Z"}, 200),
        ({"from": "2026-12-01T08:00:00Z", "to": "2026-12-01T12:00:00Z", "share": 0.5}, 200),
        ({"from": "2026-12-01T08:00:00Z"}, 400),
        ({"from": "2026-12-01T08:00:00Z", "to": "2026-12-01T07:00:00Z"}, 400),
        ({"from": "2026-12-01T08:00:00", "to": "2026-12-01T09:00:00"}, 400),
    ],
)
def test_an_outage_has_a_beginning_and_an_end(graph: Client, fault: dict[str, Any], status: int) -> None:
    assert graph.http.post("/emulator/faults", json={"kind": "mfaOutage", **fault}).status_code == status


def test_an_outage_of_mfa_stops_mfa_and_no_call() -> None:
    with emulated(archive=lived_in(), now=SUNDAY) as graph:
        graph.fault(kind="mfaOutage", **{"from": "2026-11-23T00:00:00Z", "to": "2026-11-24T00:00:00Z"})
        graph.emulation.people.memory.state.claims.clear()  # type: ignore[union-attr]
        graph.sign_in()
        graph.http.post("/emulator/clock", json={"to": "2026-11-23T18:00:00Z"})
        failed = graph.get("/beta/auditLogs/signIns?$filter=status/errorCode eq 50087").json()["value"]
        issues = graph.get("/v1.0/admin/serviceAnnouncement/issues").json()["value"]

    assert failed
    assert [(issue["service"], issue["isResolved"]) for issue in issues] == [("Microsoft Entra", False)]
