"""`unbroken assess` on what administrators have: every form of a tenant and of its log, whole and damaged."""

from __future__ import annotations

import gzip
import json
import os
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from log_forms import as_csv, every_form, graph_records, pascal

Found = dict[str, Any]
Assess = Callable[..., Found]
FORMS = [
    *("Graph, indented", "PowerShell", "Log Analytics lines", "Log Analytics CSV"),
    *("Log Analytics union CSV", "PT1H.json", "Event Hub records", "UTF-16"),
]


def facts(found: Found) -> list[Any]:
    """Return what must not depend on the form of the files."""
    calibration = {name: found["calibration"][name] for name in ("compared", "agreed", "unknown")}
    return [*(found[name] for name in ("signIns", "outcomes", "prompts", "registration", "users", "legacy", "hours")), calibration]


def records(file: Path) -> list[Any]:
    """Return the records of a collection of the sample tenant."""
    body = json.loads(file.read_text(encoding="utf-8"))
    value = body["value"] if isinstance(body, dict) and "value" in body else body
    return value if isinstance(value, list) else [value]


@pytest.fixture(scope="session")
def forms(sample: Path) -> dict[str, bytes]:
    return every_form(graph_records(sample))


@pytest.fixture(scope="session")
def expected(whole: Found) -> list[Any]:
    return facts(whole)


def test_the_sample_tenant_shows_who_is_stopped_by_mfa_for_everybody(whole: Found) -> None:
    before, after = whole["outcomes"]["before"], whole["outcomes"]["after"]
    assert before["locked_out"] == 0 < after["locked_out"]
    assert before["register"] < after["register"]
    assert whole["calibration"]["rate"] == 1
    assert [line for line in whole["problems"] if "directoryAudits" not in line] == []


@pytest.mark.parametrize("form", FORMS)
def test_the_same_sign_ins_give_the_same_answer_in_every_form(
    form: str, forms: dict[str, bytes], tenant: Path, proposed: Path, assessed: Assess, expected: list[Any]
) -> None:
    shutil.rmtree(tenant / "signIns")
    log = tenant.parent / "log"
    log.write_bytes(forms[form])
    assert facts(assessed(tenant, "--with", proposed, "--signins", log)) == expected


def zipped(tenant: Path) -> Path:
    archive = tenant.parent / "export.zip"
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as out:
        for file in tenant.rglob("*"):
            out.write(file, Path(tenant.name) / file.relative_to(tenant))
    return archive


def in_utf16(tenant: Path) -> Path:
    for file in tenant.glob("*.json"):
        file.write_bytes(file.read_text(encoding="utf-8").encode("utf-16"))
    return tenant


def from_powershell(tenant: Path) -> Path:
    for file in tenant.glob("*.json"):
        file.write_text(json.dumps(pascal(records(file))), encoding="utf-8-sig")
    return tenant


def as_packed_lines(tenant: Path) -> Path:
    for file in tenant.glob("*.json"):
        text = "\n".join(json.dumps(record) for record in records(file))
        file.with_suffix(".jsonl.gz").write_bytes(gzip.compress(text.encode()))
        file.unlink()
    return tenant


def from_entra_exporter(tenant: Path) -> Path:
    for name, folder in {"users": "Users", "groups": "Groups", "conditionalAccessPolicies": "Identity/Conditional/AccessPolicies"}.items():
        for record in records(tenant / f"{name}.json"):
            own = tenant / folder / record["id"]
            for member in record.pop("members", ()):
                (own / "Members" / member["id"]).mkdir(parents=True)
                (own / "Members" / member["id"] / f"{member['id']}.json").write_text(json.dumps(member), encoding="utf-8")
            own.mkdir(parents=True, exist_ok=True)
            (own / f"{record['id']}.json").write_text(json.dumps(record), encoding="utf-8")
        (tenant / f"{name}.json").unlink()
    return tenant


def with_portal_lists(tenant: Path) -> Path:
    users, methods = (records(tenant / f"{name}.json") for name in ("users", "userRegistrationDetails"))
    user_rows = [
        {
            "userPrincipalName": each["userPrincipalName"],
            "displayName": each["displayName"],
            "objectId": each["id"],
            "userType": each["userType"],
            "accountEnabled": str(each["accountEnabled"]),
            "creationType": each.get("creationType") or "",
            "directorySynced": str(bool(each.get("onPremisesSyncEnabled"))),
        }
        for each in users
    ]
    method_rows = [
        {
            "User principal name": each["userPrincipalName"],
            "Multifactor authentication capable": "Capable" if each["isMfaCapable"] else "Not Capable",
            "Methods registered": ", ".join(each["methodsRegistered"]),
        }
        for each in methods
    ]
    (tenant / "exportUsers_2026-11-20.csv").write_text(as_csv(user_rows), encoding="utf-8", newline="")
    (tenant / "UserRegistrationDetails.csv").write_text(as_csv(method_rows, ";"), encoding="utf-8", newline="")
    for name in ("users.json", "userRegistrationDetails.json"):
        (tenant / name).unlink()
    return tenant


