"""A sign-in log as the replay needs it: dictionaries, condition cube and logged results, wherever they are kept."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries
from unbroken.evaluate.blast_radius import SignInCounts
from unbroken.evaluate.legacy import LegacyUse

Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Log:
    """Everything `assess` takes from a log."""

    facts: Dictionaries
    cube: Arrays
    """`CUBE_COLUMNS`."""
    logged: Arrays
    """`LOGGED_COLUMNS`."""
    example: Callable[[int], str]
    """Position of a sign-in -> its id."""
    moments: Callable[[], Iterable[tuple[NDArray[Any], NDArray[Any]]]]
    """Every sign-in as (tuple id, microseconds since 1970 UTC), in pieces."""
    legacy: tuple[LegacyUse, ...]
    counts: SignInCounts
    first_us: int
    last_us: int
    problems: tuple[str, ...] = ()
    files: tuple[tuple[str, str, int], ...] = ()
