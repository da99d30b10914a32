from __future__ import annotations

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest

from sign_in_logs import APP, RESOURCE, USER, read_text, row_of
from unbroken.sources.log_time import microseconds


def audit(**changes: Any) -> dict[str, Any]:
    """Return the AuditData of a sign-in in the Unified Audit Log."""
    return {
        "CreationTime": "2026-11-23T14:15:03",
        "Id": "a1",
        "Operation": "UserLoggedIn",
        "RecordType": 15,
        "Workload": "AzureActiveDirectory",
        "UserId": "ada@contoso.example",
        "UserKey": USER,
        "ClientIP": "192.0.2.7",
        "ActorIpAddress": "192.0.2.7",
        "ApplicationId": APP,
        "ErrorNumber": "0",
        "Actor": [{"ID": USER, "Type": 0}, {"ID": "ada@contoso.example", "Type": 5}],
        "Target": [{"ID": RESOURCE, "Type": 0}],
        "InterSystemsId": "c1",
        "IntraSystemId": "r1",
        "ExtendedProperties": [{"Name": "UserAgent", "Value": "Mozilla"}, {"Name": "RequestType", "Value": "OAuth2:Token"}],
        "DeviceProperties": [{"Name": "OS", "Value": "Windows10"}, {"Name": "BrowserType", "Value": "Edge"}],
        **changes,
    }


def forms() -> dict[str, str]:
    row = {
        "CreationDate": "11/5/2026 2:15:03 PM",
        "UserIds": "ada@contoso.example",
        "Operations": "UserLoggedIn",
        "AuditData": json.dumps(audit()),
    }
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(row))
    writer.writeheader()
    writer.writerow(row)
    return {
        "CSV": out.getvalue(),
        "PowerShell CSV": "#TYPE Deserialized.Thing\r\n" + out.getvalue(),
        "JSON rows": json.dumps([row]),
        "AuditData": json.dumps([audit()]),
        "lines": json.dumps(audit()) + "\n" + json.dumps(audit()) + "\n",
    }


@pytest.mark.parametrize("form", forms())
def test_every_export_gives_who_where_and_which_app(form: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, forms()[form])
    row = row_of(columns)
    assert row["created"] == microseconds("2026-11-23T14:15:03Z")
    assert (row["user_id"], row["user_principal_name"], row["app_id"], row["resource_id"]) == (USER, "ada@contoso.example", APP, RESOURCE)
    assert (row["ip_address"], row["user_agent"], row["error_code"], row["id"]) == ("192.0.2.7", "Mozilla", 0, "r1")
    assert (row["applied_policies"], row["client_app_used"], row["conditional_access_status"]) == (None, "", "")
    assert (row["device_known"], row["operating_system"]) == (False, "Windows10")
    assert count.files[0][1] == "Unified Audit Log"
    assert not count.problems


def test_a_named_device_is_known(tmp_path: Path) -> None:
    device = [{"Name": "Id", "Value": "d1"}, {"Name": "TrustType", "Value": "1"}, {"Name": "IsCompliantAndManaged", "Value": "True"}]
    columns, _ = read_text(tmp_path, json.dumps([audit(DeviceProperties=device)]))
    assert (columns["device_known"], columns["is_compliant"], columns["is_managed"]) == ([True], [True], [True])


def test_failures_and_other_operations_are_told_apart(tmp_path: Path) -> None:
    records = [
        audit(Operation="UserLoginFailed", ErrorNumber="50126", LogonError="InvalidUserNameOrPassword"),
        audit(Operation="UserLoginFailed", ErrorNumber="50074", LogonError="UserStrongAuthClientAuthNRequiredInterrupt"),
        audit(Operation="MailItemsAccessed", Workload="Exchange"),
    ]
    columns, count = read_text(tmp_path, json.dumps(records))
    assert columns["error_code"] == [50074]
    assert count.skipped == {"first factor failed": 1, "not a sign-in": 1}


def test_audit_data_that_is_no_json_is_unreadable(tmp_path: Path) -> None:
    _, count = read_text(tmp_path, json.dumps([{"AuditData": "{cut"}]))
    assert count.skipped == {"unreadable record": 1}
