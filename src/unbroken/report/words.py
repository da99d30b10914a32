"""What the numbers mean, in the words every face shares: honesty first, then headline, peaks and next steps."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from math import floor

from unbroken.evaluate.blast_radius import BlastRadius, Calibration, HourLoad, LegacyDependency, Person, SignInCounts, Tally
from unbroken.evaluate.decision import Outcome
from unbroken.report.local_time import local, zone

TRUSTED_RATE = 0.99
"""A calibration below this share is said before any prediction."""
REGISTRATION_MINUTES = 5
"""What a forced registration takes, by the written sequence (deployment practice, M1)."""

FIRST_PROMPTS = "First prompts count only people who sign in that week, so they are fewer than all who are prompted."
_COUNT = re.compile(r"(?<![\w.,:/#-])\d{4,}(?= (?:of \d|sign-ins?\b|users?\b|accounts?\b|rows?\b))")

_ACCOUNT = re.compile(r"(\bof|\bthat|\bwhether|known:|;) (?:the user )?(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|user-[0-9a-f]{12})\b")

EFFECTS = {
    "locked out": "have a client that stops, or no way in",
    "blocked": "meet a policy that blocks",
    "cannot register": "must register a method, and cannot",
    "needs another control": "need a device, an app or terms they do not have yet",
    "must register": "must register a method at the next sign-in",
    "unknown": "hang on a fact that is missing",
    "prompted": "do MFA with a method they have",
}
"""Effect -> what its people meet; worst first."""

OUTCOMES = {
    Outcome.ALLOW: "allowed",
    Outcome.MFA: "MFA",
    Outcome.REGISTER: "must register",
    Outcome.CONTROLS: "needs another control",
    Outcome.LOCKED_OUT: "locked out",
    Outcome.BLOCK: "blocked",
    Outcome.UNKNOWN: "unknown",
}
"""Outcome of a sign-in -> short words; mildest first, unknown last."""

STATES = {"enabled": "enabled", "disabled": "disabled", "enabledForReportingButNotEnforced": "report-only"}
"""`conditionalAccessPolicyState` in the portal's words."""

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Honesty:
    """How far the predictions can be trusted; `trusted` is false below 99 % and when nothing could be compared."""

    trusted: bool
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class EffectCount:
    """Distinct people with one effect: `new` by the change, `already` the same before it."""

    effect: str
    meaning: str
    new: int
    already: int


@dataclass(frozen=True, slots=True)
class Reason:
    """People who meet the same effect for the same reason."""

    effect: str
    why: str
    people: int
    sign_ins: int


def number(value: float) -> str:
    """Return a count with a comma per thousand; averages below ten keep one decimal, and a little is never shown as nothing."""
    if value == int(value):
        return f"{int(value):,}"
    if 0 < value < 0.05:
        return "<0.1"
    return f"{value:,.1f}" if value < 10 else f"{value:,.0f}"


def percent(share: float) -> str:
    """Return a share (0 to 1) in percent, rounded down so that 98.97 % never looks like 99 %."""
    return f"{floor(share * 1000 + 1e-9) / 10:.1f} %"


def count(n: int, one: str, many: str = "") -> str:
    """Return `n` with its noun: "1 person", "2 people"."""
    return f"{n:,} {one if n == 1 else many or one + 's'}"


def honesty(calibration: Calibration) -> Honesty:
    """Say how often our answers agree with what Entra ID logged; to be shown before any prediction."""
    if calibration.rate is None:
        return Honesty(trusted=False, title="Not calibrated: nothing to compare with", text=_nothing_compared(calibration))
    title = f"Calibration {percent(calibration.rate)}"
    differs = calibration.compared - calibration.agreed
    text = f"of {calibration.compared:,} logged policy results, {calibration.agreed:,} are the same here and {differs:,} differ"
    text += f"; {calibration.unknown:,} more cannot be judged because a fact is missing." if calibration.unknown else "."
    if calibration.applying:
        text += f" Where a policy applied: {calibration.applying_agreed:,} of {calibration.applying:,}."
    if calibration.rate < TRUSTED_RATE:
        advice = " Understand the disagreements before you rely on any prediction in this report."
        return Honesty(trusted=False, title=f"{title}: below 99 %", text=f"O{text[1:]}{advice}")
    return Honesty(trusted=True, title=title, text=f"O{text[1:]}")


def _nothing_compared(calibration: Calibration) -> str:
    text = "No logged policy result could be compared with ours, so these predictions are untested on this tenant."
    if calibration.unknown:
        return f"{text} {calibration.unknown:,} logged results could not be judged because a fact is missing."
    return f"{text} Graph and Log Analytics logs carry the results (appliedConditionalAccessPolicies)."


def effect_order(effect: str) -> int:
    """Return the place of an effect, worst first; one we have no word for comes before all others."""
    return list(EFFECTS).index(effect) if effect in EFFECTS else -1


def people_by_severity(people: Iterable[Person]) -> list[Person]:
    """Return people with what is new first, then the worst effect, then the most sign-ins."""
    return sorted(people, key=lambda p: (not p.new, effect_order(p.effect), -p.sign_ins, p.user_principal_name))


def legacy_by_weight(entries: Iterable[LegacyDependency]) -> list[LegacyDependency]:
    """Return legacy dependencies before noise, the most used first."""
    return sorted(entries, key=lambda e: (e.noise, -e.successes, -e.failures, e.user))


def headline(radius: BlastRadius) -> list[EffectCount]:
    """Return distinct people by effect, worst first; every known effect is listed, also with nobody."""
    new: dict[str, set[str]] = {effect: set() for effect in EFFECTS}
    already: dict[str, set[str]] = {}
    for person in radius.people:
        (new if person.new else already).setdefault(person.effect, set()).add(person.user_id)
    effects = sorted({*new, *already}, key=effect_order)
    return [EffectCount(e, EFFECTS.get(e, ""), len(new.get(e, ())), len(already.get(e, ()))) for e in effects]


