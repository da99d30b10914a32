"""What each resource lets `$filter` do, and whether a record passes a filter.

Source: the property descriptions of Microsoft Graph ("Supports $filter (...)"), and concepts/aad-advanced-queries.md.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from unbroken.emulator.cloud.filter_text import AnyOf, Joined, Negation, Node, Test
from unbroken.emulator.cloud.message import Refusal

Grammar = Mapping[str, str]
"""Property -> the operators it takes, in one string; `any` for lists, `count` for `/$count`."""
ADVANCED = frozenset({"ne", "not", "endswith", "contains"})
"""Operators that directory objects take only in an advanced query."""


def check(node: Node, grammar: Grammar, resource: str) -> frozenset[str]:
    """Return the operators that a filter uses.

    Raises:
        Refusal: 400, a property does not take its operator.
    """
    used = list(_uses(node, negated=False))
    for path, name in used:
        if name not in grammar.get(path, "").split():
            message = f"Unsupported or invalid query filter clause specified for property '{path}' of resource '{resource}'."
            raise Refusal(400, "Request_UnsupportedQuery", message)
    return frozenset(name for _, name in used)


def _uses(node: Node, *, negated: bool) -> Iterator[tuple[str, str]]:
    """Yield (property, operator) of every test."""
    if isinstance(node, Negation):
        yield from _uses(node.inner, negated=True)
    elif isinstance(node, Joined):
        for part in node.parts:
            yield from _uses(part, negated=negated)
    elif isinstance(node, AnyOf):
        yield node.path, "any"
    else:
        path, counting = node.path.removesuffix("/$count"), node.path.endswith("/$count")
        yield path, "count" if counting else node.operator
        if negated:
            yield path, "not"


def passes(record: Any, node: Node) -> bool:  # noqa: ANN401 -- a record, or the plain value `any` looks at
    """Return whether a record passes a filter; text is compared without regard to case, a missing property is null."""
    if isinstance(node, Negation):
        return not passes(record, node.inner)
    if isinstance(node, Joined):
        results = (passes(record, part) for part in node.parts)
        return all(results) if node.word == "and" else any(results)
    found = _value(record, node.path)
    if isinstance(node, AnyOf):
        return any(passes(each, node.inner) for each in found or ())
    return _holds(found, node)


def _value(record: Any, path: str) -> Any:  # noqa: ANN401 -- whatever is there
    if not path:
        return record
    for part in path.split("/"):
        if part == "$count":
            return len(record or ())
        record = record.get(part) if isinstance(record, Mapping) else None
    return record


def _holds(found: Any, test: Test) -> bool:  # noqa: ANN401 -- any JSON value
    values = [comparable(value) for value in test.values]
    found = comparable(found)
    if test.operator in {"eq", "in"}:
        return found in values
    if test.operator == "ne":
        return bool(found != values[0])
    if found is None or values[0] is None:
        return False
    alike = isinstance(found, str) == isinstance(values[0], str)
    return alike and _ORDERED[test.operator](found, values[0])


_ORDERED: dict[str, Callable[[Any, Any], bool]] = {
    "ge": operator.ge,
    "le": operator.le,
    "gt": operator.gt,
    "lt": operator.lt,
    "startswith": str.startswith,
    "endswith": str.endswith,
    "contains": operator.contains,
}


def comparable(value: Any) -> Any:  # noqa: ANN401 -- any JSON value
    """Return a value as it is compared: text in lower case, a moment with all seven digits of its fraction."""
    if not isinstance(value, str):
        return float(value) if isinstance(value, int) and not isinstance(value, bool) else value
    if len(value) >= 10 and value[4] == "-" == value[7] and value[:4].isdigit():
        return moment(value)
    return value.lower()


def moment(text: str) -> str:
    """Return an ISO date or time in UTC so that two of them compare as text."""
    text = text.upper().replace("+00:00", "").removesuffix("Z")
    day, _, rest = text.partition("T")
    clock, _, fraction = rest.partition(".")
    return f"{day}T{(clock + ':00:00' if len(clock) == 2 else clock + ':00' if len(clock) == 5 else clock or '00:00:00')}.{fraction:0<7.7}"
