"""How many generated worlds the oracles of the proofs are asked about, and how many agreed; and how many pairs of a policy and a sign-in.

`make test` takes the number each test states, `make fuzz` multiplies all of them, so that they come to UNBROKEN_WORLDS together, and
takes UNBROKEN_PAIRS pairs.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterator
from functools import wraps
from itertools import islice
from math import ceil
from random import Random
from typing import Any, TypeVar

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.control import BuildContext
from hypothesis.internal.conjecture.data import ConjectureData

T = TypeVar("T")
Test = Callable[..., None]
ALL_TOGETHER = 2000
"""Worlds of all these tests in `make test`, at least."""
WORLDS = int(os.environ.get("UNBROKEN_WORLDS", "0"))
PAIRS = int(os.environ.get("UNBROKEN_PAIRS", "0"))
SEED = int(os.environ.get("UNBROKEN_SEED", "1"))
"""Where the pairs begin; the worlds take hypothesis's own seed."""
COUNTED: Counter[str] = Counter()
"""`generated` and `agreed` worlds, `pairs` and `agreed pairs`, of this process."""


def over_worlds(number: int, *strategies: st.SearchStrategy[Any]) -> Callable[[Test], Test]:
    """Make a test one over `number` generated worlds, or over its share of UNBROKEN_WORLDS."""

    def decorated(test: Test) -> Test:
        @wraps(test)
        def counted(*values: object, **named: object) -> None:
            COUNTED["generated"] += 1
            test(*values, **named)
            COUNTED["agreed"] += 1

        return settings(max_examples=ceil(number * WORLDS / ALL_TOGETHER) if WORLDS else number)(given(*strategies)(counted))

    return decorated


def drawn(strategy: st.SearchStrategy[T], seed: int) -> Iterator[T]:
    """Yield independent values of `strategy`, without end; the same ones for the same seed.

    `given` is for finding small examples: it copies parts of a world within it and into the next ones, so that of the pairs of 300
    worlds 23 in 100 are different ones. Where pairs are counted, all of them must be; and one that fails is small by itself.
    """
    random = Random(seed)  # noqa: S311 -- test data
    while True:
        data = ConjectureData(random=random)
        with BuildContext(data, wrapped_test=drawn, is_final=False):
            value = data.draw(strategy)
        yield value


def over_pairs(number: int, in_a_world: int, strategy: st.SearchStrategy[T]) -> Callable[[Callable[[T], None]], Callable[[], None]]:
    """Make a test one over at least `number` pairs, or UNBROKEN_PAIRS of them; each world it draws has `in_a_world`."""

    def decorated(test: Callable[[T], None]) -> Callable[[], None]:
        def counted() -> None:
            for world in islice(drawn(strategy, SEED), ceil((PAIRS or number) / in_a_world)):
                COUNTED["pairs"] += in_a_world
                test(world)
                COUNTED["agreed pairs"] += in_a_world

        counted.__name__, counted.__doc__ = test.__name__, test.__doc__
        return counted

    return decorated
