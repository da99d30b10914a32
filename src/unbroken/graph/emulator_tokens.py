"""Tokens of an emulated tenant: asked for by client credentials at its own token endpoint, which msal would not trust."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import msgspec

from unbroken.graph.connection import http_client
from unbroken.graph.failures import SignInRefused

if TYPE_CHECKING:
    import httpx2

    from unbroken.graph.clouds import Cloud
    from unbroken.graph.sign_in import SignIn

STATE = "/emulator"
"""Where the emulator says of itself which tenant it is, and how its application that only reads signs in."""
_START = "start one with: unbroken emulate --sample"


class EmulatorTokens:
    """Tokens of the emulator at `sign_in.cloud`; tenant, application and secret are asked of it where they are not given."""

    def __init__(self, sign_in: SignIn) -> None:
        """Ask for nothing yet."""
        self._sign_in, self._lock, self._token = sign_in, threading.Lock(), ""

    def token(self, refused: str = "") -> str:
        """Return an access token other than `refused`; raise `SignInRefused` when there is no emulator or it refuses."""
        with self._lock:
            if not self._token or self._token == refused:
                self._token = self._fresh()
            return self._token

    def _fresh(self) -> str:
        import httpx2  # noqa: PLC0415 -- only commands that ask Graph load it

        try:
            with http_client(self._sign_in.cloud.authority, base_url=self._sign_in.cloud.authority, timeout=30) as http:
                self._sign_in = self._completed(http)
                return self._exchanged(http)
        except httpx2.HTTPError as error:
            raise SignInRefused(f"no emulator answers at {self._sign_in.cloud.graph} ({error})", remedy=_START) from error

    def _completed(self, http: httpx2.Client) -> SignIn:
        given = self._sign_in
        if given.tenant_id and given.client_id and given.secret:
            return given
        state = _object(http.get(STATE), "what the emulator says of itself")
        known = state.get("readOnly") or state
        return replace(
            given,
            tenant_id=given.tenant_id or str(state.get("tenantId") or ""),
            client_id=given.client_id or str(known.get("clientId") or ""),
            secret=given.secret or str(known.get("clientSecret") or ""),
        )

    def _exchanged(self, http: httpx2.Client) -> str:
        form = {
            "grant_type": "client_credentials",
            "client_id": self._sign_in.client_id,
            "client_secret": self._sign_in.secret,
            "scope": "https://graph.microsoft.com/.default",
        }
        answer = _object(http.post(f"/{self._sign_in.tenant_id}/oauth2/v2.0/token", data=form), "the token endpoint")
        token = answer.get("access_token")
        if not isinstance(token, str) or not token:
            raise SignInRefused("the emulator's token endpoint gave no token", remedy=_START)
        return token


def _object(response: httpx2.Response, what: str) -> dict[str, Any]:
    if response.status_code != 200:
        raise SignInRefused(f"the emulator answered {response.status_code} to {what}", remedy=_START)
    try:
        return msgspec.json.decode(response.content, type=dict[str, Any])
    except msgspec.DecodeError as error:
        raise SignInRefused(f"{what} is no JSON object ({error})", remedy=_START) from error


def acceleration(cloud: Cloud) -> float:
    """Return how many times faster than the real service's the limits of `cloud` are: only ever more than 1 for an emulator.

    Raises:
        SignInRefused: it is an emulator's address, and no emulator answers there.
    """
    if not cloud.emulated:
        return 1.0
    import httpx2  # noqa: PLC0415 -- only commands that ask Graph load it

    try:
        with http_client(cloud.graph, base_url=cloud.graph, timeout=30) as http:
            told = _object(http.get(STATE), "what the emulator says of itself").get("accelerate")
    except httpx2.HTTPError as error:
        raise SignInRefused(f"no emulator answers at {cloud.graph} ({error})", remedy=_START) from error
    return float(told) if isinstance(told, int | float) and 0 < told < float("inf") else 1.0
