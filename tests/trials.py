"""How many generated worlds the oracles of the proofs are asked about, and how many agreed; and how many pairs of a policy and a sign-in.

`make test` takes the number each test states, `make fuzz` multiplies all of them, so that they come to UNBROKEN_WORLDS together, and
takes UNBROKEN_PAIRS pairs.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from functools import wraps
from math import ceil
from typing import Any

from hypothesis import Phase, given, settings
from hypothesis import strategies as st

Test = Callable[..., None]
ALL_TOGETHER = 2000
"""Worlds of all these tests in `make test`, at least."""
WORLDS = int(os.environ.get("UNBROKEN_WORLDS", "0"))
PAIRS = int(os.environ.get("UNBROKEN_PAIRS", "0"))
ONE_PAIR_IS_SMALL = (Phase.explicit, Phase.generate)
"""A failure names its policy and its sign-in: nothing to shrink, and shrinking a whole world takes minutes."""
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


def over_pairs(number: int, in_a_world: int, *strategies: st.SearchStrategy[Any]) -> Callable[[Test], Test]:
    """Make a test one over at least `number` pairs, or UNBROKEN_PAIRS of them; each world it generates has `in_a_world`."""

    def decorated(test: Test) -> Test:
        @wraps(test)
        def counted(*values: object, **named: object) -> None:
            COUNTED["pairs"] += in_a_world
            test(*values, **named)
            COUNTED["agreed pairs"] += in_a_world

        return settings(max_examples=ceil((PAIRS or number) / in_a_world), phases=ONE_PAIR_IS_SMALL)(given(*strategies)(counted))

    return decorated
