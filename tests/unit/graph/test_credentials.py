"""Signing in: msal itself, against a token endpoint that is a real server on this machine."""

from __future__ import annotations

import datetime as dt
import json
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import keyring.backend
import keyring.errors
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID
from requests import Session

from graph_service import Answer, Asked, Service, refusal, serving
from unbroken.errors import WrongUsage
from unbroken.graph.clouds import CLOUDS, emulator_at
from unbroken.graph.credentials import ApplicationTokens, ManagedIdentityTokens, PersonTokens, tokens_for
from unbroken.graph.emulator_tokens import EmulatorTokens
from unbroken.graph.failures import SignInRefused
from unbroken.graph.sign_in import SECRET_VARIABLE, SignIn, Way
from unbroken.graph.token_cache import RememberedTokens, system_keyring

TENANT = "11111111-2222-3333-4444-555555555555"
APP = "66666666-7777-8888-9999-000000000000"
BY_SECRET = SignIn(way=Way.SECRET, tenant_id=TENANT, client_id=APP, secret="hush-hush")  # noqa: S106 -- made up
BY_CODE = SignIn(way=Way.DEVICE_CODE, tenant_id=TENANT, client_id=APP)


class Detour(Session):
    """Takes every request to the server of the test; msal itself insists on https."""

    def __init__(self, service: Service) -> None:
        """Lead to `service`."""
        super().__init__()
        self.service, self.trust_env = service, False

    def request(self, method: str | bytes, url: str | bytes, *args: Any, **kwargs: Any) -> Any:
        parts = urlsplit(str(url))
        query = f"?{parts.query}" if parts.query else ""
        return super().request(method, f"{self.service.url}{parts.path}{query}", *args, **kwargs)


def form(asked: Asked) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(asked.body.decode()).items()}


def endpoint(token: Callable[[Asked], Answer], host: str = "https://login.microsoftonline.com") -> Callable[[Asked], Answer]:
    """Return a sign-in service whose token endpoint answers as `token` says."""

    def answer(asked: Asked) -> Answer:
        base = f"{host}/{TENANT}"
        if "openid-configuration" in asked.target:
            paths = {"authorization_endpoint": "authorize", "token_endpoint": "token", "device_authorization_endpoint": "devicecode"}
            return Answer(body={"issuer": f"{base}/v2.0", **{name: f"{base}/oauth2/v2.0/{path}" for name, path in paths.items()}})
        if "discovery/instance" in asked.target:
            return Answer(body={"tenant_discovery_endpoint": f"{base}/v2.0/.well-known/openid-configuration", "metadata": []})
        if asked.target.endswith("/devicecode"):
            return Answer(body={"device_code": "d", "user_code": "ABCD", "verification_uri": "https://x", "expires_in": 900, "interval": 0,
                                "message": "open https://x and enter ABCD"})  # fmt: skip
        return token(asked)

    return answer


def granted(number: Callable[[], int]) -> Callable[[Asked], Answer]:
    return lambda _: Answer(body={"token_type": "Bearer", "expires_in": 3600, "access_token": f"at-{number()}"})


def counting() -> Callable[[], int]:
    numbers = iter(range(1, 100))
    return lambda: next(numbers)


def test_a_secret_gives_a_token_that_is_kept_until_it_is_refused() -> None:
    with serving(endpoint(granted(counting()))) as service, Detour(service) as detour:
        tokens = ApplicationTokens(BY_SECRET, detour)

        assert [tokens.token(), tokens.token(), tokens.token(refused="at-1"), tokens.token(refused="at-1")] == [
            "at-1",
            "at-1",
            "at-2",
            "at-2",
        ]

    asked = [form(each) for each in service.asked if each.target.endswith("/token")]
    assert [each["client_secret"] for each in asked] == ["hush-hush"] * 2
    assert {each["scope"] for each in asked} == {"https://graph.microsoft.com/.default"}


