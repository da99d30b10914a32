"""Limits with the clock held still, faults on demand, and the state that survives a restart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest

from emulating import Client, Pace, emulated
from unbroken.emulator.cloud.archive import Archive
from unbroken.errors import UnbrokenError

POLICIES = "/v1.0/identity/conditionalAccess/policies"
SIGN_INS = "/beta/auditLogs/signIns"
REAL = Pace(empty_share=0.0)


@pytest.fixture
def strict() -> Iterator[Client]:
    """Serve a tenant with the real limits."""
    with emulated(pace=REAL) as client:
        yield client.sign_in()


def test_conditional_access_answers_once_a_second_to_all_apps_and_says_not_when(strict: Client) -> None:
    assert strict.ask("GET", POLICIES).status_code == 200
    refused = strict.read_only().ask("GET", "/v1.0/identity/conditionalAccess/namedLocations")
    strict.clock.now += 1

    assert (refused.status_code, refused.json()["error"]["code"]) == (429, "TooManyRequests")
    assert "retry-after" not in refused.headers
    assert strict.ask("GET", POLICIES).status_code == 200


def test_logs_answer_five_times_in_ten_seconds_to_each_app_and_say_when(strict: Client) -> None:
    assert [strict.ask("GET", f"{SIGN_INS}?$top=1").status_code for _ in range(5)] == [200] * 5
    strict.clock.now += 2.5
    refused = strict.ask("GET", "/v1.0/reports/authenticationMethods/userRegistrationDetails")

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "7.500")
    assert refused.headers["x-ms-throttle-scope"].startswith("Tenant_Application/Read/")
    assert strict.read_only().ask("GET", f"{SIGN_INS}?$top=1").status_code == 200
    strict.clock.now += float(refused.headers["retry-after"])
    assert strict.sign_in().ask("GET", f"{SIGN_INS}?$top=1").status_code == 200


def test_activity_answers_ten_times_a_minute(strict: Client) -> None:
    path = "/v1.0/users?$select=id,signInActivity&$top=1"

    assert [strict.ask("GET", path).status_code for _ in range(11)] == [200] * 10 + [429]
    assert strict.ask("GET", "/v1.0/users?$top=1").status_code == 200


def test_the_directory_counts_resource_units(strict: Client) -> None:
    costs = {
        "/v1.0/users": "2",
        "/v1.0/users?$select=id": "1",
        "/v1.0/users?$top=5": "1",
        "/v1.0/subscribedSkus": "3",
        "/v1.0/organization": "1",
    }

    assert {path: strict.ask("GET", path).headers["x-ms-resource-unit"] for path in costs} == costs


def test_each_call_of_a_batch_counts(strict: Client) -> None:
    items = [{"id": str(number), "method": "GET", "url": "/auditLogs/signIns?$top=1"} for number in range(7)]
    found = strict.ask("POST", "/v1.0/$batch", {"requests": items}).json()["responses"]

    assert [each["status"] for each in found] == [200] * 5 + [429] * 2
    assert float(found[-1]["headers"]["Retry-After"]) > 0


def test_accelerated_limits_refill_sooner() -> None:
    with emulated(pace=Pace(empty_share=0.0, accelerate=10.0)) as graph:
        graph.sign_in()
        assert [graph.ask("GET", POLICIES).status_code for _ in range(2)] == [200, 429]
        graph.clock.now += 0.11
        assert graph.ask("GET", POLICIES).status_code == 200


def test_a_fault_strikes_as_often_as_it_says_after_as_many_as_it_skips(graph: Client) -> None:
    graph.fault(kind="throttle", path="/users", times=2, skip=1, retryAfter=1.5)
    found = [graph.get("/v1.0/users?$top=1") for _ in range(4)]
    struck = graph.http.get("/emulator/faults").json()["struck"]

    assert [each.status_code for each in found] == [200, 429, 429, 200]
    assert found[1].headers["retry-after"] == "1.5"
    assert len(struck) == 2
    assert graph.get("/v1.0/devices?$top=1").status_code == 200


def test_a_lost_response_is_a_write_that_was_done(graph: Client) -> None:
    body = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True}
    graph.fault(kind="lostResponse", method="POST", path="/groups$")

    assert graph.send("POST", "/v1.0/groups", body).status_code == 503
    assert len(graph.every("/v1.0/groups?$filter=displayName eq 'Pilot'")) == 1


def test_an_error_is_a_write_that_was_not_done(graph: Client) -> None:
    graph.fault(kind="error", method="POST", path="/groups$", status=502)

    assert graph.send("POST", "/v1.0/groups", {"displayName": "Pilot"}).status_code == 502
    assert graph.every("/v1.0/groups?$filter=displayName eq 'Pilot'") == []


def test_a_torn_connection_breaks_in_the_middle(graph: Client) -> None:
    graph.fault(kind="tear", path="/users")

    with pytest.raises(httpx2.RemoteProtocolError):
        graph.get("/v1.0/users")
    assert graph.get("/v1.0/users").status_code == 200


def test_no_answer_comes_before_the_time_is_over(graph: Client) -> None:
    graph.fault(kind="timeout", path="/users", seconds=30)

    with pytest.raises(httpx2.ReadTimeout):
        graph.http.get("/v1.0/users", headers=graph.headers, timeout=0.5)
    assert graph.get("/v1.0/users").status_code == 200


def test_page_tokens_end_on_demand(graph: Client) -> None:
    graph.fault(kind="expirePageToken", path="/users")
    graph.fault(kind="nullSkipToken", path="signIns")
    users, log = (graph.get(path).json()["@odata.nextLink"] for path in ("/v1.0/users?$top=5", f"{SIGN_INS}?$top=5"))

    assert graph.get(users).json()["error"]["code"] == "DirectoryPageTokenNotFoundException"
    assert "skip token is null" in graph.get(log).json()["error"]["message"]
    assert [graph.get(link).status_code for link in (users, log)] == [200, 200]


def test_an_empty_page_loses_nothing(graph: Client) -> None:
    whole = [row["id"] for row in graph.every(f"{SIGN_INS}?$top=50")]
    graph.fault(kind="emptyPage", path="signIns", times=3)

    assert [row["id"] for row in graph.every(f"{SIGN_INS}?$top=50")] == whole
    assert graph.http.get("/emulator/faults").json()["active"] == []


def test_rows_come_twice_and_late_on_demand(graph: Client) -> None:
    whole = [row["id"] for row in graph.every(SIGN_INS)]
    graph.fault(kind="duplicateRows", path="signIns")
    twice = [row["id"] for row in graph.every(SIGN_INS)]
    graph.fault(kind="lateRows", path="signIns", share=0.5, seconds=60)
    early = [row["id"] for row in graph.every(SIGN_INS)]
    still = [row["id"] for row in graph.every(SIGN_INS)]
    graph.clock.now += 61

    assert len(twice) == len(whole) + 1
    assert set(twice) == set(whole)
    assert 0 < len(early) < len(whole)
    assert early == still
    assert [row["id"] for row in graph.every(SIGN_INS)] == whole


def test_another_administrator_edits_between_two_calls(graph: Client) -> None:
    policy = graph.every(POLICIES)[0]
    graph.fault(kind="otherAdministrator", path=policy["id"], id=policy["id"], change={"state": "disabled"})
    found = graph.get(f"{POLICIES}/{policy['id']}").json()

    assert policy["state"] == "enabled"
    assert found["state"] == "disabled"
    assert found["modifiedDateTime"] != policy["modifiedDateTime"]


def test_a_chance_is_the_same_for_the_same_seed() -> None:
    def run() -> list[int]:
        with emulated() as graph:
            graph.sign_in().fault(kind="error", path="/users", times=0, chance=0.5)
            return [graph.get("/v1.0/users?$top=1").status_code for _ in range(20)]

    first = run()

    assert set(first) == {200, 503}
    assert first == run()


@pytest.mark.parametrize(
    "fault", [{"kind": "earthquake"}, {"path": "/users"}, {"kind": "error", "path": "("}, {"kind": "error", "colour": 1}]
)
def test_what_is_no_fault_is_refused(graph: Client, fault: dict[str, object]) -> None:
    assert graph.http.post("/emulator/faults", json=fault).status_code == 400


def test_what_was_changed_is_there_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "state.sqlite"
    archive = Archive(file)
    body = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True}
    with emulated(archive=archive) as graph:
        graph.sign_in()
        pilot = graph.send("POST", "/v1.0/groups", body).json()["id"]
        user = next(iter(graph.emulation.world.of("users")))
        graph.send("POST", f"/v1.0/groups/{pilot}/members/$ref", {"@odata.id": f"{graph.root}/v1.0/users/{user}"})
        before = {name: list(graph.emulation.world.of(name)) for name in ("users", "groups", "conditionalAccessPolicies")}
        log, headers, own = archive.span(), graph.headers, graph.emulation.credentials()
    archive.close()

    archive = Archive(file)
    with emulated(archive=archive) as graph:
        graph.headers = headers  # a token that was given before still holds

        assert graph.emulation.credentials() == own
        assert {name: list(graph.emulation.world.of(name)) for name in before} == before
        assert [each["id"] for each in graph.every(f"/v1.0/groups/{pilot}/members")] == [user]
        assert archive.span() == log
        assert graph.send("POST", "/v1.0/groups", body).json()["id"] != pilot
    archive.close()


def test_a_file_that_is_no_state_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("no database " * 100, encoding="utf-8")

    with pytest.raises(UnbrokenError, match="is no state file"):
        Archive(file)
