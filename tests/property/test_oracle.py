"""The product against a naive second reading, on fully known sign-ins."""

from __future__ import annotations

from hypothesis import given

from oracle import answer
from unbroken.evaluate.decide import decide
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from worlds import Case, cases


@given(cases(sign_ins=8))
def test_every_policy_and_every_outcome_are_what_the_documentation_says(case: Case) -> None:
    engine = Engine(PolicyTable(case.tenant))
    for request in case.requests:
        expected, decision = answer(case.tenant, request), decide(engine, request)
        assert tuple(each.applies for each in decision.policies) == expected.applies, request
        assert decision.outcome == (expected.outcome or "unknown"), (expected, decision, request)
