"""`$expand`: what the service puts inside a record when it is asked to. What is not known here is refused, not ignored."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from unbroken.emulator.cloud.message import Call, Refusal, Wire

MOST = 20
"""Members are expanded up to so many and no more, without a word: their own list has all."""
_ITEM = re.compile(r"(\w+)(?:\(\$select=([^)]*)\))?")
Expand = Callable[[Wire], object]
"""From a record to what is put into it."""
Expands = Mapping[str, Expand]
"""What can be expanded, by its name."""


def expansion(call: Call, known: Expands) -> Callable[[Wire], Wire]:
    """Return what to add to each record: nothing when nothing is asked for.

    Raises:
        Refusal: 400, something that cannot be expanded here.
    """
    text = call.option("expand")
    if not text:
        return lambda _: {}
    wanted = _ITEM.fullmatch(text.strip())
    if not wanted or wanted[1] not in known:
        raise Refusal(400, "BadRequest", f"Parsing OData Select and Expand failed: Could not find a property to expand in '{text}'.")
    name, inner = wanted[1], wanted[2]
    names = [each.strip() for each in inner.split(",")] if inner else []
    return lambda record: {name: _chosen(known[name](record), names)}


def _chosen(value: object, names: list[str]) -> object:
    if isinstance(value, list):
        return [_chosen(each, names) for each in value]
    if not isinstance(value, dict) or not names:
        return value
    return {name: each for name, each in value.items() if name.startswith("@odata") or name in {"id", *names}}
