"""Builders for sign-in logs, and a short way to read them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from unbroken.entra.sign_in import COLUMNS, ReadCount, SignInBatch
from unbroken.sources.sign_ins import read_sign_ins

USER = "11111111-1111-4111-8111-111111111111"
APP = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
RESOURCE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
TENANT = "99999999-9999-4999-8999-999999999999"
PORTAL = (
    "Date (UTC),Request ID,User agent,Correlation ID,User ID,User,Username,User type,Cross tenant access type,Incoming token type,"
    "Authentication Protocol,Original transfer method,Application,Application ID ,Resource,Resource ID ,IP address,Location,Status,"
    "Sign-in error code,Failure reason,Client app,Device ID,Browser,Operating System,Compliant,Managed,Join Type,"
    "Multifactor authentication result,Multifactor authentication auth method,Authentication requirement,Session ID,"
    "Incoming token type,Conditional Access"
)


def graph_sign_in(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a sign-in as Graph beta gives it."""
    return {
        "id": f"00000000-0000-4000-8000-{number:012d}",
        "createdDateTime": "2026-11-23T14:15:03Z",
        "userDisplayName": "Ada",
        "userPrincipalName": "ada@contoso.example",
        "userId": USER,
        "appId": APP,
        "appDisplayName": "Azure Portal",
        "ipAddress": "192.0.2.7",
        "clientAppUsed": "Browser",
        "conditionalAccessStatus": "success",
        "isInteractive": True,
        "resourceId": RESOURCE,
        "signInEventTypes": ["interactiveUser"],
        "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": "MFA requirement satisfied by claim in the token"},
        "deviceDetail": {"deviceId": "", "operatingSystem": "Windows 10", "browser": "Edge 120", "isCompliant": None, "trustType": ""},
        "location": {"city": "Leeds", "countryOrRegion": "gb"},
        "appliedConditionalAccessPolicies": [{"id": "p1", "displayName": "CA1", "result": "success"}, {"id": "p2", "result": "notApplied"}],
        "authenticationDetails": [
            {"authenticationMethod": "Password", "authenticationStepResultDetail": "Correct password", "succeeded": True},
            {"authenticationMethod": "SMS", "authenticationStepResultDetail": "User did not answer", "succeeded": False},
        ],
        "authenticationRequirementPolicies": [{"requirementProvider": "multiConditionalAccess"}],
        **changes,
    }


def portal_row(**changes: str) -> dict[str, str]:
    """Return a row of the portal's CSV by header."""
    return {
        "Date (UTC)": "2026-11-23T14:15:03Z",
        "Request ID": "r1",
        "Correlation ID": "c1",
        "User ID": USER,
        "User": "Ada",
        "Username": "ada@contoso.example",
        "User type": "Member",
        "Cross tenant access type": "None",
        "Incoming token type": "Primary refresh token",
        "Application": "Azure Portal",
        "Application ID ": APP,
        "Resource": "Azure",
        "Resource ID ": RESOURCE,
        "IP address": "192.0.2.7",
        "Location": "Leeds, Leeds, GB",
        "Status": "Success",
        "Client app": "Browser",
        "Operating System": "Windows10",
        "Compliant": "No",
        "Managed": "Yes",
        "Multifactor authentication result": "MFA completed in Azure AD",
        "Multifactor authentication auth method": "Text message",
        "Authentication requirement": "Multifactor authentication",
        "Conditional Access": "Not Applied",
        **changes,
    }


def portal_csv(rows: Sequence[dict[str, str]], delimiter: str = ",", header: str = PORTAL) -> str:
    """Return portal rows as CSV text; of twin headers the first is filled."""
    names = header.split(",")
    lines = [delimiter.join(names)]
    for row in rows:
        cells = [row.get(name, "") if name not in names[:at] else "" for at, name in enumerate(names)]
        lines.append(delimiter.join(f'"{cell}"' if delimiter in cell else cell for cell in cells))
    return "\r\n".join(lines) + "\r\n"


def page(records: Sequence[dict[str, Any]], next_link: str = "", indent: int | None = None) -> str:
    """Return a Graph page."""
    head = {"@odata.context": "https://graph.microsoft.com/beta/$metadata#auditLogs/signIns"}
    link = {"@odata.nextLink": next_link} if next_link else {}
    separators = (",", ":") if indent is None else None
    return json.dumps({**head, **link, "value": list(records)}, indent=indent, separators=separators)


def read(*paths: Path, tenant_id: str = "") -> tuple[dict[str, list[Any]], ReadCount]:
    """Read files into one set of columns and check that every record is in exactly one count."""
    count = ReadCount()
    batch = SignInBatch()
    for part in read_sign_ins(paths, count, tenant_id=tenant_id):
        assert set(part.columns) == set(COLUMNS)
        assert {len(values) for values in part.columns.values()} == {len(part)}
        for name, values in part.columns.items():
            batch.columns[name] += values
    assert count.read == len(batch) + sum(count.skipped.values())
    assert count.kept == len(batch)
    return batch.columns, count


def read_text(folder: Path, text: str, name: str = "log", encoding: str = "utf-8") -> tuple[dict[str, list[Any]], ReadCount]:
    """Write a text and read it."""
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return read(path)


def row_of(columns: dict[str, list[Any]], at: int = 0) -> dict[str, Any]:
    """Return one sign-in."""
    return {name: values[at] for name, values in columns.items()}
