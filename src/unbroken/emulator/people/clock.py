"""The tenant's clock: it runs with the machine's, faster or not at all, and can be put forward."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


class VirtualClock:
    """Seconds since 1970 in the emulated tenant."""

    def __init__(self, source: Callable[[], float], speed: float = 1.0) -> None:
        """Show the time of `source`, of which every second counts `speed` seconds; 0 stands still until it is moved."""
        self._source, self.speed = source, speed
        self._offset = source() * (1.0 - speed) if speed != 1.0 else 0.0
        self._held: float | None = None

    def __call__(self) -> float:
        """Return the time; while something is played, the moment at which it happens."""
        return self._source() * self.speed + self._offset if self._held is None else self._held

    def move_to(self, moment: float) -> None:
        """Put the clock forward to `moment`; one that is past stays past."""
        self._offset += max(0.0, moment - self())

    @contextmanager
    def held(self) -> Iterator[Callable[[float], None]]:
        """Give a function that sets the time by hand while the block runs."""
        try:
            yield self._hold
        finally:
            self._held = None

    def _hold(self, moment: float) -> None:
        self._held = moment
