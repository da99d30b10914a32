"""The grant of an app that acts for itself: it shows its secret, or an assertion signed with its certificate."""

from __future__ import annotations

import hmac
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.x509 import load_pem_x509_certificate

from unbroken.emulator.cloud.issuing import Issuer
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.oauth import Form, OAuthRefusal, app_of

ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"


def by_secret(issuer: Issuer, form: Form, endpoint: str) -> Wire:
    """Return a token for an app that acts for itself.

    Raises:
        OAuthRefusal: it does not prove who it is, or asks for single scopes.
    """
    app = app_of(issuer.world, form)
    _prove(app, form, endpoint)
    scope = form.get("scope", "")
    if not scope.endswith("/.default"):
        text = (
            f"The provided value for scope {scope} is not valid. Client credential flows must have a scope value "
            "with /.default suffixed to the resource identifier (application ID URI)."
        )
        raise OAuthRefusal("invalid_scope", 1002012, text)
    claims = {"roles": app["roles"], "oid": app["id"], "sub": app["id"], "idtyp": "app", "appidacr": "1"}
    return issuer.access(app, claims, scope.removesuffix("/.default"))


def _prove(app: Wire, form: Form, endpoint: str) -> None:
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
