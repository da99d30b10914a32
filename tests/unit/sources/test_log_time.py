from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbroken.sources.log_time import culture_microseconds, microseconds

NOON = 1795435200_000000
"""2026-11-23 12:00 UTC."""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-23T12:00:00Z", NOON),
        ("2026-11-23T12:00:00", NOON),
        ("2026-11-23 12:00:00", NOON),
        ("2026-11-23T12:00:00.0000009Z", NOON),
        ("2026-11-23 12:00:00.983201900", NOON + 983201),
        ("2026-11-23T12:00:00.5+00:00", NOON + 500_000),
        ("2026-11-23T14:00:00+02:00", NOON),
        ("2026-11-23T06:30:00-0530", NOON),
        ("2026-11-23T12:00Z", NOON),
        ("/Date(1795435200000)/", NOON),
        ("\\/Date(1795435200000+0200)\\/", NOON),
        ("2026-11-23T12:00:60Z", None),
        ("2026-02-30T12:00:00Z", None),
        ("2026-11-23T24:00:00Z", None),
        ("0001-01-01T00:00:00Z", None),
        ("1900-01-01T00:00:00Z", None),
        ("11/23/2026 12:00", None),
        ("2026-11-23", None),
        ("", None),
    ],
)
def test_a_time_is_read_as_utc_or_not_at_all(text: str, expected: int | None) -> None:
    assert microseconds(text) == expected


@given(st.datetimes(datetime(2001, 1, 1), datetime(2099, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001 - the bounds are naive by design
def test_every_moment_written_by_python_is_read_back(moment: datetime) -> None:
    assert microseconds(moment.isoformat()) == round(moment.timestamp() * 1_000_000)
    whole = moment.replace(microsecond=0)
    assert microseconds(whole.strftime("%Y-%m-%dT%H:%M:%SZ")) == int(whole.timestamp()) * 1_000_000
    assert culture_microseconds(whole.strftime("%d/%m/%Y %H:%M:%S"), day_first=True) == int(whole.timestamp()) * 1_000_000
    assert culture_microseconds(whole.strftime("%m/%d/%Y, %I:%M:%S %p"), day_first=False) == int(whole.timestamp()) * 1_000_000