@pytest.mark.parametrize("cloud", [cloud for cloud in CLOUDS.values() if cloud.name != "global"])
def test_every_cloud_has_its_own_graph_and_authority(cloud: Any) -> None:
    answers = endpoint(granted(counting()), cloud.authority)
    with serving(answers) as service, Detour(service) as detour:
        assert ApplicationTokens(replace(BY_SECRET, cloud=cloud), detour).token() == "at-1"

    assert form(service.asked[-1])["scope"] == f"{cloud.graph}/.default"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "unbroken-assess")])
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    signed = made.not_valid_before(now).not_valid_after(now + dt.timedelta(days=3650)).sign(key, hashes.SHA256())
    clear = serialization.NoEncryption()
    private = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, clear)
    file = tmp_path_factory.mktemp("certificate") / "both.pem"
    file.write_bytes(private + signed.public_bytes(serialization.Encoding.PEM))
    return file


def test_a_certificate_signs_an_assertion_and_never_leaves(certificate: Path) -> None:
    with serving(endpoint(granted(counting()))) as service, Detour(service) as detour:
        sign_in = SignIn(way=Way.CERTIFICATE, tenant_id=TENANT, client_id=APP, certificate=certificate)

        assert ApplicationTokens(sign_in, detour).token() == "at-1"

    asked = form(service.asked[-1])
    assert asked["client_assertion"].startswith("eyJ")
    assert "client_secret" not in asked
    assert b"PRIVATE" not in service.asked[-1].body


@pytest.mark.parametrize("content", [None, "-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"])
def test_a_certificate_that_cannot_be_used_is_said(tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "c.pem"
    if content:
        file.write_text(content, encoding="utf-8")

    with pytest.raises(SignInRefused, match="PEM"):
        ApplicationTokens(SignIn(way=Way.CERTIFICATE, tenant_id=TENANT, client_id=APP, certificate=file))


def test_a_refusal_says_what_to_do_and_no_secret() -> None:
    wrong = Answer(
        401, {"error": "invalid_client", "error_description": "AADSTS7000215: wrong. client_secret=hush-hush", "error_codes": [7000215]}
    )
    with serving(endpoint(lambda _: wrong)) as service, Detour(service) as detour, pytest.raises(SignInRefused) as caught:
        ApplicationTokens(BY_SECRET, detour).token()

    assert "the client secret is wrong" in str(caught.value)
    assert "hush" not in f"{caught.value} {BY_SECRET}"


def person(number: int) -> Answer:
    """Return the token endpoint's answer to a person."""
    claims = {"aud": APP, "iss": f"https://login.microsoftonline.com/{TENANT}/v2.0", "sub": "s", "oid": "o", "tid": TENANT,
              "preferred_username": "a@contoso.example", "exp": int(time.time()) + 3600, "iat": int(time.time())}  # fmt: skip
    import base64  # noqa: PLC0415 -- here only

    parts = (base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in ({"alg": "none"}, claims))
    info = base64.urlsafe_b64encode(json.dumps({"uid": "o", "utid": TENANT}).encode()).decode().rstrip("=")
    body = {"token_type": "Bearer", "expires_in": 3600, "access_token": f"at-{number}", "refresh_token": f"rt-{number}",
            "id_token": f"{'.'.join(parts)}.", "client_info": info, "scope": "https://graph.microsoft.com/.default"}  # fmt: skip
    return Answer(body=body)


class Memory(keyring.backend.KeyringBackend):
    """A keyring that lasts as long as the test; `locked` refuses everything."""

    priority = 1  # type: ignore[assignment]

    def __init__(self, *, locked: bool = False) -> None:
        """Begin empty."""
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}
        self.locked = locked

    def get_password(self, service: str, username: str) -> str | None:
        self._refuse()
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self._refuse()
        self.kept[service, username] = password

    def _refuse(self) -> None:
        if self.locked:
            raise keyring.errors.KeyringLocked


