r"""A stream of JSON text -> pieces of whole records, without ever holding the file.

Records of one array look alike, so the text between the first two (`},{"id"`, or with the line breaks and indents of a
pretty-printed file) tells where the others meet: everything up to the last such place in the buffer is one piece, decoded in one
go. A guess that is wrong cannot make wrong data: the piece then does not decode and is split record by record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum
from itertools import islice

import msgspec

RECORD_LIMIT = 64 << 20
"""The longest record (or line) that is read, in bytes."""

_DEPTH = 12
_STRING = rb'"[^"\\\n]*+(?:\\.[^"\\\n]*+)*+"'
_PLAIN = rb'[^"{}\[\]]++'


def _balanced(depth: int) -> bytes:
    pattern = rb"[{\[](?:%s|%s)*+[}\]]" % (_PLAIN, _STRING)
    for _ in range(depth):
        pattern = rb"[{\[](?:%s|%s|%s)*+[}\]]" % (_PLAIN, _STRING, pattern)
    return pattern


_ELEMENT = re.compile(_balanced(_DEPTH), re.DOTALL)
"""One object or array with everything in it, by brackets only; what it holds is judged when it is decoded."""
_VALUE = rb'(?:%s|[^"{}\[\],]++)' % _STRING
_MEMBER = rb"%s\s*:\s*(?:%s|%s)" % (_STRING, _balanced(4), _VALUE)
_WRAPPER = rb'"(?:[Vv]alue|[Rr]ecords)"\s*:\s*\['
_HEAD = re.compile(rb"\{\s*(?:(?!%s)%s\s*,\s*)*+%s" % (_WRAPPER, _MEMBER, _WRAPPER))
"""The start of an object that only wraps an array: a Graph page, an Event Hub batch."""
_TAIL = re.compile(rb"(?:\s*,\s*%s)*+\s*\}" % _MEMBER)
_SEPARATOR = re.compile(rb"(?:[\s,\x1e]|\xef\xbb\xbf)*")
_NEXT_LINK = re.compile(rb'"@odata\.nextLink"\s*:\s*"((?:[^"\\]|\\.)*)"', re.IGNORECASE)
_BETWEEN = re.compile(rb",\s*(?=\{)")
_SCALAR = re.compile(rb"(?:%s|[-+\w.]+)(?=\s*[,\]])" % _STRING)
_LINE_START = re.compile(rb"\n(?=[{\[])")
_FIRST_KEY = re.compile(rb'\{\s*"[^"]*"')
_HEAD_LIMIT = 64 << 10
_LOOK_AHEAD = 128 << 10
_TRIES = 2000
"""How far and how often a guess is checked: damage must not make reading slow."""
_MARK = b'"createddatetime"'
_MARK_AS_WRITTEN = re.compile(_MARK, re.IGNORECASE)


class Kind(Enum):
    """What a piece is."""

    RECORDS = "records"  # several records, as an array
    RECORD = "record"  # one record
    LINES = "lines"  # whole lines, one record each
    BROKEN = "broken"  # text that belongs to one record but is none
    PAGE = "page"  # the end of a Graph page; the data are its nextLink, empty when it has none
    CUT = "cut"  # the file ends before its brackets are closed


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of the stream."""

    kind: Kind
    data: bytes


