"""The structured log of requests: one JSON object a line, without tokens and without bodies (those hold people's data)."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from unbroken.errors import UnbrokenError
from unbroken.graph.redaction import redacted

Field = str | int | float | bool | None
Trace = Callable[..., None]
"""Called with the name of an event and its fields."""


def silent(event: str, **fields: Field) -> None:
    """Write nothing down."""


class TraceFile:
    """A trace in a file that only its owner may read; to be used as a context. Safe for threads."""

    def __init__(self, file: Path) -> None:
        """Name the file; it is written anew."""
        self._path, self._lock = file, threading.Lock()
        self._out: IO[str] | None = None

    def __enter__(self) -> Self:
        """Open the file; raise UnbrokenError when that is not possible."""
        try:
            self._path.touch(mode=0o600)
            self._path.chmod(0o600)
            self._out = self._path.open("w", encoding="utf-8", newline="\n")
        except OSError as error:
            raise UnbrokenError(f"{self._path}: cannot be written ({error.strerror})", remedy="name another file with --trace") from error
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None) -> None:
        """Close the file."""
        if self._out:
            self._out.close()

    def __call__(self, event: str, **fields: Field) -> None:
        """Write one event with the time of now."""
        time = datetime.now(UTC).isoformat(timespec="milliseconds")
        line = redacted(json.dumps({"time": time, "event": event, **fields}, ensure_ascii=False))
        with self._lock:
            if self._out and not self._out.closed:
                self._out.write(line + "\n")
                self._out.flush()
