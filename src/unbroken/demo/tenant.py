"""The emulated tenant from outside: its own controls, and Graph as any administrator's script asks it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from unbroken.errors import UnbrokenError

if TYPE_CHECKING:
    import httpx2

Record = dict[str, Any]
_SCOPE = "https://graph.microsoft.com/.default"
_KINDS = ("interactiveUser", "nonInteractiveUser")


@dataclass(frozen=True, slots=True)
class EmulatedTenant:
    """One emulated tenant, asked over HTTP."""

    http: httpx2.Client

    @classmethod
    @contextmanager
    def at(cls, root: str) -> Iterator[EmulatedTenant]:
        """Give the tenant at an address, signed in to as the application that may write."""
        import httpx2  # noqa: PLC0415 -- no other command needs it

        with httpx2.Client(base_url=root, trust_env=False, timeout=60) as http:
            tenant = cls(http)
            tenant._sign_in()
            yield tenant

    def _sign_in(self) -> None:
        own = self._body(self.http.get("/emulator"))
        form = {"grant_type": "client_credentials", "scope": _SCOPE, "client_id": own["clientId"], "client_secret": own["clientSecret"]}
        token = self._body(self.http.post(f"/{own['tenantId']}/oauth2/v2.0/token", data=form))
        self.http.headers["Authorization"] = f"Bearer {token['access_token']}"

    def move_to(self, moment: str) -> Record:
        """Let time pass until `moment` (ISO, UTC), and return what people did."""
        return self._body(self.http.post("/emulator/clock", json={"to": moment}, timeout=600))

    def calls(self) -> list[Record]:
        """Return the calls to the helpdesk."""
        found: list[Record] = self._body(self.http.get("/emulator/helpdesk"))["value"]
        return found

    def create_policy(self, policy: Record) -> str:
        """Create a policy and return its id."""
        made = self._body(self.http.post("/v1.0/identity/conditionalAccess/policies", json=policy))
        return str(made["id"])

    def sign_ins(self, since: str) -> list[Record]:
        """Return the users' sign-ins since a moment, the oldest first."""
        rows: list[Record] = []
        for kind in _KINDS:
            condition = f"createdDateTime ge {since} and signInEventTypes/any(t: t eq '{kind}')"
            rows += self._every(f"/beta/auditLogs/signIns?$top=1000&$filter={condition}")
        return sorted(rows, key=lambda row: (row["createdDateTime"], row["id"]))

    def registered(self, since: str) -> list[str]:
        """Return the ids of those who registered a method since a moment."""
        condition = f"activityDateTime ge {since} and activityDisplayName eq 'User registered security info'"
        return [each["targetResources"][0]["id"] for each in self._every(f"/v1.0/auditLogs/directoryAudits?$filter={condition}")]

    def _every(self, path: str) -> Iterator[Record]:
        while path:
            page = self._body(self.http.get(path))
            yield from page["value"]
            path = page.get("@odata.nextLink", "")

    @staticmethod
    def _body(answer: httpx2.Response) -> Record:
        if not answer.is_success:
            said = " ".join(answer.text.split())[:200]
            what = f"{answer.request.method} {answer.request.url.path}"
            raise UnbrokenError(f"the emulated tenant answered {answer.status_code} to {what} ({said})", remedy="please report it")
        body: Record = answer.json()
        return body
