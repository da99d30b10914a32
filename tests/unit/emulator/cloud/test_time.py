"""Time as the real service has it: rows that come late and settle, replicas and an index that lag, policies that take effect later."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from emulating import NOON, Client, Pace, emulated
from unbroken.emulator.cloud.effect import defaults_in_effect, members_in_effect, policies_in_effect, tenant_in_effect
from unbroken.emulator.cloud.lag import INDEX, LOG, MEMBERSHIP, POLICY, REPLICA, SETTLING, Lag

SIGN_INS, AUDITS = "/beta/auditLogs/signIns", "/v1.0/auditLogs/directoryAudits"
POLICIES, GROUPS, USERS = "/v1.0/identity/conditionalAccess/policies", "/v1.0/groups", "/v1.0/users"
LATE = Pace(empty_share=0.0, accelerate=1.0, lag=1.0)
HOUR = 3600.0


@pytest.fixture
def late() -> Iterator[Client]:
    """Serve a tenant that is as late as the real service."""
    with emulated(pace=LATE) as client:
        yield client.sign_in()


def stamp(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def some_row(graph: Client) -> dict[str, Any]:
    """Return a row of the log in which somebody gave a second factor."""
    rows = graph.every(f"{SIGN_INS}?$filter=authenticationRequirement eq 'multiFactorAuthentication'")
    return next(
        row for row in rows if row["authenticationDetails"][-1]["authenticationMethod"] in {"Text message", "Mobile app notification"}
    )


def happen(graph: Client, row: dict[str, Any], count: int = 200) -> list[str]:
    """Write rows of sign-ins of this moment, and return their ids."""
    names = [f"{number:08d}-0000-4000-8000-000000000000" for number in range(count)]
    rows = [msgspec.json.encode(row | {"id": name, "createdDateTime": stamp(graph.clock.now)}) for name in names]
    graph.emulation.world.archive.add_sign_ins(rows)
    return names


def shown(graph: Client, since: float) -> list[dict[str, Any]]:
    graph.clock.now += 10
    return graph.sign_in().every(f"{SIGN_INS}?$filter=createdDateTime ge {stamp(since)}")


def group(graph: Client) -> str:
    body = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True}
    return str(graph.ask("POST", GROUPS, body).json()["id"])


def until_found(graph: Client, path: str) -> float:
    """Return how many seconds an address answered 404 before it answered."""
    began = graph.clock.now
    while graph.ask("GET", path).status_code == 404:
        graph.clock.now += 1.0
        assert graph.clock.now < began + HOUR
    return graph.clock.now - began


def test_how_late_something_is_follows_from_what_it_is() -> None:
    lag = Lag(1.0, 7)
    late = sorted(lag.seconds(LOG, number) for number in range(4000))

    assert lag.seconds(LOG, "row") == Lag(1.0, 7).seconds(LOG, "row") != Lag(1.0, 8).seconds(LOG, "row")
    assert 0.94 < sum(seconds <= 120 for seconds in late) / len(late) < 0.96
    assert 0.985 < sum(seconds <= 300 for seconds in late) / len(late) < 0.995
    assert late[0] >= 30
    assert late[-1] <= lag.longest(LOG) == 7200
    assert {Lag().seconds(spread, "x") for spread in (LOG, SETTLING, REPLICA, INDEX, POLICY, MEMBERSHIP)} == {0.0}
    assert Lag(0.1, 7).seconds(LOG, "row") == pytest.approx(lag.seconds(LOG, "row") / 10)


def test_the_past_of_the_tenant_folder_is_there_and_settled(late: Client) -> None:
    with emulated() as prompt:
        assert late.every(SIGN_INS) == prompt.sign_in().every(SIGN_INS)


def test_a_sign_in_is_readable_only_some_time_after_it_happened(late: Client) -> None:
    row, began = some_row(late), late.clock.now + 100
    late.clock.now = began
    names = happen(late, row)
    counts = {}
    for minutes in (0, 1, 2, 5, 120):
        late.clock.now = began + 60 * minutes
        counts[minutes] = len(shown(late, began))
        alone = late.sign_in().get(f"{SIGN_INS}/{names[0]}").status_code
        assert alone == (200 if names[0] in {each["id"] for each in shown(late, began)} else 404)

    assert counts[0] == 0
    assert 0 < counts[1] < counts[2] <= counts[5] <= counts[120] == len(names)


def test_a_row_is_written_first_without_what_settles_it(late: Client) -> None:
    row, began = some_row(late), late.clock.now + 100
    late.clock.now = began
    happen(late, row)
    late.clock.now += 90
    first = shown(late, began)
    changed = [each for each in first if each["authenticationDetails"] != row["authenticationDetails"]]
    late.clock.now += 3 * HOUR
    settled = {each["id"]: each for each in shown(late, began)}

    assert changed
    for early in changed:
        assert {step["authenticationMethod"] for step in early["authenticationDetails"]} == {"Previously satisfied"}
        assert early["appliedConditionalAccessPolicies"] == []
        assert "Primary authentication" not in {step["authenticationStepRequirement"] for step in early["authenticationDetails"]}
        assert settled[early["id"]]["authenticationDetails"] == row["authenticationDetails"]
        assert settled[early["id"]]["appliedConditionalAccessPolicies"] == row["appliedConditionalAccessPolicies"]


def test_a_filter_sees_what_the_answer_shows(late: Client) -> None:
    row, began = some_row(late), late.clock.now + 100
    late.clock.now = began
    happen(late, row)
    late.clock.now += 100
    status = row["conditionalAccessStatus"]
    found = late.every(f"{SIGN_INS}?$filter=createdDateTime ge {stamp(began)} and conditionalAccessStatus eq '{status}'")

    assert 0 < len(found) < len(shown(late, began))
    assert {each["conditionalAccessStatus"] for each in found} == {status}


def test_a_change_is_in_the_audit_log_some_time_after_it_was_made(late: Client) -> None:
    before = {each["id"] for each in late.every(AUDITS)}
    group(late)
    late.clock.now += 20
    assert {each["id"] for each in late.every(AUDITS)} == before
    late.clock.now += 2 * HOUR

    added = [each for each in late.sign_in().every(AUDITS) if each["id"] not in before]
    assert [each["activityDisplayName"] for each in added] == ["Add group"]


def test_some_new_objects_are_not_found_by_id_at_once_and_all_of_them_soon(late: Client) -> None:
    waits = [until_found(late, f"{GROUPS}/{group(late)}") for _ in range(40)]

    assert 0.0 in waits
    assert 1.0 < max(waits) <= REPLICA[-1][1]


def test_a_replica_without_the_object_refuses_everything_about_it(late: Client) -> None:
    fresh = next(key for key in (group(late) for _ in range(40)) if late.ask("GET", f"{GROUPS}/{key}").status_code == 404)
    user = next(iter(late.emulation.world.of("users")))
    reference = {"@odata.id": f"https://graph.microsoft.com/v1.0/directoryObjects/{user}"}
    refused = late.ask("POST", f"{GROUPS}/{fresh}/members/$ref", reference)
    late.clock.now += 60

    assert (refused.status_code, refused.json()["error"]["code"]) == (404, "Request_ResourceNotFound")
    assert late.ask("POST", f"{GROUPS}/{fresh}/members/$ref", reference).status_code == 204


def test_lists_learn_of_an_object_and_of_members_later_than_a_read_by_id(late: Client) -> None:
    pilot, user = group(late), next(iter(late.emulation.world.of("users")))
    assert pilot not in {each["id"] for each in late.every(f"{GROUPS}?$filter=displayName eq 'Pilot'")}
    late.clock.now += 120
    assert pilot in {each["id"] for each in late.every(f"{GROUPS}?$filter=displayName eq 'Pilot'")}

    late.ask("POST", f"{GROUPS}/{pilot}/members/$ref", {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{user}"})
    places = (
        f"{GROUPS}/{pilot}/members",
        f"{GROUPS}/{pilot}/transitiveMembers",
        f"{USERS}/{user}/memberOf",
        f"{USERS}/{user}/transitiveMemberOf",
    )
    before = [{each["id"] for each in late.every(path)} & {user, pilot} for path in places]
    late.clock.now += 120
    after = [{each["id"] for each in late.every(path)} & {user, pilot} for path in places]
    late.ask("DELETE", f"{GROUPS}/{pilot}/members/{user}/$ref")
    still = [{each["id"] for each in late.every(path)} & {user, pilot} for path in places]
    late.clock.now += 120
    gone = [{each["id"] for each in late.every(path)} & {user, pilot} for path in places]

    assert before == gone == [set()] * 4
    assert after == still == [{user}, {user}, {pilot}, {pilot}]


def test_a_policy_can_be_read_before_it_takes_effect(late: Client) -> None:
    world = late.emulation.world
    old = next(iter(world.of("conditionalAccessPolicies").values()))
    late.ask("PATCH", f"{POLICIES}/{old['id']}", {"state": "disabled"})
    late.clock.now += 5
    stored = late.ask("GET", f"{POLICIES}/{old['id']}").json()
    enforced = {policy["id"]: policy["state"] for policy in policies_in_effect(world)}
    late.clock.now += 2 * HOUR

    assert (stored["state"], enforced[old["id"]]) == ("disabled", old["state"])
    assert {policy["id"]: policy["state"] for policy in policies_in_effect(world)}[old["id"]] == "disabled"


def test_a_deleted_policy_is_met_for_a_while_and_a_new_one_not_yet(late: Client) -> None:
    world = late.emulation.world
    old = next(iter(world.of("conditionalAccessPolicies").values()))
    late.ask("DELETE", f"{POLICIES}/{old['id']}")
    late.clock.now += 2
    body = {name: old[name] for name in ("displayName", "state", "conditions", "grantControls")}
    made = late.ask("POST", POLICIES, body).json()["id"]
    early = {policy["id"] for policy in policies_in_effect(world)}
    late.clock.now += 2 * HOUR
    later = {policy["id"] for policy in policies_in_effect(world)}

    assert (old["id"] in early, made in early) == (True, False)
    assert (old["id"] in later, made in later) == (False, True)


def test_the_newest_version_that_has_taken_effect_counts(late: Client) -> None:
    """Whatever the order in which two changes take effect, the one made first never comes back."""
    world = late.emulation.world
    old = next(iter(world.of("conditionalAccessPolicies").values()))
    for number in range(6):
        world.put("conditionalAccessPolicies", old["id"], old | {"displayName": str(number)})
        late.clock.now += 40
    seen = []
    for _ in range(200):
        seen.append(next(policy["displayName"] for policy in policies_in_effect(world) if policy["id"] == old["id"]))
        late.clock.now += 40

    numbers = [int(name) if name.isdigit() else -1 for name in seen]
    assert numbers == sorted(numbers)
    assert numbers[-1] == 5


def test_a_membership_is_met_later_than_it_is_listed(late: Client) -> None:
    world = late.emulation.world
    pilot, user = group(late), next(iter(world.of("users")))
    late.clock.now += 120
    late.ask("POST", f"{GROUPS}/{pilot}/members/$ref", {"@odata.id": f"https://graph.microsoft.com/v1.0/users/{user}"})
    early = pilot in tenant_in_effect(world).groups_of(user), user in members_in_effect(world, pilot)
    late.clock.now += 24 * HOUR

    assert early == (False, False)
    assert (pilot in world.tenant().groups_of(user), pilot in tenant_in_effect(world).groups_of(user)) == (True, True)


def test_security_defaults_take_effect_later_as_well(late: Client) -> None:
    world = late.emulation.world
    setting = world.setting("identitySecurityDefaultsEnforcementPolicy")
    assert defaults_in_effect(world) is False
    world.put("settings", "identitySecurityDefaultsEnforcementPolicy", setting | {"isEnabled": True})
    late.clock.now += 5
    early = defaults_in_effect(world)
    late.clock.now += 2 * HOUR

    assert (early, defaults_in_effect(world)) == (False, True)


def test_without_a_lag_everything_is_seen_at_once() -> None:
    with emulated(pace=Pace(empty_share=0.0)) as graph:
        graph.sign_in()
        world, row = graph.emulation.world, some_row(graph)
        pilot = group(graph)
        names = happen(graph, row, 3)

        assert graph.ask("GET", f"{GROUPS}/{pilot}").status_code == 200
        assert {each["id"] for each in shown(graph, NOON)} == set(names)
        assert policies_in_effect(world) == list(world.of("conditionalAccessPolicies").values())
        assert tenant_in_effect(world) is world.tenant()
        assert any(each["activityDisplayName"] == "Add group" for each in graph.every(AUDITS))


def test_a_hundredth_of_the_lag() -> None:
    with emulated(pace=Pace(empty_share=0.0, lag=0.01)) as graph:
        graph.sign_in()
        row = some_row(graph)
        names = happen(graph, row)
        graph.clock.now += 36 + 72

        assert {each["id"] for each in shown(graph, graph.clock.now - 120)} == set(names)
