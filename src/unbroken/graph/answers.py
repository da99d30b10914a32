"""What came back over HTTP, in our words: Graph's error bodies, and which failure each one is."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from unbroken.graph.failures import GraphFailure, LicenceMissing, NotThere, PermissionMissing, Said, TokenRefused, TooMuch
from unbroken.graph.retry import NOT_PREMIUM, NOT_SENT, THROTTLED, TRANSIENT, retry_after

if TYPE_CHECKING:
    import httpx2


CUT_OFF = "CutOff"
"""Our own code: an answer of success whose body breaks off."""


def said_by(response: httpx2.Response) -> Said | None:
    """Return what an answer says went wrong, None when all is well."""
    if response.status_code < 300:
        return None if _whole(response) else Said(code=CUT_OFF, message="the answer's body breaks off")
    return said_in(response.status_code, response.content, {name.lower(): value for name, value in response.headers.items()})


def _whole(response: httpx2.Response) -> bool:
    """Return whether the body is JSON to its end; only a write may be answered with nothing."""
    if not response.content:
        return response.request.method != "GET"
    try:
        msgspec.json.decode(response.content, type=msgspec.Raw)
    except msgspec.DecodeError:
        return False
    return True


def said_in(status: int, body: bytes, headers: dict[str, str]) -> Said:
    """Return what an error body says; header names are lower case, as those of a batch's items are not always."""
    error = _error_of(body)
    inner = _object(next((error[key] for key in error if key.lower() == "innererror"), None))
    return Said(
        status=status,
        code=str(error.get("code") or ""),
        message=str(error.get("message") or ""),
        request_id=str(headers.get("request-id") or inner.get("request-id") or ""),
        retry_after=retry_after(headers.get("retry-after")),
    )


def _error_of(body: bytes) -> dict[str, Any]:
    try:
        return _object(_object(msgspec.json.decode(body)).get("error"))
    except (msgspec.DecodeError, UnicodeDecodeError):
        return {}


def _object(value: object) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def unanswered(error: httpx2.RequestError) -> Said:
    """Return what to make of a request that got no whole answer."""
    import httpx2  # noqa: PLC0415 -- loaded by whoever made the request

    not_sent = isinstance(error, httpx2.ConnectError | httpx2.ConnectTimeout | httpx2.PoolTimeout)
    return Said(code=NOT_SENT if not_sent else type(error).__name__, message=str(error))


def failure(request: str, said: Said) -> GraphFailure:
    """Return the failure that `said` is."""
    if said.status == 403:
        return LicenceMissing(request, said) if said.code == NOT_PREMIUM else PermissionMissing(request, said)
    if said.status == 0 or said.status in THROTTLED | TRANSIENT:
        return TooMuch(request, said)
    return {401: TokenRefused, 404: NotThere}.get(said.status, GraphFailure)(request, said)
