"""What an administrator reads at nine on the day of enforcement."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import Any

import pytest
from rich.console import Console

from builders_report import ESCAPE, MARKUP, SCRIPT, blast_radius, decision
from unbroken.evaluate.blast_radius import BlastRadius, Calibration, RegistrationShare, SignInCounts
from unbroken.evaluate.decision import Decision, MandatoryMfa, Outcome
from unbroken.report.terminal import print_blast_radius, print_decision


def printed(radius: BlastRadius, *, width: int = 80, top: int = 15, **console: Any) -> str:
    file = io.StringIO()
    print_blast_radius(Console(file=file, width=width, **console), radius, top=top)
    return file.getvalue()


def answered(answer: Decision, width: int = 80) -> str:
    file = io.StringIO()
    print_decision(Console(file=file, width=width), answer)
    return file.getvalue()


def empty() -> BlastRadius:
    counts = SignInCounts(read=0, duplicates=0, joined=0, evaluated=0, skipped={})
    nobody = RegistrationShare(in_scope=0, capable=0)
    return blast_radius(
        **dict.fromkeys(("users", "apps", "clients", "people", "legacy", "accounts", "hours", "policies"), ()),
        **dict.fromkeys(("findings", "limits", "problems", "files"), ()),
        before={},
        after={},
        sign_ins=counts,
        registration=nobody,
        first="",
        last="",
        calibration=Calibration(),
        tenant="",
    )


def test_a_poor_calibration_is_said_before_any_prediction() -> None:
    text = printed(blast_radius(calibration=Calibration(compared=1000, agreed=972)))

    assert text.index("READ THIS FIRST  Calibration 97.2 %: below 99 %") < text.index("something new")


def test_nothing_to_compare_is_said_before_any_prediction() -> None:
    text = printed(blast_radius(calibration=Calibration()))

    assert text.index("READ THIS FIRST  Not calibrated") < text.index("something new")


def test_the_headline_counts_people_by_effect_worst_first() -> None:
    text = printed(blast_radius())
    headline = text[text.index("55 accounts meet something new") : text.index("MFA demands")]

    order = ("locked out", "blocked", "cannot register", "needs another control", "must register", "unknown", "prompted")
    assert tuple(re.findall(r"^ +\d+   (\S+(?: \S+)*)   ", headline, re.MULTILINE)) == order


@pytest.mark.parametrize(
    "heading",
    [
        "Why",
        "Who",
        "Legacy authentication",
        "Accounts to decide about",
        "Apps",
        "Clients",
        "Policies",
        "Next",
        "Busiest hours of the first week",
        "Findings in the policies",
        "Where we disagree with the logged results",
        "What these data cannot show",
        "Not read or not used",
        "Where every row of the logs went",
    ],
)
def test_every_section_is_there(heading: str) -> None:
    assert f"\n\n{heading}\n" in "\n".join(line.rstrip() for line in printed(blast_radius()).splitlines())


def test_every_row_of_the_log_is_accounted_for() -> None:
    text = printed(blast_radius())

    for figure in ("18,402   rows read", "15,466   evaluated", "1,204   joined", "312   duplicates", "12   skipped: unreadable record"):
        assert figure in text


def test_what_is_left_out_is_counted() -> None:
    assert "... and 45 more lines" in printed(blast_radius())
    assert "more lines" not in printed(blast_radius(), top=100)


def test_noise_is_no_dependency() -> None:
    text = printed(blast_radius())

    assert "1,871 failures on 1 account without any success" in text
    assert "CBAInPROD" not in text


@pytest.mark.parametrize("width", [40, 80, 200])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    assert max(map(len, printed(blast_radius(), width=width).splitlines())) <= width


def test_without_a_terminal_there_is_not_one_escape_sequence() -> None:
    assert "\x1b" not in printed(blast_radius(), top=100)


def test_no_color_leaves_no_colour_on_a_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = printed(blast_radius(), force_terminal=True, color_system="standard")
    monkeypatch.setenv("NO_COLOR", "1")
    plain = printed(blast_radius(), force_terminal=True, color_system="standard")

    assert "\x1b[1;31m" in coloured
    assert "31m" not in plain


def test_an_escape_or_markup_in_a_name_is_shown_and_not_obeyed() -> None:
    hostile = blast_radius(tenant=f"{ESCAPE} {MARKUP} {SCRIPT}")
    text = printed(hostile, width=200, force_terminal=True, color_system="standard")

    assert MARKUP in text
    assert SCRIPT in text
    assert "\x1b[31mRed" not in text
    assert "\u202e" not in text


def test_a_terminal_without_unicode_gets_no_arrow() -> None:
    file = io.TextIOWrapper(io.BytesIO(), encoding="cp1252")
    print_blast_radius(Console(file=file, width=80), blast_radius(people=()))
    file.flush()

    assert b"14,120 -> 9,804" in file.buffer.getvalue()  # type: ignore[attr-defined]


def test_an_empty_answer_says_that_it_says_nothing() -> None:
    text = printed(empty())

    assert "tenant without a name" in text
    assert "0 accounts meet something new" in text
    assert "Add sign-in logs" in text


@pytest.mark.parametrize("outcome", list(Outcome))
def test_every_outcome_has_words_on_the_first_line(outcome: Outcome) -> None:
    first = answered(decision(outcome=outcome)).splitlines()[0]

    assert first.split("  ")[0].isupper()


def test_a_decision_says_what_it_needs_and_which_policy_is_why() -> None:
    text = answered(decision(), width=120)

    assert text.startswith("NEEDS ANOTHER CONTROL")
    assert "mfa, then compliantDevice" in text
    assert "compliantDevice or approvedApplication" in text
    assert "signInConditions.signInRiskLevel" in text
    assert MARKUP in text
    assert "not this location; not this user" in text
    assert "platform demands MFA by itself" in text
    assert "per-user MFA is disabled" in text


def test_policies_that_apply_come_first_and_enforced_before_report_only() -> None:
    text = answered(decision())

    assert text.index("CA001") < text.index("CA004") < text.index("CA003") < text.index("CA002")


def test_what_the_platform_may_demand_is_not_made_certain() -> None:
    assert "may demand MFA" in answered(decision(platform=MandatoryMfa(mandatory=None, why="the app is not known"), policies=()))


def test_an_effect_with_nobody_is_one_word_on_one_line() -> None:
    prompted = tuple(person for person in blast_radius().people if person.effect == "prompted")
    text = printed(blast_radius(people=prompted))

    assert "nobody: locked out, blocked, cannot register" in text
    assert "  0   " not in text[text.index("something new") : text.index("MFA demands")]


def test_every_limit_is_printed() -> None:
    limits = tuple(f"limit number {n} is one" for n in range(40))
    text = printed(blast_radius(limits=limits))

    assert all(limit in text for limit in limits)


def test_an_address_is_never_broken_at_80_columns() -> None:
    address = "sync_a-long-server-name_7f3a2c91d0b4@contoso.onmicrosoft.example"
    radius = blast_radius()
    text = printed(replace(radius, people=(replace(radius.people[0], user_principal_name=address),)))

    assert address in text


def test_a_line_without_a_terminal_has_no_padding() -> None:
    assert not [line for line in printed(blast_radius()).splitlines() if line != line.rstrip()]


@pytest.mark.parametrize(
    ("outcome", "said"),
    [(Outcome.MFA, "applies; MFA not done yet"), (Outcome.BLOCK, "blocks"), (Outcome.LOCKED_OUT, "applies, and cannot be met from here")],
)
def test_a_policy_that_is_not_met_says_so_in_words(outcome: Outcome, said: str) -> None:
    text = answered(decision(outcome=outcome, requires=("mfa",)), width=120)

    assert said in text
    assert "result failure" not in text
