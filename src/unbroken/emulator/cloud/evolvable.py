"""Members of enumerations that Graph added after `unknownFutureValue`: who does not ask for them by a header gets that word in their place.

Sources: the order of the members in the metadata of v1.0, and for what only beta has in msgraph-beta-sdk 1.66;
concepts/best-practices-concept.md ("Handling future members in evolvable enumerations"). Other resources are left as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unbroken.emulator.cloud.message import Call, Wire

PREFERENCE = "include-unknown-enum-members"
UNKNOWN = "unknownFutureValue"
Members = frozenset[str]
_PLATFORM, _CONTROL, _MODE = Members({"linux"}), Members({"riskRemediation"}), Members({"qrCodePin"})
_REPORT_ONLY = Members({"reportOnlySuccess", "reportOnlyFailure", "reportOnlyNotApplied", "reportOnlyInterrupted"})
_CONDITION = Members({"servicePrincipals", "servicePrincipalRisk", "authenticationFlows", "insiderRisk"})
_PROVIDER = Members({"scopeBasedAuthRequirementPolicy", "authenticationStrengths"})
_RISK_DETAIL = Members(
    {
        *("m365DAdminDismissedDetection", "adminConfirmedServicePrincipalCompromised", "adminDismissedAllRiskForServicePrincipal"),
        *("userChangedPasswordOnPremises", "adminDismissedRiskForSignIn", "adminConfirmedAccountSafe", "microsoftRevokedSessions"),
        *("adminConfirmedAgentSafe", "adminConfirmedAgentCompromised", "adminDismissedRiskForAgent", "aiElevatedAccountRisk"),
        "userPassedVerifiedIdDrivenByRiskBasedPolicy",
    }
)
_POLICY = {
    ("conditions", "platforms", "includePlatforms"): _PLATFORM,
    ("conditions", "platforms", "excludePlatforms"): _PLATFORM,
    ("grantControls", "builtInControls"): _CONTROL,
    ("grantControls", "authenticationStrength", "allowedCombinations"): _MODE,
}
LATE_MEMBERS: Mapping[str, Mapping[tuple[str, ...], Members]] = {
    "SignIn": {
        ("appliedConditionalAccessPolicies", "result"): _REPORT_ONLY,
        ("appliedConditionalAccessPolicies", "conditionsSatisfied"): _CONDITION,
        ("appliedConditionalAccessPolicies", "conditionsNotSatisfied"): _CONDITION,
        ("authenticationRequirementPolicies", "requirementProvider"): Members(
            {"scopeBasedAuthRequirementPolicy", "authenticationStrengths"}
        ),
        ("authenticationProtocol",): Members({"authenticationTransfer", "nativeAuth"}),
        ("crossTenantAccessType",): Members({"passthrough"}),
        ("incomingTokenType",): Members({"remoteDesktopToken", "refreshToken"}),
        ("riskDetail",): _RISK_DETAIL,
        ("tokenIssuerType",): Members({"AzureADBackupAuth", "ADFederationServicesMFAAdapter", "NPSExtension"}),
    },
    "ConditionalAccessPolicy": _POLICY,
    "ConditionalAccessTemplate": {("details", *path): members for path, members in _POLICY.items()},
    "AuthenticationStrengthPolicy": {("allowedCombinations",): _MODE},
    "RiskyUser": {("riskDetail",): _RISK_DETAIL, ("activity",): Members({"servicePrincipal"})},
}
"""Resource -> where in it -> the members that come only when they are asked for."""


def prefers_all(call: Call) -> bool:
    """Return whether the caller asks for members that it may not know."""
    return any(part.strip().lower() == PREFERENCE for part in call.headers.get("prefer", "").split(","))


def as_known(call: Call, record: Wire, resource: str) -> Wire:
    """Return a record with `unknownFutureValue` for the members that the caller did not ask for."""
    if prefers_all(call):
        return record
    for path, members in LATE_MEMBERS.get(resource, {}).items():
        record = _replaced(record, path, members)
    return record


def _replaced(value: Any, path: tuple[str, ...], members: Members) -> Any:  # noqa: ANN401 -- any JSON
    """Return a value with the members at the end of a path replaced; what has none is the same object."""
    if isinstance(value, list):
        found = [_replaced(each, path, members) for each in value]
        return value if all(new is old for new, old in zip(found, value, strict=True)) else found
    if not path:
        return _word(value, members) if isinstance(value, str) else value
    if not isinstance(value, dict) or path[0] not in value:
        return value
    inner = _replaced(value[path[0]], path[1:], members)
    return value if inner is value[path[0]] else value | {path[0]: inner}


def _word(text: str, members: Members) -> str:
    """Return a member, or several with commas between, without those that are new."""
    words = text.split(",")
    return text if members.isdisjoint(words) else ",".join(dict.fromkeys(UNKNOWN if word in members else word for word in words))
