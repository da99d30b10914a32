"""The rows of the sign-in log on disk: one file a window, staged out of sight and published when the fetch is complete.

Until then the folder shows the log of the last complete fetch: a log with holes would be taken for a quiet tenant.
"""

from __future__ import annotations

import gzip
import threading
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from unbroken.graph.checkpoints import Checkpoints, Held
from unbroken.graph.whole_files import move, write_whole
from unbroken.graph.windows import Window

STAGING = ".fetching"
"""Hidden: what reads a tenant folder leaves it out."""
PUBLISHED = "signIns"
_LEVEL = 4
"""Of gzip: four fifths of the best ratio in a third of the time."""
Rows = Mapping[str, bytes]
"""Id -> the row as Graph wrote it."""


class LogRow(msgspec.Struct):
    """What must be known of a row to put it in its place."""

    id: str | None = None
    created: str | None = msgspec.field(name="createdDateTime", default=None)
    applied: Any = msgspec.field(name="appliedConditionalAccessPolicies", default=msgspec.UNSET)


class LogStore:
    """The log of one tenant folder. Safe for threads: each window is committed by itself."""

    def __init__(self, folder: Path, checkpoints: Checkpoints) -> None:
        """Clear away what a fetch that was killed left half done."""
        self._staged, self._public, self._checkpoints = folder / STAGING / PUBLISHED, folder / PUBLISHED, checkpoints
        self._lock = threading.Lock()
        self._tidy()

    def commit(self, kind: str, window: Window, rows: Rows, read_at: int) -> int:
        """Keep the rows of a window that was read whole; return how many of them were not there before.

        Rows that an earlier reading had and this one has not are kept. Earlier windows that reach beyond this one keep the rest.
        """
        with self._lock:
            return self._commit(kind, window, rows, read_at)

    def _commit(self, kind: str, window: Window, rows: Rows, read_at: int) -> int:
        old = self._checkpoints.held(kind, window)
        before, rest = self._divided(old, window)
        together = {**before, **rows}
        new = [self._staged_file(Held(kind, window, read_at, len(together)), together)]
        new += [self._staged_file(Held(kind, part, each.read_at, len(left)), left) for each, part, left in rest]
        self._checkpoints.replace(old, new)
        kept = {each.name for each in new}
        for each in old:
            if not each.published and each.name not in kept:
                (self._staged / each.name).unlink(missing_ok=True)
        return len(together) - len(before)

    def rows(self, held: Held) -> dict[str, bytes]:
        """Return the rows of a window by id."""
        if not held.rows:
            return {}
        with gzip.open(self._place(held)) as lines:
            return dict(keyed(line.rstrip(b"\n") for line in lines))

    def publish(self) -> None:
        """Show the log as it is now: every staged file moves into its place, and what it replaces goes."""
        for held in self._checkpoints.held():
            staged = self._staged / held.name
            if held.rows and not held.published and staged.is_file():
                move(staged, self._public / held.name)
        current = {each.name for each in self._checkpoints.held() if each.rows}
        for name in self._checkpoints.superseded():
            if name not in current:
                (self._public / name).unlink(missing_ok=True)
        self._checkpoints.all_published()

    def _divided(self, old: list[Held], window: Window) -> tuple[dict[str, bytes], list[tuple[Held, Window, dict[str, bytes]]]]:
        """Return the rows of `old` inside `window`, and what of them lies before and after it."""
        inside: dict[str, bytes] = {}
        rest = []
        for each in old:
            rows = self.rows(each)
            outside = [Window(each.window.start, window.start), Window(window.end, each.window.end)]
            parts = [part for part in outside if part.seconds > 0]
            inside |= {key: row for key, row in rows.items() if not any(part.holds(created_of(row)) for part in parts)}
            rest += [(each, part, {key: row for key, row in rows.items() if part.holds(created_of(row))}) for part in parts]
        return inside, rest

    def _staged_file(self, held: Held, rows: Rows) -> Held:
        if held.rows:
            packed = gzip.compress(b"".join(row + b"\n" for row in rows.values()), _LEVEL, mtime=0)
            write_whole(self._staged / held.name, [packed])
        return held

    def _place(self, held: Held) -> Path:
        """Return where the file of a window is: staged, unless it was published (publishing may have been cut off after the move)."""
        staged = self._staged / held.name
        return self._public / held.name if held.published or not staged.is_file() else staged

    def _tidy(self) -> None:
        """Delete staged files that no checkpoint knows, and forget checkpoints whose file is gone."""
        held = self._checkpoints.held()
        for each in held:
            if each.rows and not self._place(each).is_file():
                self._checkpoints.forget(each)
        known = {self._staged / each.name for each in held if not each.published}
        for file in sorted(self._staged.rglob("*")) if self._staged.is_dir() else ():
            if file.is_file() and file not in known:
                file.unlink()


def keyed(rows: Iterator[bytes]) -> Iterator[tuple[str, bytes]]:
    """Yield each row with its id; one without an id is its own."""
    for row in rows:
        line = _one_line(row)
        yield read_row(line).id or line.decode("utf-8", "replace"), line


def read_row(row: bytes) -> LogRow:
    """Return what must be known of a row; nothing of one that is no object."""
    try:
        return msgspec.json.decode(row, type=LogRow)
    except msgspec.DecodeError:
        return LogRow()


def created_of(row: bytes) -> str:
    """Return when the row says it was created, empty when it does not."""
    return read_row(row).created or ""


def _one_line(row: bytes) -> bytes:
    return msgspec.json.format(row, indent=-1) if b"\n" in row else row
