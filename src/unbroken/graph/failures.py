"""What can go wrong with a call to Graph: each failure says which request, what Graph said, and what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.errors import UnbrokenError
from unbroken.graph.redaction import redacted


@dataclass(frozen=True, slots=True)
class Said:
    """What Graph answered to a request that failed; `status` is 0 when there was no answer at all."""

    status: int = 0
    code: str = ""
    message: str = ""
    request_id: str = ""
    retry_after: float | None = None
    """Seconds to wait before the next try, when Graph says so."""

    def __str__(self) -> str:
        """Return it in a few words, without secrets."""
        words = " ".join(f"{self.status or 'no answer'} {self.code} {self.message}".split())[:300]
        return redacted(f"{words} (request-id {self.request_id})" if self.request_id else words)


class Stopped(UnbrokenError):
    """A request that was not sent because everything was told to stop."""


class GraphFailure(UnbrokenError):
    """A request that Graph refused or never answered; `said` has its words."""

    remedy = "run the command again; with --trace FILE it writes down every request"

    def __init__(self, request: str, said: Said, *, remedy: str | None = None) -> None:
        """Name the `request` (method and address) and what was said."""
        super().__init__(f"{redacted(request)}: {said}", remedy=remedy)
        self.said = said


class SignInRefused(UnbrokenError):
    """No token could be had."""


class TokenRefused(GraphFailure):
    """Graph does not accept the token, a new one included (401)."""

    remedy = "sign in again, and check --tenant-id and --cloud"


class PermissionMissing(GraphFailure):
    """The token lacks a permission, or the person a role (403)."""

    remedy = "unbroken connect says which permission is missing"


class LicenceMissing(GraphFailure):
    """The tenant has no licence for this (403 `Authentication_RequestFromNonPremiumTenantOrB2CTenant`)."""

    remedy = "this needs Microsoft Entra ID P1 or P2"


class NotThere(GraphFailure):
    """No such object or endpoint (404)."""


class PageTokenExpired(GraphFailure):
    """The address of the next page no longer works: the listing must start again."""


class TooMuch(GraphFailure):
    """Throttled or timed out more often than it is worth trying: a smaller request may pass."""


class Unreadable(GraphFailure):
    """An answer that is not what Graph answers: cut off, no JSON, no page."""


class Uncertain(GraphFailure):
    """A write whose answer was lost: whether it was carried out is not known until it is read back."""

    remedy = "read the object back before anything else is written"
