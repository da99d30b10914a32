"""The log that people leave is judged again by `assess`, which shares no engine with the emulator."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from living import MFA_FOR_ALL, Town, town
from unbroken.cli.app import run
from unbroken.emulator.cloud.folder import LISTS, MEMBERS, OBJECTS

PHISHING_RESISTANT = {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"}}
ALSO_ASK_FOR_MFA = {"CA003 Require MFA for Azure and remote access", "CA006 Require MFA for Office 365 outside the offices"}
MANAGED = {"operator": "AND", "builtInControls": ["mfa", "compliantDevice"]}


def write(place: Town, folder: Path, since: str) -> None:
    """Write the tenant as it is, and its log since a moment, as a tenant folder."""
    world = place.world
    (folder / "signIns").mkdir(parents=True)
    for name in LISTS:
        records = [
            record | ({"members": _members(place, key)} if key in world.of(MEMBERS) else {}) for key, record in world.of(name).items()
        ]
        (folder / f"{name}.json").write_text(json.dumps(records), encoding="utf-8")
    for name in OBJECTS:
        (folder / f"{name}.json").write_text(json.dumps(world.setting(name)), encoding="utf-8")
    lines = "\n".join(json.dumps(row) for row in place.rows(since))
    (folder / "signIns" / "log.jsonl").write_text(lines, encoding="utf-8")


def _members(place: Town, holder: str) -> list[dict[str, str]]:
    return [{"id": member} for member in place.world.members(holder)]


def calibration(grant: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """Return what `assess` says of two days under a policy for everybody."""
    with town() as place:
        place.enforce(grantControls=grant)
        place.until("2026-11-25T00:00:00")
        write(place, tmp_path / "tenant", since="2026-11-22T12:00:01")
    run(["assess", str(tmp_path / "tenant"), "--format", "json"])
    return dict(json.loads(capsys.readouterr().out)["calibration"])


@pytest.mark.parametrize("grant", [MFA_FOR_ALL["grantControls"], MANAGED], ids=["mfa", "device"])
def test_the_evaluator_agrees_with_every_row(grant: dict[str, Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = calibration(grant, tmp_path, capsys)

    assert found["disagreements"] == []
    assert found["agreed"] == found["compared"] > 2000
    assert found["applying"]["compared"] > 500


def test_of_a_strength_it_disagrees_only_where_it_takes_an_interrupt_for_missing_mfa(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who holds MFA, but not of the strength, is interrupted with 50074: `assess` reads that as no MFA, also for the other policies."""
    found = calibration(PHISHING_RESISTANT, tmp_path, capsys)

    assert {each["policy"] for each in found["disagreements"]} <= {"CA002 Require MFA for administrators", *ALSO_ASK_FOR_MFA}
    assert {(each["expected"], each["got"]) for each in found["disagreements"]} <= {("controls met", "controls not met")}
