"""The sign-in service: tokens by client credentials, device code, browser and refresh token."""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from unbroken.emulator.cloud.apps import APPS
from unbroken.emulator.cloud.browser_sign_in import Grant, is_here, send_back
from unbroken.emulator.cloud.message import Refusal, Reply, Wire
from unbroken.emulator.cloud.openid import DISCOVERY, KEYS, METADATA, OPENID_SCOPES, discovery, metadata
from unbroken.emulator.cloud.tokens import AUDIENCE, GRAPH, LIFETIME_SECONDS, REFRESH_SECONDS, SigningKey
from unbroken.emulator.cloud.world import World
from unbroken.entra.well_known import GLOBAL_ADMINISTRATOR

CODE_SECONDS = 900
POLL_SECONDS = 5
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_REFRESH = "refresh"
_GRANT_SECONDS = 600
_ADDRESSES = frozenset(
    {f"GET {METADATA}", f"GET {KEYS}", "GET oauth2/v2.0/authorize", "POST oauth2/v2.0/token", "POST oauth2/v2.0/devicecode"}
)


class OAuthRefusal(Exception):
    """An error of the sign-in service: `error`, an AADSTS number, and words."""

    def __init__(self, error: str, number: int, text: str, status: int = 400) -> None:
        """Take the OAuth error, the AADSTS number, the text, and the HTTP status."""
        super().__init__(text)
        self.error, self.number, self.text, self.status = error, number, text, status


@dataclass(slots=True)
class DeviceCode:
    """A sign-in that waits for somebody to type its code."""

    app_id: str
    scopes: tuple[str, ...]
    user_code: str
    ends: float
    user: str = ""


