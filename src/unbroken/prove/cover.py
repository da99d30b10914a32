"""A set of sign-ins as few, large boxes that people can read: each as wide as the set allows; boxes may overlap."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import prod

from unbroken.prove.diagram import NOTHING, Box, BudgetExceeded, Diagram
from unbroken.prove.escape import SignIns
from unbroken.prove.queries import Reach, first
from unbroken.prove.space import ADDRESS, CLIENT, COUNTRY, DEVICE, FLOW, PLATFORM, TARGET, WHO, Space

REGIONS_EFFORT = 480_000_000
"""Bytes that may be filled while region after region is taken out of a set."""


def most_regions(found: SignIns, limit: int) -> tuple[list[Box], int | None]:
    """Return up to `limit` regions, and after how many the list was cut, by the limit or by the effort it takes; None: it is complete."""
    boxes: list[Box] = []
    if found.node == NOTHING:
        return boxes, None
    try:
        for box in regions(found):
            if len(boxes) == limit:
                return boxes, limit
            boxes.append(box)
    except BudgetExceeded:
        return boxes, len(boxes)
    return boxes, None


def regions(found: SignIns) -> Iterator[Box]:
    """Yield maximal boxes, in the space's order of dimensions, that together cover exactly the valid sign-ins `found`.

    Combinations that no sign-in can have (a legacy client with device state) may lie in a box: they make it wider and change nothing.
    Raises BudgetExceeded when the diagram outgrows its budget on the way.
    """
    diagram, space = found.diagram, found.space
    wide = diagram.union(found.node, diagram.union_of([found.inward(box) for box in _impossible(space)]))
    rest, reach = found.copy(REGIONS_EFFORT), Reach(diagram, wide)
    while rest.node != NOTHING:
        seed = first(rest.diagram, rest.node)
        boxes = (reach.widened(seed, order) for order in _orders(found))
        best = max(boxes, key=lambda box: _width(diagram, box))
        yield found.outward(best)
        rest.remove([found.outward(best)])


def _impossible(space: Space) -> Iterator[Box]:
    """Yield the combinations of client, device and flow that no sign-in has."""
    for name in (DEVICE, FLOW):
        yield from space.products([({CLIENT: space.legacy[CLIENT], name: space.aspects[name].full & ~space.legacy[name]},)])


def _orders(found: SignIns) -> Iterator[Sequence[int]]:
    """Yield the levels in the orders in which they are widened: circumstances before people, and people before circumstances."""
    names = found.space.names
    early = [name for name in names if name not in {WHO, TARGET, CLIENT, PLATFORM, DEVICE, COUNTRY, ADDRESS}]
    circumstances = (*early, PLATFORM, CLIENT, DEVICE, COUNTRY, ADDRESS)
    for order in ((*circumstances, TARGET, WHO), (WHO, TARGET, *circumstances)):
        yield [found.order.index(names.index(name)) for name in order]


def _width(diagram: Diagram, box: Box) -> tuple[int, int]:
    """Return the number of unconstrained dimensions, then of tuples: few conditions read best."""
    return sum(mine == full for mine, full in zip(box, diagram.full, strict=True)), prod(mine.bit_count() for mine in box)
