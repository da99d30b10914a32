"""Every way of signing in, by `unbroken connect` as a program, through msal, against the emulated tenant under https."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
import ssl
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID

from emulate_program import started
from emulating import small_tenant

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
QUIET = "--headless --no-sandbox --disable-gpu --disable-background-networking --ignore-certificate-errors"


@pytest.fixture(scope="module")
def emulator() -> Iterator[dict[str, Any]]:
    with started(str(small_tenant()), "--tls", "--accelerate", "1000") as (line, _):
        yield line


@pytest.fixture
def trusting(emulator: dict[str, Any]) -> Iterator[httpx2.Client]:
    trusted = ssl.create_default_context(cafile=emulator["caCert"])
    with httpx2.Client(base_url=emulator["graph"], verify=trusted, trust_env=False) as http:
        yield http


def connecting(line: dict[str, Any], way: str, *more: str, **environment: str) -> subprocess.Popen[str]:
    """Start `unbroken connect` with the application that only reads."""
    own = {key: value for key, value in os.environ.items() if not key.startswith("UNBROKEN_")}
    tenant = ("--emulator", line["graph"], "--tenant-id", line["tenantId"])
    command = [sys.executable, "-m", "unbroken", "connect", *tenant, "--sign-in", way, "--format", "json", *more]
    own |= {"SSL_CERT_FILE": line["caCert"], **environment}
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8", env=own)


def answered(process: subprocess.Popen[str]) -> dict[str, Any]:
    out, err = process.communicate(timeout=60)
    assert process.returncode == 0, err
    found: dict[str, Any] = json.loads(out)
    return found


def reading(http: httpx2.Client) -> dict[str, Any]:
    apps = http.get("/emulator/apps").json()["value"]
    found: dict[str, Any] = next(app for app in apps if app["displayName"] == "unbroken assess")
    return found


def test_by_secret(emulator: dict[str, Any], trusting: httpx2.Client) -> None:
    app = reading(trusting)

    found = answered(connecting(emulator, "secret", "--client-id", app["appId"], UNBROKEN_CLIENT_SECRET=app["secret"]))

    assert (found["delegated"], found["canFetch"], found["canEnforce"]) == (False, True, False)
    assert found["permissions"] == sorted(app["roles"])


@pytest.mark.parametrize("form", ["pem", "pfx", "protected pfx"])
def test_by_certificate(emulator: dict[str, Any], trusting: httpx2.Client, tmp_path: Path, form: str) -> None:
    file, public = certificate(tmp_path, form)
    body = {"name": f"certificate in {form}", "roles": ["Policy.Read.All", "User.Read.All"], "certificates": [public]}
    app = trusting.post("/emulator/apps", json=body).json()
    password = {"UNBROKEN_CERTIFICATE_PASSWORD": "open sesame"} if "protected" in form else {}

    found = answered(connecting(emulator, "certificate", "--client-id", app["appId"], "--certificate", str(file), **password))

    assert found["permissions"] == sorted(body["roles"])


def certificate(folder: Path, form: str) -> tuple[Path, str]:
    """Write a key and its certificate in the form; return the file, and the public part for the application's registration."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name, begin = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unbroken-assess")]), dt.datetime.now(dt.UTC) - dt.timedelta(days=1)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = built.not_valid_before(begin).not_valid_after(begin + dt.timedelta(days=30)).sign(key, hashes.SHA256())
    public, file = signed.public_bytes(Encoding.PEM), folder / "own"
    if form == "pem":
        file.write_bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + public)
    else:
        closed = BestAvailableEncryption(b"open sesame") if "protected" in form else NoEncryption()
        file.write_bytes(pkcs12.serialize_key_and_certificates(b"own", key, signed, None, closed))
    return file, public.decode()


def test_by_device_code(emulator: dict[str, Any], trusting: httpx2.Client) -> None:
    process = connecting(emulator, "device-code", "--client-id", reading(trusting)["appId"])
    assert process.stderr is not None
    told = process.stderr.readline()
    code = told.split("enter the code ")[1].split()[0]
    administrator = trusting.post("/emulator/devicelogin", json={"userCode": code}).json()["user"]

    found = answered(process)

    assert (found["delegated"], found["person"], found["canFetch"]) == (True, administrator, True)


@pytest.mark.browser
def test_by_browser(emulator: dict[str, Any], trusting: httpx2.Client, tmp_path: Path) -> None:
    """The answer comes back as a form that posts itself, so that only a real browser will do."""
    if CHROMIUM is None:
        pytest.skip("SKIPPED LOUDLY: no Chromium on this machine, nobody signed in with a browser")
    browser = f"{CHROMIUM} {QUIET} --user-data-dir={tmp_path} --screenshot={tmp_path / 'seen.png'} %s &"

    found = answered(connecting(emulator, "browser", "--client-id", reading(trusting)["appId"], BROWSER=browser))

    assert found["delegated"]
    assert found["canFetch"]


def test_without_a_browser_another_way_is_named(emulator: dict[str, Any], trusting: httpx2.Client) -> None:
    process = connecting(emulator, "browser", "--client-id", reading(trusting)["appId"], PATH="/nowhere", BROWSER="", DISPLAY="")
    _, err = process.communicate(timeout=60)

    assert process.returncode == 1
    assert "device-code" in err
    assert len(err.splitlines()) == 1


def test_an_emulator_without_https_says_what_to_do() -> None:
    line = {"graph": "http://127.0.0.1:1", "tenantId": "contoso.example", "caCert": ""}
    process = connecting(line, "browser", "--client-id", "x")
    _, err = process.communicate(timeout=60)

    assert process.returncode == 64
    assert "emulate --tls" in err
    assert len(err.splitlines()) == 1
