"""Other ways to answer `mfa-everywhere`, from the same boxes of classes: three encodings for z3, CUDD in two orders, and a grid.

Each function returns how many violating sign-ins it found: one point, a whole set, or those in a sample.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import groupby
from random import Random

import z3
from _proof_question import Boxes
from dd import cudd

from unbroken.evaluate.bits import each
from unbroken.prove.diagram import Box

Term = Callable[[int, int], z3.BoolRef]
"""For a dimension and a set of its classes: that the sign-in has one of these."""


def one_by_bools(found: Boxes) -> int:
    """Find a point with a Boolean for each class, of which exactly one is true in each dimension."""
    marks = [[z3.Bool(f"d{at}c{number}") for number in range(full.bit_length())] for at, full in enumerate(found.full)]
    one_each = [z3.PbEq([(mark, 1) for mark in dimension], 1) for dimension in marks]
    return _one(found, lambda at, classes: z3.Or([marks[at][number] for number in each(classes)]), one_each)


def one_by_bit_vectors(found: Boxes) -> int:
    """Find a point with a bit vector for each dimension; sets of classes are unions of ranges."""
    numbers = [z3.BitVec(f"d{at}", max(1, (full.bit_length() - 1).bit_length())) for at, full in enumerate(found.full)]
    bounds = [z3.ULE(number, full.bit_length() - 1) for number, full in zip(numbers, found.full, strict=True)]

    def within(at: int, first: int, last: int) -> z3.BoolRef:
        return numbers[at] == first if first == last else z3.And(z3.UGE(numbers[at], first), z3.ULE(numbers[at], last))

    return _one(found, lambda at, classes: z3.Or([within(at, *ends) for ends in ranges(classes)]), bounds)


def one_by_integers(found: Boxes) -> int:
    """Find a point with an integer for each dimension; sets of classes are unions of ranges."""
    numbers = [z3.Int(f"d{at}") for at in range(len(found.full))]
    bounds = [z3.And(number >= 0, number < full.bit_length()) for number, full in zip(numbers, found.full, strict=True)]

    def within(at: int, first: int, last: int) -> z3.BoolRef:
        return z3.And(numbers[at] >= first, numbers[at] <= last)

    return _one(found, lambda at, classes: z3.Or([within(at, *ends) for ends in ranges(classes)]), bounds)


def _one(found: Boxes, term: Term, rules: Sequence[z3.BoolRef]) -> int:
    known = cache(term)

    def inside(box: Box) -> z3.BoolRef:
        return z3.And([known(at, mine) for at, (mine, full) in enumerate(zip(box, found.full, strict=True)) if mine != full])

    solver = z3.Solver()
    solver.add(*rules, z3.Or([inside(box) for box in found.start]), *(z3.Not(inside(box)) for box in found.closing))
    answer = solver.check()
    if answer == z3.unknown:
        raise TimeoutError(solver.reason_unknown())
    return int(answer == z3.sat)


def ranges(classes: int) -> Iterator[tuple[int, int]]:
    """Yield the first and last number of every run of classes."""
    for _, run in groupby(enumerate(each(classes)), key=lambda pair: pair[1] - pair[0]):
        numbers = [number for _, number in run]
        yield numbers[0], numbers[-1]


def set_by_cudd(found: Boxes, *, users_first: bool) -> int:
    """Build the whole set as a binary decision diagram: users before applications or after, then dimensions from large to small."""
    order = sorted(range(len(found.full)), key=lambda at: -found.full[at].bit_length())
    order = [0, 1, *(at for at in order if at > 1)] if users_first else [1, 0, *(at for at in order if at > 1)]
    binary = _Binary(found, order)
    start, rest = binary.manager.false, binary.manager.true
    for box in found.start:
        start |= binary.box(box)
    for box in found.closing:
        rest &= ~binary.box(box)
    return int((start & rest).count(binary.variables))


class _Binary:
    """Sets of classes in binary variables, the highest bit first."""

    def __init__(self, found: Boxes, order: Sequence[int]) -> None:
        self.manager = cudd.BDD(memory_estimate=4 * 2**30)
        self.manager.configure(reordering=False)
        self._full = found.full
        self._bits = [max(1, (full.bit_length() - 1).bit_length()) for full in found.full]
        names = [f"d{at}b{bit}" for at in order for bit in range(self._bits[at] - 1, -1, -1)]
        self.manager.declare(*names)
        self.variables = len(names)
        self._known: dict[tuple[int, int, int], cudd.Function] = {}

    def box(self, box: Box) -> cudd.Function:
        found = self.manager.true
        for at, classes in enumerate(box):
            found &= self._set(at, classes, self._bits[at])
        return found

    def _set(self, at: int, classes: int, bits: int) -> cudd.Function:
        """Return the numbers below 2**bits in `classes`; equal halves are made once."""
        if not classes:
            return self.manager.false
        if bits == 0:
            return self.manager.true
        key = (at, classes, bits)
        if key not in self._known:
            half = 1 << bits - 1
            low, high = (self._set(at, part, bits - 1) for part in (classes & ((1 << half) - 1), classes >> half))
            self._known[key] = self.manager.ite(self.manager.var(f"d{at}b{bits - 1}"), high, low)
        return self._known[key]


def points_of_a_grid(found: Boxes, sample: int) -> int:
    """Count violating points in a sample of the grid: each point is held against one box after another until one contains it."""
    chance = Random(1)
    widths = [full.bit_length() for full in found.full]
    return sum(_violates(found, [chance.randrange(width) for width in widths]) for _ in range(sample))


def _violates(found: Boxes, point: Sequence[int]) -> bool:
    return any(_holds(box, point) for box in found.start) and not any(_holds(box, point) for box in found.closing)


def _holds(box: Box, point: Sequence[int]) -> bool:
    return all(classes >> number & 1 for classes, number in zip(box, point, strict=True))
