"""A request as the body of `unbroken whatif --request`: what `sources.what_if` reads, the other way round."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from unbroken.entra.request import AccessRequest, DeviceState, Identity, SessionFacts
from unbroken.entra.vocabulary import UserAction

Json = dict[str, Any]

ACTIONS = {
    UserAction.REGISTER_SECURITY_INFO: "registerSecurityInformation",
    UserAction.REGISTER_DEVICE: "registerOrJoinDevices",
}
"""Graph's `userAction`; a policy names the same things by a URN."""
_SPELLINGS = (
    *("deviceId", "displayName", "enrollmentProfileName", "isCompliant", "manufacturer", "mdmAppId", "model", "operatingSystem"),
    *("operatingSystemVersion", "physicalIds", "profileType", "systemLabels", "trustType"),
    *(f"extensionAttribute{number}" for number in range(1, 16)),
)
ATTRIBUTES = {name.lower(): name for name in _SPELLINGS} | {"deviceownership": "ownership"}
"""Attribute as filters compare it -> key of Graph's `deviceInfo` (Graph v1.0 metadata, CSDL)."""


def request_body(request: AccessRequest) -> Json:
    """Return the body that reads back as `request`. What is not known is left out, and facts that are those of a fresh sign-in.

    A device of which only a part is known cannot be said in a body: it is left out, and so unknown.
    """
    body = {"signInIdentity": _identity(request.identity), "signInContext": _context(request), "signInConditions": _conditions(request)}
    facts = _facts(request.facts)
    return body | ({"facts": facts} if facts else {})


def _identity(identity: Identity) -> Json:
    if identity.service_principal_id is not None:
        return {"@odata.type": "#microsoft.graph.servicePrincipalSignIn", "servicePrincipalId": identity.service_principal_id}
    said = {"userId": identity.user_id, "externalUserType": _word(identity.guest_kind), "externalTenantId": identity.home_tenant_id}
    return {"@odata.type": "#microsoft.graph.userSignIn", **_known(said)}


def _context(request: AccessRequest) -> Json:
    if request.user_action is not None:
        return {"@odata.type": "#microsoft.graph.userActionContext", "userAction": ACTIONS[request.user_action]}
    if request.authentication_context is not None:
        return {"@odata.type": "#microsoft.graph.authContext", "authenticationContextValue": request.authentication_context}
    return {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": list(request.apps)}


def _conditions(request: AccessRequest) -> Json:
    said = {
        "clientAppType": _word(request.client),
        "devicePlatform": _word(request.platform),
        "ipAddress": request.ip_address,
        "country": request.country,
        "deviceInfo": _device(request.device),
        "signInRiskLevel": _word(request.sign_in_risk),
        "userRiskLevel": _word(request.user_risk),
        "insiderRiskLevel": _word(request.insider_risk),
        "servicePrincipalRiskLevel": _word(request.service_principal_risk),
        "authenticationFlow": None if request.transfer_method is None else {"transferMethod": request.transfer_method.value},
    }
    return _known(said)


def _device(device: DeviceState | None) -> Json | None:
    if device is None or device.partial:
        return None
    return _known({ATTRIBUTES.get(name, name): _attribute(value) for name, value in device.attributes})


def _attribute(value: object) -> object:
    return list(value) if isinstance(value, tuple | list | frozenset) else value


def _facts(facts: SessionFacts) -> Json:
    """Return the facts that differ from those of a fresh sign-in; null says that one is not known."""
    fresh = SessionFacts()
    said = {
        "mfaSatisfied": (facts.mfa_satisfied, fresh.mfa_satisfied),
        "authenticationMethod": (facts.authentication_method, fresh.authentication_method),
        "requestedScopes": (facts.requested_scopes, fresh.requested_scopes),
        "homeTenantMfa": (facts.home_tenant_mfa, fresh.home_tenant_mfa),
        "termsAccepted": (facts.terms_accepted, fresh.terms_accepted),
        "clientAppId": (facts.client_app_id, fresh.client_app_id),
        "clientIsPublic": (facts.client_is_public, fresh.client_is_public),
        "interactive": (facts.interactive, fresh.interactive),
    }
    differing = {name: value for name, (value, usual) in said.items() if value != usual}
    return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in differing.items()}


def _word(member: StrEnum | None) -> str | None:
    return None if member is None else member.value


def _known(said: Json) -> Json:
    return {name: value for name, value in said.items() if value is not None}
