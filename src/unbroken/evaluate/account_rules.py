"""One rule per kind of account: what speaks for it, how certain that is, and what the written sequence does with it.

Each rule takes the facts, a user and what the log says of them (None: nothing) and returns an `AccountKind` or None. `certain` is said
only where a record states it; whatever a name, a title or a habit suggests is `likely`. Source: exception table (deployment practice, D).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import TypeAlias

from unbroken.entra.directory import User
from unbroken.entra.sign_in import client_app_type
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.evaluate import account_words as words
from unbroken.evaluate.account_facts import AccountFacts, Usage, name_words, parsed_day
from unbroken.evaluate.blast_radius import AccountKind

Rule: TypeAlias = Callable[[AccountFacts, User, Usage | None], AccountKind | None]

CERTAIN, LIKELY = "certain", "likely"
STALE_DAYS = 90
AROUND_THE_CLOCK_HOURS = 20
"""[assumption] A person sleeps: sign-ins in as many different hours of the day are a machine's."""
MANY_SIGN_INS = 10
"""[assumption] Below it, a single address or no interactive sign-in says nothing about an account."""


def _kind(user: User, kind: str, evidence: list[str], certainty: str, suggestion: str) -> AccountKind:
    return AccountKind(
        user_id=user.id,
        user_principal_name=user.user_principal_name,
        kind=kind,
        evidence=tuple(evidence),
        certainty=certainty,
        suggestion=suggestion,
    )


def declared_break_glass(facts: AccountFacts, user: User, _use: Usage | None) -> AccountKind | None:
    """Name what the operator named."""
    named = facts.declared_break_glass(user)
    if not named:
        return None
    suggestion = words.DISABLED_BREAK_GLASS if user.account_enabled is False else words.BREAK_GLASS
    return _kind(user, "break-glass", [named], CERTAIN, suggestion)