@pytest.mark.parametrize("change", [zipped, in_utf16, from_powershell, as_packed_lines, from_entra_exporter])
def test_a_tenant_gives_the_same_answer_however_it_was_exported(
    change: Callable[[Path], Path], tenant: Path, proposed: Path, assessed: Assess, expected: list[Any]
) -> None:
    assert facts(assessed(change(tenant), "--with", proposed)) == expected


def test_the_portals_lists_of_users_and_methods_give_the_same_outcomes(
    tenant: Path, proposed: Path, assessed: Assess, expected: list[Any]
) -> None:
    found = assessed(with_portal_lists(tenant), "--with", proposed)
    assert facts(found)[:3] == expected[:3]


@pytest.mark.parametrize(
    ("missing", "outcome"),
    [
        ("userRegistrationDetails.json", "register"),
        ("groups.json", "locked_out"),
        ("directoryRoles.json", ""),
        ("namedLocations.json", ""),
        ("users.json", ""),
        ("authenticationMethodsPolicy.json", ""),
    ],
)
def test_a_missing_collection_makes_answers_unknown_and_is_named(
    missing: str, outcome: str, whole: Found, tenant: Path, assessed: Assess
) -> None:
    (tenant / missing).unlink()
    less = assessed(tenant, "--with", tenant / "proposed")
    assert any(missing.removesuffix(".json") in line for line in less["limits"])
    assert less["outcomes"]["after"]["unknown"] >= whole["outcomes"]["after"]["unknown"]
    if outcome:
        assert less["outcomes"]["after"][outcome] < whole["outcomes"]["after"][outcome]


@pytest.mark.parametrize("name", ["users", "conditionalAccessPolicies"])
def test_a_page_that_was_not_followed_is_no_whole_directory(name: str, tenant: Path, assessed: Assess) -> None:
    page = {"@odata.nextLink": "https://graph.microsoft.com/v1.0/x?$skiptoken=1", "value": records(tenant / f"{name}.json")[:30]}
    (tenant / f"{name}.json").write_text(json.dumps(page), encoding="utf-8")
    found = assessed(tenant)
    assert any(name in line and "next page" in line for line in found["limits"])
    if name == "conditionalAccessPolicies":
        assert found["outcomes"]["after"]["allow"] == 0


DAMAGE = {
    "cut off": b'[{"id": "1',
    "empty": b"",
    "a web page": b"<html>Sign in</html>",
    "an error of Graph": b'{"error": {"code": "Authorization_RequestDenied", "message": "Insufficient privileges"}}',
}


@pytest.mark.parametrize("damage", DAMAGE)
@pytest.mark.parametrize("name", ["users", "conditionalAccessPolicies"])
def test_a_damaged_file_that_is_needed_is_one_clear_line(name: str, damage: str, tenant: Path, command: Any) -> None:
    (tenant / f"{name}.json").write_bytes(DAMAGE[damage])
    ran = command("assess", tenant)
    assert ran.code == 1
    assert f"{name}.json" in ran.err
    assert "export" in ran.err


@pytest.mark.parametrize("damage", ["cut off", "an error of Graph"])
def test_damaged_files_that_are_not_needed_are_each_named(damage: str, tenant: Path, assessed: Assess) -> None:
    names = ["organization", "groups", "domains", "subscribedSkus", "devices", "authenticationStrengthPolicies"]
    for name in names:
        (tenant / f"{name}.json").write_bytes(DAMAGE[damage])
    found = assessed(tenant)
    for name in names:
        assert [line for line in found["problems"] if f"{name}.json" in line], name
    if "error" in damage:
        assert sum("Authorization_RequestDenied" in line for line in found["problems"]) == len(names)


