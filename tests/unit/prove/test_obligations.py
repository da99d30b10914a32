"""What a demand obliges a sign-in to: clauses of acts, any one of which is enough."""

from __future__ import annotations

from typing import Any

import pytest

from builders import MFA_STRENGTH, PHISHING_RESISTANT_STRENGTH
from builders_space import PHISHING_RESISTANT
from unbroken.entra.directory import AuthenticationStrength, InboundTrust
from unbroken.entra.policy import Grant
from unbroken.entra.vocabulary import GuestKind
from unbroken.evaluate.grants import Demand
from unbroken.evaluate.session import Shape
from unbroken.prove.obligations import AT_HOME, EXTERNAL_METHOD, IMPOSSIBLE, SINGLE_FACTOR, Cell, Clause, Obligations
from unbroken.prove.who import NO_TRUST

RESISTANT = AuthenticationStrength(id=PHISHING_RESISTANT_STRENGTH, allowed_combinations=frozenset(PHISHING_RESISTANT), satisfies_mfa=True)
MULTIFACTOR = AuthenticationStrength(
    id=MFA_STRENGTH, allowed_combinations=frozenset({*PHISHING_RESISTANT, "deviceBasedPush", "password,sms"}), satisfies_mfa=True
)
KEYS_OF_ONE_MODEL = AuthenticationStrength(
    id="strength keys", allowed_combinations=frozenset({"fido2"}), restricted_combinations=frozenset({"fido2"}), satisfies_mfa=True
)
SINGLE = AuthenticationStrength(id="strength sms", allowed_combinations=frozenset({"sms"}), satisfies_mfa=False)
STRENGTHS = (RESISTANT, MULTIFACTOR, KEYS_OF_ONE_MODEL, SINGLE)
TRUST = InboundTrust(mfa=True, compliant_device=True, hybrid_device=True)
GUEST, DIRECT, INTERNAL = GuestKind.B2B_COLLABORATION_GUEST, GuestKind.B2B_DIRECT_CONNECT, GuestKind.INTERNAL_GUEST


def shape(**changes: bool) -> Shape:
    """Return a modern client on an unregistered device."""
    return Shape(**({"legacy": False, "device_code": False, "compliant": False, "hybrid": False} | changes))


PLAIN, COMPLIANT, HYBRID = shape(), shape(compliant=True), shape(hybrid=True)
LEGACY, DEVICE_CODE = shape(legacy=True), shape(device_code=True, compliant=True)


def clauses(
    *controls: str, at: Shape = PLAIN, kind: GuestKind | None = None, trust: InboundTrust = NO_TRUST, strength: Any = None, **grant: Any
) -> tuple[Clause, ...]:
    """Return what a grant of these controls obliges to."""
    found = Grant(controls=frozenset(controls), strength=strength.id if strength else None, **grant)
    demand = Demand(grant=found, strength=strength, at_risk=False, unread=False)
    return Obligations(STRENGTHS).of(demand, Cell(kind, trust, at))


(MFA,) = clauses("mfa")


def test_mfa_is_one_clause_of_every_way_to_do_it() -> None:
    assert {"fido2", "windowsHelloForBusiness", "deviceBasedPush", "password,sms", "federatedMultiFactor", EXTERNAL_METHOD} <= MFA
    assert {"sms", "password", SINGLE_FACTOR, AT_HOME}.isdisjoint(MFA)


@pytest.mark.parametrize("extra", [{}, {"operator": "AND"}])
def test_block_cannot_be_satisfied_whatever_stands_beside_it(extra: dict[str, str]) -> None:
    assert clauses("block", **extra) == clauses("block", "mfa", **extra) == (IMPOSSIBLE,)


@pytest.mark.parametrize(
    ("controls", "at", "any_of", "all_of"),
    [
        (("mfa", "compliantDevice"), PLAIN, (MFA,), {MFA, IMPOSSIBLE}),
        (("mfa", "compliantDevice"), COMPLIANT, (), {MFA}),
        (("compliantDevice", "domainJoinedDevice"), COMPLIANT, (), {IMPOSSIBLE}),
        (("compliantDevice", "domainJoinedDevice"), HYBRID, (), {IMPOSSIBLE}),
        (("compliantDevice", "domainJoinedDevice"), PLAIN, (IMPOSSIBLE,), {IMPOSSIBLE}),
        (("mfa", "compliantDevice"), DEVICE_CODE, (MFA,), {MFA, IMPOSSIBLE}),
        (("mfa", "approvedApplication"), PLAIN, (MFA | {"approvedApplication"},), {MFA, frozenset({"approvedApplication"})}),
        (("mfa", "compliantDevice"), LEGACY, (IMPOSSIBLE,), {IMPOSSIBLE}),
    ],
)
def test_under_or_any_control_is_enough_and_under_and_all_are_needed(
    controls: tuple[str, ...], at: Shape, any_of: tuple[Clause, ...], all_of: set[Clause]
) -> None:
    assert clauses(*controls, at=at, operator="OR") == any_of
    assert {*clauses(*controls, at=at, operator="AND")} == all_of


@pytest.mark.parametrize(
    "demand", [{"controls": ("mfa",)}, {"terms_of_use": ("t",)}, {"custom_factors": ("f",)}, {"strength": RESISTANT}, {"strength": SINGLE}]
)
def test_a_legacy_client_can_satisfy_nothing(demand: dict[str, Any]) -> None:
    controls = demand.pop("controls", ()) if "controls" in demand else ()

    assert clauses(*controls, at=LEGACY, **demand) == (IMPOSSIBLE,)


