"""All properties of one tenant: the built-in ones and its own, each decided for every sign-in that can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cached_property

from unbroken.evaluate.worlds import Engine
from unbroken.prove.admins import Admins
from unbroken.prove.admins_result import admins_result
from unbroken.prove.own import Unresolved, own_question
from unbroken.prove.proof import Proof, Result
from unbroken.prove.prover import Prover
from unbroken.prove.question import ADMINS_CAN_SIGN_IN, BREAK_GLASS_FREE, BUILT_IN, Question, built_in
from unbroken.prove.repair.kept import Kept
from unbroken.prove.repair.opened import opened
from unbroken.prove.results import result
from unbroken.prove.scope import Scopes

Told = Callable[[str], None]
"""Called with the name of each property before it is decided."""


def prove(engine: Engine, today: date, told: Told | None = None, *, repairing: bool = True) -> Proof:
    """Return whether each property holds under the policies of `engine`, and unless that is not asked for what would repair it.

    Exemptions count until their last day. `seconds` is left 0.
    """
    snapshot = engine.table.snapshot
    asking = _Asking(engine, today, told or (lambda _: None), repairing=repairing)
    return Proof(
        tenant=snapshot.tenant_name or snapshot.source,
        properties=(*asking.built_in(), *asking.own()),
        policies=len(engine.table.policies),
        users=len(snapshot.users.records),
        seconds=0.0,
        problems=snapshot.problems,
    )


class _Asking:
    """All questions about one tenant."""

    def __init__(self, engine: Engine, today: date, told: Told, *, repairing: bool) -> None:
        self._prover, self._scopes = Prover(engine), Scopes(engine.table.snapshot, today)
        self._told, self._repairing = told, repairing

    def built_in(self) -> Iterator[Result]:
        questions = {question.name: question for question in built_in(self._scopes.break_glass, self._scopes.exempt)}
        for name in BUILT_IN:
            self._told(name)
            yield self._result(questions[name]) if name != ADMINS_CAN_SIGN_IN else self._admins(questions[BREAK_GLASS_FREE])

    def own(self) -> Iterator[Result]:
        table = self._prover.engine.table
        for own in table.snapshot.facts.properties:
            self._told(own.name)
            question = own_question(own, table, self._scopes)
            yield _unresolved(question) if isinstance(question, Unresolved) else self._result(question)

    def _result(self, question: Question) -> Result:
        return result(self._prover, question, self._kept if self._repairing else None)

    @cached_property
    def _kept(self) -> Kept:
        questions = {question.name: question for question in built_in(self._scopes.break_glass, self._scopes.exempt)}
        return Kept(self._scopes, questions[BREAK_GLASS_FREE])

    def _admins(self, break_glass_free: Question) -> Result:
        found = admins_result(self._prover, Admins(self._prover, self._scopes), self._scopes.break_glass)
        if found.holds is not False or not self._repairing:
            return found
        return replace(found, repairs=opened(self._prover, self._scopes, break_glass_free))


def _unresolved(found: Unresolved) -> Result:
    return Result(name=found.name, text=found.text, holds=None, missing=found.missing, own=True)