@dataclass(slots=True)
class SignInService:
    """Issues tokens for the apps of one tenant."""

    world: World
    key: SigningKey
    rng: Random
    codes: dict[str, DeviceCode] = field(default_factory=dict)
    grants: dict[str, Grant] = field(default_factory=dict)

    def answer(self, method: str, path: str, form: Mapping[str, str], root: str) -> Reply | None:
        """Return the answer to an address of the sign-in service, None when it is none of them."""
        tenant, _, rest = path.lstrip("/").partition("/")
        try:
            return self._answer_of(f"{method} {rest}", tenant, form, root)
        except OAuthRefusal as refusal:
            return Reply(refusal.status, self._refused(refusal))

    def _answer_of(self, key: str, tenant: str, form: Mapping[str, str], root: str) -> Reply | None:
        if key == f"GET {DISCOVERY}":
            return Reply(200, discovery(root, self.world.tenant_id))
        if key not in _ADDRESSES:
            return None
        known = self._tenant(tenant)
        if key.startswith("GET ") and key.endswith("/authorize"):
            return self._authorize(form)
        answers: dict[str, Callable[[], Wire]] = {
            f"GET {METADATA}": lambda: metadata(root, known),
            f"GET {KEYS}": lambda: {"keys": [self.key.jwk]},
            "POST oauth2/v2.0/token": lambda: self._token(known, form, f"{root}/{tenant}/oauth2/v2.0/token"),
            "POST oauth2/v2.0/devicecode": lambda: self._device_code(form, root),
        }
        return Reply(200, answers[key]())

    def _authorize(self, form: Mapping[str, str]) -> Reply:
        """Sign in whoever opens the address: the user that is hinted at, or the first Global Administrator."""
        app = self._app(form)
        if not is_here(form.get("redirect_uri", "")):
            text = "The redirect URI specified in the request does not match the redirect URIs configured for the application."
            raise OAuthRefusal("invalid_request", 50011, text)
        if form.get("response_type") != "code":
            raise OAuthRefusal("unsupported_response_type", 700054, "response_type is not enabled for the application.")
        user = self.world.user(form.get("login_hint") or self._administrator())["id"]
        code, ends = f"{self.rng.getrandbits(256):064x}", self.world.real_time() + _GRANT_SECONDS
        asked = (tuple(form.get("scope", "").split()), form["redirect_uri"], form.get("code_challenge", ""), form.get("nonce", ""))
        self.grants[code] = Grant(app["appId"], user, *asked, ends)
        return send_back(form, {"code": code})

    def _by_code(self, tenant: str, form: Mapping[str, str]) -> Wire:
        app, grant = self._app(form), self.grants.pop(form.get("code", ""), None)
        if grant is None or not grant.holds(form, self.world.real_time()):
            raise OAuthRefusal("invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity.")
        return self._for_user(tenant, app, grant.user, grant.scopes, grant.nonce)

    def approve(self, user_code: str, user: str) -> Wire:
        """Let a user (the first Global Administrator when none is named) finish a sign-in by device code, and return who it was.

        Raises:
            Refusal: 404, no such code or user.
        """
        found = next((code for code in self.codes.values() if code.user_code == user_code and code.ends >= self.world.real_time()), None)
        if found is None:
            raise Refusal(404, "NotFound", f"no sign-in waits for the code '{user_code}'")
        chosen = self.world.user(user or self._administrator())
        found.user = chosen["id"]
        return {"user": chosen["userPrincipalName"], "scopes": list(found.scopes)}

    def _administrator(self) -> str:
        roles = self.world.of("directoryRoles").values()
        holders = [
            member for role in roles if role.get("roleTemplateId") == GLOBAL_ADMINISTRATOR for member in self.world.members(role["id"])
        ]
        return next((member for member in holders if member in self.world.of("users")), next(iter(self.world.of("users"))))

    def _tenant(self, name: str) -> str:
        domains = {domain["id"].lower() for domain in self.world.of("domains").values()}
        if name.lower() not in {self.world.tenant_id, "common", "organizations", *domains}:
            text = f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            raise OAuthRefusal("invalid_request", 90002, text)
        return self.world.tenant_id

    def _token(self, tenant: str, form: Mapping[str, str], endpoint: str) -> Wire:
        grant = form.get("grant_type", "")
        if grant == "client_credentials":
            return self._by_secret(tenant, form, endpoint)
        if grant == DEVICE_GRANT:
            return self._by_device_code(tenant, form)
        if grant == "authorization_code":
            return self._by_code(tenant, form)
        if grant == "refresh_token":
            return self._by_refresh_token(tenant, form)
        raise OAuthRefusal("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'.")

    def _app(self, form: Mapping[str, str]) -> Wire:
        key = form.get("client_id", "").lower()
        app = self.world.of(APPS).get(key)
        if app is None:
            text = f"Application with identifier '{key}' was not found in the directory '{self.world.tenant_id}'."
            raise OAuthRefusal("unauthorized_client", 700016, text)
        return app

    def _by_secret(self, tenant: str, form: Mapping[str, str], endpoint: str) -> Wire:
        app = self._app(form)
        self._prove(app, form, endpoint)
        scope = form.get("scope", "")
        if not scope.endswith("/.default"):
            text = (
                f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value "
                "with /.default suffixed to the resource identifier (application ID URI)."
            )
            raise OAuthRefusal("invalid_scope", 1002012, text)
        claims = {"roles": app["roles"], "oid": app["id"], "sub": app["id"], "idtyp": "app", "appidacr": "1"}
        return self._answer(tenant, app, claims, scope.removesuffix("/.default"))

    def _prove(self, app: Wire, form: Mapping[str, str], endpoint: str) -> None:
        """Let the app pass that shows its secret, or an assertion signed with a certificate of its own."""
        if form.get("client_assertion_type") == ASSERTION:
            if not any(_signed(form.get("client_assertion", ""), pem, app["appId"], endpoint) for pem in app["certificates"]):
                text = "Client assertion failed signature validation."
                raise OAuthRefusal("invalid_client", 700027, text, 401)
            return
        if "client_secret" not in form:
            text = "The request body must contain the following parameter: 'client_assertion' or 'client_secret'."
            raise OAuthRefusal("invalid_client", 7000216, text, 401)
        if not hmac.compare_digest(form["client_secret"].encode(), app["secret"].encode()):
            text = (
                "Invalid client secret provided. Ensure the secret being sent in the request is the client secret value, "
                f"not the client secret ID, for a secret added to app '{app['appId']}'."
            )
            raise OAuthRefusal("invalid_client", 7000215, text, 401)

    def _device_code(self, form: Mapping[str, str], root: str) -> Wire:
        app = self._app(form)
        user_code = "".join(self.rng.choice("BCDFGHJKLMNPQRSTVWXZ23456789") for _ in range(9))
        device_code = f"{self.rng.getrandbits(256):064x}"
        ends = self.world.real_time() + CODE_SECONDS
        self.codes[device_code] = DeviceCode(app["appId"], tuple(form.get("scope", "").split()), user_code, ends)
        at = f"{root}/emulator/devicelogin"
        return {
            "user_code": user_code,
            "device_code": device_code,
            "verification_uri": at,
            "expires_in": CODE_SECONDS,
            "interval": POLL_SECONDS,
            "message": f"To sign in, use a web browser to open the page {at} and enter the code {user_code} to authenticate.",
        }

    def _by_device_code(self, tenant: str, form: Mapping[str, str]) -> Wire:
        app = self._app(form)
        code = self.codes.get(form.get("device_code", ""))
        if code is None or code.app_id != app["appId"]:
            raise OAuthRefusal("bad_verification_code", 90019, "The provided device code was not found.")
        if code.ends < self.world.real_time():
            raise OAuthRefusal(
                "expired_token",
                70020,
                "The provided value for the input parameter 'device_code' is not valid. This device code has expired.",
            )
        if not code.user:
            raise OAuthRefusal("authorization_pending", 70016, "OAuth 2.0 device flow error. Authorization is pending. Continue polling.")
        del self.codes[form["device_code"]]
        return self._for_user(tenant, app, code.user, code.scopes)

    def _by_refresh_token(self, tenant: str, form: Mapping[str, str]) -> Wire:
        app = self._app(form)
        try:
            claims = self.key.read(form.get("refresh_token", ""), (_REFRESH,), self.world.real_time())
        except jwt.InvalidTokenError:
            raise OAuthRefusal("invalid_grant", 70000, "The provided value for the input parameter 'refresh_token' is not valid.") from None
        if claims["app"] != app["appId"]:
            raise OAuthRefusal("invalid_grant", 700005, "Provided refresh token was not issued to this client.")
        self._still_valid(claims)
        return self._for_user(tenant, app, claims["user"], tuple(form.get("scope", "").split()) or tuple(claims["scopes"]))

    def _still_valid(self, claims: Wire) -> None:
        """Let no session go on that was revoked, or whose user is gone or disabled."""
        user = self.world.of("users").get(claims["user"])
        if user is None or user.get("accountEnabled") is False:
            raise OAuthRefusal("invalid_grant", 50057, "The user account is disabled.")
        if claims["revocations"] != self._revocations(claims["user"]):
            raise OAuthRefusal(
                "invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed."
            )

    def _revocations(self, user: str) -> int:
        return int(self.world.of("revocations").get(user, {"count": 0})["count"])

    def _for_user(self, tenant: str, app: Wire, user: str, scopes: tuple[str, ...], nonce: str = "") -> Wire:
        asked = {scope.removeprefix(f"{GRAPH}/") for scope in scopes} - OPENID_SCOPES
        consented = {*app["roles"], "User.Read"}
        granted = consented if ".default" in asked or not asked else asked & consented
        if not granted:
            text = (
                "The user or administrator has not consented to use the application with ID "
                f"'{app['appId']}'. Send an interactive authorization request for this user and resource."
            )
            raise OAuthRefusal("invalid_grant", 65001, text)
        record = self.world.user(user)
        claims = {"scp": " ".join(sorted(granted)), "oid": user, "sub": user, "idtyp": "user", "upn": record["userPrincipalName"]}
        body = self._answer(tenant, app, claims, GRAPH) | {"scope": " ".join(f"{GRAPH}/{name}" for name in sorted(granted))}
        if "offline_access" in scopes:
            body["refresh_token"] = self._refresh_token(app, user, scopes)
        return body | {"id_token": self._id_token(tenant, app, record, nonce)} if "openid" in scopes else body

    def _refresh_token(self, app: Wire, user: str, scopes: tuple[str, ...]) -> str:
        ends = int(self.world.real_time()) + REFRESH_SECONDS
        claims = {"aud": _REFRESH, "exp": ends, "app": app["appId"], "user": user, "scopes": list(scopes)}
        return self.key.sign(claims | {"revocations": self._revocations(user)})

    def _id_token(self, tenant: str, app: Wire, user: Wire, nonce: str) -> str:
        now = int(self.world.real_time())
        claims = {"aud": app["appId"], "iss": f"https://login.microsoftonline.com/{tenant}/v2.0", "tid": tenant, "ver": "2.0", "iat": now}
        named = {"oid": user["id"], "sub": user["id"], "preferred_username": user["userPrincipalName"], "name": user["displayName"]}
        once = {"nonce": nonce} if nonce else {}
        return self.key.sign(claims | named | once | {"nbf": now, "exp": now + LIFETIME_SECONDS})

    def _answer(self, tenant: str, app: Wire, claims: Wire, resource: str) -> Wire:
        """Return an access token; one for this emulator is one for Graph."""
        now = int(self.world.real_time())
        audience = resource if resource in AUDIENCE or resource.startswith("https://management.") else GRAPH
        common = {"aud": audience, "iss": f"https://sts.windows.net/{tenant}/", "tid": tenant, "appid": app["appId"], "ver": "1.0"}
        times = {"iat": now, "nbf": now, "exp": now + LIFETIME_SECONDS, "app_displayname": app["displayName"]}
        token = self.key.sign(common | times | claims)
        return {"token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "ext_expires_in": LIFETIME_SECONDS, "access_token": token}

    def _refused(self, refusal: OAuthRefusal) -> Wire:
        trace, correlation = str(uuid4()), str(uuid4())
        stamp = self.world.now.replace("T", " ")
        text = f"AADSTS{refusal.number}: {refusal.text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
        numbers = {"error_codes": [refusal.number], "timestamp": stamp, "trace_id": trace, "correlation_id": correlation}
        return {"error": refusal.error, "error_description": text, **numbers}


def _signed(assertion: str, pem: str, app_id: str, endpoint: str) -> bool:
    """Return whether an assertion is signed with the certificate and speaks of this app and endpoint."""
    options: Any = {"verify_aud": False, "verify_exp": False}
    try:
        key = load_pem_x509_certificate(pem.encode()).public_key()
        claims = jwt.decode(assertion, key, algorithms=["RS256", "PS256"], options=options) if isinstance(key, RSAPublicKey) else {}
    except (jwt.InvalidTokenError, ValueError):
        return False
    tail = endpoint.partition("://")[2].partition("/")[2]
    return claims.get("iss") == app_id == claims.get("sub") and str(claims.get("aud", "")).endswith(tail)
