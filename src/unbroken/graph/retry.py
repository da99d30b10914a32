"""Whether to send a request again, and when: by what kind of call it is and what came back. Nothing here waits."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import Enum

from unbroken.graph.failures import Said


class Repeat(Enum):
    """What may happen when a request is carried out twice."""

    FREELY = "reads, and writes that leave the same behind however often they are done"
    IF_REFUSED = "writes that would do it twice: sent again only when it is certain that they were not carried out"
    NEVER = "sendMail and Temporary Access Pass: not even then"


THROTTLED = frozenset({429})
TRANSIENT = frozenset({408, 423, 500, 502, 503, 504, 509})
"""Statuses after which a read is worth another try; what became of a write is not known."""
NOT_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
"""Also seen now and then in tenants that have the licence: two more tries before it is believed."""
NOT_SENT = "NotSent"
"""Our own code: the connection could not be made, so the request never left."""
_LONGEST_SECONDS = 60.0
_PATIENCE_SECONDS = 600.0
"""A Retry-After longer than this is an error for a person to read, not something to sit out."""


@dataclass(frozen=True, slots=True)
class Budget:
    """How often a request is tried in all."""

    tries: int = 8
    premium_tries: int = 3


def pause(said: Said, repeat: Repeat, tries: int, budget: Budget, share: float) -> float | None:
    """Return the seconds until the next try, None when there is none.

    `tries` counts those made, `share` is a random number from 0 to 1 that spreads clients which were refused together.
    `said.status` 0 is a request without an answer.
    """
    if repeat is Repeat.NEVER or tries >= (budget.premium_tries if said.code == NOT_PREMIUM else budget.tries):
        return None
    refused = said.status in THROTTLED or said.code == NOT_SENT
    if not (refused or (repeat is Repeat.FREELY and _transient(said))):
        return None
    if said.retry_after is not None:
        return said.retry_after + share if said.retry_after <= _PATIENCE_SECONDS else None
    return min(_LONGEST_SECONDS, 2.0 ** (tries - 1)) * (0.5 + share / 2)


def _transient(said: Said) -> bool:
    return said.status == 0 or said.status in TRANSIENT or said.code == NOT_PREMIUM


def retry_after(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds of a Retry-After header: a number, broken ones included, or a date; None when it says nothing readable."""
    if not value:
        return None
    try:
        seconds = float(value)
    except ValueError:
        return _until(value, now or datetime.now(UTC))
    return seconds if 0 <= seconds < float("inf") else None


def _until(value: str, now: datetime) -> float | None:
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (moment - now).total_seconds())
