"""The sign-in archive: a folder of encoded sign-ins and their condition cube as Parquet, with the dictionaries as JSON.

Every Parquet row carries its tenant id in the constant column `tenant`, so that the archives of many tenants can be read as one.
"""

from __future__ import annotations

import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

import duckdb
import msgspec
import numpy as np

from unbroken.entra.cube import LOGGED_COLUMNS, Dictionaries
from unbroken.entra.sign_in import SignInBatch
from unbroken.errors import UnbrokenError
from unbroken.store import questions
from unbroken.store.codes import Arrays, Encoder
from unbroken.store.dictionaries import settle_dictionaries
from unbroken.store.dictionary_files import read_dictionaries, write_dictionaries
from unbroken.store.folder import FORMAT, Manifest, appearing_at_once, read_manifest, write_manifest
from unbroken.store.questions import LegacyUse
from unbroken.store.settle import COLUMN_TYPES, ROWS_AT_ONCE, Progress, column_file, settle
from unbroken.store.staging import MEMORY_LIMIT, Staging, open_database

AGENTS = "user-agents.json"
PIECE_TUPLES = 1_000_000


def build_archive(
    batches: Iterable[SignInBatch],
    folder: Path,
    *,
    tenant_id: str,
    progress: Progress | None = None,
    memory_limit: str = MEMORY_LIMIT,
    rows_at_once: int = ROWS_AT_ONCE,
) -> Archive:
    """Write the sign-ins of `batches` into an archive at `folder`, replacing an older archive there, and open it.

    Of rows with the same id the fullest is kept (the log completes rows after first writing them; forms differ in what they carry),
    among equally full ones a success before anything else, then the later; rows without id are the same only when all is equal.
    Interrupts are joined with the row that followed them. The result does not depend on the order of the batches. The folder appears
    when it is complete, or not at all. `WrongUsage` when `folder` holds something else.
    """
    encoder = Encoder()
    try:
        with appearing_at_once(folder) as building, Staging(building / "work", memory_limit) as staging, no_collection():
            for rows in stage(batches, staging, encoder):
                if progress:
                    progress("read", rows, 0)
            finish(staging, encoder, building, tenant_id=tenant_id, progress=progress, rows_at_once=rows_at_once)
    except (duckdb.Error, OSError) as error:
        reason = str(error).splitlines()[0]
        remedy = "make room on the disk, close what has the folder open, or name another folder"
        raise UnbrokenError(f"the sign-in archive {folder} cannot be written ({reason})", remedy=remedy) from error
    return Archive(folder)


def stage(batches: Iterable[SignInBatch], staging: Staging, encoder: Encoder) -> Iterator[int]:
    """Encode and stage batch after batch; yields how many rows are staged so far."""
    rows = 0
    for batch in batches:
        if len(batch):
            staging.add(encoder.encode(batch))
        rows += len(batch)
        yield rows


def finish(
    staging: Staging,
    encoder: Encoder,
    building: Path,
    *,
    tenant_id: str,
    progress: Progress | None = None,
    rows_at_once: int = ROWS_AT_ONCE,
) -> None:
    """Settle staged rows and dictionaries into the files of an archive; the manifest comes last."""
    staging.flush()
    settled = settle_dictionaries(encoder, staging.last_seen(len(encoder.codes["user"])))
    for name, arrays in settled.maps.items():
        staging.table(f"map_{name}", arrays)
    write_dictionaries(building, settled.dictionaries)
    (building / AGENTS).write_bytes(msgspec.json.encode(settled.agents))
    del settled
    counts = settle(staging, building, tenant_id, progress, rows_at_once)
    staged = counts.duplicates + counts.joined + counts.evaluated
    write_manifest(
        building,
        Manifest(FORMAT, tenant_id, staged, counts.duplicates, counts.joined, counts.evaluated, counts.tuples, counts.first, counts.last),
    )


