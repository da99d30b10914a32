"""The same set of sign-ins for two programs of others: z3, which finds single ones, and CUDD, which counts them all.

Both get the boxes of the product's rows, as "in one of these and in none of those", and nothing of its diagram.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property, reduce
from itertools import islice, product
from typing import Any

import z3

from unbroken.prove.diagram import Box
from unbroken.prove.escape import Closing, where
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.space import Space

Point = tuple[int, ...]


@dataclass(frozen=True)
class Puzzle:
    """The sign-ins in one of the boxes `inside` and in none of `outside`: each of these the common part of several boxes."""

    space: Space
    inside: Sequence[Box]
    outside: Sequence[tuple[Box, ...]]

    @property
    def sizes(self) -> list[int]:
        """Return the number of classes of each dimension."""
        return [full.bit_length() for full in self.space.full]


def puzzle(prover: Prover, question: Question, space: Space) -> Puzzle:
    """Return what violates `question` in `space`, put together from rows, parts and the question alone."""
    if not question.needs:
        return Puzzle(space, [box for _, box in prover.catching(question, space)], ())
    needed = question.needed(prover.obligations)
    closing = Closing(space, prover.obligations)
    met = [_box(space, part) for part in where(space, lambda cell: needed(cell) is None, every=space.worlds)]
    closed = [
        (box, _box(space, part))
        for row in prover.rows(space, prover.engine.table.enabled)
        for box, part in product(row.boxes(sure=space.worlds), closing._where(row.demand, needed))
    ]
    return Puzzle(space, prover.start(question, space), [*((box,) for box in met), *closed])


def _box(space: Space, part: Any) -> Box:
    return tuple(part.get(name, full) & full for name, full in zip(space.names, space.full, strict=True))


class ForZ3:
    """The puzzle as a formula: one bit vector a dimension, whose value is the number of a class."""

    def __init__(self, asked: Puzzle) -> None:
        """State it."""
        self._sizes = asked.sizes
        self._classes = [z3.BitVec(f"d{at}", size.bit_length()) for at, size in enumerate(self._sizes)]
        self._known: dict[tuple[int, int], z3.BoolRef] = {}
        self._solver = z3.Solver()
        for variable, size in zip(self._classes, self._sizes, strict=True):
            self._solver.add(z3.ULT(variable, size))
        self._solver.add(z3.Or([self._in(box) for box in asked.inside]))
        self._solver.add(*(z3.Not(z3.And([self._in(box) for box in boxes])) for boxes in asked.outside))

    def solutions(self, most: int) -> list[Point]:
        """Return up to `most` different sign-ins; none when there is none at all."""
        return list(islice(self._solutions(), most))

    def _solutions(self) -> Iterator[Point]:
        while self._solver.check() == z3.sat:
            model = self._solver.model()
            point = tuple(model.eval(variable, model_completion=True).as_long() for variable in self._classes)
            yield point
            self._solver.add(z3.Or([variable != value for variable, value in zip(self._classes, point, strict=True)]))

    def _in(self, box: Box) -> z3.BoolRef:
        sides = enumerate(zip(box, self._sizes, strict=True))
        return z3.And([self._side(at, side) for at, (side, size) in sides if side != (1 << size) - 1])

    def _side(self, at: int, side: int) -> z3.BoolRef:
        if (at, side) not in self._known:
            self._known[at, side] = z3.Or([self._classes[at] == value for value in _classes(side)])
        return self._known[at, side]


class ForCudd:
    """The puzzle as a binary decision diagram: the number of a class in bits, the bits of one dimension side by side."""

    def __init__(self, asked: Puzzle, manager: Any) -> None:
        """State it; `manager` is a `dd.cudd.BDD`, which may hold other puzzles already."""
        self._manager, self._sizes = manager, asked.sizes
        self._bits = [[f"d{at}b{bit}" for bit in range((size - 1).bit_length())] for at, size in enumerate(self._sizes)]
        manager.declare(*self._names)
        self._known: dict[tuple[int, int], Any] = {}
        inside = reduce(lambda one, two: one | two, (self._in(box) for box in asked.inside), manager.false)
        for boxes in asked.outside:
            inside &= ~reduce(lambda one, two: one & two, map(self._in, boxes))
        self.set = inside & self._in(tuple((1 << size) - 1 for size in self._sizes), whole=True)

    @cached_property
    def _names(self) -> list[str]:
        return [name for names in self._bits for name in names]

    def count(self) -> int:
        """Return how many sign-ins there are."""
        return int(self._manager.count(self.set, nvars=len(self._names)))

    def is_the_union_of(self, boxes: Iterable[Box]) -> bool:
        """Return whether the set is what the boxes hold together."""
        together = reduce(lambda one, two: one | two, (self._in(box, whole=True) for box in boxes), self._manager.false)
        return bool(together == self.set)

    def contains(self, box: Box) -> bool:
        """Return whether all of a box lies in the set."""
        return bool(self._in(box, whole=True) & ~self.set == self._manager.false)

    def _in(self, box: Box, *, whole: bool = False) -> Any:
        """Return a box; unless `whole` codes that stand for no class may be in it, where a side is unconstrained."""
        found = self._manager.true
        for at, (side, size) in enumerate(zip(box, self._sizes, strict=True)):
            if whole or side != (1 << size) - 1:
                found &= self._side(at, side)
        return found

    def _side(self, at: int, side: int) -> Any:
        if (at, side) not in self._known:
            found = self._manager.false
            for value in _classes(side):
                found |= self._manager.cube({name: bool(value >> bit & 1) for bit, name in enumerate(self._bits[at])})
            self._known[at, side] = found
        return self._known[at, side]


def _classes(side: int) -> list[int]:
    return [at for at in range(side.bit_length()) if side >> at & 1]
