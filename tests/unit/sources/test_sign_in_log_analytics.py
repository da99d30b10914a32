from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sign_in_logs import APP, RESOURCE, TENANT, USER, read_text, row_of
from unbroken.sources.log_time import microseconds


def row(*, nested_as_text: bool = False, **changes: Any) -> dict[str, Any]:
    """Return a row of SigninLogs; the non-interactive table has its nested columns as text."""

    def nested(value: object) -> object:
        return json.dumps(value) if nested_as_text else value

    return {
        "TenantId": "a-workspace",
        "TimeGenerated": "2026-11-23T14:20:00Z",
        "ResourceId": f"/tenants/{TENANT}/providers/Microsoft.aadiam",
        "Category": "NonInteractiveUserSignInLogs" if nested_as_text else "SignInLogs",
        "ResultType": "50074",
        "ResultDescription": "Strong authentication is required.",
        "Location": "US",
        "AADTenantId": TENANT,
        "AppDisplayName": "Azure Portal",
        "AppId": APP,
        "AuthenticationDetails": json.dumps([{"authenticationMethod": "Password", "authenticationStepResultDetail": "Correct password"}]),
        "AuthenticationRequirementPolicies": json.dumps([{"requirementProvider": "user", "detail": "Per-user MFA"}]),
        "ClientAppUsed": "Browser",
        "ConditionalAccessPolicies": nested([{"id": "p1", "result": "reportOnlyNotApplied", "conditionsSatisfied": 3}]),
        "ConditionalAccessStatus": "notApplied",
        "CreatedDateTime": "2026-11-23T14:15:03Z",
        "DeviceDetail": nested({"deviceId": "d1", "operatingSystem": "Windows 10", "isCompliant": True, "trustType": "Azure AD joined"}),
        "IsInteractive": not nested_as_text,
        "Id": "r1",
        "IPAddress": "192.0.2.7",
        "LocationDetails": nested({"city": "Redmond", "countryOrRegion": "US"}),
        "MfaDetail": nested({"authMethod": "Text message", "authDetail": "+X"}),
        "ResourceDisplayName": "Azure",
        "ResourceIdentity": RESOURCE,
        "RiskLevelDuringSignIn": "none",
        "Status": nested({"errorCode": 50074, "additionalDetails": "MFA required in Azure AD"}),
        "UserId": USER,
        "UserPrincipalName": "ada@contoso.example",
        "UserType": "Member",
        **changes,
    }


def as_csv(rows: list[dict[str, Any]]) -> str:
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]))
    writer.writeheader()
    writer.writerows([{name: json.dumps(v) if isinstance(v, (dict, list)) else v for name, v in record.items()} for record in rows])
    return out.getvalue()


def twins(record: dict[str, Any], filled: str) -> dict[str, Any]:
    """Return the row as a union of both tables gives it: `X_dynamic` and `X_string`, one of them empty."""
    nested = ("ConditionalAccessPolicies", "DeviceDetail", "LocationDetails", "MfaDetail", "Status")
    plain = {name: value for name, value in record.items() if name not in nested}
    return plain | {f"{name}{end}": record[name] if end == filled else "" for name in nested for end in ("_dynamic", "_string")}


def forms() -> dict[str, str]:
    interactive, other = row(), row(nested_as_text=True)
    portal = as_csv([interactive]).replace("CreatedDateTime", "CreatedDateTime [UTC]")
    table = {"columns": [{"name": name, "type": "string"} for name in other], "rows": [list(other.values())]}
    return {
        "lines": json.dumps(interactive) + "\n" + json.dumps(interactive) + "\n",
        "array": json.dumps([interactive] * 4),
        "non-interactive lines": json.dumps(other) + "\n" + json.dumps(other) + "\n",
        "non-interactive": json.dumps([other]),
        "query answer": json.dumps({"tables": [{"name": "PrimaryResult", **table}]}),
        "CSV": as_csv([interactive]),
        "non-interactive CSV": as_csv([other]),
        "twins, dynamic": json.dumps([twins(interactive, "_dynamic")]),
        "twins, text": json.dumps([twins(other, "_string")]),
        "twins CSV": as_csv([twins(other, "_string")]),
        "portal CSV": portal.replace("2026-11-23T14:15:03Z", '"11/23/2026, 2:15:03.000 PM"'),
        "lower case": json.dumps([{name.lower(): value for name, value in interactive.items()}]),
    }


