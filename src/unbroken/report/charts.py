"""Where the marks of the two charts go: the bars of before and after, and the cells of the week."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import ceil

from unbroken.evaluate.blast_radius import HourLoad, Tally
from unbroken.evaluate.decision import Outcome
from unbroken.report.words import DAYS, OUTCOMES, number

BAR_WIDTH = 1000.0
LEAST_WIDTH = 4.0
"""The narrowest segment: one sign-in in a million stays visible."""
LEVELS = 5


@dataclass(frozen=True, slots=True)
class Segment:
    """One outcome's part of a bar, in units of a bar that is `BAR_WIDTH` long."""

    outcome: Outcome
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class HeatCell:
    """One hour of the week: the number to print and how dark it is, 0 (nothing) to `LEVELS`."""

    text: str
    level: int


def bar(tally: Tally) -> list[Segment]:
    """Return the segments of one bar, mildest outcome first; empty when there are no sign-ins."""
    present = [(outcome, tally[outcome]) for outcome in OUTCOMES if tally.get(outcome)]
    total = sum(n for _, n in present)
    widths = [max(LEAST_WIDTH, BAR_WIDTH * n / total) for _, n in present]
    shrink = BAR_WIDTH / sum(widths) if widths else 1.0
    segments, start = [], 0.0
    for (outcome, _), width in zip(present, widths, strict=True):
        segments.append(Segment(outcome, round(start, 2), round(width * shrink, 2)))
        start += width * shrink
    return segments


def heat_map(hours: Iterable[HourLoad]) -> list[tuple[str, list[HeatCell]]]:
    """Return seven days of 24 cells of average prompts; an hour without data is an hour without prompts."""
    prompts = {(load.weekday, load.hour): load.prompts for load in hours}
    most = max(prompts.values(), default=0.0)
    return [(day, [_cell(prompts.get((n, hour), 0.0), most) for hour in range(24)]) for n, day in enumerate(DAYS)]


def _cell(value: float, most: float) -> HeatCell:
    if not value:
        return HeatCell("0", 0)
    return HeatCell("<1" if value < 0.5 else number(round(value)), max(1, ceil(LEVELS * value / most)))
