"""The repairs of a violated property: each edit proposed is proved again, and compared with today, before it is offered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from unbroken.prove.diagram import NOTHING, Box, BudgetExceeded
from unbroken.prove.labels import Labels
from unbroken.prove.proof import Edit, Repair
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.repair.change import ALL, Candidate, blocks
from unbroken.prove.repair.exclusions import exclusion, without_per_user_mfa
from unbroken.prove.repair.proposals import Proposals
from unbroken.prove.repair.stated import stated
from unbroken.prove.repair.trials import Carried, Trials
from unbroken.prove.space import Space

TRIED = 12
"""Changes that are proved again, besides the property as a policy."""
OFFERED = 6
"""Repairs that are offered: those that close most."""


class _Left(NamedTuple):
    """What a candidate closes: positions of regions, and whether nothing is left at all."""

    closes: tuple[int, ...]
    nothing: bool


def repairs(prover: Prover, question: Question, space: Space, boxes: Sequence[Box]) -> tuple[Repair, ...]:
    """Return edits that close some of the regions `boxes` of `space`, those that close most and then affect fewest first.

    Only what was proved again is returned: an edit closes a region when no sign-in in it violates the question in any world.
    """
    candidates = _candidates(prover, question, space, boxes)
    if not candidates:
        return ()
    off = frozenset[str]().union(*(each.per_user_mfa for each in candidates))
    table = prover.engine.table
    trials = Trials(without_per_user_mfa(table.snapshot, off), table.policies, [each.policies for each in candidates])
    carried = Carried(space, trials.prover.worlds)
    wide = [carried.box(box) for box in boxes]
    closing = [(at, each, left) for at, each in enumerate(candidates) if (left := _left(trials, at, each, question, wide)) is not None]
    closing.sort(key=lambda found: (-len(found[2].closes), _is_widest(found[1].edits), len(found[1].edits)))
    found = (_repair(trials, *each) for each in closing[:OFFERED])
    return tuple(sorted((repair for repair in found if repair is not None), key=_rank))


def _candidates(prover: Prover, question: Question, space: Space, boxes: Sequence[Box]) -> list[Candidate]:
    """Return what to try: policies that nearly demand what is needed, and the property as a policy; exclusions where nothing may be."""
    if not question.needs:
        found = exclusion(prover, question)
        return [found] if found else []
    table = prover.engine.table
    candidates = [Candidate((change,)) for change in Proposals(prover, question, space).changes(boxes)[:TRIED]]
    if question.stated is not None:
        candidates.append(stated(question.stated, question.spared, table.people, Labels(table.snapshot)))
    return candidates


def _left(trials: Trials, at: int, tried: Candidate, question: Question, boxes: Sequence[Box]) -> _Left | None:
    """Return what a candidate closes; None when it closes no region, blocks too much, or that cannot be told."""
    try:
        left = trials.left(at, question)
        closes = tuple(number for number, box in enumerate(boxes) if not left.meets(box))
        return _Left(closes, nothing=left.node == NOTHING) if closes and not _blocks_more(trials, at, tried, question) else None
    except BudgetExceeded:
        return None


def _repair(trials: Trials, at: int, tried: Candidate, left: _Left) -> Repair | None:
    """Return a candidate with whom it affects; None when that cannot be told."""
    try:
        stricter, laxer = trials.affected(at)
    except BudgetExceeded:
        return None
    return Repair(
        edits=tried.edits,
        closes=left.closes,
        closes_all=left.nothing,
        stricter_users=len(stricter),
        laxer_users=len(laxer | tried.per_user_mfa),
        policies=tried.policies,
    )


def _blocks_more(trials: Trials, at: int, tried: Candidate, question: Question) -> bool:
    """Return whether a change blocks sign-ins that the property wants blocked, and others besides."""
    wanted = question.stated is not None and blocks(question.stated)
    return wanted and any(map(blocks, tried.policies)) and trials.reaches_beyond(at, question)


def _rank(repair: Repair) -> tuple[int, ...]:
    """Return what comes first: what closes most, then affects fewest, then leaves each policy what it was made for."""
    affected = repair.stricter_users + repair.laxer_users
    return -len(repair.closes), affected, _is_widest(repair.edits), len(repair.edits)


def _is_widest(edits: Sequence[Edit]) -> bool:
    return any(edit.text == ALL for edit in edits)