def test_a_device_code_is_shown_and_the_next_command_need_not_ask_again() -> None:
    said: list[str] = []
    numbers, ring = counting(), Memory()
    with serving(endpoint(lambda _: person(numbers()))) as service, Detour(service) as detour:
        assert PersonTokens(BY_CODE, said.append, detour, ring).token() == "at-1"
        again = PersonTokens(BY_CODE, said.append, detour, ring)
        assert [again.token(), again.token(refused="at-1")] == ["at-1", "at-2"]

    assert said == ["open https://x and enter ABCD"]
    assert list(ring.kept) == [("unbroken", f"global/{TENANT}/{APP}")]


@pytest.mark.parametrize("ring", [None, Memory(locked=True)])
def test_without_a_keyring_a_sign_in_is_forgotten(ring: Memory | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with serving(endpoint(lambda _: person(1))) as service, Detour(service) as detour:
        assert PersonTokens(BY_CODE, lambda _: None, detour, ring).token() == "at-1"

    assert list(tmp_path.iterdir()) == []
    assert RememberedTokens("x", ring).cache.serialize() == "{}"


def test_a_keyring_that_does_not_encrypt_is_not_used() -> None:
    before = keyring.get_keyring()
    try:
        keyring.set_keyring(Memory())
        assert system_keyring() is None
    finally:
        keyring.set_keyring(before)


def test_a_managed_identity_asks_the_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """The endpoint is that of Azure App Service, which tells its programs by environment variables."""
    expires = str(int(time.time()) + 7200)
    body = {"access_token": "at-1", "expires_on": expires, "resource": "https://graph.microsoft.com", "token_type": "Bearer"}
    with serving(lambda _: Answer(body=body)) as service:
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{service.url}/msi")
        monkeypatch.setenv("IDENTITY_HEADER", "h")
        with Session() as session:
            session.trust_env = False
            tokens = ManagedIdentityTokens(SignIn(way=Way.MANAGED_IDENTITY), session)
            assert tokens.token() == "at-1"
            with pytest.raises(SignInRefused, match="managed identity"):
                tokens.token(refused="at-1")

    assert "resource=https%3A%2F%2Fgraph.microsoft.com" in service.asked[0].target


def test_the_emulator_says_itself_how_to_sign_in() -> None:
    numbers = counting()

    def answer(asked: Asked) -> Answer:
        if asked.target == "/emulator":
            return Answer(body={"tenantId": TENANT, "clientId": "w", "readOnly": {"clientId": APP, "clientSecret": "s"}})
        return Answer(body={"access_token": f"at-{numbers()}"})

    with serving(answer) as service:
        tokens = EmulatorTokens(SignIn(way=Way.EMULATOR, cloud=emulator_at(f"{service.url}/")))
        assert [tokens.token(), tokens.token(), tokens.token(refused="at-1")] == ["at-1", "at-1", "at-2"]

    assert service.asked[1].target == f"/{TENANT}/oauth2/v2.0/token"
    assert form(service.asked[1]).items() >= {("client_secret", "s"), ("client_id", APP)}


def test_no_emulator_or_one_that_refuses_is_said() -> None:
    with serving(lambda _: refusal(500)) as service:
        sign_in = SignIn(way=Way.EMULATOR, cloud=emulator_at(service.url))
        with pytest.raises(SignInRefused, match="answered 500"):
            EmulatorTokens(sign_in).token()
    with pytest.raises(SignInRefused, match="unbroken emulate"):
        EmulatorTokens(sign_in).token()


@pytest.mark.parametrize(
    ("sign_in", "missing"),
    [
        (SignIn(way=Way.DEVICE_CODE), "--tenant-id"),
        (SignIn(way=Way.BROWSER, tenant_id=TENANT), "--client-id"),
        (SignIn(way=Way.SECRET, tenant_id=TENANT, client_id=APP), SECRET_VARIABLE),
        (SignIn(way=Way.CERTIFICATE, tenant_id=TENANT, client_id=APP), "--certificate"),
    ],
)
def test_what_is_missing_is_asked_for(sign_in: SignIn, missing: str) -> None:
    with pytest.raises(WrongUsage, match=missing):
        tokens_for(sign_in, lambda _: None)
