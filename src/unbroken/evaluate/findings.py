"""Mistakes in a policy set that matter whatever the log says."""

from __future__ import annotations

from collections.abc import Iterator

from unbroken.entra.request import Identity
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.break_glass import break_glass_users
from unbroken.evaluate.worlds import Engine


def findings(snapshot: Snapshot, after: Engine) -> tuple[str, ...]:
    """Return what is wrong with the policies as they would be, one sentence each, the most dangerous first."""
    return (*_break_glass(snapshot, after), *_names(snapshot, after), *_doubts(after), *after.table.networks.places.problems)


def _break_glass(snapshot: Snapshot, after: Engine) -> Iterator[str]:
    users, unknown = break_glass_users(snapshot)
    yield from (f"Break-glass entry {entry!r} of unbroken.toml names nobody in the export" for entry in unknown)
    if not snapshot.facts.break_glass:
        yield "No break-glass account is named (break_glass in unbroken.toml): nothing here checks that one stays free"
    names = {user.id: user.user_principal_name for user in snapshot.users.records}
    for user_id in users:
        bits = after.table.people.dimension(Identity(user_id=user_id)).bits
        for policy in after.table.named(bits.true & after.table.enabled):
            if policy.grant:
                yield f"The break-glass account {names.get(user_id, user_id)} is in the scope of the enabled policy {policy.display_name}"
        for policy in after.table.named(bits.unknown & after.table.enabled):
            yield f"Whether the break-glass account {names.get(user_id, user_id)} is in the scope of {policy.display_name} is not known"


def _names(snapshot: Snapshot, after: Engine) -> Iterator[str]:
    """Yield what is wrong with the objects that policies name; a policy the proposal replaces is not part of the set."""
    names = {policy.id: policy.display_name for policy in after.table.policies}
    for policy, field, token in snapshot.dangling:
        if policy in names:
            yield f"The policy {names[policy]} names {token} in {field}, which does not exist: it matches nobody"
    for policy, field, token in snapshot.unresolved:
        if policy in names:
            yield f"The policy {names[policy]} names {token!r} in {field}, which stands for no single object: its effect is unknown"


def _doubts(after: Engine) -> Iterator[str]:
    for policy in after.table.policies:
        parts = (*policy.unmodelled, *policy.unmodelled_grant)
        if parts and policy.state is not PolicyState.DISABLED:
            uses = ", ".join(parts)
            yield f"The policy {policy.display_name} uses {uses}, which is not understood: where it matters the answer is unknown"
