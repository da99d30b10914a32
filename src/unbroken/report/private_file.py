"""Files that name people, for the eyes of whoever ran the command: mode 0600 where the system has modes."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from typing import TextIO


def private_file(path: Path, *, encoding: str = "utf-8", newline: str = "\n") -> TextIO:
    """Open `path` for writing so that only its owner can read it, also where it was there before. Raises OSError."""
    if path.is_file():
        with suppress(OSError):
            path.chmod(0o600)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    return os.fdopen(descriptor, "w", encoding=encoding, newline=newline, errors="replace")
