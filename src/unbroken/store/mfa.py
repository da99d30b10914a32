"""What one row of the log proves about MFA, before its neighbours in the session are looked at.

`authenticationRequirement` says what was required, never what the token held: a single-factor success proves the absence of MFA
only when a password was typed now and no token came in (Entra's sign-in log reference; Microsoft's workbook on MFA gaps). Texts are
those of "howto-mfa-reporting" in Entra's documentation.
"""

from __future__ import annotations

from unbroken.entra.cube import MfaEvidence
from unbroken.entra.sign_in import MFA_INTERRUPTS, REGISTRATION_INTERRUPTS

MFA_REFUSED = frozenset({*MFA_INTERRUPTS, *REGISTRATION_INTERRUPTS, 500121, 53004, 53010})
"""Errors that say: MFA, or registering for it, was asked for and not given (53004 and 53010 refuse the registration itself)."""

_DONE = ("completed in azure ad", "completed in microsoft entra", "completed in the cloud", "mfa successfully completed", "mfa completed")
_DONE_STRONG = ("satisfied by strong authentication", "satisfied by multi-factor device", "satisfied by multifactor device")
_CLAIM = (
    "mfa requirement satisfied by claim",  # in the token, or provided by the external provider
    "multi-factor requirement satisfied by claim",
    "multifactor requirement satisfied by claim",
    "remembered device",
)
_ABSENT = (
    "registration prompted",  # nothing is registered that could have been used before
    "app password",  # stands in the place of MFA for clients that cannot do it; Conditional Access does not accept it
)
_WAIVED = (
    "skipped",  # trusted address or location, InsideCorpNet claim, registered device, Windows broker logon: MFA was not looked for,
    "expired due to",  # so the token may or may not hold it; an expired claim was there, how old no one says
)
_STRONG_METHODS = ("fido2", "passkey", "windows hello", "passwordless", "temporary access pass", "platform credential")
_FAILURES = ("denied", "declined", "did not respond", "didn't respond", "failed", "invalid", "wrong", "incorrect", "blocked", "error")
_NOT_TYPED = ("token", "previously satisfied", "claim", "session")


def row_evidence(  # noqa: PLR0911 - one rule a line, first match wins
    methods: tuple[tuple[str, str], ...],
    additional_details: str,
    requirement: str,
    incoming_token: str,
    providers: tuple[str, ...],
    error_code: int | None,
) -> MfaEvidence:
    """Return what a row says by itself; UNKNOWN where only the session can tell."""
    steps = [(method.lower(), detail.lower()) for method, detail in methods if not detail.lower().startswith("failed")]
    texts = [additional_details.lower(), *(detail for _, detail in steps), *(method for method, _ in steps)]
    if error_code in MFA_REFUSED:
        # A strength may refuse MFA that is held; everything else that asks says that none is.
        return MfaEvidence.UNKNOWN if "authenticationStrengths" in providers else MfaEvidence.NONE_CERTAIN
    if _any(texts, _DONE) or _any(texts, _DONE_STRONG) or (_strong(steps) and error_code in {0, None}):
        return MfaEvidence.DONE
    if _any(texts, _CLAIM):
        return MfaEvidence.CLAIM
    if _any(texts, _ABSENT):
        return MfaEvidence.NONE_CERTAIN
    if _any(texts, _WAIVED) or error_code != 0:
        return MfaEvidence.UNKNOWN
    if requirement.lower() == "multifactorauthentication":
        return _required_and_granted(steps, incoming_token)
    if requirement.lower() == "singlefactorauthentication" and _password_typed(steps, incoming_token):
        return MfaEvidence.NONE_CERTAIN
    return MfaEvidence.UNKNOWN


def _any(texts: list[str], phrases: tuple[str, ...]) -> bool:
    return any(phrase in text for text in texts for phrase in phrases if text)


def _strong(steps: list[tuple[str, str]]) -> bool:
    """Tell whether a method that is MFA by itself was used; a certificate is one only where the log says multifactor."""
    return any(
        not _any([detail], _FAILURES)
        and (_any([method], _STRONG_METHODS) or ("certificate" in method and ("multi" in method or "multi" in detail)))
        for method, detail in steps
    )


def _required_and_granted(steps: list[tuple[str, str]], incoming_token: str) -> MfaEvidence:
    """MFA was required and access granted: a step beside the password is MFA done now, otherwise a claim satisfied it."""
    fresh = [method for method, detail in steps if not _any([method, detail], _NOT_TYPED)]
    beside = [method for method in fresh if "password" not in method or "passwordless" in method]
    return MfaEvidence.DONE if beside and not _token(incoming_token) else MfaEvidence.CLAIM


def _password_typed(steps: list[tuple[str, str]], incoming_token: str) -> bool:
    """Tell whether the only factor was a password entered now."""
    return bool(steps) and not _token(incoming_token) and all("password" in m and not _any([m, d], _NOT_TYPED) for m, d in steps)


def _token(incoming_token: str) -> bool:
    return incoming_token.lower() not in {"", "none"}
