"""What a single row proves about MFA."""

from __future__ import annotations

import pytest

from unbroken.entra.cube import MfaEvidence
from unbroken.store.mfa import row_evidence

SINGLE, MULTI = "singleFactorAuthentication", "multiFactorAuthentication"
PASSWORD = ("Password", "Correct password")
PREVIOUS = ("Previously satisfied", "First factor requirement satisfied by claim in the token")
APP = ("Mobile app notification", "MFA completed in Azure AD")
CASES = [
    ("a password typed now", (PASSWORD,), "", SINGLE, "none", 0, MfaEvidence.NONE_CERTAIN),
    ("a password, but a token came in too", (PASSWORD,), "", SINGLE, "primaryRefreshToken", 0, MfaEvidence.UNKNOWN),
    ("single factor from an earlier session", (PREVIOUS,), "", SINGLE, "none", 0, MfaEvidence.UNKNOWN),
    ("single factor without details", (), "", SINGLE, "none", 0, MfaEvidence.UNKNOWN),
    ("nothing said", (), "", "", "", 0, MfaEvidence.UNKNOWN),
    ("whether it succeeded is not said", (PASSWORD,), "", SINGLE, "none", None, MfaEvidence.UNKNOWN),
    ("password and app", (PASSWORD, APP), "", MULTI, "none", 0, MfaEvidence.DONE),
    ("password and text message, without result", (PASSWORD, ("Text message", "")), "", MULTI, "none", 0, MfaEvidence.DONE),
    (
        "an app step that failed",
        (PASSWORD, ("Mobile app notification", "failed: MFA completed")),
        "",
        SINGLE,
        "",
        0,
        MfaEvidence.NONE_CERTAIN,
    ),
    ("a text message alone may be the first factor", (("Text message", ""),), "", SINGLE, "none", 0, MfaEvidence.UNKNOWN),
    ("claim in the token", (PREVIOUS,), "MFA requirement satisfied by claim in the token", MULTI, "none", 0, MfaEvidence.CLAIM),
    (
        "claim of the identity provider",
        (),
        "MFA requirement satisfied by claim provided by external provider",
        MULTI,
        "",
        0,
        MfaEvidence.CLAIM,
    ),
    ("only the first factor's claim", (), "First factor requirement satisfied by claim in the token", SINGLE, "", 0, MfaEvidence.UNKNOWN),
    ("required and granted, with a token", (), "", MULTI, "refreshToken", 0, MfaEvidence.CLAIM),
    ("required and granted, no details", (), "", MULTI, "", 0, MfaEvidence.CLAIM),
    ("required, refused by another control", (), "", MULTI, "none", 53000, MfaEvidence.UNKNOWN),
    ("remembered device", (), "MFA requirement skipped due to remembered device", MULTI, "none", 0, MfaEvidence.CLAIM),
    ("trusted address", (PASSWORD,), "MFA requirement skipped due to IP address", MULTI, "none", 0, MfaEvidence.UNKNOWN),
    ("location", (PASSWORD,), "MFA requirement skipped due to location", MULTI, "none", 0, MfaEvidence.UNKNOWN),
    ("Windows broker", (), "MFA requirement skipped as flow exercised was Windows broker logon flow", MULTI, "", 0, MfaEvidence.UNKNOWN),
    ("app password", (), "MFA requirement skipped due to app password", MULTI, "none", 0, MfaEvidence.NONE_CERTAIN),
    ("expired claim", (), "MFA requirement has expired due to the policies configured on tenant", MULTI, "none", 0, MfaEvidence.UNKNOWN),
    ("Windows Hello", (("Windows Hello for Business", ""),), "", SINGLE, "none", 0, MfaEvidence.DONE),
    ("security key", (("FIDO2 security key", ""),), "", SINGLE, "none", 0, MfaEvidence.DONE),
    ("security key, wrong PIN", (("FIDO2 security key", "failed"),), "", SINGLE, "none", 0, MfaEvidence.UNKNOWN),
    ("passwordless", (("Passwordless phone sign-in", ""),), "", SINGLE, "none", 0, MfaEvidence.DONE),
    ("temporary access pass", (("Temporary Access Pass", ""),), "", SINGLE, "none", 0, MfaEvidence.DONE),
    ("certificate, strength unsaid", (("X.509 Certificate", ""),), "", SINGLE, "none", 0, MfaEvidence.UNKNOWN),
    ("certificate, multifactor", (("X.509 Certificate", "multifactor"),), "", SINGLE, "none", 0, MfaEvidence.DONE),
    ("asked for MFA", (PASSWORD,), "", MULTI, "none", 50074, MfaEvidence.NONE_CERTAIN),
    ("asked to register", (PASSWORD,), "", MULTI, "none", 50079, MfaEvidence.NONE_CERTAIN),
    ("MFA failed", (PASSWORD,), "", MULTI, "none", 500121, MfaEvidence.NONE_CERTAIN),
    ("stay signed in?, after MFA", (PASSWORD, APP), "", MULTI, "none", 50140, MfaEvidence.DONE),
]


@pytest.mark.parametrize(
    ("methods", "additional", "requirement", "token", "error", "expected"), [case[1:] for case in CASES], ids=[c[0] for c in CASES]
)
def test_a_row_proves_no_more_than_it_says(
    methods: tuple[tuple[str, str], ...], additional: str, requirement: str, token: str, error: int | None, expected: MfaEvidence
) -> None:
    assert row_evidence(methods, additional, requirement, token, (), error) is expected


def test_a_strength_that_refuses_does_not_say_that_there_was_no_mfa() -> None:
    assert row_evidence((), "", MULTI, "", ("authenticationStrengths",), 50074) is MfaEvidence.UNKNOWN
