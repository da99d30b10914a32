"""What kind of account each user is, as far as it is not a plain person: facts where a record says so, guesses with their evidence."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from unbroken.entra.directory import User
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate import account_rules as rules
from unbroken.evaluate.account_facts import AccountFacts, Usage
from unbroken.evaluate.blast_radius import AccountKind

__all__ = ["Usage", "account_kinds"]

PURPOSES = (
    rules.declared_break_glass,
    rules.directory_synchronisation,
    rules.partner,
    rules.guest,
    rules.mailbox_of_record,
    rules.likely_break_glass,
    rules.likely_room,
    rules.likely_shared_mailbox,
    rules.likely_service,
    rules.likely_no_phone,
)
"""What an account is for; the first that fits. What records state goes before what names suggest."""

ALWAYS_QUIET = frozenset({"break-glass", "room", "shared mailbox"})
"""Accounts that are not called stale: that nobody signs in to them is as it should be."""


def account_kinds(snapshot: Snapshot, usage: Mapping[str, Usage], today: date | None = None) -> tuple[AccountKind, ...]:
    """Return what is known or guessed about the accounts of the directory, and of those that only the log knows.

    `usage` is by user id. A user has at most one purpose, and besides may be an executive, and disabled or stale. Plain people are
    not in the list. Without `today` the day of the newest sign-in stands for it; with neither, nobody is called stale.
    """
    facts = AccountFacts(snapshot, usage, today)
    known = {user.id for user in snapshot.users.records}
    found = [kind for user in snapshot.users.records for kind in _kinds_of(facts, user)]
    for user_id in usage.keys() - known:
        stranger = User(id=user_id, user_principal_name=usage[user_id].user_principal_name)
        found += _purpose(facts, stranger, (rules.partner, rules.guest))
    return tuple(sorted(found, key=lambda each: (each.kind, each.certainty, each.user_principal_name, each.user_id)))


def _kinds_of(facts: AccountFacts, user: User) -> list[AccountKind]:
    use = facts.usage.get(user.id)
    found = _purpose(facts, user, PURPOSES)
    quiet = any(kind.kind in ALWAYS_QUIET for kind in found)
    others = [rules.executive(facts, user, use), rules.disabled(facts, user, use), None if quiet else rules.stale(facts, user, use)]
    return found + [kind for kind in others if kind]


def _purpose(facts: AccountFacts, user: User, candidates: tuple[rules.Rule, ...]) -> list[AccountKind]:
    for rule in candidates:
        kind = rule(facts, user, facts.usage.get(user.id))
        if kind:
            return [kind]
    return []
