"""All properties of one tenant: the built-in ones and its own, each decided for every sign-in that can be."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date

from unbroken.evaluate.worlds import Engine
from unbroken.prove.admins import Admins
from unbroken.prove.admins_result import admins_result
from unbroken.prove.own import Unresolved, own_question
from unbroken.prove.proof import Proof, Result
from unbroken.prove.prover import Prover
from unbroken.prove.question import ADMINS_CAN_SIGN_IN, BREAK_GLASS_FREE, BUILT_IN, built_in
from unbroken.prove.repair.opened import opened
from unbroken.prove.results import result
from unbroken.prove.scope import Scopes

Told = Callable[[str], None]
"""Called with the name of each property before it is decided."""


def prove(engine: Engine, today: date, told: Told | None = None) -> Proof:
    """Return whether each property holds under the policies of `engine`; exemptions count until their last day. `seconds` is left 0."""
    snapshot = engine.table.snapshot
    return Proof(
        tenant=snapshot.tenant_name or snapshot.source,
        properties=tuple(_results(engine, today, told or (lambda _: None))),
        policies=len(engine.table.policies),
        users=len(snapshot.users.records),
        seconds=0.0,
        problems=snapshot.problems,
    )


def _results(engine: Engine, today: date, told: Told) -> Iterator[Result]:
    prover, scopes = Prover(engine), Scopes(engine.table.snapshot, today)
    questions = {question.name: question for question in built_in(scopes.break_glass, scopes.exempt)}
    for name in BUILT_IN:
        told(name)
        if name == ADMINS_CAN_SIGN_IN:
            found = admins_result(prover, Admins(prover, scopes), scopes.break_glass)
            repairs = opened(prover, scopes, questions[BREAK_GLASS_FREE]) if found.holds is False else ()
            yield replace(found, repairs=repairs)
        else:
            yield result(prover, questions[name])
    for own in engine.table.snapshot.facts.properties:
        told(own.name)
        question = own_question(own, engine.table, scopes)
        yield _unresolved(question) if isinstance(question, Unresolved) else result(prover, question)


def _unresolved(found: Unresolved) -> Result:
    return Result(name=found.name, text=found.text, holds=None, missing=found.missing, own=True)