class JsonStream:
    """Reads pieces from blocks of UTF-8."""

    def __init__(self, blocks: Iterator[bytes], block_size: int = 1 << 19, *, one_by_one: bool = False) -> None:
        """Take the blocks of one file; with `one_by_one` no piece holds several records."""
        self._blocks, self._size, self._one_by_one = blocks, block_size, one_by_one
        self._data, self._at, self._ended, self._cut = b"", 0, False, False

    def start(self) -> bytes:
        """Return the beginning of the stream without consuming it."""
        self._fill(self._size)
        return self._data[self._at : self._at + self._size]

    def pieces(self) -> Iterator[Piece]:
        """Yield the pieces of a document: an array, pages one after the other, or objects one after the other."""
        while self._skip_separators():
            if self._data[self._at] == ord("["):
                self._at += 1
                yield from self._array(b"")
            elif self._data[self._at] == ord("{"):
                yield from self._object()
            else:
                yield from self._broken()

    def lines(self) -> Iterator[Piece]:
        """Yield blocks of whole lines."""
        while self._fill(self._size):
            cut = self._data.rfind(b"\n", self._at) + 1
            while not cut and not self._ended and len(self._data) - self._at < RECORD_LIMIT:
                self._fill(len(self._data) - self._at + self._size)
                cut = self._data.rfind(b"\n", self._at) + 1
            if not cut and not self._ended:
                yield Piece(Kind.BROKEN, self._long_line())
                continue
            end = cut or len(self._data)
            data, self._at = self._data[self._at : end], end
            yield Piece(Kind.LINES, data)

    def _long_line(self) -> bytes:
        head = self._data[self._at : self._at + 40]
        while True:
            cut = self._data.find(b"\n", self._at)
            if cut >= 0:
                self._at = cut + 1
                return head
            self._at = len(self._data)
            if not self._fill(1):
                return head

    def _fill(self, wanted: int) -> bool:
        """Hold at least `wanted` bytes if there are; tell whether any are left."""
        if not self._ended and len(self._data) - self._at < wanted:
            parts = [self._data[self._at :]]
            have = len(parts[0])
            while have < wanted:
                block = next(self._blocks, None)
                if block is None:
                    self._ended = True
                    break
                parts.append(block)
                have += len(block)
            self._data, self._at = b"".join(parts), 0
        return self._at < len(self._data)

    def _skip_separators(self) -> bool:
        while self._fill(1):
            found = _SEPARATOR.match(self._data, self._at)
            self._at = found.end() if found else self._at
            if self._at < len(self._data):
                return True
        return False

    def _object(self) -> Iterator[Piece]:
        self._fill(_HEAD_LIMIT)
        head = _HEAD.match(self._data, self._at, self._at + _HEAD_LIMIT)
        if head is None:
            yield from self._element()
            return
        link = _NEXT_LINK.search(head[0])
        self._at = head.end()
        yield from self._array(head[0][:40])
        if self._cut:
            return
        self._fill(_HEAD_LIMIT)
        tail = _TAIL.match(self._data, self._at)
        if tail is None:
            yield from self._cut_off()
            return
        link = link or _NEXT_LINK.search(tail[0])
        self._at = tail.end()
        yield Piece(Kind.PAGE, link[1] if link else b"")

    def _array(self, wrapper: bytes) -> Iterator[Piece]:
        """Read elements until `]`; `wrapper` is the text the next page begins with."""
        seam, mark, tried = b"", b"", -1
        while self._skip_separators():
            if self._data[self._at] == ord("]"):
                self._at += 1
                return
            if len(self._data) - self._at < self._size // 2:
                self._fill(self._size)
                tried = -1
            end = self._last_seam(seam, mark, wrapper) if seam and tried < self._at else -1
            if end > self._at:
                data = b"".join((b"[", memoryview(self._data)[self._at : end], b"]"))
                self._at = end
                yield Piece(Kind.RECORDS, data)
                continue
            tried = len(self._data) if seam else -1
            yield from self._object()
            seam, mark = (seam, mark) if seam else self._seam()
        yield from self._cut_off()

    def _cut_off(self) -> Iterator[Piece]:
        if not self._cut:
            self._cut = True
            yield Piece(Kind.CUT, b"")

    def _seam(self) -> tuple[bytes, bytes]:
        """Return the text where a record ends and the next begins, and the next one's mark; empty when the next is not there yet."""
        if self._one_by_one or self._at == 0 or self._data[self._at - 1] != ord("}"):
            return b"", b""
        separator = _SEPARATOR.match(self._data, self._at)
        start = separator.end() if separator else self._at
        key = _FIRST_KEY.match(self._data, start)
        mark = _MARK_AS_WRITTEN.search(self._data, start)
        return (self._data[self._at - 1 : key.end()], mark[0]) if key and mark and start > self._at else (b"", b"")

    def _last_seam(self, seam: bytes, mark: bytes, wrapper: bytes) -> int:
        """Return where the last record that surely ends in the buffer ends, -1 when none is found.

        The search starts at the last mark but one, so that the record after the seam is complete: parts inside a record often begin
        as a record does.
        """
        limit = self._data.find(wrapper, self._at) if wrapper else -1
        limit = len(self._data) if limit < 0 else limit
        for _ in range(2):
            limit = max(0, self._data.rfind(mark, self._at, limit))
        for _ in range(_TRIES):
            found = self._data.rfind(seam, self._at, limit)
            if found < 0:
                return -1
            following = _ELEMENT.match(self._data, self._data.index(b"{", found))
            if following and _MARK in following[0].lower():
                return found + 1
            limit = found
        return -1

    def _element(self) -> Iterator[Piece]:
        """Read one object or array, or what should have been one."""
        while True:
            found = _ELEMENT.match(self._data, self._at)
            found = found or _SCALAR.match(self._data, self._at)
            if found and (found[0].lower().count(_MARK) < 2 or _is_json(found[0])):
                self._at = found.end()
                yield Piece(Kind.RECORD, found[0])
                return
            end = self._next_record()
            if end > 0 or self._ended or len(self._data) - self._at > RECORD_LIMIT:
                break
            self._fill((len(self._data) - self._at) * 2 + self._size)
        if found and end <= 0:
            self._at = found.end()
            yield Piece(Kind.RECORD, found[0])
        else:
            yield from self._broken(end)

    def _next_record(self) -> int:
        """Return where the next sign-in of the same array begins, 0 when none is seen."""
        for found in islice(_BETWEEN.finditer(self._data, self._at + 1), _TRIES):
            following = _ELEMENT.match(self._data, found.end(), found.end() + _LOOK_AHEAD)
            if following and following[0].lower().count(_MARK) == 1:
                return found.end()
        return 0

    def _broken(self, end: int = 0) -> Iterator[Piece]:
        """Give up a record: go on at `end`, else at the next line that begins like a record, else nowhere."""
        head = self._data[self._at : self._at + 40]
        if end <= 0:
            self._at += 1
            while not (found := _LINE_START.search(self._data, self._at)):
                self._at = len(self._data)
                if not self._fill(self._size):
                    break
            end = found.end() if found else len(self._data)
        self._at = end
        yield Piece(Kind.BROKEN, head)


def _is_json(text: bytes) -> bool:
    """Tell whether text with several sign-ins in it is one value all the same, not a record that lost its end."""
    try:
        msgspec.json.decode(text)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    return True


def wraps_records(start: bytes) -> bool:
    """Tell whether a text begins with an object that only wraps an array of records."""
    return _HEAD.match(start.lstrip(), 0, _HEAD_LIMIT) is not None


def split(array: bytes) -> Iterator[Piece]:
    """Split an array into its records."""
    stream = JsonStream(iter([array]), one_by_one=True)
    return (piece for piece in stream.pieces() if piece.kind is not Kind.CUT)
