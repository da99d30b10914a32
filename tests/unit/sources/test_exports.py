"""What to export: complete, gettable in each way, and honest about its price."""

from __future__ import annotations

import csv
import io
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from unbroken.cli.exports import exports_command
from unbroken.errors import WrongUsage
from unbroken.evaluate.limits import COSTS
from unbroken.sources.exports import EXPORTS, Export, powershell_preamble
from unbroken.sources.proof_costs import PROOF_COSTS

NAMES = [export.name for export in EXPORTS]
SMALLEST_SET = {
    *("AuditLog.Read.All", "Policy.Read.All", "Policy.Read.AuthenticationMethod", "User.Read.All", "GroupMember.Read.All"),
    *("RoleManagement.Read.Directory", "RoleEligibilitySchedule.Read.Directory", "Application.Read.All", "Device.Read.All"),
    *("LicenseAssignment.Read.All", "Organization.Read.All", "Domain.Read.All"),
}


def export(name: str) -> Export:
    (found,) = [each for each in EXPORTS if each.name == name]
    return found


def test_every_collection_whose_absence_costs_something_is_listed() -> None:
    listed = {name.partition("/")[0] for name in NAMES} | {"nonInteractiveSignIns"}
    assert listed == set(COSTS)


def test_of_every_collection_it_is_said_what_a_proof_loses_without_it() -> None:
    assert list(PROOF_COSTS) == list(COSTS)
    assert export("signIns/nonInteractive").proof_cost == "nothing"


def test_no_file_is_listed_twice() -> None:
    assert len(set(NAMES)) == len(NAMES)


def test_only_policies_and_users_are_needed() -> None:
    assert [each.name for each in EXPORTS if each.needed] == ["conditionalAccessPolicies", "users"]


@pytest.mark.parametrize("each", EXPORTS, ids=NAMES)
def test_every_export_says_all_there_is_to_say(each: Export) -> None:
    assert each.what
    assert each.role
    assert each.licence
    assert each.cost in COSTS.values()
    assert each.graph
    assert all(re.fullmatch(r"GET /(v1\.0|beta)/\S.*", request) for request in each.graph)
    assert each.name.partition("/")[0] in each.powershell


@pytest.mark.parametrize("each", EXPORTS, ids=NAMES)
def test_every_powershell_line_is_one_line_with_its_quotes_and_brackets_closed(each: Export) -> None:
    for line in (each.powershell, *powershell_preamble()):
        assert "\n" not in line
        bare = re.sub(r"'(?:[^']|'')*'", "''", line)
        assert "'" not in bare.replace("''", "")
        assert all(bare.count(left) == bare.count(right) for left, right in ("()", "{}", "[]"))


def test_permissions_are_the_smallest_set_and_read_only() -> None:
    asked = {permission for each in EXPORTS for permission in each.permissions}
    assert asked == SMALLEST_SET
    assert not any("Write" in permission for permission in asked)
    assert set(powershell_preamble()[1].split()[2].split(",")) == asked


def test_a_failed_request_stops_the_export() -> None:
    assert powershell_preamble()[0] == "$ErrorActionPreference = 'Stop'"


def test_sign_ins_say_what_a_free_tenant_gets() -> None:
    for name in ("signIns/interactive", "signIns/nonInteractive"):
        assert "7 days" in export(name).licence
        assert "API refuses" in export(name).licence


def test_policy_results_in_sign_ins_need_a_policy_permission() -> None:
    assert export("signIns/interactive").permissions == ("AuditLog.Read.All", "Policy.Read.All")


def test_the_quotes_of_the_non_interactive_filter_are_doubled_for_powershell() -> None:
    each = export("signIns/nonInteractive")
    assert "t eq 'nonInteractiveUser'" in each.graph[0]
    assert "t eq ''nonInteractiveUser''" in each.powershell


def test_members_are_fetched_in_full_and_not_expanded() -> None:
    for name in ("groups", "directoryRoles"):
        each = export(name)
        assert "$expand" not in each.powershell
        assert "/{0}/members?" in each.powershell
        assert "/{id}/members?" in each.graph[1]


def test_users_are_asked_for_with_what_decides() -> None:
    request = export("users").graph[0]
    for name in ("accountEnabled", "userType", "creationType", "externalUserState", "assignedLicenses", "jobTitle", "signInActivity"):
        assert name in request


def test_text_names_every_file_and_how_to_get_it(capsys: pytest.CaptureFixture[str]) -> None:
    assert exports_command() == 0
    lines = capsys.readouterr().out.splitlines()
    for each in EXPORTS:
        assert f"{each.name}: {each.what}" in lines
        assert f"  PowerShell {each.powershell}" in lines
        assert f"  Graph      {each.graph[0]}" in lines
    assert set(powershell_preamble()) <= set(lines)


def test_text_says_of_a_proof_only_what_it_loses(capsys: pytest.CaptureFixture[str]) -> None:
    exports_command()
    said = capsys.readouterr().out.partition("speak of every sign-in that can be")[2].partition("How to get each")[0]

    assert "per-user MFA is taken as disabled, and the answer says so" in " ".join(said.split())
    assert "signIns" not in said


def test_text_does_not_read_brackets_as_markup(capsys: pytest.CaptureFixture[str]) -> None:
    exports_command("text")
    assert "$each[$Key]" in capsys.readouterr().out


def test_json_carries_everything(capsys: pytest.CaptureFixture[str]) -> None:
    assert exports_command("json") == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schemaVersion"] == 1
    assert [each["name"] for each in body["exports"]] == NAMES
    assert body["exports"][0]["permissions"] == ["Policy.Read.All"]
    assert body["exports"][0]["proof_cost"] == PROOF_COSTS["conditionalAccessPolicies"]
    assert body["powershellPreamble"] == list(powershell_preamble())


def test_csv_has_a_row_for_every_file(capsys: pytest.CaptureFixture[str]) -> None:
    assert exports_command("csv") == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["name"] for row in rows] == NAMES
    assert rows[NAMES.index("users")]["permissions"] == "User.Read.All ; AuditLog.Read.All"


def test_another_format_is_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match="use one of text, json, csv"):
        exports_command("xml")


def test_the_command_loads_rich_only_when_it_prints() -> None:
    code = "import sys, unbroken.cli.exports; print(sorted({'rich', 'numpy', 'duckdb'} & sys.modules.keys()))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"


@pytest.mark.shared
def test_each_permission_is_one_the_graph_reference_names(shared: Path) -> None:
    page = (shared / "reference/graph-api.md").read_text(encoding="utf-8")
    assert [permission for permission in sorted(SMALLEST_SET) if permission not in page] == []
