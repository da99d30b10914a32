from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sign_in_logs import RESOURCE, TENANT, USER, graph_sign_in, read_text, row_of
from unbroken.sources.log_time import microseconds


def envelope(number: int = 1, category: str = "SignInLogs", **changes: Any) -> dict[str, Any]:
    """Return a record of a diagnostic setting."""
    inner = graph_sign_in(number, **changes)
    del inner["signInEventTypes"]
    return {
        "time": "2026-11-23T14:15:09.9832019Z",
        "resourceId": f"/tenants/{TENANT}/providers/Microsoft.aadiam",
        "operationName": "Sign-in activity",
        "category": category,
        "tenantId": TENANT,
        "resultType": "50074",
        "callerIpAddress": "192.0.2.9",
        "properties": inner,
    }


def forms() -> dict[str, str]:
    records = [envelope(number) for number in range(1, 4)]
    lower = [{name.lower(): value for name, value in record.items()} for record in records]
    return {
        "PT1H.json": "\n".join(map(json.dumps, records)),
        "records": json.dumps({"records": records}),
        "records on lines": "\n".join(json.dumps({"records": [record]}) for record in records),
        "array": json.dumps(records),
        "lower case": "\n".join(map(json.dumps, lower)),
    }


@pytest.mark.parametrize("form", forms())
def test_every_envelope_gives_the_sign_in_inside(form: str, tmp_path: Path) -> None:
    columns, count = read_text(tmp_path, forms()[form])
    assert [text[-1] for text in columns["id"]] == ["1", "2", "3"]
    assert columns["resource_id"] == [RESOURCE] * 3
    assert columns["event_type"] == ["interactiveUser"] * 3
    assert columns["error_code"] == [0] * 3
    assert count.files[0][1:] == ("diagnostic log", 3)
    assert not count.problems
    assert row_of(columns, 0) | {"id": ""} == row_of(columns, 2) | {"id": ""}, "typed and tolerant reading agree"


def test_the_category_says_what_kind_of_sign_in_it_is(tmp_path: Path) -> None:
    categories = ["SignInLogs", "NonInteractiveUserSignInLogs", "ServicePrincipalSignInLogs", "ManagedIdentitySignInLogs", "ADFSSignInLogs"]
    more = ["AuditLogs", "ProvisioningLogs", "RiskyUsers", "UserRiskEvents"]
    text = "\n".join(json.dumps(envelope(1, category)) for category in (*categories, *more))
    columns, count = read_text(tmp_path, text)
    assert columns["event_type"] == ["interactiveUser", "nonInteractiveUser"]
    assert count.skipped == {"service principal": 1, "managed identity": 1, "AD FS or NPS": 1, "not a sign-in": 4}


def test_the_tenant_of_the_envelope_tells_other_tenants_resources(tmp_path: Path) -> None:
    records = [envelope(1, resourceTenantId=TENANT), envelope(2, resourceTenantId=TENANT), envelope(3, resourceTenantId=USER)]
    _, count = read_text(tmp_path, json.dumps(records))
    assert count.skipped == {"other tenant": 1}


def test_the_envelope_stands_in_for_what_the_properties_lack(tmp_path: Path) -> None:
    record = envelope(ipAddress=None, status=None, createdDateTime=None)
    columns, _ = read_text(tmp_path, json.dumps(record))
    assert columns["ip_address"] == ["192.0.2.9"]
    assert columns["error_code"] == [50074]
    assert columns["created"] == [microseconds("2026-11-23T14:15:09.983201Z")]


def test_nanosecond_times_are_read(tmp_path: Path) -> None:
    columns, _ = read_text(tmp_path, json.dumps(envelope(createdDateTime="2023-07-26 22:58:30.983201900")))
    assert columns["created"] == [microseconds("2023-07-26T22:58:30.983201Z")]


def test_a_numeric_status_is_named_and_a_numeric_result_kept(tmp_path: Path) -> None:
    record = envelope(conditionalAccessStatus=2, appliedConditionalAccessPolicies=[{"id": "p1", "result": 7}])
    columns, _ = read_text(tmp_path, json.dumps(record))
    assert columns["conditional_access_status"] == ["notApplied"]
    assert columns["applied_policies"] == [(("p1", "7"),)]
