"""Protection that goes is told, and only that."""

from __future__ import annotations

import pytest

from builders_report import blast_radius
from unbroken.evaluate.blast_radius import Impact, Tally
from unbroken.evaluate.decision import Outcome
from unbroken.report.loosening import loosening


def said(before: Tally, after: Tally) -> list[str]:
    user = Impact(id="u", name="u@contoso.example", sign_ins=9, before=before, after=after, worst=Outcome.ALLOW)
    return loosening(blast_radius(users=(user,)))


def test_an_account_that_is_no_longer_asked_is_counted_with_its_sign_ins() -> None:
    (line,) = said({Outcome.MFA: 5, Outcome.ALLOW: 4}, {Outcome.MFA: 2, Outcome.ALLOW: 7})

    assert line == "1 account is no longer asked for MFA or another control, in 3 sign-ins: this loosens protection"


def test_an_account_that_is_no_longer_blocked_is_counted() -> None:
    (line,) = said({Outcome.BLOCK: 9}, {Outcome.MFA: 9})

    assert line.startswith("1 account is no longer blocked, in 9 sign-ins")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({Outcome.ALLOW: 9}, {Outcome.MFA: 9}),
        ({Outcome.MFA: 9}, {Outcome.BLOCK: 9}),
        ({Outcome.MFA: 9}, {Outcome.CONTROLS: 9}),
        ({Outcome.UNKNOWN: 9}, {Outcome.ALLOW: 9}),
        ({Outcome.BLOCK: 9}, {Outcome.LOCKED_OUT: 9}),
    ],
)
def test_what_gets_stricter_or_known_loosens_nothing(before: Tally, after: Tally) -> None:
    assert said(before, after) == []
