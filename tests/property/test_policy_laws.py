"""Laws that hold whatever the policies say: more policies are never laxer, exclusion exempts, order and names mean nothing."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from forgetting import Fact, World, forgotten, some_facts
from unbroken.entra.policy import ConditionalAccessPolicy, GuestScope, UserScope
from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import GuestKind, PolicyState
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import SEVERITY, Decision, Outcome
from unbroken.evaluate.grants import RANK
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from worlds import ON, Case, cases, policies, whole

SOMETIMES = st.one_of(st.just(()), some_facts())
NEW = policies("new", st.just(ON))


def with_policies(tenant: Snapshot, found: tuple[ConditionalAccessPolicy, ...]) -> Snapshot:
    return replace(tenant, policies=whole("conditionalAccessPolicies", found))


def possible(world: World) -> tuple[int, int]:
    """Return the ranks of the mildest and the most severe outcome the sign-in may have."""
    engine = Engine(PolicyTable(world.tenant))
    worlds = engine.worlds(world.request, engine.table.dimensions(world.request))
    ranks = {RANK[outcome] for each in worlds for outcome in each.outcomes}
    return min(ranks), max(ranks)


def decided(tenant: Snapshot, request: AccessRequest) -> Decision:
    return decide(Engine(PolicyTable(tenant)), request)


@given(cases(), NEW, SOMETIMES)
def test_one_more_enabled_policy_never_makes_a_sign_in_milder(case: Case, new: ConditionalAccessPolicy, lost: tuple[Fact, ...]) -> None:
    for request in case.requests:
        world = forgotten(lost, World(case.tenant, request))
        before = possible(world)
        after = possible(World(with_policies(world.tenant, (*world.tenant.policies.records, new)), world.request))
        assert before[0] <= after[0], (lost, request, SEVERITY[before[0]], SEVERITY[after[0]])
        assert before[1] <= after[1], (lost, request, SEVERITY[before[1]], SEVERITY[after[1]])


def excluding(policy: ConditionalAccessPolicy, scope: UserScope) -> ConditionalAccessPolicy:
    include, exclude = policy.users
    merged = replace(
        exclude, users=exclude.users | scope.users, groups=exclude.groups | scope.groups, guests=(*exclude.guests, *scope.guests)
    )
    return replace(policy, users=(include, merged))


@given(cases(), SOMETIMES)
def test_whom_every_policy_excludes_is_asked_for_nothing(case: Case, lost: tuple[Fact, ...]) -> None:
    tenant = replace(case.tenant, per_user_mfa=whole("userAuthenticationRequirements", ()))
    for request in case.requests:
        identity = request.identity
        scope = UserScope(users=frozenset({identity.user_id or "nobody"}))
        if identity.guest_kind:
            scope = UserScope(guests=(GuestScope(kinds=frozenset({str(GuestKind(identity.guest_kind))})),))
        excluded = with_policies(tenant, tuple(excluding(policy, scope) for policy in tenant.policies.records))
        world = forgotten(lost, World(excluded, request))
        decision = decided(world.tenant, world.request)
        assert decision.outcome is Outcome.ALLOW, (lost, decision)
        assert {each.applies for each in decision.policies} <= {False}


@given(cases(), st.randoms(use_true_random=False), SOMETIMES)
def test_order_and_names_of_policies_mean_nothing(case: Case, random: object, lost: tuple[Fact, ...]) -> None:
    found = list(case.tenant.policies.records)
    random.shuffle(found)  # type: ignore[attr-defined]
    renamed = with_policies(case.tenant, tuple(replace(each, display_name=f"new name {n}") for n, each in enumerate(found)))
    for request in case.requests:
        before = forgotten(lost, World(case.tenant, request))
        one, two = decided(before.tenant, before.request), decided(forgotten(lost, World(renamed, request)).tenant, before.request)
        assert (one.outcome, one.requires, set(one.alternatives)) == (two.outcome, two.requires, set(two.alternatives)), (lost, one, two)
        assert {(each.id, each.applies, each.result, each.reasons) for each in one.policies} == {
            (each.id, each.applies, each.result, each.reasons) for each in two.policies
        }


@given(cases(), SOMETIMES)
def test_disabled_and_report_only_policies_change_no_outcome(case: Case, lost: tuple[Fact, ...]) -> None:
    enabled = tuple(each for each in case.tenant.policies.records if each.state is PolicyState.ENABLED)
    for request in case.requests:
        world = forgotten(lost, World(case.tenant, request))
        with_them, without = decided(world.tenant, world.request), decided(with_policies(world.tenant, enabled), world.request)
        assert (with_them.outcome, with_them.requires) == (without.outcome, without.requires), (lost, request)
