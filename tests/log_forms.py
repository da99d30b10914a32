"""One log in every form it comes in: Graph's records turned into Log Analytics rows, Event Hub envelopes and CSV."""

from __future__ import annotations

import csv
import gzip
import io
import json
from pathlib import Path
from typing import Any

Record = dict[str, Any]
_NESTED = ("ConditionalAccessPolicies", "DeviceDetail", "LocationDetails", "Status")
_RENAMED = {
    "appliedConditionalAccessPolicies": "ConditionalAccessPolicies",
    "location": "LocationDetails",
    "resourceId": "ResourceIdentity",
    "ipAddress": "IPAddress",
}
_ALWAYS_TEXT = ("authenticationDetails", "authenticationRequirementPolicies", "conditionalAccessAudiences", "networkLocationDetails")
_ONLY_GRAPH = ("signInEventTypes", "uniqueTokenIdentifier")


def graph_records(tenant: Path) -> list[Record]:
    """Return all sign-ins of a sample tenant."""
    files = sorted((tenant / "signIns").iterdir())
    return [json.loads(line) for file in files for line in gzip.decompress(file.read_bytes()).splitlines()]


def log_analytics(record: Record) -> Record:
    """Return the record as a row of SigninLogs, or of AADNonInteractiveUserSignInLogs, where nested columns are text."""
    interactive = record["isInteractive"]
    row: Record = {
        "TimeGenerated": record["createdDateTime"],
        "ResourceId": f"/tenants/{record['homeTenantId']}/providers/Microsoft.aadiam",
        "Category": "SignInLogs" if interactive else "NonInteractiveUserSignInLogs",
        "ResultType": str(record["status"]["errorCode"]),
        "AADTenantId": record["homeTenantId"],
    }
    for name, value in record.items():
        if name not in _ONLY_GRAPH:
            column = _RENAMED.get(name, name[:1].upper() + name[1:])
            as_text = name in _ALWAYS_TEXT or (not interactive and column in _NESTED)
            row[column] = json.dumps(value) if as_text else value
    return row


def twins(record: Record) -> Record:
    """Return the row of a union of both tables: nested columns as `X_dynamic` or `X_string`."""
    row = log_analytics(record)
    filled = "_dynamic" if record["isInteractive"] else "_string"
    plain = {name: value for name, value in row.items() if name not in _NESTED}
    return plain | {f"{name}{end}": row[name] if end == filled else "" for name in _NESTED for end in ("_dynamic", "_string")}


def envelope(record: Record) -> Record:
    """Return the record as a diagnostic setting sends it to an Event Hub or a storage account."""
    return {
        "time": record["createdDateTime"],
        "operationName": "Sign-in activity",
        "category": "SignInLogs" if record["isInteractive"] else "NonInteractiveUserSignInLogs",
        "tenantId": record["homeTenantId"],
        "resultType": str(record["status"]["errorCode"]),
        "properties": record,
    }


def pascal(value: Any) -> Any:
    """Return `value` with every key as PowerShell writes it."""
    if isinstance(value, dict):
        return {key if key.startswith("@") else key[:1].upper() + key[1:]: pascal(item) for key, item in value.items()}
    return [pascal(item) for item in value] if isinstance(value, list) else value


def as_csv(rows: list[Record], delimiter: str = ",") -> str:
    """Return rows as CSV with a byte order mark; nested values as JSON."""
    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, list(rows[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows([{name: json.dumps(v) if isinstance(v, (dict, list)) else v for name, v in row.items()} for row in rows])
    return "\ufeff" + out.getvalue()


def lines(rows: list[Record]) -> str:
    """Return rows as JSON lines."""
    return "\n".join(map(json.dumps, rows))


def every_form(records: list[Record]) -> dict[str, bytes]:
    """Return the log by form; each carries every fact that the policies of the sample tenant hang on."""
    page = {"@odata.context": "https://graph.microsoft.com/beta/$metadata#auditLogs/signIns", "value": records}
    rows, envelopes = [log_analytics(each) for each in records], [envelope(each) for each in records]
    texts = {
        "Graph page": json.dumps(page),
        "Graph, indented": json.dumps(records, indent=2),
        "PowerShell": json.dumps(pascal(records)),
        "Log Analytics lines": lines(rows),
        "Log Analytics CSV": as_csv(rows),
        "Log Analytics union CSV": as_csv([twins(each) for each in records]),
        "PT1H.json": lines(envelopes),
        "Event Hub records": json.dumps({"records": envelopes}),
    }
    return {name: text.encode() for name, text in texts.items()} | {"UTF-16": json.dumps(records).encode("utf-16")}
