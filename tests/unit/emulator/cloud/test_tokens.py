"""The sign-in service: real tokens for registered apps, and refusals as the real one words them."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from jsonschema import Draft202012Validator

from emulating import EVERY, Client

DEVICE = "urn:ietf:params:oauth:grant-type:device_code"


def device_code(graph: Client, scope: str = "openid offline_access User.Read.All") -> dict[str, str]:
    own = graph.emulation.credentials()
    return graph.http.post("/organizations/oauth2/v2.0/devicecode", data={"client_id": own["clientId"], "scope": scope}).json()


def test_a_token_is_signed_with_the_published_key(graph: Client) -> None:
    tenant = graph.emulation.world.tenant_id
    metadata = graph.http.get(f"/{tenant}/v2.0/.well-known/openid-configuration").json()
    keys = graph.http.get(metadata["jwks_uri"]).json()
    token = graph.token().json()["access_token"]

    key = jwt.PyJWK(next(key for key in keys["keys"] if key["kid"] == jwt.get_unverified_header(token)["kid"]))
    claims = jwt.decode(
        token, key, audience="https://graph.microsoft.com", options={"verify_exp": False, "verify_nbf": False, "verify_iat": False}
    )

    assert claims["tid"] == tenant
    assert "Policy.ReadWrite.ConditionalAccess" in claims["roles"]


@pytest.mark.parametrize(
    ("changed", "status", "error", "number"),
    [
        ({"client_secret": "wrong"}, 401, "invalid_client", 7000215),
        ({"client_id": "11111111-1111-1111-1111-111111111111"}, 400, "unauthorized_client", 700016),
        ({"scope": "User.Read"}, 400, "invalid_scope", 1002012),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"grant_type": "refresh_token", "refresh_token": "nonsense"}, 400, "invalid_grant", 70000),
    ],
)
def test_what_the_sign_in_service_refuses(graph: Client, changed: dict[str, str], status: int, error: str, number: int) -> None:
    answer = graph.token(**changed)

    assert (answer.status_code, answer.json()["error"], answer.json()["error_codes"]) == (status, error, [number])
    assert answer.json()["error_description"].startswith(f"AADSTS{number}: ")


def test_another_tenant_is_not_known(graph: Client) -> None:
    answer = graph.http.post("/contoso.example/oauth2/v2.0/token", data={"grant_type": "client_credentials"})

    assert answer.json()["error_codes"] == [90002]


def test_a_device_code_waits_for_the_user_and_gives_a_delegated_token(graph: Client) -> None:
    started = device_code(graph)
    form = {"grant_type": DEVICE, "device_code": started["device_code"]}

    assert graph.token(**form).json()["error"] == "authorization_pending"
    approved = graph.http.post("/emulator/devicelogin", data={"userCode": started["user_code"], "user": ""})
    token = graph.token(**form).json()
    graph.headers = {"Authorization": f"Bearer {token['access_token']}"}

    assert graph.get("/v1.0/me").json()["userPrincipalName"] == approved.json()["user"]
    assert graph.get("/v1.0/users?$top=1").status_code == 200
    assert graph.get("/v1.0/identity/conditionalAccess/policies").status_code == 403
    assert graph.token(**form).json()["error"] == "bad_verification_code"


def test_a_refresh_token_ends_when_the_sessions_are_revoked(graph: Client) -> None:
    started = device_code(graph)
    graph.http.post("/emulator/devicelogin", json={"userCode": started["user_code"]})
    token = graph.token(grant_type=DEVICE, device_code=started["device_code"]).json()
    again = graph.token(grant_type="refresh_token", refresh_token=token["refresh_token"], scope="")
    user = jwt.decode(token["access_token"], options={"verify_signature": False})["oid"]

    assert again.status_code == 200
    graph.sign_in().send("POST", f"/v1.0/users/{user}/revokeSignInSessions")

    assert graph.token(grant_type="refresh_token", refresh_token=token["refresh_token"]).json()["error_codes"] == [50173]


def test_a_code_that_nobody_types_expires(graph: Client) -> None:
    started = device_code(graph)
    graph.clock.now += 901

    assert graph.token(grant_type=DEVICE, device_code=started["device_code"]).json()["error"] == "expired_token"


def certificate() -> tuple[rsa.RSAPrivateKey, str]:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "app")])
    now = datetime.now(UTC)
    built = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
    made = built.not_valid_before(now).not_valid_after(now + timedelta(days=1)).sign(key, hashes.SHA256())
    return key, made.public_bytes(serialization.Encoding.PEM).decode()


def test_a_registered_certificate_signs_an_app_in_and_another_does_not(graph: Client) -> None:
    key, pem = certificate()
    stranger, _ = certificate()
    app = graph.http.post("/emulator/apps", json={"name": "with a certificate", "roles": ["User.Read.All"], "certificates": [pem]}).json()
    at = f"{graph.root}/{graph.emulation.world.tenant_id}/oauth2/v2.0/token"

    def answer(signer: rsa.RSAPrivateKey) -> int:
        assertion = jwt.encode({"iss": app["appId"], "sub": app["appId"], "aud": at, "exp": 2**31}, signer, algorithm="RS256")
        form = {"client_id": app["appId"], "client_assertion": assertion, "scope": EVERY, "grant_type": "client_credentials"}
        form["client_assertion_type"] = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
        return graph.http.post(at, data=form).status_code

    assert (answer(key), answer(stranger)) == (200, 401)


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic YTpi"])
def test_without_a_token_of_ours_graph_answers_401(graph: Client, header: str) -> None:
    answer = graph.http.get("/v1.0/users", headers={"Authorization": header} if header else {})

    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "InvalidAuthenticationToken")
    assert "innerError" in answer.json()["error"]


def test_a_token_ends(graph: Client) -> None:
    graph.clock.now += 3601

    assert graph.get("/v1.0/users").json()["error"]["code"] == "InvalidAuthenticationToken"


BACK = "http://localhost:8400/back"
VERIFIER = "a verifier that only the asking program knows"


def code(graph: Client, **changed: str) -> Any:
    """Open the address that a browser would be sent to."""
    challenge = urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).decode().rstrip("=")
    query = {"client_id": graph.emulation.credentials()["clientId"], "response_type": "code", "redirect_uri": BACK, "state": "s"}
    query |= {"scope": "openid offline_access User.Read.All", "code_challenge": challenge, "nonce": "n"} | changed
    return graph.http.get("/organizations/oauth2/v2.0/authorize", params=query)


def test_a_browser_brings_a_code_that_only_the_asking_program_can_use(graph: Client) -> None:
    sent = dict(parse_qsl(urlsplit(code(graph).headers["location"]).query))
    form = {"grant_type": "authorization_code", "redirect_uri": BACK, "code_verifier": VERIFIER}
    stolen = graph.token(**form | {"code": sent["code"], "code_verifier": "guessed"})
    again = dict(parse_qsl(urlsplit(code(graph).headers["location"]).query))
    token = graph.token(**form, code=again["code"]).json()

    assert sent["state"] == "s"
    assert stolen.json()["error"] == "invalid_grant"
    assert jwt.decode(token["id_token"], options={"verify_signature": False})["nonce"] == "n"
    assert "User.Read.All" in token["scope"]
    assert graph.token(**form, code=again["code"]).json()["error"] == "invalid_grant"


def test_a_code_may_come_as_a_form_that_posts_itself(graph: Client) -> None:
    answer = code(graph, response_mode="form_post")

    assert answer.headers["content-type"].startswith("text/html")
    assert f'action="{BACK}"' in answer.text


@pytest.mark.parametrize("changed", [{"redirect_uri": "https://contoso.example/back"}, {"response_type": "token"}])
def test_a_code_goes_to_no_other_machine_and_nothing_but_a_code_is_given(graph: Client, changed: dict[str, str]) -> None:
    assert code(graph, **changed).status_code == 400


@pytest.mark.shared
def test_the_summary_of_methods_is_for_signed_in_users_only(graph: Client, shared: Path) -> None:
    path = "/v1.0/reports/authenticationMethods/usersRegisteredByMethod(includedUserTypes='all',includedUserRoles='all')"
    alone = graph.get(path).status_code
    started = device_code(graph, "openid AuditLog.Read.All")
    graph.http.post("/emulator/devicelogin", json={"userCode": started["user_code"]})
    token = graph.token(grant_type=DEVICE, device_code=started["device_code"]).json()["access_token"]
    graph.headers = {"Authorization": f"Bearer {token}"}
    answer = graph.get(path).json()
    schema = json.loads((shared / "reference" / "graph-v1.0.schema.json").read_text(encoding="utf-8"))
    whole = {"$defs": schema["$defs"], "$ref": "#/$defs/microsoft.graph.userRegistrationMethodSummary"}

    assert alone == 403
    assert list(Draft202012Validator(whole).iter_errors(answer)) == []
    assert answer["totalUserCount"] == len(graph.every("/v1.0/reports/authenticationMethods/userRegistrationDetails"))
