"""What a policy says where we do not understand it, in one form: two policies say the same there when their texts are equal."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from unbroken.sources.wire import Json, is_set, plain

_CONDITIONS = "conditions"


def not_understood(body: Json, names: Iterable[str]) -> str:
    """Return what the parts of the policy `body` say that hold one of `names` (`conditions.users.includeTides: low`); empty for none.

    A part is a condition or a property of the policy, and it is told whole: of a list with one unknown word nothing was understood.
    The case of keys, the order of keys and of words, null and empty make no difference.
    """
    strangers = [name.lower() for name in names]
    told = {path: _normal(value) for path, value in _parts(plain(body)) if any(_within(name, path) for name in strangers)}
    return json.dumps(told, sort_keys=True) if told else ""


def _parts(body: Json) -> Iterator[tuple[str, Json]]:
    for key, value in body.items():
        if key.lower() == _CONDITIONS and isinstance(value, dict):
            yield from ((f"{_CONDITIONS}.{name}".lower(), item) for name, item in value.items())
        else:
            yield key.lower(), value


def _within(name: str, path: str) -> bool:
    return name == path or name.startswith((f"{path}.", f"{path}:"))


def _normal(value: Json) -> Json:
    if isinstance(value, dict):
        return {key.lower(): _normal(item) for key, item in value.items() if is_set(item)}
    if isinstance(value, list):
        items = [_normal(item) for item in value]
        return sorted(items) if all(isinstance(item, str) for item in items) else items
    return value
