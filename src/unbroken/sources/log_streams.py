"""Paths -> byte streams: folders walked, zip and gzip opened, UTF-16 turned into UTF-8. What a stream holds is told by its content."""

from __future__ import annotations

import codecs
import gzip
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, cast

from unbroken.errors import BadInput

BLOCK = 1 << 19
"""Bytes read at a time."""

_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
STREAM_ERRORS = (OSError, EOFError, zlib.error, zipfile.BadZipFile, NotImplementedError, RuntimeError)
"""What the standard library raises on damaged, encrypted or unreadable files and archives."""


@dataclass(frozen=True, slots=True)
class LogFile:
    """A file, or a member of an archive, by the name to show; it can be read more than once."""

    name: str
    folder: str
    open: Callable[[], AbstractContextManager[IO[bytes]]]

    def blocks(self) -> Iterator[bytes]:
        """Yield the content as UTF-8 without BOM, in blocks; raises one of `STREAM_ERRORS` where the file is damaged."""
        with self.open() as raw:
            packed = raw.read(2) == b"\x1f\x8b"
            raw.seek(0)
            if packed:
                with gzip.open(raw) as unpacked:
                    yield from _utf8(cast("IO[bytes]", unpacked))
            else:
                yield from _utf8(raw)


def log_files(paths: Sequence[Path]) -> list[LogFile]:
    """Return every file under `paths`, in order of name; raises BadInput for a path that does not exist."""
    for path in paths:
        if not path.exists():
            raise BadInput(str(path), "no such file or folder", remedy="check the path given for the sign-in logs")
    return [file for path in paths for file in _under(path)]


def _under(path: Path) -> Iterator[LogFile]:
    if path.is_dir():
        for inner in sorted(path.rglob("*"), key=lambda found: natural(str(found))):
            hidden = any(part.startswith(".") for part in inner.relative_to(path).parts)
            if inner.is_file() and not hidden:
                yield from _opened(inner)
    else:
        yield from _opened(path)


def natural(name: str) -> tuple[tuple[int, str], ...]:
    """Return a key that sorts `page2` before `page10`."""
    return tuple((int(part), "") if part.isdigit() else (-1, part) for part in re.split(r"(\d+)", name, flags=re.ASCII))


def _opened(path: Path) -> Iterator[LogFile]:
    members = _zip_members(path)
    if members is None:
        yield LogFile(str(path), str(path.parent), lambda: path.open("rb"))
    for member in members or ():
        yield LogFile(f"{path}/{member}", f"{path}/{member.rpartition('/')[0]}", lambda member=member: _Member(path, member))  # type: ignore[misc]


def _zip_members(path: Path) -> list[str] | None:
    """Return the files in a zip archive, None when it is none (or is damaged: then reading it will say so)."""
    try:
        with path.open("rb") as stream:
            if stream.read(4) != b"PK\x03\x04":
                return None
        with zipfile.ZipFile(path) as archive:
            return sorted(info.filename for info in archive.infolist() if not info.is_dir() and "__MACOSX" not in info.filename)
    except STREAM_ERRORS:
        return None


class _Member:
    """A member of a zip archive as a context: opens and closes the archive with it."""

    def __init__(self, path: Path, member: str) -> None:
        self._path, self._name = path, member

    def __enter__(self) -> IO[bytes]:
        self._archive = zipfile.ZipFile(self._path)
        self._stream = self._archive.open(self._name)
        return self._stream

    def __exit__(self, *_: object) -> None:
        self._stream.close()
        self._archive.close()


def _utf8(stream: IO[bytes]) -> Iterator[bytes]:
    first = stream.read(BLOCK)
    encoding, start = _encoding(first)
    first = first[start:]
    rest = iter(lambda: stream.read(BLOCK), b"")
    if encoding == "utf-8":
        yield first
        yield from rest
        return
    decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    yield decoder.decode(first).encode("utf-8", "replace")
    for block in rest:
        yield decoder.decode(block).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")


def _encoding(first: bytes) -> tuple[str, int]:
    """Return the encoding and the length of its byte order mark; without one, a NUL beside the first character gives UTF-16 away."""
    for mark, encoding in _BOMS:
        if first.startswith(mark):
            return encoding, len(mark)
    if len(first) >= 4 and first[1] == first[3] == 0 and first[0] and first[2]:
        return "utf-16-le", 0
    if len(first) >= 4 and first[0] == first[2] == 0 and first[1] and first[3]:
        return "utf-16-be", 0
    return "utf-8", 0
