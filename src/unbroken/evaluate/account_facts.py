"""What the guesses about accounts draw on: the directory, the policies' exclusions and the log, indexed by user."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cached_property

from unbroken.entra.directory import Registration, User
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import PolicyState

GROUP = "group:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What the log says of one user, over its whole span."""

    sign_ins: int = 0
    interactive: int = 0
    clients: frozenset[str] = frozenset()
    """`clientAppUsed`, verbatim."""
    apps: int = 0
    """Distinct client applications."""
    addresses: int = 0
    """Distinct IP addresses."""
    devices: int = 0
    """Distinct device ids."""
    last_seen_us: int = 0
    """Microseconds since 1970 UTC; 0 when never."""
    resources: frozenset[str] = frozenset()
    """Display names of resources and client applications."""
    protocols: frozenset[str] = frozenset()
    """`authenticationProtocol`, verbatim."""
    cross_tenant: frozenset[str] = frozenset()
    """`crossTenantAccessType`, verbatim."""
    shared_devices: int = 0
    """Device ids on which other users signed in too."""
    hours_of_day: int = 0
    """Distinct hours of the day (0 to 24) with sign-ins; 0 where it was not counted."""
    user_principal_name: str = ""
    """As the log names the user; needed for those without an object in the directory."""


class AccountFacts:
    """One tenant and its log, ready to be asked about one user after the other."""

    def __init__(self, snapshot: Snapshot, usage: Mapping[str, Usage], today: date | None) -> None:
        """Index `snapshot` and `usage` (by user id). Without `today` the newest sign-in of the log stands for it."""
        self.snapshot = snapshot
        self.usage = usage
        newest = max((use.last_seen_us for use in usage.values()), default=0)
        self.today = today or day_of(newest)
        self.log_is_there = bool(usage)
        self.log_shows_interactive = any(use.interactive for use in usage.values())
        self.activity_was_read = any(user.last_successful_sign_in for user in snapshot.users.records)

    @cached_property
    def registrations(self) -> dict[str, Registration]:
        """Return the registration details by user id."""
        return {each.user_id: each for each in self.snapshot.registrations.records}

    @cached_property
    def policies(self) -> list[ConditionalAccessPolicy]:
        """Return the policies for users that are on or in report-only."""
        return [each for each in self.snapshot.policies.records if each.state is not PolicyState.DISABLED and each.users[0]]

    @cached_property
    def _parents(self) -> dict[str, list[str]]:
        parents: dict[str, list[str]] = defaultdict(list)
        for group in self.snapshot.groups.records:
            for member in group.members or ():
                parents[member].append(group.id)
        return parents

    def _groups_of(self, user_id: str) -> set[str]:
        """Return the groups known to hold the user, nested ones included; a group whose members were not read holds nobody here."""
        found: set[str] = set()
        stack = list(self._parents.get(user_id, ()))
        while stack:
            group_id = stack.pop()
            if group_id not in found:
                found.add(group_id)
                stack.extend(self._parents.get(group_id, ()))
        return found

    @cached_property
    def _break_glass_groups(self) -> frozenset[str]:
        named = {entry.removeprefix(GROUP).strip().casefold() for entry in self.snapshot.facts.break_glass if entry.startswith(GROUP)}
        return frozenset(group.id for group in self.snapshot.groups.records if {group.id.casefold(), group.display_name.casefold()} & named)

    @cached_property
    def _break_glass_users(self) -> frozenset[str]:
        return frozenset(entry.strip().casefold() for entry in self.snapshot.facts.break_glass if not entry.startswith(GROUP))

    @cached_property
    def _holders(self) -> dict[str, frozenset[str]]:
        return {role.template_id: frozenset(role.members or ()) for role in self.snapshot.roles.records}

    def declared_break_glass(self, user: User) -> str:
        """Return how `unbroken.toml` names the user as a break-glass account, empty when it does not."""
        if {user.id.casefold(), user.user_principal_name.casefold()} & self._break_glass_users:
            return "named in break_glass of unbroken.toml"
        groups = self._groups_of(user.id) & self._break_glass_groups
        return "member of a break_glass group of unbroken.toml" if groups else ""

    def holds(self, user_id: str, *template_ids: str) -> bool:
        """Return whether the user is known to hold one of the roles, directly or through a group."""
        holding = {user_id} | self._groups_of(user_id)
        return any(holding & self._holders.get(template_id, frozenset()) for template_id in template_ids)

    def exclusions(self, user_id: str) -> int:
        """Return how many of `policies` exclude the user by id, by a group or by an active role."""
        groups = self._groups_of(user_id)
        excluded = [policy.users[1] for policy in self.policies]
        return sum(user_id in each.users or bool(groups & each.groups) or self.holds(user_id, *each.roles) for each in excluded)

    def methods(self, user_id: str) -> frozenset[str] | None:
        """Return the registered methods, None when they were not read."""
        registration = self.registrations.get(user_id)
        if registration and registration.methods is None and registration.is_mfa_registered is False:
            return frozenset()
        return registration.methods if registration else None

    def last_sign_in(self, user: User) -> date | None:
        """Return the day of the last sign-in that the directory or the log knows of."""
        use = self.usage.get(user.id)
        days = [parsed_day(user.last_successful_sign_in), day_of(use.last_seen_us) if use else None]
        return max((day for day in days if day), default=None)


def name_words(user: User) -> frozenset[str]:
    """Return the words of the user's names, lower-cased, without figures: `svc-erp01` is svc and erp."""
    local = user.user_principal_name.partition("@")[0]
    return frozenset(re.findall(r"[^\W\d_]+", f"{local} {user.display_name}".lower()))


def parsed_day(text: str) -> date | None:
    """Return the day of an ISO date or time; None for an empty or broken one and for Graph's year 1, which means never."""
    try:
        day = date.fromisoformat(text[:10])
    except ValueError:
        return None
    return day if day.year > 1 else None


def day_of(microseconds: int) -> date | None:
    """Return the UTC day of microseconds since 1970, None for 0."""
    return datetime.fromtimestamp(microseconds // 1_000_000, tz=UTC).date() if microseconds else None