@pytest.mark.parametrize(
    ("control", "at", "expected"),
    [
        ("compliantDevice", COMPLIANT, ()),
        ("compliantDevice", HYBRID, (IMPOSSIBLE,)),
        ("domainJoinedDevice", HYBRID, ()),
        ("compliantDevice", DEVICE_CODE, (IMPOSSIBLE,)),
        ("compliantDevice", shape(legacy=True, compliant=True), (IMPOSSIBLE,)),
    ],
)
def test_a_device_is_what_it_is_and_no_act_changes_that(control: str, at: Shape, expected: tuple[Clause, ...]) -> None:
    assert clauses(control, at=at) == expected


def test_a_strength_is_satisfied_by_its_combinations_and_by_no_other() -> None:
    (resistant,) = clauses(strength=RESISTANT)

    assert resistant - {f"fido2 as {KEYS_OF_ONE_MODEL.id} allows"} == {*PHISHING_RESISTANT}
    assert resistant < MFA, "phishing-resistant MFA demands more than MFA"


def test_the_built_in_strength_demands_no_less_than_mfa() -> None:
    (found,) = clauses(strength=MULTIFACTOR)

    assert found | {EXTERNAL_METHOD} == MFA
    assert EXTERNAL_METHOD not in found, "whether an external method counts for a strength is open"


def test_a_strength_for_keys_of_one_model_is_not_satisfied_by_every_key() -> None:
    (one_model,) = clauses(strength=KEYS_OF_ONE_MODEL)

    assert one_model == {f"fido2 as {KEYS_OF_ONE_MODEL.id} allows"}
    assert one_model <= MFA
    assert one_model <= clauses(strength=RESISTANT)[0]


def test_a_key_that_one_strength_allows_need_not_be_one_that_another_allows() -> None:
    others = AuthenticationStrength(
        id="strength other keys",
        allowed_combinations=frozenset({"fido2"}),
        restricted_combinations=frozenset({"fido2"}),
        satisfies_mfa=True,
    )
    known = Obligations((KEYS_OF_ONE_MODEL, others))
    demands = [Demand(grant=Grant(strength=each.id), strength=each, at_risk=False, unread=False) for each in (KEYS_OF_ONE_MODEL, others)]
    (one,), (other,) = (known.of(demand, Cell(None, NO_TRUST, PLAIN)) for demand in demands)

    assert one.isdisjoint(other)


def test_a_strength_of_one_factor_is_no_mfa() -> None:
    (single,) = clauses(strength=SINGLE)

    assert {"sms", SINGLE_FACTOR} <= single
    assert not single <= MFA


def test_terms_of_use_are_accepted_one_by_one_under_and_and_any_under_or() -> None:
    assert {*clauses(terms_of_use=("a", "b"), operator="AND")} == {frozenset({"terms a"}), frozenset({"terms b"})}
    assert clauses(terms_of_use=("a", "b"), operator="OR") == (frozenset({"terms a", "terms b"}),)
    assert {*clauses("mfa", terms_of_use=("a",), operator="AND")} == {MFA, frozenset({"terms a"})}
    assert clauses(terms_of_use=("a",), kind=DIRECT) == ()


def test_a_guest_whose_home_is_trusted_may_bring_mfa_from_there() -> None:
    (trusted,) = clauses("mfa", kind=GUEST, trust=TRUST)
    (stranger,) = clauses("mfa", kind=GUEST)

    assert {AT_HOME, "fido2", "password,sms"} <= trusted
    assert {"password,sms", "password,voice", "microsoftAuthenticatorPush,password", "password,softwareOath"} <= stranger
    assert {AT_HOME, "fido2", "windowsHelloForBusiness", "deviceBasedPush", "hardwareOath,password"}.isdisjoint(stranger)


def test_an_internal_guest_does_mfa_like_a_member() -> None:
    assert clauses("mfa", kind=INTERNAL) == (MFA,)


def test_a_strength_of_home_methods_alone_cannot_be_met_by_a_guest_whose_home_is_not_trusted() -> None:
    assert clauses(strength=RESISTANT, kind=GUEST) == (IMPOSSIBLE,)
    assert {*PHISHING_RESISTANT} <= clauses(strength=RESISTANT, kind=GUEST, trust=TRUST)[0]


def test_a_direct_connect_user_brings_mfa_from_home_or_is_blocked() -> None:
    """Source: entra-docs, external-id/authentication-conditional-access.md."""
    assert AT_HOME in clauses("mfa", kind=DIRECT, trust=TRUST)[0]
    assert clauses("mfa", kind=DIRECT) == (IMPOSSIBLE,)


@pytest.mark.parametrize(
    ("control", "trust", "expected"),
    [
        ("compliantDevice", NO_TRUST, (IMPOSSIBLE,)),
        ("compliantDevice", TRUST, ()),
        ("domainJoinedDevice", NO_TRUST, (IMPOSSIBLE,)),
        ("passwordChange", TRUST, (IMPOSSIBLE,)),
        ("approvedApplication", TRUST, (IMPOSSIBLE,)),
        ("compliantApplication", TRUST, (IMPOSSIBLE,)),
    ],
)
def test_external_users_meet_device_controls_under_trust_and_app_controls_never(
    control: str, trust: InboundTrust, expected: tuple[Clause, ...]
) -> None:
    assert clauses(control, kind=GUEST, trust=trust, at=shape(compliant=True, hybrid=True)) == expected


@pytest.mark.parametrize("control", ["passwordChange", "approvedApplication", "compliantApplication", "riskRemediation"])
def test_a_control_that_is_no_method_is_an_act_of_its_own(control: str) -> None:
    assert clauses(control) == (frozenset({control}),)


def test_a_session_only_policy_obliges_to_nothing() -> None:
    assert clauses() == ()
