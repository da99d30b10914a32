"""The records of one Graph collection out of its files: arrays, pages, bare objects, JSON lines; and whether they are all of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Generic, TypeVar

import msgspec

from unbroken.errors import BadInput
from unbroken.sources.decoded import decoded
from unbroken.sources.documents import Document
from unbroken.sources.wire import Json

W = TypeVar("W", bound=msgspec.Struct)

NOT_JSON = "not valid JSON"
EXPORT_AGAIN = "export the file again"
EXPORT_RECORD = "export it again; docs/reference/tenant-folder.md says with which properties"
_NAMES_OF_THEIR_OWN = "customSecurityAttributes"


@dataclass(slots=True)
class Records(Generic[W]):
    """What was read of one collection; `problems` names every record that was not understood, `gaps` why it is not complete."""

    items: list[W] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    gaps: list[str] = field(default_factory=list)

    def fault(self, where: str, problem: str) -> None:
        """Note a record that cannot be used: the collection is then incomplete."""
        self.problems.append(f"{where}: {problem}")
        self.gaps.append(f"{where} could not be read")

    def add(self, where: str, record: Json, form: type[W]) -> None:
        """Add one record, or note why it cannot be used."""
        try:
            item = msgspec.convert(_references(lower_camel(record)), form)
        except msgspec.ValidationError as error:
            self.fault(where, f"{str(error).replace(' - at `$.', ' in `')}: {EXPORT_RECORD}")
            return
        if _identified(item):
            self.items.append(item)
        else:
            self.fault(where, f"has no id: {EXPORT_RECORD}")


class _Page(msgspec.Struct, Generic[W]):
    value: list[W] | msgspec.UnsetType = msgspec.UNSET
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)
    count: int | None = msgspec.field(name="@odata.count", default=None)


@dataclass(frozen=True, slots=True)
class RawPage:
    """A file's records as plain objects, and why there may be more."""

    records: list[Json]
    gap: str = ""


def read_records(found: Iterable[Document], form: type[W]) -> Records[W]:
    """Return the records of all files as `form`; raise `BadInput` only when a file is no text or no JSON at all."""
    read: Records[W] = Records()
    for document in found:
        data = document.utf8()
        if not _read_fast(data, form, document, read):
            _read_each(raw_page(document, data), form, document, read)
    return read


def raw_page(document: Document, data: bytes | None = None) -> RawPage:
    """Return the file's records without reading their form; raise `BadInput` when it is not JSON in UTF-8 that can be read."""
    if data is None:
        data = document.utf8()
    try:
        value = decoded(data, document.where)
    except msgspec.DecodeError as error:
        return RawPage(_lines(document, data, str(error)))
    if isinstance(value, dict) and isinstance(value.get("value"), list):
        return RawPage(value["value"], _gap(document, value, len(value["value"])))
    if isinstance(value, dict) and isinstance(value.get("error"), dict) and "id" not in value:
        raise BadInput(
            document.where, f"holds an error answer, no data: {_told(value['error'])}", remedy="grant what it asks for and export again"
        )
    return RawPage(value if isinstance(value, list) else [value])


def _told(error: dict[str, Json]) -> str:
    """Return what an error answer of Graph says, in one line."""
    return " ".join(f"{error.get('code') or 'no code'}, {error.get('message') or 'no message'}".split())[:200]


def lower_camel(value: Json) -> Json:
    """Return `value` with the first letter of every key in lower case: PowerShell writes `DisplayName`.

    Custom security attributes keep their keys: those are names the tenant chose.
    """
    if isinstance(value, dict):
        folded = {key[:1].lower() + key[1:]: item for key, item in value.items()}
        return {key: item if key == _NAMES_OF_THEIR_OWN else lower_camel(item) for key, item in folded.items()}
    return [lower_camel(item) for item in value] if isinstance(value, list) else value


def _read_fast(data: bytes, form: type[W], document: Document, read: Records[W]) -> bool:
    """Read the whole file at once into `form`; False when anything in it needs a second look."""
    try:
        if data.lstrip()[:1] == b"[":
            items, gap = msgspec.json.decode(data, type=list[form]), ""  # type: ignore[valid-type]
        else:
            page = msgspec.json.decode(data, type=_Page[form])  # type: ignore[valid-type]
            if page.value is msgspec.UNSET:
                return False
            items, gap = page.value, _gap(document, {"@odata.nextLink": page.next_link, "@odata.count": page.count}, len(page.value))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return False
    if not all(map(_identified, items)):
        return False
    read.items.extend(items)
    read.gaps.extend([gap] if gap else [])
    return True


def _identified(item: msgspec.Struct) -> bool:
    return bool(getattr(item, "id", True))


def _read_each(page: RawPage, form: type[W], document: Document, read: Records[W]) -> None:
    read.gaps.extend([page.gap] if page.gap else [])
    for number, record in enumerate(page.records, 1):
        read.add(f"{document.where}, record {number}", record, form)


def _references(record: Json) -> Json:
    """Return a record whose members are objects: some exports list bare ids, or links that end in the id."""
    members = record.get("members") if isinstance(record, dict) else None
    if not isinstance(members, list):
        return record
    return record | {"members": [{"id": _id_in(member)} for member in members]}


def _id_in(member: Json) -> Json:
    if isinstance(member, dict):
        member = member.get("id") or member.get("@odata.id")
    return member.rpartition("/")[2] if isinstance(member, str) else member


def _gap(document: Document, page: dict[str, Json], found: int) -> str:
    if page.get("@odata.nextLink"):
        return f"{document.where} has a next page that was not exported"
    count = page.get("@odata.count")
    return f"{document.where} holds {found} of {count} records" if isinstance(count, int) and count > found else ""


def _lines(document: Document, data: bytes, problem: str) -> list[Json]:
    """Return the records of JSON lines; a file that is neither JSON nor JSON lines is refused with the line that is not."""
    lines = [(number, line) for number, line in enumerate(data.splitlines(), 1) if line.strip()]
    if not lines:
        raise BadInput(document.where, "is empty", remedy=EXPORT_AGAIN)
    if document.ending != "jsonl" and not _is_record(lines[0][1]):
        raise BadInput(document.where, f"{NOT_JSON}: {problem}", remedy=EXPORT_AGAIN)
    return list(_each_line(document, lines))


def _is_record(line: bytes) -> bool:
    try:
        return isinstance(msgspec.json.decode(line), dict)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return False


def _each_line(document: Document, lines: list[tuple[int, bytes]]) -> Iterator[Json]:
    for number, line in lines:
        try:
            yield decoded(line, f"{document.where}:{number}")
        except msgspec.DecodeError as error:
            raise BadInput(f"{document.where}:{number}", f"{NOT_JSON}: {error}", remedy=EXPORT_AGAIN) from error
