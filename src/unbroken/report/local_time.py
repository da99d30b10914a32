"""Times as people read them: in the tenant's time zone. Programs get UTC."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


def zone(name: str) -> tuple[str, tzinfo]:
    """Return the time zone and its name; UTC when this machine does not know the name."""
    try:
        return name, ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return "UTC", UTC


def local(moment: str, time_zone: str) -> str:
    """Return an ISO time in UTC as `2026-11-20 08:14` in the zone; what is no time comes back as it is."""
    try:
        read = datetime.fromisoformat(moment)
    except ValueError:
        return moment
    aware = read if read.tzinfo else read.replace(tzinfo=UTC)
    return f"{aware.astimezone(zone(time_zone)[1]):%Y-%m-%d %H:%M}"
