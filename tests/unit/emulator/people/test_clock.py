"""The tenant's clock."""

from __future__ import annotations

import pytest

from emulating import FixedClock
from unbroken.emulator.people.clock import VirtualClock


def test_it_shows_the_machines_time_until_it_is_moved() -> None:
    source = FixedClock(1000.0)
    clock = VirtualClock(source)
    source.now = 1001.25

    assert clock() == 1001.25

    clock.move_to(5000.0)
    source.now += 2

    assert clock() == 5002.0


@pytest.mark.parametrize(("speed", "expected"), [(0.0, 1000.0), (1.0, 1010.0), (60.0, 1600.0)])
def test_a_second_of_the_machine_is_so_many_of_the_tenant(speed: float, expected: float) -> None:
    source = FixedClock(1000.0)
    clock = VirtualClock(source, speed)
    source.now += 10

    assert clock() == expected


def test_it_never_goes_back() -> None:
    clock = VirtualClock(FixedClock(1000.0), 0.0)
    clock.move_to(900.0)

    assert clock() == 1000.0


def test_while_something_is_played_it_shows_that_moment() -> None:
    clock = VirtualClock(FixedClock(1000.0), 0.0)
    with clock.held() as hold:
        hold(42.0)
        assert clock() == 42.0

    assert clock() == 1000.0
