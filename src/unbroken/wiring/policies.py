"""Proposed policies over those of a tenant, and what people call its objects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from unbroken.errors import UnbrokenError

if TYPE_CHECKING:
    from unbroken.entra.policy import ConditionalAccessPolicy
    from unbroken.entra.snapshot import Snapshot

AMBIGUOUS = "give the proposed policy the id of the policy it replaces"
Progress = Callable[[str, int, int], None]
"""What is being done, how far it is, and how far it goes (0 when that is not known)."""


def laid_over(snapshot: Snapshot, proposed: Sequence[Path]) -> tuple[tuple[ConditionalAccessPolicy, ...], Snapshot]:
    """Return the policies as they would be, and the snapshot with what the proposal brings along."""
    if not proposed:
        return snapshot.policies.records, snapshot
    from unbroken.evaluate.proposal import AmbiguousName, lay_over
    from unbroken.sources.tenant import read_proposal

    policies, snapshot = read_proposal(proposed, snapshot)
    try:
        return lay_over(snapshot.policies.records, policies)[0], snapshot
    except AmbiguousName as error:
        raise UnbrokenError(str(error), remedy=AMBIGUOUS) from error


def time_zone_of(snapshot: Snapshot) -> str:
    """Return the zone for dates and charts: the operator's, else UTC."""
    return snapshot.facts.time_zone or "UTC"


def names_by_id(snapshot: Snapshot) -> dict[str, str]:
    """Return what people call users and applications, by id."""
    apps = {each.app_id.lower(): each.display_name for each in snapshot.service_principals.records if each.display_name}
    return apps | {user.id: user.user_principal_name for user in snapshot.users.records if user.user_principal_name}


def telling(progress: Progress | None, what: str) -> Callable[[str], None]:
    """Return what is called with the name of the next thing, and tells of it after `what`."""
    return lambda name: progress(f"{what} {name}", 0, 0) if progress else None