def people_affected(radius: BlastRadius) -> int:
    """Return how many distinct people meet something new."""
    return len({person.user_id for person in radius.people if person.new})


def reasons(radius: BlastRadius) -> list[Reason]:
    """Return the new effects by reason, worst effect and most people first."""
    people: dict[tuple[str, str], set[str]] = {}
    sign_ins: Counter[tuple[str, str]] = Counter()
    for person in radius.people:
        if person.new:
            reason = person.effect, of_account(person.why)
            people.setdefault(reason, set()).add(person.user_id)
            sign_ins[reason] += person.sign_ins
    found = [Reason(effect, why, len(ids), sign_ins[effect, why]) for (effect, why), ids in people.items()]
    return sorted(found, key=lambda r: (effect_order(r.effect), -r.people, r.why))


def rows(counts: SignInCounts) -> list[tuple[str, int]]:
    """Return where every row of the log went; the first is the sum of the others, or the last says by how much it is not."""
    parts = [
        ("evaluated", counts.evaluated),
        ("joined to another row of the same sign-in", counts.joined),
        ("duplicates", counts.duplicates),
        *((f"skipped: {reason}", n) for reason, n in sorted(counts.skipped.items(), key=lambda item: -item[1])),
    ]
    missing = counts.read - sum(n for _, n in parts)
    return [("rows read", counts.read), *parts, *([("NOT ACCOUNTED FOR, please report this", missing)] if missing else [])]


def tally_text(before: Tally, after: Tally, *, arrow: str = "→") -> str:
    """Return what changes as words: "allowed 120 → 30, MFA 0 → 90"; outcomes without change keep their one number."""
    parts = []
    for outcome, word in OUTCOMES.items():
        was, becomes = before.get(outcome, 0), after.get(outcome, 0)
        if was != becomes:
            parts.append(f"{word} {was:,} {arrow} {becomes:,}")
        elif was:
            parts.append(f"{word} {was:,}")
    return ", ".join(parts)


def peaks(hours: Iterable[HourLoad], top: int = 5) -> list[HourLoad]:
    """Return the hours of the first week that bring the most first prompts and registrations, busiest first."""
    busy = [h for h in hours if h.first_prompts + h.registrations > 0]
    return sorted(busy, key=lambda h: (-(h.first_prompts + h.registrations), h.weekday, h.hour))[:top]


def switch(radius: BlastRadius) -> str:
    """Return what the hours of the first week take for granted, for their heading."""
    return f"averages over the weeks of the log ({zone(radius.time_zone)[0]}), if it is switched on before Monday morning"


def lines_of(people: Iterable[Person]) -> str:
    """Say why there are more lines than accounts: "567 lines for 562 accounts, ..."; empty when there are not."""
    found = list(people)
    accounts = len({person.user_id for person in found})
    if len(found) == accounts:
        return ""
    several = "an account has a line for each effect, and one more where the same was so before"
    return f"{len(found):,} lines for {count(accounts, 'account')}: {several}"


def of_account(text: str) -> str:
    """Return a sentence about an account without its object id, which nobody can read and several accounts may share a sentence of."""
    return _ACCOUNT.sub(r"\1 this account", text)


def thousands(text: str) -> str:
    """Return a sentence with a comma per thousand in its counts: what comes before "of" or "sign-ins", never a year or an id."""
    return _COUNT.sub(lambda found: f"{int(found[0]):,}", text)


def hour_name(load: HourLoad) -> str:
    """Return the hour as "Monday 09:00-10:00"."""
    return f"{DAYS[load.weekday]} {load.hour:02}:00-{(load.hour + 1) % 24:02}:00"


def period(radius: BlastRadius) -> str:
    """Return the days the sign-ins cover, in the tenant's time zone."""
    if not radius.first:
        return "No sign-ins"
    first, last = (local(moment, radius.time_zone)[:10] for moment in (radius.first, radius.last))
    return f"Sign-ins from {first} to {last} ({zone(radius.time_zone)[0]})"


def registration_text(radius: BlastRadius) -> str:
    """Say how many of the accounts in scope can do MFA today."""
    share = radius.registration
    if share.share is None:
        return "Nobody is in the scope of an MFA demand."
    text = f"{share.capable:,} of {count(share.in_scope, 'account')} in scope can do MFA today ({percent(share.share)})"
    return f"{text}; for {share.unknown:,} it is unknown." if share.unknown else f"{text}."


def staffing(hours: Iterable[HourLoad]) -> str:
    """Say what the first week brings in all and in its busiest hour, as work if every forced registration becomes a call: averages."""
    loads = list(hours)
    busiest = peaks(loads, 1)
    if not busiest:
        return "Nobody meets a first prompt or a forced registration."
    peak, firsts, registrations = busiest[0], sum(h.first_prompts for h in loads), sum(h.registrations for h in loads)
    week = f"On average over the weeks of the log, that week brings {number(firsts)} first prompts and {number(registrations)} forced"
    work = _work(peak.registrations * REGISTRATION_MINUTES)
    hour = f"{number(peak.registrations)} registrations of {REGISTRATION_MINUTES} minutes are {work} of help if each of them needs it"
    return (
        f"{week} registrations. The busiest hour is {hour_name(peak)}: on average {hour}, so a single week can bring more. {FIRST_PROMPTS}"
    )


def _work(minutes: float) -> str:
    return f"{number(round(minutes))} minutes" if minutes < 90 else f"{number(round(minutes / 60, 1))} hours"