def test_junk_beside_the_log_is_named_and_the_log_still_read(whole: Found, tenant: Path, proposed: Path, assessed: Assess) -> None:
    junk = {
        "notes.txt": b"hello",
        "page.html": b"<html>",
        "cut.json.gz": gzip.compress(b"[]" * 9)[:-9],
        "zero.json": b"",
        "b.bin": b"\0\1" * 99,
    }
    for name, data in junk.items():
        (tenant / "signIns" / name).write_bytes(data)
    found = assessed(tenant, "--with", proposed)
    assert found["outcomes"] == whole["outcomes"]
    for name in junk:
        assert any(name in line for line in found["problems"]), name


def test_every_file_of_a_tenant_that_is_not_used_says_why(tenant: Path, assessed: Assess) -> None:
    (tenant / "README.md").write_text("notes", encoding="utf-8")
    (tenant / "apps.json").write_text('[{"some": "thing"}]', encoding="utf-8")
    lines = [line for line in assessed(tenant)["problems"] if "not used" in line]
    assert {line.partition(":")[0] for line in lines} == {
        *("README.md", "apps.json", "directoryAudits.json", "proposed/require-mfa-all-users.json"),
    }


def test_a_folder_of_a_proposal_says_what_it_was_not_read_for(tenant: Path, tmp_path: Path, assessed: Assess) -> None:
    folder = tmp_path / "baseline"
    shutil.copytree(tenant / "proposed", folder / "ConditionalAccess")
    (folder / "NamedLocations").mkdir()
    (folder / "NamedLocations" / "Office.json").write_text('{"id": "1", "displayName": "Office", "ipRanges": []}', encoding="utf-8")
    found = assessed(tenant, "--with", folder)
    assert any("Office.json" in line and "policies only" in line for line in found["problems"])
    assert found["policies"][-1]["change"] == "added"


def test_two_policies_of_a_proposal_under_one_id_are_both_used_and_told(
    sample: Path, tmp_path: Path, proposed: Path, assessed: Assess
) -> None:
    policy = records(proposed)[0]
    (tmp_path / "one.json").write_text(json.dumps(policy), encoding="utf-8")
    (tmp_path / "two.json").write_text(json.dumps(policy | {"displayName": "Another", "state": "disabled"}), encoding="utf-8")
    found = assessed(sample, "--with", tmp_path)
    assert sum(policy["change"] == "added" for policy in found["policies"]) == 2
    assert any("two.json" in line and policy["id"] in line for line in found["problems"])


def test_a_log_given_twice_counts_once(whole: Found, sample: Path, proposed: Path, assessed: Assess) -> None:
    twice = assessed(sample, "--with", proposed, "--signins", sample / "signIns")
    assert twice["outcomes"] == whole["outcomes"]
    assert twice["signIns"]["read"] == 2 * whole["signIns"]["read"]


@pytest.mark.parametrize(
    "arguments",
    [["--report", "file/report.html"], ["--report", "."], ["--tables", "file"]],
)
def test_a_place_that_cannot_be_written_is_one_clear_line(arguments: list[str], sample: Path, tmp_path: Path, command: Any) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    option, place = arguments
    ran = command("assess", sample, option, tmp_path / place)
    assert ran.code == 1
    assert "file" in ran.err or str(tmp_path) in ran.err


@pytest.mark.parametrize("arguments", [["assess"], ["assess", "x", "--format", "xml"], ["--what"], ["assess", "x", "--nonsense"]])
def test_wrong_usage_exits_64(arguments: list[str], command: Any) -> None:
    ran = command(*arguments)
    assert ran.code == 64
    assert ".: see" not in ran.err


@pytest.mark.parametrize("arguments", [["nowhere"], ["{sample}", "--with", "nowhere"], ["{sample}", "--signins", "nowhere"]])
def test_a_path_that_is_not_there_is_named(arguments: list[str], sample: Path, command: Any) -> None:
    ran = command("assess", *(each.format(sample=sample) for each in arguments))
    assert ran.code == 1
    assert "nowhere" in ran.err


def test_the_text_tells_each_remedy_once_and_leaves_out_who_cannot_sign_in(sample: Path, proposed: Path, command: Any) -> None:
    text = command("assess", sample, "--with", proposed).out
    flowing = " ".join(text.split())
    assert flowing.count("Likely a multifunction printer or scanner") == 1
    assert flowing.count("scanner01@") >= 1
    assert "cannot sign in anyway" in flowing
    assert "a disabled account cannot sign in" not in flowing


