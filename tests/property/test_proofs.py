"""A proof never contradicts a decision: what one sign-in shows, no proof denies, and what a proof shows, whatif repeats."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from hypothesis import given

from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.difference import difference
from unbroken.prove.proof import Repair, Result
from unbroken.prove.properties import prove
from unbroken.prove.scope import Scopes
from unbroken.prove.witness import DEFECT
from worlds import Case, cases, policy_lists

TODAY = date(2026, 11, 28)
STOPPED = frozenset({Outcome.BLOCK, Outcome.LOCKED_OUT, Outcome.UNKNOWN})


def in_scope(tenant: Snapshot, request: AccessRequest) -> bool:
    """Return whether `mfa-everywhere` speaks of the sign-in, which nothing has proved with a second factor."""
    scopes = Scopes(tenant, TODAY)
    left_out = scopes.break_glass | scopes.exempt
    enabled = {user.id for user in tenant.users.records if user.account_enabled is not False}
    facts = request.facts
    fresh = facts.mfa_satisfied is False and facts.authentication_method is None and facts.home_tenant_mfa is False
    return bool(request.apps) and fresh and request.identity.user_id in enabled - left_out.sure - left_out.maybe


@given(cases())
def test_what_is_granted_without_mfa_is_never_proved_impossible(case: Case) -> None:
    engine = Engine(PolicyTable(case.tenant))
    proof = {result.name: result for result in prove(engine, TODAY).properties}

    for request in case.requests:
        if in_scope(case.tenant, request):
            outcome = decide(engine, request).outcome
            assert outcome is not Outcome.ALLOW or proof["mfa-everywhere"].holds is not True
            assert request.client not in LEGACY_CLIENTS or outcome in STOPPED or proof["legacy-blocked"].holds is not True


@given(cases())
def test_what_is_shown_is_what_a_decision_says(case: Case) -> None:
    engine = Engine(PolicyTable(case.tenant))

    for result in prove(engine, TODAY).properties:
        assert DEFECT not in result.missing
        assert (result.holds is False) == bool(result.counterexamples) or result.name == "admins-can-sign-in"
        assert result.holds is not None or result.missing
        assert all(decide(engine, each.request) == each.decision for each in result.counterexamples)


@given(cases(), policy_lists())
def test_what_fares_otherwise_is_never_called_no_difference(case: Case, after: tuple[object, ...]) -> None:
    before = case.tenant.policies.records
    found = {result.name: result for result in difference(case.tenant, before, after).properties}
    engines = [Engine(PolicyTable(case.tenant, side)) for side in (before, after)]

    for request in case.requests:
        if request.identity.user_id in {user.id for user in case.tenant.users.records if user.account_enabled is not False}:
            now, then = (decide(engine, request).outcome for engine in engines)
            assert (now, then) != (Outcome.ALLOW, Outcome.BLOCK) or found["stricter"].holds is not True
            assert (now, then) != (Outcome.BLOCK, Outcome.ALLOW) or found["laxer"].holds is not True


@given(cases())
def test_order_and_names_are_no_difference(case: Case) -> None:
    before = case.tenant.policies.records
    renamed = tuple(replace(policy, id=f"again {policy.id}", display_name="another name") for policy in reversed(before))

    assert [result.holds for result in difference(case.tenant, before, renamed).properties] == [True, True]


@given(cases())
def test_a_repair_does_what_it_says(case: Case) -> None:
    tenant = case.tenant
    today = tenant.policies.records

    for result in prove(Engine(PolicyTable(tenant)), TODAY).properties:
        for repair in result.repairs:
            after = repaired(tenant, repair)
            again = {each.name: each for each in prove(Engine(PolicyTable(after)), TODAY).properties}[result.name]
            assert not repair.closes_all or again.holds is True
            assert all(still_open(after, again, result, number) is False for number in repair.closes)
            for compared in difference(tenant, today, after.policies.records).properties:
                stated = {"stricter": repair.stricter_users, "laxer": repair.laxer_users}[compared.name]
                assert compared.missing or len(compared.users) == stated or "perUserMfaState" in {edit.field for edit in repair.edits}


def repaired(tenant: Snapshot, repair: Repair) -> Snapshot:
    """Return the tenant with the edits of `repair` made."""
    changed = {policy.id: policy for policy in repair.policies}
    kept = [changed.pop(policy.id, policy) for policy in tenant.policies.records]
    off = {user for edit in repair.edits if edit.field == "perUserMfaState" for user, _ in tenant.per_user_mfa.records}
    states = tuple((user, "disabled" if user in off else state) for user, state in tenant.per_user_mfa.records)
    return replace(
        tenant,
        policies=replace(tenant.policies, records=(*kept, *changed.values())),
        per_user_mfa=replace(tenant.per_user_mfa, records=states),
    )


def still_open(after: Snapshot, again: Result, before: Result, number: int) -> bool:
    """Return whether the counterexample of a region that was closed is still one."""
    example = next(each for each in before.counterexamples if each.region == number)
    decision = decide(Engine(PolicyTable(after)), example.request)
    return decision == example.decision and again.holds is False and decision in [each.decision for each in again.counterexamples]
