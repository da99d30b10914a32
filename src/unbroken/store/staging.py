"""The working database of an archive being built: encoded rows in the order they were read, on disk, under a memory limit."""

from __future__ import annotations

import shutil
from pathlib import Path
from types import TracebackType
from typing import Self

import duckdb
import numpy as np
from numpy.typing import NDArray

from unbroken.store.codes import FACTS, Arrays

MEMORY_LIMIT = "256MiB"
STAGED = (*FACTS, "created", "error", "same", "correlation", "session", "origin", "id")
FLUSH_ROWS = 100_000
"""Rows are collected to this many before they enter the database: a row group's worth costs little more than a thousand rows."""

_CREATE = """
CREATE TABLE staged (
  "user" INTEGER, target INTEGER, context INTEGER, device INTEGER, address INTEGER, applied INTEGER, agent INTEGER, proof INTEGER,
  created BIGINT, error INTEGER, same BIGINT, correlation BIGINT, session BIGINT, origin BIGINT, id VARCHAR)
"""
_INSERT = """
INSERT INTO staged SELECT "user", target, context, device, address, applied, agent, proof,
  created, error, same, correlation, session, origin, id FROM incoming
"""


class Staging:
    """Rows on their way into an archive; closing it deletes `folder`."""

    def __init__(self, folder: Path, memory_limit: str = MEMORY_LIMIT) -> None:
        """Open an empty working database in `folder`."""
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.database = open_database(folder / "rows.duckdb", folder / "spill", memory_limit)
        self.database.execute("PRAGMA disable_checkpoint_on_shutdown")  # it is deleted on closing
        self.database.execute(_CREATE)
        self._waiting: list[Arrays] = []
        self._waiting_rows = 0

    def __enter__(self) -> Self:
        """Return the staging itself."""
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        """Close the database, so that its files can be deleted on Windows too, and delete them."""
        self.database.close()
        shutil.rmtree(self.folder)

    def add(self, arrays: Arrays) -> None:
        """Take some rows: equally long arrays keyed by `STAGED`."""
        self._waiting.append(arrays)
        self._waiting_rows += len(arrays["created"])
        if self._waiting_rows >= FLUSH_ROWS:
            self.flush()

    def flush(self) -> None:
        """Write the rows that wait."""
        if self._waiting:
            self._insert({name: np.concatenate([arrays[name] for arrays in self._waiting]) for name in STAGED}, _INSERT)
        self._waiting, self._waiting_rows = [], 0

    def table(self, name: str, arrays: Arrays) -> None:
        """Create a temporary table from equally long arrays."""
        self._insert(arrays, "CREATE OR REPLACE TEMP TABLE new_table AS SELECT * FROM incoming")
        self.database.execute(f'DROP TABLE IF EXISTS temp."{name}"')
        self.database.execute(f'ALTER TABLE new_table RENAME TO "{name}"')

    def last_seen(self, users: int) -> NDArray[np.int64]:
        """Return the time of the last row per raw user code, 0 for one that no row has."""
        found = self.database.execute('SELECT "user", max(created) AS last FROM staged GROUP BY "user"').fetchnumpy()
        last = np.zeros(users, np.int64)
        last[found["user"]] = found["last"]
        return last

    def number(self, query: str) -> int:
        """Return the single number a query answers, 0 for null."""
        row = self.database.execute(query).fetchone()
        return int(row[0] or 0) if row else 0

    def _insert(self, arrays: Arrays, statement: str) -> None:
        self.database.register("incoming", arrays)
        self.database.execute(statement)
        self.database.unregister("incoming")


def open_database(file: Path | str, spill: Path, memory_limit: str = MEMORY_LIMIT) -> duckdb.DuckDBPyConnection:
    """Open a DuckDB database that keeps to a memory limit and spills to the folder `spill`."""
    config: dict[str, str | bool | int | float | list[str]] = {
        "memory_limit": memory_limit,
        "temp_directory": str(spill),
        "threads": THREADS,
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
    }
    database = duckdb.connect(str(file), config=config)
    database.execute("SET enable_progress_bar = false")  # it would be drawn on standard output, between the lines of an answer
    return database


THREADS = 2
"""More threads need more memory each; the builds are bound by the reader, which is one thread."""
