"""How far the rows of the logs have come at this moment: not there yet, there in a first version, or as they stay.

All of it follows from a row's id, its time and the time now. What happened before the tenant was first emulated is settled.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from unbroken.emulator.cloud.grammar import moment
from unbroken.emulator.cloud.lag import LOG, SETTLING, Lag
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World

_PRIMARY, _SATISFIED = "Primary authentication", "MFA requirement satisfied by claim in the token"


@dataclass(frozen=True, slots=True)
class Freshness:
    """What can be read of the logs at one moment."""

    lag: Lag
    now: float
    settled_before: str
    """Rows of before this moment (as `moment` writes it) are as they stay."""

    def row(self, created: str, record: Wire) -> Wire | None:
        """Return a sign-in as the log has it, None when it has not got it yet; `created` is as `moment` writes it."""
        if created < self.settled_before:
            return record
        since = self._since(created, record["id"])
        if since < 0:
            return None
        return record if since >= self.lag.seconds(SETTLING, record["id"]) else first_version(record)

    def entries(self, records: Iterable[Wire]) -> list[Wire]:
        """Return the entries of the directory audit log that can be read; they come as they stay."""
        return [record for record in records if self._has(moment(record["activityDateTime"]), record["id"])]

    def _has(self, created: str, key: str) -> bool:
        return created < self.settled_before or self._since(created, key) >= 0

    def _since(self, created: str, key: str) -> float:
        """Return how many seconds ago the row came, less than 0 when it is still to come."""
        happened = datetime.fromisoformat(created).replace(tzinfo=UTC).timestamp()
        return self.now - happened - self.lag.seconds(LOG, key)


def freshness(world: World) -> Freshness:
    """Return what can be read of the logs of a tenant now."""
    now, lag = world.clock(), world.lag
    if not lag.scale:
        return Freshness(lag, now, "9999")
    settled = max(world.opened, now - lag.longest(LOG) - lag.longest(SETTLING))
    return Freshness(lag, now, moment(datetime.fromtimestamp(settled, UTC).isoformat()))


def first_version(record: Wire) -> Wire:
    """Return a sign-in as it is first written.

    The primary authentication is missing, and a second factor just given is said to be a claim in the token (entra-docs,
    howto-mfa-reporting.md). When the results of Conditional Access come is not documented; here they come with the last version.
    """
    steps = [step for step in record.get("authenticationDetails") or () if step.get("authenticationStepRequirement") != _PRIMARY]
    wrong = {"authenticationMethod": "Previously satisfied", "authenticationMethodDetail": None}
    found = {"appliedConditionalAccessPolicies": [], "conditionalAccessStatus": "notApplied"}
    if "authenticationDetails" in record:
        found["authenticationDetails"] = [
            step | wrong | {"authenticationStepResultDetail": _SATISFIED} if step.get("succeeded") else step for step in steps
        ]
    return record | found
