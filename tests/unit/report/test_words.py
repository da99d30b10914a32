"""The sentences every face shares."""

from __future__ import annotations

from dataclasses import replace

import pytest

from builders_report import blast_radius
from unbroken.evaluate.blast_radius import Calibration, HourLoad, SignInCounts
from unbroken.evaluate.decision import Outcome
from unbroken.report import words


@pytest.mark.parametrize(
    ("share", "said"), [(0.98999, "98.9 %"), (0.99, "99.0 %"), (0.999999, "99.9 %"), (1.0, "100.0 %"), (0.0, "0.0 %"), (0.29, "29.0 %")]
)
def test_a_share_is_rounded_down(share: float, said: str) -> None:
    assert words.percent(share) == said


@pytest.mark.parametrize(
    ("value", "said"), [(0, "0"), (0.01, "<0.1"), (0.25, "0.2"), (9.96, "10.0"), (12.6, "13"), (1234, "1,234"), (3.0, "3")]
)
def test_a_little_is_never_shown_as_nothing(value: float, said: str) -> None:
    assert words.number(value) == said


def test_below_99_percent_is_not_trusted_and_says_so() -> None:
    said = words.honesty(Calibration(compared=10_000, agreed=9_899))

    assert not said.trusted
    assert said.title == "Calibration 98.9 %: below 99 %"
    assert "101 differ" in said.text


def test_from_99_percent_it_is_trusted() -> None:
    assert words.honesty(Calibration(compared=100, agreed=99)).trusted


def test_nothing_to_compare_is_not_trusted() -> None:
    said = words.honesty(Calibration(unknown=7))

    assert not said.trusted
    assert "7 logged results could not be judged" in said.text


def test_a_person_is_counted_once_for_each_effect() -> None:
    radius = blast_radius()
    twice = replace(radius, people=(*radius.people, replace(radius.people[0], why="another policy")))

    assert words.headline(twice) == words.headline(radius)
    assert words.people_affected(twice) == words.people_affected(radius) == 55


def test_what_was_so_before_is_not_counted_as_new() -> None:
    unknown = next(count for count in words.headline(blast_radius()) if count.effect == "unknown")

    assert (unknown.new, unknown.already) == (4, 1)


def test_an_effect_without_a_word_of_its_own_comes_first_and_is_not_dropped() -> None:
    radius = blast_radius()
    strange = replace(radius, people=(replace(radius.people[40], effect="abducted"), *radius.people))

    assert words.headline(strange)[0].effect == "abducted"
    assert words.people_by_severity(strange.people)[0].effect == "abducted"


def test_reasons_put_the_same_sentence_together() -> None:
    first = words.reasons(blast_radius())[0]

    assert (first.effect, first.people, first.sign_ins) == ("locked out", 2, 51)


def test_rows_that_do_not_add_up_are_said() -> None:
    counts = SignInCounts(read=10, duplicates=1, joined=2, evaluated=3, skipped={"service principal": 2})

    assert words.rows(counts)[-1] == ("NOT ACCOUNTED FOR, please report this", 2)
    assert sum(n for _, n in words.rows(counts)[1:]) == 10


def test_a_tally_shows_what_changes() -> None:
    said = words.tally_text({Outcome.ALLOW: 1200, Outcome.BLOCK: 4}, {Outcome.MFA: 1200, Outcome.BLOCK: 4})

    assert said == "allowed 1,200 → 0, MFA 0 → 1,200, blocked 4"


def test_the_busiest_hour_counts_registrations_too() -> None:
    calm = HourLoad(weekday=0, hour=8, sign_ins=9, prompts=9, first_prompts=5, registrations=0)
    busy = HourLoad(weekday=4, hour=23, sign_ins=9, prompts=9, first_prompts=2, registrations=36)

    assert [words.hour_name(load) for load in words.peaks([calm, busy])] == ["Friday 23:00-00:00", "Monday 08:00-09:00"]
    assert "3 hours of help" in words.staffing([calm, busy])
    assert words.staffing([]) == "Nobody meets a first prompt or a forced registration."


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("12345 of 70092 sign-ins do not name their client", "12,345 of 70,092 sign-ins do not name their client"),
        ("2026-11-21 2026 is a year, aaaa1234-0000-4000-8000 of it", "2026-11-21 2026 is a year, aaaa1234-0000-4000-8000 of it"),
    ],
)
def test_counts_get_thousands_and_nothing_else_does(text: str, said: str) -> None:
    assert words.thousands(text) == said


def test_lines_and_accounts_that_differ_are_explained_once() -> None:
    people = blast_radius().people

    assert words.lines_of(people) == ""
    assert words.lines_of((*people, replace(people[0], new=False))).startswith("61 lines for 60 accounts")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "Not known: registered methods of {id} (userRegistrationDetails was not exported)",
            "Not known: registered methods of this account",
        ),
        ("Not known: the user {id} (users has no such id)", "Not known: this account (users"),
        ("Not known: members of the group {id} (groups was not exported)", "Not known: members of the group {id}"),
        ("the user {id} (users has no such id)", "the user {id}"),
    ],
)
def test_the_id_of_the_account_is_no_word_and_that_of_a_group_stays(text: str, said: str) -> None:
    key = "aaaa0000-0000-4000-8000-000000000000"

    assert words.of_account(text.format(id=key)).startswith(said.format(id=key))


def test_accounts_that_lack_the_same_fact_have_one_reason() -> None:
    people = blast_radius().people[:2]
    unknown = tuple(replace(p, effect="unknown", why=f"Not known: registered methods of {p.user_id} (not exported)") for p in people)

    assert [reason.people for reason in words.reasons(blast_radius(people=unknown))] == [2]


def test_the_first_week_is_said_to_be_an_average() -> None:
    said = words.staffing(blast_radius().hours)

    assert "On average over the weeks of the log" in said
    assert "at most" not in said
    assert "fewer than all who are prompted" in said
