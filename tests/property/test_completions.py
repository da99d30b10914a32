"""An answer given with facts missing is the answer that every completion of these facts gives."""

from __future__ import annotations

from hypothesis import event, given
from hypothesis import strategies as st

from forgetting import METHODS_POLICY, Fact, World, forgotten, refilled, some_facts
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Decision, Outcome
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from worlds import Case, cases


def decided(world: World) -> Decision:
    return decide(Engine(PolicyTable(world.tenant)), world.request)


@given(cases(sign_ins=1), st.lists(cases(sign_ins=1), min_size=2, max_size=3), some_facts())
def test_what_is_certain_with_facts_missing_stays_so_when_they_are_filled_in(
    case: Case, others: list[Case], lost: tuple[Fact, ...]
) -> None:
    world = World(case.tenant, case.requests[0])
    answer = decided(forgotten(lost, world))
    event(f"outcome {answer.outcome}")
    if METHODS_POLICY in lost:
        world = METHODS_POLICY.fill(world, world)
    for other in (world, *(World(each.tenant, each.requests[0]) for each in others)):
        completed = decided(refilled(lost, world, other) if other is not world else world)
        if answer.outcome is not Outcome.UNKNOWN:
            assert completed.outcome is answer.outcome, (lost, completed, answer)
        for before, after in zip(answer.policies, completed.policies, strict=True):
            assert before.applies in (None, after.applies), (lost, before, after)


@given(cases(sign_ins=1), some_facts())
def test_an_unknown_names_what_is_missing(case: Case, lost: tuple[Fact, ...]) -> None:
    answer = decided(forgotten(lost, World(case.tenant, case.requests[0])))
    if answer.outcome is Outcome.UNKNOWN or any(each.applies is None for each in answer.policies):
        assert answer.missing
