"""What people see while they wait."""

from __future__ import annotations

import pytest

from unbroken.cli.progress import line


@pytest.mark.parametrize(
    ("told", "shown"),
    [
        (("proving mfa-everywhere", 0, 0), "proving mfa-everywhere"),
        (("reading", 12_000, 0), "reading 12,000"),
        (("storing", 0, 5_000), "storing 0 of 5,000"),
    ],
)
def test_how_far_it_is_is_shown_only_where_it_is_counted(told: tuple[str, int, int], shown: str) -> None:
    assert line(*told) == shown
