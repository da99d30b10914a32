"""Sign-in by browser: an authorization code for whoever opens the address, with the proof (PKCE) that only the asker can use it."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from html import escape
from random import Random
from urllib.parse import urlencode, urlsplit

from unbroken.emulator.cloud.issuing import Issuer
from unbroken.emulator.cloud.message import Reply, Wire
from unbroken.emulator.cloud.oauth import Form, OAuthRefusal, administrator, app_of
from unbroken.emulator.cloud.world import World

_GRANT_SECONDS = 600
HERE = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""A code is sent to this machine alone."""
_FORM = """<!doctype html><html lang="en"><title>Signed in</title><body onload="document.forms[0].submit()">
<form method="post" action="{to}">{fields}<noscript><button>Go on</button></noscript></form></body></html>"""


@dataclass(frozen=True, slots=True)
class Grant:
    """A code that was given and not used yet."""

    app_id: str
    user: str
    scopes: tuple[str, ...]
    redirect_uri: str
    challenge: str
    nonce: str
    ends: float

    def holds(self, form: Mapping[str, str], now: float) -> bool:
        """Return whether the one who brings the code is the one who asked for it, in time."""
        verifier = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        proven = not self.challenge or urlsafe_b64encode(verifier).decode().rstrip("=") == self.challenge
        return proven and self.redirect_uri == form.get("redirect_uri") and self.app_id == form.get("client_id") and now <= self.ends


def is_here(redirect_uri: str) -> bool:
    """Return whether an address to send a code to is on this machine."""
    address = urlsplit(redirect_uri)
    return address.scheme in {"http", "https"} and address.hostname in HERE


def send_back(query: Mapping[str, str], values: dict[str, str]) -> Reply:
    """Return the answer that carries `values` to the asking program: a redirection, or a form that posts itself."""
    values |= {"state": query["state"]} if "state" in query else {}
    to = query["redirect_uri"]
    if query.get("response_mode") == "form_post":
        fields = "".join(f'<input type="hidden" name="{name}" value="{escape(value)}">' for name, value in values.items())
        page = _FORM.format(to=escape(to), fields=fields)
        return Reply(200, {"@text": page}, {"content-type": "text/html; charset=utf-8"})
    return Reply(302, None, {"Location": f"{to}{'&' if '?' in to else '?'}{urlencode(values)}"})


@dataclass(slots=True)
class BrowserSignIns:
    """The codes that were given and not used yet."""

    world: World
    rng: Random
    grants: dict[str, Grant] = field(default_factory=dict)

    def authorize(self, form: Form) -> Reply:
        """Sign in whoever opens the address: the user that is hinted at, or the first Global Administrator."""
        app = app_of(self.world, form)
        if not is_here(form.get("redirect_uri", "")):
            text = "The redirect URI specified in the request does not match the redirect URIs configured for the application."
            raise OAuthRefusal("invalid_request", 50011, text)
        if form.get("response_type") != "code":
            raise OAuthRefusal("unsupported_response_type", 700054, "response_type is not enabled for the application.")
        user = self.world.user(form.get("login_hint") or administrator(self.world))["id"]
        code, ends = f"{self.rng.getrandbits(256):064x}", self.world.real_time() + _GRANT_SECONDS
        asked = (tuple(form.get("scope", "").split()), form["redirect_uri"], form.get("code_challenge", ""), form.get("nonce", ""))
        self.grants[code] = Grant(app["appId"], user, *asked, ends)
        return send_back(form, {"code": code})

    def redeem(self, issuer: Issuer, form: Form) -> Wire:
        """Return the tokens for a code.

        Raises:
            OAuthRefusal: it is not known, too old, or brought by somebody else.
        """
        app, grant = app_of(self.world, form), self.grants.pop(form.get("code", ""), None)
        if grant is None or not grant.holds(form, self.world.real_time()):
            raise OAuthRefusal("invalid_grant", 70008, "The provided authorization code or refresh token has expired due to inactivity.")
        return issuer.for_user(app, grant.user, grant.scopes, grant.nonce)
