"""The page on policies in git does what it says: its script, its rules and every step of its job are run on the sample tenant."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from unbroken.cli.app import run

PAGE = (Path(__file__).parent.parent.parent / "docs" / "how-to" / "policies-in-git.md").read_text(encoding="utf-8")
STEPS = re.findall(r"^ +run: (unbroken .+)$", PAGE, re.MULTILINE)
RULES = ("administrators-mfa", "azure-mfa")

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="SKIPPED LOUDLY: no bash, the page on policies in git was not tried")


def blocks(language: str) -> list[str]:
    return [textwrap.dedent(block) for block in re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)]


def shell(command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a step as a job does: in bash that stops at the first failure."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    return subprocess.run(
        ["bash", "-e", "-c", command], cwd=folder, env={**os.environ, "PATH": path}, capture_output=True, encoding="utf-8", check=False
    )


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository as the page describes it, on the sample tenant without its log."""
    folder = tmp_path_factory.mktemp("repository")
    assert run(["sample", "--out", str(folder / "tenant"), "--users", "40", "--days", "1"]) == 0
    shutil.rmtree(folder / "tenant" / "signIns")
    with (folder / "tenant" / "unbroken.toml").open("a", encoding="utf-8") as file:
        file.write("\n".join(blocks("toml")))
    body = json.loads((folder / "tenant" / "conditionalAccessPolicies.json").read_text(encoding="utf-8"))
    (folder / "policies").mkdir()
    for policy in body["value"] if isinstance(body, dict) else body:
        (folder / "policies" / f"{policy['id']}.json").write_text(json.dumps(policy), encoding="utf-8")
    return folder


@pytest.fixture
def changed(repository: Path, tmp_path: Path) -> Path:
    """Return the repository with a change that switches the policy for administrators off."""
    folder = Path(shutil.copytree(repository, tmp_path / "changed"))
    for file in (folder / "policies").iterdir():
        policy = json.loads(file.read_text(encoding="utf-8"))
        if policy["displayName"].startswith("CA002"):
            file.write_text(json.dumps(policy | {"state": "disabled"}), encoding="utf-8")
    return folder


def verdicts(folder: Path) -> dict[str, Any]:
    answer = shell("unbroken prove tenant --with policies --format json", folder)
    return {each["name"]: each["holds"] for each in json.loads(answer.stdout)["properties"]}


def test_the_script_writes_every_policy_to_a_file_of_its_own(repository: Path, tmp_path: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("SKIPPED LOUDLY: no jq, the script of the page was not tried")
    shutil.copytree(repository / "tenant", tmp_path / "tenant")
    done = shell(blocks("bash")[0], tmp_path)

    assert (done.returncode, done.stderr) == (0, "")
    expected = {file.name: json.loads(file.read_text(encoding="utf-8")) for file in (repository / "policies").iterdir()}
    assert {file.name: json.loads(file.read_text(encoding="utf-8")) for file in (tmp_path / "policies").iterdir()} == expected
    assert len(expected) > 3


def test_the_page_has_three_steps_of_ours() -> None:
    assert [step.split()[1] for step in STEPS] == ["prove", "diff", "prove"]


def test_every_step_ends_as_the_page_says_where_the_policies_are_those_of_the_tenant(repository: Path) -> None:
    """The sample tenant violates what must never happen, and a change that is none makes nothing laxer."""
    ended = [shell(step, repository) for step in STEPS]

    assert [(each.returncode, each.stderr) for each in ended] == [(2, ""), (0, ""), (0, "")]
    assert "::error " in ended[0].stdout
    results = json.loads((repository / "proof.sarif").read_text(encoding="utf-8"))["runs"][0]["results"]
    places = {each["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for each in results}
    assert "tenant/unbroken.toml" in places
    assert any(place.startswith("policies/") for place in places)


def test_the_rules_hold_today_and_fail_the_change_that_breaks_one(repository: Path, changed: Path) -> None:
    assert [verdicts(repository)[rule] for rule in RULES] == [True, True]
    assert [verdicts(changed)[rule] for rule in RULES] == [False, True]


def test_a_change_that_loosens_fails_the_second_step(changed: Path) -> None:
    done = shell(STEPS[1], changed)

    assert done.returncode == 2
    assert "Some sign-ins get laxer" in done.stdout


def test_an_error_is_not_let_pass_by_the_third_step(repository: Path) -> None:
    assert shell(STEPS[2].replace("prove tenant", "prove nowhere"), repository).returncode == 1


def test_what_is_not_proved_does_not_pass_the_strict_line(repository: Path) -> None:
    if shutil.which("jq") is None:
        pytest.skip("SKIPPED LOUDLY: no jq, the strict line of the page was not tried")
    line = blocks("bash")[1]

    assert shell(line, repository).returncode == 1
    assert shell(line.replace("all(.properties[]; .holds)", "all(.properties[-2:][]; .holds)"), repository).returncode == 0
