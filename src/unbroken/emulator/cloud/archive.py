"""The emulated tenant on disk: one SQLite file with the directory, the settings and the sign-in log; it survives a restart."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

import msgspec

from unbroken.emulator.cloud.grammar import moment
from unbroken.emulator.cloud.message import Wire
from unbroken.errors import BadInput

_TABLES = """
CREATE TABLE IF NOT EXISTS records (collection TEXT, id TEXT, body BLOB, PRIMARY KEY (collection, id));
CREATE TABLE IF NOT EXISTS sign_ins (id TEXT, created TEXT, kind TEXT, visible REAL NOT NULL DEFAULT 0, body BLOB);
CREATE INDEX IF NOT EXISTS by_time ON sign_ins (created DESC, id DESC);
CREATE INDEX IF NOT EXISTS by_id ON sign_ins (id);
"""
_BATCH = 5000


class _Key(msgspec.Struct):
    """What a row of the log is found by."""

    id: str
    createdDateTime: str  # noqa: N815 -- the wire's name
    signInEventTypes: list[str] | None = None  # noqa: N815 -- as above
    isInteractive: bool | None = None  # noqa: N815 -- as above


@dataclass(frozen=True, slots=True)
class Window:
    """Which rows of the log are looked at: created between two moments, of some kinds, after a position; newest first."""

    since: str = ""
    until: str = "9999"
    kinds: tuple[str, ...] = ()
    """Empty: every kind."""
    after: tuple[str, str] | None = None
    """(created, id) of the last row that was given."""


class Archive:
    """Records by collection and id, in the order they came, and the sign-in log."""

    def __init__(self, file: Path | None = None) -> None:
        """Open `file`, or a database that is gone when the program ends.

        Raises:
            BadInput: the file is no state of an emulated tenant.
        """
        self._database = sqlite3.connect(file or "", isolation_level=None, check_same_thread=False)
        try:
            self._database.executescript(f"PRAGMA journal_mode = {'WAL' if file else 'OFF'}; PRAGMA synchronous = NORMAL; {_TABLES}")
        except sqlite3.DatabaseError as error:
            raise BadInput(str(file), f"is no state file ({error})", remedy="name another file with --state") from error

    def close(self) -> None:
        """Close the file."""
        self._database.close()

    def collections(self) -> dict[str, dict[str, Wire]]:
        """Return every record, by collection and id, in order; empty for a new file."""
        found: dict[str, dict[str, Wire]] = {}
        for name, key, body in self._database.execute("SELECT collection, id, body FROM records ORDER BY rowid"):
            found.setdefault(name, {})[key] = msgspec.json.decode(body)
        return found

    def put(self, collection: str, records: Iterable[tuple[str, Wire]]) -> None:
        """Write records by id; one that is there keeps its place."""
        statement = "INSERT INTO records VALUES (?1, ?2, ?3) ON CONFLICT DO UPDATE SET body = ?3"
        with self._transaction() as database:
            database.executemany(statement, ((collection, key, msgspec.json.encode(record)) for key, record in records))

    def remove(self, collection: str, key: str) -> None:
        """Forget a record."""
        self._database.execute("DELETE FROM records WHERE collection = ? AND id = ?", (collection, key))

    def add_sign_ins(self, rows: Iterable[bytes], *, visible_at: float = 0.0) -> None:
        """Append rows of the log, each one JSON object as beta writes it; they are seen from `visible_at` on (seconds since 1970)."""
        with self._transaction() as database:
            database.executemany("INSERT INTO sign_ins VALUES (?, ?, ?, ?, ?)", ((*_key(row), visible_at, row) for row in rows))

    def sign_ins(self, window: Window, now: float) -> Iterator[tuple[str, str, bytes]]:
        """Yield (created, id, row) of the rows in a window, newest first, without those that are not visible yet."""
        created, key = window.after or (window.until + "~", "")
        kinds = f"AND kind IN ({','.join('?' * len(window.kinds))})" if window.kinds else ""
        statement = f"""SELECT created, id, body FROM sign_ins
            WHERE created >= ? AND created <= ? AND (created, id) < (?, ?) AND visible <= ? {kinds}
            ORDER BY created DESC, id DESC"""  # noqa: S608 -- only question marks are put in
        values = (window.since, window.until, created, key, now, *window.kinds)
        yield from self._database.execute(statement, values)

    def sign_in(self, key: str, now: float) -> bytes | None:
        """Return the row with that id."""
        found = self._database.execute("SELECT body FROM sign_ins WHERE id = ? AND visible <= ?", (key, now)).fetchone()
        return found[0] if found else None

    def hold_back(self, keys: Iterable[str], until: float) -> None:
        """Let rows be seen only from `until` on (seconds since 1970): they come late."""
        with self._transaction() as database:
            database.executemany("UPDATE sign_ins SET visible = ? WHERE id = ?", ((until, key) for key in keys))

    def span(self) -> tuple[str, str, int]:
        """Return the first and the last moment of the log, and how many rows it has."""
        first, last, count = self._database.execute("SELECT min(created), max(created), count(*) FROM sign_ins").fetchone()
        return first or "", last or "", count

    def together(self) -> AbstractContextManager[object]:
        """Let everything that is written while the block runs be written, or nothing."""
        return self._transaction()

    def _transaction(self) -> _Transaction:
        return _Transaction(self._database, self._database.in_transaction)


@dataclass(frozen=True, slots=True)
class _Transaction:
    """All or nothing."""

    database: sqlite3.Connection

    inner: bool
    """One that is open already holds it."""

    def __enter__(self) -> sqlite3.Connection:
        if not self.inner:
            self.database.execute("BEGIN")
        return self.database

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        if not self.inner:
            self.database.execute("ROLLBACK" if kind else "COMMIT")


_decode_key = msgspec.json.Decoder(_Key).decode


def _key(row: bytes) -> tuple[str, str, str]:
    found = _decode_key(row)
    kinds = found.signInEventTypes or (["nonInteractiveUser"] if found.isInteractive is False else ["interactiveUser"])
    return found.id, moment(found.createdDateTime), kinds[0]
