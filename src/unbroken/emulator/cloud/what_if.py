"""`evaluate`: which policies would apply to a sign-in, answered by the emulator's own literal interpreter."""

from __future__ import annotations

from typing import Any

from unbroken.emulator.cloud.evolvable import as_known
from unbroken.emulator.cloud.history import POLICIES
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.policy_entities import POLICY
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.conditions import REGISTER_SECURITY_INFO, SignInFacts, UnsupportedPolicy, conditions
from unbroken.emulator.tenant import Record

_ACTIONS = {"registerSecurityInformation": REGISTER_SECURITY_INFO, "registerOrJoinDevices": "urn:user:registerdevice"}
_REASONS = {
    "users": "users",
    "application": "application",
    "devicePlatform": "devicePlatform",
    "location": "location",
    "clientType": "clientApps",
    "signInRisk": "signInRisk",
    "userRisk": "userRisk",
    "insiderRisk": "insiderRisk",
    "authenticationFlows": "authenticationFlow",
}
"""Condition in the log's words -> the member of `whatIfAnalysisReasons`."""
_INPUTS = {
    "devicePlatform": ("devicePlatform",),
    "location": ("ipAddress", "country"),
    "clientType": ("clientAppType",),
    "signInRisk": ("signInRiskLevel",),
    "userRisk": ("userRiskLevel",),
    "insiderRisk": ("insiderRiskLevel",),
    "authenticationFlows": ("authenticationFlow",),
}
"""Condition -> what the request must say for it to be answered."""


def _evaluate(tenancy: Tenancy, call: Call) -> Reply:
    body = call.json()
    given = body.get("signInConditions") or {}
    facts = _facts(tenancy, body, given)
    answers = [_answer(tenancy, policy, facts, given) for policy in tenancy.world.of(POLICIES).values()]
    if body.get("appliedPoliciesOnly"):
        answers = [answer for answer in answers if answer["policyApplies"]]
    return Reply(200, {"@odata.context": context(call), "value": [as_known(call, answer, POLICY.resource) for answer in answers]})


def _facts(tenancy: Tenancy, body: Wire, given: Wire) -> SignInFacts:
    identity, where = body.get("signInIdentity") or {}, body.get("signInContext") or {}
    if not str(identity.get("@odata.type", "")).endswith("userSignIn"):
        raise Refusal(501, "NotImplemented", "The emulator evaluates the sign-ins of users only.")
    user = tenancy.world.user(str(identity.get("userId")))
    device = given.get("deviceInfo") or {}
    flow = (given.get("authenticationFlow") or {}).get("transferMethod", "")
    return SignInFacts(
        user_id=user["id"],
        guest_kind=_guest_kind(user, identity),
        home_tenant_id=identity.get("externalTenantId") or "",
        client=given.get("clientAppType") or "browser",
        platform=given.get("devicePlatform") or "",
        ip_address=given.get("ipAddress") or "192.0.2.1",
        country=given.get("country") or "",
        is_compliant=bool(device.get("isCompliant")),
        is_hybrid_joined=device.get("trustType") == "ServerAd",
        sign_in_risk=given.get("signInRiskLevel") or "none",
        user_risk=given.get("userRiskLevel") or "none",
        insider_risk=given.get("insiderRiskLevel") or "",
        transfer_method="" if flow == "none" else flow,
        **_target(where),
    )


def _guest_kind(user: Wire, identity: Wire) -> str:
    return str(identity.get("externalUserType") or ("b2bCollaborationGuest" if user.get("userType") == "Guest" else ""))


def _target(where: Wire) -> dict[str, Any]:
    kind = str(where.get("@odata.type", "")).removeprefix("#microsoft.graph.")
    if kind == "applicationContext" and where.get("includeApplications"):
        return {"apps": tuple(where["includeApplications"])}
    if kind == "userActionContext" and where.get("userAction") in _ACTIONS:
        return {"user_action": _ACTIONS[where["userAction"]]}
    if kind == "authContext" and where.get("authenticationContextValue"):
        return {"authentication_context": where["authenticationContextValue"]}
    raise Refusal(400, "BadRequest", "signInContext must be an applicationContext, a userActionContext or an authContext.")


def _answer(tenancy: Tenancy, policy: Record, facts: SignInFacts, given: Wire) -> Wire:
    """Return the policy, whether it applies, and why not; what the request does not say makes it unknown, not false."""
    if policy["state"] == "disabled":
        return {**policy, "policyApplies": False, "analysisReasons": "policyNotEnabled"}
    try:
        met = conditions(policy, facts, tenancy.world.tenant())
    except UnsupportedPolicy as error:
        raise Refusal(501, "NotImplemented", f"The emulator cannot evaluate this tenant: {error}") from error
    open_ = {name for name in met if _unsaid(name, policy, given)}
    unmet = [name for name, holds in met.items() if not holds and name not in open_]
    if unmet:
        return {**policy, "policyApplies": False, "analysisReasons": _REASONS[unmet[0]]}
    reason = "notEnoughInformation" if open_ else "notSet"
    return {**policy, "policyApplies": not open_, "analysisReasons": reason}


def _unsaid(name: str, policy: Record, given: Wire) -> bool:
    if name == "clientType" and "all" in (policy["conditions"].get("clientAppTypes") or ["all"]):
        return False
    return any(given.get(needed) is None for needed in _INPUTS.get(name, ()))


ROUTES: dict[str, Handler] = {"POST /identity/conditionalAccess/evaluate": _evaluate}
