"""A whole tenant is fetched over HTTP and is the same afterwards, faults or not."""

from __future__ import annotations

import json
import threading
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from graph_service import Answer, QuickClock, client, refusal, serving
from graph_tenant import Record, Tenant, ids, rows_in, served, tenant_of
from unbroken.emulator.sample.write import write_sample
from unbroken.errors import UnbrokenError, WrongUsage
from unbroken.graph.checkpoints import Checkpoints
from unbroken.graph.failures import GraphFailure, TooMuch
from unbroken.graph.fetch import Fetched, fetch
from unbroken.graph.retry import NOT_PREMIUM
from unbroken.sources.tenant import read_tenant

DENIED = refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
TENANT = "11111111-2222-3333-4444-555555555555"


class Evening(QuickClock):
    """A clock that stands at the end of the sample's log."""

    def today(self) -> datetime:
        return datetime(2026, 11, 21, tzinfo=UTC)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "tenant"
    write_sample(folder, users=30, days=3)
    return folder


def fetched(tenant: Tenant, out: Path, *, days: int = 3, clock: QuickClock | None = None, without: frozenset[str] = frozenset()) -> Fetched:
    """Fetch a tenant through a server of its own."""
    with serving(lambda _: Answer(500)) as service, client(served(tenant, service), clock=clock or Evening()) as graph:
        return fetch(graph, out, TENANT, days, lambda *_: None, without)


@pytest.mark.parametrize("share", [0.0, 0.15])
def test_the_fetched_tenant_reads_like_the_tenant(sample: Path, tmp_path: Path, share: float) -> None:
    tenant = tenant_of(sample, size=100, share=share, chance=Random(7))  # noqa: S311 -- tests repeat
    found = fetched(tenant, tmp_path / "out")

    got, wanted = read_tenant(tmp_path / "out"), read_tenant(sample)
    for name in ("policies", "users", "groups", "roles", "devices", "service_principals", "locations", "strengths", "registrations"):
        assert sorted(getattr(got, name).records, key=repr) == sorted(getattr(wanted, name).records, key=repr), name
        assert getattr(got, name).complete, name
    assert dict(got.per_user_mfa.records) == dict(wanted.per_user_mfa.records)
    assert (got.security_defaults, got.cross_tenant, got.skus, got.domains) == (
        wanted.security_defaults,
        wanted.cross_tenant,
        wanted.skus,
        wanted.domains,
    )
    assert sorted(got.methods_policy.records, key=repr) == sorted(wanted.methods_policy.records, key=repr)
    assert ids(rows_in(tmp_path / "out" / "signIns")) == ids(tenant.sign_ins)
    assert found.left_out == []
    assert sum(each.rows for each in found.logs) == len(tenant.sign_ins)
    assert (found.repeats > 0) == (share > 0)
    assert [each.name for each in (tmp_path / "out").iterdir() if each.name.startswith(".")] == [".unbroken-fetch.sqlite"]


def test_the_second_fetch_reads_what_is_new_and_what_may_have_come_late(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample)
    every = sorted(tenant.sign_ins, key=lambda row: str(row["createdDateTime"]))
    tenant.sign_ins = [row for row in every if row["createdDateTime"] < "2026-11-19T12"]
    morning = Evening()
    morning.today = lambda: datetime(2026, 11, 19, 12, tzinfo=UTC)  # type: ignore[method-assign]
    late = next(row for row in tenant.sign_ins if row["createdDateTime"] >= "2026-11-19T03")
    tenant.sign_ins.remove(late)
    fetched(tenant, tmp_path / "out", clock=morning)
    filled_in = next(row for row in every if row["createdDateTime"] >= "2026-11-19T05")
    filled_in["authenticationDetails"] = [{"authenticationMethod": "filled in later"}]

    tenant.sign_ins, asked = every, []
    with serving(lambda _: Answer(500)) as service, client(served(tenant, service), clock=Evening()) as graph:
        again = fetch(graph, tmp_path / "out", TENANT, 3, lambda *_: None)
        asked = [each for each in service.targets() if "signIns" in each and "ge%20" in each]

    got = rows_in(tmp_path / "out" / "signIns")
    assert ids(got) == ids(every)
    assert next(row for row in got if row["id"] == filled_in["id"]) == filled_in
    assert sum(each.new for each in again.logs) == len([row for row in every if row["createdDateTime"] >= "2026-11-19T12"]) + 1
    assert min(target.split("ge%20")[1][:13] for target in asked) >= "2026-11-18T00"


