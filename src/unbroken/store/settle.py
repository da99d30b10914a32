"""From staged rows to sign-ins: drop duplicates, join interrupts with their retries, follow sessions, write the Parquet files.

People are taken one range of users after another, so that memory does not depend on the size of the log.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from unbroken.entra.cube import CUBE_COLUMNS
from unbroken.store import sql
from unbroken.store.codes import Arrays
from unbroken.store.staging import Staging

ROWS_AT_ONCE = 2_000_000

COLUMN_TYPES = dict.fromkeys(CUBE_COLUMNS, "<i4") | {"mfa": "<i1", "count": "<i8", "first": "<i8", "last": "<i8"}
"""Column of the cube -> its type on disk."""

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) rows."""


@dataclass(slots=True)
class Counts:
    """Where every staged row went: duplicates + joined + evaluated is what was staged."""

    duplicates: int = 0
    joined: int = 0
    evaluated: int = 0
    tuples: int = 0
    first: int = 0
    last: int = 0


def settle(staging: Staging, folder: Path, tenant_id: str, progress: Progress | None = None, rows_at_once: int = ROWS_AT_ONCE) -> Counts:
    """Write the files of sign-ins, cube and logged results into `folder`; needs the `map_` tables in the working database."""
    counts = Counts(duplicates=drop_duplicates(staging, rows_at_once))
    total = staging.number("SELECT count(*) FROM staged")
    for part, (low, high) in enumerate(user_ranges(staging, rows_at_once)):
        staging.database.execute(sql.PART, {"low": low, "high": high})
        counts.joined += join_retries(staging)
        for statement in sql.FOLLOW:
            staging.database.execute(statement)
        write_part(staging, folder, part, tenant_id, counts)
        if progress:
            progress("sign-ins", counts.duplicates + counts.joined + counts.evaluated, total)
    return counts


def drop_duplicates(staging: Staging, rows_at_once: int) -> int:
    """Fill the table `dropped` with all but the best row of each sign-in and return how many."""
    database = staging.database
    database.execute(sql.REPEATED_TABLE)
    slices = max(1, -(-staging.number("SELECT count(*) FROM staged") // (4 * rows_at_once)))
    for number in range(slices):
        database.execute(sql.REPEATED, {"slices": slices, "number": number})
    database.execute(sql.DROPPED)
    return staging.number("SELECT count(*) FROM dropped")


def user_ranges(staging: Staging, rows_at_once: int) -> Iterator[tuple[int, int]]:
    """Yield ranges of user codes, both ends included, of about `rows_at_once` rows; a person is never cut in two."""
    people = staging.database.execute(sql.ROWS_OF_PEOPLE).fetchnumpy()
    sums = np.cumsum(people["rows"])
    start = 0
    while start < len(sums):
        before = int(sums[start - 1]) if start else 0
        end = max(start + 1, int(np.searchsorted(sums, before + rows_at_once, side="right")))
        yield int(people["low"][start]), int(people["high"][end - 1])
        start = end


def join_retries(staging: Staging) -> int:
    """Fold interrupt rows of `part` into the row that followed them; first by correlation id, then by the original request."""
    joined = 0
    for thread in ("correlation", "origin"):
        for statement in sql.FOLD:
            staging.database.execute(statement.replace("thread", thread))
        joined += staging.number("SELECT count(*) FROM attempts WHERE row <> final")
        staging.database.execute(sql.DROP_FOLDED)
        staging.database.execute(sql.TAKE_EVIDENCE)
    return joined


def write_part(staging: Staging, folder: Path, part: int, tenant_id: str, counts: Counts) -> None:
    """Write one range of users, sorted, and count it."""
    database = staging.database
    database.execute(sql.CUBE, {"tuples": counts.tuples})
    database.execute(sql.PLACED, {"position": counts.evaluated})
    name = f"-{part:05d}.parquet"
    for kind, statement in (("sign-ins", sql.WRITE_SIGN_INS), ("cube", sql.WRITE_CUBE), ("logged", sql.WRITE_LOGGED)):
        database.execute(statement, {"file": str(folder / f"{kind}{name}"), "tenant": tenant_id})
    piece = database.execute(sql.CUBE_PIECE).fetchnumpy()
    append_columns(folder, piece)
    count_part(counts, piece)


def count_part(counts: Counts, piece: Arrays) -> None:
    """Add the tuples of one range of users to the counts."""
    if not len(piece["count"]):
        return
    counts.evaluated += int(piece["count"].sum())
    first, last = int(piece["first"].min()), int(piece["last"].max())
    counts.first, counts.last = (min(counts.first, first), max(counts.last, last)) if counts.tuples else (first, last)
    counts.tuples += len(piece["count"])


def append_columns(folder: Path, piece: Arrays) -> None:
    """Append tuples to the raw columns of the cube, which are mapped into memory when it is read: a tenth of decoding Parquet."""
    for name, kind in COLUMN_TYPES.items():
        with column_file(folder, name).open("ab") as file:
            file.write(piece[name].astype(kind).tobytes())


def column_file(folder: Path, name: str) -> Path:
    """Return the file of one raw column of the cube."""
    return folder / f"cube.{name}.bin"
