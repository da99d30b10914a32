"""One sign-in that a change of policies treats otherwise: with facts that give access under one set and not under the other."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import islice

from unbroken.entra.request import SessionFacts
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Decision, Outcome
from unbroken.evaluate.methods import MFA_COMBINATIONS
from unbroken.evaluate.worlds import Engine
from unbroken.prove.apart import Side
from unbroken.prove.cover import regions
from unbroken.prove.diagram import Box, BudgetExceeded
from unbroken.prove.escape import SignIns
from unbroken.prove.obligations import AT_HOME, EXTERNAL_METHOD, Clause
from unbroken.prove.proof import Counterexample
from unbroken.prove.rows import Row
from unbroken.prove.space import Space
from unbroken.prove.witness import DEFECT, cell_of, point_of, request

EXTERNAL = "whether an external method counts for an authentication strength (entra-docs disagrees with itself)"
ASKED_LIMIT = 12
"""Open sign-ins that are decided alone to learn what they hang on."""


@dataclass(frozen=True, slots=True)
class Shown:
    """A sign-in under both policy sets; `missing` when it cannot be shown."""

    example: Counterexample
    policies: tuple[str, ...]
    missing: tuple[str, ...] = ()


class ChangedSignIn:
    """Finds and checks the sign-in that stands for a region of a difference."""

    def __init__(self, engines: tuple[Engine, Engine], milder: Side, harder: Side) -> None:
        """Take the engines of before and after, and the sides: the one that demands less, and the one that demands more."""
        self._engines, self._sides, self._obligations = engines, (milder, harder), milder.prover.obligations

    def of(self, space: Space, box: Box, region: int) -> Shown:
        """Return a sign-in of `box` that fares otherwise, and the policies that make it so."""
        point = point_of(space, dict(zip(space.names, box, strict=True)))
        milder, stricter = (dict(self._demanded(space, point, side)) for side in self._sides)
        added = {row: [clause for clause in clauses if not _closed(clause, milder)] for row, clauses in stricter.items()}
        asked = request(space, point)
        asked = replace(asked, facts=self._facts(asked.facts, milder, added))
        before, after = (decide(engine, asked) for engine in self._engines)
        example = Counterexample(request=asked, decision=after, region=region, before=before)
        policies = tuple(dict.fromkeys(row.name for row, clauses in added.items() if clauses))
        return Shown(example, policies, tuple(_contradictions(before, after, external=_by_external_method(milder, added))))

    def doubts(self, possible: SignIns) -> Iterator[str]:
        """Yield the facts that a difference which is merely possible hangs on."""
        try:
            for box in islice(regions(possible), ASKED_LIMIT):
                asked = request(possible.space, point_of(possible.space, dict(zip(possible.space.names, box, strict=True))))
                for engine in self._engines:
                    yield from decide(engine, asked).missing
        except BudgetExceeded:
            return

    def _demanded(self, space: Space, point: Box, side: Side) -> Iterator[tuple[Row, tuple[Clause, ...]]]:
        cell = cell_of(space, point)
        for row in side.rows(space):
            if any(all(mine & theirs for mine, theirs in zip(point, box, strict=True)) for box in row.boxes(sure=True)):
                yield row, self._obligations.of(row.demand, cell)

    def _facts(self, facts: SessionFacts, milder: Mapping[Row, tuple[Clause, ...]], added: Mapping[Row, list[Clause]]) -> SessionFacts:
        """Return facts that do all the milder set demands and, as far as one method can say it, not what the other adds."""
        wanted = [clause for clauses in milder.values() for clause in clauses]
        unwanted = frozenset().union(*(clause for clauses in added.values() for clause in clauses))
        terms = {act.removeprefix("terms ") for clause in wanted for act in clause if act.startswith("terms ")}
        shy = {act.removeprefix("terms ") for act in unwanted if act.startswith("terms ")}
        facts = replace(facts, terms_accepted=frozenset(terms - shy or terms))
        methods = [act for act in sorted({act for clause in wanted for act in clause}) if act in self._obligations.combinations]
        if all(clause - unwanted - {EXTERNAL_METHOD} for clause in wanted):
            # Another control or another method is enough for the milder set: what the other set adds must stay undone.
            methods = [method for method in methods if method not in unwanted]
        for method in sorted(methods, key=lambda each: (each in unwanted, -sum(each in clause for clause in wanted), each)):
            return replace(facts, authentication_method=method, mfa_satisfied=method in MFA_COMBINATIONS)
        at_home = any(AT_HOME in clause for clause in wanted) and AT_HOME not in unwanted
        return replace(facts, home_tenant_mfa=True) if at_home else facts


def _closed(clause: Clause, milder: Mapping[Row, tuple[Clause, ...]]) -> bool:
    return any(own <= clause for clauses in milder.values() for own in clauses)


def _by_external_method(milder: Mapping[Row, tuple[Clause, ...]], added: Mapping[Row, list[Clause]]) -> bool:
    """Return whether an external method gave access and is not among what is added: no fact of a sign-in says that it was used."""
    more = [clause for clauses in added.values() for clause in clauses]
    return any(EXTERNAL_METHOD in clause for clauses in milder.values() for clause in clauses) and not any(
        EXTERNAL_METHOD in clause for clause in more
    )


def _contradictions(before: Decision, after: Decision, *, external: bool) -> Iterator[str]:
    """Yield why the sign-in cannot be shown: a fact is missing, or both sets demand the same of it."""
    unknown = Outcome.UNKNOWN in (before.outcome, after.outcome)
    if unknown and not (_shuts_out(before, after) or _shuts_out(after, before)):
        yield from before.missing or after.missing or (DEFECT,)
    elif _asks(before) == _asks(after):
        yield EXTERNAL if external else DEFECT


def _shuts_out(one: Decision, other: Decision) -> bool:
    """Return whether `one` lets the sign-in in and under `other` a policy is surely not satisfied, whatever it comes to."""
    return one.outcome is Outcome.ALLOW and any(verdict.result == "failure" for verdict in other.policies)


def _asks(decision: Decision) -> tuple[object, ...]:
    return decision.outcome, decision.requires, decision.alternatives
