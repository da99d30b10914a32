"""The small database beside a fetched tenant: which windows of which log are there, so that a fetch that was killed goes on."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from unbroken.errors import BadInput, UnbrokenError
from unbroken.graph.windows import Window, stamp

FILE = ".unbroken-fetch.sqlite"
FORMAT = "1"
_TABLES = """
CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS windows (
  kind TEXT NOT NULL, start INTEGER NOT NULL, "end" INTEGER NOT NULL, read_at INTEGER NOT NULL, rows INTEGER NOT NULL,
  published INTEGER NOT NULL, PRIMARY KEY (kind, start, "end"));
CREATE TABLE IF NOT EXISTS superseded (name TEXT PRIMARY KEY);
"""
_WINDOWS = 'SELECT kind, start, "end", read_at, rows, published FROM windows'
_ALWAYS = Window(-(2**62), 2**62)


@dataclass(frozen=True, slots=True)
class Held:
    """A window that was read to its end at `read_at` (seconds since 1970); its rows lie in the file `name`."""

    kind: str
    window: Window
    read_at: int
    rows: int
    published: bool = False

    @property
    def name(self) -> str:
        """Return the file's path below the folder of the log: what it is called says what it holds."""
        start, end = (_compact(each) for each in (self.window.start, self.window.end))
        return f"{self.kind}/{start}-{end}.jsonl.gz"


def _compact(seconds: int) -> str:
    return stamp(seconds).replace("-", "").replace(":", "")


class Checkpoints:
    """What was read, in one SQLite file that one process at a time may hold. Safe for threads."""

    def __init__(self, folder: Path) -> None:
        """Open or make the database in `folder`; raise `UnbrokenError` when another process holds it, `BadInput` when it is none."""
        file = folder / FILE
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, isolation_level=None, check_same_thread=False, timeout=0)
        try:
            self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
            self._db.execute("BEGIN EXCLUSIVE")
            self._db.execute("COMMIT")
            self._db.executescript(_TABLES)
        except sqlite3.OperationalError as error:
            self._db.close()
            raise UnbrokenError(f"{folder} is in use ({error})", remedy="wait until the other unbroken fetch has ended") from error
        except sqlite3.DatabaseError as error:
            self._db.close()
            raise BadInput(str(file), f"is no record of a fetch ({error})", remedy="fetch into a new folder") from error

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def fact(self, name: str) -> str:
        """Return what was noted under a name, empty when nothing was."""
        with self._lock:
            row = self._db.execute("SELECT value FROM facts WHERE name = ?", (name,)).fetchone()
        return row[0] if row else ""

    def note(self, name: str, value: str) -> None:
        """Note something under a name."""
        with self._lock:
            self._db.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", (name, value))

    def held(self, kind: str | None = None, window: Window = _ALWAYS) -> list[Held]:
        """Return the windows of one log, or of all, that reach into `window`, in order."""
        condition = """WHERE start < ? AND "end" > ? AND kind = coalesce(?, kind) ORDER BY kind, start"""
        with self._lock:
            rows = self._db.execute(f"{_WINDOWS} {condition}", (window.end, window.start, kind)).fetchall()
        return [Held(each[0], Window(each[1], each[2]), each[3], each[4], bool(each[5])) for each in rows]

    def replace(self, old: Iterable[Held], new: Iterable[Held]) -> None:
        """Put `new` in the place of `old`, all or nothing; files of `old`, which an earlier fetch may have published, are superseded."""
        with self._together():
            for each in old:
                self._db.execute('DELETE FROM windows WHERE kind = ? AND start = ? AND "end" = ?', _key(each))
                if each.rows:
                    self._db.execute("INSERT OR IGNORE INTO superseded VALUES (?)", (each.name,))
            for each in new:
                self._db.execute("INSERT OR REPLACE INTO windows VALUES (?, ?, ?, ?, ?, 0)", (*_key(each), each.read_at, each.rows))
                self._db.execute("DELETE FROM superseded WHERE name = ?", (each.name,)) if each.rows else None

    def superseded(self) -> list[str]:
        """Return the published files whose rows lie in newer ones."""
        with self._lock:
            return [row[0] for row in self._db.execute("SELECT name FROM superseded ORDER BY name")]

    def forget(self, held: Held) -> None:
        """Forget a window: it will be read again."""
        with self._together():
            self._db.execute('DELETE FROM windows WHERE kind = ? AND start = ? AND "end" = ?', _key(held))

    def all_published(self) -> None:
        """Note that every window's file is in its place, and that no superseded file is left."""
        with self._together():
            self._db.execute("UPDATE windows SET published = 1")
            self._db.execute("DELETE FROM superseded")

    @contextmanager
    def _together(self) -> Iterator[None]:
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")


def _key(held: Held) -> tuple[str, int, int]:
    return held.kind, held.window.start, held.window.end
