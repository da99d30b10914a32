"""The complete violating set against a grid of sign-ins, each judged by the naive reading: they agree point by point, both ways."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import strategies as st

from both_sides import Sides, agree, agree_on_rule, enabled
from oracle import told
from own_rules import OWN_RULES, with_rule
from sign_in_grid import AXES, request_of
from trials import over_worlds
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import OwnProperty
from unbroken.prove.apart import apart
from unbroken.prove.difference import _Both
from unbroken.prove.own import own_question
from unbroken.prove.question import BREAK_GLASS_FREE, Question, built_in
from unbroken.prove.scope import Meant, Scopes
from worlds import ANN, GAIL, Case, cases, policy_lists, whole

TODAY = date(2026, 11, 28)
TURNS = st.integers(0, 5039)
Policies = tuple[ConditionalAccessPolicy, ...]
EVERYWHERE = OwnProperty(name="mfa-everywhere", users=("everyone",), except_users=(ANN,), needs=("mfa",))
LEGACY_BLOCKED = OwnProperty(name="legacy-blocked", users=("everyone",), except_users=(ANN,), clients=("legacy",), needs=("block",))
BREAK_GLASS = OwnProperty(name="break-glass-free", users=(ANN, GAIL), needs=("nothing",))
BUILT_IN = {rule.name: rule for rule in (EVERYWHERE, LEGACY_BLOCKED, BREAK_GLASS)}


def questions() -> list[Question]:
    """Return the built-in questions, with the same people left out and meant as in the rules above."""
    without, emergency = Meant(frozenset({ANN})), Meant(frozenset({ANN, GAIL}))
    found = {each.name: each for each in built_in(without, Meant())}
    return list((found | {each.name: each for each in built_in(emergency, Meant()) if each.name == BREAK_GLASS_FREE}).values())


@over_worlds(200, cases(sign_ins=0), TURNS)
def test_the_built_in_properties_agree_with_every_sign_in_of_a_grid(case: Case, turn: int) -> None:
    sides = Sides(case.tenant, turn)
    for question in questions():
        agree_on_rule(sides, BUILT_IN[question.name], question)


@over_worlds(300, cases(sign_ins=0), OWN_RULES, TURNS)
def test_a_rule_of_ones_own_agrees_with_every_sign_in_of_a_grid(case: Case, rule: OwnProperty, turn: int) -> None:
    sides = Sides(with_rule(case.tenant, rule), turn)
    question = own_question(rule, sides.engine.table, Scopes(case.tenant, TODAY))
    assert isinstance(question, Question)
    agree_on_rule(sides, rule, question)


@over_worlds(200, cases(policy_lists(0, 3), sign_ins=0), policy_lists(0, 2), st.integers(0, 3), TURNS)
def test_what_gets_stricter_and_laxer_agrees_with_every_sign_in_of_a_grid(case: Case, others: Policies, kept: int, turn: int) -> None:
    before = case.tenant.policies.records
    after = (*before[:kept], *(replace(policy, id=f"after {policy.id}") for policy in others))
    everything = tuple({policy.id: policy for policy in (*before, *after)}.values())
    sides = Sides(replace(case.tenant, policies=whole("conditionalAccessPolicies", everything)), turn)
    both = _Both(case.tenant, before, after)
    spaces = ((True, both._prover.certainties), (False, both._prover.worlds))

    for (old, new), (milder, harder) in (((before, after), both._sides), ((after, before), both._sides[::-1])):
        found = [(sure, apart(space, milder, harder)) for sure, space in spaces]
        expected = [sides.grid.stricter(enabled(old), enabled(new), sure=sure) for sure, _ in found]
        agree(sides, (expected[0], expected[1]), tuple(sides.told(each, sure=sure) for sure, each in found))


@over_worlds(100, cases(sign_ins=0), TURNS, st.lists(st.integers(0, 2**30), min_size=8, max_size=8))
def test_a_grid_says_of_single_sign_ins_what_the_naive_reading_says_of_each(case: Case, turn: int, points: list[int]) -> None:
    grid = Sides(case.tenant, turn).grid
    for point in points:
        at = {name: (point >> 2 * position) % len(grid.axes[name]) for position, name in enumerate(AXES)}
        request = request_of({name: grid.axes[name][index] for name, index in at.items()})
        for policy in case.tenant.policies.records if _at(grid.valid, at) else ():
            fits = grid.fits[policy.id]
            answer = True if _at(fits.sure, at) else None if _at(fits.possible, at) else False
            assert (answer if policy.state != "disabled" else False) is told(case.tenant, policy, request)


def _at(array: object, at: dict[str, int]) -> bool:
    """Return one element of an array that has one element along the axes that do not matter to it."""
    return bool(array[tuple(index if size > 1 else 0 for index, size in zip(at.values(), array.shape, strict=True))])  # type: ignore[attr-defined,index]
