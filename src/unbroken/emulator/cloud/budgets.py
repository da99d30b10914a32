"""How much the service answers in a time, with the real limits: one bucket for each kind of call, 429 when it is empty.

Source: Microsoft Graph service-specific throttling limits.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.emulator.cloud.message import Call, Refusal
from unbroken.emulator.cloud.user_reads import asks_for_activity
from unbroken.emulator.cloud.world import World

GLOBAL_APP = "*"


@dataclass(frozen=True, slots=True)
class Budget:
    """So many units in so many seconds."""

    name: str
    units: int
    seconds: float
    per_app: bool = True
    """Of each app; else of all apps together."""
    tells_when: bool = True
    """Whether a 429 says `Retry-After`."""


POLICIES = Budget("IdentityProtection", 1, 1.0, per_app=False, tells_when=False)
REPORTS = Budget("Reports", 5, 10.0)
ACTIVITY = Budget("SignInActivity", 10, 60.0)
WRITES = Budget("DirectoryWrite", 3000, 150.0)
MAIL = Budget("Mail", 30, 60.0)
ALERTS = Budget("Security", 150, 60.0)
HEALTH = Budget("ServiceAnnouncement", 240, 60.0)
READ_UNITS = {"S": 3500, "M": 5000, "L": 8000}
"""Resource units in ten seconds of a tenant with fewer than 50, up to 500, and more users."""
_SMALL, _MIDDLE = 50, 500
_COSTS = {
    "GET /users": 2,
    "GET /groups/{id}/members": 3,
    "GET /groups/{id}/transitiveMembers": 5,
    "GET /users/{id}/memberOf": 2,
    "GET /users/{id}/transitiveMemberOf": 2,
    "GET /subscribedSkus": 3,
    "GET /applications": 2,
    "POST /directoryObjects/getByIds": 5,
    "POST /users/{id}/checkMemberGroups": 4,
    "POST /users/{id}/getMemberGroups": 2,
}
_FEW = 20
_PREFIXES = {
    "/identity/conditionalAccess/authenticationStrength": None,
    "/identity/conditionalAccess": POLICIES,
    "/identityProtection": POLICIES,
    "/auditLogs": REPORTS,
    "/reports": REPORTS,
    "/users/{id}/authentication": REPORTS,
    "/users/{id}/sendMail": MAIL,
    "/security": ALERTS,
    "/admin": HEALTH,
}


def cost(call: Call, key: str) -> int:
    """Return the resource units of a read of the directory."""
    units = _COSTS.get(key, 1)
    units -= 1 if call.option("select") else 0
    units += 1 if call.option("expand") else 0
    top = call.option("top") or ""
    units -= 1 if top.isdigit() and int(top) < _FEW else 0
    return max(1, units)


def budget_of(call: Call, key: str, users: int) -> Budget:
    """Return the bucket that a call is counted in."""
    path = key.partition(" ")[2]
    found = next((budget for prefix, budget in _PREFIXES.items() if path.startswith(prefix)), None)
    if found:
        return found
    if call.method != "GET" and key not in _COSTS:
        return WRITES
    if path.startswith("/users") and asks_for_activity(call):
        return ACTIVITY
    size = "S" if users < _SMALL else "M" if users <= _MIDDLE else "L"
    return Budget("DirectoryRead", READ_UNITS[size], 10.0)


@dataclass(slots=True)
class Buckets:
    """Counts calls in fixed windows that begin with the first call."""

    world: World
    accelerate: float = 1.0
    """Windows are this many times shorter."""
    _open: dict[tuple[str, str], tuple[float, int]] = field(default_factory=dict)

    def spend(self, call: Call, key: str) -> dict[str, str]:
        """Count a call and return the headers that say what it cost.

        Raises:
            Refusal: 429, the bucket is empty.
        """
        budget = budget_of(call, key, len(self.world.of("users")))
        units = cost(call, key) if budget.name == "DirectoryRead" else 1
        used, ends = self._count(budget, call.caller.app_id, units)
        if used > budget.units:
            raise _too_many(budget, call, self.world.tenant_id, ends - self.world.real_time())
        headers = {"x-ms-resource-unit": str(units)}
        share = used / budget.units
        return headers | ({"x-ms-throttle-limit-percentage": f"{share:.1f}"} if share >= 0.8 else {})

    def _count(self, budget: Budget, app: str, units: int) -> tuple[int, float]:
        """Return the units used in the window, with these, and when it ends; what is refused is not counted."""
        place, now = (budget.name, app if budget.per_app else GLOBAL_APP), self.world.real_time()
        length = budget.seconds / self.accelerate
        began, used = self._open.get(place, (now, 0))
        if now - began >= length:
            began, used = now, 0
        if used + units <= budget.units:
            self._open[place] = (began, used + units)
        return used + units, began + length


def _too_many(budget: Budget, call: Call, tenant: str, wait: float) -> Refusal:
    side = "Read" if call.method == "GET" else "Write"
    if not budget.tells_when:
        return Refusal(429, "TooManyRequests", "Too many requests.")
    headers = {
        "Retry-After": f"{max(wait, 0.001):.3f}" if budget is REPORTS else str(max(1, round(wait + 0.5))),
        "x-ms-throttle-scope": f"Tenant_Application/{side}/{call.caller.app_id}/{tenant}",
        "x-ms-throttle-information": "ResourceUnitLimitExceeded" if budget.name == "DirectoryRead" else "CPULimitExceeded",
    }
    return Refusal(429, "TooManyRequests", "Please retry again later.", headers=headers)
