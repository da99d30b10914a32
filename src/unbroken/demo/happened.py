"""What the sign-in log says of the policy once it is on: how far each account came with it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from unbroken.demo.story import LEVELS, Met, SwitchedOn, Verdict

Row = dict[str, Any]
_REGISTER, _PROMPT = frozenset({50072, 50079}), frozenset({50074, 50076, 500121})
"""Error codes of an interrupted sign-in: a method is to be registered; MFA is to be done, or was not."""


@dataclass(slots=True)
class Happened:
    """Reads rows in the order of time."""

    policy: str
    """Id of the policy that was switched on."""
    met: dict[str, Met] = field(default_factory=dict)
    refusals: int = 0
    _shut: set[tuple[str, str]] = field(default_factory=set)
    """(user, client) whose latest sign-in under the policy failed."""

    def read(self, row: Row) -> None:
        """Take one row of the log; one that the policy does not apply to, or that another one stops as well, says nothing of it."""
        results = {each["id"]: each["result"] for each in row.get("appliedConditionalAccessPolicies") or ()}
        result = results.pop(self.policy, "")
        if result not in {"success", "failure"} or "failure" in results.values():
            return
        user, error = row["userId"], row["status"]["errorCode"]
        level = _level(result, error)
        known = self.met.get(user)
        if known is None or LEVELS.index(level) > LEVELS.index(known.level):
            self.met[user] = Met(user=user, name=row["userPrincipalName"], level=level)
        self.refusals += error != 0
        (self._shut.discard if error == 0 else self._shut.add)((user, row["clientAppUsed"]))

    def outcome(self, registered: Iterable[str], calls: int) -> SwitchedOn:
        """Return the sum; `registered` are the ids of those who registered a method since."""
        forced = {each.user for each in self.met.values() if each.level in LEVELS[2:]} & set(registered)
        return SwitchedOn(locked_out=len({user for user, _ in self._shut}), forced_registrations=len(forced), helpdesk_calls=calls)

    def against(self, foretold: dict[str, Met]) -> Verdict:
        """Return what was foretold against what happened, for everybody who signed in under the policy."""
        table: dict[tuple[str, str], int] = {}
        worse, unseen = [], []
        for each in sorted(self.met.values(), key=lambda met: met.name):
            before = foretold.get(each.user)
            if before is None:
                unseen.append((each.name, each.level))
                continue
            table[before.level, each.level] = table.get((before.level, each.level), 0) + 1
            if LEVELS.index(each.level) > LEVELS.index(before.level):
                worse.append((each.name, before.level, each.level))
        return Verdict(table=table, worse=tuple(worse), unseen=tuple(unseen))


def _level(result: str, error: int) -> str:
    """Return how far it came; who is let through at once has noticed nothing."""
    if error in _REGISTER:
        return "register"
    if error in _PROMPT:
        return "prompted"
    return "stopped" if result == "failure" else "nothing"
