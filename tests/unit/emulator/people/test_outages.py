"""Outages of the MFA service."""

from __future__ import annotations

import pytest

from emulating import with_people
from unbroken.emulator.people.outages import ISSUES, Outage, announce, share_out

BOTH = (Outage(100.0, 200.0, 0.3), Outage(150.0, 300.0, 0.8))


@pytest.mark.parametrize(("at", "expected"), [(99, 0.0), (100, 0.3), (150, 0.8), (199, 0.8), (299, 0.8), (300, 0.0)])
def test_the_worst_outage_of_a_moment_counts(at: float, expected: float) -> None:
    assert share_out(BOTH, at) == expected


def test_service_health_says_it_late_and_takes_it_back() -> None:
    world, outage = with_people(30).world, Outage(1_795_392_000.0, 1_795_399_200.0)
    said = []
    for after in (600, 1200, 3600, 7200, 9000):
        announce(world, [outage], outage.begins + after)
        said.append([issue["isResolved"] for issue in world.of(ISSUES).values()])

    assert said == [[], [False], [False], [True], [True]]
    assert [issue["startDateTime"] for issue in world.of(ISSUES).values()] == ["2026-11-23T00:00:00Z"]
