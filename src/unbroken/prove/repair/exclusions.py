"""Where nothing may be demanded of somebody: everything that demands something leaves them out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import PerUserMfaState
from unbroken.prove.labels import Labels
from unbroken.prove.proof import Edit
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.repair.change import Candidate, Change, listed
from unbroken.prove.repair.who import Assigned, members
from unbroken.prove.rows import PER_USER_MFA


def exclusion(prover: Prover, question: Question) -> Candidate | None:
    """Return the exclusions that leave everybody out whom something catches, or may catch; None when no policy and no setting can."""
    caught = _caught(prover, question)
    changes = [_excluding(prover, question, index, users) for index, users in caught.items() if index >= 0]
    per_user = caught.get(-1, frozenset())
    if not changes and not per_user:
        return None
    return Candidate(tuple(changes), per_user, _said(changes, per_user, Labels(prover.engine.table.snapshot)))


def without_per_user_mfa(snapshot: Snapshot, users: Iterable[str]) -> Snapshot:
    """Return the tenant with per-user MFA disabled for `users`."""
    off = frozenset(users)
    records = tuple((user, str(PerUserMfaState.DISABLED) if user in off else state) for user, state in snapshot.per_user_mfa.records)
    return replace(snapshot, per_user_mfa=replace(snapshot.per_user_mfa, records=records))


def _caught(prover: Prover, question: Question) -> dict[int, frozenset[str]]:
    """Return by policy (position in the table; -1: per-user MFA) whom it may catch."""
    found: dict[int, frozenset[str]] = {}
    for row, box in prover.catching(question, prover.worlds):
        if row.policy >= 0 or row.name == PER_USER_MFA:
            found[row.policy] = found.get(row.policy, frozenset()).union(prover.worlds.who.users(box[0]))
    return found


def _excluding(prover: Prover, question: Question, index: int, users: frozenset[str]) -> Change:
    """Return the policy without `users`: without the group that the question names for them, where there is one."""
    table = prover.engine.table
    assigned, change = Assigned(table.people, Labels(table.snapshot)), Change(table.policies[index])
    for group in question.groups:
        if users <= members(table.snapshot, group) and group not in change.policy.users[0].groups:
            return assigned.excluding_group(change, group)
    return assigned.excluding(change, users)


def _said(changes: Sequence[Change], per_user: frozenset[str], labels: Labels) -> tuple[Edit, ...]:
    edits = tuple(edit for change in changes for edit in change.edits)
    text = f"set to disabled for {listed(map(labels.user, per_user))}"
    return (*edits, *([Edit(policy_id="", policy=PER_USER_MFA, field="perUserMfaState", text=text)] if per_user else []))
