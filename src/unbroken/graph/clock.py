"""Time as the client needs it: seconds that pass, waiting, and chance. Tests bring a clock that does not wait."""

from __future__ import annotations

import random
import time
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the client asks of time."""

    def seconds(self) -> float:
        """Return seconds since any fixed moment; they never go back."""

    def wait(self, seconds: float) -> None:
        """Return after that many seconds."""

    def share(self) -> float:
        """Return a random share from 0 up to 1."""

    def today(self) -> datetime:
        """Return the time of day, in UTC."""


class RealClock:
    """The machine's own."""

    def seconds(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def wait(self, seconds: float) -> None:
        """Sleep."""
        time.sleep(seconds)

    def share(self) -> float:
        """Return a random share: for spreading retries, not for secrets."""
        return random.random()  # noqa: S311 -- as said

    def today(self) -> datetime:
        """Return the time of the machine, in UTC."""
        return datetime.now(UTC)
