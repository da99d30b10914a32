"""What can be asked of a set of sign-ins: how many, which classes of a dimension occur, one of them, and how far a box in it reaches."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from unbroken.prove.diagram import EVERYTHING, NOTHING, Box, BudgetExceeded, Diagram

STEPS = 6_000_000
"""Edges that are looked at to widen all regions of a set: some seconds."""


def volume(diagram: Diagram, node: int) -> int:
    """Return the number of class tuples in the set."""
    sizes = [full.bit_count() for full in diagram.full]
    done: dict[tuple[int, int], int] = {}

    def below(node: int, level: int) -> int:
        if node in (NOTHING, EVERYTHING):
            return prod(sizes[level:]) if node else 0
        key = (node, level)
        if key not in done:
            done[key] = sum(classes.bit_count() * below(child, level + 1) for classes, child in diagram.edges(node, level))
        return done[key]

    return below(node, 0)


def projection(diagram: Diagram, node: int, dimension: int) -> int:
    """Return the classes of one dimension that occur in the set."""
    found, frontier = 0, {node} - {NOTHING}
    for level in range(dimension):
        frontier = {child for each in frontier for _, child in diagram.edges(each, level)}
    for each in frontier:
        for classes, _ in diagram.edges(each, dimension):
            found |= classes
    return found


def first(diagram: Diagram, node: int) -> Box:
    """Return one tuple of a set that is not empty, as a box of one class each: of every dimension the lowest class that goes on."""
    point = []
    for level in range(diagram.depth):
        classes, node = min(diagram.edges(node, level), key=lambda edge: edge[0] & -edge[0])
        point.append(classes & -classes)
    return tuple(point)


def paths(diagram: Diagram, node: int, level: int = 0) -> Iterator[Box]:
    """Yield disjoint boxes that make up the set."""
    if node == NOTHING:
        return
    if level == diagram.depth or node == EVERYTHING:
        yield diagram.full[level:]
        return
    for classes, child in diagram.edges(node, level):
        for rest in paths(diagram, child, level + 1):
            yield (classes, *rest)


class Reach:
    """How far boxes in one set can be widened; what was found of the rest of one box serves for the next."""

    def __init__(self, diagram: Diagram, node: int) -> None:
        """Ask of the set below `node`, in at most `STEPS` steps all in all."""
        self._diagram, self._node, self._left = diagram, node, STEPS
        self._inside: dict[tuple[int, Box], bool] = {}

    def widened(self, box: Box, order: Sequence[int]) -> Box:
        """Return a box in the set, one level of `order` after another made as wide as the set allows.

        Raises BudgetExceeded when no step is left.
        """
        wide, met = list(box), {0: {self._node}}
        for level in order:
            wide[level] = self._reach(met, tuple(wide), level)
            if wide[level] != box[level]:
                met = {at: nodes for at, nodes in met.items() if at <= level}
        return tuple(wide)

    def _reach(self, met: dict[int, set[int]], box: Box, dimension: int) -> int:
        """Return the classes that may stand at `dimension` so that the whole of `box` still lies in the set.

        `met` holds by level the nodes that the box comes to, as far as they are known. What stands there already may stay: the search
        ends when nothing else is left.
        """
        for level in range(max(at for at in met if at <= dimension), dimension):
            self._step(sum(len(self._diagram.edges(node, level)) for node in met[level]))
            met[level + 1] = {child for node in met[level] for child in _met(self._diagram, node, level, box)}
        found, below = self._diagram.full[dimension], box[dimension + 1 :]
        for node in met[dimension]:
            edges = [(classes & found, child) for classes, child in self._diagram.edges(node, dimension) if classes & found]
            self._step(len(edges))
            found = sum(classes for classes, child in edges if self._holds(child, dimension + 1, below))
            if found == box[dimension]:
                break
        return found

    def _holds(self, node: int, level: int, box: Box) -> bool:
        """Return whether `box`, of the levels from `level` down, lies in the set below `node`."""
        if node in (NOTHING, EVERYTHING):
            return node == EVERYTHING
        key = (node, box)
        if key not in self._inside:
            self._inside[key] = self._covered(node, level, box)
        return self._inside[key]

    def _covered(self, node: int, level: int, box: Box) -> bool:
        rest, below, edges = box[0], box[1:], self._diagram.edges(node, level)
        self._step(len(edges))
        for classes, child in edges:
            if classes & rest:
                if not self._holds(child, level + 1, below):
                    return False
                rest &= ~classes
        return not rest

    def _step(self, edges: int) -> None:
        self._left -= edges
        if self._left < 0:
            raise BudgetExceeded


def _met(diagram: Diagram, node: int, level: int, box: Box) -> list[int]:
    """Return the nodes below that the box reaches; none when it reaches out of the set."""
    rest, found = box[level], []
    for classes, child in diagram.edges(node, level):
        if classes & rest:
            rest &= ~classes
            found.append(child)
    return [] if rest else found


def holds(diagram: Diagram, node: int, point: Sequence[int]) -> bool:
    """Return whether the tuple of class numbers lies in the set."""
    for level, position in enumerate(point):
        if node in (NOTHING, EVERYTHING):
            break
        node = next((child for classes, child in diagram.edges(node, level) if classes >> position & 1), NOTHING)
    return node != NOTHING
