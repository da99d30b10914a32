from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from sign_in_logs import APP, RESOURCE, TENANT, USER, graph_sign_in, page, read, read_text, row_of
from unbroken.errors import BadInput
from unbroken.sources.log_time import microseconds


def texts() -> dict[str, str]:
    records = [graph_sign_in(number) for number in range(1, 4)]
    return {
        "page": page(records),
        "pretty page": page(records, indent=2),
        "pages one after the other": page(records[:2], "https://x/?$skiptoken=1") + page(records[2:]),
        "pages on lines": page(records[:2], "https://x/?$skiptoken=1") + "\n" + page(records[2:]) + "\n",
        "pages pretty one after the other": page(records[:2], "https://x/?$skiptoken=1", indent=4) + "\n" + page(records[2:], indent=4),
        "array": json.dumps(records),
        "pretty array": json.dumps(records, indent=2),
        "array with a record on each line": "[\n" + ",\n".join(map(json.dumps, records)) + "\n]\n",
        "page with a record on each line": '{"value":[\n' + ",\n".join(map(json.dumps, records)) + "\n]}\n",
        "joined files with byte order marks": "\n".join("\ufeff" + json.dumps(record) for record in records),
        "joined pages with byte order marks": "".join("\ufeff" + page([record]) for record in records),
        "array of pages": json.dumps([json.loads(page(records[:2])), json.loads(page(records[2:]))]),
        "lines": "\n".join(map(json.dumps, records)),
        "lines with blank ones and CRLF": "\r\n\r\n".join(map(json.dumps, records)) + "\r\n",
        "objects": "".join(json.dumps(record, indent=1) for record in records),
        "PowerShell wrapper": json.dumps({"value": records, "Count": 3}),
        "records wrapper": json.dumps({"Records": records}),
        "wrapper with the array last of nested members": json.dumps({"meta": {"a": [1]}, "value": records}),
        "wrapper with nested members behind": json.dumps({"value": records, "meta": {"a": [1, {"b": 2}]}}),
    }


@pytest.mark.parametrize("form", texts())
def test_every_way_to_write_graph_records_gives_the_same_sign_ins(form: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, texts()[form])
    assert [text[-1] for text in columns["id"]] == ["1", "2", "3"]
    assert not count.problems
    assert count.files == [(str(tmp_path / "log"), "Graph", 3)]
    expected, _ = read_text(tmp_path, json.dumps([graph_sign_in(1)]), "single")
    assert row_of(columns) == row_of(expected)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_encodings_are_told_by_their_content(encoding: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, json.dumps([graph_sign_in(userDisplayName="Zoë 漢")], ensure_ascii=False), encoding=encoding)
    assert columns["user_display_name"] == ["Zoë 漢"]
    assert not count.problems


def test_the_facts_of_a_sign_in_arrive_in_their_columns(tmp_path: Path) -> None:
    columns, _ = read_text(tmp_path, page([graph_sign_in(conditionalAccessAudiences=[{"applicationId": "a1"}, "a2"])]))
    row = row_of(columns)
    assert row["created"] == microseconds("2026-11-23T14:15:03Z") == 1795443303_000000
    assert (row["user_id"], row["app_id"], row["resource_id"], row["country"]) == (USER, APP, RESOURCE, "GB")
    assert (row["error_code"], row["additional_details"]) == (0, "MFA requirement satisfied by claim in the token")
    assert row["methods"] == (("Password", "Correct password"), ("SMS", "failed: User did not answer"))
    assert row["applied_policies"] == (("p1", "success"), ("p2", "notApplied"))
    assert row["audiences"] == ("a1", "a2")
    assert row["requirement_providers"] == ("multiConditionalAccess",)
    assert (row["is_interactive"], row["event_type"]) == (True, "interactiveUser")
    assert (row["device_known"], row["device_id"], row["is_compliant"]) == (True, "", None)


def test_absent_policies_and_devices_are_not_empty_ones(tmp_path: Path) -> None:
    bare = graph_sign_in(2)
    del bare["appliedConditionalAccessPolicies"], bare["deviceDetail"]
    withheld = graph_sign_in(3, appliedConditionalAccessPolicies=None, deviceDetail=None)
    empty = graph_sign_in(4, appliedConditionalAccessPolicies=[], deviceDetail={})
    columns, _ = read_text(tmp_path, page([graph_sign_in(1), bare, withheld, empty]))
    assert columns["applied_policies"][1:] == [None, None, ()]
    assert columns["device_known"][1:] == [False, False, True]


