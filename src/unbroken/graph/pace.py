"""Own pacing: no more requests than the service takes, per throttling scope, before it has to say so.

Limits: Microsoft Graph throttling page. Conditional Access takes one request a second from all applications of a tenant together and
says nothing about when to come back, so there it is pacing or nothing. Where the limit hangs on the size of the tenant, that of the
smallest is kept.
"""

from __future__ import annotations

import re
import threading
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from unbroken.graph.clock import Clock


@dataclass(frozen=True, slots=True)
class Scope:
    """A bucket: at most `units` in any `seconds`."""

    name: str
    units: int
    seconds: float


CONDITIONAL_ACCESS = Scope("conditional access", 1, 1.1)
REPORTS = Scope("reports and logs", 5, 10)
SIGN_IN_ACTIVITY = Scope("users with signInActivity", 10, 60)
SECURITY = Scope("security alerts", 150, 60)
SERVICE_HEALTH = Scope("service health", 240, 60)
DIRECTORY = Scope("directory", 3500, 10)
SCOPES = (CONDITIONAL_ACCESS, REPORTS, SIGN_IN_ACTIVITY, SECURITY, SERVICE_HEALTH, DIRECTORY)
_BY_PATH = (
    (re.compile(r"/identity/conditionalaccess/|/identityprotection/"), CONDITIONAL_ACCESS),
    (re.compile(r"/auditlogs/|/reports/|/users/[^/]+/authentication/"), REPORTS),
    (re.compile(r"/security/"), SECURITY),
    (re.compile(r"/admin/serviceannouncement/"), SERVICE_HEALTH),
)
_COSTS = (
    (re.compile(r"/transitivemembers|/getbyids"), 5),
    (re.compile(r"/checkmember"), 4),
    (re.compile(r"/groups/[^/]+/members|/subscribedskus"), 3),
    (re.compile(r"/users$|/memberof|/transitivememberof|/licensedetails|/applications$"), 2),
)
_SMALL_PAGE = re.compile(r"\$top=1?\d(?!\d)")


def scope_of(url: str) -> Scope:
    """Return the bucket a request is counted in."""
    path, query = _parts(url)
    if path.endswith("/users") and "signinactivity" in query:
        return SIGN_IN_ACTIVITY
    return next((scope for pattern, scope in _BY_PATH if pattern.search(f"{path}/")), DIRECTORY)


def cost_of(url: str) -> int:
    """Return the resource units a read costs in the directory's bucket, 1 everywhere else."""
    if scope_of(url) is not DIRECTORY:
        return 1
    path, query = _parts(url)
    cost = next((units for pattern, units in _COSTS if pattern.search(path)), 1)
    cost += ("$expand=" in query) - ("$select=" in query) - bool(_SMALL_PAGE.search(query))
    return max(1, cost)


def _parts(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return re.sub("/+", "/", parts.path).rstrip("/").lower(), unquote(parts.query).lower()


_SLACK = 1.01
"""Requests take unequally long to arrive: with none, every other burst would come a moment too early."""


class Pace:
    """Lets requests pass as fast as every scope allows; `factor` below 1 shortens the scopes' time, for emulators that run faster."""

    def __init__(self, clock: Clock, factor: float = 1.0) -> None:
        """Start with every bucket empty."""
        self._clock, self._factor, self._lock = clock, factor * _SLACK, threading.Lock()
        self._taken: dict[str, deque[tuple[float, int]]] = {}

    def reserve(self, scope: Scope, cost: int = 1) -> float:
        """Take the first place in `scope` where `cost` units are free, and return the seconds until then: first come, first served."""
        with self._lock:
            now, span = self._clock.seconds(), scope.seconds * self._factor
            taken, cost = self._taken.setdefault(scope.name, deque()), min(cost, scope.units)
            while taken and taken[0][0] + span <= now:
                taken.popleft()
            place = _first_place(taken, max(now, taken[-1][0] if taken else now), scope.units - cost, span)
            if place > now:  # it has been full: from now on one after the other, not all at once and then none
                place = max(place, taken[-1][0] + span * taken[-1][1] / scope.units)
            taken.append((place, cost))
            return place - now


def _first_place(taken: Iterable[tuple[float, int]], place: float, room: int, span: float) -> float:
    """Return the first moment from `place` on at which no more than `room` units were taken within `span` before it."""
    within = [(moment, units) for moment, units in taken if moment + span > place]
    used = sum(units for _, units in within)
    for moment, units in within:
        if used <= room:
            break
        used, place = used - units, max(place, moment + span)
    return place
