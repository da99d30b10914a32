"""Sets of sign-ins as a shared decision diagram: one level per dimension, edges that are sets of classes, equal nodes stored once.

A level is a whole dimension, not a bit, so a set of thousands of users is one edge. Nodes are numbers; equal sets have equal numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

Box = tuple[int, ...]
"""A product of class sets: one bit set per dimension, in the diagram's order."""
Edges = tuple[tuple[int, int], ...]
"""(classes, node below) of a node: disjoint classes, one edge per node below."""

NODE_BYTES, EDGE_BYTES = 200, 80
"""What a node and an edge take in memory, besides the bits of the classes: about what was measured."""
NOTHING, EVERYTHING = 0, 1
"""The empty set, and the set of all tuples from any level down."""


class BudgetExceeded(Exception):
    """The diagram outgrew its budget: nothing follows from what it holds so far."""


class Diagram:
    """All nodes over dimensions of `widths` classes, in at most `budget` bytes."""

    def __init__(self, widths: Sequence[int], budget: int) -> None:
        """Prepare for tuples of one class out of each of `widths`."""
        self.full: Box = tuple((1 << width) - 1 for width in widths)
        self.depth = len(widths)
        self.budget, self.spent = budget, 0
        self._bytes = tuple(width // 8 for width in widths)
        self._edges: list[Edges] = [(), ()]
        self._known: dict[Edges, int] = {}
        self._joined: dict[tuple[str, int, int, int], int] = {}

    @property
    def size(self) -> int:
        """Return how many nodes exist."""
        return len(self._edges)

    def edges(self, node: int, level: int) -> Edges:
        """Return the edges of a node at `level`."""
        return ((self.full[level], EVERYTHING),) if node == EVERYTHING else self._edges[node]

    def box(self, box: Box) -> int:
        """Return the node of one box."""
        node = EVERYTHING
        for level in range(self.depth - 1, -1, -1):
            node = self._node(level, {node: box[level]})
        return node

    def union_of(self, boxes: Iterator[Box] | Sequence[Box]) -> int:
        """Return the node of all boxes together."""
        found = NOTHING
        for box in boxes:
            found = self.union(found, self.box(box))
        return found

    def without(self, node: int, box: Box) -> int:
        """Return the set without the tuples in `box`."""
        constrained = [level for level in range(self.depth) if box[level] != self.full[level]]
        if 0 in box:
            return node
        return self._without(node, 0, box, constrained[-1] + 1 if constrained else 0, {})

    def _without(self, node: int, level: int, box: Box, last: int, done: dict[tuple[int, int], int]) -> int:
        """Subtract below `level`; from level `last` on the box has everything."""
        if node == NOTHING or level >= last:
            return NOTHING
        key = (node, level)
        if key in done:
            return done[key]
        mine, touched = box[level], False
        children: dict[int, int] = {}
        for classes, child in self.edges(node, level):
            inside = classes & mine
            below = self._without(child, level + 1, box, last, done) if inside else child
            if below == child:
                _put(children, child, classes)
                continue
            touched = True
            self.spent += self._bytes[level]
            _put(children, below, inside)
            if outside := classes & ~mine:
                _put(children, child, outside)
        done[key] = found = self._node(level, children) if touched else node
        return found

    def union(self, one: int, two: int) -> int:
        """Return the tuples in either set."""
        return self._join("or", one, two, 0, lambda a, b: EVERYTHING if EVERYTHING in (a, b) else a or b if NOTHING in (a, b) else None)

    def intersection(self, one: int, two: int) -> int:
        """Return the tuples in both sets."""
        return self._join("and", one, two, 0, lambda a, b: NOTHING if NOTHING in (a, b) else max(a, b) if EVERYTHING in (a, b) else None)

    def difference(self, one: int, two: int) -> int:
        """Return the tuples in the first set that are not in the second."""
        return self._join("but", one, two, 0, lambda a, b: NOTHING if a in (b, NOTHING) or b == EVERYTHING else a if b == NOTHING else None)

    def _join(self, name: str, one: int, two: int, level: int, settled: Callable[[int, int], int | None]) -> int:
        short = settled(one, two)
        if short is not None:
            return short
        if name != "but" and one == two:
            return one
        key = (name, one, two, level)
        if key in self._joined:
            return self._joined[key]
        children: dict[int, int] = {}
        for classes, left, right in self._overlaps(one, two, level):
            below = self._join(name, left, right, level + 1, settled)
            self.spent += self._bytes[level]
            _put(children, below, classes)
        self._joined[key] = found = self._node(level, children)
        return found

    def _overlaps(self, one: int, two: int, level: int) -> Iterator[tuple[int, int, int]]:
        """Yield (classes, node below in the first, node below in the second), covering all classes of the level."""
        rest_two = self.full[level]
        uncovered = self.full[level]
        for classes, left in self.edges(one, level):
            rest = classes
            uncovered &= ~classes
            for others, right in self.edges(two, level):
                if both := classes & others:
                    rest &= ~others
                    yield both, left, right
            if rest:
                yield rest, left, NOTHING
        for others, right in self.edges(two, level):
            if only := others & uncovered & rest_two:
                yield only, NOTHING, right

    def _node(self, level: int, children: dict[int, int]) -> int:
        children.pop(NOTHING, None)
        edges = tuple(sorted((classes, child) for child, classes in children.items() if classes))
        if not edges:
            return NOTHING
        if edges == ((self.full[level], EVERYTHING),):
            return EVERYTHING
        if edges in self._known:
            return self._known[edges]
        self.spent += NODE_BYTES + EDGE_BYTES * len(edges)
        if self.spent > self.budget:
            raise BudgetExceeded
        self._known[edges] = len(self._edges)
        self._edges.append(edges)
        return self._known[edges]

    def alone(self, *nodes: int) -> tuple[Diagram, tuple[int, ...]]:
        """Return a diagram of the same budget with nothing in it but the sets of `nodes`, and their numbers there."""
        found = Diagram([full.bit_length() for full in self.full], self.budget)
        done = {NOTHING: NOTHING, EVERYTHING: EVERYTHING}

        def moved(node: int, level: int) -> int:
            if node not in done:
                done[node] = found._node(level, {moved(child, level + 1): classes for classes, child in self._edges[node]})
            return done[node]

        return found, tuple(moved(node, 0) for node in nodes)


def _put(children: dict[int, int], child: int, classes: int) -> None:
    """Add `classes` to the edge to `child`; an edge that stays as it is keeps its very number, which may be large."""
    children[child] = children[child] | classes if child in children else classes
