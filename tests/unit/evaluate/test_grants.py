"""What a demand meets in one situation: the corners that no export of a small tenant reaches by itself."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.entra.directory import AuthenticationStrength
from unbroken.entra.policy import Grant
from unbroken.entra.vocabulary import GuestKind
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.grants import MFA_STRENGTH, Demand, Situation, in_prompt_order, is_user_action, meet
from unbroken.evaluate.methods import NOTHING_REGISTERED, SELF_SERVICE_COMBINATIONS, Ability
from unbroken.evaluate.session import Shape

GUEST = GuestKind.B2B_COLLABORATION_GUEST
KEY = Ability(mfa=True, combinations=frozenset({"fido2"}))
PUSH = Ability(mfa=True, combinations=frozenset({"microsoftAuthenticatorPush,password"}))


def situation(*, legacy: bool = False, compliant: bool = False, hybrid: bool = False, **more: Any) -> Situation:
    """Return a fresh sign-in of a member who has nothing registered and may register anything."""
    fresh: dict[str, Any] = {
        "shape": Shape(legacy=legacy, device_code=False, compliant=compliant, hybrid=hybrid),
        "guest_kind": None,
        "ability": NOTHING_REGISTERED,
        "registrable": SELF_SERVICE_COMBINATIONS,
        "can_register": True,
        "combination": "",
        "interactive": True,
        "terms_accepted": frozenset(),
    }
    nothing = dict.fromkeys(("mfa_held", "trusts_mfa", "trusts_compliant", "trusts_hybrid", "home_mfa"), False)
    return Situation(**(fresh | nothing | more))


def demand(*controls: str, operator: str = "OR", terms: tuple[str, ...] = (), allowed: frozenset[str] | None = None) -> Demand:
    """Return a demand; `allowed` are the combinations of a custom strength."""
    strength = None if allowed is None else AuthenticationStrength(id="own", allowed_combinations=allowed)
    grant = Grant(operator=operator, controls=frozenset(controls), strength="own" if strength else None, terms_of_use=terms)
    return Demand(grant=grant, strength=strength, at_risk=False, unread=False)


def builtin(strength: AuthenticationStrength | None = None) -> Demand:
    return Demand(grant=Grant(strength=MFA_STRENGTH), strength=strength, at_risk=False, unread=False)


def test_of_two_alternatives_the_one_that_can_still_be_met_is_asked_for() -> None:
    """The strength comes first in the prompting order, but nobody can register Windows Hello in a sign-in."""
    either = demand("compliantDevice", allowed=frozenset({"windowsHelloForBusiness"}))

    meeting = meet(either, situation())

    assert (meeting.outcome, meeting.unmet) == (Outcome.CONTROLS, ("compliantDevice",))
    assert meeting.alternatives == ("authenticationStrength:own", "compliantDevice")


def test_where_no_alternative_can_be_met_the_first_is_named() -> None:
    meeting = meet(demand("mfa", "compliantDevice"), situation(legacy=True))

    assert (meeting.outcome, meeting.unmet) == (Outcome.LOCKED_OUT, ("mfa",))


def test_a_strength_is_something_a_person_does_on_the_spot() -> None:
    assert is_user_action("authenticationStrength:00000000-0000-0000-0000-000000000004")
    assert not is_user_action("compliantDevice")


def test_a_control_we_do_not_know_is_asked_for_last() -> None:
    assert in_prompt_order(["brandNew", "termsOfUse", "anotherNew", "mfa", "mfa"]) == ["mfa", "termsOfUse", "anotherNew", "brandNew"]


@pytest.mark.parametrize(
    ("trusted", "expected"), [(True, Outcome.ALLOW), (False, Outcome.LOCKED_OUT)], ids=["trusted at home", "not trusted"]
)
@pytest.mark.parametrize("control", ["domainJoinedDevice", "compliantDevice"])
def test_a_guests_device_counts_where_its_home_tenant_is_trusted(control: str, trusted: bool, expected: Outcome) -> None:
    trust = {"trusts_hybrid": trusted} if control == "domainJoinedDevice" else {"trusts_compliant": trusted}
    here = situation(guest_kind=GUEST, hybrid=control == "domainJoinedDevice", compliant=control == "compliantDevice", **trust)

    assert meet(demand(control), here).outcome is expected


@pytest.mark.parametrize(("operator", "expected"), [("OR", Outcome.ALLOW), ("AND", Outcome.CONTROLS)])
def test_of_several_terms_one_is_enough_only_under_or(operator: str, expected: Outcome) -> None:
    here = situation(terms_accepted=frozenset({"house rules"}))

    assert meet(demand(operator=operator, terms=("house rules", "privacy")), here).outcome is expected


@pytest.mark.parametrize("control", ["approvedApplication", "compliantApplication"])
def test_an_external_user_cannot_meet_an_app_control(control: str) -> None:
    assert meet(demand(control), situation(guest_kind=GUEST)).outcome is Outcome.LOCKED_OUT
    assert meet(demand(control), situation()).outcome is Outcome.CONTROLS


def test_mfa_already_done_counts_where_nothing_can_be_asked() -> None:
    assert meet(demand("mfa"), situation(mfa_held=True, interactive=False)).outcome is Outcome.ALLOW
    assert meet(demand("mfa"), situation(mfa_held=True, legacy=True)).outcome is Outcome.LOCKED_OUT


def test_the_built_in_mfa_strength_is_what_its_record_adds_and_what_we_know() -> None:
    record = AuthenticationStrength(id=MFA_STRENGTH, allowed_combinations=frozenset({"newMethod"}))

    assert meet(builtin(record), situation(combination="newMethod")).outcome is Outcome.ALLOW
    assert meet(builtin(record), situation(combination="fido2")).outcome is Outcome.ALLOW
    assert meet(builtin(None), situation(combination="fido2")).outcome is Outcome.ALLOW
    assert meet(builtin(None), situation(combination="newMethod")).outcome is Outcome.REGISTER


def test_a_strength_that_a_single_factor_satisfies_is_a_control_and_not_mfa() -> None:
    here = situation(ability=KEY)

    assert meet(demand(allowed=frozenset({"fido2", "sms"})), here).outcome is Outcome.CONTROLS
    assert meet(demand(allowed=frozenset({"fido2"})), here).outcome is Outcome.MFA
    assert meet(demand(allowed=frozenset({"fido2", "sms"})), situation(ability=KEY, interactive=False)).outcome is Outcome.LOCKED_OUT


@pytest.mark.parametrize("allowed", [{"fido2"}, {"fido2", "windowsHelloForBusiness"}], ids=["exactly", "and more"])
def test_mfa_by_who_has_only_methods_of_the_strength_was_done_with_one_of_them(allowed: set[str]) -> None:
    assert meet(demand(allowed=frozenset(allowed)), situation(ability=KEY, mfa_held=True)).outcome is Outcome.ALLOW


def test_mfa_by_who_has_no_method_of_the_strength_does_not_meet_it_even_in_doubt() -> None:
    here = situation(ability=PUSH, mfa_held=True, doubtful_strength=True)

    assert meet(demand(allowed=frozenset({"fido2"})), here).outcome is Outcome.REGISTER


def test_mfa_by_who_has_nothing_registered_that_we_know_may_meet_a_strength() -> None:
    """The method is then one that no export shows; only the favourable doubt says it is enough."""
    strength = demand(allowed=frozenset({"fido2"}))

    assert meet(strength, situation(mfa_held=True, doubtful_strength=True)).outcome is Outcome.ALLOW
    assert meet(strength, situation(mfa_held=True)).outcome is Outcome.REGISTER


def test_mfa_done_at_home_counts_for_a_strength_only_under_trust() -> None:
    strength = demand(allowed=frozenset({"fido2"}))
    guest: dict[str, Any] = {"guest_kind": GUEST, "ability": KEY, "doubtful_strength": True}

    assert meet(strength, situation(**guest, home_mfa=True)).outcome is Outcome.LOCKED_OUT
    assert meet(strength, situation(**guest, home_mfa=True, trusts_mfa=True)).outcome is Outcome.ALLOW
    assert meet(strength, situation(**guest, trusts_mfa=True)).outcome is Outcome.MFA


def test_without_the_methods_policy_some_method_for_mfa_can_be_registered() -> None:
    assert meet(demand("mfa"), situation(registrable=None)).outcome is Outcome.REGISTER
    assert meet(demand("mfa"), situation(registrable=frozenset())).outcome is Outcome.LOCKED_OUT


@pytest.mark.parametrize(
    ("combination", "doubtful", "expected"),
    [
        ("fido2", True, Outcome.REGISTER),
        ("fido2", False, Outcome.LOCKED_OUT),
        ("windowsHelloForBusiness", True, Outcome.LOCKED_OUT),
    ],
)
def test_without_the_methods_policy_only_doubt_lets_a_method_of_a_strength_be_registered(
    combination: str, doubtful: bool, expected: Outcome
) -> None:
    here = situation(registrable=None, doubtful_strength=doubtful)

    assert meet(demand(allowed=frozenset({combination})), here).outcome is expected


def test_mfa_by_who_may_have_used_a_method_outside_all_strengths_is_in_doubt() -> None:
    both = Ability(mfa=True, combinations=frozenset({"fido2"}), unlisted=True)
    strength = demand(allowed=frozenset({"fido2"}))

    assert meet(strength, situation(ability=both, mfa_held=True)).outcome is Outcome.MFA
    assert meet(strength, situation(ability=both, mfa_held=True, doubtful_strength=True)).outcome is Outcome.ALLOW


@pytest.mark.parametrize(("doubtful", "expected"), [(True, Outcome.MFA), (False, Outcome.LOCKED_OUT)])
def test_what_an_external_user_has_at_home_for_a_strength_is_a_doubt(doubtful: bool, expected: Outcome) -> None:
    here = situation(guest_kind=GUEST, ability=KEY, trusts_mfa=True, doubtful_strength=doubtful)

    assert meet(demand(allowed=frozenset({"fido2"})), here).outcome is expected
    assert meet(builtin(), here).outcome is Outcome.MFA


@pytest.mark.parametrize(("satisfies", "expected"), [(True, Outcome.MFA), (False, Outcome.CONTROLS), (None, Outcome.CONTROLS)])
def test_whether_a_strength_is_mfa_is_what_graph_says_and_else_its_combinations(satisfies: bool | None, expected: Outcome) -> None:
    strength = AuthenticationStrength(id="own", allowed_combinations=frozenset({"fido2", "newMethod"}), satisfies_mfa=satisfies)
    own = Demand(grant=Grant(strength="own"), strength=strength, at_risk=False, unread=False)

    assert meet(own, situation(ability=KEY)).outcome is expected


def test_no_guest_changes_a_password_here() -> None:
    assert meet(demand("passwordChange"), situation(guest_kind=GUEST)).outcome is Outcome.BLOCK
    assert meet(demand("passwordChange"), situation(guest_kind=GuestKind.INTERNAL_GUEST)).outcome is Outcome.BLOCK
    assert meet(demand("passwordChange"), situation()).outcome is Outcome.CONTROLS
