"""The grant of a session that goes on, until it is revoked."""

from __future__ import annotations

import jwt

from unbroken.emulator.cloud.issuing import REFRESH, Issuer
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.oauth import Form, OAuthRefusal, app_of


def by_refresh_token(issuer: Issuer, form: Form) -> Wire:
    """Return new tokens for a session that goes on.

    Raises:
        OAuthRefusal: the token is not ours, or the session ended.
    """
    app = app_of(issuer.world, form)
    try:
        claims = issuer.key.read(form.get("refresh_token", ""), (REFRESH,), issuer.world.real_time())
    except jwt.InvalidTokenError:
        raise OAuthRefusal("invalid_grant", 70000, "The provided value for the input parameter 'refresh_token' is not valid.") from None
    if claims["app"] != app["appId"]:
        raise OAuthRefusal("invalid_grant", 700005, "Provided refresh token was not issued to this client.")
    _demand_session(issuer, claims)
    return issuer.for_user(app, claims["user"], tuple(form.get("scope", "").split()) or tuple(claims["scopes"]))


def _demand_session(issuer: Issuer, claims: Wire) -> None:
    """Let no session go on that was revoked, or whose user is gone or disabled."""
    user = issuer.world.of("users").get(claims["user"])
    if user is None or user.get("accountEnabled") is False:
        raise OAuthRefusal("invalid_grant", 50057, "The user account is disabled.")
    if claims["revocations"] != issuer.revocations(claims["user"]):
        raise OAuthRefusal("invalid_grant", 50173, "The provided grant has expired due to it being revoked, a fresh auth token is needed.")
