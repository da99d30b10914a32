"""The grant of a program without a browser: a code that somebody types elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

from unbroken.emulator.cloud.issuing import Issuer
from unbroken.emulator.cloud.message import Refusal, Wire
from unbroken.emulator.cloud.oauth import Form, OAuthRefusal, administrator, app_of
from unbroken.emulator.cloud.world import World

CODE_SECONDS = 900
POLL_SECONDS = 5


@dataclass(slots=True)
class DeviceCode:
    """A sign-in that waits for somebody to type its code."""

    app_id: str
    scopes: tuple[str, ...]
    user_code: str
    ends: float
    user: str = ""


@dataclass(slots=True)
class DeviceCodes:
    """The sign-ins by device code that wait."""

    world: World
    rng: Random
    codes: dict[str, DeviceCode] = field(default_factory=dict)

    def start(self, form: Form, root: str) -> Wire:
        """Return a new code, and where to type it."""
        app = app_of(self.world, form)
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

    def redeem(self, issuer: Issuer, form: Form) -> Wire:
        """Return the tokens of a sign-in that is finished.

        Raises:
            OAuthRefusal: it is not, or the code is unknown or too old.
        """
        app = app_of(self.world, form)
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
        return issuer.for_user(app, code.user, code.scopes)

    def approve(self, user_code: str, user: str) -> Wire:
        """Let a user (the first Global Administrator when none is named) finish a sign-in by device code, and return who it was.

        Raises:
            Refusal: 404, no such code or user.
        """
        found = next((code for code in self.codes.values() if code.user_code == user_code and code.ends >= self.world.real_time()), None)
        if found is None:
            raise Refusal(404, "NotFound", f"no sign-in waits for the code '{user_code}'")
        chosen = self.world.user(user or administrator(self.world))
        found.user = chosen["id"]
        return {"user": chosen["userPrincipalName"], "scopes": list(found.scopes)}
