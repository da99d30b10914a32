"""The addresses of the sign-in service; each grant has a file of its own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from uuid import uuid4

from unbroken.emulator.cloud.browser_sign_in import BrowserSignIns
from unbroken.emulator.cloud.client_credentials import by_secret
from unbroken.emulator.cloud.device_codes import DeviceCodes
from unbroken.emulator.cloud.issuing import Issuer
from unbroken.emulator.cloud.message import Reply, Wire
from unbroken.emulator.cloud.oauth import Form, OAuthRefusal
from unbroken.emulator.cloud.openid import DISCOVERY, KEYS, METADATA, discovery, metadata
from unbroken.emulator.cloud.refresh_tokens import by_refresh_token
from unbroken.emulator.cloud.tokens import SigningKey
from unbroken.emulator.cloud.world import World

DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_ADDRESSES = frozenset(
    {f"GET {METADATA}", f"GET {KEYS}", "GET oauth2/v2.0/authorize", "POST oauth2/v2.0/token", "POST oauth2/v2.0/devicecode"}
)


@dataclass(slots=True)
class SignInService:
    """Issues tokens for the apps of one tenant."""

    world: World
    key: SigningKey
    rng: Random
    _issuer: Issuer = field(init=False)
    _browsers: BrowserSignIns = field(init=False)
    _devices: DeviceCodes = field(init=False)

    def __post_init__(self) -> None:
        """Open the grants."""
        self._issuer = Issuer(self.world, self.key)
        self._browsers, self._devices = BrowserSignIns(self.world, self.rng), DeviceCodes(self.world, self.rng)

    def answer(self, method: str, path: str, form: Form, root: str) -> Reply | None:
        """Return the answer to an address of the sign-in service, None when it is none of them."""
        tenant, _, rest = path.lstrip("/").partition("/")
        try:
            return self._answer_of(f"{method} {rest}", tenant, form, root)
        except OAuthRefusal as refusal:
            return Reply(refusal.status, self._refused(refusal))

    def _answer_of(self, key: str, tenant: str, form: Form, root: str) -> Reply | None:
        if key == f"GET {DISCOVERY}":
            return Reply(200, discovery(root, self.world.tenant_id))
        if key not in _ADDRESSES:
            return None
        known = self._tenant(tenant)
        if key.startswith("GET ") and key.endswith("/authorize"):
            return self._browsers.authorize(form)
        answers: dict[str, Callable[[], Wire]] = {
            f"GET {METADATA}": lambda: metadata(root, known),
            f"GET {KEYS}": lambda: {"keys": [self.key.jwk]},
            "POST oauth2/v2.0/token": lambda: self._token(form, f"{root}/{tenant}/oauth2/v2.0/token"),
            "POST oauth2/v2.0/devicecode": lambda: self._devices.start(form, root),
        }
        return Reply(200, answers[key]())

    def approve(self, user_code: str, user: str) -> Wire:
        """Let a user (the first Global Administrator when none is named) finish a sign-in by device code, and return who it was.

        Raises:
            Refusal: 404, no such code or user.
        """
        return self._devices.approve(user_code, user)

    def _tenant(self, name: str) -> str:
        domains = {domain["id"].lower() for domain in self.world.of("domains").values()}
        if name.lower() not in {self.world.tenant_id, "common", "organizations", *domains}:
            text = f"Tenant '{name}' not found. Check to make sure you have the correct tenant ID and are signing into the correct cloud."
            raise OAuthRefusal("invalid_request", 90002, text)
        return self.world.tenant_id

    def _token(self, form: Form, endpoint: str) -> Wire:
        grants: Mapping[str, Callable[[], Wire]] = {
            "client_credentials": lambda: by_secret(self._issuer, form, endpoint),
            DEVICE_GRANT: lambda: self._devices.redeem(self._issuer, form),
            "authorization_code": lambda: self._browsers.redeem(self._issuer, form),
            "refresh_token": lambda: by_refresh_token(self._issuer, form),
        }
        grant = form.get("grant_type", "")
        if grant not in grants:
            raise OAuthRefusal("unsupported_grant_type", 70003, f"The app requested an unsupported grant type '{grant}'.")
        return grants[grant]()

    def _refused(self, refusal: OAuthRefusal) -> Wire:
        trace, correlation = str(uuid4()), str(uuid4())
        stamp = self.world.now.replace("T", " ")
        text = f"AADSTS{refusal.number}: {refusal.text} Trace ID: {trace} Correlation ID: {correlation} Timestamp: {stamp}"
        numbers = {"error_codes": [refusal.number], "timestamp": stamp, "trace_id": trace, "correlation_id": correlation}
        return {"error": refusal.error, "error_description": text, **numbers}
