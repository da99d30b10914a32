"""Marks are where the numbers are."""

from __future__ import annotations

from itertools import pairwise

import pytest

from builders_report import blast_radius
from unbroken.evaluate.blast_radius import HourLoad
from unbroken.evaluate.decision import Outcome
from unbroken.report import charts


def test_the_segments_fill_the_bar_without_a_gap() -> None:
    segments = charts.bar(blast_radius().after)

    assert len(segments) == 7
    for left, right in pairwise(segments):
        assert right.start == pytest.approx(left.start + left.width, abs=0.02)
    assert segments[-1].start + segments[-1].width == pytest.approx(charts.BAR_WIDTH, abs=0.05)


def test_one_sign_in_in_a_million_is_visible() -> None:
    assert charts.bar({Outcome.ALLOW: 1_000_000, Outcome.LOCKED_OUT: 1})[-1].width > 3


def test_no_sign_ins_make_no_bar() -> None:
    assert charts.bar({}) == []
    assert charts.bar({Outcome.ALLOW: 0}) == []


def test_the_week_has_seven_days_of_24_hours_also_when_few_are_known() -> None:
    only = HourLoad(weekday=2, hour=9, sign_ins=30, prompts=0.2, first_prompts=0, registrations=0)
    week = charts.heat_map([only])

    assert [len(cells) for _, cells in week] == [24] * 7
    assert week[2][1][9] == charts.HeatCell("<1", 5)
    assert week[0][1][0] == charts.HeatCell("0", 0)


def test_the_most_is_the_darkest_and_a_little_is_not_nothing() -> None:
    loads = [HourLoad(weekday=0, hour=h, sign_ins=0, prompts=p, first_prompts=0, registrations=0) for h, p in enumerate((1000, 500, 1))]

    assert [cell.level for cell in charts.heat_map(loads)[0][1][:4]] == [5, 3, 1, 0]
    assert charts.heat_map(loads)[0][1][0].text == "1,000"
