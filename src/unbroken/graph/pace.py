"""Own pacing: no more requests than the service takes, per throttling scope, before it has to say so.

Limits: Microsoft Graph throttling page. Conditional Access takes one request a second from all applications of a tenant together and
says nothing about when to come back, so there it is pacing or nothing. Where the limit hangs on the size of the tenant, that of the
smallest is kept.
"""

from __future__ import annotations

import re
import threading
from collections import deque
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


class Pace:
    """Lets requests pass as fast as every scope allows; `factor` below 1 shortens the scopes' time, for emulators that run faster."""

    def __init__(self, clock: Clock, factor: float = 1.0) -> None:
        """Start with every bucket empty."""
        self._clock, self._factor, self._lock = clock, factor, threading.Lock()
        self._taken: dict[str, deque[tuple[float, int]]] = {}

    def pass_through(self, scope: Scope, cost: int = 1) -> float:
        """Wait until `cost` units are free in `scope`, take them, and return the seconds waited."""
        waited = 0.0
        while (pause := self._take(scope, min(cost, scope.units))) > 0:
            self._clock.wait(pause)
            waited += pause
        return waited

    def _take(self, scope: Scope, cost: int) -> float:
        """Take the units and return 0, or return the seconds until the oldest of them come free."""
        with self._lock:
            now, taken, span = self._clock.seconds(), self._taken.setdefault(scope.name, deque()), scope.seconds * self._factor
            while taken and taken[0][0] + span <= now:
                taken.popleft()
            if sum(units for _, units in taken) + cost <= scope.units:
                taken.append((now, cost))
                return 0.0
            return max(taken[0][0] + span - now, 0.001)
