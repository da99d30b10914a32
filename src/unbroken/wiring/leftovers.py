"""Folders that commands leave: archives that were kept, and scratch of commands that were broken off."""

from __future__ import annotations

import shutil
import tempfile
import time
from pathlib import Path

SCRATCH = "unbroken-"
STALE_SECONDS = 6 * 3600
"""A scratch folder younger than this may belong to a command that is running."""


def purge(folder: Path | None) -> list[Path]:
    """Delete the archive at `folder`, or what broken-off commands left in the temporary folder hours ago; return what was deleted."""
    from unbroken.store.folder import purge as purge_archive

    if folder is not None:
        return [folder] if purge_archive(folder) else []
    before = time.time() - STALE_SECONDS
    left = [path for path in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*") if path.is_dir() and path.stat().st_mtime < before]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left
