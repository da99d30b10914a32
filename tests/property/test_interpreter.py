"""The law of the emulated tenant: its literal interpreter and the evaluator agree on every pair of a policy and a sign-in.

Both are given the same policy as Graph spells it; they share no code. What Microsoft's documentation does not decide, both must leave
open. `make fuzz` asks for UNBROKEN_PAIRS pairs, from UNBROKEN_SEED, instead of the number stated here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from graph_records import Wire, emulated, policy_record
from pairs import cases
from trials import over_pairs
from unbroken.emulator.beyond_policies import beyond_policies, mandatory_mfa
from unbroken.emulator.enforcement import ENABLED, Applied, judge, together
from unbroken.emulator.facts import SignInFacts, UnsupportedPolicy
from unbroken.emulator.tenant import Tenant
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import UNREGISTERED, AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Decision, Outcome, PolicyVerdict
from unbroken.evaluate.grants import tokens_of
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.sources.policy import policy_from_wire
from worlds import GAIL, IAN, MEL, Case, whole

KINDS = {GAIL: "b2bCollaborationGuest", IAN: "internalGuest", MEL: "b2bCollaborationMember"}
DID_NOT_APPLY = {"notApplied", "reportOnlyNotApplied", "notEnabled"}
DENIED = {Outcome.BLOCK, Outcome.LOCKED_OUT}
POLICIES, SIGN_INS = 8, 12


def facts_of(request: AccessRequest, tenant: Snapshot) -> SignInFacts:
    """Return the sign-in as the emulated tenant is told of it."""
    device, facts, who = request.device or UNREGISTERED, request.facts, request.identity
    capable = {each.user_id for each in tenant.registrations.records if each.is_mfa_capable}
    return SignInFacts(
        user_id=who.user_id or "",
        guest_kind=str(who.guest_kind or KINDS.get(who.user_id or "", "")),
        home_tenant_id=who.home_tenant_id or "",
        service_principal_id=who.service_principal_id or "",
        apps=request.apps,
        user_action=str(request.user_action or ""),
        authentication_context=request.authentication_context or "",
        client=str(request.client),
        platform="" if request.platform == "unknown" else str(request.platform),
        ip_address=request.ip_address or "",
        country=request.country or "",
        is_compliant=device.get("iscompliant") is True,
        is_hybrid_joined=device.get("trusttype") == "ServerAD",
        device=device.attributes,
        sign_in_risk=str(request.sign_in_risk),
        user_risk=str(request.user_risk),
        service_principal_risk=str(request.service_principal_risk or "none"),
        insider_risk=str(request.insider_risk),
        transfer_method="" if request.transfer_method == "none" else str(request.transfer_method),
        method=facts.authentication_method or "password",
        mfa=bool(facts.mfa_satisfied),
        home_mfa=bool(facts.home_tenant_mfa),
        mfa_registered=who.user_id in capable,
        interactive=facts.interactive,
        terms_accepted=facts.terms_accepted,
        requested_scopes=facts.requested_scopes,
        client_app_id=facts.client_app_id or "",
        client_is_public=facts.client_is_public is not False,
    )


@over_pairs(20_000, POLICIES * SIGN_INS, cases(POLICIES, SIGN_INS))
def test_the_interpreter_and_the_evaluator_agree_on_every_pair(case: Case) -> None:
    records = [policy_record(policy) for policy in case.tenant.policies.records]
    policies = tuple(map(policy_from_wire, records))
    tenant = replace(case.tenant, policies=whole("conditionalAccessPolicies", policies))
    engine, second = Engine(PolicyTable(tenant)), emulated(tenant)
    for request in case.requests:
        decision, facts = decide(engine, request), facts_of(request, tenant)
        answers = [_judged(record, facts, second) for record in records]
        for record, answer, verdict in zip(records, answers, decision.policies, strict=True):
            assert _word(answer) == _said(verdict), (record, facts, answer, verdict)
        _outcomes_agree(policies, answers, decision, facts, second)
        assert mandatory_mfa(facts, second) is decision.platform.mandatory, (facts, decision.platform)


def _judged(record: Wire, facts: SignInFacts, tenant: Tenant) -> Applied | UnsupportedPolicy:
    try:
        return judge(record, facts, tenant)
    except UnsupportedPolicy as refusal:
        return refusal


def _word(answer: Applied | UnsupportedPolicy) -> str:
    return "unknown" if isinstance(answer, UnsupportedPolicy) else str(answer.record["result"])


def _said(verdict: PolicyVerdict) -> str:
    """Return the verdict's result, which must say the same as whether the policy applies."""
    assert verdict.applies is (None if verdict.result == "unknown" else verdict.result not in DID_NOT_APPLY), verdict
    return verdict.result


def _outcomes_agree(
    policies: Iterable[ConditionalAccessPolicy],
    answers: list[Applied | UnsupportedPolicy],
    decision: Decision,
    facts: SignInFacts,
    tenant: Tenant,
) -> None:
    """Compare what all policies and everything beside them come to; the interpreter is not told what methods a person has."""
    judged = [answer for answer in answers if isinstance(answer, Applied)]
    enforced, seen = together(judged, facts), (decision, answers, facts)
    blocked = enforced.error_code == 53003
    undecided = any(isinstance(answer, UnsupportedPolicy) for answer in answers)
    try:
        beyond = beyond_policies(facts, tenant, any_enabled=any(policy.state == ENABLED for policy in policies))
    except UnsupportedPolicy:
        undecided, beyond = True, ()
    asked = {control for answer in judged for control in answer.unmet} | {*beyond}
    if blocked or "block" in asked:
        assert decision.outcome in DENIED | ({Outcome.UNKNOWN} if facts.is_legacy and undecided else set()), seen
    elif undecided:
        assert decision.outcome is not Outcome.ALLOW or not asked, seen
    elif not asked:
        assert decision.outcome is Outcome.ALLOW, seen
    else:
        assert decision.outcome not in {Outcome.ALLOW, Outcome.BLOCK}, seen
        if decision.outcome is not Outcome.UNKNOWN:
            _same_controls(policies, answers, beyond, decision)


def _same_controls(
    policies: Iterable[ConditionalAccessPolicy], answers: list[Applied | UnsupportedPolicy], beyond: tuple[str, ...], decision: Decision
) -> None:
    """Compare which controls are wanted; of alternatives any one, since only the evaluator knows which method a person has."""
    said = {token.partition(":")[0] for token in decision.requires}
    possible = {*beyond}
    for policy, answer in zip(policies, answers, strict=True):
        unmet = set(answer.unmet) if isinstance(answer, Applied) else set()
        names = {token.partition(":")[0] for token in tokens_of(policy.grant)}
        either = policy.grant.operator == "OR" and len(names) > 1
        possible |= names if unmet and either else unmet
        assert not unmet or (said & names if either else said >= unmet), (policy, answer, decision)
    assert said <= possible | {"mfa"} if beyond else said <= possible, (decision, possible)
