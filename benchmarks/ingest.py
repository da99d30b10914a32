"""How fast sign-in logs are read: Graph pages against DuckDB's `read_json` over the same records as NDJSON.

Run: `.venv/bin/python benchmarks/ingest.py [RECORDS]`. Everything is measured in this one run, in CPU seconds (all threads), best of
five taken in turns; what counts is the ratio of bytes per second. Measured are the reader alone (`read_sign_ins`) and the whole way
(`read -> archive`: read, encode, drop duplicates, join interrupts, write sign-ins and cube). The floors are DuckDB with typed columns
and one thread, (a) into a table in memory and (b) by COPY into one Parquet file; neither encodes, sorts or condenses anything.
"""

from __future__ import annotations

import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

PAGE = 1000
POLICIES = 6
ROUNDS = 5


def main() -> None:
    records = int(sys.argv[1]) if len(sys.argv) > 1 else 60_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pages, lines = write(folder, records)
        seconds = best(
            {
                "pages": lambda: read_pages(pages),
                "lines": lambda: read_pages(lines),
                "archive": lambda: build(pages, folder / "archive"),
                "table": lambda: read_json(lines, "CREATE TABLE t AS {rows}"),
                "parquet": lambda: read_json(lines, f"COPY ({{rows}}) TO '{folder / 'floor.parquet'}' (FORMAT parquet)"),
            }
        )
        size = bytes_of(lines)
    print(f"records                               {records:,} of {size / records:,.0f} bytes")
    for key, label in LABELS.items():
        print(f"{label:38}{size / seconds[key] / 1e6:6,.0f} MB/s {seconds[key] / records * 1e6:6.1f} us a record")
    for key, label in (("pages", "reader"), ("archive", "read -> archive")):
        print(f"{label:16} to floor (a): {seconds['table'] / seconds[key]:.2f}, to floor (b): {seconds['parquet'] / seconds[key]:.2f}")
    print("goal for read -> archive: 0.50")


LABELS = {
    "pages": "reader, Graph pages",
    "lines": "reader, JSON lines",
    "archive": "read -> archive, Graph pages",
    "table": "floor (a): read_json into a table",
    "parquet": "floor (b): read_json COPY TO Parquet",
}


def best(ways: dict[str, Callable[[], object]]) -> dict[str, float]:
    """Return the fewest CPU seconds of each way; the ways take turns, so that a busy machine slows them alike."""
    seconds = dict.fromkeys(ways, float("inf"))
    for _ in range(ROUNDS):
        for key, way in ways.items():
            start = time.process_time()
            way()
            seconds[key] = min(seconds[key], time.process_time() - start)
    return seconds


def bytes_of(paths: list[Path]) -> int:
    return sum(path.stat().st_size for path in paths)


def read_pages(paths: list[Path]) -> int:
    from unbroken.entra.sign_in import ReadCount
    from unbroken.sources.sign_ins import read_sign_ins

    return sum(len(batch) for batch in read_sign_ins(paths, ReadCount()))


def build(paths: list[Path], folder: Path) -> int:
    from unbroken.entra.sign_in import ReadCount
    from unbroken.sources.sign_ins import read_sign_ins
    from unbroken.store.archive import build_archive

    return build_archive(read_sign_ins(paths, ReadCount()), folder, tenant_id=identifier(5, 0)).evaluated


def read_json(paths: list[Path], statement: str) -> None:
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    rows = "SELECT * FROM read_json($names, format = 'newline_delimited', columns = $columns)"
    sql = statement.replace("{rows}", rows).replace("$columns", repr(COLUMNS))
    connection.execute(sql, {"names": [str(path) for path in paths]})


def write(folder: Path, records: int) -> tuple[list[Path], list[Path]]:
    """Write the records as Graph pages of 1,000 (one file) and as NDJSON."""
    pages, lines = folder / "pages.json", folder / "lines.jsonl"
    with pages.open("w", encoding="utf-8", newline="\n") as page_file, lines.open("w", encoding="utf-8", newline="\n") as line_file:
        for first in range(0, records, PAGE):
            texts = [json.dumps(record, separators=(",", ":")) for record in made(first, min(PAGE, records - first))]
            line_file.write("\n".join(texts) + "\n")
            head = '{"@odata.context":"https://graph.microsoft.com/beta/$metadata#auditLogs/signIns",'
            more = '"@odata.nextLink":"https://graph.microsoft.com/beta/auditLogs/signIns?$skiptoken=x",' if first + PAGE < records else ""
            page_file.write(f'{head}{more}"value":[{",".join(texts)}]}}\n')
    return [pages], [lines]


def made(first: int, size: int) -> Iterator[dict[str, object]]:
    chance = random.Random(first)
    for number in range(first, first + size):
        user = chance.randrange(5000)
        yield record(number, user, chance)


def identifier(kind: int, number: int) -> str:
    return f"{kind:08x}-0000-4000-8000-{number:012x}"


