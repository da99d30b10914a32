"""How `connect` and `fetch` are called: options, environment, files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unbroken.cli.app import run
from unbroken.cli.sign_in_options import EMULATOR_URL, SignInOptions, sign_in_of, with_emulator_url
from unbroken.graph.clouds import CLOUDS
from unbroken.graph.sign_in import Way


@pytest.fixture(autouse=True)
def _bare(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("TENANT_ID", "CLIENT_ID", "CLIENT_SECRET", "CERTIFICATE_PASSWORD"):
        monkeypatch.delenv(f"UNBROKEN_{name}", raising=False)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        (["connect", "--emulator"], ["connect", "--emulator", EMULATOR_URL]),
        (["fetch", "--emulator", "--out", "x"], ["fetch", "--emulator", EMULATOR_URL, "--out", "x"]),
        (["fetch", "--emulator", "http://127.0.0.1:1", "--out", "x"], ["fetch", "--emulator", "http://127.0.0.1:1", "--out", "x"]),
        (["fetch", "--out", "x"], ["fetch", "--out", "x"]),
    ],
)
def test_an_emulator_without_an_address_is_the_usual_one(given: list[str], wanted: list[str]) -> None:
    assert with_emulator_url(given) == wanted


def test_how_to_sign_in_follows_from_what_is_given(monkeypatch: pytest.MonkeyPatch) -> None:
    assert sign_in_of(SignInOptions()).way is Way.DEVICE_CODE
    assert sign_in_of(SignInOptions(certificate=Path("c.pem"))).way is Way.CERTIFICATE
    monkeypatch.setenv("UNBROKEN_CLIENT_SECRET", "hush")
    monkeypatch.setenv("UNBROKEN_TENANT_ID", "t")
    monkeypatch.setenv("UNBROKEN_CLIENT_ID", "c")
    found = sign_in_of(SignInOptions(cloud="china"))
    assert (found.way, found.tenant_id, found.client_id, found.secret, found.cloud) == (Way.SECRET, "t", "c", "hush", CLOUDS["china"])
    assert sign_in_of(SignInOptions(sign_in="browser", tenant_id="other")).tenant_id == "other"
    assert sign_in_of(SignInOptions(emulator="http://127.0.0.1:1/")).cloud.graph == "http://127.0.0.1:1"


def test_a_registration_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "assess.json"

    assert run(["connect", "--register", "assess", "--delegated", "--manifest", str(file), "--tenant-id", "t"]) == 0
    printed = capsys.readouterr().out
    assert "adminconsent" in printed
    assert "login.microsoftonline.com/t/" in printed
    assert run(["connect", "--register", "assess", "--delegated", "--format", "json"]) == 0
    body = json.loads(capsys.readouterr().out)
    assert body["schemaVersion"] == 1
    assert body["manifest"] == json.loads(file.read_text(encoding="utf-8"))


def test_a_manifest_that_cannot_be_written_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["connect", "--register", "enforce", "--manifest", str(tmp_path / "no" / "m.json")]) == 1
    assert "--manifest" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["users", "conditionalAccessPolicies", "wishes"])
def test_what_cannot_be_left_out_is_refused(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["fetch", "--out", str(tmp_path / "out"), "--without", name, "--emulator"]) == 64
    assert "userAuthenticationRequirements" in capsys.readouterr().err
