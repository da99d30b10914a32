"""`facts`: what a session already holds, which the body of Graph's evaluate cannot say."""

from __future__ import annotations

from unbroken.entra.request import SessionFacts
from unbroken.entra.well_known import CONFIDENTIAL_BASELINE_SCOPES, NATIVE_BASELINE_SCOPES
from unbroken.sources.asked import Asked
from unbroken.sources.ids import canonical

_MODES = {
    mode.lower(): mode
    for mode in (
        *("password", "voice", "hardwareOath", "softwareOath", "sms", "email", "fido2", "windowsHelloForBusiness", "deviceBasedPush"),
        *("microsoftAuthenticatorPush", "temporaryAccessPassOneTime", "temporaryAccessPassMultiUse", "qrCodePin"),
        *("x509CertificateSingleFactor", "x509CertificateMultiFactor", "federatedSingleFactor", "federatedMultiFactor"),
    )
}
"""`authenticationMethodModes` (Graph v1.0 metadata, CSDL; `unknownFutureValue` names no method)."""
_BASELINE = (*NATIVE_BASELINE_SCOPES.values(), *CONFIDENTIAL_BASELINE_SCOPES.values())
_SCOPES = {scope.lower(): scope for scope in frozenset().union(*_BASELINE)}


def session_facts(facts: Asked) -> SessionFacts:
    """Return the facts; a key that is no fact, or a value of another type, raises `BadInput`: it must not count as absent."""
    scopes = facts.texts("requestedScopes")
    found = SessionFacts(
        mfa_satisfied=facts.flag("mfaSatisfied", absent=False),
        authentication_method=_method(facts),
        home_tenant_mfa=facts.flag("homeTenantMfa", absent=False),
        terms_accepted=frozenset(map(canonical, facts.texts("termsAccepted") or ())),
        requested_scopes=None if scopes is None else frozenset(map(_scope, scopes)),
        client_app_id=(facts.text("clientAppId") or "").lower() or None,
        client_is_public=facts.flag("clientIsPublic"),
        interactive=facts.flag("interactive") is not False,
    )
    facts.refuse_strangers("fact")
    return found


def _method(facts: Asked) -> str | None:
    """Return the method, or the modes of a combination in the one order they are compared in."""
    text = facts.text("authenticationMethod")
    if text is None:
        return None
    modes = [mode.strip() for mode in text.split(",")]
    for mode in modes:
        if mode.lower() not in _MODES:
            raise facts.refuse("authenticationMethod", f"names {mode[:40]!r}, which is not one of {', '.join(_MODES.values())}")
    return ",".join(sorted({_MODES[mode.lower()] for mode in modes}))


def _scope(scope: str) -> str:
    """Return a scope without its resource; those that are compared with Microsoft's lists in Microsoft's spelling."""
    name = scope.rpartition("/")[2]
    return _SCOPES.get(name.lower(), name)
