"""The dates on which Microsoft changes the ground under a rollout, as far as an answer of ours depends on them.

Each was read in November 2026; whether a switch happened on its date could not be checked. Dates are UTC days.
"""

from __future__ import annotations

from datetime import date

BASIC_AUTHENTICATION_END = date(2022, 10, 1)
"""Exchange Online stops basic authentication for every protocol but SMTP AUTH (entra-docs, block-legacy-authentication.md)."""
ACTIVE_SYNC_MINIMUM = date(2026, 3, 1)
"""Exchange Online refuses Exchange ActiveSync older than 16.1 (Exchange team, December 2025)."""
EWS_OFF_BY_DEFAULT = date(2026, 10, 1)
"""Exchange Web Services are off unless the tenant keeps an allow list (Exchange team)."""
SMTP_AUTH_OFF_BY_DEFAULT = date(2026, 12, 31)
"""Basic SMTP AUTH is off by default in existing tenants; an administrator may switch it on again (MC786329, January 2026)."""
EWS_END = date(2027, 4, 1)
"""Exchange Web Services are removed from Exchange Online (Exchange team)."""


def when(day: date, today: date, *, past: str, coming: str) -> str:
    """Return `past` or `coming` with its `{day}` filled in, depending on whether `day` has come by `today`."""
    return (past if day <= today else coming).format(day=day.isoformat())