def record(number: int, user: int, chance: random.Random) -> dict[str, object]:
    app = chance.randrange(200)
    registered = user % 3 > 0
    agent = f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{120 + user % 9}.0.0.0 Safari/537.36"
    moment = f"2026-10-{1 + number % 30:02d}T{chance.randrange(24):02d}:{chance.randrange(60):02d}:{chance.randrange(60):02d}Z"
    return {
        "id": identifier(1, number),
        "createdDateTime": moment,
        "userDisplayName": f"User {user}",
        "userPrincipalName": f"user{user}@contoso.example",
        "userId": identifier(2, user),
        "appId": identifier(3, app),
        "appDisplayName": f"Application {app}",
        "ipAddress": f"192.0.2.{chance.randrange(256)}",
        "ipAddressFromResourceProvider": None,
        "clientAppUsed": "Browser" if chance.random() < 0.6 else "Mobile Apps and Desktop clients",
        "userAgent": agent,
        "correlationId": identifier(4, number),
        "conditionalAccessStatus": "success",
        "originalRequestId": identifier(1, number),
        "isInteractive": True,
        "tokenIssuerName": "",
        "tokenIssuerType": "AzureAD",
        "clientCredentialType": "none",
        "processingTimeInMilliseconds": chance.randrange(900),
        "riskDetail": "none",
        "riskLevelAggregated": "none",
        "riskLevelDuringSignIn": "none",
        "riskState": "none",
        "riskEventTypes_v2": [],
        "resourceDisplayName": "Microsoft Graph",
        "resourceId": "00000003-0000-0000-c000-000000000000",
        "resourceTenantId": identifier(5, 0),
        "homeTenantId": identifier(5, 0),
        "homeTenantName": "",
        "authenticationMethodsUsed": [],
        "authenticationRequirement": "multiFactorAuthentication" if registered else "singleFactorAuthentication",
        "signInIdentifier": f"user{user}@contoso.example",
        "signInIdentifierType": None,
        "servicePrincipalName": None,
        "signInEventTypes": ["interactiveUser"],
        "servicePrincipalId": "",
        "userType": "member",
        "flaggedForReview": False,
        "isTenantRestricted": False,
        "autonomousSystemNumber": 64496,
        "crossTenantAccessType": "none",
        "uniqueTokenIdentifier": identifier(6, number),
        "incomingTokenType": "none",
        "authenticationProtocol": "none",
        "originalTransferMethod": "none",
        "sessionId": identifier(7, user),
        "mfaDetail": None,
        "status": {"errorCode": 0, "failureReason": "Other.", "additionalDetails": "MFA requirement satisfied by claim in the token"},
        "deviceDetail": {
            "deviceId": identifier(8, user) if registered else "",
            "displayName": f"PC-{user}" if registered else "",
            "operatingSystem": "Windows 10",
            "browser": "Edge 120.0",
            "isCompliant": registered,
            "isManaged": registered,
            "trustType": "Hybrid Azure AD joined" if registered else "",
        },
        "location": {"city": "Leeds", "state": "Leeds", "countryOrRegion": "GB", "geoCoordinates": {"latitude": 53.8, "longitude": -1.5}},
        "appliedConditionalAccessPolicies": [policy(number, user) for number in range(POLICIES)],
        "authenticationContextClassReferences": [],
        "authenticationProcessingDetails": [
            {"key": "Legacy TLS (TLS 1.0, 1.1, 3DES)", "value": "False"},
            {"key": "Oauth Scope Info", "value": '["email","openid","profile","User.Read"]'},
            {"key": "Is CAE Token", "value": "False"},
        ],
        "networkLocationDetails": [{"networkType": "trustedNamedLocation", "networkNames": ["Head office"]}],
        "authenticationDetails": [
            {
                "authenticationStepDateTime": moment,
                "authenticationMethod": "Previously satisfied",
                "authenticationMethodDetail": None,
                "succeeded": True,
                "authenticationStepResultDetail": "First factor requirement satisfied by claim in the token",
                "authenticationStepRequirement": "Primary authentication",
            }
        ],
        "authenticationRequirementPolicies": [{"requirementProvider": "multiConditionalAccess", "detail": "Conditional Access"}],
        "sessionLifetimePolicies": [],
    }


def policy(number: int, user: int) -> dict[str, object]:
    applies = (number + user) % 4 == 0
    return {
        "id": identifier(9, number),
        "displayName": f"CA{number:03d}: a policy with a usual name",
        "enforcedGrantControls": ["Mfa"],
        "enforcedSessionControls": [],
        "result": "success" if applies else "notApplied",
        "conditionsSatisfied": "application,users",
        "conditionsNotSatisfied": "none" if applies else "clientType",
        "includeRulesSatisfied": [{"conditionalAccessCondition": "users", "ruleSatisfied": "allUsers"}],
        "excludeRulesSatisfied": [],
    }


COLUMNS = {
    **dict.fromkeys(
        (
            *("id", "createdDateTime", "userId", "userPrincipalName", "userDisplayName", "userType", "homeTenantId", "resourceTenantId"),
            *("crossTenantAccessType", "servicePrincipalId", "appId", "appDisplayName", "resourceId", "resourceDisplayName"),
            *("clientAppUsed", "userAgent", "ipAddress", "conditionalAccessStatus", "authenticationRequirement", "correlationId"),
            *("authenticationProtocol", "originalTransferMethod", "incomingTokenType", "riskLevelDuringSignIn", "sessionId"),
            *("riskLevelAggregated", "originalRequestId", "tokenIssuerType"),
        ),
        "VARCHAR",
    ),
    "createdDateTime": "TIMESTAMP",
    "isInteractive": "BOOLEAN",
    "status": "STRUCT(errorCode BIGINT, failureReason VARCHAR, additionalDetails VARCHAR)",
    "deviceDetail": "STRUCT(deviceId VARCHAR, displayName VARCHAR, operatingSystem VARCHAR, browser VARCHAR, isCompliant BOOLEAN, "
    "isManaged BOOLEAN, trustType VARCHAR)",
    "location": "STRUCT(countryOrRegion VARCHAR)",
    "signInEventTypes": "VARCHAR[]",
    "authenticationDetails": "STRUCT(authenticationMethod VARCHAR, authenticationStepResultDetail VARCHAR, succeeded BOOLEAN)[]",
    "authenticationRequirementPolicies": "STRUCT(requirementProvider VARCHAR)[]",
    "appliedConditionalAccessPolicies": "STRUCT(id VARCHAR, result VARCHAR)[]",
}


if __name__ == "__main__":
    main()
