"""The reference says what the code does: every name in the code is in its page, every command has its help."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from unbroken.cli.app import app
from unbroken.entra.sign_in import SKIP_REASONS
from unbroken.entra.vocabulary import BaselineScopeMode
from unbroken.errors import UnbrokenError
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.limits import COSTS
from unbroken.report import json_form
from unbroken.sources.facts import KEYS
from unbroken.sources.proof_costs import PROOF_COSTS

REFERENCE = Path(__file__).parent.parent.parent / "docs" / "reference"
COMMANDS = sorted(name for name in app if not name.startswith("-"))


def page(name: str) -> str:
    return (REFERENCE / name).read_text(encoding="utf-8")


def section(command: str) -> str:
    """Return what the reference says of one command; empty when it says nothing."""
    found = re.search(rf"^## `unbroken {command}`\n(.*?)(?=^## |\Z)", page("commands.md"), re.DOTALL | re.MULTILINE)
    return found[1] if found else ""


def test_there_are_commands() -> None:
    assert {"assess", "whatif", "exports", "sample", "purge"} <= set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_help_and_a_section(command: str) -> None:
    assert app[command].help.strip()
    assert section(command)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_in_the_section_of_its_command(command: str) -> None:
    options = {argument.name for argument in app[command].assemble_argument_collection() if argument.name.startswith("--")}
    common = {"--format", "--debug", "--help", "--version"}

    assert {option for option in options - common if option not in section(command) and option[2:].upper() not in section(command)} == set()


def test_every_documented_command_exists() -> None:
    assert sorted(re.findall(r"^## `unbroken ([a-z-]+)`$", page("commands.md"), re.MULTILINE)) == COMMANDS


@pytest.mark.parametrize("reason", SKIP_REASONS)
def test_every_skip_reason_is_explained(reason: str) -> None:
    assert f"| `{reason}` |" in page("skip-reasons.md")


@pytest.mark.parametrize("outcome", Outcome)
def test_every_outcome_is_explained(outcome: Outcome) -> None:
    assert f"| `{outcome}` |" in page("json.md")


@pytest.mark.parametrize("key", KEYS)
def test_every_key_of_the_operators_facts_is_explained(key: str) -> None:
    assert f"| `{key}` |" in page("unbroken-toml.md")


@pytest.mark.parametrize("mode", BaselineScopeMode)
def test_every_baseline_scope_mode_is_explained(mode: BaselineScopeMode) -> None:
    assert f"`{mode}`" in page("unbroken-toml.md")


@pytest.mark.parametrize("name", COSTS)
def test_what_a_missing_collection_costs_is_said_in_the_same_words(name: str) -> None:
    assert f"| {COSTS[name]} | {PROOF_COSTS[name]} |" in page("tenant-folder.md")


def test_every_json_key_is_explained() -> None:
    """The keys are read from the source of the room that writes them, so that one nobody tests is found as well."""
    written = re.findall(r'"(\w+)":', Path(json_form.__file__).read_text(encoding="utf-8"))

    assert len(written) > 50
    assert {key for key in written if not re.search(rf"\b{key}\b", page("json.md"))} == set()


def failures(kind: type[UnbrokenError] = UnbrokenError) -> set[type[UnbrokenError]]:
    return {kind}.union(*(failures(child) for child in kind.__subclasses__()))


def test_every_exit_code_is_explained() -> None:
    assert {code for code in {kind.exit_code for kind in failures()} | {0, 2} if f"| {code} |" not in page("exit-codes.md")} == set()
