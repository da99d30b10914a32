"""What to do next, by what the blast radius shows; the order of the written sequence: understand, repair, register, pilot."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from unbroken.evaluate.blast_radius import BlastRadius, Person
from unbroken.report.cautions import cautions
from unbroken.report.lockouts import stopping_legacy
from unbroken.report.loosening import loosening
from unbroken.report.words import count, headline, honesty

_PEOPLE = {"", "no phone", "executive"}
"""Kinds of accounts that are a person who can be asked."""
_MANY = {"guest": "guests", "room": "rooms", "partner": "partners", "shared mailbox": "shared mailboxes"}


def next_steps(radius: BlastRadius) -> list[str]:
    """Return what to do, most urgent first; never empty."""
    return list(_steps(radius))


def _steps(radius: BlastRadius) -> Iterator[str]:
    new = {effect.effect: effect.new for effect in headline(radius)}
    first = [caution.step for caution in cautions(radius) if caution.step]
    yield from first
    if radius.findings:
        yield f"Correct {count(len(radius.findings), 'mistake')} in the policies (findings): they matter whatever the log says."
    if not honesty(radius.calibration).trusted:
        yield _calibrate(radius)
    loosened = loosening(radius)
    yield from (f"Make sure that this is meant: {line}." for line in loosened)
    yield from _stopped(radius)
    if new["cannot register"]:
        yield f"Give {_whom(new['cannot register'])} that cannot register a Temporary Access Pass or a passkey before the day."
    if new["needs another control"]:
        yield f"Prepare the device, the app or the terms for {_whom(new['needs another control'])} in need of another control."
    yield from _registering(radius)
    if new["unknown"]:
        yield f"Export what is missing for {_whom(new['unknown'])} with an unknown answer (`unbroken exports` says how), then run again."
    stopped_or_asked = any(n for effect, n in new.items() if effect != "prompted")
    if stopped_or_asked:
        yield "Take the lists by name from `--tables FOLDER`: it writes people.csv, legacy.csv, accounts.csv and every other table."
    yield _last(radius, quiet=not (first or loosened or stopped_or_asked))


def _whom(n: int) -> str:
    return count(n, "account")


def _calibrate(radius: BlastRadius) -> str:
    if radius.calibration.rate is None:
        return "Read a log that carries appliedConditionalAccessPolicies, so that the answers can be checked against your tenant."
    return "Look at the disagreements with the logged results first; until they are understood, treat every figure as a guess."


def _stopped(radius: BlastRadius) -> Iterator[str]:
    """Yield one step for everybody who is stopped: a legacy client is moved, an account without one needs another way in."""
    stopped = {p.user_id: p for p in radius.people if p.new and p.effect in {"locked out", "blocked"}}
    if not stopped:
        return
    legacy = {entry.user.lower() for entry in stopping_legacy(radius)}
    moving = sum(not legacy.isdisjoint(_names(person)) for person in stopped.values())
    others = len(stopped) - moving
    do = [f"move the legacy clients of {moving:,} of them to modern authentication (legacy.csv)"] if moving else []
    do += [f"give {f'the other {others:,}' if moving else 'them'} another way in, or a dated exception"] if others else []
    yield f"Do not enforce yet: {_whom(len(stopped))} would be locked out or blocked; {'; '.join(do)}."


def _names(person: Person) -> set[str]:
    return {person.user_id.lower(), person.user_principal_name.lower()}


def _registering(radius: BlastRadius) -> Iterator[str]:
    kinds = {person.user_id: person.kind for person in radius.people if person.new and person.effect == "must register"}
    people = sum(kind in _PEOPLE for kind in kinds.values())
    others = Counter(kind for kind in kinds.values() if kind not in _PEOPLE)
    if people:
        yield f"Ask {count(people, 'person', 'people')} to register before enforcement; each forced registration costs minutes and a call."
    if others:
        named = ", ".join(
            count(n, kind, _MANY.get(kind, "")) if kind in _MANY else count(n, f"{kind} account") for kind, n in others.items()
        )
        yield f"Decide about {count(others.total(), 'other account')} that would have to register ({named}): see Accounts to decide about."


def _last(radius: BlastRadius, *, quiet: bool) -> str:
    if not radius.sign_ins.evaluated:
        return "Add sign-in logs (`--signins`): without them nobody's sign-ins were replayed, and no figure here says anything."
    if quiet:
        return "These sign-ins show no one stopped. Pilot with a small group first: a log cannot show people who did not sign in."
    return "Then run `unbroken assess` again, and pilot with a small group before everybody."
