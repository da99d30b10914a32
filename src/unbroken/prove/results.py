"""A question's violations as a result for people: regions, names, what is missing, and one sign-in a region that was decided alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from unbroken.evaluate.decide import decide
from unbroken.prove.cover import REGIONS_EFFORT, most_regions, regions
from unbroken.prove.diagram import NOTHING, Box, BudgetExceeded
from unbroken.prove.escape import SignIns
from unbroken.prove.naming import Naming
from unbroken.prove.proof import Counterexample, Region, Result
from unbroken.prove.prover import Prover, Violations
from unbroken.prove.question import BREAK_GLASS_FREE, Question, any_app, unique
from unbroken.prove.repair.kept import Kept
from unbroken.prove.repair.repairs import Offer, repairs
from unbroken.prove.space import TARGET, WHO, Space
from unbroken.prove.witness import Witness, lowest, request

REGION_LIMIT = 100
"""Regions after which the list is cut."""
ASKED_LIMIT = 12
"""Open sign-ins that are decided alone to learn what they hang on."""
TOO_LARGE = "the sign-ins that violate it are too many different ones to be followed to the end, so that nothing may be said of all"
UNSAFE = "no repair is offered: it is not known who the break-glass accounts are, so that an edit may reach one"
GIVEN_UP = "edits that may repair it were not all tried: the sign-ins that violate it are too many different ones"
UNPUBLISHED = "which applications belong to a bundle that the rule names (Microsoft publishes no ids for all of them)"


def result(prover: Prover, question: Question, kept: Kept | None = None) -> Result:
    """Return whether `question` holds, with everything that shows it, and what would repair it where it is said what must be `kept`."""
    if not question.who(prover.worlds):
        return _of_nobody(question)
    try:
        found = prover.violations(question)
    except BudgetExceeded:
        return _answer(question, holds=None, missing=(TOO_LARGE,), cut=0)
    unfollowed = _unfollowed(prover, question)
    if found.none:
        return _answer(question, holds=None if unfollowed else True, missing=unfollowed)
    shown = _Shown(prover, question, found.sure) if found.sure.node != NOTHING else None
    if shown is None or not shown.counterexamples:
        doubts, cut = (shown.missing, shown.cut) if shown else ((), None)
        missing = (*question.missing, *unfollowed, *doubts, *_open(prover, question, found.possible))
        return _answer(question, holds=None, missing=missing or (TOO_LARGE,), cut=cut)
    unsafe = question.unsure_whom and bool(question.needs)
    offer = repairs(prover, question, found.sure, shown.boxes, kept) if kept and not unsafe else Offer()
    notes = (*_more(prover, question, found), *([GIVEN_UP] if offer.given_up else []), *([UNSAFE] if unsafe else []))
    return replace(
        _answer(question, holds=False, missing=shown.missing, cut=shown.cut, notes=notes),
        users=shown.users,
        regions=tuple(shown.regions),
        counterexamples=tuple(shown.counterexamples),
        repairs=offer.repairs,
    )


def _of_nobody(question: Question) -> Result:
    """Return the answer about nobody: of a tenant's own rule that it holds, of break-glass accounts that there are none to speak of."""
    if question.own and not question.missing:
        return _answer(question, holds=True, notes=("it speaks of no enabled account",))
    return _answer(
        question, holds=None, missing=question.missing or ("break-glass accounts (break_glass in unbroken.toml names no enabled account)",)
    )


def _answer(
    question: Question, *, holds: bool | None, missing: tuple[str, ...] = (), cut: int | None = None, notes: tuple[str, ...] = ()
) -> Result:
    return Result(
        name=question.name,
        text=question.text,
        holds=holds,
        own=question.own,
        missing=unique(missing),
        cut=cut,
        notes=unique((*question.notes, *notes)),
    )


def _unfollowed(prover: Prover, question: Question) -> tuple[str, ...]:
    """Return what keeps a proof from being one although no violation was found."""
    policies = prover.engine.table.snapshot.policies
    unread = () if question.needs or policies.complete else (f"the other policies (conditionalAccessPolicies {policies.why})",)
    users = prover.engine.table.snapshot.users
    strangers = () if users.complete or question.name == BREAK_GLASS_FREE else (f"the other users (users {users.why})",)
    return (*question.missing, *prover.worlds.cut, *unread, *strangers)


class _Shown:
    """Sure violations, region by region, each with a sign-in that was decided alone."""

    def __init__(self, prover: Prover, question: Question, found: SignIns) -> None:
        self.boxes: list[Box] = []
        self.regions: list[Region] = []
        self.counterexamples: list[Counterexample] = []
        self.missing: tuple[str, ...] = ()
        boxes, self.cut = most_regions(found, REGION_LIMIT)
        self._prover, self._question, self._found = prover, question, found
        self._witness = Witness(prover, question, found.space)
        self._naming = Naming(found.space)
        self._scope = _told_within(prover.scope(question, found.space), question, found.space)
        for box in boxes:
            self._show(box)
        whole = len(self.regions) == len(self.counterexamples) and not self.missing
        everybody = found.users()
        self.users = everybody if whole else unique(user for region in self.regions for user in region.users)

    def _show(self, box: Box) -> None:
        """Add the region of `box`, if a sign-in in it violates the property when it is decided alone."""
        shown = self._witness.of(box)
        if shown.missing:
            self.missing = unique((*self.missing, *shown.missing))
            return
        self.boxes.append(box)
        policies = self._witness.policies(box)
        self.regions.append(self._naming.region(box, self._scope, self._witness.chosen, policies))
        self.counterexamples.append(Counterexample(request=shown.request, decision=shown.decision, region=len(self.regions) - 1))


def _told_within(scope: Box, question: Question, space: Space) -> Box:
    """Return what goes without saying in a region: that it is about applications, and of a built-in property whom it speaks of."""
    kept = {TARGET} if question.chosen is any_app or not question.own else set()
    kept |= set() if question.own else {WHO}
    return tuple(mine if name in kept else full for name, mine, full in zip(space.names, scope, space.full, strict=True))


def _open(prover: Prover, question: Question, possible: SignIns) -> Iterator[str]:
    """Yield the facts that a violation which is merely possible hangs on."""
    asked = 0
    try:
        for box in islice(regions(possible), ASKED_LIMIT):
            yield from _missing(prover, question, possible.space, box)
            asked += 1
    except BudgetExceeded:
        yield from () if asked else (TOO_LARGE,)


def _missing(prover: Prover, question: Question, space: Space, box: Box) -> Iterator[str]:
    decision = decide(prover.engine, request(space, box))
    yield from decision.missing
    if any(question.chosen(asked) is None for asked in space.aspects[TARGET].members[lowest(box[space.names.index(TARGET)])]):
        yield UNPUBLISHED
    if not prover.engine.table.snapshot.policies.complete:
        yield f"the other policies (conditionalAccessPolicies {prover.engine.table.snapshot.policies.why})"


def _more(prover: Prover, question: Question, found: Violations) -> Iterator[str]:
    """Yield a note when more users than the sure ones may be concerned."""
    if found.possible is found.sure:
        return
    sure = {*found.sure.users()}
    if more := len({*found.possible.users()} - sure):
        facts = unique(_open(prover, question, found.possible.but(sure, REGIONS_EFFORT)))
        yield f"{more} more users may be concerned; that hangs on: {'; '.join(facts) or 'facts that are missing'}"
