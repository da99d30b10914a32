"""One JSON object of a what-if request: each key is read once, in any case, with the type it must have; what is left is refused."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TypeVar

from unbroken.errors import BadInput

E = TypeVar("E", bound=StrEnum)

REMEDY = "see docs/reference/whatif.md for the form of a request"
_SHOWN = 60


class Asked:
    """An object of the request `where`; null is an empty one. Every method raises `BadInput` naming the request and the key."""

    def __init__(self, value: object, path: str, where: str, renamed: Mapping[str, str] | None = None) -> None:
        """Take `value` found at `path`; `renamed` maps names of old (lower case) to those of today."""
        self.path = path
        self.where = where
        if value is not None and not isinstance(value, Mapping):
            raise BadInput(where, f"{path or 'a request'} is {_shown(value)}, not an object", remedy=REMEDY)
        self._fields: dict[str, tuple[str, object]] = {}
        for key, item in (value or {}).items():
            name = (renamed or {}).get(key.lower(), key)
            if name.lower() in self._fields:
                raise self.refuse(name, "is given twice")
            self._fields[name.lower()] = (key, item)

    def refuse(self, name: str, problem: str, remedy: str = REMEDY) -> BadInput:
        """Return the error that `name` has this `problem`."""
        return BadInput(self.where, f"{self.at(name)} {problem}", remedy=remedy)

    def at(self, name: str) -> str:
        """Return the path of `name` in the request."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Return whether `name` is there, not read yet and not null."""
        return self._fields.get(name.lower(), (name, None))[1] is not None

    def names(self) -> list[str]:
        """Return the names that were not read yet and are not null, as they are spelled; annotations are none."""
        return [key for key, value in self._fields.values() if value is not None and "@" not in key and not key.startswith("#")]

    def inner(self, name: str) -> Asked:
        """Return the object at `name`, empty when it is absent or null."""
        return Asked(self._take(name), self.at(name), self.where)

    def text(self, name: str) -> str | None:
        """Return a text without blanks around it, None when it is absent or null."""
        value = self._take(name)
        return None if value is None else self._text(name, value)

    def texts(self, name: str) -> tuple[str, ...] | None:
        """Return a list of texts, None when it is absent or null."""
        value = self._take(name)
        if value is None:
            return None
        if not isinstance(value, list):
            raise self.refuse(name, f"is {_shown(value)}, not a list of texts")
        found = tuple(self._text(name, each) for each in value)
        if not all(found):
            raise self.refuse(name, "holds an empty text")
        return found

    def flag(self, name: str, *, absent: bool | None = None) -> bool | None:
        """Return true or false, None for null, and `absent` when it is not there."""
        value = self._take(name, absent)
        if value is not None and not isinstance(value, bool):
            raise self.refuse(name, f"is {_shown(value)}, not true or false", f"write true or false without quotes; {REMEDY}")
        return value

    def member(self, kinds: type[E], name: str) -> E | None:
        """Return the member that is spelled in any case; None when absent, null, or `all`, which says nothing."""
        word = self.text(name)
        if word is None or word.lower() == "all":
            return None
        found = next((each for each in kinds if each.value.lower() == word.lower()), None)
        if found is None:
            raise self.refuse(name, f"{_shown(word)} is not one of {', '.join(kinds)}")
        return found

    def refuse_strangers(self, what: str) -> None:
        """Raise when a key was not read: a misspelt name must not count as absent; `what` says what it would have to be."""
        if self.names():
            names = ", ".join(sorted(self.names()))[:_SHOWN]
            raise BadInput(self.where, f"{self.path or 'the request'} has {names}, which is no {what}", remedy=REMEDY)

    def _take(self, name: str, absent: object = None) -> object:
        return self._fields.pop(name.lower(), (name, absent))[1]

    def _text(self, name: str, value: object) -> str:
        if not isinstance(value, str):
            raise self.refuse(name, f"holds {_shown(value)} where a text must stand")
        if any("\ud800" <= each <= "\udfff" for each in value):
            raise self.refuse(name, f"{_shown(value)} holds half a character")
        return value.strip()


def _shown(value: object) -> str:
    """Return a value as an error line can show it: a nested one by its kind, a long one cut."""
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, Mapping | list):
        return "a list" if isinstance(value, list) else "an object"
    return repr(value)[:_SHOWN]
