"""One JSON text as plain values, refused where it is in another encoding, or nested so deeply that nothing of Graph's can be in it."""

from __future__ import annotations

from typing import Any

import msgspec

from unbroken.errors import BadInput
from unbroken.sources.wire import Json

DEEPEST = 100
"""Objects and lists within each other; Graph's records have about ten, and whoever walks deeper ones runs out of stack."""


def decoded(data: bytes, where: str) -> Json:
    """Return what `data` holds.

    Raises `BadInput` naming `where` when it is not UTF-8 or nested too deeply, msgspec's `DecodeError` when it is no JSON.
    """
    try:
        value = msgspec.json.decode(data)
    except UnicodeDecodeError as error:
        raise BadInput(where, "not UTF-8 or UTF-16 text", remedy="save it as UTF-8") from error
    except RecursionError as error:
        raise _too_deep(where) from error
    if _is_deep(value):
        raise _too_deep(where)
    return value


def _too_deep(where: str) -> BadInput:
    return BadInput(where, f"is nested deeper than {DEEPEST} lists and objects", remedy="export the file again")


def _is_deep(value: Json) -> bool:
    level: list[Any] = [value]
    for _ in range(DEEPEST + 1):
        level = [inner for each in level if isinstance(each, dict | list) for inner in (each.values() if isinstance(each, dict) else each)]
        if not level:
            return False
    return True
