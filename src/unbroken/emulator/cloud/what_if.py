"""`evaluate`: which policies would apply to a sign-in, answered by the emulator's own literal interpreter."""

from __future__ import annotations

from typing import Any

from unbroken.emulator.cloud.evolvable import as_known
from unbroken.emulator.cloud.history import POLICIES
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.policy_entities import POLICY
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.conditions import EAS, REGISTER_SECURITY_INFO, SignInFacts, UnsupportedPolicy, conditions
from unbroken.emulator.tenant import Record

_ACTIONS = {"registerSecurityInformation": REGISTER_SECURITY_INFO, "registerOrJoinDevices": "urn:user:registerdevice"}
_REASONS = {
    "users": "users",
    "servicePrincipals": "workloadIdentities",
    "devicePlatform": "devicePlatform",
    "location": "location",
    "clientType": "clientApps",
    "deviceState": "devices",
    "signInRisk": "signInRisk",
    "userRisk": "userRisk",
    "servicePrincipalRisk": "workloadIdentities",  # there is no member for it
    "insiderRisk": "insiderRisk",
    "authenticationFlows": "authenticationFlow",
}
"""Condition in the log's words -> the member of `whatIfAnalysisReasons`; that of the target depends on what is asked for."""
_TARGET_REASONS = {"applicationContext": "application", "userActionContext": "userActions", "authContext": "authenticationContext"}
_INPUTS = {
    "devicePlatform": ("devicePlatform",),
    "location": ("ipAddress", "country"),
    "clientType": ("clientAppType",),
    "deviceState": ("deviceInfo", "clientAppType"),  # a legacy client has no device state, and no flow
    "signInRisk": ("signInRiskLevel",),
    "userRisk": ("userRiskLevel",),
    "servicePrincipalRisk": ("servicePrincipalRiskLevel",),
    "insiderRisk": ("insiderRiskLevel",),
    "authenticationFlows": ("authenticationFlow", "clientAppType"),
}
"""Condition -> what the request must say for it to be answered."""
_FIRST = frozenset({"users", "servicePrincipals"})
_ATTRIBUTES = {"ownership": "deviceOwnership"}
"""Member of `deviceInfo` -> the name filter rules have for it, where it is another."""


def _evaluate(tenancy: Tenancy, call: Call) -> Reply:
    body = call.json()
    given = body.get("signInConditions") or {}
    facts = _facts(tenancy, body, given)
    reason = _TARGET_REASONS[_kind(body.get("signInContext") or {})]
    answers = [_answer(tenancy, policy, facts, given, reason) for policy in tenancy.world.of(POLICIES).values()]
    if body.get("appliedPoliciesOnly"):
        answers = [answer for answer in answers if answer["policyApplies"]]
    return Reply(200, {"@odata.context": context(call), "value": [as_known(call, answer, POLICY.resource) for answer in answers]})


def _facts(tenancy: Tenancy, body: Wire, given: Wire) -> SignInFacts:
    flow = (given.get("authenticationFlow") or {}).get("transferMethod", "")
    return SignInFacts(
        **_identity(tenancy, body.get("signInIdentity") or {}),
        **_device(given.get("deviceInfo") or {}),
        **_target(body.get("signInContext") or {}),
        client=given.get("clientAppType") or "browser",
        platform=given.get("devicePlatform") or "",
        ip_address=given.get("ipAddress") or "192.0.2.1",
        country=given.get("country") or "",
        sign_in_risk=given.get("signInRiskLevel") or "none",
        user_risk=given.get("userRiskLevel") or "none",
        service_principal_risk=given.get("servicePrincipalRiskLevel") or "none" if _is_workload(body) else "none",
        insider_risk=given.get("insiderRiskLevel") or "",
        transfer_method="" if flow == "none" else flow,
    )


def _is_workload(body: Wire) -> bool:
    return str((body.get("signInIdentity") or {}).get("@odata.type", "")).endswith("servicePrincipalSignIn")


