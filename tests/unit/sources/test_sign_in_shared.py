"""The real logs that lie beside the project."""

from __future__ import annotations

from pathlib import Path

import pytest

from sign_in_logs import read

pytestmark = pytest.mark.shared


def test_msticpy_rows_are_all_kept_with_their_twins(shared: Path) -> None:
    columns, count = read(shared / "data/sign-ins/msticpy_aad_logons.jsonl")
    assert (count.read, len(columns["id"]), count.problems) == (86, 86, [])
    assert len(columns["id"]) - len(set(columns["id"])) == 41
    assert sum(len(applied) for applied in columns["applied_policies"]) == 1008
    assert sum(text == "MFA requirement satisfied by claim in the token" for text in columns["additional_details"]) == 46
    assert set(columns["device_known"]) == {True}


def test_msticnb_rows_keep_what_the_log_says_of_interaction(shared: Path) -> None:
    columns, count = read(shared / "data/sign-ins/msticnb_one_user.jsonl")
    assert (count.read, len(columns["id"])) == (31, 31)
    assert set(columns["is_interactive"]) == {False}
    assert len(set(columns["user_id"])) == 1


@pytest.mark.parametrize("name", ["msticpy_aad_logons", "msticnb_one_user", "panther_azure_events"])
def test_reading_by_type_agrees_with_reading_record_by_record(name: str, shared: Path, tmp_path: Path) -> None:
    log = shared / f"data/sign-ins/{name}.jsonl"
    together, _ = read(log)
    for number, line in enumerate(log.read_text(encoding="utf-8").splitlines()):
        (tmp_path / f"{number:03}.json").write_text(line, encoding="utf-8")
    alone, _ = read(tmp_path)
    assert together == alone


def test_panther_events_are_sorted_into_sign_ins_and_others(shared: Path) -> None:
    columns, count = read(shared / "data/sign-ins/panther_azure_events.jsonl")
    assert count.read == 47
    assert count.skipped == {"not a sign-in": 21, "first factor failed": 4, "service principal": 8, "other tenant": 2}
    assert sorted(set(columns["event_type"])) == ["interactiveUser", "nonInteractiveUser"]
    assert not count.problems


def test_otrf_events_are_no_sign_ins(shared: Path) -> None:
    _, count = read(shared / "data/sign-ins/otrf_aad_audit_events.jsonl")
    assert count.skipped == {"not a sign-in": 4}
