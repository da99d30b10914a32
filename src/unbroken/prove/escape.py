"""The sign-ins that get through although a clause should hold: access is possible, and nothing that applies demands as much.

A row *closes* a cell for a clause when one of its own clauses lies within that clause: whoever satisfies it has satisfied the clause, or
nobody can. What no row closes escapes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from math import prod

from unbroken.entra.vocabulary import Control
from unbroken.evaluate.grants import Demand
from unbroken.evaluate.session import Shape
from unbroken.prove.diagram import NOTHING, Box, BudgetExceeded, Diagram
from unbroken.prove.obligations import Cell, Clause, Obligations, loosely
from unbroken.prove.queries import projection
from unbroken.prove.rows import Row
from unbroken.prove.space import DEVICE, FLOW, TARGET, WHO, Part, Space

Needed = Callable[[Cell], Clause | None]
"""What must be demanded in a cell; None where nothing must."""
BUDGET = 320_000_000
"""Bytes of a diagram."""
EFFORTS, EFFORT = (16_000_000, 64_000_000), 1_000_000_000
"""Bytes that may be filled in a trial in every order of dimensions, and in the last, what was let go on the way included."""
LITTLE = 16_000_000
"""Bytes below which nothing is let go."""


class SignIns:
    """A set of sign-ins: a node of a diagram whose dimensions stand in an order of its own."""

    def __init__(self, space: Space, order: Sequence[int], effort: int) -> None:
        """Hold nothing yet; `order` gives for each level of the diagram the position of its dimension in a box."""
        self.space, self.order = space, tuple(order)
        self.diagram = Diagram([space.full[position].bit_length() for position in order], min(BUDGET, effort))
        self.node = self._apart = NOTHING
        self._effort, self._kept = effort, 0

    def inward(self, box: Box) -> Box:
        """Return a box with its dimensions in the diagram's order."""
        return tuple(box[position] for position in self.order)

    def outward(self, box: Box) -> Box:
        """Return a box of the diagram with its dimensions in the space's order."""
        found = [0] * len(box)
        for position, classes in zip(self.order, box, strict=True):
            found[position] = classes
        return tuple(found)

    @property
    def names(self) -> tuple[str, ...]:
        """Return its dimensions in the diagram's order."""
        return tuple(self.space.names[position] for position in self.order)

    def people(self) -> int:
        """Return the positions of everybody in it."""
        return projection(self.diagram, self.node, self.order.index(self.space.names.index(WHO)))

    def users(self) -> tuple[str, ...]:
        """Return the ids of the users in it."""
        return self.space.who.users(self.people())

    def meets(self, box: Box) -> bool:
        """Return whether a sign-in of `box` is in the set."""
        return self.diagram.intersection(self.diagram.box(self.inward(box)), self.node) != NOTHING

    def add(self, boxes: Iterable[Box]) -> None:
        """Add boxes."""
        self.node = self.diagram.union(self.node, self.diagram.union_of([self.inward(box) for box in boxes]))

    def remove(self, boxes: Iterable[Box]) -> None:
        """Take boxes away; when the widest come first, what is left is small early."""
        for box in boxes:
            if self.node == NOTHING:
                return
            if self.diagram.spent > max(LITTLE, 2 * self._kept):
                self.tidy()
            self.node = self.diagram.without(self.node, self.inward(box))

    def copy(self, effort: int) -> SignIns:
        """Return the same set in a diagram of its own, with `effort` to spend on changing it."""
        found = SignIns(self.space, self.order, effort)
        found.diagram, (found.node,) = self.diagram.alone(self.node)
        found._kept = found.diagram.spent
        return found

    def but(self, users: Iterable[str], effort: int) -> SignIns:
        """Return the set without the sign-ins of `users`, with `effort` to spend on changing it."""
        found = self.copy(effort)
        box = self.space.box({WHO: self.space.who.of(users)})
        found.remove([box] if box else [])
        return found

    def lay_apart(self) -> None:
        """Begin with nothing again, and keep what is there for `gather`."""
        self._apart, self.node = self.diagram.union(self._apart, self.node), NOTHING

    def gather(self) -> None:
        """Add all that was laid apart."""
        self.node, self._apart = self.diagram.union(self._apart, self.node), NOTHING

    def tidy(self) -> None:
        """Let go of all that was needed on the way only. Raises BudgetExceeded when more effort was spent than allowed."""
        self._effort -= self.diagram.spent - self._kept
        if self._effort < 0:
            raise BudgetExceeded
        self.diagram, (self.node, self._apart) = self.diagram.alone(self.node, self._apart)
        self._kept = self.diagram.spent


def widest_first(space: Space, boxes: Iterable[Box]) -> list[Box]:
    """Return the boxes, each once, in the order of the share of all tuples that lies in them."""

    def share(box: Box) -> float:
        return prod(classes.bit_count() / full.bit_count() for classes, full in zip(box, space.full, strict=True))

    return sorted({*boxes}, key=share, reverse=True)


