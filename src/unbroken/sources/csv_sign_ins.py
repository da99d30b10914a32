"""CSV files into the intake: portal downloads, and the flat files of Log Analytics, PowerShell and the Unified Audit Log."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from unbroken.sources.csv_records import Row, rows
from unbroken.sources.log_record import field_name
from unbroken.sources.log_time import DayOrder, culture_microseconds, is_culture_date
from unbroken.sources.portal_row import PortalColumns, portal_columns
from unbroken.sources.portal_words import LANGUAGES
from unbroken.sources.record_file import RecordFile

_TIMES = ("createddatetime", "timegenerated")
_FLAT = {*_TIMES, "auditdata", "activitydatetime", "activitydisplayname"}
_OPEN = {
    "unclear": "its dates read as day and month either way; download it as JSON, or give a file that also has a date after the 12th",
    "contradiction": "some of its dates have the day first and some the month; download it again in one regional format, or as JSON",
}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(slots=True)
class CsvFile(RecordFile):
    """Reads one CSV file; `again` opens it a second time, for the order of day and month is decided from the whole file."""

    again: Callable[[], Iterator[bytes]] = field(default=lambda: iter(()))
    _names: list[str] = field(default_factory=list)
    _portal: PortalColumns | None = None
    _day_first: bool | None = None

    def read(self, blocks: Iterator[bytes]) -> Iterator[None]:
        """Read the file into the intake, yielding now and then so that full batches can be taken."""
        table = rows(blocks)
        header = next(table, None)
        if header is None or not self._understood(header):
            return
        self._names = [name.strip() for name in header.fields]
        for row in table:
            self.record += 1
            self.line = row.line
            if self.record == 1 and not self._order_of_day_and_month(row):
                return
            self._row(row)
            if not self.record % 1000:
                yield
        self._epilogue()
        yield

    def _understood(self, header: Row) -> bool:
        if header.problem:
            self.intake.file_problem(self.name, "the header is not UTF-8; save the file as `CSV UTF-8` or download it again")
            return False
        self._portal = portal_columns(header.fields)
        if self._portal is None and _FLAT.isdisjoint(map(field_name, header.fields)):
            languages = ", ".join(LANGUAGES)
            shown = ", ".join(header.fields)[:60]
            self.intake.file_problem(
                self.name,
                f"not a sign-in log in a known form (header: {shown}); download it with the portal in one of {languages}, or as JSON",
            )
            return False
        if self._portal is not None:
            self.form = f"portal CSV ({self._portal.language})"
        return True

    def _time_columns(self) -> tuple[int, ...]:
        if self._portal is not None:
            return self._portal.positions["created"]
        folded = [field_name(name) for name in self._names]
        return tuple(folded.index(name) for name in _TIMES if name in folded)

    def _order_of_day_and_month(self, first: Row) -> bool:
        """Decide it where the first row's date leaves it open; False when the file cannot be used for that."""
        columns = [at for at in self._time_columns() if at < len(first.fields) and is_culture_date(first.fields[at])]
        if not columns:
            return True
        order = DayOrder()
        for row in rows(self.again()):
            for at in columns:
                if not row.problem:
                    order.see(row.fields[at])
        verdict = order.verdict
        if verdict in _OPEN:
            self.intake.file_problem(self.name, f"not read: {_OPEN[verdict]}")
            return False
        self._day_first = verdict == "day"
        return True

    def _row(self, row: Row) -> None:
        if row.problem:
            self.intake.unreadable(self.where(), f"the row {row.problem}")
            return
        for at in self._time_columns() if self._day_first is not None else ():
            row.fields[at] = self._iso(row.fields[at])
        if self._portal is not None:
            self.intake.add(self._portal.sign_in(row.fields, row.fields[self._portal.positions["created"][0]].strip()), self.where())
        else:
            self.read_mapping(_nested(self._names, row.fields))

    def _iso(self, text: str) -> str:
        value = culture_microseconds(text, day_first=bool(self._day_first))
        return text if value is None else (_EPOCH + timedelta(microseconds=value)).isoformat()

    def _epilogue(self) -> None:
        if self._portal is None:
            return
        if missing := self._portal.missing():
            self.intake.file_problem(self.name, f"has no column for {', '.join(missing)}; what depends on it stays unknown, JSON has it")
        if strange := sorted(self._portal.strange):
            shown = ", ".join(strange[:5])
            self.intake.file_problem(self.name, f"words not understood and taken as unknown: {shown}; download it in English or as JSON")


def _nested(names: list[str], values: list[str]) -> dict[str, object]:
    """Return a flat row as a record: `status.errorCode` and `status/errorCode` are parts of `status`."""
    record: dict[str, object] = {}
    for name, value in zip(names, values, strict=True):
        outer, _, inner = name.replace("/", ".").partition(".")
        if inner and "(" not in name and " " not in name:
            part = record.setdefault(outer, {})
            if isinstance(part, dict):
                part[inner] = value
        elif not record.get(name):
            record[name] = value
    return record
