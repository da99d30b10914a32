"""What `unbroken prove` and `unbroken diff` say when an export is missing: never more than with it.

The page docs/reference/tenant-folder.md says for each collection what a proof loses; this is what it says on the sample tenant.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from unbroken.evaluate.limits import COSTS
from unbroken.sources.proof_costs import NOTHING, PROOF_COSTS

WORDS = {True: "holds", False: "violated", None: "unknown"}
WHOLE = (
    *("violated", "violated", "violated", "violated"),
    *("holds", "violated", "holds", "violated"),
    *("violated", "holds"),
)
"""Verdicts with every export: the four properties as they are, the same with MFA for all proposed, then `stricter` and `laxer`."""
OTHERWISE = {
    "conditionalAccessPolicies": {
        0: "unknown",
        1: "unknown",
        2: "unknown",
        3: "unknown",
        5: "unknown",
        7: "unknown",
        8: "unknown",
        9: "unknown",
    },
    "users": {1: "unknown", 3: "unknown", 4: "unknown", 5: "unknown", 6: "unknown", 7: "unknown", 9: "unknown"},
    "groups": {1: "unknown", 3: "unknown", 4: "unknown", 5: "unknown", 6: "unknown", 7: "unknown"},
    "directoryRoles": {1: "unknown", 3: "unknown", 5: "unknown", 7: "unknown"},
    "namedLocations": {0: "unknown", 2: "unknown", 8: "unknown"},
}
"""Missing export -> position in `WHOLE` -> what is said instead."""
ASSUMED = {"userAuthenticationRequirements", "authenticationMethodsPolicy", "domains"}
"""What is taken for granted when it was not exported."""


def results(command: Any, tenant: Path, proposed: Path) -> list[dict[str, Any]]:
    """Return every property as it is, with the proposal, and of the difference."""
    change = ("--with", proposed)
    asked = (("prove", tenant), ("prove", tenant, *change), ("diff", tenant, *change))
    return [each for arguments in asked for each in command(*arguments, "--format", "json").json["properties"]]


def exported(tenant: Path) -> set[str]:
    return {file.stem for file in tenant.glob("*.json")}


def test_with_every_export_the_verdicts_are_these(sample: Path, proposed: Path, command: Any) -> None:
    assert tuple(WORDS[each["holds"]] for each in results(command, sample, proposed)) == WHOLE
    assert exported(sample) - COSTS.keys() == set()
    assert exported(sample) >= OTHERWISE.keys() | ASSUMED


@pytest.mark.parametrize("name", [name for name in COSTS if PROOF_COSTS[name] != NOTHING and name not in OTHERWISE])
def test_an_export_that_hardly_matters_here_changes_no_verdict(name: str, tenant: Path, proposed: Path, command: Any) -> None:
    (tenant / f"{name}.json").unlink(missing_ok=True)

    assert tuple(WORDS[each["holds"]] for each in results(command, tenant, proposed)) == WHOLE


@pytest.mark.parametrize("name", OTHERWISE)
def test_a_missing_export_makes_verdicts_unknown_and_each_names_what_is_missing(
    name: str, tenant: Path, proposed: Path, command: Any
) -> None:
    (tenant / f"{name}.json").unlink()
    found = results(command, tenant, proposed)

    said = [WORDS[each["holds"]] for each in found]
    assert said == [OTHERWISE[name].get(place, verdict) for place, verdict in enumerate(WHOLE)]
    for each in found:
        assert each["missing"] or each["holds"] is not None, each["name"]
    assert any(name in fact for each in found for fact in each["missing"])


@pytest.mark.parametrize("name", ["signIns", *(name for name in COSTS if PROOF_COSTS[name] == NOTHING and name != "signIns")])
def test_what_costs_a_proof_nothing_changes_nothing(name: str, sample: Path, tenant: Path, proposed: Path, command: Any) -> None:
    for file in [*tenant.glob(f"{name}.json"), *(tenant.glob("signIns/*") if name == "signIns" else ())]:
        file.unlink()

    assert results(command, tenant, proposed) == results(command, sample, proposed)


@pytest.mark.parametrize("name", sorted(ASSUMED))
@pytest.mark.parametrize("asked", ["prove", "diff"])
def test_what_is_taken_for_granted_is_said_with_the_answer(asked: str, name: str, tenant: Path, proposed: Path, command: Any) -> None:
    def said() -> list[str]:
        change = ("--with", proposed) if asked == "diff" else ()
        problems: list[str] = command(asked, tenant, *change, "--format", "json").json["problems"]
        return [line for line in problems if line.startswith(f"{name} was not exported: ")]

    assert said() == []
    (tenant / f"{name}.json").unlink()
    assert len(said()) == 1


def test_without_per_user_mfa_more_accounts_are_named_and_none_fewer(tenant: Path, proposed: Path, command: Any) -> None:
    """Those whom per-user MFA asks today are taken not to be asked: the list errs to the side of telling."""
    before = results(command, tenant, proposed)[0]["users"]
    (tenant / "userAuthenticationRequirements.json").unlink()

    assert set(before) < set(results(command, tenant, proposed)[0]["users"])


def test_trusted_addresses_that_nobody_named_are_said_to_be_none(tenant: Path, command: Any) -> None:
    facts = tenant / "unbroken.toml"
    assert not [line for line in command("prove", tenant, "--format", "json").json["problems"] if "mfa_trusted_ips" in line]
    text = facts.read_text(encoding="utf-8")
    facts.write_text(text.replace("mfa_trusted_ips = []", ""), encoding="utf-8")

    assert [line for line in command("prove", tenant, "--format", "json").json["problems"] if "mfa_trusted_ips" in line]
