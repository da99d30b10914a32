"""One request to the emulated service and its answer, free of any web framework; a `$batch` is many of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

Wire = dict[str, Any]


class Refusal(Exception):
    """The service says no: a status, and an error body as Graph writes it."""

    def __init__(self, status: int, code: str, message: str, *, headers: Mapping[str, str] | None = None) -> None:
        """Take the HTTP status, Graph's error code and message, and headers of this answer alone."""
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = dict(headers or {})


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, as the access token says it."""

    app_id: str
    permissions: frozenset[str]
    user_id: str = ""
    """Object id of the signed-in user; empty when the app acts for itself."""

    @property
    def delegated(self) -> bool:
        """Return whether the app acts for a user."""
        return bool(self.user_id)


NOBODY = Caller("", frozenset())


@dataclass(slots=True)
class Call:
    """A request below `/v1.0` or `/beta`."""

    method: str
    path: str
    """From the version on, with one slash between parts: `/users/{id}`."""
    version: str = "v1.0"
    query: dict[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    """Names in lower case."""
    body: bytes = b""
    root: str = "http://127.0.0.1"
    """Scheme, host and port, for links."""
    params: dict[str, str] = field(default_factory=dict)
    caller: Caller = NOBODY

    @property
    def beta(self) -> bool:
        """Return whether the beta version is asked."""
        return self.version == "beta"

    @property
    def eventual(self) -> bool:
        """Return whether the caller accepts an eventually consistent answer, which advanced queries need."""
        return self.headers.get("consistencylevel", "").lower() == "eventual"

    def option(self, name: str) -> str | None:
        """Return a query option, given with or without its dollar sign."""
        return self.query.get(f"${name}", self.query.get(name))

    def json(self) -> Wire:
        """Return the body as an object.

        Raises:
            Refusal: 400, it is none.
        """
        try:
            found = msgspec.json.decode(self.body or b"{}")
        except msgspec.DecodeError:
            found = None
        if not isinstance(found, dict):
            raise Refusal(
                400, "BadRequest", "Unable to read JSON request payload. Please ensure Content-Type header is set and payload is valid."
            )
        return found


@dataclass(slots=True)
class Reply:
    """The answer; `body` is JSON to be, or None for no body at all."""

    status: int = 200
    body: Wire | None = None
    headers: dict[str, str] = field(default_factory=dict)
    delay_seconds: float = 0.0
    torn: bool = False
    """Break the connection in the middle of the body."""


NO_CONTENT = 204


def empty(status: int = NO_CONTENT) -> Reply:
    """Return an answer without a body."""
    return Reply(status)
