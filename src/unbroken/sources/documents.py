"""Files as UTF-8 bytes, wherever they lie: in a folder, in a zip, packed with gzip, in UTF-8 or UTF-16 with and without BOM."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from unbroken.errors import BadInput

if TYPE_CHECKING:
    from zipfile import ZipFile

_GZIP = b"\x1f\x8b"
_PACKED = ".gz"


@dataclass(frozen=True, slots=True)
class Document:
    """One file below a root: `name` is its path from the root with forward slashes, `root` a folder, a zip or the file itself."""

    root: Path
    name: str
    size: int
    """Bytes as stored."""
    archive: ZipFile | None = field(default=None, compare=False, repr=False)
    """The open zip the file lies in: its directory is read once, however many files it has."""

    @property
    def where(self) -> str:
        """Return how an error message names the file."""
        return self.name if self.root.is_file() and self.root.name == self.name else f"{self.root.name}/{self.name}"

    @property
    def parts(self) -> tuple[str, ...]:
        """Return the folders and the file name, lower case, without `.gz`; some Windows tools put backslashes into zips."""
        path = PurePosixPath(self.name.lower().replace("\\", "/"))
        return (*path.parts[:-1], path.name.removesuffix(_PACKED))

    @property
    def stem(self) -> str:
        """Return the file name, lower case, without its endings."""
        return self.parts[-1].rsplit(".", 1)[0]

    @property
    def ending(self) -> str:
        """Return the ending that says the form: `json`, `jsonl`, `csv`, ..."""
        return self.parts[-1].rpartition(".")[2] if "." in self.parts[-1] else ""

    def stored(self) -> bytes:
        """Return the bytes as stored; raise `BadInput` when the file cannot be opened."""
        try:
            if self.archive is not None:
                return _member(self.archive, self)
            return (self.root / self.name if self.root.is_dir() else self.root).read_bytes()
        except OSError as error:
            raise BadInput(self.where, error.strerror or str(error), remedy="check the file and its permissions") from error

    def utf8(self) -> bytes:
        """Return the text, unpacked, as UTF-8 without BOM; raise `BadInput` when it is damaged."""
        stored = self.stored()
        try:
            return as_utf8(_unpacked(stored) if stored.startswith(_GZIP) else stored)
        except (EOFError, OSError, zlib.error) as error:
            raise BadInput(self.where, f"the gzip data are damaged ({error})", remedy="export or pack the file again") from error
        except UnicodeDecodeError as error:
            raise BadInput(self.where, f"not UTF-8 or UTF-16 text (byte {error.start})", remedy="save it as UTF-8") from error


def documents(path: Path) -> tuple[Document, ...]:
    """Return every file of a folder or zip, sorted by name, or the one file `path` is; hidden files are left out.

    Raises `BadInput` when there is nothing at `path` or the zip is damaged.
    """
    if path.is_dir():
        return tuple(sorted(_below(path), key=lambda document: document.name))
    if not path.is_file():
        raise BadInput(str(path), "no such file or folder", remedy="give the folder, zip or file of an export")
    return tuple(sorted(_members(path), key=lambda document: document.name)) if _is_zip(path) else (_single(path),)


def as_utf8(data: bytes) -> bytes:
    """Return text bytes as UTF-8 without BOM; UTF-16 is told by its BOM or by the zero half of its first character."""
    if data.startswith(b"\xef\xbb\xbf"):
        return data[3:]
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16").encode()
    if len(data) > 1 and data[1] == 0 != data[0]:
        return data.decode("utf-16-le").encode()
    if len(data) > 1 and data[0] == 0 != data[1]:
        return data.decode("utf-16-be").encode()
    return data


def _below(folder: Path) -> Iterator[Document]:
    for file in folder.rglob("*"):
        name = file.relative_to(folder)
        if file.is_file() and not _hidden(name.parts):
            yield Document(folder, name.as_posix(), file.stat().st_size)


def _single(path: Path) -> Document:
    return Document(path, path.name, path.stat().st_size)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) in {b"PK\x03\x04", b"PK\x05\x06"}


def _members(path: Path) -> Iterator[Document]:
    from zipfile import BadZipFile, ZipFile  # noqa: PLC0415 -- most tenants are folders

    try:
        archive = ZipFile(path)
    except BadZipFile as error:
        raise BadInput(str(path), "the zip is damaged", remedy="pack or download it again") from error
    for member in archive.infolist():
        if not member.is_dir() and not _hidden(PurePosixPath(member.filename).parts):
            yield Document(path, member.filename, member.file_size, archive)


def _member(archive: ZipFile, document: Document) -> bytes:
    from zipfile import BadZipFile  # noqa: PLC0415 -- as above

    try:
        return archive.read(document.name)
    except (BadZipFile, NotImplementedError, RuntimeError, zlib.error) as error:
        raise BadInput(document.where, f"cannot be unpacked ({error})", remedy="pack it again, without a password") from error


def _unpacked(data: bytes) -> bytes:
    import gzip  # noqa: PLC0415 -- most files are not packed

    return gzip.decompress(data)


def _hidden(parts: tuple[str, ...]) -> bool:
    return any(part.startswith((".", "__MACOSX")) for part in parts)
