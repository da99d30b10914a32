"""Filter rules over device attributes and custom security attributes, read literally and evaluated while they are read.

Grammar: rules for dynamic membership groups (entra-docs, groups-dynamic-membership.md): comparisons bind tightest, then `-not`,
`-and`, `-or`; the hyphen may be missing; text compares without regard to case. Attributes and their operators:
concept-condition-filters-for-devices.md, concept-filter-for-applications.md. Shares no code with the reading in `evaluate`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping

from unbroken.emulator.facts import UnsupportedPolicy

LONGEST = 3072
"""Characters (concept-condition-filters-for-devices.md)."""
_WORD = re.compile(
    r"""\s*(?:(?P<mark>[()\[\],])|"(?P<double>(?:`.|""|[^"`])*)"|'(?P<single>(?:`.|''|[^'`])*)'|(?P<bare>[^\s()\[\],"']+))""", re.DOTALL
)
_EQUAL, _LIST, _PART = {"eq", "ne"}, {"in", "notin"}, {"contains", "notcontains"}
_ANY_TEXT = _EQUAL | _LIST | _PART | {"startswith", "notstartswith", "endswith", "notendswith"}
_COLLECTIONS = ("physicalids", "systemlabels")
_EXTENSIONS = tuple(f"extensionattribute{number}" for number in range(1, 16))
_DEVICE = {
    **dict.fromkeys(("deviceid", "mdmappid"), _EQUAL | _LIST),
    **dict.fromkeys(("deviceownership", "iscompliant", "profiletype", "trusttype"), _EQUAL),
    **dict.fromkeys(_COLLECTIONS, _PART),
    **dict.fromkeys(("displayname", "enrollmentprofilename", "manufacturer", "model", "operatingsystem"), _ANY_TEXT),
    **dict.fromkeys(("operatingsystemversion", *_EXTENSIONS), _ANY_TEXT),
}
_DEVICE_PREFIX, _TAG_PREFIX = "device.", "customsecurityattribute."
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "eq": lambda value, wanted: value == wanted,
    "startswith": lambda value, wanted: value.startswith(wanted),
    "endswith": lambda value, wanted: value.endswith(wanted),
    "contains": lambda value, wanted: wanted in value,
}
_HYPHENS = "-\u2013"
"""The page itself has an en dash in some of its examples."""
_QUOTED, _BARE, _MARK, _END = "quoted", "bare", "mark", "end"


def matches(rule: str, attributes: Mapping[str, object]) -> bool:
    """Return whether the rule holds of these attributes (names in lower case, without prefix; what is not there is null).

    Raises:
        UnsupportedPolicy: the rule is not one that Microsoft documents.
    """
    if len(rule) > LONGEST:
        raise UnsupportedPolicy(f"a filter rule has more than {LONGEST} characters")
    reader = _Reader(list(_words(rule)), attributes)
    found = reader.either()
    if reader.next[0] != _END:
        raise _misread(reader.next[1])
    return found


def seen(device: Mapping[str, object]) -> dict[str, object]:
    """Return the attributes that a rule sees: extension attributes only of a managed, compliant or hybrid joined device."""
    known = {name.lower(): value for name, value in device.items()}
    trusted = known.get("mdmappid") or known.get("iscompliant") is True or str(known.get("trusttype")).lower() == "serverad"
    return known if trusted else {name: value for name, value in known.items() if name not in _EXTENSIONS}


def _misread(text: str) -> UnsupportedPolicy:
    return UnsupportedPolicy(f"a filter rule cannot be read at `{text[:40] or 'its end'}`")


def _words(rule: str) -> Iterable[tuple[str, str]]:
    at = 0
    while rule[at:].strip():
        found = _WORD.match(rule, at)
        if not found:
            raise _misread(rule[at:].strip())
        kind, text = found.lastgroup or "", found.group(found.lastgroup or 0)
        if kind in {"double", "single"}:
            yield _QUOTED, re.sub(r"""`(["'`])|("")|('')""" if kind == "double" else r"""`(["'`])|('')""", _unescaped, text)
        else:
            yield (_MARK if kind == "mark" else _BARE), text
        at = found.end()
    yield _END, ""


def _unescaped(found: re.Match[str]) -> str:
    return found.group(0)[-1]


class _Reader:
    """Reads the words of one rule from left to right; every part is read, whatever the ones before it said."""

    def __init__(self, words: list[tuple[str, str]], attributes: Mapping[str, object]) -> None:
        self._words, self._attributes = words, attributes
        self._prefix = ""

    @property
    def next(self) -> tuple[str, str]:
        return self._words[0]

    def either(self) -> bool:
        found = self._both()
        while self._is_operator("or"):
            found = self._both() or found
        return found

    def _both(self) -> bool:
        found = self._single()
        while self._is_operator("and"):
            found = self._single() and found
        return found

    def _single(self) -> bool:
        if self._is_operator("not"):
            return not self._single()
        if self.next == (_MARK, "("):
            self._take()
            found = self.either()
            self._mark(")")
            return found
        return self._comparison()

    def _is_operator(self, word: str) -> bool:
        kind, text = self.next
        found = kind == _BARE and text.lower().lstrip(_HYPHENS) == word
        if found:
            self._take()
        return found

    def _comparison(self) -> bool:
        name, allowed = self._attribute()
        operator = self._bare().lstrip(_HYPHENS)
        if operator not in allowed:
            raise _misread(operator)
        wanted = self._list() if operator in _LIST else [self._value(null=operator in _EQUAL)]
        if name == "iscompliant" and self._prefix == _DEVICE_PREFIX and not {"true", "false", None}.issuperset(wanted):
            raise _misread(str(wanted[0]))
        negative = operator == "ne" or operator.startswith("not")
        positive = {"ne": "eq", "in": "eq", "notin": "eq"}.get(operator, operator.removeprefix("not"))
        return _holds(positive, self._attributes.get(name), wanted) is not negative

    def _attribute(self) -> tuple[str, set[str]]:
        name = self._bare()
        prefix = next((each for each in (_DEVICE_PREFIX, _TAG_PREFIX) if name.startswith(each)), None)
        if prefix is None or self._prefix not in {"", prefix}:  # a rule is about one kind of thing
            raise _misread(name)
        self._prefix, key = prefix, name.removeprefix(prefix)
        if prefix == _TAG_PREFIX:
            return key, _ANY_TEXT
        if key not in _DEVICE:
            raise _misread(name)
        return key, _DEVICE[key]

    def _list(self) -> list[str | None]:
        self._mark("[")
        found = [self._value(null=False)]
        while self.next == (_MARK, ","):
            self._take()
            found.append(self._value(null=False))
        self._mark("]")
        return found

    def _value(self, *, null: bool) -> str | None:
        kind, text = self._take()
        word = text.lower()
        if kind == _QUOTED:
            return word
        if null and word.removeprefix("$") == "null" and kind == _BARE:
            return None
        if kind == _BARE and (word.removeprefix("$") in {"true", "false"} or re.fullmatch(r"[+-]?\d+(\.\d+)*", word)):
            return word.removeprefix("$")
        raise _misread(text)

    def _bare(self) -> str:
        kind, text = self._take()
        if kind != _BARE:
            raise _misread(text)
        return text.lower()

    def _mark(self, mark: str) -> None:
        if self._take() != (_MARK, mark):
            raise _misread(mark)

    def _take(self) -> tuple[str, str]:
        return self._words[0] if self.next[0] == _END else self._words.pop(0)


def _holds(operator: str, value: object, wanted: list[str | None]) -> bool:
    """Return whether the positive operator holds; of null only a comparison with null does."""
    if value in (None, [], ()):
        return None in wanted
    if isinstance(value, (list, tuple)):  # a collection: one of its elements, whole
        return any(str(element).lower() in wanted for element in value)
    test = _TESTS[operator]
    return any(test(str(value).lower(), each) for each in wanted if each is not None)
