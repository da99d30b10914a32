"""The queue of what is going to happen."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from unbroken.emulator.people.days import Days
from unbroken.emulator.people.memory import Later
from unbroken.emulator.people.population import Origin, Population

MONDAY, MIDNIGHT = date(2026, 11, 23), 1_795_392_000


@pytest.fixture
def days() -> Days:
    return Days(Population.of(Origin(1, 30)), MONDAY)


def test_everything_comes_in_the_order_of_time_and_once(days: Days) -> None:
    found = [(event.at, event.key) for event in days.until(MIDNIGHT + 3 * 86400)]

    assert found == sorted(found)
    assert len({key for _, key in found}) == len(found) > 300
    assert {key[:10] for _, key in found} >= {"2026-11-23", "2026-11-24", "2026-11-25"}
    assert all(at <= MIDNIGHT + 3 * 86400 for at, _ in found)


def test_pieces_give_the_same_as_the_whole(days: Days) -> None:
    pieces = Days(days.population, MONDAY)
    whole = [event.key for event in days.until(MIDNIGHT + 86400)]

    assert [event.key for end in range(MIDNIGHT - 86400, MIDNIGHT + 86401, 5400) for event in pieces.until(end)] == whole


def test_what_is_put_off_takes_its_place(days: Days) -> None:
    days.add([Later(MIDNIGHT + 40000, "again a 1", "try again", "a"), Later(MIDNIGHT + 30000, "again a 2", "try again", "a")])

    assert [later.key for later in days.later()] == ["again a 2", "again a 1"]
    played = [event.key for event in days.until(MIDNIGHT + 35000)]
    assert "again a 2" in played
    assert [later.key for later in days.later()] == ["again a 1"]


def test_days_that_had_begun_come_back_without_what_was_done(days: Days) -> None:
    left_at = MIDNIGHT + 36000
    done = {event.key for event in days.until(left_at)}
    rest = [event.key for event in days.until(left_at + 86400)]
    again = Days(days.population, date(2026, 11, 24))
    again.resume(MONDAY, left_at)

    assert [event.key for event in again.until(left_at + 86400)] == rest
    assert done.isdisjoint(rest)


def test_nothing_comes_back_from_before_the_first_day() -> None:
    days = Days(Population.of(Origin(1, 30)), MONDAY)
    days.resume(MONDAY, MIDNIGHT - 14 * 3600)

    assert all(first.key[:10] >= "2026-11-23" for first, _ in pairwise(days.until(MIDNIGHT + 86400)))


def test_quiet_is_when_nothing_is_due(days: Days) -> None:
    assert days.is_quiet(MIDNIGHT - 15 * 3600)
    assert not days.is_quiet(MIDNIGHT)