@pytest.mark.parametrize("form", forms())
def test_every_way_to_export_a_row_gives_the_same_facts(form: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, forms()[form])
    found = row_of(columns)
    assert all(row_of(columns, at) == found for at in range(len(columns["id"]))), "typed and tolerant reading agree"
    assert found["created"] == microseconds("2026-11-23T14:15:03Z"), "the time of the event, not of its ingestion"
    assert (found["user_id"], found["app_id"], found["country"]) == (USER, APP, "US")
    assert found["resource_id"] == RESOURCE, "ResourceIdentity; ResourceId is a path of Azure"
    assert (found["error_code"], found["failure_reason"]) == (50074, "Strong authentication is required.")
    assert found["methods"] == (("Password", "Correct password"), ("Text message", "MFA required in Azure AD"))
    assert found["applied_policies"] == (("p1", "reportOnlyNotApplied"),)
    assert found["requirement_providers"] == ("user",)
    assert (found["device_known"], found["device_id"], found["is_compliant"]) == (True, "d1", True)
    assert found["event_type"] == ("nonInteractiveUser" if not found["is_interactive"] else "interactiveUser")
    assert not count.problems
    assert count.files[0][1] == "Log Analytics"


def test_a_row_without_details_of_the_device_leaves_it_unknown(tmp_path: Path) -> None:
    columns, _ = read_text(tmp_path, json.dumps([row(DeviceDetail=""), row(DeviceDetail="{}"), row(ConditionalAccessPolicies="")]))
    assert columns["device_known"] == [False, True, True]
    assert columns["applied_policies"][2] is None


def test_whichever_column_has_the_policies_is_read(tmp_path: Path) -> None:
    policies = json.dumps([{"id": "p2", "result": "success"}])
    variants = [("[]", policies), (policies, ""), ("", policies), ("[]", ""), ("", ""), ("[]", [])]
    rows = [row(AppliedConditionalAccessPolicies=first, ConditionalAccessPolicies=second) for first, second in variants]
    typed, _ = read_text(tmp_path, json.dumps([row(), *rows, row()]))
    filled = (("p2", "success"),)
    assert typed["applied_policies"][1:-1] == [filled, filled, filled, (), None, ()]
    one_by_one = [read_text(tmp_path, json.dumps(record))[0]["applied_policies"][0] for record in rows]
    assert typed["applied_policies"][1:-1] == one_by_one


def test_the_result_type_stands_in_for_a_missing_status(tmp_path: Path) -> None:
    columns, _ = read_text(tmp_path, json.dumps([row(Status=None, ResultType="50076"), row(Status="", ResultType="None")]))
    assert columns["error_code"] == [50076, None]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"Category": "AuditLogs", "Status": None}, "not a sign-in"),
        ({"Category": "ServicePrincipalSignInLogs"}, "service principal"),
        ({"Category": "ManagedIdentitySignInLogs"}, "managed identity"),
        ({"Category": "ADFSSignInLogs"}, "AD FS or NPS"),
        ({"ResourceTenantId": USER}, "other tenant"),
    ],
)
def test_rows_of_other_tables_are_skipped_with_their_reason(changes: dict[str, Any], reason: str, tmp_path: Path) -> None:
    other = row(**changes)
    if reason == "not a sign-in":
        other |= {"ActivityDisplayName": "Add member", "ActivityDateTime": "2026-11-23T14:15:03Z"}
    _, count = read_text(tmp_path, json.dumps([row(), other]))
    assert count.skipped == {reason: 1}
