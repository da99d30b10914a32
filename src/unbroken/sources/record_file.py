"""A file that is read record by record: what it has in common whatever its syntax."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from unbroken.sources.audit_record import read_audit_record
from unbroken.sources.log_record import Reading, read_record
from unbroken.sources.sign_in_intake import Intake

NO_SIGN_INS = "no sign-ins"


@dataclass(slots=True)
class RecordFile:
    """Hands the records of one file to the intake; `form` is what the file turned out to be."""

    name: str
    intake: Intake
    form: str = ""
    line: int = 0
    """The line being read, 0 in files whose records have no lines of their own."""
    record: int = 0
    """The record being read."""

    def read_mapping(self, record: Mapping[str, object]) -> None:
        """Take one record given as names and values."""
        self.take(read_audit_record(record) or read_record(record))

    def take(self, reading: Reading) -> None:
        """Count what a record turned out to be."""
        if self.form in {"", NO_SIGN_INS}:
            self.form = reading.form if reading.sign_in is not None else NO_SIGN_INS
        if reading.reason == "unreadable record":
            self.intake.unreadable(self.where(), "its AuditData is not valid JSON")
        elif reading.sign_in is None:
            self.intake.skip(reading.reason)
        else:
            self.intake.add(reading.sign_in, self.where())

    def where(self) -> str:
        """Return the place of the current record, for a problem line."""
        return f"{self.name}:{self.line}" if self.line else f"{self.name}, record {self.record}"
