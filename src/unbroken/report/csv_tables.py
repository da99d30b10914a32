"""Every table as a CSV file that Excel opens as it is, and that cannot run a formula there."""

from __future__ import annotations

import csv
from pathlib import Path

from unbroken.errors import UnbrokenError
from unbroken.evaluate.blast_radius import BlastRadius
from unbroken.report.private_file import private_file
from unbroken.report.tables import Cell, Table, all_tables

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
"""Source: OWASP, CSV Injection."""


def write_tables(radius: BlastRadius, folder: Path) -> list[Path]:
    """Write one CSV per table into `folder` (made when missing) and return the files; existing ones are replaced.

    UTF-8 with a byte order mark, comma, CRLF; only their owner may read them. Raises `UnbrokenError` when a file cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        return [_write(table, folder / f"{table.name}.csv") for table in all_tables(radius)]
    except OSError as error:
        raise UnbrokenError(f"cannot write `{error.filename or folder}` ({error.strerror})", remedy="choose another folder") from error


def _write(table: Table, path: Path) -> Path:
    with private_file(path, encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        writer.writerows(tuple(map(harmless, row)) for row in table.rows)
    return path


def harmless(cell: Cell) -> Cell:
    """Return the cell with an apostrophe before text that a spreadsheet would take for a formula; numbers stay numbers."""
    if isinstance(cell, str) and cell.lstrip(" \u00a0").startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell
