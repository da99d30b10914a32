"""Times as logs write them, read into microseconds since 1970 UTC."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)
_SECONDS = {f"{second // 60:02d}:{second % 60:02d}Z": second * 1_000_000 for second in range(3600)}
_EARLIEST = 946_684_800_000_000
"""2000-01-01: anything before is a placeholder (`0001-01-01`, `1900-01-01`), not a sign-in."""

_ISO = re.compile(
    r"(\d{4})[-/](\d\d)[-/](\d\d)[T ]+(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(Z|UTC|[+-]\d\d:?\d\d)?", re.ASCII | re.IGNORECASE
)
_DATE_CALL = re.compile(r"\\?/Date\((-?\d+)(?:[+-]\d{4})?\)\\?/")
_CULTURE = re.compile(
    r"(\d{1,2})([/.\-])(\d{1,2})\2(\d{4}),?\s+(?:à\s+)?(\d{1,2}):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?\s*(?:([ap])\.?\s?m\.?)?\s*(?:Z|UTC|\+00:00)?",
    re.IGNORECASE,
)


class HourMemo(dict[str, int | None]):
    """`2026-11-23T14:` -> microseconds of that hour; a log repeats its hours."""

    def __missing__(self, prefix: str) -> int | None:
        """Parse an hour that was not seen before."""
        if len(self) > 100_000:
            self.clear()
        value = self[prefix] = _iso(prefix + "00:00Z")
        return value


_HOURS = HourMemo()


def microseconds(text: str) -> int | None:
    """Return the time of an ISO 8601 text (any number of digits, with or without zone: UTC) or of `/Date(ms)/`, None when it is neither.

    Digits after the sixth are cut off: the log's nanoseconds carry no meaning.
    """
    second = _SECONDS.get(text[14:])
    if second is not None:
        hour = _HOURS[text[:14]]
        if hour is not None:
            return hour + second
    found = _DATE_CALL.fullmatch(text)
    if found:
        return _plausible(int(found[1]) * 1000)
    return _iso(text)


def _iso(text: str) -> int | None:
    found = _ISO.fullmatch(text.strip())
    if not found:
        return None
    year, month, day, hour, minute, second, fraction, zone = found.groups()
    try:
        moment = datetime(int(year), int(month), int(day), int(hour), int(minute), int(second or 0), _micro(fraction), tzinfo=UTC)
    except ValueError:
        return None
    return _plausible((moment - _EPOCH) // _MICROSECOND - _offset(zone))


def _micro(fraction: str | None) -> int:
    return int((fraction or "0")[:6].ljust(6, "0"))


def _offset(zone: str | None) -> int:
    if not zone or zone.upper() in {"Z", "UTC"}:
        return 0
    minutes = int(zone[1:3]) * 60 + int(zone[-2:])
    return (-minutes if zone[0] == "-" else minutes) * 60_000_000


def _plausible(value: int) -> int | None:
    return value if value >= _EARLIEST else None


def is_culture_date(text: str) -> bool:
    """Tell whether a text is a date with the year last, which leaves the order of day and month open."""
    return _CULTURE.fullmatch(text.strip()) is not None


class DayOrder:
    """Gathers from a whole file's dates whether the day or the month comes first."""

    def __init__(self) -> None:
        """Start without evidence."""
        self.day_first_seen = self.month_first_seen = self.open_seen = False

    def see(self, text: str) -> None:
        """Take a date as evidence: a number above 12 is a day, and dots are never used by cultures that put the month first."""
        found = _CULTURE.fullmatch(text.strip())
        if not found:
            return
        first, second = int(found[1]), int(found[3])
        self.day_first_seen |= first > 12 or found[2] == "."
        self.month_first_seen |= second > 12
        self.open_seen |= first != second

    @property
    def verdict(self) -> str:
        """`day`, `month`, `either` (nothing depends on it), `unclear` or `contradiction`."""
        if self.day_first_seen and self.month_first_seen:
            return "contradiction"
        if self.day_first_seen or self.month_first_seen:
            return "day" if self.day_first_seen else "month"
        return "unclear" if self.open_seen else "either"


def culture_microseconds(text: str, *, day_first: bool) -> int | None:
    """Return the time of `11/23/2026, 2:15:03 PM` or `23/11/2026 14:15` as UTC, None when it is no such date."""
    found = _CULTURE.fullmatch(text.strip())
    if not found:
        return microseconds(text)
    first, _, second, year, hour, minute, seconds, fraction, half = found.groups()
    day, month = (first, second) if day_first else (second, first)
    try:
        clock = _hour(int(hour), half)
        moment = datetime(int(year), int(month), int(day), clock, int(minute), int(seconds or 0), _micro(fraction), tzinfo=UTC)
    except ValueError:
        return None
    return _plausible((moment - _EPOCH) // _MICROSECOND)


def _hour(hour: int, half: str | None) -> int:
    if half is None:
        return hour
    if not 1 <= hour <= 12:
        raise ValueError(hour)
    return hour % 12 + (12 if half.lower() == "p" else 0)