def test_what_is_refused_is_left_out_and_said_with_what_it_costs(sample: Path, tmp_path: Path) -> None:
    refused = {"/groups": DENIED, "signInActivity": refusal(403, NOT_PREMIUM), "roleEligibility": refusal(400, "AadPremiumLicenseRequired")}
    found = fetched(tenant_of(sample, refused=refused), tmp_path / "out")

    assert {each.name: each.needs for each in found.left_out} == {
        "groups": "GroupMember.Read.All",
        "roleEligibilitySchedules": "RoleEligibilitySchedule.Read.Directory",
    }
    assert all(each.cost and each.reason for each in found.left_out)
    assert [note for note in found.notes if note.startswith("users: without their last sign-in")]
    assert not (tmp_path / "out" / "groups.json").exists()
    assert read_tenant(tmp_path / "out").users.complete


def test_a_kind_of_sign_in_that_is_refused_is_left_out_and_v1_stands_in_for_beta(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample, refused={"/beta/auditLogs": refusal(404, "BadRequest", "Resource not found")})
    found = fetched(tenant, tmp_path / "out")

    assert [(each.kind, each.version) for each in found.logs] == [("interactiveUser", "v1.0")]
    assert {each.name for each in found.left_out} == {"signIns/nonInteractiveUser", "signIns/servicePrincipal", "signIns/managedIdentity"}
    assert any("without MFA details" in note for note in found.notes)

    tenant.refused = {}
    again = fetched(tenant, tmp_path / "out")
    assert {each.version for each in again.logs} == {"beta"}
    assert ids(rows_in(tmp_path / "out" / "signIns")) == ids(tenant.sign_ins)


@pytest.mark.parametrize("part", ["/v1.0/identity/conditionalAccess/policies", "/v1.0/users"])
def test_without_policies_or_users_nothing_is_written(sample: Path, tmp_path: Path, part: str) -> None:
    with pytest.raises(GraphFailure, match="403"):
        fetched(tenant_of(sample, refused={part: DENIED}), tmp_path / "out")
    assert [each.name for each in (tmp_path / "out").iterdir() if not each.name.startswith(".")] == []


def test_a_failure_in_the_middle_leaves_the_last_complete_tenant_and_the_next_fetch_goes_on(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample, size=50)
    fetched(tenant, tmp_path / "out", days=1)
    before = {file: file.read_bytes() for file in (tmp_path / "out").rglob("*.json*")}

    tenant.refused = {"devices": Answer(503), "2026-11-19T0": Answer(503)}
    with pytest.raises(TooMuch):
        fetched(tenant, tmp_path / "out", days=3)
    shown = {file: file.read_bytes() for file in (tmp_path / "out").rglob("*.json*") if ".fetching" not in file.parts}
    assert shown == before

    tenant.refused = {}
    fetched(tenant, tmp_path / "out", days=3)
    assert ids(rows_in(tmp_path / "out" / "signIns")) == ids(tenant.sign_ins)


def test_what_can_no_longer_be_read_does_not_stay_beside_what_can(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample)
    fetched(tenant, tmp_path / "out")
    tenant.refused = {"/devices": DENIED}

    found = fetched(tenant, tmp_path / "out")

    assert not (tmp_path / "out" / "devices.json").exists()
    assert "devices.json of an earlier fetch was removed: it was not read this time" in found.notes


def test_rows_without_the_results_of_policies_are_said(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample)
    for row in tenant.sign_ins:
        row.pop("appliedConditionalAccessPolicies", None)

    assert any("cannot be calibrated" in note for note in fetched(tenant, tmp_path / "out").notes)


