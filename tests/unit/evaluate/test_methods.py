"""What registration details say a person can do."""

from __future__ import annotations

import pytest

from unbroken.entra.directory import Registration
from unbroken.evaluate.methods import (
    EVERYTHING_REGISTERED,
    NOTHING_REGISTERED,
    SOMETHING_REGISTERED,
    Ability,
    abilities,
    doubtful,
)

PUSH = frozenset({"microsoftAuthenticatorPush,password"})


def details(*methods: str, capable: bool | None = None, registered: bool | None = None, listed: bool = True) -> Registration:
    return Registration(user_id="ada", is_mfa_registered=registered, is_mfa_capable=capable, methods=frozenset(methods) if listed else None)


def test_without_details_a_person_may_be_able_to_do_nothing_or_everything() -> None:
    assert abilities(None) == (NOTHING_REGISTERED, EVERYTHING_REGISTERED)


@pytest.mark.parametrize(
    ("capable", "registered", "expected"),
    [
        (True, None, (SOMETHING_REGISTERED, EVERYTHING_REGISTERED)),
        (None, True, (SOMETHING_REGISTERED, EVERYTHING_REGISTERED)),
        (False, True, (NOTHING_REGISTERED,)),
        (None, False, (NOTHING_REGISTERED,)),
        (None, None, (NOTHING_REGISTERED, EVERYTHING_REGISTERED)),
    ],
)
def test_details_that_list_no_methods_say_only_whether_there_is_one(
    capable: bool | None, registered: bool | None, expected: tuple[Ability, ...]
) -> None:
    """Registered but not capable is a method that the policy does not let the person use: capable is the one that counts."""
    assert abilities(details(capable=capable, registered=registered, listed=False)) == expected


@pytest.mark.parametrize(
    ("methods", "mfa", "combinations"),
    [
        (("microsoftAuthenticatorPush",), True, PUSH),
        (("email", "securityQuestion"), False, frozenset()),
        (("methodOfTheFuture",), False, frozenset()),
        (("externalAuthMethod",), True, frozenset()),
        (("methodOfTheFuture", "fido2"), True, frozenset({"fido2"})),
        ((), False, frozenset()),
    ],
)
def test_where_the_flags_are_silent_the_methods_say_whether_mfa_can_be_done(
    methods: tuple[str, ...], mfa: bool, combinations: frozenset[str]
) -> None:
    least = abilities(details(*methods))[0]

    assert (least.mfa, least.combinations) == (mfa, combinations)


@pytest.mark.parametrize(
    ("methods", "capable", "expected"),
    [
        (("microsoftAuthenticatorPush",), False, Ability(mfa=False, combinations=frozenset())),
        (("microsoftAuthenticatorPush",), True, Ability(mfa=True, combinations=PUSH)),
        (("email",), True, Ability(mfa=True, combinations=frozenset())),
    ],
)
def test_the_flags_overrule_the_methods(methods: tuple[str, ...], capable: bool, expected: Ability) -> None:
    assert abilities(details(*methods, capable=capable)) == (expected,)


def test_a_method_whose_name_we_do_not_know_may_give_nothing_or_everything() -> None:
    unknown = details("methodOfTheFuture")

    assert abilities(unknown) == (Ability(mfa=False, combinations=frozenset(), unlisted=True), EVERYTHING_REGISTERED)
    assert abilities(details("methodOfTheFuture", capable=False)) == (NOTHING_REGISTERED,)
    assert doubtful(unknown) == ("methodOfTheFuture",)
    assert doubtful(details("fido2", "email", "externalAuthMethod")) == doubtful(None) == ()


def test_a_certificate_is_one_factor_or_two() -> None:
    certificate = details("certificateBasedAuthentication")

    found = [each.combinations for each in abilities(certificate)]
    assert found == [{"x509CertificateMultiFactor"}, {"password,x509CertificateSingleFactor"}]
    assert doubtful(certificate) == ("certificateBasedAuthentication",)
