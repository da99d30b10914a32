"""`unbroken fetch` as a program: killed in the middle again and again, and used on the emulated tenant as a new user would."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest

from graph_service import Answer, Asked, refusal, serving
from graph_tenant import Tenant, ids, rows_in, served, tenant_of
from unbroken.emulator.sample.write import write_sample
from unbroken.sources.tenant import read_tenant

STATE = {"tenantId": "t", "clientId": "c", "clientSecret": "s", "accelerate": 1000}
"""What a small Graph service says when it is asked as an emulator."""
CLEAN = {key: value for key, value in os.environ.items() if not key.startswith("UNBROKEN_")}


def unbroken(*arguments: str | Path) -> subprocess.Popen[str]:
    command = [sys.executable, "-m", "unbroken", *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=CLEAN)


def ran(*arguments: str | Path) -> tuple[int, str, str]:
    process = unbroken(*arguments)
    out, err = process.communicate(timeout=240)
    return process.returncode, out, err


@pytest.fixture(scope="module")
def tenant(tmp_path_factory: pytest.TempPathFactory) -> Tenant:
    folder = tmp_path_factory.mktemp("sample") / "tenant"
    write_sample(folder, users=30, days=3)
    return tenant_of(folder, size=100)


def test_killed_at_any_request_it_goes_on_and_loses_nothing(tenant: Tenant, tmp_path: Path) -> None:
    """The log of the sample lies in the past: as many days are fetched as it takes to reach it."""
    running: dict[str, Any] = {"left": 0, "process": None}

    def answer(asked: Asked) -> Answer:
        if asked.target == "/emulator":
            return Answer(body=STATE)
        if asked.target.endswith("/token"):
            return Answer(body={"access_token": "a"})
        running["left"] -= 1
        if running["left"] == 0:
            running["process"].send_signal(signal.SIGKILL)
        return tenant.answer(asked)

    out, chance, killed, completed = tmp_path / "out", Random(4), 0, False  # noqa: S311 -- tests repeat
    with serving(answer) as service:
        served(tenant, service)
        service.answer = answer
        options = ("fetch", "--out", out, "--emulator", service.url, "--days", "400", "--format", "json")
        for _ in range(6):
            running["left"] = chance.randrange(1, 60)
            running["process"] = unbroken(*options)
            running["process"].communicate(timeout=240)
            killed += running["process"].returncode == -signal.SIGKILL
            assert running["process"].returncode in {0, -signal.SIGKILL}
            completed |= running["process"].returncode == 0
            assert (out / "users.json").exists() == completed  # nothing is shown before all is there
        running["left"] = 0
        code, printed, said = ran(*options)

    assert (code, said) == (0, "")
    assert killed >= 4
    assert ids(rows_in(out / "signIns")) == ids(tenant.sign_ins)
    assert sum(each["rows"] for each in json.loads(printed)["signIns"]) == len(tenant.sign_ins)
    assert read_tenant(out).users.complete


def test_stopped_by_a_person_it_ends_soon_and_says_so(tenant: Tenant, tmp_path: Path) -> None:
    """However much is left to read: the service here would keep it busy for minutes."""
    running: dict[str, Any] = {"left": 30, "process": None}

    def answer(asked: Asked) -> Answer:
        if asked.target == "/emulator":
            return Answer(body=STATE)
        if asked.target.endswith("/token"):
            return Answer(body={"access_token": "a"})
        running["left"] -= 1
        if running["left"] == 0:
            running["process"].send_signal(signal.SIGINT)
        late = running["left"] < 0 and "$batch" in asked.target
        return refusal(429, Retry_After="300") if late else tenant.answer(asked)

    with serving(answer) as service:
        served(tenant, service)
        service.answer = answer
        running["process"] = unbroken("fetch", "--out", tmp_path / "out", "--emulator", service.url)
        printed, said = running["process"].communicate(timeout=100)

    assert (running["process"].returncode, printed, said) == (1, "", "unbroken: stopped\n")


@pytest.fixture(scope="module")
def emulator() -> Iterator[str]:
    """Yield the address of an emulated tenant that answers fast."""
    process = unbroken("emulate", "--sample", "--users", "40", "--days", "4", "--accelerate", "200", "--speed", "0")
    try:
        assert process.stdout
        yield json.loads(process.stdout.readline())["graph"]
    finally:
        process.send_signal(signal.SIGINT)
        process.communicate(timeout=60)


def ask(url: str, body: object = None) -> Any:
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data, {"Content-Type": "application/json"})  # noqa: S310 -- this machine
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(request, timeout=60) as answer:
        return json.loads(answer.read() or b"null")


def test_a_new_user_connects_fetches_assesses_and_proves(emulator: str, tmp_path: Path) -> None:
    out, trace = tmp_path / "tenant", tmp_path / "trace.jsonl"

    code, printed, said = ran("connect", "--emulator", emulator, "--format", "json")
    assert (code, said) == (0, "")
    assert json.loads(printed)["missing"] == []
    assert (json.loads(printed)["canFetch"], json.loads(printed)["canEnforce"]) == (True, False)

    faults = [
        {"kind": "throttle", "path": "/auditLogs/signIns", "times": 3, "retryAfter": 0.2},
        {"kind": "error", "path": "/groups", "times": 2},
        {"kind": "tear", "path": "/users", "times": 2},
        {"kind": "expirePageToken", "path": "skiptoken", "times": 2},
        {"kind": "emptyPage", "path": "/devices", "times": 1},
        {"kind": "duplicateRows", "path": "/auditLogs/signIns", "times": 5},
    ]
    ask(f"{emulator}/emulator/faults", faults)
    options = ("--emulator", emulator, "--trace", trace)
    code, printed, said = ran("fetch", "--out", out, "--days", "6", "--keep", tmp_path / "kept", *options, "--format", "json")
    assert (code, said) == (0, "")
    found = json.loads(printed)
    assert found["leftOut"] == []
    assert (
        sum(each["rows"] for each in found["signIns"]) == ask(f"{emulator}/emulator")["signIns"] == len(set(ids(rows_in(out / "signIns"))))
    )
    assert found["repeats"] > 0
    assert "eyJ" not in trace.read_text(encoding="utf-8")

    code, printed, said = ran("assess", out, "--keep", tmp_path / "kept", "--format", "json")
    assert code in {0, 2}
    assert f"started from the log kept in {tmp_path / 'kept'}" in said
    counted = json.loads(printed)["signIns"]
    assert counted["read"] == sum(each["rows"] for each in found["signIns"])
    assert counted["duplicates"] == 0
    code, printed, _ = ran("prove", out, "--format", "json")
    assert code in {0, 2}
    assert json.loads(printed)["users"] == found["collections"]["users"]

    asking = ("calibrate", out, "--live", "--questions", "40", "--emulator", emulator, "--format", "json")
    code, printed, said = ran(*asking)
    assert (code, said, json.loads(printed)["disagreements"]) == (0, "", [])
    assert json.loads(printed)["agreed"] == json.loads(printed)["compared"] > 100
    assert json.loads(printed)["onlyOneHas"] == []


def test_what_is_wrong_is_one_line_and_an_exit_code(tmp_path: Path) -> None:
    out = tmp_path / "tenant"
    for arguments, code, words in (
        (("fetch", "--out", out), 64, "--tenant-id"),
        (("fetch", "--out", out, "--days", "0"), 64, "--days"),
        (("fetch", "--out", out, "--emulator", "https://graph.microsoft.com"), 64, "own service"),
        (("fetch", "--out", out, "--emulator", "here"), 64, "no address"),
        (("connect", "--emulator", "http://127.0.0.1:9"), 1, "unbroken emulate"),
        (("connect", "--sign-in", "secret", "--tenant-id", "t", "--client-id", "c"), 64, "UNBROKEN_CLIENT_SECRET"),
    ):
        found, printed, said = ran(*arguments)
        assert (found, printed, len(said.splitlines())) == (code, "", 1), said
        assert words in said
    assert not out.exists()
