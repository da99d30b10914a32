"""What is accepted from a guest's home tenant, and every situation that missing facts leave possible."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unbroken.entra.directory import CrossTenantAccess, InboundTrust, Registration
from unbroken.entra.request import SessionFacts
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.entra.vocabulary import GuestKind
from unbroken.entra.well_known import SYNC_ROLES
from unbroken.evaluate.circumstances import Circumstances, situations
from unbroken.evaluate.grants import Situation
from unbroken.evaluate.people import Person
from unbroken.evaluate.session import Shape

GUEST = GuestKind.B2B_COLLABORATION_GUEST
DEFAULT = InboundTrust(mfa=True, compliant_device=False, hybrid_device=True)
ACCESS = CrossTenantAccess(
    default=DEFAULT,
    partners=(
        ("inherits", InboundTrust()),
        ("differs", InboundTrust(mfa=False, compliant_device=True, hybrid_device=False)),
        ("mixes", InboundTrust(compliant_device=True)),
    ),
)


def circumstances(access: CrossTenantAccess | None = ACCESS) -> Circumstances:
    tenant = Snapshot(
        source="tenant",
        policies=Collection("conditionalAccessPolicies", (), complete=True, why=""),
        users=Collection("users"),
        cross_tenant=access,
    )
    return Circumstances(tenant, frozenset())


def trusts(person: Person, access: CrossTenantAccess | None = ACCESS) -> set[tuple[bool | None, ...]]:
    return {(each.mfa, each.compliant_device, each.hybrid_device) for each in circumstances(access).standing(person).trusts}


@pytest.mark.parametrize(
    ("home", "expected"),
    [
        ("inherits", (True, False, True)),
        ("differs", (False, True, False)),
        ("mixes", (True, True, True)),
        ("another", (True, False, True)),
    ],
)
def test_a_partner_entry_overrides_the_default_where_it_says_something(home: str, expected: tuple[bool, ...]) -> None:
    assert trusts(Person("gail", GUEST, home)) == {expected}


def test_members_and_internal_guests_bring_nothing_from_home() -> None:
    assert trusts(Person("ada", None, None)) == {(False, False, False)}
    assert trusts(Person("ian", GuestKind.INTERNAL_GUEST, None)) == {(False, False, False)}


def test_what_was_not_read_of_the_trust_is_open_and_nothing_else() -> None:
    half = CrossTenantAccess(default=InboundTrust(mfa=True, hybrid_device=False))

    assert trusts(Person("gail", GUEST, "another"), half) == {(True, False, False), (True, True, False)}
    assert trusts(Person("gail", GUEST, None), CrossTenantAccess(default=DEFAULT)) == {(True, False, True)}
    assert len(trusts(Person("gail", GUEST, None))) == 8
    assert len(trusts(Person("gail", GUEST, "another"), None)) == 8


def found(person: Person, *, strengths: bool = False, **facts: Any) -> list[Situation]:
    shape = Shape(legacy=False, device_code=False, compliant=False, hybrid=False)
    return list(situations(circumstances().standing(person), shape, SessionFacts(**facts), (True,), strengths=strengths))


def test_a_situation_carries_what_is_known_of_the_guest_and_the_session() -> None:
    here = found(Person("gail", GUEST, "mixes"), home_tenant_mfa=True, authentication_method="password", interactive=False)

    assert {each.guest_kind for each in here} == {GUEST}
    assert {(each.trusts_mfa, each.trusts_compliant, each.trusts_hybrid) for each in here} == {(True, True, True)}
    assert {(each.home_mfa, each.mfa_held, each.combination, each.interactive) for each in here} == {(True, False, "", False)}
    assert {each.doubtful_strength for each in here} == {False}


def test_facts_of_the_session_that_are_missing_can_be_either() -> None:
    here = found(Person("ada", None, None), home_tenant_mfa=None, mfa_satisfied=None, strengths=True)

    assert {(each.home_mfa, each.mfa_held, each.doubtful_strength) for each in here} == {
        (home, held, doubt) for home in (True, False) for held in (True, False) for doubt in (True, False)
    }


def test_a_combination_has_one_spelling() -> None:
    assert {each.combination for each in found(Person("ada", None, None), authentication_method="sms,password")} == {"password,sms"}


def test_doubts_name_the_fact_and_the_person() -> None:
    said = circumstances().doubts(Person("gail", GUEST, None), SessionFacts(mfa_satisfied=None), strengths=True)

    assert set(said) >= {
        "whether the session holds MFA (facts.mfaSatisfied)",
        "registered methods of gail (userRegistrationDetails not exported)",
        "inbound trust for the home tenant of gail (crossTenantAccessPolicy)",
        "methods that gail may register (authenticationMethodsPolicy not exported)",
        "method behind the MFA already done, or the model of the security key (facts.authenticationMethod)",
    }
    direct = Person(None, GuestKind.B2B_DIRECT_CONNECT, "mixes")
    assert circumstances().doubts(direct, SessionFacts(), strengths=False) == ()


def test_a_trust_of_which_one_property_is_open_is_a_doubt() -> None:
    half = CrossTenantAccess(default=InboundTrust(mfa=True, hybrid_device=False))
    said = circumstances(half).doubts(Person("gail", GUEST, "another"), SessionFacts(), strengths=False)

    assert "inbound trust for the home tenant of gail (crossTenantAccessPolicy)" in said


def test_members_share_a_standing_only_where_everything_it_hangs_on_is_equal() -> None:
    """The replay decides once for all members with one key."""
    push = Registration(user_id="", is_mfa_capable=True, methods=frozenset({"microsoftAuthenticatorPush"}))
    names = ("ada", "eve", "bob", "kim", "zoe")
    details = {"ada": push, "eve": push, "bob": replace(push, is_mfa_capable=False), "kim": push}
    tenant = Snapshot(
        source="tenant",
        policies=Collection("conditionalAccessPolicies", (), complete=True, why=""),
        users=Collection("users"),
        registrations=Collection(
            "userRegistrationDetails", tuple(replace(each, user_id=name) for name, each in details.items()), complete=True, why=""
        ),
        per_user_mfa=Collection("userAuthenticationRequirements", (("kim", "enforced"),), complete=True, why=""),
    )
    found = Circumstances(tenant, frozenset())
    keys = {name: found.standing_key(Person(name, None, None)) for name in names}

    assert keys["ada"] == keys["eve"]
    assert len(set(keys.values())) == 4
    assert found.standing_key(Person("ada", None, None, frozenset({"role:admin"}))) != keys["ada"]
    assert found.doubts(Person("zoe", None, None), SessionFacts(), strengths=False) == (
        "registered methods of zoe (userRegistrationDetails has no methods for this user)",
    )


def test_who_may_hold_a_role_that_defaults_ask_for_may_and_may_not() -> None:
    """The sure groups decide; those that were too many to follow leave both answers."""
    role = "role:" + min(SYNC_ROLES)
    surely, perhaps, not_at_all = (
        circumstances().standing(Person("sync", None, None, groups, maybe)).sync_account
        for groups, maybe in ((frozenset({role}), frozenset()), (frozenset(), frozenset({role})), (frozenset(), frozenset({"another"})))
    )

    assert (surely, perhaps, not_at_all) == ((True,), (False, True), (False,))
