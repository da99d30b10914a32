"""From registered methods to factors."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.emulator.people.methods import current_pass, factors, is_registered

ALL_ON = {"MicrosoftAuthenticator": True, "Fido2": True, "Sms": True, "Voice": True, "SoftwareOath": True}


def method(kind: str, **more: Any) -> dict[str, Any]:
    return {"@odata.type": f"#microsoft.graph.{kind}AuthenticationMethod", "id": kind, **more}


MOBILE, OFFICE = method("phone", phoneType="mobile"), method("phone", phoneType="office")


@pytest.mark.parametrize(
    ("methods", "habit", "off", "expected"),
    [
        ([method("password")], "password", (), ()),
        ([MOBILE], "password,sms", (), ("password,sms", "password,voice")),
        ([MOBILE], "password,sms", ("Sms",), ("password,voice",)),
        ([OFFICE], "password", ("Voice",), ()),
        ([OFFICE], "password", (), ("password,voice",)),
        ([method("microsoftAuthenticator")], "deviceBasedPush", (), ("deviceBasedPush", "password,microsoftAuthenticatorPush")),
        ([method("microsoftAuthenticator"), method("fido2")], "fido2", ("MicrosoftAuthenticator",), ("fido2",)),
        ([method("windowsHelloForBusiness")], "password", tuple(ALL_ON), ("windowsHelloForBusiness",)),
    ],
)
def test_a_factor_needs_a_method_and_a_policy_that_allows_it(
    methods: list[dict[str, Any]], habit: str, off: tuple[str, ...], expected: tuple[str, ...]
) -> None:
    assert factors(methods, habit, ALL_ON | dict.fromkeys(off, False)) == expected


def test_a_password_and_a_pass_are_no_registration() -> None:
    assert not is_registered([method("password"), method("temporaryAccessPass")])
    assert is_registered([method("password"), OFFICE])


@pytest.mark.parametrize(
    ("after", "reason", "usable"),
    [
        (-1, "NotYetValid", False),
        (0, "NotYetValid", True),
        (3599, "EnabledByPolicy", True),
        (3600, "Expired", False),
        (10, "OneTimeUsed", False),
    ],
)
def test_a_pass_is_good_for_its_time_and_once_where_it_says_so(after: int, reason: str, *, usable: bool) -> None:
    given = method("temporaryAccessPass", startDateTime="2026-11-18T13:46:40Z", lifetimeInMinutes=60, methodUsabilityReason=reason)
    begins = 1_795_009_600

    assert (current_pass([given], begins + after) is not None) is usable
