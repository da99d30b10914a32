"""The folder an archive lies in: complete or absent, recognised by its manifest, replaced and deleted only when it is ours."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import msgspec

from unbroken.errors import BadInput, WrongUsage

MANIFEST = "unbroken-archive.json"
FORMAT = 1
"""Raised when an archive of an older version can no longer be read."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the archive holds; times in microseconds since 1970 UTC, 0 in an empty archive."""

    format: int
    tenant_id: str
    staged: int
    duplicates: int
    joined: int
    evaluated: int
    tuples: int
    first: int
    last: int


def read_manifest(folder: Path) -> Manifest:
    """Read the manifest of an archive; `BadInput` when there is none or it is of another format."""
    try:
        manifest = msgspec.json.decode((folder / MANIFEST).read_bytes(), type=Manifest)
    except FileNotFoundError:
        raise BadInput(str(folder), "is not a sign-in archive", remedy="name a folder that `unbroken` wrote") from None
    except (msgspec.MsgspecError, OSError) as error:
        raise BadInput(str(folder / MANIFEST), f"cannot be read ({error})", remedy="build the archive again from the logs") from None
    if manifest.format != FORMAT:
        raise BadInput(str(folder), f"has archive format {manifest.format}, not {FORMAT}", remedy="build the archive again from the logs")
    return manifest


def write_manifest(folder: Path, manifest: Manifest) -> None:
    """Write the manifest: the last file of an archive."""
    (folder / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(asdict(manifest)), indent=2))


@contextmanager
def appearing_at_once(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside `folder` that takes its place when the block ends well and vanishes when it does not."""
    refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    try:
        yield building
        _take_place(building, folder)
    finally:
        shutil.rmtree(building, ignore_errors=True)


def purge(folder: Path) -> bool:
    """Delete an archive and what broken-off builds of it left; `WrongUsage` when the folder is not an archive of ours.

    Returns whether there was anything to delete.
    """
    refuse_foreign(folder)
    there = [path for path in (folder, *folder.parent.glob(_prefix(folder) + "*")) if path.is_dir()]
    for path in there:
        shutil.rmtree(path)
    return bool(there)


def refuse_foreign(folder: Path) -> None:
    """Raise `WrongUsage` when something other than an archive (or an empty folder) is in the place of `folder`."""
    if folder.is_symlink() or (folder.exists() and not folder.is_dir()):
        raise WrongUsage(f"{folder} is not a folder", remedy="name another folder for the archive")
    if folder.is_dir() and any(folder.iterdir()) and not (folder / MANIFEST).is_file():
        raise WrongUsage(f"{folder} holds other files than a sign-in archive", remedy="name another folder; nothing was touched")


def _take_place(building: Path, folder: Path) -> None:
    """Move the finished folder into its place; an older archive there stays until the new one is complete."""
    if not folder.exists():
        building.rename(folder)
        return
    aside = Path(tempfile.mkdtemp(prefix=_prefix(folder), dir=folder.parent))
    folder.rename(aside / "old")
    try:
        building.rename(folder)
    except OSError:
        (aside / "old").rename(folder)
        raise
    finally:
        shutil.rmtree(aside, ignore_errors=True)


def _prefix(folder: Path) -> str:
    return f".{folder.name}.unbroken-building-"
