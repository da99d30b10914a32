"""`$skiptoken`: opaque to the caller, sealed by the service, and not good for ever."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass

import msgspec

from unbroken.emulator.cloud.message import Refusal

LIFETIME_SECONDS = 1800.0
_SEAL_BYTES = 12


class Position(msgspec.Struct, frozen=True):
    """Where a listing goes on."""

    after: str
    """Id of the last record given."""
    count: int
    """How many were given before: used when that record is gone."""
    issued: float
    """Seconds since 1970."""
    query: str
    """Fingerprint of the path and the filter that this belongs to."""
    key: str = ""
    """What the log is sorted by, of the last record given."""


@dataclass(frozen=True, slots=True)
class PageTokens:
    """Makes and reads page tokens with one secret."""

    secret: bytes
    lifetime_seconds: float = LIFETIME_SECONDS

    def seal(self, position: Position) -> str:
        """Return the token of a position."""
        body = msgspec.json.encode(position)
        return urlsafe_b64encode(self._seal(body) + body).decode().rstrip("=")

    def open(self, token: str, query: str, now: float) -> Position:
        """Return the position of a token.

        Raises:
            Refusal: 400, it is not ours, belongs to another listing, or is too old.
        """
        position = self._read(token)
        if position.query != query:
            raise Refusal(400, "BadRequest", "Invalid Skip Token, it belongs to another query.")
        if now - position.issued > self.lifetime_seconds:
            raise expired()
        return position

    def _read(self, token: str) -> Position:
        refusal = Refusal(400, "BadRequest", f"Invalid Skip Token, skip token is {token or 'null'}.")
        try:
            raw = urlsafe_b64decode(token + "=" * (-len(token) % 4))
        except ValueError:
            raise refusal from None
        seal, body = raw[:_SEAL_BYTES], raw[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._seal(body)):
            raise refusal
        return msgspec.json.decode(body, type=Position)

    def _seal(self, body: bytes) -> bytes:
        return hmac.new(self.secret, body, hashlib.sha256).digest()[:_SEAL_BYTES]


def expired() -> Refusal:
    """Return what the service answers to a page token that is too old: start the listing again."""
    return Refusal(
        400,
        "DirectoryPageTokenNotFoundException",
        "The specified page token value has expired and can no longer be included in your request.",
    )


def fingerprint(path: str, filter_text: str | None, order: str | None) -> str:
    """Return what a page token must agree with."""
    return hashlib.sha256(f"{path}\n{filter_text or ''}\n{order or ''}".encode()).hexdigest()[:16]
