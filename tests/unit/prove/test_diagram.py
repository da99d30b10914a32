"""The diagram is a set of tuples: every operation and query agrees with Python's own sets on small worlds."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from unbroken.prove.diagram import EVERYTHING, NOTHING, Box, BudgetExceeded, Diagram
from unbroken.prove.queries import Reach, first, holds, paths, projection, volume

WIDTHS = (3, 2, 4)
BOXES = st.lists(st.tuples(*(st.integers(0, (1 << width) - 1) for width in WIDTHS)), max_size=5)
Points = set[tuple[int, ...]]


def points(boxes: list[Box]) -> Points:
    return {point for box in boxes for point in product(*([at for at in range(10) if side >> at & 1] for side in box))}


def made(boxes: list[Box]) -> tuple[Diagram, int]:
    diagram = Diagram(WIDTHS, 10_000_000)
    return diagram, diagram.union_of(boxes)


def inside(diagram: Diagram, node: int) -> Points:
    return points(list(paths(diagram, node)))


@given(BOXES, BOXES)
@settings(deadline=None)
def test_joining_two_sets(one: list[Box], two: list[Box]) -> None:
    diagram, left = made(one)
    right = diagram.union_of(two)

    assert inside(diagram, diagram.union(left, right)) == points(one) | points(two)
    assert inside(diagram, diagram.intersection(left, right)) == points(one) & points(two)
    assert inside(diagram, diagram.difference(left, right)) == points(one) - points(two)
    assert (left == right) == (points(one) == points(two))


@given(BOXES, BOXES)
@settings(deadline=None)
def test_taking_boxes_away(one: list[Box], two: list[Box]) -> None:
    diagram, node = made(one)
    for box in two:
        node = diagram.without(node, box)

    assert inside(diagram, node) == points(one) - points(two)


@given(BOXES)
@settings(deadline=None)
def test_asking_of_a_set(boxes: list[Box]) -> None:
    diagram, node = made(boxes)
    wanted = points(boxes)

    assert volume(diagram, node) == len(wanted)
    assert {point for point in product(*map(range, WIDTHS)) if holds(diagram, node, point)} == wanted
    for level in range(len(WIDTHS)):
        assert projection(diagram, node, level) == sum(1 << at for at in {point[level] for point in wanted})


@given(BOXES)
@settings(deadline=None)
def test_how_far_a_tuple_can_be_widened(boxes: list[Box]) -> None:
    diagram, node = made(boxes)
    if node == NOTHING:
        return
    wanted, box = points(boxes), first(diagram, node)
    for level in range(len(WIDTHS)):
        wide = Reach(diagram, node).widened(box, [level])[level]
        fits = [at for at in range(WIDTHS[level]) if points([(*box[:level], 1 << at, *box[level + 1 :])]) <= wanted]
        assert wide == sum(1 << at for at in fits)


def test_the_whole_is_one_node_and_a_budget_is_kept() -> None:
    diagram = Diagram(WIDTHS, 900)

    assert diagram.box(diagram.full) == EVERYTHING
    with pytest.raises(BudgetExceeded):
        diagram.union_of([(0b1, 0b1, 0b1), (0b10, 0b10, 0b10)])
