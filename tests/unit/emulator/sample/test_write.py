"""The sample tenant: the same for the same seed, and true to what it says it is."""

from __future__ import annotations

import gzip
import json
import tomllib
from collections import Counter
from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from unbroken.emulator.sample import write_sample
from unbroken.emulator.sample.people import REGISTERED_SHARE
from unbroken.emulator.sample.write import PROPOSED
from unbroken.errors import WrongUsage

SMALL = {"users": 40, "days": 3}
FRIDAY, SUNDAY = date(2026, 11, 20), date(2026, 11, 22)
FIRST_FACTOR = {50126, 50053, 50057}


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def collection(folder: Path, name: str) -> list[dict[str, Any]]:
    body = json.loads((folder / f"{name}.json").read_text(encoding="utf-8"))
    return list(body["value"])


def sign_ins(folder: Path) -> list[dict[str, Any]]:
    lines = [line for path in sorted((folder / "signIns").iterdir()) for line in gzip.decompress(path.read_bytes()).splitlines()]
    return [json.loads(line) for line in lines]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "tenant"
    write_sample(folder, **SMALL)
    return folder


@pytest.fixture(scope="module")
def week(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("week") / "tenant"
    write_sample(folder, users=100, days=14, until=SUNDAY)
    return folder


@pytest.fixture(scope="module")
def rows(week: Path) -> list[dict[str, Any]]:
    return sign_ins(week)


def test_the_same_seed_gives_the_same_bytes(small: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "again", **SMALL)
    assert files(tmp_path / "again") == files(small)


def test_another_seed_gives_another_tenant(small: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "other", **SMALL, seed=2)
    assert {user["id"] for user in collection(small, "users")}.isdisjoint(user["id"] for user in collection(tmp_path / "other", "users"))


def test_a_longer_log_leaves_the_directory_and_the_last_days_alone(small: Path, tmp_path: Path) -> None:
    write_sample(tmp_path / "longer", users=40, days=4)
    longer, shorter = files(tmp_path / "longer"), files(small)
    assert longer["groups.json"] == shorter["groups.json"]
    last = str(Path("signIns") / f"{FRIDAY}.jsonl.gz")
    assert Counter(row["userId"] for row in map(json.loads, gzip.decompress(longer[last]).splitlines())).keys() == (
        Counter(row["userId"] for row in map(json.loads, gzip.decompress(shorter[last]).splitlines())).keys()
    )


def test_every_file_is_one_a_tenant_folder_knows(small: Path) -> None:
    names = {path.name.removesuffix(".json") for path in small.iterdir()}
    assert names == {
        *("organization", "domains", "subscribedSkus", "users", "groups", "directoryRoles", "servicePrincipals", "devices"),
        *("namedLocations", "conditionalAccessPolicies", "authenticationStrengthPolicies", "userRegistrationDetails"),
        *("identitySecurityDefaultsEnforcementPolicy", "authenticationMethodsPolicy", "crossTenantAccessPolicy"),
        *("userAuthenticationRequirements", "directoryAudits", "signIns", "proposed", "unbroken.toml"),
    }
    for path in small.glob("**/*.json"):
        json.loads(path.read_text(encoding="utf-8"))


def test_the_operators_facts_name_the_break_glass_group_that_exists(small: Path) -> None:
    facts = tomllib.loads((small / "unbroken.toml").read_text(encoding="utf-8"))
    groups = {group["displayName"]: group for group in collection(small, "groups")}
    assert facts["break_glass"] == ["group:BreakGlass"]
    assert len(groups["BreakGlass"]["members"]) == 2
    assert groups[facts["pilot_group"]]["members"]
    assert ZoneInfo(facts["time_zone"])


@pytest.mark.parametrize("users", [30, 40, 137])
def test_the_share_of_registered_people_is_exact(tmp_path: Path, users: int) -> None:
    write_sample(tmp_path / "tenant", users=users, days=1)
    people = {user["id"] for user in collection(tmp_path / "tenant", "users") if user["department"] and user["accountEnabled"]}
    details = [row for row in collection(tmp_path / "tenant", "userRegistrationDetails") if row["id"] in people]
    assert len(details) == users
    assert sum(row["isMfaRegistered"] for row in details) == round(REGISTERED_SHARE * users)
    assert 0 < sum(row["isMfaRegistered"] and not row["isMfaCapable"] for row in details) <= 2


def test_ids_and_names_are_unique_and_references_lead_somewhere(week: Path) -> None:
    users = collection(week, "users")
    ids = {user["id"] for user in users}
    assert len(ids) == len({user["userPrincipalName"] for user in users}) == len(users)
    groups = collection(week, "groups")
    known = ids | {group["id"] for group in groups}
    assert all(member["id"] in known for group in groups for member in group["members"])
    assert all(member["id"] in ids for role in collection(week, "directoryRoles") for member in role["members"])
    assert {user["manager"]["id"] for user in users if user["manager"]} <= ids


def test_every_sign_in_is_by_a_user_of_the_directory_or_by_a_partner(week: Path, rows: list[dict[str, Any]]) -> None:
    users = {user["id"] for user in collection(week, "users")}
    strangers = [row for row in rows if row["userId"] not in users]
    assert strangers
    assert {row["crossTenantAccessType"] for row in strangers} == {"serviceProvider"}


def test_every_row_names_all_policies_of_the_tenant_or_failed_before_them(week: Path, rows: list[dict[str, Any]]) -> None:
    policies = [policy["id"] for policy in collection(week, "conditionalAccessPolicies")]
    assert len(policies) == 6
    for row in rows:
        applied = [entry["id"] for entry in row["appliedConditionalAccessPolicies"]]
        assert applied == ([] if row["status"]["errorCode"] in FIRST_FACTOR else policies)


def test_the_error_agrees_with_the_policies_results(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        error, results = row["status"]["errorCode"], {entry["result"] for entry in row["appliedConditionalAccessPolicies"]}
        by_user = any(entry["requirementProvider"] == "user" for entry in row["authenticationRequirementPolicies"])
        if error == 0:
            assert "failure" not in results
        elif error not in FIRST_FACTOR and not by_user:
            assert "failure" in results


def test_an_mfa_sign_in_is_an_interrupt_and_then_a_success_under_one_correlation_id(rows: list[dict[str, Any]]) -> None:
    errors_by_id: dict[str, list[int]] = {}
    for row in rows:
        errors_by_id.setdefault(row["correlationId"], []).append(row["status"]["errorCode"])
    several = [errors for errors in errors_by_id.values() if len(errors) > 1]
    assert len(several) > 50
    assert all(errors[0] in {50074, 50076} and errors[1] in {0, 500121} and len(errors) == 2 for errors in several)


def test_the_log_has_the_rhythm_of_a_working_week(week: Path, rows: list[dict[str, Any]]) -> None:
    people = {user["id"] for user in collection(week, "users") if user["department"]}
    zone = ZoneInfo("Europe/London")
    times = [datetime.fromisoformat(row["createdDateTime"]).astimezone(zone) for row in rows if row["userId"] in people]
    days, hours = Counter(time.weekday() for time in times), Counter(time.hour for time in times if time.weekday() < 5)
    assert min(days[day] for day in range(5)) > 5 * max(days[5], days[6])
    assert hours[8] > hours[12] < hours[14]
    assert hours[8] > 20 * hours[3]


def test_the_special_accounts_sign_in_as_the_story_tells(rows: list[dict[str, Any]]) -> None:
    clients: dict[str, Counter[str]] = {}
    for row in rows:
        if row["status"]["errorCode"] == 0:
            clients.setdefault(row["clientAppUsed"], Counter())[row["userPrincipalName"].partition("@")[0]] += 1
    assert set(clients["IMAP4"]) == {"erp.inbound"}
    assert all(name.startswith("scanner") for name in clients["Authenticated SMTP"])
    assert len(clients["Exchange ActiveSync"]) == 2
    assert len(clients["Other clients; Older Office clients"]) == 1
    assert {"POP3", "Other clients"}.isdisjoint(clients)  # password spray never gets in


def test_the_log_shows_the_cfo_stopped_on_an_unregistered_tablet(week: Path, rows: list[dict[str, Any]]) -> None:
    cfo = next(user for user in collection(week, "users") if user["jobTitle"] == "Chief Financial Officer")
    on_tablet = [row for row in rows if row["userId"] == cfo["id"] and row["userAgent"].startswith("Mozilla/5.0 (iPad")]
    assert {row["status"]["errorCode"] for row in on_tablet} == {0, 53000}
    details = {row["id"]: row for row in collection(week, "userRegistrationDetails")}
    assert not details[cfo["id"]]["isMfaRegistered"]


def test_an_address_is_in_one_place_and_only_foreign_countries_are_blocked(rows: list[dict[str, Any]]) -> None:
    places: dict[str, set[str]] = {}
    for row in rows:
        places.setdefault(row["ipAddress"], set()).add(f"{row['location']['city']}, {row['location']['countryOrRegion']}")
    assert {len(found) for found in places.values()} == {1}
    assert {row["location"]["countryOrRegion"] for row in rows if row["status"]["errorCode"] == 53003} <= {"AE", "IN"}


def test_a_step_that_was_not_answered_is_not_logged_as_done(rows: list[dict[str, Any]]) -> None:
    for row in rows:
        done = [step["succeeded"] for step in row["authenticationDetails"]]
        assert done[-1] is (row["status"]["errorCode"] not in {*FIRST_FACTOR, 500121})


def test_a_password_typed_without_a_token_never_counts_as_mfa(rows: list[dict[str, Any]]) -> None:
    typed = [
        row
        for row in rows
        if row["incomingTokenType"] == "none" and [s["authenticationMethod"] for s in row["authenticationDetails"]] == ["Password"]
    ]
    results = Counter(entry["result"] for row in typed for entry in row["appliedConditionalAccessPolicies"])
    assert results["reportOnlyInterrupted"] > 50
    assert results["reportOnlySuccess"] == 0


def test_the_two_mistakes_are_in_the_policies(small: Path) -> None:
    policies = {policy["displayName"][:5]: policy for policy in collection(small, "conditionalAccessPolicies")}
    assert policies["CA001"]["conditions"]["clientAppTypes"] == ["other"]  # Exchange ActiveSync is forgotten
    groups = {group["id"]: group for group in collection(small, "groups")}
    admins = policies["CA002"]["conditions"]["users"]
    break_glass = {member["id"] for group in groups.values() if group["displayName"] == "BreakGlass" for member in group["members"]}
    assert not any(group in groups for group in admins["excludeGroups"])  # a group that is gone
    assert len(break_glass - set(admins["excludeUsers"])) == 1


def test_the_deletion_that_made_the_mistake_is_in_the_audit_log(small: Path) -> None:
    deleted = next(row for row in collection(small, "directoryAudits") if row["activityDisplayName"] == "Delete group")
    policies = collection(small, "conditionalAccessPolicies")
    assert deleted["targetResources"][0]["id"] in policies[1]["conditions"]["users"]["excludeGroups"]


def test_the_proposed_policy_lies_beside_the_tenants_own(small: Path) -> None:
    proposed = json.loads((small / PROPOSED).read_text(encoding="utf-8"))
    assert proposed["displayName"] not in {policy["displayName"] for policy in collection(small, "conditionalAccessPolicies")}
    assert proposed["grantControls"]["builtInControls"] == ["mfa"]


def test_a_group_is_nested_three_deep_and_two_groups_hold_each_other(small: Path) -> None:
    groups = collection(small, "groups")
    names = {group["id"]: group["displayName"] for group in groups}
    nested = {group["displayName"]: {names[member["id"]] for member in group["members"] if member["id"] in names} for group in groups}
    assert "Engineering" in nested["All Staff"]
    assert "Design Engineering" in nested["Engineering"]
    assert nested["Project Aurora"] == {"Aurora Suppliers"}
    assert nested["Aurora Suppliers"] == {"Project Aurora"}


def test_as_many_sign_ins_as_asked_for_are_written_in_files_of_bounded_size(tmp_path: Path) -> None:
    write_sample(tmp_path / "tenant", users=30, days=1, sign_ins=22_000)
    counts = [gzip.decompress(path.read_bytes()).count(b"\n") for path in (tmp_path / "tenant" / "signIns").iterdir()]
    assert sum(counts) == pytest.approx(22_000, rel=0.2)
    assert len(counts) > 1
    assert max(counts) < 15_000


def test_progress_is_told_day_by_day(tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    write_sample(tmp_path / "tenant", users=30, days=2, progress=lambda *step: told.append(step))
    assert told == [("sign-ins", 1, 2), ("sign-ins", 2, 2)]


def test_a_folder_with_something_in_it_is_left_alone(small: Path) -> None:
    before = files(small)
    with pytest.raises(WrongUsage, match="not an empty folder"):
        write_sample(small, **SMALL)
    assert files(small) == before


@pytest.mark.parametrize(("users", "days"), [(29, 3), (30, 0)])
def test_a_sample_that_is_too_small_is_refused(tmp_path: Path, users: int, days: int) -> None:
    with pytest.raises(WrongUsage, match="too small"):
        write_sample(tmp_path / "tenant", users=users, days=days)
    assert not (tmp_path / "tenant").exists()
