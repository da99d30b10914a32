"""A policy as it would be after an edit or two, and what was edited."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Target, UserScope
from unbroken.entra.vocabulary import Control
from unbroken.prove.proof import Edit

ALL = "All"
"""The edit that makes a list of users, applications or locations all of them."""


@dataclass(frozen=True, slots=True)
class Change:
    """One policy changed; without edits it is as it was."""

    policy: ConditionalAccessPolicy
    edits: tuple[Edit, ...] = ()

    def edited(self, field: str, text: str, policy: ConditionalAccessPolicy) -> Change:
        """Return this change with one more edit, after which it is `policy`; `field` is a path as Graph spells it."""
        edit = Edit(policy_id=self.policy.id, policy=self.policy.display_name, field=field, text=text)
        return Change(policy, (*self.edits, edit))

    def assigned(self, field: str, text: str, users: tuple[UserScope, UserScope]) -> Change:
        """Return this change with one more edit of the user assignment."""
        return self.edited(f"conditions.users.{field}", text, replace(self.policy, users=users))

    def aimed(self, field: str, text: str, target: Target) -> Change:
        """Return this change with one more edit of the target resources."""
        return self.edited(f"conditions.applications.{field}", text, replace(self.policy, target=target))

    def under(self, field: str, text: str, conditions: Conditions) -> Change:
        """Return this change with one more edit of the other conditions."""
        return self.edited(f"conditions.{field}", text, replace(self.policy, conditions=conditions))


def blocks(policy: ConditionalAccessPolicy) -> bool:
    """Return whether a policy blocks."""
    return Control.BLOCK in policy.grant.controls


def listed(names: Iterable[str]) -> str:
    """Return names in a fixed order, separated by commas."""
    return ", ".join(sorted(names))


@dataclass(frozen=True, slots=True)
class Candidate:
    """Changes to be made together, and users whose per-user MFA would be disabled."""

    changes: tuple[Change, ...]
    per_user_mfa: frozenset[str] = frozenset()
    said: tuple[Edit, ...] = ()
    """The edits in words, where they are not those of the changes."""

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Return all edits."""
        return self.said or tuple(edit for change in self.changes for edit in change.edits)

    @property
    def policies(self) -> tuple[ConditionalAccessPolicy, ...]:
        """Return the policies as they would be."""
        return tuple(change.policy for change in self.changes)
