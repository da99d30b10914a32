"""Whom a change protects less than before: the other direction of a blast radius, which no prompt would ever show."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from unbroken.evaluate.blast_radius import BlastRadius, Impact, Tally
from unbroken.evaluate.decision import Outcome
from unbroken.report.words import count

Lost = Callable[[Tally, Tally], int]
"""(before, after) -> sign-ins that lose a protection."""
_ASKED = (Outcome.MFA, Outcome.REGISTER, Outcome.CONTROLS)
_STOPPED = (Outcome.BLOCK, Outcome.LOCKED_OUT)


def loosening(radius: BlastRadius) -> list[str]:
    """Return one line per kind of protection that accounts lose; empty when nobody loses any.

    At least so many: where one account gains and loses the same, only the balance is seen.
    """
    return [*_line(radius.users, _no_longer_asked, "asked for MFA or another control"), *_line(radius.users, _no_longer_stopped, "blocked")]


def _line(users: Iterable[Impact], lost: Lost, what: str) -> list[str]:
    found = [n for user in users if (n := lost(user.before, user.after))]
    if not found:
        return []
    accounts = f"{count(len(found), 'account is', 'accounts are')} no longer {what}"
    return [f"{accounts}, in {count(sum(found), 'sign-in')}: this loosens protection"]


def _no_longer_asked(before: Tally, after: Tally) -> int:
    return _moved(before, after, _ASKED, (Outcome.ALLOW,))


def _no_longer_stopped(before: Tally, after: Tally) -> int:
    return _moved(before, after, _STOPPED, (Outcome.ALLOW, *_ASKED))


def _moved(before: Tally, after: Tally, source: tuple[Outcome, ...], target: tuple[Outcome, ...]) -> int:
    """Return how many sign-ins went from `source` to `target`, as far as the tallies show it."""
    return max(0, min(-_growth(before, after, source), _growth(before, after, target)))


def _growth(before: Tally, after: Tally, outcomes: tuple[Outcome, ...]) -> int:
    return sum(after.get(outcome, 0) - before.get(outcome, 0) for outcome in outcomes)
