"""The repairs of a violated property: each edit proposed is proved again, and compared with today, before it is offered."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, TypeVar

from unbroken.prove.diagram import NOTHING, Box, BudgetExceeded
from unbroken.prove.escape import Search, SignIns
from unbroken.prove.labels import Labels
from unbroken.prove.proof import Edit, Repair
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.repair.change import ALL, Candidate, blocks
from unbroken.prove.repair.exclusions import exclusion, without_per_user_mfa
from unbroken.prove.repair.kept import Kept
from unbroken.prove.repair.proposals import Proposals
from unbroken.prove.repair.stated import stated
from unbroken.prove.repair.trials import Carried, Trials
from unbroken.prove.repair.who import spared
from unbroken.prove.space import Space

T = TypeVar("T")
TRIED = 12
"""Changes that are proved again, besides the property as a policy."""
EFFORT, FAILURES = 64_000_000, 2
"""What a set of one trial may take, and how many may take more before the rest is left."""
OFFERED = 6
"""Repairs that are offered: those that close most."""


@dataclass(frozen=True, slots=True)
class Offer:
    """The repairs of one property."""

    repairs: tuple[Repair, ...] = ()
    given_up: bool = False
    """Some edits were not tried to the end: what they close is not known."""


class _Left(NamedTuple):
    """What a candidate closes: positions of regions, whether nothing is left at all, and how many users are."""

    closes: tuple[int, ...]
    nothing: bool
    users: int


def repairs(prover: Prover, question: Question, found: SignIns, boxes: Sequence[Box], kept: Kept) -> Offer:
    """Return edits that close some of the regions `boxes` of the set `found`, those that leave fewest users first.

    Only what was proved again is returned: an edit closes a region when no sign-in in it violates the question in any world.
    """
    candidates = _candidates(prover, question, found.space, boxes)
    return _Trying(prover, question, found, candidates, kept).offer(boxes) if candidates else Offer()


class _Trying:
    """Tries candidates one after the other; when several are too much to follow the rest is left."""

    def __init__(self, prover: Prover, question: Question, found: SignIns, candidates: Sequence[Candidate], kept: Kept) -> None:
        off = frozenset[str]().union(*(each.per_user_mfa for each in candidates))
        table = prover.engine.table
        search = Search(found.names, EFFORT, only=True)
        snapshot = without_per_user_mfa(table.snapshot, off)
        self._trials = Trials(snapshot, table.policies, [each.policies for each in candidates], search)
        self._question, self._candidates, self._kept = question, candidates, kept
        self._carried = Carried(found.space, self._trials.prover.worlds)
        self._concerned = len(found.users())
        self._failed = 0

    def offer(self, boxes: Sequence[Box]) -> Offer:
        """Return what closes some of `boxes`."""
        wide = [self._carried.box(box) for box in boxes]
        closing = [(at, each, left) for at, each in enumerate(self._candidates) if (left := self._left(at, each, wide)) is not None]
        closing.sort(key=lambda found: (not found[2].nothing, found[2].users, _is_widest(found[1].edits), len(found[1].edits)))
        found = (self._repair(*each) for each in closing[:OFFERED])
        return Offer(tuple(sorted((repair for repair in found if repair is not None), key=_rank)), given_up=self._failed > 0)

    def _left(self, at: int, tried: Candidate, boxes: Sequence[Box]) -> _Left | None:
        """Return what a candidate closes; None when it frees nobody, blocks too much, or that cannot be told."""
        return self._followed(lambda: self._closed(at, tried, boxes))

    def _closed(self, at: int, tried: Candidate, boxes: Sequence[Box]) -> _Left | None:
        left = self._trials.left(at, self._question)
        closes = tuple(number for number, box in enumerate(boxes) if not left.meets(box))
        users = len(left.users())
        if (not closes and users >= self._concerned) or self._blocks_more(at, tried):
            return None
        return _Left(closes, left.node == NOTHING, users)

    def _blocks_more(self, at: int, tried: Candidate) -> bool:
        """Return whether a change blocks sign-ins that the property wants blocked, and others besides."""
        wanted = self._question.stated is not None and blocks(self._question.stated)
        return wanted and any(map(blocks, tried.policies)) and self._trials.reaches_beyond(at, self._question)

    def _repair(self, at: int, tried: Candidate, left: _Left) -> Repair | None:
        """Return a candidate with whom it affects; None when that cannot be told, or when it reaches somebody who is to be spared."""
        told = self._followed(lambda: (self._trials.affected(at), self._kept.broken(*self._trials.both(at))))
        if told is None:
            return None
        (stricter, laxer, external), broken = told
        if stricter & self._question.spared:
            return None
        return Repair(
            edits=tried.edits,
            closes=left.closes,
            closes_all=left.nothing,
            users_left=left.users,
            stricter_users=len(stricter),
            laxer_users=len(laxer | tried.per_user_mfa),
            external=external,
            breaks=broken,
            policies=tried.policies,
        )

    def _followed(self, ask: Callable[[], T | None]) -> T | None:
        """Return an answer; None when it takes too much, or others before it did."""
        if self._failed >= FAILURES:
            return None
        try:
            return ask()
        except BudgetExceeded:
            self._failed += 1
            return None


def _candidates(prover: Prover, question: Question, space: Space, boxes: Sequence[Box]) -> list[Candidate]:
    """Return what to try: policies that nearly demand what is needed, and the property as a policy; exclusions where nothing may be."""
    if not question.needs:
        found = exclusion(prover, question)
        return [found] if found else []
    table = prover.engine.table
    candidates = [Candidate((change,)) for change in Proposals(prover, question, space).changes(boxes)[:TRIED]]
    if question.stated is not None:
        candidates.append(stated(question.stated, spared(question, table.snapshot), table.people, Labels(table.snapshot)))
    return candidates


def _rank(repair: Repair) -> tuple[int, ...]:
    """Return what comes first: what breaks nothing, leaves fewest users, leaves a policy what it was made for, affects fewest."""
    affected = repair.stricter_users + repair.laxer_users
    new = not repair.edits[0].field
    return len(repair.breaks), not repair.closes_all, repair.users_left, _is_widest(repair.edits), affected, new, len(repair.edits)


def _is_widest(edits: Sequence[Edit]) -> bool:
    return any(edit.text == ALL for edit in edits)
