"""One table of `unbroken.toml`, read key by key; every mistake is one line that names the place, the key and what it must be."""

from __future__ import annotations

from datetime import date

from unbroken.errors import BadInput
from unbroken.sources.wire import Json

REMEDY = "correct it; docs/reference describes unbroken.toml"


class TomlTable:
    """The table of the file, or of one entry in it. Every method raises `BadInput` naming `where` and the key."""

    def __init__(self, table: dict[str, Json], where: str) -> None:
        """Read from `table`, which stands at `where` (`file`, or `file, exempt entry 1`)."""
        self.table = table
        self.where = where

    def refuse(self, key: str, problem: str) -> BadInput:
        """Return the error that `key` has this `problem`."""
        return BadInput(self.where, f"{key} {problem}", remedy=REMEDY)

    def refuse_strangers(self, keys: tuple[str, ...], hint: str = "") -> None:
        """Raise when a key is none of `keys`; `hint` is added to what the error says."""
        for key in self.table:
            if key not in keys:
                raise self.refuse(key, f"is not a key; the keys are {', '.join(keys)}{hint}")

    def entries(self, key: str) -> list[Json]:
        """Return a list of anything, empty when it is absent."""
        value = self.table.get(key, [])
        if not isinstance(value, list):
            raise self.refuse(key, "must be a list")
        return value

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts without blanks around them, empty when it is absent."""
        return self._texts(key, self.entries(key), "must be a list of texts")

    def text_or_texts(self, key: str) -> tuple[str, ...]:
        """Return the same of a list, or of one text in its place."""
        value = self.table.get(key, [])
        return self._texts(key, value if isinstance(value, list) else [value], "must be a text or a list of texts")

    def text(self, key: str) -> str:
        """Return a text without blanks around it, empty when it is absent."""
        value = self.table.get(key, "")
        if not isinstance(value, str):
            raise self.refuse(key, "must be a text")
        return value.strip()

    def day(self, key: str) -> str:
        """Return an ISO date, written as a date or as a text."""
        value = self.table.get(key)
        try:
            return (value if isinstance(value, date) else date.fromisoformat(value)).isoformat()[:10]  # type: ignore[arg-type]
        except (TypeError, ValueError) as error:
            raise self.refuse(key, "must be a date such as 2027-03-31") from error

    def _texts(self, key: str, value: list[Json], problem: str) -> tuple[str, ...]:
        if not all(isinstance(item, str) and item.strip() for item in value):
            raise self.refuse(key, problem)
        return tuple(item.strip() for item in value)
