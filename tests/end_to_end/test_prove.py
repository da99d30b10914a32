"""`unbroken prove` and `unbroken diff` from the command line, on the sample tenant and on the published policy sets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from unbroken.cli.app import run

PROPERTIES = ["mfa-everywhere", "break-glass-free", "legacy-blocked", "admins-can-sign-in"]
MFA_FOR_ALL = "proposed/require-mfa-all-users.json"


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "tenant"
    assert run(["sample", "--out", str(folder), "--users", "60", "--days", "1"]) == 0
    return folder


def asked(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run([*arguments, "--format", "json"])
    said = capsys.readouterr()
    assert not said.err, said.err
    return code, json.loads(said.out)


def replayed(capsys: pytest.CaptureFixture[str], folder: Path, tmp_path: Path, body: dict[str, Any], *more: str) -> int:
    """Put every counterexample to `unbroken whatif`; return how many there were."""
    found = [each for result in body["properties"] for each in result["counterexamples"]]
    if found:
        file = tmp_path / "requests.json"
        file.write_text(json.dumps([each["request"] for each in found]), encoding="utf-8")
        capsys.readouterr()
        run(["whatif", str(folder), "--request", str(file), *more, "--format", "json"])
        assert json.loads(capsys.readouterr().out) == [each["outcome"] for each in found]
    return len(found)


def test_prove_answers_every_property_and_each_counterexample_gives_its_outcome_again(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, body = asked(capsys, "prove", str(sample))

    assert code == 2
    assert [each["name"] for each in body["properties"]] == PROPERTIES
    assert body["properties"][0]["holds"] is False
    assert not any("contradicts itself" in text for each in body["properties"] for text in each["missing"])
    assert replayed(capsys, sample, tmp_path, body) > 3


def test_mfa_for_everybody_makes_sign_ins_stricter_and_none_laxer(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, body = asked(capsys, "diff", str(sample), "--with", str(sample / MFA_FOR_ALL))

    assert code == 0
    assert [(each["name"], each["holds"]) for each in body["properties"]] == [("stricter", False), ("laxer", True)]
    assert asked(capsys, "diff", str(sample), "--with", str(sample / MFA_FOR_ALL), "--fail-on", "stricter")[0] == 2


def test_the_tenants_own_policies_over_themselves_are_no_difference(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    policies = json.loads((sample / "conditionalAccessPolicies.json").read_text(encoding="utf-8"))
    records = policies["value"] if isinstance(policies, dict) else policies
    noisy = [{**each, "displayName": f"{each['displayName']} again", "templateId": None, "newKey": None} for each in reversed(records)]
    file = tmp_path / "again.json"
    file.write_text(json.dumps(noisy), encoding="utf-8")

    _, body = asked(capsys, "diff", str(sample), "--with", str(file))

    assert [each["holds"] for each in body["properties"]] == [True, True]


@pytest.mark.parametrize("form", ["text", "github", "sarif"])
def test_every_face_names_what_does_not_hold(form: str, sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "proof.html"

    assert run(["prove", str(sample), "--format", form, "--report", str(page)]) == 2

    assert "mfa-everywhere" in capsys.readouterr().out
    assert "mfa-everywhere" in page.read_text(encoding="utf-8")


def test_a_rule_of_the_tenants_own_is_proved_with_the_others(sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    facts = sample / "unbroken.toml"
    before = facts.read_text(encoding="utf-8")
    facts.write_text(f'{before}\n[[property]]\nname = "own"\nusers = "everyone"\nneeds = "block"\n', encoding="utf-8")
    try:
        _, body = asked(capsys, "prove", str(sample))
    finally:
        facts.write_text(before, encoding="utf-8")

    assert (body["properties"][-1]["name"], body["properties"][-1]["own"], body["properties"][-1]["holds"]) == ("own", True, False)
    assert replayed(capsys, sample, tmp_path, body) > 4


def test_it_is_said_what_more_users_hang_on(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Two people under enforced per-user MFA get in with a legacy client when it has an app password, which no export shows."""
    folder = tmp_path / "tenant"
    assert run(["sample", "--out", str(folder), "--days", "1"]) == 0
    _, body = asked(capsys, "prove", str(folder))
    notes = body["properties"][2]["notes"]

    assert any(note.startswith("2 more users may be concerned; that hangs on: whether this client uses an app password") for note in notes)


def test_a_proposal_that_is_switched_off_or_names_what_does_not_exist_is_said_first(
    sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    body = json.loads((sample / MFA_FOR_ALL).read_text(encoding="utf-8"))
    body["state"] = "enabledForReportingButNotEnforced"
    body["conditions"]["users"]["excludeGroups"] = ["BreakGlas"]
    file = tmp_path / "pilot.json"
    file.write_text(json.dumps(body), encoding="utf-8")

    for command in ("prove", "diff"):
        _, told = asked(capsys, command, str(sample), "--with", str(file))
        assert any("is report-only: it changes nothing until it is enabled" in line for line in told["cautions"])
        assert any("'BreakGlas'" in line for line in told["cautions"])
