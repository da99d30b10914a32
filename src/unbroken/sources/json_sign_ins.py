"""JSON files of any form into the intake: whole blocks by typed decoding, whatever does not fit record by record."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import msgspec

from unbroken.sources.json_stream import JsonStream, Kind, Piece, split, wraps_records
from unbroken.sources.log_analytics import ROWS, sign_ins
from unbroken.sources.log_record import CATEGORIES, tenant
from unbroken.sources.record_file import RecordFile
from unbroken.sources.sign_in_shape import Envelope, SignIn, resolve

_PADDING = b" \t\r\n\x1e\xef\xbb\xbf"
"""Blanks, record separators, and the byte order marks of files that were joined."""
_ANY = msgspec.json.Decoder()
_SIGN_INS = msgspec.json.Decoder(list[SignIn])
_ENVELOPES = msgspec.json.Decoder(list[Envelope])
_WRAPPERS = ("value", "Value", "records", "Records")


@dataclass(slots=True)
class JsonFile(RecordFile):
    """Reads one file of JSON; everything about it is known when it has been read."""

    pages: list[str] = field(default_factory=list)
    """The nextLink of every page in order, `""` for a last page."""

    def read(self, blocks: Iterator[bytes]) -> Iterator[None]:
        """Read the file into the intake, yielding after every piece so that full batches can be taken."""
        stream = JsonStream(blocks)
        by_lines = _is_lines(stream.start())
        for piece in stream.lines() if by_lines else stream.pieces():
            self._lines(piece) if piece.kind is Kind.LINES else self._piece(piece, by_lines=by_lines)
            yield

    def _piece(self, piece: Piece, *, by_lines: bool) -> None:
        if piece.kind is Kind.PAGE:
            self.pages.append(piece.data.decode("utf-8", "replace"))
        elif piece.kind is Kind.CUT:
            self.intake.file_problem(self.name, "the file ends before its JSON is complete; download it again, the rest was read")
        elif piece.kind is Kind.RECORDS:
            if not self._records(piece.data):
                self._each(piece.data)
        elif piece.kind is Kind.BROKEN:
            self.record += 1
            self.line += by_lines
            self.intake.unreadable(self.where(), f"not valid JSON near {_shown(piece.data)}")
        elif not self._records(b"[" + piece.data + b"]"):
            self.record += 1
            self._one(piece.data)

    def _records(self, array: bytes) -> bool:
        """Take an array of records if typed decoding can read them all."""
        batch = self._typed(array)
        if batch is None:
            return False
        self.intake.add_all(batch, f"{self.name}, record ", self.record + 1)
        self.record += len(batch)
        return True

    def _each(self, array: bytes) -> None:
        for piece in split(array):
            self._piece(piece, by_lines=False)

    def _lines(self, piece: Piece) -> None:
        batch = self._typed(b"[" + piece.data.strip().replace(b"\n", b",") + b"]") if self.line else None
        if batch is not None and len(batch) == piece.data.count(b"\n") + (not piece.data.endswith(b"\n")):
            self.intake.add_all(batch, f"{self.name}:", self.line + 1)
            self.record += len(batch)
            self.line += len(batch)
            return
        for line in piece.data.split(b"\n")[: None if not piece.data.endswith(b"\n") else -1]:
            self.line += 1
            text = line.strip(_PADDING)
            if text:
                self.record += 1
                self._one(text)

    def _typed(self, data: bytes) -> list[SignIn] | None:
        """Decode an array of the form this file has, None when any record needs a closer look."""
        try:
            if self.form == "Graph":
                batch = resolve(_SIGN_INS.decode(data))
            elif self.form == "diagnostic log":
                batch = resolve(_unwrapped(_ENVELOPES.decode(data)))
            elif self.form == "Log Analytics":
                batch = sign_ins(ROWS.decode(data))
            else:
                return None
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return None
        return batch if all(map(_is_plain, batch)) else None

    def _one(self, data: bytes) -> None:
        try:
            value = _ANY.decode(data)
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as failure:
            self.intake.unreadable(self.where(), f"not valid JSON ({failure})")
            return
        self._value(value)

    def _value(self, value: object) -> None:
        if not isinstance(value, Mapping):
            self.intake.unreadable(self.where(), "not a JSON object")
        elif (inner := _wrapped(value)) is not None:
            self._unwrap(value, inner)
        else:
            self.read_mapping(value)

    def _unwrap(self, value: Mapping[str, object], inner: list[object]) -> None:
        if "@odata.context" in value or "@odata.nextLink" in value:
            self.pages.append(str(value.get("@odata.nextLink") or ""))
        self.record -= 1
        for item in inner:
            self.record += 1
            self._value(item)


def _is_plain(sign_in: SignIn) -> bool:
    """Tell whether typed decoding found what every user's sign-in has; the record reader looks closer at the others."""
    return bool(sign_in.created_date_time and sign_in.user_id) and sign_in.status is not None


def _is_lines(start: bytes) -> bool:
    """Tell whether each line is a record of its own: there is a line end, and one of the first lines is a whole record."""
    if not start.lstrip().startswith(b"{") or b"\n" not in start.strip(b" ") or wraps_records(start):
        return False
    whole = (line.rstrip() for line in start.split(b"\n", 6)[:6])
    return any(line.startswith(b"{") and line.endswith(b"}") and _is_object(line) for line in whole)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(_ANY.decode(line), dict)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False


def _wrapped(value: Mapping[str, object]) -> list[object] | None:
    """Return the records inside an object that only wraps them, None when it is a record itself."""
    for name in _WRAPPERS:
        inner = value.get(name)
        if isinstance(inner, list):
            return inner
    tables = value.get("tables")
    if not isinstance(tables, list):
        return None
    return [row for table in tables if isinstance(table, Mapping) for row in _rows(table)]


def _rows(table: Mapping[str, object]) -> Iterator[object]:
    """Yield the rows of a Log Analytics query answer as mappings."""
    columns, rows = table.get("columns"), table.get("rows")
    if isinstance(columns, list) and isinstance(rows, list):
        names = [str(column.get("name")) if isinstance(column, Mapping) else str(column) for column in columns]
        for row in rows:
            yield dict(zip(names, row, strict=False)) if isinstance(row, list) else row


def _unwrapped(envelopes: list[Envelope]) -> list[SignIn]:
    """Return the sign-ins in diagnostic records; one that is no plain sign-in makes the block unfit, by an empty sign-in."""
    batch = []
    for envelope in envelopes:
        kind = CATEGORIES.get((envelope.category or "").lower())
        sign_in = envelope.properties
        if sign_in is None or kind is None or kind == "adfs":
            return [SignIn()]
        sign_in.sign_in_event_types = sign_in.sign_in_event_types or [kind]
        sign_in.log_tenant_id = tenant(envelope.tenant_id)
        batch.append(sign_in)
    return batch


def _shown(data: bytes) -> str:
    return repr(" ".join(data[:40].decode("utf-8", "replace").split()))
