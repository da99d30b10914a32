"""A small emulated tenant with a clock that is set by hand, and a client that speaks real HTTP with it."""

from __future__ import annotations

import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

import httpx2

from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.emulation import Emulation, Pace, open_emulation
from unbroken.emulator.cloud.folder import load_folder
from unbroken.emulator.cloud.running import running
from unbroken.emulator.people.population import Origin, settle
from unbroken.emulator.sample.write import LAST_DAY, write_sample

NOON = datetime(LAST_DAY.year, LAST_DAY.month, LAST_DAY.day, 23, 59, 59, tzinfo=UTC).timestamp() + 7200
"""Some time after the last row of the sample's log."""
SUNDAY = datetime(2026, 11, 22, 12, tzinfo=UTC).timestamp()
"""Two days after the sample's log ends, when nobody works."""
DAY = 86400
EVERY = "https://graph.microsoft.com/.default"


@dataclass
class FixedClock:
    """A clock that moves when it is told to."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@cache
def small_tenant() -> Path:
    """Return a folder with the smallest sample tenant and two days of sign-ins."""
    folder = Path(mkdtemp(prefix="unbroken-emulated-")) / "tenant"
    write_sample(folder, users=30, days=2)
    return folder


@cache
def _lived_in(users: int) -> Archive:
    """Return a sample tenant whose people begin their life the day after its log ends, to be copied."""
    archive = Archive()
    folder = Path(mkdtemp(prefix="unbroken-lived-in-")) / "tenant"
    claims = write_sample(folder, users=users, days=5)
    load_folder(folder, archive)
    settle(archive, Origin(1, users), LAST_DAY + timedelta(days=1), claims)
    open_emulation(archive, FixedClock(SUNDAY))
    return archive


def lived_in(users: int = 60, file: Path | None = None) -> Archive:
    """Return the archive of a sample tenant with people, at the moment before their first day."""
    archive = Archive(file)
    _lived_in(users)._database.backup(archive._database)
    return archive


def with_people(users: int = 60) -> Emulation:
    """Return an emulated tenant with people, without a server, on the Sunday before their first working day."""
    return emulation(archive=lived_in(users), clock=FixedClock(SUNDAY))


@cache
def _filled() -> Archive:
    """Return the small tenant with its key and apps, to be copied."""
    archive = Archive()
    load_folder(small_tenant(), archive)
    open_emulation(archive, FixedClock())
    return archive


def emulation(*, clock: FixedClock | None = None, pace: Pace | None = None, archive: Archive | None = None, seed: int = 1) -> Emulation:
    """Return an emulated tenant without a server; pages come empty only when a fault says so."""
    archive = archive or Archive()
    if not archive.collections():
        _filled()._database.backup(archive._database)
    return open_emulation(archive, clock or FixedClock(), seed=seed, pace=pace or Pace(empty_share=0.0, accelerate=1000.0))


@dataclass
class Client:
    """Speaks to one emulated tenant; `emulation` and `clock` are for the test to look at and to turn."""

    http: httpx2.Client
    emulation: Emulation
    clock: FixedClock
    root: str
    headers: dict[str, str] = field(default_factory=dict)

    def token(self, **form: str) -> Any:
        own = self.emulation.credentials()
        body = {
            "grant_type": "client_credentials",
            "client_id": own["clientId"],
            "client_secret": own["clientSecret"],
            "scope": EVERY,
        } | form
        return self.http.post(f"/{own['tenantId']}/oauth2/v2.0/token", data=body)

    def sign_in(self, **form: str) -> Client:
        self.headers = {"Authorization": f"Bearer {self.token(**form).json()['access_token']}"}
        return self

    def with_permissions(self, *roles: str) -> Client:
        """Sign in as an app that has just these."""
        app = self.http.post("/emulator/apps", json={"name": " ".join(roles), "roles": list(roles)}).json()
        return self.sign_in(client_id=app["appId"], client_secret=app["secret"])

    def as_administrator(self) -> Client:
        """Sign in as the first Global Administrator, by device code."""
        own = self.emulation.credentials()
        form = {"client_id": own["clientId"], "scope": ".default"}
        code = self.http.post(f"/{own['tenantId']}/oauth2/v2.0/devicecode", data=form).json()
        self.http.post("/emulator/devicelogin", json={"userCode": code["user_code"]})
        return self.sign_in(grant_type="urn:ietf:params:oauth:grant-type:device_code", device_code=code["device_code"])

    def read_only(self) -> Client:
        own = self.emulation.credentials()["readOnly"]
        return self.sign_in(client_id=own["clientId"], client_secret=own["clientSecret"])

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        sent = self.headers | {name.replace("_", "-"): value for name, value in headers.items()}
        if body is None:
            return self.http.request(method, path, headers=sent)
        return self.http.request(method, path, headers=sent, json=body)

    def send(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Ask once the accelerated limits have refilled."""
        self.clock.now += 0.1
        return self.ask(method, path, body, **headers)

    def get(self, path: str, **headers: str) -> Any:
        return self.send("GET", path, **headers)

    def every(self, path: str, **headers: str) -> list[dict[str, Any]]:
        """Return all records of a list, page by page."""
        found: list[dict[str, Any]] = []
        while path:
            answer = self.get(path, **headers)
            assert answer.status_code == 200, answer.text
            found += answer.json()["value"]
            path = answer.json().get("@odata.nextLink", "")
        return found

    def fault(self, **fault: Any) -> None:
        assert self.http.post("/emulator/faults", json=fault).status_code == 200


@contextmanager
def emulated(*, pace: Pace | None = None, archive: Archive | None = None, now: float = NOON) -> Iterator[Client]:
    """Serve an emulated tenant while the block runs."""
    clock = FixedClock(now)
    service = emulation(clock=clock, pace=pace, archive=archive)
    with running(service) as root, httpx2.Client(base_url=root, timeout=10) as http:
        yield Client(http, service, clock, root)


def body_of(answer: Any) -> dict[str, Any]:
    """Return the JSON of an answer, which must be an object."""
    found = json.loads(answer.text)
    assert isinstance(found, dict)
    return found


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).decode().rstrip("=")


def passkey(challenge: str) -> dict[str, Any]:
    """Return what a security key answers to a challenge, as far as the emulator looks at it."""
    said = {"type": "webauthn.create", "challenge": challenge, "origin": "https://login.microsoft.com"}
    response = {"clientDataJSON": _text(json.dumps(said).encode()), "attestationObject": "o2NmbXRkbm9uZQ"}
    return {"displayName": "Safe, key 1", "publicKeyCredential": {"id": "pgIfj2fnom8rJdb4", "response": response}}
