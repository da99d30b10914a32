"""A report without names: for what leaves the house.

Accounts, devices, addresses, domains, departments, files and the tenant get keyed pseudonyms, the same everywhere for the same salt
(HMAC-SHA-256: without the salt nobody can check a guess). Names of policies, groups, named locations and apps stay, apart from known
names inside them; `KEPT` says so in the limits.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from unbroken.evaluate.blast_radius import AccountKind, BlastRadius, Disagreement, Impact, LegacyDependency, Person
from unbroken.report.assessed import Assessed
from unbroken.report.identifiers import Accounts, Identifiers
from unbroken.report.proof_section import reworded
from unbroken.report.redaction import Redaction

KEPT = (
    "Accounts, devices, addresses, domains, departments, files and the tenant have pseudonyms; policies, groups, named locations and apps "
    "keep their names"
)


def pseudonymised(found: Assessed, salt: bytes) -> Assessed:
    """Return the same report without names; the same person has the same pseudonym in the blast radius and in the proof."""
    text = Redaction(Identifiers.of(found.radius, salt, found.accounts))
    proof = reworded(found.proof, text) if found.proof else None
    return Assessed(radius=pseudonymise(found.radius, salt, found.accounts), proof=proof)


def pseudonymise(radius: BlastRadius, salt: bytes, accounts: Accounts = ()) -> BlastRadius:
    """Return the same figures with every identifying word replaced, in structured fields and inside sentences.

    An account's id, user principal name and display name all become the same `user-...`; `accounts` are known besides those of `radius`.
    Raises `ValueError` for a salt shorter than 16 bytes: names could be guessed and checked.
    """
    if len(salt) < 16:
        raise ValueError("the salt has less than 16 bytes")
    names = Identifiers.of(radius, salt, accounts)
    text = Redaction(names)
    return replace(
        radius,
        tenant=names.token("tenant", radius.tenant),
        users=tuple(replace(user, id=names.account(user.id), name=names.account(user.id)) for user in radius.users),
        apps=tuple(_impact(app, text) for app in radius.apps),
        clients=tuple(_impact(client, text) for client in radius.clients),
        people=tuple(_person(person, names, text) for person in radius.people),
        legacy=tuple(_legacy(entry, names, text) for entry in radius.legacy),
        accounts=tuple(_account(account, names, text) for account in radius.accounts),
        calibration=replace(
            radius.calibration, disagreements=tuple(_disagreement(d, names, text) for d in radius.calibration.disagreements)
        ),
        policies=tuple(replace(policy, display_name=text(policy.display_name)) for policy in radius.policies),
        findings=_each(radius.findings, text),
        limits=(*_each(radius.limits, text), KEPT),
        problems=_each(radius.problems, text.problem),
        files=tuple((names.file(file), form, records) for file, form, records in radius.files),
    )


def _each(lines: tuple[str, ...], change: Callable[[str], str]) -> tuple[str, ...]:
    return tuple(map(change, lines))


def _impact(impact: Impact, text: Redaction) -> Impact:
    return replace(impact, id=text(impact.id), name=text(impact.name))


def _person(person: Person, names: Identifiers, text: Redaction) -> Person:
    token = names.account(person.user_id)
    return replace(
        person,
        user_id=token,
        user_principal_name=token,
        display_name="",
        department=names.token("department", person.department),
        why=text(person.why),
    )


def _legacy(entry: LegacyDependency, names: Identifiers, text: Redaction) -> LegacyDependency:
    return replace(
        entry,
        user=names.account(entry.user),
        device=names.token("device", entry.device),
        user_agent=text.user_agent(entry.user_agent),
        app=text(entry.app),
        remediation=text(entry.remediation),
    )


def _account(account: AccountKind, names: Identifiers, text: Redaction) -> AccountKind:
    token = names.account(account.user_id)
    evidence = tuple(map(text, account.evidence))
    return replace(account, user_id=token, user_principal_name=token, evidence=evidence, suggestion=text(account.suggestion))


def _disagreement(found: Disagreement, names: Identifiers, text: Redaction) -> Disagreement:
    return replace(found, policy=text(found.policy), field=text(found.field), example=names.token("sign-in", found.example))
