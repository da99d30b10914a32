"""One pass over a tenant's files: collections come out with whether they are complete, problems are noted on the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import msgspec

from unbroken.entra.snapshot import Collection
from unbroken.errors import BadInput
from unbroken.sources.documents import Document
from unbroken.sources.layout import Layout
from unbroken.sources.records import RawPage, Records, lower_camel, raw_page, read_records
from unbroken.sources.wire import Json

T = TypeVar("T")
F = TypeVar("F", bound=msgspec.Struct)

POLICIES = "conditionalAccessPolicies"
_NEEDED = frozenset({"users", POLICIES})
"""A broken file of these is fatal: without them there is no question to answer."""


class Reading:
    """The files of one tenant, and what was wrong with them so far."""

    def __init__(self, layout: Layout) -> None:
        """Read from `layout`; the CSV files among it are recognised at once."""
        self.layout = layout
        self.problems: list[str] = []
        self.rows: dict[str, list[tuple[str, dict[str, Json]]]] = {}
        for sheet in layout.sheets:
            self._recognise(sheet)

    def typed(self, name: str, form: type[F], noun: Callable[[F], T], prepare: Callable[[list[F]], None] | None = None) -> Collection[T]:
        """Return a large collection, decoded into `form`; `prepare` may complete the records before they become nouns."""
        documents, rows = self.layout.of(name), self.rows.get(name, [])
        if not documents and not rows:
            return Collection(name)
        records = self.attempt(name, lambda: read_records(documents, form)) or Records(gaps=[f"{name} could not be read"])
        for where, row in rows:
            records.add(where, row, form)
        self.problems += records.problems
        if prepare:
            prepare(records.items)
        found = gathered(name, [noun(item) for item in records.items], records.gaps)
        repeated = len(records.items) - len(found.records)
        self.problems += [f"{name}: {repeated} records came twice; the first of each counts"] if repeated else []
        return found

    def collection(self, name: str, noun: Callable[[Json, str], T]) -> Collection[T]:
        """Return a small collection, record by record."""
        if not self.layout.of(name):
            return Collection(name)
        found, gaps = self.each(name, noun)
        return gathered(name, found, gaps)

    def each(self, name: str, noun: Callable[[Json, str], T]) -> tuple[list[T], list[str]]:
        """Return the records of one collection as nouns, and why they may not be all."""
        found: list[T] = []
        gaps: list[str] = []
        for document in self.layout.of(name):
            page = self._page(name, document)
            gaps += [f"{document.where} could not be read"] if page is None else [page.gap] if page.gap else []
            for number, record in enumerate(page.records if page else (), 1):
                self._take(name, record, f"{document.where}, record {number}", noun, found, gaps)
        return found, gaps

    def attempt(self, name: str, read: Callable[[], T]) -> T | None:
        """Return what `read` returns; a bad file or record is noted, and fatal only in the collections every question needs."""
        try:
            return read()
        except BadInput as error:
            if name in _NEEDED:
                raise
            self.problems.append(str(error))
            return None

    def _take(self, name: str, record: Json, where: str, noun: Callable[[Json, str], T], found: list[T], gaps: list[str]) -> None:
        item = self.attempt(name, lambda: noun(as_object(record, where), where))
        if item is None:
            gaps.append(f"{where} could not be read")
        else:
            found.append(item)

    def _page(self, name: str, document: Document) -> RawPage | None:
        return self.attempt(name, lambda: raw_page(document))

    def _recognise(self, sheet: Document) -> None:
        from unbroken.sources.sheets import read_sheet  # noqa: PLC0415 -- most tenants have no CSV

        rows = self.attempt(sheet.name, lambda: read_sheet(sheet))
        if rows is None:
            self.layout.files.append((sheet.name, "not used: its headers are not those of users or registration details in English"))
        elif self.layout.of(rows.name):
            self.layout.files.append((sheet.name, f"not used: {self.layout.of(rows.name)[0].name} says the same in JSON"))
        else:
            self.rows.setdefault(rows.name, []).extend(rows.records)
            self.layout.files.append((sheet.name, f"{rows.name}, as CSV"))


def gathered(name: str, found: list[T], gaps: list[str]) -> Collection[T]:
    """Return the collection; the same thing twice (overlapping pages) counts once."""
    if found and hasattr(found[0], "id"):
        found = list({each.id: each for each in reversed(found)}.values())[::-1]  # type: ignore[attr-defined]
    why = f"{gaps[0]}{f' and {len(gaps) - 1} more' if len(gaps) > 1 else ''}" if gaps else ""
    return Collection(name, tuple(found), complete=not why, why=why)


def as_object(record: Json, where: str) -> dict[str, Json]:
    """Return a record with keys in Graph's spelling; raise `BadInput` when it is no object."""
    if not isinstance(record, dict):
        raise BadInput(where, "is not an object", remedy="export the file again")
    return lower_camel(record)  # type: ignore[no-any-return]
