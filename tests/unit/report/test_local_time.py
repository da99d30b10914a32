"""Times in the tenant's zone."""

from __future__ import annotations

import pytest

from unbroken.report.local_time import local, zone


@pytest.mark.parametrize(
    ("moment", "name", "said"),
    [
        ("2026-07-20T22:30:00Z", "Europe/London", "2026-07-20 23:30"),
        ("2026-12-31T23:30:00Z", "Asia/Tokyo", "2027-01-01 08:30"),
        ("2026-12-31T23:30:00", "UTC", "2026-12-31 23:30"),
        ("2026-12-31T23:30:00.1234567Z", "UTC", "2026-12-31 23:30"),
        ("2026-12-31T23:30:00Z", "Mars/Olympus", "2026-12-31 23:30"),
        ("2026-12-31T23:30:00Z", "../etc/passwd", "2026-12-31 23:30"),
        ("", "Europe/London", ""),
        ("yesterday", "Europe/London", "yesterday"),
    ],
)
def test_a_moment_is_said_in_the_zone(moment: str, name: str, said: str) -> None:
    assert local(moment, name) == said


def test_a_zone_nobody_knows_is_not_named() -> None:
    assert zone("Mars/Olympus")[0] == "UTC"
    assert zone("Europe/London")[0] == "Europe/London"
