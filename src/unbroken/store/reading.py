"""What a kept archive was read from, so that the same logs need no second reading: the files as they were, and where every row went."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec

from unbroken.entra.sign_in import ReadCount
from unbroken.store.folder import FORMAT

READING = "reading.json"


class _Reading(msgspec.Struct):
    format: int
    inputs: list[tuple[str, int, int]]
    read: int
    kept: int
    skipped: dict[str, int]
    problems: list[str]
    files: list[tuple[str, str, int]]
    first_factor_failures: list[tuple[str, str, str, str, int]]


def write_reading(folder: Path, paths: Sequence[Path], count: ReadCount) -> None:
    """Note beside the archive at `folder` that it was read from `paths`, with `count`."""
    failures = [(*key, n) for key, n in count.first_factor_failures.items()]
    reading = _Reading(FORMAT, _inputs(paths), count.read, count.kept, count.skipped, count.problems, count.files, failures)
    (folder / READING).write_bytes(msgspec.json.encode(reading))


def same_reading(folder: Path, paths: Sequence[Path]) -> ReadCount | None:
    """Return where every row went when the archive at `folder` was read from these very files, None when it was not."""
    try:
        reading = msgspec.json.decode((folder / READING).read_bytes(), type=_Reading)
    except (OSError, msgspec.MsgspecError):
        return None
    if reading.format != FORMAT or reading.inputs != _inputs(paths):
        return None
    failures = {(a, b, c, d): n for a, b, c, d, n in reading.first_factor_failures}
    return ReadCount(reading.read, reading.kept, reading.skipped, reading.problems, reading.files, failures)


def _inputs(paths: Iterable[Path]) -> list[tuple[str, int, int]]:
    """Return name, size and time of change of every file under `paths`."""
    files = [file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path]) if file.is_file()]
    return [(str(file.resolve()), file.stat().st_size, file.stat().st_mtime_ns) for file in files]
