"""The emulated tenant's own reading of its directory: who is in which group, which address is where. Shares no code with `evaluate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

Record = Mapping[str, Any]


@cache
def in_range(address: str, cidr: str) -> bool:
    """Return whether `address` lies in `cidr`; an address of the other family does not."""
    ip, network = ip_address(address), ip_network(cidr)
    return ip.version == network.version and ip in network


class Tenant:
    """Groups, roles, named locations and authentication strengths of one tenant, from the records Graph returns."""

    def __init__(self, collections: Mapping[str, Sequence[Record]]) -> None:
        """Take `groups`, `directoryRoles`, `namedLocations` and `authenticationStrengthPolicies`; a missing one is empty."""
        self._parents: dict[str, list[str]] = {}
        for group in collections.get("groups", ()):
            for member in group["members"]:
                self._parents.setdefault(member["id"], []).append(group["id"])
        self._roles: dict[str, list[str]] = {}
        for role in collections.get("directoryRoles", ()):
            for member in role["members"]:
                self._roles.setdefault(member["id"], []).append(role["roleTemplateId"])
        self._locations = {record["id"]: record for record in collections.get("namedLocations", ())}
        self._strengths = {record["id"]: record for record in collections.get("authenticationStrengthPolicies", ())}

    def groups_of(self, member: str) -> frozenset[str]:
        """Return every group `member` is in, directly or through other groups; a cycle of groups ends the walk.

        Source: entra-docs, concept-conditional-access-users-groups.md (nested membership counts).
        """
        found: set[str] = set()
        waiting = [member]
        while waiting:
            for parent in self._parents.get(waiting.pop(), ()):
                if parent not in found:
                    found.add(parent)
                    waiting.append(parent)
        return frozenset(found)

    def roles_of(self, user: str) -> frozenset[str]:
        """Return the template ids of the roles that are active for `user`, its own and those of a group it is in."""
        holders = (user, *self.groups_of(user))
        return frozenset(role for holder in holders for role in self._roles.get(holder, ()))

    def trusted_locations(self) -> list[str]:
        """Return the ids of the locations marked as trusted; countries cannot be."""
        return [key for key, record in self._locations.items() if record.get("isTrusted")]

    def is_at(self, location: str, address: str, country: str) -> bool:
        """Return whether a sign-in from `address` in `country` (`""`: unknown) is at the named location; a deleted one is nowhere."""
        record = self._locations.get(location)
        if record is None:
            return False
        if "countriesAndRegions" in record:
            return country in record["countriesAndRegions"] if country else bool(record.get("includeUnknownCountriesAndRegions"))
        return any(in_range(address, entry["cidrAddress"]) for entry in record.get("ipRanges", ()))

    def locations_of(self, address: str, country: str) -> tuple[str, ...]:
        """Return the ids of the named locations that `address` in `country` is at."""
        return tuple(key for key in self._locations if self.is_at(key, address, country))

    def combinations(self, strength: str) -> frozenset[str]:
        """Return the combinations of methods that satisfy an authentication strength."""
        return frozenset(self._strengths[strength]["allowedCombinations"]) if strength in self._strengths else frozenset()