def _identity(tenancy: Tenancy, identity: Wire) -> dict[str, Any]:
    kind = str(identity.get("@odata.type", ""))
    if kind.endswith("servicePrincipalSignIn") and identity.get("servicePrincipalId"):
        return {"service_principal_id": identity["servicePrincipalId"]}
    if not kind.endswith("userSignIn") or not (identity.get("userId") or identity.get("externalUserType")):
        raise Refusal(400, "BadRequest", "signInIdentity must be a userSignIn or a servicePrincipalSignIn.")
    user = tenancy.world.user(str(identity["userId"])) if identity.get("userId") else {}
    guest_kind = identity.get("externalUserType") or _guest_kind(user)
    return {"user_id": user.get("id", ""), "guest_kind": guest_kind, "home_tenant_id": identity.get("externalTenantId") or ""}


def _guest_kind(user: Wire) -> str:
    """Return what kind of guest a user is (entra-docs, external-id/authentication-conditional-access.md); nothing for a member."""
    invited = user.get("creationType") == "Invitation" or user.get("externalUserState")
    external = invited or "#EXT#" in str(user.get("userPrincipalName", "")).upper()
    if user.get("userType") == "Guest":
        return "b2bCollaborationGuest" if external else "internalGuest"
    return "b2bCollaborationMember" if external else ""


def _device(info: Wire) -> dict[str, Any]:
    said = {_ATTRIBUTES.get(name, name): value for name, value in info.items() if value is not None and "@" not in name}
    joined = str(said.get("trustType", "")).lower()
    return {
        "device": tuple((name, tuple(value) if isinstance(value, list) else value) for name, value in said.items()),
        "is_compliant": said.get("isCompliant") is True,
        "is_hybrid_joined": joined == "serverad",
    }


def _kind(where: Wire) -> str:
    return str(where.get("@odata.type", "")).removeprefix("#microsoft.graph.")


def _target(where: Wire) -> dict[str, Any]:
    kind = _kind(where)
    if kind == "applicationContext" and where.get("includeApplications"):
        return {"apps": tuple(where["includeApplications"])}
    if kind == "userActionContext" and where.get("userAction") in _ACTIONS:
        return {"user_action": _ACTIONS[where["userAction"]]}
    if kind == "authContext" and where.get("authenticationContextValue"):
        return {"authentication_context": where["authenticationContextValue"]}
    raise Refusal(400, "BadRequest", "signInContext must be an applicationContext, a userActionContext or an authContext.")


def _answer(tenancy: Tenancy, policy: Record, facts: SignInFacts, given: Wire, target_reason: str) -> Wire:
    """Return the policy, whether it applies, and why not; what the request does not say makes it unknown, not false."""
    if policy["state"] == "disabled":
        return {**policy, "policyApplies": False, "analysisReasons": "policyNotEnabled"}
    try:
        met = conditions(policy, facts, tenancy.world.tenant())
    except UnsupportedPolicy as error:
        raise Refusal(501, "NotImplemented", f"The emulator cannot evaluate this tenant: {error}") from error
    open_ = {name for name in met if _unsaid(name, policy, facts, given)}
    unmet = sorted((name for name, holds in met.items() if not holds and name not in open_), key=lambda name: name not in _FIRST)
    if unmet:  # in the order of the portal, which names the first one: who, what, then the conditions
        return {**policy, "policyApplies": False, "analysisReasons": _REASONS.get(unmet[0], target_reason)}
    reason = "notEnoughInformation" if open_ else "notSet"
    return {**policy, "policyApplies": not open_, "analysisReasons": reason}


def _unsaid(name: str, policy: Record, facts: SignInFacts, given: Wire) -> bool:
    types = policy["conditions"].get("clientAppTypes") or ["all"]
    if name == "users":
        return _home_is_open(policy, facts) or (given.get("clientAppType") is None and not EAS.isdisjoint(types))
    if name == "clientType" and "all" in types:
        return False
    if name == "clientType" and "easSupported" in types and given.get("devicePlatform") is None:
        return True
    return any(given.get(needed) is None for needed in _INPUTS.get(name, ()))


def _home_is_open(policy: Record, facts: SignInFacts) -> bool:
    """Return whether the policy names tenants, and the request does not say from which one the user comes."""
    users = policy["conditions"].get("users") or {}
    scopes = [users.get(f"{side}GuestsOrExternalUsers") or {} for side in ("include", "exclude")]
    named = any((scope.get("externalTenants") or {}).get("membershipKind") == "enumerated" for scope in scopes)
    return named and facts.is_external and not facts.home_tenant_id


ROUTES: dict[str, Handler] = {"POST /identity/conditionalAccess/evaluate": _evaluate}