def test_the_method_of_an_older_mfa_detail_counts_with_its_result(tmp_path: Path) -> None:
    old = graph_sign_in(authenticationDetails=[], mfaDetail={"authMethod": "Phone call", "authDetail": "+X 89"})
    columns, _ = read_text(tmp_path, page([old]))
    assert columns["methods"] == [(("Phone call", "MFA requirement satisfied by claim in the token"),)]


def test_large_files_are_cut_into_batches_and_lose_nothing(tmp_path: Path) -> None:
    pages = [page([graph_sign_in(at * 3000 + number) for number in range(3000)]) for at in range(7)]
    for name, text in {"compact": "\n".join(pages), "array": "[" + ",".join(p[p.index("[") + 1 : -2] for p in pages) + "]"}.items():
        columns, count = read_text(tmp_path, text, name)
        assert [int(text[-12:]) for text in columns["id"]] == list(range(21_000)), name
        assert not count.problems


def test_a_next_link_nobody_followed_is_said(tmp_path: Path) -> None:
    for number, link in enumerate(["https://x/?$filter=a&$skiptoken=1", "https://x/?$filter=a&$skiptoken=2", ""]):
        (tmp_path / f"page{number}.json").write_text(page([graph_sign_in(number)], link), encoding="utf-8")
    _, whole = read(tmp_path)
    assert not whole.problems
    (tmp_path / "page2.json").rename(tmp_path / "page10.json")
    _, still_whole = read(tmp_path)
    assert not still_whole.problems
    (tmp_path / "page10.json").unlink()
    _, cut = read(tmp_path)
    assert [problem.split(":")[0] for problem in cut.problems] == [str(tmp_path / "page1.json")]
    assert "pages are missing" in cut.problems[0]


def test_a_chain_of_pages_that_breaks_off_before_another_begins_is_said(tmp_path: Path) -> None:
    first = page([graph_sign_in(1)], "https://x/?$filter=a&$skiptoken=1")
    other = page([graph_sign_in(2)], "https://x/?$filter=b&$skiptoken=1") + page([graph_sign_in(3)])
    _, count = read_text(tmp_path, first + other)
    assert len(count.problems) == 1


def test_archives_and_folders_are_opened(tmp_path: Path) -> None:
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "a.json.gz").write_bytes(gzip.compress(page([graph_sign_in(1)]).encode()))
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as archive:
        archive.writestr("in/one.json", page([graph_sign_in(2)]))
        archive.writestr("in/two.json.gz", gzip.compress(page([graph_sign_in(3)]).encode("utf-16")))
    columns, count = read(tmp_path)
    assert sorted(text[-1] for text in columns["id"]) == ["1", "2", "3"]
    assert len(count.files) == 3
    assert not count.problems


