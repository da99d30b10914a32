"""The product's set of violations against z3 and CUDD, which get the same boxes: the same answer, the same number, the same sign-ins."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from forgetting import Fact, World, forgotten, some_facts
from own_rules import OWN_RULES, with_rule
from proof_solvers import ForCudd, ForZ3, puzzle
from property.test_proof_grid import TODAY
from trials import over_worlds
from unbroken.entra.snapshot import OwnProperty, Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.cover import _impossible, regions
from unbroken.prove.diagram import NOTHING, Box
from unbroken.prove.escape import SignIns
from unbroken.prove.own import own_question
from unbroken.prove.prover import Prover
from unbroken.prove.queries import holds, paths, volume
from unbroken.prove.question import Question
from unbroken.prove.scope import Scopes
from worlds import Case, cases


@cache
def manager() -> Any:
    """Return one manager for all puzzles: its diagrams are shared."""
    cudd = pytest.importorskip("dd.cudd", reason="CUDD is not built for this machine")
    return cudd.BDD(memory_estimate=2**28)


def asked(tenant: Snapshot, rule: OwnProperty) -> Iterator[tuple[Prover, Question, SignIns]]:
    """Yield a question, and its violations in the space of worlds and in that of certainties."""
    prover = Prover(Engine(PolicyTable(with_rule(tenant, rule))))
    question = own_question(rule, prover.engine.table, Scopes(tenant, TODAY))
    if isinstance(question, Question) and question.who(prover.worlds):
        find = prover._escaping if question.needs else prover._caught
        yield from (
            (prover, question, find(question, space, prover.search)) for space in {id(each): each for each in _spaces(prover)}.values()
        )


def _spaces(prover: Prover) -> tuple[Any, ...]:
    return prover.worlds, prover.certainties


@over_worlds(300, cases(sign_ins=1), some_facts(), OWN_RULES)
def test_z3_finds_a_sign_in_just_where_there_is_one(case: Case, lost: tuple[Fact, ...], rule: OwnProperty) -> None:
    tenant = forgotten(lost, World(case.tenant, case.requests[0])).tenant
    for prover, question, found in asked(tenant, rule):
        points = ForZ3(puzzle(prover, question, found.space)).solutions(3)
        assert bool(points) == (found.node != NOTHING)
        assert all(holds(found.diagram, found.node, [point[position] for position in found.order]) for point in points)
        assert len(points) == min(3, volume(found.diagram, found.node))


@over_worlds(600, cases(sign_ins=1), some_facts(), OWN_RULES)
def test_cudd_counts_as_many_sign_ins(case: Case, lost: tuple[Fact, ...], rule: OwnProperty) -> None:
    tenant = forgotten(lost, World(case.tenant, case.requests[0])).tenant
    for prover, question, found in asked(tenant, rule):
        assert ForCudd(puzzle(prover, question, found.space), manager()).count() == volume(found.diagram, found.node)


@over_worlds(120, cases(sign_ins=0), OWN_RULES)
def test_regions_are_the_whole_set_and_none_can_be_wider(case: Case, rule: OwnProperty) -> None:
    for prover, question, found in asked(case.tenant, rule):
        stated = puzzle(prover, question, found.space)
        unreal = list(_impossible(found.space))
        wide = ForCudd(type(stated)(found.space, [*found_boxes(found), *unreal], ()), manager())
        boxes = list(regions(found))
        assert ForCudd(stated, manager()).is_the_union_of(part for box in boxes for part in _real(found, box))
        for box in boxes:
            assert wide.contains(box)
            assert not any(wide.contains(wider) for wider in _wider(box, found.space.full))


def found_boxes(found: SignIns) -> list[Box]:
    """Return disjoint boxes that make up the set."""
    return [found.outward(box) for box in paths(found.diagram, found.node)]


def _real(found: SignIns, box: Box) -> Iterator[Box]:
    """Yield what of a box is a sign-in that can be."""
    space = found.space
    yield from space.products([(dict(zip(space.names, box, strict=True)), part) for part in (space.modern, space.legacy)])


def _wider(box: Box, full: Box) -> Iterator[Box]:
    """Yield the box with one more class in one dimension."""
    for at, side in enumerate(box):
        rest = full[at] & ~side
        while rest:
            one = rest & -rest
            rest &= ~one
            yield (*box[:at], side | one, *box[at + 1 :])
