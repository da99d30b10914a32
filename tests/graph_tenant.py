"""A tenant behind the small Graph service of the tests: it serves a tenant folder, page by page, with the faults it is told to make."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

from graph_service import TORN, Answer, Asked, Service, page, refusal

Record = dict[str, Any]
LISTS = {
    "/v1.0/identity/conditionalAccess/policies": "conditionalAccessPolicies",
    "/v1.0/identity/conditionalAccess/namedLocations": "namedLocations",
    "/v1.0/policies/authenticationStrengthPolicies": "authenticationStrengthPolicies",
    "/v1.0/reports/authenticationMethods/userRegistrationDetails": "userRegistrationDetails",
    "/v1.0/roleManagement/directory/roleAssignments": "roleAssignments",
    "/v1.0/roleManagement/directory/roleEligibilitySchedules": "roleEligibilitySchedules",
    "/v1.0/auditLogs/directoryAudits": "directoryAudits",
    **{
        f"/v1.0/{name}": name for name in ("users", "groups", "directoryRoles", "servicePrincipals", "devices", "domains", "subscribedSkus")
    },
    "/v1.0/organization": "organization",
}
OBJECTS = {
    "/v1.0/policies/authenticationMethodsPolicy": "authenticationMethodsPolicy",
    "/v1.0/policies/identitySecurityDefaultsEnforcementPolicy": "identitySecurityDefaultsEnforcementPolicy",
}
FAULTS = ("throttled", "unavailable", "torn", "expired", "empty", "doubled", "token")


def records_in(folder: Path, name: str) -> list[Record]:
    file = folder / f"{name}.json"
    found = json.loads(file.read_text(encoding="utf-8")) if file.is_file() else []
    return found.get("value", [found]) if isinstance(found, dict) else found


def rows_in(folder: Path) -> list[Record]:
    rows = []
    for file in sorted(folder.rglob("*.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            rows += [json.loads(line) for line in lines]
    return rows


@dataclass
class Tenant:
    """What is served: collections by name, sign-ins; `faults` shares of requests that go wrong, chosen by `chance`."""

    collections: dict[str, list[Record]] = field(default_factory=dict)
    sign_ins: list[Record] = field(default_factory=list)
    size: int = 1000
    """Records a page."""
    share: float = 0.0
    chance: Random = field(default_factory=lambda: Random(1))  # noqa: S311 -- tests repeat
    refused: dict[str, Answer] = field(default_factory=dict)
    """Part of a request's address -> what it is refused with."""
    url: str = ""
    shown: set[str] = field(default_factory=set)
    """Addresses at which something went wrong."""

    def answer(self, asked: Asked) -> Answer:
        path, query = urlsplit(asked.target).path, parse_qs(urlsplit(asked.target).query)
        refused = next((answer for part, answer in self.refused.items() if part in unquote(asked.target)), None)
        if refused is not None:
            return refused
        if self.chance.random() < self.share and (fault := self._fault(asked)) is not None:
            return fault
        return self._batch(asked) if path.endswith("$batch") else self._get(path, query)

    def _fault(self, asked: Asked) -> Answer | None:
        fault = self.chance.choice(FAULTS)
        if fault == "expired" and "skiptoken" in asked.target:
            return refusal(400, "DirectoryPageTokenNotFoundException")
        if fault == "empty" and "skiptoken" not in asked.target and "$batch" not in asked.target and "Policy" not in asked.target:
            mark = "&" if "?" in asked.target else "?"
            return page([], f"{self.url}{asked.target}{mark}$skiptoken=0") if "default" not in asked.target else None
        if fault == "token" and asked.target in self.shown:  # an identity that is refused twice is refused
            return None
        self.shown.add(asked.target)
        plain = {"throttled": refusal(429, "TooManyRequests", Retry_After="1.5"), "unavailable": refusal(503),
                 "torn": Answer(TORN, {"value": [{"id": "half"}]}), "token": refusal(401, "InvalidAuthenticationToken")}  # fmt: skip
        return plain.get(fault)

    def _batch(self, asked: Asked) -> Answer:
        responses = []
        for item in json.loads(asked.body)["requests"]:
            version = asked.target.split("/")[1]
            parts = urlsplit(item["url"])
            throttled = self.chance.random() < self.share / 4
            found = refusal(429, Retry_After="2") if throttled else self._get(f"/{version}{parts.path}", parse_qs(parts.query))
            responses.append({"id": item["id"], "status": found.status, "headers": found.headers, "body": found.body})
        self.chance.shuffle(responses)
        return Answer(body={"responses": responses})

    def _get(self, path: str, query: dict[str, list[str]]) -> Answer:
        if path in OBJECTS:
            return Answer(body=self.collections[OBJECTS[path]][0])
        if path.endswith("/default"):
            return Answer(body=self.collections["crossTenantAccessPolicy"][0]["default"])
        if path.endswith("/requirements"):
            return self._requirements(path.split("/")[3])
        found = self._listed(path, query)
        return refusal(404, "ResourceNotFound") if found is None else self._page(path, query, found)

    def _listed(self, path: str, query: dict[str, list[str]]) -> list[Record] | None:
        if path.endswith("/partners"):
            return list(self.collections["crossTenantAccessPolicy"][0]["partners"])
        if path.endswith("/members"):
            holders = self.collections[path.split("/")[2]]
            return next((holder["members"] for holder in holders if holder["id"] == path.split("/")[3]), None)
        if path.endswith("/signIns"):
            return self._rows(query.get("$filter", [""])[0])
        if path.endswith("/federationConfiguration"):
            return []
        found = self.collections.get(LISTS.get(path, ""), [])
        return [{key: value for key, value in record.items() if key != "members"} for record in found] if path in LISTS else None

    def _rows(self, condition: str) -> list[Record]:
        """Return the rows a filter lets pass, newest first, as the log gives them."""
        found = self.sign_ins
        for part in condition.split(" and ") if condition else ():
            words = part.split(" ")
            if words[0] == "createdDateTime":
                bound = words[2].rstrip("Z")
                found = [row for row in found if (_moment(row) >= bound if words[1] == "ge" else _moment(row) <= bound)]
            else:
                found = [row for row in found if part.split("'")[1] in row.get("signInEventTypes", ["interactiveUser"])]
        return sorted(found, key=lambda row: str(row["createdDateTime"]), reverse=True)

    def _page(self, path: str, query: dict[str, list[str]], found: list[Record]) -> Answer:
        start = int(query.get("$skiptoken", ["0"])[-1])
        records = found[start : start + self.size]
        if records and self.chance.random() < self.share:
            records = [*records, records[-1]]
        more = start + self.size < len(found)
        rest = "&".join(f"{key}={value[0]}" for key, value in query.items() if key != "$skiptoken").replace(" ", "%20")
        return page(records, f"{self.url}{path}?{rest}&$skiptoken={start + self.size}" if more else None)

    def _requirements(self, user: str) -> Answer:
        found = next((each for each in self.collections["userAuthenticationRequirements"] if each["id"] == user), None)
        return Answer(body={"perUserMfaState": found["perUserMfaState"] if found else "disabled"})


def _moment(row: Record) -> str:
    """Return when a row was created, so that times with and without fractions compare."""
    return str(row["createdDateTime"]).rstrip("Z")


def tenant_of(folder: Path, **options: Any) -> Tenant:
    """Return the tenant that a folder of `unbroken sample` holds."""
    names = {*LISTS.values(), *OBJECTS.values(), "crossTenantAccessPolicy", "userAuthenticationRequirements"}
    return Tenant({name: records_in(folder, name) for name in names}, rows_in(folder / "signIns"), **options)


def served(tenant: Tenant, service: Service) -> Service:
    """Connect a tenant with the server it is served by."""
    tenant.url, service.answer = service.url, tenant.answer
    return service


def ids(rows: Iterable[Record]) -> list[str]:
    return sorted(row["id"] for row in rows)