class Closing:
    """Where rows close clauses."""

    def __init__(self, space: Space, obligations: Obligations) -> None:
        """Judge in the cells of `space`."""
        self.space, self._obligations = space, obligations
        self._parts: dict[tuple[Demand, int], list[Part]] = {}

    def boxes(self, rows: Iterable[Row], needed: Needed) -> Iterator[Box]:
        """Yield the boxes in which some row closes: surely in a space of worlds, perhaps in one of certainties."""
        parts: dict[Demand, list[Part]] = {}
        for row in rows:
            if row.demand not in parts:
                parts[row.demand] = self._where(row.demand, needed)
            for box in row.boxes(sure=self.space.worlds):
                yield from (found for part in parts[row.demand] if (found := narrowed(self.space, box, part)))

    def _where(self, demand: Demand, needed: Needed) -> list[Part]:
        """Return the parts of the space in which `demand` closes wherever it is made."""
        return where(self.space, lambda cell: self.closes(demand, cell, needed), every=self.space.worlds)

    def closes(self, demand: Demand, cell: Cell, needed: Needed) -> bool:
        """Return whether `demand` demands what is needed in `cell`: surely in a space of worlds, perhaps in one of certainties."""
        if demand.unread and Control.BLOCK not in demand.grant.controls:
            return not self.space.worlds
        wanted = needed(cell)
        if wanted is None:
            return False
        clauses = self._obligations.of(demand, cell)
        if self.space.worlds:
            return any(clause <= wanted for clause in clauses)
        return any(loosely(clause) <= loosely(wanted) for clause in clauses)


def where(space: Space, true: Callable[[Cell], bool], *, every: bool) -> list[Part]:
    """Return the parts of `space` whose cells are `true`; of somebody who may be of several sorts in `every` or in any of them."""
    quantifier = all if every else any
    alike: dict[frozenset[Shape], int] = defaultdict(int)
    for sorts, positions in space.who.sorts.items():
        shapes = frozenset(shape for shape, _ in space.shapes if quantifier(true(Cell(sort.kind, sort.trust, shape)) for sort in sorts))
        alike[shapes] |= positions
    return [part for shapes, who in alike.items() for part in _parts(space, shapes, who)]


def _parts(space: Space, shapes: frozenset[Shape], who: int) -> Iterator[Part]:
    """Yield few parts that make up the `shapes`, for the people `who`."""
    people: Part = {} if who == space.who.full else {WHO: who}
    if len(shapes) == len(space.shapes):
        yield people
        return
    begun, plain = (_devices(space, shapes, device_code=flag) for flag in (True, False))
    if any(shape.legacy for shape in shapes):
        yield {**people, **space.legacy}
    if begun == plain and plain:
        yield {**people, **space.modern, DEVICE: plain}
        return
    for devices, device_code in ((begun, True), (plain, False)):
        if devices:
            flows = next(part[FLOW] for shape, part in space.shapes if not shape.legacy and shape.device_code is device_code)
            yield {**people, **space.modern, FLOW: flows, DEVICE: devices}


def _devices(space: Space, shapes: frozenset[Shape], *, device_code: bool) -> int:
    """Return the device classes of those of `shapes` that are of modern clients."""
    found = 0
    for shape, part in space.shapes:
        if shape in shapes and not shape.legacy and shape.device_code is device_code:
            found |= part[DEVICE]
    return found


def narrowed(space: Space, box: Box, part: Part) -> Box | None:
    """Return what of `box` lies in `part`, None when nothing does."""
    if not part:
        return box
    whole = space.box(part)
    found = tuple(mine & theirs for mine, theirs in zip(box, whole, strict=True)) if whole else (0,)
    return found if all(found) else None


@dataclass(frozen=True, slots=True)
class Search:
    """Which orders of dimensions a set is built in."""

    names: tuple[str, ...] = ()
    """An order that served for something alike, first dimension first: it is tried before all others."""
    effort: int = EFFORT
    """What that order may take."""
    only: bool = False
    """No other order is tried."""

    def attempts(self, space: Space) -> list[tuple[Sequence[int], int]]:
        """Return orders, as positions in a box of `space`, each with the effort it may take."""
        known = [space.names.index(name) for name in self.names if name in space.names]
        rest = [position for position in range(len(space.names)) if position not in known]
        first: list[tuple[Sequence[int], int]] = [([*known, *rest], self.effort)] if known else []
        return first if self.only else [*first, *_attempts(space)]


def sign_ins(space: Space, build: Callable[[SignIns], None], search: Search | None = None) -> SignIns:
    """Return what `build` makes of an empty set, in an order of dimensions in which it stays small.

    Raises BudgetExceeded when it does in none.
    """
    for order, effort in (search or Search()).attempts(space):
        found = SignIns(space, order, effort)
        try:
            build(found)
            found.tidy()
        except BudgetExceeded:
            continue
        found.diagram.budget = BUDGET
        return found
    raise BudgetExceeded


def _attempts(space: Space) -> list[tuple[Sequence[int], int]]:
    """Return orders of dimensions, each with the effort it may take.

    What the usual policies leave open is told shortest by applications first, and where they leave much open by people first; a puzzle
    of small boxes by the small dimensions first. Nobody knows beforehand, so all are tried with little, and then again with more.
    """
    names = space.names
    large_first = sorted(range(len(names)), key=lambda position: -space.full[position].bit_length())
    who, target = names.index(WHO), names.index(TARGET)
    rest = [position for position in large_first if position not in {who, target}]
    orders = ([target, who, *rest], large_first[::-1], [who, target, *rest])
    return [*((order, effort) for effort in EFFORTS for order in orders), (orders[-1], EFFORT)]