@contextmanager
def no_collection() -> Iterator[None]:
    """Keep the garbage collector from walking records and dictionaries again and again: they hold no cycles."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


class Archive:
    """An archive on disk, opened for reading; holds no file open between questions."""

    def __init__(self, folder: Path, memory_limit: str = MEMORY_LIMIT) -> None:
        """Open the archive at `folder`; `BadInput` when there is none."""
        self.folder = folder
        self.manifest = read_manifest(folder)
        self._memory_limit = memory_limit

    @property
    def tenant_id(self) -> str:
        """The tenant the sign-ins belong to."""
        return self.manifest.tenant_id

    @property
    def duplicates(self) -> int:
        """How many rows repeated a sign-in that is held."""
        return self.manifest.duplicates

    @property
    def joined(self) -> int:
        """How many rows were interrupts that belong to a later row of the same attempt."""
        return self.manifest.joined

    @property
    def evaluated(self) -> int:
        """How many sign-ins the archive holds."""
        return self.manifest.evaluated

    @property
    def tuples(self) -> int:
        """How many distinct tuples the cube has."""
        return self.manifest.tuples

    @property
    def first(self) -> int:
        """Time of the first sign-in, microseconds since 1970 UTC; 0 when there is none."""
        return self.manifest.first

    @property
    def last(self) -> int:
        """Time of the last sign-in, microseconds since 1970 UTC; 0 when there is none."""
        return self.manifest.last

    def dictionaries(self) -> Dictionaries:
        """Return the facts the codes stand for."""
        return self._dictionaries

    @cached_property
    def _dictionaries(self) -> Dictionaries:
        return read_dictionaries(self.folder)

    def agents(self) -> list[str]:
        """Return the user agents, by the code `agent` of the encoded sign-ins."""
        return msgspec.json.decode((self.folder / AGENTS).read_bytes(), type=list[str])

    def cube(self) -> Iterator[Arrays]:
        """Yield the cube in pieces of `PIECE_TUPLES`, `CUBE_COLUMNS` as read-only arrays mapped from the disk, in the order of tuples."""
        whole = self.whole_cube()
        for start in range(0, self.tuples, PIECE_TUPLES):
            yield {name: column[start : start + PIECE_TUPLES] for name, column in whole.items()}

    def whole_cube(self) -> Arrays:
        """Return the cube at once; columns that are not looked at cost nothing."""
        return {name: self._column(name, kind) for name, kind in COLUMN_TYPES.items()}

    def logged(self) -> Arrays:
        """Return `LOGGED_COLUMNS` at once, in the order of tuples."""
        pieces = list(self.logged_pieces())
        return {name: np.concatenate([piece[name] for piece in pieces]) if pieces else np.empty(0, np.int64) for name in LOGGED_COLUMNS}

    def logged_pieces(self) -> Iterator[Arrays]:
        """Yield `LOGGED_COLUMNS` one range of users after another, in the order of tuples."""
        return self._pieces("logged", LOGGED_COLUMNS)

    def sign_ins(self, *columns: str) -> Iterator[Arrays]:
        """Yield columns of the encoded sign-ins one range of users after another, in the order of tuples and then of time."""
        return self._pieces("sign-ins", columns)

    def example_id(self, position: int) -> str:
        """Return the id of the sign-in at a position, empty when the log gave none; `KeyError` when there is no such position."""
        return self.example_ids([position])[position]

    def example_ids(self, positions: Iterable[int]) -> dict[int, str]:
        """Return position -> id for many positions in one pass."""
        if not self.evaluated:
            return {}
        query = "SELECT position, id FROM read_parquet($files) WHERE position IN (SELECT unnest($positions))"
        with self.database() as database:
            found = database.execute(query, {"files": self.files("sign-ins"), "positions": sorted(set(positions))}).fetchall()
        return dict(found)

    def legacy(self) -> list[LegacyUse]:
        """Return who uses which legacy client, from what, for what, and with what success."""
        with self.database() as database:
            return questions.legacy(database, self.files("sign-ins"), self.dictionaries(), self.agents())

    def database(self) -> duckdb.DuckDBPyConnection:
        """Open a database in memory for questions to the Parquet files; it spills into the archive's folder."""
        return open_database(":memory:", self.folder / "spill", self._memory_limit)

    def files(self, kind: str) -> list[str]:
        """Return the Parquet files of a kind (`sign-ins`, `cube`, `logged`) in their order."""
        return [str(path) for path in sorted(self.folder.glob(f"{kind}-*.parquet"))]

    def _pieces(self, kind: str, columns: tuple[str, ...]) -> Iterator[Arrays]:
        with self.database() as database:
            for file in self.files(kind):
                piece = database.read_parquet(file).select(*(duckdb.ColumnExpression(name) for name in columns)).fetchnumpy()
                yield {name: np.ascontiguousarray(piece[name]) for name in columns}

    def _column(self, name: str, kind: str) -> np.ndarray:
        if not self.tuples:
            return np.empty(0, kind)
        return np.memmap(column_file(self.folder, name), kind, "r", shape=(self.tuples,))
