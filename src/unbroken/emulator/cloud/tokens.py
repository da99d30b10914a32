"""Access tokens as the sign-in service issues them: real JWTs, signed with the emulator's own key."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import jwt
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from unbroken.emulator.cloud.message import NOBODY, Caller, Refusal, Wire

LIFETIME_SECONDS = 3599
REFRESH_SECONDS = 90 * 86400
GRAPH = "https://graph.microsoft.com"
GRAPH_APP = "00000003-0000-0000-c000-000000000000"
AUDIENCE = (GRAPH, f"{GRAPH}/", GRAPH_APP)


class SigningKey:
    """The key of the emulated sign-in service."""

    def __init__(self, pem: bytes | None = None) -> None:
        """Take a private key, or make one."""
        loaded = serialization.load_pem_private_key(pem, None) if pem else rsa.generate_private_key(public_exponent=65537, key_size=2048)
        if not isinstance(loaded, rsa.RSAPrivateKey):
            raise TypeError("the signing key is no RSA key")
        self._key = loaded

    @property
    def pem(self) -> bytes:
        """Return the private key, to keep."""
        form = serialization.PrivateFormat.PKCS8
        return self._key.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption())

    @cached_property
    def id(self) -> str:
        """Return the key's id."""
        public = self._key.public_key().public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)
        digest = hashes.Hash(hashes.SHA256())
        digest.update(public)
        return digest.finalize().hex()[:27]

    @cached_property
    def jwk(self) -> Wire:
        """Return the public key as JWKS lists it."""
        public: Wire = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self._key.public_key()))
        return {"kty": "RSA", "use": "sig", "kid": self.id, "n": public["n"], "e": public["e"]}

    def sign(self, claims: Wire) -> str:
        """Return the signed token."""
        return jwt.encode(claims, self._key, algorithm="RS256", headers={"kid": self.id})

    def read(self, token: str, audience: Iterable[str], now: float) -> Wire:
        """Return the claims of a token that is ours, for one of `audience`, and in time.

        Raises:
            jwt.InvalidTokenError: it is not.
        """
        options: Any = {"verify_exp": False, "verify_nbf": False, "verify_iat": False, "require": ["exp", "aud"]}
        claims: Wire = jwt.decode(token, self._key.public_key(), algorithms=["RS256"], audience=list(audience), options=options)
        if claims["exp"] < now:  # by the emulator's clock, which need not be this machine's
            raise jwt.ExpiredSignatureError("Lifetime validation failed, the token is expired.")
        return claims


@dataclass(frozen=True, slots=True)
class Bearer:
    """Reads the `Authorization` header of calls to Graph."""

    key: SigningKey

    def caller(self, header: str | None, now: float) -> Caller:
        """Return who calls.

        Raises:
            Refusal: 401, no token, or one that does not hold.
        """
        scheme, _, token = (header or "").partition(" ")
        if not token or scheme.lower() != "bearer":
            raise _unauthorised("Access token is empty.")
        try:
            claims = self.key.read(token.strip(), AUDIENCE, now)
        except jwt.ExpiredSignatureError as error:
            raise _unauthorised(str(error)) from None
        except jwt.InvalidAudienceError:
            raise _unauthorised("Access token validation failure. Invalid audience.") from None
        except jwt.InvalidTokenError:
            raise _unauthorised("CompactToken parsing failed with error code: 80049217") from None
        return _caller(claims)


def _caller(claims: Wire) -> Caller:
    if "scp" in claims:
        return Caller(claims["appid"], frozenset(claims["scp"].split()), claims["oid"])
    return Caller(claims.get("appid", NOBODY.app_id), frozenset(claims.get("roles", ())))


def _unauthorised(message: str) -> Refusal:
    challenge = (
        'Bearer realm="", authorization_uri="https://login.microsoftonline.com/common/oauth2/authorize", client_id="' + GRAPH_APP + '"'
    )
    return Refusal(401, "InvalidAuthenticationToken", message, headers={"WWW-Authenticate": challenge})
