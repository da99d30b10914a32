"""Whole decisions in corners that the conformance cases leave out: several policies, too many unknowns, controls nobody understands."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unbroken.entra.directory import AuthenticationStrength, DirectoryRole, Group, MethodConfiguration, Registration, User
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Grant, Sides, Target, UserScope
from unbroken.entra.request import UNREGISTERED, AccessRequest, Identity, SessionFacts
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.vocabulary import (
    ClientAppType,
    DevicePlatform,
    InsiderRiskLevel,
    PolicyState,
    RiskLevel,
    TransferMethod,
    UserAction,
)
from unbroken.entra.well_known import AZURE_PORTAL, SYNC_ROLES
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Decision, Outcome
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine

ID = "11111111-2222-3333-4444-{:012d}".format
ADA, BOB = ID(1), ID(2)
MFA = Grant(controls=frozenset({"mfa"}))
DEVICE = Grant(controls=frozenset({"compliantDevice"}))
BLOCK = Grant(controls=frozenset({"block"}))


def whole(name: str, *records: Any) -> Collection[Any]:
    return Collection(name, records, complete=True, why="")


def policy(name: str, grant: Grant = MFA, include: UserScope | None = None, **more: Any) -> ConditionalAccessPolicy:
    fixed: dict[str, Any] = {"state": PolicyState.ENABLED, "target": Target(all_apps=True)}
    users = (include or UserScope(everyone=True), UserScope())
    return ConditionalAccessPolicy(id=name, display_name=name, users=users, grant=grant, **(fixed | more))


def tenant(*policies: ConditionalAccessPolicy, **more: Any) -> Snapshot:
    known: dict[str, Any] = {
        "users": whole("users", *(User(id=each, user_type="Member", external=False) for each in (ADA, BOB))),
        "groups": whole("groups"),
        "roles": whole("directoryRoles"),
        "service_principals": whole("servicePrincipals"),
        "locations": whole("namedLocations"),
        "strengths": whole("authenticationStrengthPolicies"),
        "registrations": whole(
            "userRegistrationDetails",
            Registration(user_id=ADA, is_mfa_capable=True, methods=frozenset({"microsoftAuthenticatorPush"})),
            Registration(user_id=BOB, is_mfa_capable=False, methods=frozenset()),
        ),
        "methods_policy": whole(
            "authenticationMethodsPolicy", MethodConfiguration(id="Fido2", enabled=True, include_groups=frozenset({"all_users"}))
        ),
        "per_user_mfa": whole("userAuthenticationRequirements"),
        "security_defaults": False,
    }
    return Snapshot(source="tenant", policies=whole("conditionalAccessPolicies", *policies), **(known | more))


REQUEST = AccessRequest(
    identity=Identity(user_id=ADA),
    apps=(ID(9),),
    client=ClientAppType.BROWSER,
    platform=DevicePlatform.WINDOWS,
    ip_address="192.0.2.1",
    country="GB",
    device=UNREGISTERED,
    sign_in_risk=RiskLevel.NONE,
    user_risk=RiskLevel.NONE,
    insider_risk=InsiderRiskLevel.NONE,
    service_principal_risk=RiskLevel.NONE,
    transfer_method=TransferMethod.NONE,
)


def decided(*policies: ConditionalAccessPolicy, snapshot: dict[str, Any] | None = None, **changed: Any) -> Decision:
    return decide(Engine(PolicyTable(tenant(*policies, **(snapshot or {})))), replace(REQUEST, **changed))


def test_a_policy_for_somebody_else_hides_none_of_those_behind_it() -> None:
    other = policy("bob", DEVICE, UserScope(users=frozenset({BOB})))

    assert decided(other, policy("all")).outcome is Outcome.MFA
    assert decided(policy("all"), other).outcome is Outcome.MFA
    assert decided(other, policy("all"), policy("no", BLOCK)).outcome is Outcome.BLOCK


def test_every_unmet_or_policy_shows_its_alternatives() -> None:
    either = Grant(controls=frozenset({"mfa", "compliantDevice"}))
    terms = Grant(controls=frozenset({"domainJoinedDevice"}), terms_of_use=("house rules",))
    answer = decided(policy("one", either), policy("two", terms))

    assert answer.alternatives == (("mfa", "compliantDevice"), ("domainJoinedDevice", "termsOfUse"))
    assert answer.requires == ("mfa", "domainJoinedDevice")


def test_of_a_control_nobody_understands_everything_is_possible_but_of_a_block_beside_it() -> None:
    unread = decided(policy("new", unmodelled_grant=("grantControls.retinaScan",)))
    blocked = decided(policy("new", BLOCK, unmodelled_grant=("grantControls.retinaScan",)))

    assert (unread.outcome, unread.requires) == (Outcome.UNKNOWN, ())
    assert unread.missing == ("controls of the policy new that are not understood: grantControls.retinaScan",)
    assert [verdict.result for verdict in unread.policies] == ["unknown"]
    assert blocked.outcome is Outcome.BLOCK


def test_a_condition_nobody_understands_is_said_for_the_policy_that_has_it() -> None:
    answer = decided(policy("all"), policy("odd", DEVICE, unmodelled=("conditions.moonPhase", "conditions.tide")))

    assert answer.outcome is Outcome.UNKNOWN
    assert answer.missing == ("conditions of the policy odd that are not understood: conditions.moonPhase, conditions.tide",)
    assert [verdict.applies for verdict in answer.policies] == [True, None]
    assert [verdict.reasons for verdict in answer.policies] == [(), ("notEnoughInformation",)]


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (PolicyState.ENABLED, ("notApplied", "notApplied", "failure")),
        (PolicyState.REPORT_ONLY, ("reportOnlyNotApplied", "reportOnlyNotApplied", "reportOnlyInterrupted")),
        (PolicyState.DISABLED, ("notEnabled", "notEnabled", "notEnabled")),
    ],
)
def test_results_are_in_the_words_of_the_policys_state(state: PolicyState, words: tuple[str, ...]) -> None:
    nobody = replace(policy("nobody"), users=(UserScope(), UserScope()))
    nothing = policy("nothing", target=Target())
    answer = decided(*(replace(each, state=state) for each in (nobody, nothing, policy("all"))))

    assert tuple(verdict.result for verdict in answer.policies) == words
    off = ("policyNotEnabled",)
    reasons = tuple(verdict.reasons for verdict in answer.policies)
    assert reasons == ((off, off, off) if state is PolicyState.DISABLED else (("users", "emptyPolicy"), ("application", "emptyPolicy"), ()))


@pytest.mark.parametrize(("ip", "expected"), [("192.0.2.1", Outcome.ALLOW), ("198.51.100.1", Outcome.MFA)])
def test_per_user_mfa_asks_nothing_from_the_trusted_addresses_of_its_service(ip: str, expected: Outcome) -> None:
    snapshot = {
        "per_user_mfa": whole("userAuthenticationRequirements", (ADA, "enforced")),
        "facts": OperatorFacts(mfa_trusted_ips=("192.0.2.0/24",)),
    }
    answer = decided(policy("bob", DEVICE, UserScope(users=frozenset({BOB}))), snapshot=snapshot, ip_address=ip)

    assert answer.outcome is expected
    assert answer.requires == (("mfa",) if expected is Outcome.MFA else ())


def crowded() -> tuple[tuple[ConditionalAccessPolicy, ...], dict[str, Any]]:
    """Return policies on six unread groups and six places that no address tells: 4096 combinations, times the devices."""
    groups = [policy(f"group {n}", DEVICE, UserScope(groups=frozenset({ID(50 + n)}))) for n in range(6)]
    places = [
        policy(f"place {n}", conditions=Conditions(locations=Sides(include=frozenset({f"attic {n}"})), client_app_types=frozenset({"all"})))
        for n in range(6)
    ]
    return (*groups, *places), {"groups": whole("groups", *(Group(id=ID(50 + n)) for n in range(6)))}


def test_more_combinations_than_are_followed_one_by_one_stay_open_and_a_block_stays_a_block() -> None:
    policies, snapshot = crowded()
    unknown: dict[str, Any] = {"device": None, "transfer_method": None}
    answer = decided(*policies, snapshot=snapshot, **unknown)

    assert answer.outcome is Outcome.UNKNOWN
    assert sum(fact.startswith("members of the group") for fact in answer.missing) == 6
    assert sum(fact.startswith("named location attic") for fact in answer.missing) == 6
    assert decided(*policies, policy("no", BLOCK), snapshot=snapshot, **unknown).outcome is Outcome.BLOCK


def test_a_user_nobody_knows_is_named_unless_everybody_is_blocked() -> None:
    stranger = Identity(user_id=ID(3))

    assert f"the user {ID(3)} (users has no such id)" in decided(policy("all"), identity=stranger).missing
    blocked = decided(policy("no", BLOCK), identity=stranger)
    assert (blocked.outcome, blocked.missing, blocked.requires) == (Outcome.BLOCK, (), ())


def test_the_synchronisation_account_is_left_out_of_mandatory_mfa() -> None:
    roles = whole("directoryRoles", *(DirectoryRole(template_id=each, members=(ADA,)) for each in SYNC_ROLES))

    assert decided(policy("all"), apps=(AZURE_PORTAL,), snapshot={"roles": roles}).platform.mandatory is False
    assert decided(policy("all"), apps=(AZURE_PORTAL,)).platform.mandatory is True


def test_what_is_taken_for_granted_is_said() -> None:
    unread = Collection("authenticationMethodsPolicy")
    may_register = "the user may register a method (authenticationMethodsPolicy not exported)"
    nobody_listed = "per-user MFA is disabled for everybody (userAuthenticationRequirements not exported)"

    assert decided(policy("all"), identity=Identity(user_id=BOB), snapshot={"methods_policy": unread}).assumes == (may_register,)
    assert decided(policy("all"), snapshot={"methods_policy": unread}).assumes == ()
    assert decided(policy("all"), snapshot={"per_user_mfa": Collection("userAuthenticationRequirements")}).assumes == (nobody_listed,)


def test_facts_of_the_session_are_asked_for_only_where_the_outcome_differs_by_them() -> None:
    legacy = policy("legacy", BLOCK, conditions=Conditions(client_app_types=frozenset({"other", "exchangeActiveSync"})))
    client = "client app (signInConditions.clientAppType)"

    assert client in decided(legacy, client=None).missing
    assert decided(policy("no", BLOCK), client=None).missing == ()
    assert decided(policy("all"), client=None).missing[0] == client
    met = decided(policy("device", DEVICE), device=None, facts=SessionFacts(mfa_satisfied=True))
    assert met.missing == ("device (signInConditions.deviceInfo)",)


def test_the_flow_is_asked_for_where_a_device_is_demanded_and_not_for_mfa() -> None:
    flow = "authentication flow (signInConditions.authenticationFlow)"
    unread: dict[str, Any] = {"registrations": Collection("userRegistrationDetails")}

    assert flow in decided(policy("device", DEVICE), transfer_method=None).missing
    assert decided(policy("all"), transfer_method=None, snapshot=unread).missing == (
        f"registered methods of {ADA} (userRegistrationDetails not exported)",
    )


def test_only_grants_that_may_count_and_are_not_understood_are_asked_for() -> None:
    unread: dict[str, Any] = {
        "registrations": Collection("userRegistrationDetails"),
        "strengths": whole(
            "authenticationStrengthPolicies", AuthenticationStrength(id="abcdef", allowed_combinations=frozenset({"fido2"}))
        ),
    }
    other = policy("bob", include=UserScope(users=frozenset({BOB})), unmodelled_grant=("grantControls.retinaScan",))
    answer = decided(other, policy("key", Grant(strength="ABCDEF")), snapshot=unread)

    assert answer.outcome is Outcome.UNKNOWN
    assert answer.missing
    assert not [fact for fact in answer.missing if "retinaScan" in fact or "authentication strength" in fact]


@pytest.mark.parametrize("client", [ClientAppType.BROWSER, ClientAppType.OTHER])
def test_a_strength_without_combinations_was_not_read_and_is_named(client: ClientAppType) -> None:
    empty = {"strengths": whole("authenticationStrengthPolicies", AuthenticationStrength(id="own"))}
    answer = decided(policy("strength", Grant(strength="OWN")), client=client, snapshot=empty)

    assert answer.outcome is Outcome.UNKNOWN
    assert "authentication strength OWN (authenticationStrengthPolicies has no allowedCombinations of it)" in answer.missing


REGISTERING = Target(user_actions=frozenset({UserAction.REGISTER_SECURITY_INFO}))


@pytest.mark.parametrize(
    ("registering", "expected"),
    [
        (policy("registering", BLOCK, target=REGISTERING), Outcome.LOCKED_OUT),
        (policy("registering", Grant(terms_of_use=("house rules",)), target=REGISTERING), Outcome.REGISTER),
        (policy("registering", BLOCK, target=REGISTERING, unmodelled=("conditions.moonPhase",)), Outcome.UNKNOWN),
    ],
    ids=["blocked", "terms only", "not understood"],
)
def test_registering_on_the_spot_hangs_on_its_own_policies(registering: ConditionalAccessPolicy, expected: Outcome) -> None:
    assert decided(policy("all"), registering, identity=Identity(user_id=BOB)).outcome is expected


def test_the_more_severe_of_policies_and_per_user_mfa_decides() -> None:
    """By severity and not by the alphabet: a missing device weighs more than MFA."""
    enforced = {"per_user_mfa": whole("userAuthenticationRequirements", (ADA, "enforced"))}

    assert decided(policy("device", DEVICE), snapshot=enforced).outcome is Outcome.CONTROLS
    assert decided(policy("no", BLOCK), snapshot=enforced).outcome is Outcome.BLOCK


def test_security_defaults_leave_out_the_synchronisation_account() -> None:
    roles = whole("directoryRoles", *(DirectoryRole(template_id=each, members=(ADA,)) for each in SYNC_ROLES))

    assert decided(snapshot={"security_defaults": True, "roles": roles}).outcome is Outcome.ALLOW
    assert decided(snapshot={"security_defaults": True}).outcome is Outcome.UNKNOWN
