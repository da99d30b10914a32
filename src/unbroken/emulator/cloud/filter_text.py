"""Reads the `$filter` option into a small tree. Which properties take which operators is said by `grammar`, not here."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from unbroken.emulator.cloud.message import Refusal

Literal = str | float | bool | None
_TOKEN = re.compile(r"\s*(?:(?P<text>'(?:[^']|'')*')|(?P<mark>[(),:])|(?P<word>[^\s(),:']+(?::\d\d:\d\d[^\s(),]*)?))")
_DATE = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?")
_NUMBER = re.compile(r"-?\d+(\.\d+)?")
COMPARISONS = frozenset({"eq", "ne", "ge", "le", "gt", "lt"})
FUNCTIONS = frozenset({"startswith", "endswith", "contains"})


@dataclass(frozen=True, slots=True)
class Test:
    """`property operator value`; `in` has several values."""

    path: str
    operator: str
    values: tuple[Literal, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """`property/any(x:...)`; inside, the variable itself is the path `""`."""

    path: str
    inner: Node


@dataclass(frozen=True, slots=True)
class Negation:
    """`not ...`."""

    inner: Node


@dataclass(frozen=True, slots=True)
class Joined:
    """`... and ...`, `... or ...`."""

    word: str
    parts: tuple[Node, ...]


Node = Test | AnyOf | Negation | Joined


def invalid(detail: str) -> Refusal:
    """Return the refusal of a filter that cannot be read."""
    return Refusal(400, "BadRequest", f"Invalid filter clause: {detail}")


def parse(text: str) -> Node:
    """Return the tree of a filter.

    Raises:
        Refusal: 400, it cannot be read.
    """
    reader = _Reader(list(_tokens(text)))
    node = reader.either()
    if reader.peek():
        raise invalid(f"Syntax error at '{reader.peek()}' in '{text}'.")
    return node


def _tokens(text: str) -> Iterator[str]:
    position = 0
    while text[position:].strip():
        found = _TOKEN.match(text, position)
        if not found:
            raise invalid(f"Syntax error at position {position} in '{text}'.")
        position = found.end()
        yield found.group().strip()


@dataclass(slots=True)
class _Reader:
    """Reads tokens from the left; `variables` are the names that `any` has introduced."""

    tokens: list[str]
    variables: tuple[str, ...] = ()

    def peek(self) -> str:
        return self.tokens[0] if self.tokens else ""

    def take(self, wanted: str = "") -> str:
        token = self.peek()
        if not token or (wanted and token.lower() != wanted):
            raise invalid(f"Expected '{wanted or 'more'}', found '{token}'.")
        return self.tokens.pop(0)

    def either(self) -> Node:
        return self._joined("or", lambda: self._joined("and", self._single))

    def _joined(self, word: str, part: Callable[[], Node]) -> Node:
        parts = [part()]
        while self.peek().lower() == word:
            self.take()
            parts.append(part())
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _single(self) -> Node:
        word = self.peek().lower()
        if word == "not":
            self.take()
            return Negation(self._single())
        if word == "(":
            return self._bracketed()
        if word in FUNCTIONS:
            return self._function()
        return self._comparison()

    def _bracketed(self) -> Node:
        self.take("(")
        node = self.either()
        self.take(")")
        return node

    def _function(self) -> Node:
        name = self.take().lower()
        self.take("(")
        path = self._path(self.take())
        self.take(",")
        value = _literal(self.take())
        self.take(")")
        return Test(path, name, (value,))

    def _comparison(self) -> Node:
        path = self.take()
        if path.endswith("/any"):
            return self._any(path.removesuffix("/any"))
        operator = self.take().lower()
        if operator == "in":
            return Test(self._path(path), "in", self._several())
        if operator not in COMPARISONS:
            raise invalid(f"Unknown operator '{operator}'.")
        return Test(self._path(path), operator, (_literal(self.take()),))

    def _several(self) -> tuple[Literal, ...]:
        self.take("(")
        values = [_literal(self.take())]
        while self.peek() == ",":
            self.take()
            values.append(_literal(self.take()))
        self.take(")")
        return tuple(values)

    def _any(self, path: str) -> Node:
        self.take("(")
        variable = self.take()
        self.take(":")
        inner = _Reader(self.tokens, (*self.variables, variable)).either()
        self.take(")")
        return AnyOf(self._path(path), inner)

    def _path(self, token: str) -> str:
        first, _, rest = token.partition("/")
        return rest if first in self.variables else token


def _literal(token: str) -> Literal:
    """Return a value; dates and GUIDs stay text."""
    if token.startswith("'"):
        return token[1:-1].replace("''", "'")
    words: dict[str, Literal] = {"true": True, "false": False, "null": None}
    if token.lower() in words:
        return words[token.lower()]
    if _NUMBER.fullmatch(token):
        return float(token)
    if _DATE.fullmatch(token) or re.fullmatch(r"[0-9a-fA-F-]{36}", token):
        return token
    raise invalid(f"Unrecognized literal '{token}'.")
