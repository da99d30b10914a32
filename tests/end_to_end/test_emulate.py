"""`unbroken emulate` as somebody starts and ends it."""

from __future__ import annotations

import json
import ssl
import subprocess
import sys
from pathlib import Path

import httpx2
import pytest

from emulate_program import signed_in, started
from emulating import small_tenant

SIZE = ("--users", "30", "--days", "1")


def test_it_says_when_it_is_ready_answers_and_ends_with_ctrl_c() -> None:
    with started(str(small_tenant())) as (line, process), signed_in(line) as graph:
        users = graph.get("/v1.0/users?$top=5").json()["value"]

    assert line.keys() == {"ready", "graph", "authority", "tenantId", "clientId", "clientSecret"}
    assert line["ready"] is True
    assert len(users) == 5
    assert process.returncode == 0


def test_the_sample_ends_yesterday_and_says_how_to_use_it() -> None:
    with started("--sample", *SIZE) as (line, process), signed_in(line) as graph:
        state = graph.get("/emulator").json()
        told = process.stderr.readline() if process.stderr else ""

    assert state["signIns"] > 0
    assert state["firstSignIn"][:10] < state["now"][:10]
    assert line["graph"] in told


def test_the_state_is_taken_up_again(tmp_path: Path) -> None:
    arguments = ("--sample", *SIZE, "--state", str(tmp_path / "state"))
    body = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True}
    with started(*arguments) as (line, _), signed_in(line) as graph:
        made = graph.post("/v1.0/groups", json=body).json()["id"]
    with started(*arguments) as (again, _), signed_in(again) as graph:
        assert graph.get(f"/v1.0/groups/{made}").json()["displayName"] == "Pilot"

    assert again["clientId"] == line["clientId"]


def test_people_live_as_fast_as_one_wants() -> None:
    with started("--sample", *SIZE, "--speed", "36000") as (line, _), signed_in(line) as graph:
        first = graph.get("/emulator").json()["signIns"]
        later = next((count for _ in range(2000) if (count := graph.get("/emulator").json()["signIns"]) > first), first)

    assert later > first


def test_https_under_an_authority_of_its_own() -> None:
    with started(str(small_tenant()), "--tls") as (line, _):
        trusted = ssl.create_default_context(cafile=line["caCert"])
        with signed_in(line, verify=trusted) as graph:
            assert graph.get("/v1.0/organization").status_code == 200
            assert graph.get("/v1.0/users?$top=1").json()["@odata.nextLink"].startswith("https://")
        with pytest.raises(httpx2.ConnectError):
            httpx2.get(f"{line['graph']}/v1.0/organization")


def test_faults_from_a_file(tmp_path: Path) -> None:
    file = tmp_path / "faults.json"
    file.write_text(json.dumps([{"kind": "throttle", "path": "/users", "retryAfter": 0.5}]), encoding="utf-8")
    with started(str(small_tenant()), "--faults", str(file)) as (line, _), signed_in(line) as graph:
        assert [graph.get("/v1.0/users?$top=1").status_code for _ in range(2)] == [429, 200]


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("no-such-folder",), 1, "is no folder"),
        (("--sample", "some-folder"), 64, "both given"),
        (("--accelerate", "0"), 64, "more than 0"),
        (("--lag", "-1"), 64, "negative"),
        (("--speed", "-1"), 64, "less than 0"),
        (("--users", "3"), 64, "too small"),
    ],
)
def test_what_cannot_be_emulated_is_said_in_one_line(arguments: tuple[str, ...], code: int, said: str) -> None:
    command = [sys.executable, "-m", "unbroken", "emulate", *arguments]
    ended = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=60)

    assert ended.returncode == code
    assert said in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