def test_the_report_groups_as_the_text_does(sample: Path, proposed: Path, tmp_path: Path, command: Any) -> None:
    report = tmp_path / "report.html"
    command("assess", sample, "--with", proposed, "--report", report)
    html = report.read_text(encoding="utf-8")
    assert html.count("Likely a multifunction printer or scanner") == 1
    assert "a disabled account cannot sign in" not in html


def test_a_report_in_a_folder_that_is_not_there_is_refused_and_makes_no_folders(sample: Path, tmp_path: Path, command: Any) -> None:
    ran = command("assess", sample, "--report", tmp_path / "no" / "such" / "report.html")

    assert ran.code == 1
    assert "there is no folder" in ran.err
    assert list(tmp_path.iterdir()) == []


def test_what_was_written_and_kept_is_told_and_only_its_owner_can_read_it(sample: Path, tmp_path: Path, command: Any) -> None:
    tables, keep, report = tmp_path / "tables", tmp_path / "kept", tmp_path / "report.html"
    report.touch(mode=0o644)
    first = command("assess", sample, "--keep", keep, "--tables", tables, "--report", report)
    again = command("assess", sample, "--keep", keep)

    assert f"kept the log in {keep}\n" in first.err
    assert f"wrote {len(list(tables.iterdir()))} tables to {tables}\n" in first.err
    assert again.err == f"started from the log kept in {keep}\n"
    if os.name == "posix":
        assert {file.stat().st_mode & 0o777 for file in (report, *tables.iterdir())} == {0o600}


def test_a_refused_log_file_is_said_before_every_figure_and_first_in_next(tenant: Path, proposed: Path, command: Any) -> None:
    (tenant / "signIns" / "page.html").write_bytes(b"<html>Sign in</html>")
    flowing = " ".join(command("assess", tenant, "--with", proposed).out.split())

    assert flowing.index("READ THIS FIRST 1 of 4 log files not read") < flowing.index("Calibration")
    assert "Next - Export again what was not read (1 of 4 log files not read)" in flowing


def test_a_proposal_that_is_switched_off_is_said_first_and_is_a_warning(sample: Path, proposed: Path, tmp_path: Path, command: Any) -> None:
    off = tmp_path / "off.json"
    off.write_text(json.dumps(records(proposed)[0] | {"state": "enabledForReportingButNotEnforced"}), encoding="utf-8")
    ran = command("assess", sample, "--with", off)

    assert ran.err.startswith("unbroken: warning: The proposed policy CA007 Require MFA for all users is report-only: it changes nothing")
    assert "READ THIS FIRST The proposed policy" in " ".join(ran.out.split())


def test_without_sign_ins_there_is_a_warning(tenant: Path, command: Any) -> None:
    shutil.rmtree(tenant / "signIns")
    ran = command("assess", tenant)

    assert ran.err == "unbroken: warning: No sign-in was evaluated: nothing can be predicted\n"
    assert "READ THIS FIRST No sign-in was evaluated" in " ".join(ran.out.split())


def test_a_policy_without_its_grant_is_told_as_a_loosening(sample: Path, tmp_path: Path, command: Any) -> None:
    policies = {each["displayName"]: each for each in records(sample / "conditionalAccessPolicies.json")}
    policy = next(each for name, each in policies.items() if name.startswith("CA003"))
    every_time = {"isEnabled": True, "frequencyInterval": "everyTime", "authenticationType": "primaryAndSecondaryAuthentication"}
    weaker = tmp_path / "weaker.json"
    weaker.write_text(json.dumps(policy | {"grantControls": None, "sessionControls": {"signInFrequency": every_time}}), encoding="utf-8")
    flowing = " ".join(command("assess", sample, "--with", weaker).out.split())

    assert "no longer asked for MFA or another control" in flowing
    assert "- Make sure that this is meant:" in flowing


def test_printed_lines_have_no_padding(sample: Path, proposed: Path, command: Any) -> None:
    assert [line for line in command("assess", sample, "--with", proposed).out.splitlines() if line != line.rstrip()] == []


def test_purging_what_is_not_there_is_an_error(tmp_path: Path, command: Any) -> None:
    ran = command("purge", tmp_path / "nowhere")

    assert ran.code == 1
    assert "nowhere does not exist" in ran.err


@pytest.mark.parametrize(("arguments", "said"), [(["assess"], "parameter TENANT"), (["whatif", "x"], "parameter --request")])
def test_wrong_usage_names_the_help_of_its_command(arguments: list[str], said: str, command: Any) -> None:
    ran = command(*arguments)

    assert said in ran.err
    assert ran.err.endswith(f"see unbroken {arguments[0]} --help\n")