def likely_break_glass(facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Guess: a Global Administrator that most policies exclude and that does not sign in."""
    if (use and use.sign_ins) or not facts.holds(user.id, words.GLOBAL_ADMINISTRATOR):
        return None
    excluded, policies = facts.exclusions(user.id), len(facts.policies)
    if not excluded or excluded * 2 < policies or (not facts.log_is_there and excluded < policies):
        return None
    evidence = ["Global Administrator", f"excluded from {excluded} of {policies} policies"]
    if facts.log_is_there:
        evidence.append("no sign-in in the log")
    return _kind(user, "break-glass", evidence, LIKELY, words.BREAK_GLASS_LIKE)


def directory_synchronisation(facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Name the holders of the two synchronisation roles; guess by Entra Connect's names and its application."""
    certain = facts.holds(user.id, *words.SYNCHRONISATION_ROLES)
    evidence = ["holds a directory synchronisation role"] if certain else []
    if user.user_principal_name.lower().startswith("sync_"):
        evidence.append("name begins with Sync_")
    if user.display_name.lower() == words.SYNCHRONISATION_NAME:
        evidence.append(f"display name {user.display_name!r}")
    if use and any(words.SYNCHRONISATION_APP in resource.lower() for resource in use.resources):
        evidence.append("signs in to Entra Connect's application")
    return _kind(user, "directory synchronisation", evidence, CERTAIN if certain else LIKELY, words.SYNCHRONISATION) if evidence else None


def guest(facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Name guests and members from elsewhere, as far as their record says so."""
    evidence = ["userType is Guest"] if user.user_type == "Guest" else []
    if user.external:
        evidence.append("authenticates in another tenant or provider")
    if use and "b2bCollaboration" in use.cross_tenant:
        evidence.append("the log says b2bCollaboration")
    if not evidence:
        return None
    trust = facts.snapshot.cross_tenant.default.mfa if facts.snapshot.cross_tenant else None
    suggestion = words.GUEST.format(trust=words.GUEST_TRUST[trust])
    if user.external is False and user.user_type == "Guest":
        suggestion = "an internal guest registers here like a member"
    return _kind(user, "guest", evidence, CERTAIN, suggestion)


def partner(_facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Name service provider and direct connect users: only the log knows them."""
    if use and "serviceProvider" in use.cross_tenant:
        return _kind(user, "partner", ["the log says serviceProvider"], CERTAIN, words.PARTNER)
    if use and "b2bDirectConnect" in use.cross_tenant:
        return _kind(user, "direct connect", ["the log says b2bDirectConnect"], CERTAIN, words.DIRECT_CONNECT)
    return None


def mailbox_of_record(_facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Name what Exchange says the mailbox is for."""
    evidence = [f"mailboxSettings.userPurpose is {user.mailbox_purpose}"]
    if user.mailbox_purpose in {"room", "equipment"}:
        return _kind(user, "room", evidence, CERTAIN, _room_suggestion(user, use))
    if user.mailbox_purpose == "shared":
        return _kind(user, "shared mailbox", evidence, CERTAIN, _shared_suggestion(user))
    return None


def likely_room(facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Guess a room or equipment by its name, when something else fits."""
    named = name_words(user) & words.ROOM
    habits = _habits(facts, user, use)
    if not named or not habits or user.mailbox_purpose:
        return None
    return _kind(user, "room", [_named(named), *habits], LIKELY, _room_suggestion(user, use))


def likely_shared_mailbox(facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Guess a shared mailbox when the whole address is a function, not a person, and something else fits."""
    local = user.user_principal_name.partition("@")[0].lower()
    parts = frozenset(part for part in local.replace("-", ".").replace("_", ".").split(".") if part)
    habits = _habits(facts, user, use)
    if not parts or not parts <= words.SHARED or not habits or user.mailbox_purpose:
        return None
    return _kind(user, "shared mailbox", [_named(parts), *habits], LIKELY, _shared_suggestion(user))


def likely_service(facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Guess a program that signs in as a user: one strong sign and another one, or three weak ones of somebody who does sign in."""
    strong = ["authentication protocol is ropc"] if use and "ropc" in {each.lower() for each in use.protocols} else []
    named = name_words(user) & words.SERVICE
    strong += [_named(named)] if named else []
    weak = _habits(facts, user, use) + _machine_habits(use)
    if not (strong and len(strong) + len(weak) >= 2) and not (
        use and use.sign_ins and len(weak) >= 3 and "no MFA method registered" in weak
    ):
        return None
    return _kind(user, "service", strong + weak, LIKELY, _service_suggestion(use))


def likely_no_phone(facts: AccountFacts, user: User, use: Usage | None) -> AccountKind | None:
    """Guess who has no phone to register: only keys registered, or nothing and a shared device or a job away from a desk."""
    methods = facts.methods(user.id)
    if methods is None or methods - words.NO_METHOD - words.KEYS - words.PC_BOUND:
        return None
    if methods & words.KEYS:
        return _kind(user, "no phone", [f"registered only: {', '.join(sorted(methods))}"], LIKELY, words.NO_PHONE)
    shared = bool(use and use.shared_devices)
    job = frozenset(f"{user.department} {user.job_title}".lower().split()) & words.FRONTLINE
    if methods & words.PC_BOUND or not (shared or job):
        return None
    evidence = ["no MFA method registered"] + (["signs in on a device others use too"] if shared else [])
    evidence += [f"department or job title says {', '.join(sorted(job))}"] if job else []
    return _kind(user, "no phone", evidence, LIKELY, words.NO_PHONE_SHARED if shared else words.NO_PHONE)


def executive(_facts: AccountFacts, user: User, _use: Usage | None) -> AccountKind | None:
    """Point out who will ask for an exemption by rank and must not get one (decision point D1 of the written sequence)."""
    title = user.job_title.lower()
    if not words.EXECUTIVE.search(title) or words.NOT_EXECUTIVE.search(title):
        return None
    return _kind(user, "executive", [f"job title {user.job_title!r}"], LIKELY, words.EXECUTIVE_PERSON)


def disabled(_facts: AccountFacts, user: User, _use: Usage | None) -> AccountKind | None:
    """Name accounts that cannot sign in."""
    return _kind(user, "disabled", ["accountEnabled is false"], CERTAIN, words.DISABLED) if user.account_enabled is False else None


def stale(facts: AccountFacts, user: User, _use: Usage | None) -> AccountKind | None:
    """Name enabled accounts without a sign-in in 90 days, if the directory's sign-in activity was read: 30 days of log cannot tell."""
    if user.account_enabled is not True or facts.today is None or not facts.activity_was_read:
        return None
    since, last = facts.today - timedelta(days=STALE_DAYS), facts.last_sign_in(user)
    if last:
        return _kind(user, "stale", [f"last sign-in on {last.isoformat()}"], CERTAIN, words.STALE) if last < since else None
    created = parsed_day(user.created)
    if created and created >= since:
        return None
    return _kind(user, "stale", ["no sign-in is recorded"], LIKELY, words.NEVER_USED)


def _named(found: frozenset[str]) -> str:
    return f"named {', '.join(sorted(found))}"


def _shared_suggestion(user: User) -> str:
    return words.SHARED_MAILBOX_BLOCKED if user.account_enabled is False else words.SHARED_MAILBOX


def _room_suggestion(user: User, use: Usage | None) -> str:
    if user.account_enabled is False:
        return words.SHARED_MAILBOX_BLOCKED
    return words.ROOM_DEVICE if use and use.sign_ins else words.ROOM_MAILBOX


def _service_suggestion(use: Usage | None) -> str:
    clients = {client.lower() for client in use.clients} if use else set()
    if clients and clients <= words.SENDING_CLIENTS:
        return words.MAIL_SENDER
    return words.MAIL_READER if clients and clients <= words.READING_CLIENTS else words.SERVICE_ACCOUNT


def _habits(facts: AccountFacts, user: User, use: Usage | None) -> list[str]:
    """Return what makes a user unlike a person, whatever else it is."""
    found = ["no licence"] if user.licensed is False else []
    methods = facts.methods(user.id)
    if methods is not None and not methods - words.NO_METHOD:
        found.append("no MFA method registered")
    if facts.log_is_there and not (use and use.sign_ins):
        found.append("no sign-in in the log")
    elif facts.log_shows_interactive and use and use.sign_ins >= MANY_SIGN_INS and not use.interactive:
        found.append("only non-interactive sign-ins")
    return found


def _machine_habits(use: Usage | None) -> list[str]:
    if not use or use.sign_ins < MANY_SIGN_INS:
        return []
    found = ["always the same address"] if use.addresses == 1 else []
    if use.hours_of_day >= AROUND_THE_CLOCK_HOURS:
        found.append("signs in around the clock")
    if use.clients and all(client_app_type(client) in LEGACY_CLIENTS for client in use.clients):
        found.append("legacy clients only")
    return found
