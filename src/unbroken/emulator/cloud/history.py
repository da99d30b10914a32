"""What the service was told, and when: the last changes of members and of policies, and the creation of objects.

From it follows what a reader, or a sign-in, knows at some moment. All of it is values: `World` keeps them beside its records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from unbroken.emulator.cloud.folder import MEMBERS
from unbroken.emulator.cloud.lag import MEMBERSHIP, POLICY, Lag
from unbroken.emulator.cloud.message import Wire

POLICIES, DEFAULTS = "conditionalAccessPolicies", "identitySecurityDefaultsEnforcementPolicy"
BIRTHS, CHANGES, VERSIONS = "births", "memberChanges", "policyVersions"
"""Collections of what happened lately, by id: `{"at"}` of new objects, changes of members, versions of policies and security defaults."""
_BORN = frozenset({"users", "groups", POLICIES, "namedLocations"})
Late = Callable[[Wire], float]
"""From a change to how many seconds it takes to be seen."""


def with_changes(kept: Iterable[Wire], before: list[str], after: list[str], now: float, longest: float) -> list[Wire]:
    """Return the changes of a member list, `{"member", "added", "at"}`, with those between two lists; what everybody knows is left out."""
    found = [change for change in kept if change["at"] + longest > now]
    old, new = set(before), set(after)
    found += [{"member": member, "added": False, "at": now} for member in before if member not in new]
    return found + [{"member": member, "added": True, "at": now} for member in after if member not in old]


def members_then(current: list[str], changes: Iterable[Wire], now: float, late: Late) -> list[str]:
    """Return a member list as it is seen: of each member the newest change that is seen counts, else what was before the first."""
    seen: dict[str, bool] = {}
    for change in changes:
        if change["at"] + late(change) <= now:
            seen[change["member"]] = change["added"]
        else:
            seen.setdefault(change["member"], not change["added"])
    there = set(current)
    return [member for member in current if seen.get(member, True)] + [
        member for member, added in seen.items() if added and member not in there
    ]


def with_version(kept: Wire | None, before: Wire | None, after: Wire | None, now: float, late: Late) -> Wire:
    """Return the versions of a record, `{"base", "versions": [{"at", "record"}]}`, with a new one; None is a record that is not there."""
    found = _trimmed(kept or {"base": before, "versions": []}, now, late)
    return {"base": found["base"], "versions": [*found["versions"], {"at": now, "record": after}]}


def version_then(kept: Wire, now: float, late: Late) -> Wire | None:
    """Return the newest version that is seen, None when the record is not there for the one who looks."""
    found: Wire | None = _trimmed(kept, now, late)["base"]
    return found


def _trimmed(kept: Wire, now: float, late: Late) -> Wire:
    """Return the versions from the newest that is seen on: it is the base of those that are not."""
    versions = kept["versions"]
    seen = max((number for number, version in enumerate(versions) if version["at"] + late(version) <= now), default=None)
    return kept if seen is None else {"base": versions[seen]["record"], "versions": versions[seen + 1 :]}


def next_moment(times: Iterable[float], now: float) -> float:
    """Return the first of `times` after `now`, for ever when there is none."""
    return min((time for time in times if time > now), default=float("inf"))


@dataclass(frozen=True, slots=True)
class Told:
    """One change that the service was told of."""

    collection: str
    key: str
    before: Wire | None
    after: Wire | None
    at: float

    def places(self) -> Iterator[str]:
        """Yield the collections that remember a change of this kind."""
        if self.collection in _BORN and self.before is None:
            yield BIRTHS
        if self.collection == POLICIES or self.key == DEFAULTS:
            yield VERSIONS
        if self.collection == MEMBERS:
            yield CHANGES

    def kept(self, place: str, known: Wire | None, lag: Lag) -> Wire:
        """Return what a collection remembers after the change; `known` is what it remembered before."""
        if place == BIRTHS:
            return {"at": self.at}
        if place == VERSIONS:
            return with_version(known, self.before, self.after, self.at, lambda version: lag.seconds(POLICY, self.key, version["at"]))
        old, new = ((record or {"members": []})["members"] for record in (self.before, self.after))
        return {"changes": with_changes((known or {"changes": []})["changes"], old, new, self.at, lag.longest(MEMBERSHIP))}
