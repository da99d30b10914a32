"""Windows cover the log without holes and without overlaps, however they are cut, failed and taken back."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbroken.graph.windows import HOUR, LARGEST, MANY, SMALLEST, Lane, Window, stamp, uncovered, whole_since

MOMENTS = st.integers(0, 400)
WINDOWS = st.builds(lambda start, length: Window(start, start + length), MOMENTS, st.integers(1, 90))


@settings(deadline=None)
@given(WINDOWS, st.lists(WINDOWS, max_size=8))
def test_what_is_uncovered_is_everything_else_and_nothing_more(whole: Window, covered: list[Window]) -> None:
    gaps = uncovered(whole, covered)

    seconds = [second for gap in gaps for second in range(gap.start, gap.end)]
    taken = {second for window in covered for second in range(window.start, window.end)}
    assert seconds == [second for second in range(whole.start, whole.end) if second not in taken]


@settings(deadline=None)
@given(st.lists(st.integers(1, 2 * LARGEST), min_size=1, max_size=3), st.integers(0, 2**32), st.floats(0, 0.6))
def test_every_second_is_read_exactly_once_whatever_fails(lengths: list[int], seed: int, failing: float) -> None:
    gaps, at, chance = [], 0, Random(seed)  # noqa: S311 -- tests repeat
    for length in lengths:
        gaps.append(Window(at, at + length))
        at += length + 7
    lane, read, held = Lane(gaps), [], []
    while (window := lane.take()) is not None or held:
        if window is not None:
            held.append(window)
        if held and (window is None or chance.random() < 0.7):
            each = held.pop(chance.randrange(len(held)))
            if chance.random() < failing and lane.was_too_much(each):
                continue
            since = chance.choice([each.start, chance.randrange(each.start, each.end)])
            if since > each.start:
                lane.goes_on(Window(each.start, since))
            lane.was_read(Window(since, each.end), chance.choice([0, 1000, MANY, MANY + 1]))
            read.append(Window(since, each.end))

    assert uncovered(Window(0, at), read) == uncovered(Window(0, at), gaps)
    assert sum(window.seconds for window in read) == sum(lengths) == lane.done == lane.total


def test_windows_grow_while_they_are_nearly_empty_and_shrink_when_they_fail() -> None:
    lane, sizes = Lane([Window(0, 100 * LARGEST)]), []
    for _ in range(12):
        window = lane.take()
        assert window
        sizes.append(window.seconds)
        lane.was_read(window, 3)
    assert sizes[:3] == [HOUR, 8 * HOUR, 64 * HOUR]
    assert sizes[-1] == LARGEST

    window = lane.take()
    while window and lane.was_too_much(window):
        again = lane.take()
        assert again is not None
        assert again.seconds == max(SMALLEST, window.seconds // 2)
        window = again
    assert window
    assert window.seconds == SMALLEST


def test_windows_are_as_long_as_it_takes_for_many_rows() -> None:
    lane, a_second = Lane([Window(0, LARGEST)], HOUR), 5
    for _ in range(4):
        window = lane.take()
        assert window
        lane.was_read(window, window.seconds * a_second)
    assert window.seconds == MANY // a_second


def test_the_first_window_is_handed_out_alone() -> None:
    lane = Lane([Window(0, LARGEST)])
    first = lane.take()
    assert first
    assert lane.take() is None
    lane.was_read(first, 0)
    assert [lane.take() is None for _ in range(3)] == [False, False, False]


ROW = "1970-01-01T00:{minute:02}:{second:02}{fraction}Z"


def moments(*seconds: int, fraction: str = ".5") -> list[str]:
    return [ROW.format(minute=each // 60, second=each % 60, fraction=fraction) for each in seconds]


@pytest.mark.parametrize(
    ("created", "since"),
    [
        (moments(90, 80, 80, 70), 71),
        (moments(90, 70, fraction=""), 71),
        (moments(90, 99), None),
        (moments(99, 99, 99), None),
        (moments(99), None),
        ([*moments(90), "yesterday"], None),
        ([*moments(90), "1970-01-01T00:01:10+02:00"], None),
        ([], None),
    ],
)
def test_a_page_holds_all_rows_from_the_second_after_its_last(created: list[str], since: int | None) -> None:
    assert whole_since(created, Window(50, 100)) == since


def test_a_row_at_the_edge_belongs_to_one_window() -> None:
    first, second = Window(0, HOUR), Window(HOUR, 2 * HOUR)
    for created in (stamp(HOUR), "1970-01-01T01:00:00.0000000Z", "1970-01-01T01:00:00.4195833Z"):
        assert (first.holds(created), second.holds(created)) == (False, True)
    assert first.holds("1970-01-01T00:59:59.9999999Z")


def test_a_row_whose_time_is_not_understood_is_kept_where_it_is_found() -> None:
    assert Window(0, HOUR).holds("yesterday")
    assert Window(0, HOUR).holds("2026-11-20T12:00:00+02:00")
