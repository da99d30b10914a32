"""Mistakes in a policy set that matter whatever the log says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import Identity
from unbroken.entra.snapshot import NOT_EXPORTED, Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.break_glass import break_glass
from unbroken.evaluate.worlds import Engine


def findings(snapshot: Snapshot, after: Engine, today: date) -> tuple[str, ...]:
    """Return what is wrong with the policies as they would be, one sentence each, the most dangerous first.

    `today` decides which exemptions have ended.
    """
    found = (_break_glass(snapshot, after), misnamed(snapshot, after.table.policies), _doubts(after), _operator(snapshot, today))
    return (*(text for texts in found for text in texts), *after.table.networks.places.problems)


def _break_glass(snapshot: Snapshot, after: Engine) -> Iterator[str]:
    named = break_glass(snapshot)
    if not snapshot.facts.break_glass:
        yield "No break-glass account is named (break_glass in unbroken.toml): nothing here checks that one stays free"
    yield from (f"The break-glass entry {entry!r} of unbroken.toml names nobody in the export" for entry in named.nobody)
    yield from (
        f"The members of the break-glass group {entry!r} were not all read: who else is in it is not checked" for entry in named.unread
    )
    yield from (f"Several users or groups are called {entry!r}: name the break-glass one by its id" for entry in named.ambiguous)
    names = {user.id: user.user_principal_name for user in snapshot.users.records}
    for user_id in named.users:
        yield from (f"The break-glass account {names.get(user_id, user_id)} {text}" for text in _caught(snapshot, after, user_id))


def _caught(snapshot: Snapshot, after: Engine, user_id: str) -> Iterator[str]:
    """Yield what demands something of the account, or may."""
    table = after.table
    bits = table.doubted(table.people.dimension(Identity(user_id=user_id), eas=None).bits)
    for policy in table.named(bits.true):
        if policy.grant or policy.unmodelled_grant:
            state = "enabled" if policy.state is PolicyState.ENABLED else "report-only"
            yield f"is in the scope of the {state} policy {policy.display_name}"
    for policy in table.named(bits.unknown):
        yield f"may be in the scope of {policy.display_name}: whether it is, is not known"
    if after.beyond.defaults is not False:
        yield "is under security defaults" if after.beyond.defaults else "may be under security defaults, which were not exported"
    per_user = dict(snapshot.per_user_mfa.records).get(user_id)
    if per_user not in {None, "disabled"}:
        yield "is enabled for per-user MFA"
    if per_user is None and not snapshot.per_user_mfa.complete and snapshot.per_user_mfa.why != NOT_EXPORTED:
        yield "may be enabled for per-user MFA: its state was not read"


def misnamed(snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy]) -> Iterator[str]:
    """Yield what is wrong with the objects that `policies` name; a policy that a proposal replaces is not among them."""
    names = {policy.id: policy.display_name for policy in policies}
    for policy, field, token in snapshot.dangling:
        if policy in names:
            yield f"The policy {names[policy]} names {token} in {field}, which does not exist: it matches nobody"
    for policy, field, token in snapshot.unresolved:
        if policy in names:
            yield f"The policy {names[policy]} names {token!r} in {field}, which stands for no single object: its effect is unknown"


def _operator(snapshot: Snapshot, today: date) -> Iterator[str]:
    """Yield what `unbroken.toml` names that the export does not hold, and exemptions that have ended."""
    users = {name.lower() for user in snapshot.users.records for name in (user.id, user.user_principal_name)}
    groups = {name.lower() for group in snapshot.groups.records for name in (group.id, group.display_name)}
    for exemption in snapshot.facts.exempt:
        if exemption.user.lower() not in users and snapshot.users.complete:
            yield f"The exemption of {exemption.user} in unbroken.toml names nobody in the export"
        if exemption.until < today.isoformat():
            yield f"The exemption of {exemption.user} ended on {exemption.until}: it counts no longer"
    pilot = snapshot.facts.pilot_group.removeprefix("group:")
    if pilot and pilot.lower() not in groups and snapshot.groups.complete:
        yield f"The pilot group {pilot!r} of unbroken.toml is no group in the export"


def _doubts(after: Engine) -> Iterator[str]:
    for policy in after.table.policies:
        parts = (*policy.unmodelled, *policy.unmodelled_grant)
        if parts and policy.state is not PolicyState.DISABLED:
            uses = ", ".join(parts)
            yield f"The policy {policy.display_name} uses {uses}, which is not understood: where it matters the answer is unknown"
