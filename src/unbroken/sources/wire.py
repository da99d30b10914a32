"""One JSON object from Graph, taken apart key by key so that whatever nobody asked for is left over and can be named."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from unbroken.errors import BadInput

Json: TypeAlias = Any
"""Whatever JSON decodes to."""


def plain(value: Json) -> Json:
    """Return `value` without OData annotations (`x@odata.type`) and bound actions (`#microsoft.graph.restore`)."""
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items() if not _is_annotation(key)}
    return [plain(item) for item in value] if isinstance(value, list) else value


def is_set(value: Json) -> bool:
    """Return whether a property says anything: null, an empty list and an empty text all mean "not configured"."""
    if isinstance(value, Mapping):
        return any(is_set(item) for key, item in value.items() if not _is_annotation(key))
    return value is not None and value not in ("", [])


class WireObject:
    """A JSON object whose keys are read once, in any case; `left_over` are the paths of set keys that were not asked for."""

    def __init__(self, value: Json, path: str, where: str) -> None:
        """Take `value` (null and [] are an empty object) found at `path` of the record `where`; raise `BadInput` when it is no object."""
        if is_set(value) and not isinstance(value, Mapping):
            raise BadInput(where, f"{path or 'record'} is not an object", remedy="export the record again")
        self.path = path
        self.where = where
        self._fields = {key.lower(): (key, item) for key, item in _items(value) if not _is_annotation(key)}

    def at(self, name: str) -> str:
        """Return the path of `name` in the record."""
        return f"{self.path}.{name}" if self.path else name

    def has(self, name: str) -> bool:
        """Return whether `name` is there and not null; an empty list is there."""
        return self._fields.get(name.lower(), (name, None))[1] is not None

    def present(self, name: str) -> bool:
        """Return whether `name` is there, whatever it says, and was not read yet: a key that an export left out says nothing at all."""
        return name.lower() in self._fields

    def sets(self, name: str) -> bool:
        """Return whether `name` is there and says anything."""
        return is_set(self._fields.get(name.lower(), (name, None))[1])

    def take(self, name: str) -> Json:
        """Return the value of `name` and count it as read; None when it is absent."""
        return self._fields.pop(name.lower(), (name, None))[1]

    def text(self, name: str) -> str:
        """Return a text, empty when it is absent or null."""
        value = self.take(name)
        if value is not None and not isinstance(value, str):
            raise BadInput(self.where, f"{self.at(name)} is not a text", remedy="export the record again")
        return value or ""

    def texts(self, name: str) -> tuple[str, ...]:
        """Return a list of texts; a flags enumeration arrives as one text with commas (Graph CSDL, IsFlags)."""
        value = self.take(name)
        if isinstance(value, str):
            value = value.split(",")
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            raise BadInput(self.where, f"{self.at(name)} is not a list of texts", remedy="export the record again")
        return tuple(item.strip() for item in value if item.strip())

    def inner(self, name: str) -> WireObject:
        """Return the object at `name`, empty when it is absent or null."""
        return WireObject(self.take(name), self.at(name), self.where)

    def objects(self, name: str) -> list[WireObject]:
        """Return the list of objects at `name`, empty when it is absent or null; raise `BadInput` when it is something else."""
        value = self.take(name)
        if value is not None and not isinstance(value, list):
            raise BadInput(self.where, f"{self.at(name)} is not a list", remedy="export the record again")
        return [WireObject(item, self.at(name), self.where) for item in value or ()]

    def ignore(self, names: Iterable[str]) -> None:
        """Count `names` as read: they say nothing about a sign-in."""
        for name in names:
            self.take(name)

    def remaining(self) -> list[tuple[str, Json]]:
        """Return name and value of every set key that was not read."""
        return [(key, value) for key, value in self._fields.values() if is_set(value)]

    def left_over(self) -> list[str]:
        """Return the paths of the set keys that were not read."""
        return [self.at(key) for key, _ in self.remaining()]


def _items(value: Json) -> Iterable[tuple[str, Json]]:
    return value.items() if isinstance(value, Mapping) else ()


def _is_annotation(key: str) -> bool:
    """Return whether a key only annotates; `x@odata.bind` does not: in the body of a POST or PATCH it stands for `x` itself."""
    return ("@" in key and not key.lower().endswith("@odata.bind")) or key.startswith("#")