def test_users_without_account_enabled_are_said(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample)
    for user in tenant.collections["users"]:
        del user["accountEnabled"]

    assert any("accountEnabled" in note for note in fetched(tenant, tmp_path / "out").notes)


def test_a_group_that_is_gone_when_its_members_are_asked_for_has_none_that_are_known(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample)
    gone: Record = {"id": "00000000-0000-0000-0000-00000000abcd", "displayName": "Gone"}
    original = tenant._listed
    tenant._listed = lambda path, query: original(path, query) if gone["id"] not in path else None  # type: ignore[method-assign]
    tenant.collections["groups"] = [*tenant.collections["groups"], gone]

    found = fetched(tenant, tmp_path / "out")

    assert [each.members for each in read_tenant(tmp_path / "out").groups.records if each.id == gone["id"]] == [None]
    assert any("was gone" in note for note in found.notes)


def test_long_member_lists_are_read_to_their_end(sample: Path, tmp_path: Path) -> None:
    tenant = tenant_of(sample, size=2)
    fetched(tenant, tmp_path / "out", days=1)

    got, wanted = read_tenant(tmp_path / "out").groups.records, read_tenant(sample).groups.records
    assert max(len(each.members or ()) for each in wanted) > 2
    assert {each.id: sorted(each.members or ()) for each in got} == {each.id: sorted(each.members or ()) for each in wanted}


def test_a_folder_with_other_files_or_another_tenant_is_not_touched(sample: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "thesis.txt").write_text("mine", encoding="utf-8")
    with pytest.raises(WrongUsage, match="no fetch wrote"):
        fetched(tenant_of(sample), other)

    fetched(tenant_of(sample), tmp_path / "out", days=1)
    with (
        serving(lambda _: Answer(500)) as service,
        client(served(tenant_of(sample), service)) as graph,
        pytest.raises(WrongUsage, match="another tenant"),
    ):
        fetch(graph, tmp_path / "out", TENANT.replace("1", "9"), 1, lambda *_: None)
    assert [each.name for each in other.iterdir()] == ["thesis.txt"]


def test_what_a_person_put_into_the_folder_stays(sample: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    out.mkdir()
    (out / "unbroken.toml").write_text('time_zone = "Europe/London"\n', encoding="utf-8")

    fetched(tenant_of(sample), out, days=1)

    assert (out / "unbroken.toml").read_text(encoding="utf-8") == 'time_zone = "Europe/London"\n'


def test_two_fetches_into_one_folder_are_not_possible(tmp_path: Path) -> None:
    first = Checkpoints(tmp_path)
    first.note("tenant", TENANT)
    try:
        with pytest.raises(UnbrokenError, match="in use"):
            Checkpoints(tmp_path)
    finally:
        first.close()


def test_the_progress_ends_where_it_should(sample: Path, tmp_path: Path) -> None:
    told: dict[str, tuple[int, int]] = {}
    lock = threading.Lock()

    def note(what: str, done: int, total: int) -> None:
        with lock:
            told[what] = max(told.get(what, (0, 0)), (done, total))

    with serving(lambda _: Answer(500)) as service, client(served(tenant_of(sample), service), clock=Evening()) as graph:
        fetch(graph, tmp_path / "out", TENANT, 3, note)

    assert told["sign-ins"][0] == told["sign-ins"][1] > 0
    assert told["members of groups"][0] == told["members of groups"][1] > 0
    assert told["users"][0] == len(json.loads((tmp_path / "out" / "users.json").read_text(encoding="utf-8")))


def test_what_nobody_needs_can_be_left_out_and_is_said(sample: Path, tmp_path: Path) -> None:
    without = frozenset({"userAuthenticationRequirements", "domains"})
    found = fetched(tenant_of(sample), tmp_path / "out", days=1, without=without)

    assert {each.name: each.reason for each in found.left_out} == dict.fromkeys(without, "as asked")
    assert read_tenant(tmp_path / "out").per_user_mfa.why == "not exported"
