"""Windows of time in which a log is read: cut by what came back, so that a page is neither a timeout nor nearly empty. Pure."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

HOUR = 3600
SMALLEST = 60
LARGEST = 8 * 24 * HOUR
FEW = 1000
"""Rows of one page: a window with no more may be twice as long next time."""
MANY = 5000
"""Rows of a window that had better been half as long: the later its failure, the more is read again."""


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


class Lane:
    """What is still to be read of one log, handed out window by window, oldest first. Safe for threads."""

    def __init__(self, gaps: Sequence[Window], size: int = HOUR) -> None:
        """Begin with windows of `size` seconds."""
        self._gaps, self._size, self._lock = sorted(gaps), size, threading.Lock()
        self.total = sum(gap.seconds for gap in gaps)
        self.done = 0
        """Seconds of log that were read, of `total`."""

    def take(self) -> Window | None:
        """Return the next window, None when none is left to hand out."""
        with self._lock:
            if not self._gaps:
                return None
            first = self._gaps.pop(0)
            window = Window(first.start, min(first.end, first.start + self._size))
            if window.end < first.end:
                self._gaps.insert(0, Window(window.end, first.end))
            return window

    def was_read(self, window: Window, rows: int) -> None:
        """Count a window that was read with so many rows, and size the next ones by it."""
        with self._lock:
            self.done += window.seconds
            if rows > MANY:
                self._size = max(SMALLEST, min(self._size, window.seconds // 2))
            elif rows <= FEW:
                self._size = min(LARGEST, max(self._size, window.seconds * 2))

    def was_too_much(self, window: Window) -> bool:
        """Take a window back that failed for its size, and halve the next ones; False when it cannot be smaller."""
        with self._lock:
            if window.seconds <= SMALLEST:
                return False
            self._size = max(SMALLEST, window.seconds // 2)
            self._gaps.append(window)
            self._gaps.sort()
            return True