def test_a_path_that_does_not_exist_is_refused_before_reading(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file"):
        read(tmp_path / "missing.json")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"status": {"errorCode": 50126}}, "first factor failed"),
        ({"resourceId": "adfs"}, "AD FS or NPS"),
        ({"tokenIssuerType": "NPSExtension"}, "AD FS or NPS"),
        ({"crossTenantAccessType": "passthrough"}, "pass-through"),
        ({"signInEventTypes": ["servicePrincipal"], "userId": "", "userPrincipalName": ""}, "service principal"),
        ({"signInEventTypes": ["managedIdentity"], "userId": None, "userPrincipalName": None}, "managed identity"),
        ({"userId": "", "userPrincipalName": "", "servicePrincipalId": "s", "signInEventTypes": []}, "service principal"),
        ({"resourceTenantId": "88888888-8888-4888-8888-888888888888"}, "other tenant"),
        ({"createdDateTime": None}, "unreadable record"),
        ({"createdDateTime": "0001-01-01T00:00:00Z"}, "unreadable record"),
        ({"createdDateTime": "yesterday"}, "unreadable record"),
        ({"userId": None, "userPrincipalName": ""}, "unreadable record"),
    ],
)
def test_what_is_no_users_sign_in_is_counted_under_its_reason(changes: dict[str, object], reason: str, tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text(page([graph_sign_in(1), graph_sign_in(2, **changes), graph_sign_in(3)]), encoding="utf-8")
    columns, count = read(path, tenant_id=TENANT.upper())
    assert count.skipped == {reason: 1}
    assert [text[-1] for text in columns["id"]] == ["1", "3"]
    assert len(count.problems) == (reason == "unreadable record")
    assert all("record 2" in problem for problem in count.problems)


def test_json_that_is_something_else_is_whole_and_no_sign_in(tmp_path: Path) -> None:
    groups = {"body": {"value": [{"id": "g", "createdDateTime": "2020-01-01T00:00:00Z"}] * 3}}
    _, count = read_text(tmp_path, json.dumps(groups, indent=1))
    assert count.skipped == {"not a sign-in": 1}
    assert count.files[0][1] == "no sign-ins"


def test_a_sign_in_named_by_principal_name_only_is_kept(tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, page([graph_sign_in(1), graph_sign_in(2, userId=None)]))
    assert columns["user_id"] == [USER, ""]
    assert not count.problems


def test_failed_first_factors_of_legacy_clients_stay_as_evidence_of_spray(tmp_path: Path) -> None:
    failed = {"status": {"errorCode": 50053}}
    rows = [graph_sign_in(clientAppUsed="IMAP4", **failed), graph_sign_in(clientAppUsed="IMAP4", **failed), graph_sign_in(**failed)]
    _, count = read_text(tmp_path, page(rows))
    assert count.first_factor_failures == {(USER, "ada@contoso.example", "IMAP4", "Azure Portal"): 2}
    assert count.skipped == {"first factor failed": 3}


def test_other_kinds_of_record_in_the_same_file_are_not_sign_ins(tmp_path: Path) -> None:
    audit = {"id": "a", "category": "GroupManagement", "activityDateTime": "2026-11-23T14:15:03Z", "activityDisplayName": "Add member"}
    person = {"id": USER, "createdDateTime": "2020-01-01T00:00:00Z", "userPrincipalName": "ada@contoso.example"}
    risk = {"id": "r", "riskEventType": "x", "detectedDateTime": "2026-11-23T14:15:03Z", "createdDateTime": "x", "ipAddress": "x"}
    columns, count = read_text(tmp_path, page([graph_sign_in(1), audit, person, risk, graph_sign_in(2)]))
    assert len(columns["id"]) == 2
    assert count.skipped == {"not a sign-in": 3}


def test_powershell_objects_are_read_with_their_own_spelling(tmp_path: Path) -> None:
    record = {name[0].upper() + name[1:]: value for name, value in graph_sign_in().items()}
    record |= {"CreatedDateTime": "\\/Date(1795443303000)\\/", "Status": {"ErrorCode": 50074, "FailureReason": "Strong auth"}}
    record |= {"DeviceDetail": "Microsoft.Graph.PowerShell.Models.MicrosoftGraphDeviceDetail"}
    text = json.dumps(record, indent=4).replace("\\\\/", "\\/")
    columns, count = read_text(tmp_path, text, encoding="utf-16")
    row = row_of(columns)
    assert (row["created"], row["error_code"], row["device_known"]) == (1795443303_000000, 50074, False)
    assert row["applied_policies"] == (("p1", "success"), ("p2", "notApplied"))
    assert not count.problems


def test_what_powershell_exports_as_csv_is_read_without_the_nested_parts(tmp_path: Path) -> None:
    names = ["CreatedDateTime", "Id", "UserId", "UserPrincipalName", "AppId", "IPAddress", "IsInteractive", "Status", "DeviceDetail"]
    kind = "Microsoft.Graph.PowerShell.Models.MicrosoftGraphSignInStatus"
    values = ["11/23/2026 2:15:03 PM", "r1", USER, "ada@contoso.example", APP, "192.0.2.7", "True", kind, kind]
    columns, count = read_text(tmp_path, "#TYPE Thing\r\n" + "\r\n".join(",".join(f'"{cell}"' for cell in row) for row in (names, values)))
    row = row_of(columns)
    assert (row["created"], row["is_interactive"], row["app_id"]) == (1795443303_000000, True, APP)
    assert (row["error_code"], row["device_known"], row["applied_policies"]) == (None, False, None)
    assert not count.problems


def test_flattened_names_of_nested_parts_are_read(tmp_path: Path) -> None:
    header = "createdDateTime,userId,appId,status.errorCode,deviceDetail/deviceId,location.countryOrRegion"
    text = f"{header}\n2026-11-23T14:15:03Z,{USER},{APP},50074,d1,GB\n"
    columns, _ = read_text(tmp_path, text)
    assert (columns["error_code"], columns["device_id"], columns["country"]) == ([50074], ["d1"], ["GB"])
