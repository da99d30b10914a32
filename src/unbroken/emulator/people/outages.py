"""Outages of the MFA service that somebody asked for, and what service health says of them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.emulator.sample.rows import iso

_NOTICED_SECONDS = 1200
"""How long the service takes to say that something is wrong."""
ISSUES = "serviceIssues"


@dataclass(frozen=True, slots=True)
class Outage:
    """MFA fails for a share of the requests between two moments (seconds since 1970)."""

    begins: float
    ends: float
    share: float = 1.0


def share_out(outages: Iterable[Outage], at: float) -> float:
    """Return the share of MFA requests that fail at a moment."""
    return max((outage.share for outage in outages if outage.begins <= at < outage.ends), default=0.0)


def announce(world: World, outages: Iterable[Outage], now: float) -> None:
    """Let service health speak of the outages that have been noticed by now."""
    for outage in outages:
        key = f"MO{int(outage.begins) % 1_000_000:06}"
        over = outage.ends <= now
        kept = world.of(ISSUES).get(key)
        if outage.begins + _NOTICED_SECONDS <= now and (kept is None or kept["isResolved"] != over):
            world.put(ISSUES, key, _issue(key, outage, over=over))


def _issue(key: str, outage: Outage, *, over: bool) -> Wire:
    return {
        "id": key,
        "title": "Some users cannot complete multifactor authentication",
        "service": "Microsoft Entra",
        "feature": "Multifactor authentication",
        "featureGroup": "Authentication",
        "classification": "incident",
        "status": "serviceRestored" if over else "serviceInterruption",
        "impactDescription": "Users may be unable to sign in where multifactor authentication is required.",
        "isResolved": over,
        "startDateTime": iso(int(outage.begins)),
        "endDateTime": iso(int(outage.ends)) if over else None,
        "lastModifiedDateTime": iso(int(outage.ends if over else outage.begins + _NOTICED_SECONDS)),
        "highImpact": True,
        "origin": "microsoft",
        "details": [],
        "posts": [],
    }
