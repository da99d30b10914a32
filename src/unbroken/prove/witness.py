"""One sign-in out of a box of classes, decided alone: it must do what the region says of all, or it is not shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from unbroken.entra.request import AccessRequest, SessionFacts
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Decision, Outcome
from unbroken.evaluate.methods import MFA_COMBINATIONS
from unbroken.prove.diagram import Box
from unbroken.prove.obligations import Cell, Clause
from unbroken.prove.places import NO_COUNTRY
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.rows import Row
from unbroken.prove.space import (
    ADDRESS,
    CLIENT,
    COUNTRY,
    DEVICE,
    FLOW,
    INSIDER_RISK,
    PLATFORM,
    SIGN_IN_RISK,
    TARGET,
    USER_RISK,
    WHO,
    Space,
)
from unbroken.prove.targets import Asked

DEFECT = (
    "unbroken contradicts itself about a sign-in (please report it): by all policies together it violates this, decided alone it does not"
)
LAST_ACTS = frozenset({"approvedApplication", "compliantApplication", "passwordChange", "customAuthenticationFactor", "riskRemediation"})
"""Controls that a sign-in may still have to meet without having proved itself otherwise."""


def lowest(classes: int) -> int:
    """Return the number of the lowest class in a set: the one with the plainest example."""
    return (classes & -classes).bit_length() - 1


def request(space: Space, box: Box, asked: Asked | None = None) -> AccessRequest:
    """Return the plainest sign-in of `box`; `asked` replaces the target."""
    at = {name: lowest(classes) for name, classes in zip(space.names, box, strict=True)}
    examples = {name: space.aspects[name].members[at[name]][0] for name in space.names if name != WHO}
    countries = space.aspects[COUNTRY].members[at[COUNTRY]]
    return replace(
        (asked or examples[TARGET]).request,
        identity=space.who.identities[at[WHO]],
        client=examples[CLIENT],
        platform=examples[PLATFORM],
        device=examples[DEVICE],
        transfer_method=examples[FLOW],
        ip_address=examples[ADDRESS].address,
        country=next((code for code in countries if code != NO_COUNTRY), NO_COUNTRY),
        sign_in_risk=examples[SIGN_IN_RISK],
        user_risk=examples[USER_RISK],
        insider_risk=examples[INSIDER_RISK],
    )


def point_of(space: Space, classes: Mapping[str, int]) -> Box:
    """Return one valid combination: with the plainest client, and of a legacy client without device state and flow."""
    point = {name: mine & -mine for name, mine in classes.items()}
    if point[CLIENT] & space.legacy[CLIENT]:
        point |= {DEVICE: 1, FLOW: 1}
    return tuple(point[name] for name in space.names)


def cell_of(space: Space, point: Box) -> Cell:
    """Return the circumstances of one combination; of somebody who may be of several sorts those of one of them."""
    names = dict(zip(space.names, point, strict=True))
    sorts = next(sorts for sorts, positions in space.who.sorts.items() if positions & names[WHO])
    sort = min(sorts, key=repr)
    shape = next(shape for shape, part in space.shapes if all(names[name] & classes for name, classes in part.items()))
    return Cell(sort.kind, sort.trust, shape)


@dataclass(frozen=True, slots=True)
class Shown:
    """A sign-in and what it meets; `missing` when it cannot be shown."""

    request: AccessRequest
    decision: Decision
    missing: tuple[str, ...] = ()


class Witness:
    """Finds and checks the sign-in that stands for a region."""

    def __init__(self, prover: Prover, question: Question, space: Space) -> None:
        """Look for violations of `question` in `space`."""
        self._prover, self._question, self._space = prover, question, space
        self._needed = question.needed(prover.obligations)

    @cached_property
    def chosen(self) -> frozenset[Asked]:
        """Return the targets the question surely speaks of."""
        members = (asked for found in self._space.aspects[TARGET].members for asked in found)
        return frozenset(asked for asked in members if self._question.chosen(asked) is True)

    def of(self, box: Box) -> Shown:
        """Return a sign-in of `box` that violates the question when it is decided alone."""
        at = zip(self._space.names, box, self._prover.scope(self._question, self._space), strict=True)
        point = point_of(self._space, {name: mine & whole for name, mine, whole in at})
        members = self._space.aspects[TARGET].members[lowest(point[self._space.names.index(TARGET)])]
        asked = next(asked for asked in members if asked in self.chosen)
        found = request(self._space, point, asked)
        if self._question.needs:
            found = replace(found, facts=self._way_in(point, found.facts))
        decision = decide(self._prover.engine, found)
        if self._violates(decision):
            return Shown(found, decision)
        return Shown(found, decision, decision.missing if decision.outcome is Outcome.UNKNOWN and decision.missing else (DEFECT,))

    def policies(self, box: Box) -> tuple[str, ...]:
        """Return who catches the sign-ins of a region, where the question is whether anybody does."""
        if self._question.needs:
            return ()
        caught = self._prover.catching(self._question, self._space)
        names = (row.name for row, other in caught if all(mine & theirs for mine, theirs in zip(box, other, strict=True)))
        return tuple(dict.fromkeys(names))

    def _way_in(self, point: Box, facts: SessionFacts) -> SessionFacts:
        """Return `facts` with what this sign-in has done: all that is demanded, by means that are not what the question needs."""
        cell = cell_of(self._space, point)
        needed = self._needed(cell) or frozenset()
        clauses = list(self._clauses(point, cell))
        terms = frozenset(term for row in self._rows(point) for term in row.demand.grant.terms_of_use)
        facts = replace(facts, terms_accepted=terms)
        for method in ("", *sorted({act for clause in clauses for act in clause if act in self._prover.obligations.combinations} - needed)):
            if all(method in clause or _otherwise(clause, needed) for clause in clauses):
                return replace(facts, authentication_method=method, mfa_satisfied=method in MFA_COMBINATIONS) if method else facts
        return facts

    def _rows(self, point: Box) -> Iterator[Row]:
        for row in self._prover.rows(self._space, self._prover.enabled):
            if any(all(mine & theirs for mine, theirs in zip(point, box, strict=True)) for box in row.boxes(sure=False)):
                yield row

    def _clauses(self, point: Box, cell: Cell) -> Iterator[Clause]:
        for row in self._rows(point):
            yield from self._prover.obligations.of(row.demand, cell)

    def _violates(self, decision: Decision) -> bool:
        return granted_otherwise(decision) if self._question.needs else self._is_caught(decision)

    def _is_caught(self, decision: Decision) -> bool:
        table = self._prover.engine.table
        demanding = {policy.id for index, policy in enumerate(table.policies) if table.demand(index).grant}
        caught = any(verdict.applies is True and verdict.id in demanding for verdict in decision.policies)
        return caught or decision.outcome not in {Outcome.ALLOW, Outcome.UNKNOWN}


def _otherwise(clause: Clause, needed: Clause) -> bool:
    """Return whether a clause can be satisfied by a control that is no method and is not what is needed."""
    return any(act.partition(":")[0] in LAST_ACTS or act.startswith("terms ") for act in clause - needed)


def granted_otherwise(decision: Decision) -> bool:
    """Return whether a decision lets the sign-in in, now or after controls that do not prove who it is."""
    if decision.outcome is Outcome.ALLOW:
        return True
    if decision.outcome in {Outcome.BLOCK, Outcome.LOCKED_OUT, Outcome.UNKNOWN}:
        return False
    open_ = [each for each in decision.alternatives if not any(_is_last(token) for token in each)]
    covered = {token for each in decision.alternatives if any(map(_is_last, each)) for token in each}
    return not open_ and all(_is_last(token) or token in covered for token in decision.requires)


def _is_last(token: str) -> bool:
    return token.partition(":")[0] in LAST_ACTS
