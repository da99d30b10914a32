"""Which file a finding of a proof is shown at."""

from __future__ import annotations

from pathlib import Path

from builders import policy, write_json
from unbroken.sources.policy_files import file_of_rules, policy_files


def test_the_first_source_that_has_a_policy_is_its_file(tmp_path: Path) -> None:
    one, two = policy("A"), policy("B")
    write_json(tmp_path / "policies" / "a.json", one)
    write_json(tmp_path / "tenant" / "conditionalAccessPolicies.json", {"value": [one, two]})
    found = policy_files([tmp_path / "policies", tmp_path / "tenant"])

    assert {Path(file).name for file in found.values()} == {"a.json", "conditionalAccessPolicies.json"}
    assert found[one["id"]].endswith("policies/a.json")


def test_rules_stand_in_the_operators_facts_and_without_them_in_the_tenant(tmp_path: Path) -> None:
    assert file_of_rules(tmp_path) == tmp_path.as_posix()
    (tmp_path / "unbroken.toml").touch()
    assert file_of_rules(tmp_path) == f"{tmp_path.as_posix()}/unbroken.toml"
