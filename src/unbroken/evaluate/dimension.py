"""One dimension of a sign-in (who, from where, with what): its possible values and what each means for every policy."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property, reduce
from typing import Any

from unbroken.evaluate.bits import Bits

ATOM_LIMIT = 6
"""Unknown yes-or-no facts that are followed through every combination; beyond, each policy's doubt counts by itself (still sound)."""


@dataclass(frozen=True)
class Alternative:
    """One possible value of a dimension: the policies whose condition it meets, and what it means for grant controls."""

    bits: Bits
    facts: Any = None


@dataclass(frozen=True)
class Dimension:
    """All values a dimension can have in a sign-in: one when the fact is known, several when it is not.

    `reasons` gives for each `whatIfAnalysisReasons` word the policies whose condition of that name is met, `unknowns` says for
    which policies which missing fact matters.
    """

    alternatives: tuple[Alternative, ...]
    reasons: tuple[tuple[str, Bits], ...]
    unknowns: tuple[tuple[int, str], ...] = ()

    @cached_property
    def bits(self) -> Bits:
        """Return what is true whatever the value, and what is possible for some value."""
        return hull(each.bits for each in self.alternatives)


def hull(parts: Iterable[Bits]) -> Bits:
    """Return what holds in every one of `parts` and what holds in some."""
    return reduce(lambda a, b: Bits(a.true & b.true, a.possible | b.possible), parts)


def distinct(alternatives: Iterable[Alternative]) -> tuple[Alternative, ...]:
    """Return the alternatives without repetitions, in order."""
    return tuple(dict.fromkeys(alternatives))


def known(name: str, bits: Bits, facts: object = None, unknowns: tuple[tuple[int, str], ...] = ()) -> Dimension:
    """Return a dimension with one value."""
    return Dimension((Alternative(bits, facts),), ((name, bits),), unknowns)
