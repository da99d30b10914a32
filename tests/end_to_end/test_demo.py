"""`unbroken demo`: what assess foretells of the emulated tenant is what its people then meet."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import pytest

from unbroken.demo.story import Story
from unbroken.demo.telling import tell

USERS = 40


@cache
def story(seed: int) -> tuple[Story, Path]:
    folder = Path(mkdtemp(prefix="unbroken-demo-")) / "tenant"
    return tell(folder, seed=seed, users=USERS, told=lambda _: None), folder


@pytest.mark.parametrize("seed", [1, 2])
def test_nobody_who_was_to_get_in_is_shut_out(seed: int) -> None:
    """The emulator judges by an interpreter of its own: a wrong "safe" of the evaluator would show here."""
    told, _ = story(seed)

    assert told.ends_well, told.verdict.worse
    assert sum(told.verdict.table.values()) > USERS
    assert told.verdict.table["stopped", "stopped"] > 0
    assert told.switched_on.helpdesk_calls > 0


def test_the_fetched_tenant_stays_for_other_commands(command: Any) -> None:
    _, folder = story(1)
    proved = command("prove", folder, "--with", folder / "proposed", "--format", "json")

    assert {each["name"]: each["holds"] for each in proved.json["properties"]}["mfa-everywhere"] is True


def test_as_a_program_reads_it_and_the_same_for_the_same_seed(command: Any) -> None:
    told, _ = story(1)
    ran = command("demo", "--users", USERS, "--seed", 1, "--format", "json")

    assert ran.code == 0
    assert [each["date"] for each in ran.json["days"]] == ["2026-11-21", "2026-11-23", "2026-11-24", "2026-11-25"]
    assert [each["events"] for each in ran.json["days"]] == [list(each.events) for each in told.days]
    assert ran.json["switchedOnInstead"]["lockedOut"] == told.switched_on.locked_out
    assert ran.json["final"]["phase"] == "prepare"


def test_a_folder_that_is_there_is_refused_before_anything_is_played(command: Any, tmp_path: Path) -> None:
    ran = command("demo", "--keep", tmp_path)

    assert ran.code == 64
    assert "--keep" in ran.err
