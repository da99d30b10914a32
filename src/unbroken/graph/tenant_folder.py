"""The tenant folder that `fetch` writes: recognised again by its record of what was fetched, replaced only when all of it is there."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from unbroken.errors import UnbrokenError, WrongUsage
from unbroken.graph.checkpoints import FILE, FORMAT, Checkpoints
from unbroken.graph.log_store import STAGING
from unbroken.graph.snapshot import Collected
from unbroken.graph.whole_files import move, write_whole

_OPERATORS_OWN = frozenset({"unbroken.toml", "proposed"})
"""What may lie in a folder before the first fetch: a person put it there, and no fetch touches it."""
_FILES = "files"


def open_folder(folder: Path, tenant_id: str) -> Checkpoints:
    """Return the record of what was fetched into `folder`, which is made when it is not there.

    Raises:
        WrongUsage: the folder holds anything else, or another tenant.
        UnbrokenError: another fetch is writing there.
    """
    if folder.exists() and not folder.is_dir():
        raise WrongUsage(f"{folder} is not a folder", remedy="name another one with --out")
    strange = {each.name for each in folder.iterdir()} - _OPERATORS_OWN if folder.is_dir() else set()
    if strange and FILE not in strange:
        raise WrongUsage(f"{folder} holds files that no fetch wrote", remedy="name another folder with --out; nothing was touched")
    folder.mkdir(parents=True, exist_ok=True)
    checkpoints = Checkpoints(folder)
    try:
        _same(checkpoints, folder, "format", FORMAT, "was fetched by another version of unbroken")
        _same(checkpoints, folder, "tenant", tenant_id, "holds another tenant")
    except BaseException:
        checkpoints.close()
        raise
    return checkpoints


def _same(checkpoints: Checkpoints, folder: Path, name: str, value: str, problem: str) -> None:
    known = checkpoints.fact(name)
    if known and value and known != value:
        raise WrongUsage(f"{folder} {problem} ({known})", remedy="name another folder with --out; nothing was touched")
    if value and not known:
        checkpoints.note(name, value)


def install(folder: Path, collections: Sequence[Collected], checkpoints: Checkpoints) -> list[str]:
    """Put a snapshot in its place, all of it written before any of it moves; return the files of older ones that were removed.

    What could not be read this time is removed too: beside the new files it would pass for the tenant of today.
    """
    staging, read = folder / STAGING / "snapshot", [each for each in collections if each.refused is None]
    try:
        for each in read:
            write_whole(staging / _name(each), _content(each))
        for each in read:
            move(staging / _name(each), folder / _name(each))
    except OSError as error:
        raise UnbrokenError(f"{folder}: cannot be written ({error.strerror})", remedy="free space, and run the command again") from error
    shutil.rmtree(staging, ignore_errors=True)
    now = {_name(each) for each in read}
    stale = sorted(set(filter(None, checkpoints.fact(_FILES).split("\n"))) - now)
    for name in stale:
        (folder / name).unlink(missing_ok=True)
    checkpoints.note(_FILES, "\n".join(sorted(now)))
    return stale


def _name(collected: Collected) -> str:
    return f"{collected.wanted.name}.json"


def _content(collected: Collected) -> Iterable[bytes]:
    """Yield the file: one object as it came, or an array with a record a line."""
    return [collected.records[0], b"\n"] if collected.wanted.one else _array(collected.records)


def _array(records: Sequence[bytes]) -> Iterator[bytes]:
    yield b"["
    for number, record in enumerate(records):
        yield b",\n" if number else b"\n"
        yield record
    yield b"\n]\n"
