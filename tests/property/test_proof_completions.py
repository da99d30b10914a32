"""What a proof says with facts missing it says of every way to fill them in: whom it names violates, whom it clears does not."""

from __future__ import annotations

from collections.abc import Iterator

from forgetting import Fact, World, forgotten, refilled, some_facts
from own_rules import OWN_RULES, with_rule
from property.test_proof_grid import BUILT_IN, TODAY
from trials import over_worlds
from unbroken.entra.request import Identity
from unbroken.entra.snapshot import OwnProperty, Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.diagram import NOTHING
from unbroken.prove.escape import SignIns
from unbroken.prove.own import own_question
from unbroken.prove.prover import Prover
from unbroken.prove.queries import projection
from unbroken.prove.question import Question
from unbroken.prove.results import result
from unbroken.prove.scope import Scopes
from unbroken.prove.space import WHO
from worlds import Case, cases

Person = str | Identity | None


def people(found: SignIns) -> set[Person]:
    """Return everybody who occurs in a set: user ids, and external kinds without an object here."""
    at = projection(found.diagram, found.node, found.order.index(found.space.names.index(WHO))) if found.node != NOTHING else 0
    return {*found.space.who.users(at), *found.space.who.externals(at)}


def asked(tenant: Snapshot, rule: OwnProperty) -> tuple[Prover, Question] | None:
    """Return a rule as a question to a tenant; None where a word in it stands for nothing known."""
    prover = Prover(Engine(PolicyTable(with_rule(tenant, rule))))
    question = own_question(rule, prover.engine.table, Scopes(tenant, TODAY))
    return (prover, question) if isinstance(question, Question) else None


def completions(case: Case, other: Case, lost: tuple[Fact, ...]) -> Iterator[Snapshot]:
    """Yield two ways to fill in what was lost: with what was there, and with what is so elsewhere."""
    yield case.tenant
    yield refilled(lost, World(case.tenant, case.requests[0]), World(other.tenant, other.requests[0])).tenant


@over_worlds(80, cases(sign_ins=1), cases(sign_ins=1), some_facts(), OWN_RULES)
def test_what_is_proved_with_facts_missing_stays_so_when_they_are_filled_in(
    case: Case, other: Case, lost: tuple[Fact, ...], rule: OwnProperty
) -> None:
    for each in (rule, BUILT_IN["mfa-everywhere"]):
        unsure = asked(forgotten(lost, World(case.tenant, case.requests[0])).tenant, each)
        if unsure is None:
            continue
        said, found = result(*unsure), unsure[0].violations(unsure[1])
        for tenant in completions(case, other, lost):
            full = asked(tenant, each)
            assert full is not None
            violating = people(full[0].violations(full[1]).possible)
            assert people(found.sure) <= violating
            assert not said.holds or not violating
            assert said.holds is not False or violating
            assert {who for who in violating if isinstance(who, str)} <= people(found.possible)
