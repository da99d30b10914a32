"""Windows of time in which a log is read: cut by what came back, so that pages are full and none is a timeout. Pure."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

HOUR = 3600
SMALLEST = 60
LARGEST = 32 * 24 * HOUR
MANY = 20_000
"""Rows that a window had better hold: its last page is not full, so there should be many before it."""
_MEMORY = 0.9
"""What the last reading weighs less than the one after it: logs are full by day and empty by night."""
_GROWTH, _CAUTIOUS_GROWTH = 8, 2
"""How many times longer the next window may be at most; the second once one has failed for its size."""


@dataclass(frozen=True, slots=True, order=True)
class Window:
    """A stretch of time in whole seconds since 1970 UTC: `start` belongs to it, `end` does not."""

    start: int
    end: int

    @property
    def seconds(self) -> int:
        """Return its length."""
        return self.end - self.start

    def holds(self, created: str) -> bool:
        """Return whether a row created at that moment (as Graph writes it, UTC) belongs to this window and no other.

        A time that is written in another way belongs wherever it was found: a row is rather there twice than not at all.
        """
        if len(created) < 20 or created[10] != "T" or not created.endswith("Z"):
            return True
        return stamp(self.start) <= f"{created[:19]}Z" < stamp(self.end)


def stamp(seconds: int) -> str:
    """Return a moment as Graph's filters take it."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def uncovered(whole: Window, covered: Iterable[Window]) -> list[Window]:
    """Return the parts of `whole` that lie in none of `covered`, in order."""
    gaps, at = [], whole.start
    for window in sorted(covered):
        if window.start > at:
            gaps.append(Window(at, min(window.start, whole.end)))
        at = max(at, window.end)
        if at >= whole.end:
            break
    if at < whole.end:
        gaps.append(Window(at, whole.end))
    return [gap for gap in gaps if gap.seconds > 0]


def whole_since(created: Sequence[str], window: Window) -> int | None:
    """Return the second from which on a page that begins a window, newest row first, has every row of it.

    The last second of the page may go on behind it, so it is the one after. None where that cannot be told: the rows are not in
    order, their times are not as Graph writes them, or the page holds one second only.
    """
    seconds = [each[:19] for each in created]
    if not created or not all(len(each) >= 20 and each[10] == "T" and each.endswith("Z") for each in created):
        return None
    if any(earlier < later for earlier, later in pairwise(seconds)):
        return None
    since = int(datetime.fromisoformat(f"{seconds[-1]}+00:00").timestamp()) + 1
    return since if window.start < since < window.end else None


class Lane:
    """What is still to be read of one log, handed out window by window, oldest first. Safe for threads.

    The first window is handed out alone: how many rows it has says how long the others should be.
    """

    def __init__(self, gaps: Sequence[Window], size: int = HOUR) -> None:
        """Begin with a window of `size` seconds."""
        self._gaps, self._size, self._lock = sorted(gaps), size, threading.Lock()
        self._begun: list[Window] = []
        self._tried, self._growth = False, _GROWTH
        self.total = sum(gap.seconds for gap in gaps)
        self.done = 0
        """Seconds of log that were read, of `total`."""
        self._out = 0
        self._seconds = self._rows = 0.0

    def take(self) -> Window | None:
        """Return the next window, None when none is left to hand out, or not yet."""
        with self._lock:
            if self._out and not self._tried:
                return None
            window = self._begun.pop() if self._begun else self._cut()
            self._out += window is not None
            return window

    def _cut(self) -> Window | None:
        if not self._gaps:
            return None
        first = self._gaps.pop(0)
        window = Window(first.start, min(first.end, first.start + self._size))
        if window.end < first.end:
            self._gaps.insert(0, Window(window.end, first.end))
        return window

    def goes_on(self, rest: Window) -> None:
        """Take back what is left of a window whose newest rows are read; it is handed out next, and whole."""
        with self._lock:
            self._begun.append(rest)

    def was_read(self, window: Window, rows: int) -> None:
        """Count a window that was read with so many rows, and size the next ones by it."""
        with self._lock:
            self.done += window.seconds
            self._out, self._tried = self._out - 1, True
            self._seconds, self._rows = self._seconds * _MEMORY + window.seconds, self._rows * _MEMORY + rows
            likely = int(MANY * self._seconds / max(1.0, self._rows))
            self._size = max(SMALLEST, min(LARGEST, likely, self._size * self._growth))

    def was_too_much(self, window: Window) -> bool:
        """Take a window back that failed for its size, and halve the next ones; False when it cannot be smaller."""
        with self._lock:
            if window.seconds <= SMALLEST:
                return False
            self._out -= 1
            self._size, self._growth = max(SMALLEST, window.seconds // 2), _CAUTIOUS_GROWTH
            self._gaps.append(window)
            self._gaps.sort()
            return True
