"""How a sign-in ended, and what was behind it when it failed."""

from __future__ import annotations

from typing import NamedTuple

from unbroken.emulator.sample.records import App, Session
from unbroken.emulator.sample.wording import MODERN_CLIENTS

ASKS_FOR_MFA = frozenset({50074, 50076})
ASKS_TO_REGISTER = frozenset({50072, 50079})
SERVICE_FAILED = 50087
"""Of the codes of entra-docs' reference-error-codes.md the one for strong authentication that fails by itself. What the service logs when
MFA is out altogether is not published."""
_BY_ERROR = {
    50053: "PWD-01",
    50057: "PWD-01",
    50126: "PWD-01",
    53000: "DEV-02",
    53001: "DEV-02",
    53002: "DEV-02",
    53003: "POL-01",
    53004: "SEC-04",
    53009: "DEV-02",
    53010: "REG-03",
    530035: "POL-01",
    SERVICE_FAILED: "OUT-01",
}


class Ended(NamedTuple):
    """The end of a sign-in."""

    error: int
    """Of the last row; 0: access."""
    at: int
    cause: str = ""
    """A leaf of the triage tree: what is really wrong."""
    registered: bool = False
    """A method was registered on the way."""


def failed(error: int, at: int, session: Session, app: App) -> Ended:
    """Return a failure with the cause that its error code and the client tell."""
    if app.client not in MODERN_CLIENTS and error not in {50126, 50053, 50057}:
        return Ended(error, at, "LEG-01")
    by_kind = {"service": "AUT-01", "sync": "AUT-01", "teams-room": "DEV-01", "partner": "GST-03"}.get(session.account.kind)
    asked = error in ASKS_FOR_MFA | ASKS_TO_REGISTER
    return Ended(error, at, by_kind if asked and by_kind else _BY_ERROR.get(error, "REG-01" if asked else "UNK-01"))
