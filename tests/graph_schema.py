"""What Graph's answers must look like: Microsoft's own metadata of v1.0, and what beta has beyond it, with the source of each property."""

from __future__ import annotations

import json
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from jsonschema import Draft202012Validator

from unbroken.emulator.cloud.routes import route, tidy

Schema = dict[str, Any]
CA, AUTH, ARGUMENTS = "/identity/conditionalAccess", "/users/{id}/authentication", "/{arguments}"
TYPES = {
    "GET /organization": "organization",
    "GET /subscribedSkus": "subscribedSku",
    "GET /domains": "domain",
    "GET /domains/{id}/federationConfiguration": "internalDomainFederation",
    "GET /users": "user",
    "GET /users/delta": "user",
    "GET /users/{id}": "user",
    "GET /users/{id}/manager": "user",
    "GET /users/{id}/memberOf": "directoryObject",
    "GET /users/{id}/transitiveMemberOf": "directoryObject",
    "GET /groups/{id}/memberOf": "directoryObject",
    "GET /groups/{id}/transitiveMemberOf": "directoryObject",
    "GET /groups": "group",
    "GET /groups/delta": "group",
    "GET /groups/{id}": "group",
    "GET /groups/{id}/members": "directoryObject",
    "GET /groups/{id}/members/{cast}": "user",
    "GET /groups/{id}/transitiveMembers": "directoryObject",
    "GET /groups/{id}/transitiveMembers/{cast}": "user",
    "GET /directoryRoles": "directoryRole",
    "GET /directoryRoles/delta": "directoryRole",
    "GET /directoryRoles/{id}": "directoryRole",
    "GET /directoryRoles/{id}/members": "directoryObject",
    "GET /directory/deletedItems/microsoft.graph.user": "user",
    "GET /directory/deletedItems/microsoft.graph.group": "group",
    "GET /directory/deletedItems/{id}": "directoryObject",
    "POST /directory/deletedItems/{id}/restore": "directoryObject",
    "POST /directoryObjects/getByIds": "directoryObject",
    "GET /directoryObjects/{id}": "directoryObject",
    "GET /places/microsoft.graph.room": "room",
    "GET /me": "user",
    "GET /users/{id}/mailboxSettings": "mailboxSettings",
    "POST /users": "user",
    "POST /groups": "group",
    "POST /directoryRoles": "directoryRole",
    "GET /roleManagement/directory/roleAssignments/{id}": "unifiedRoleAssignment",
    "POST /roleManagement/directory/roleAssignments": "unifiedRoleAssignment",
    "GET /roleManagement/directory/roleAssignmentSchedules": "unifiedRoleAssignmentSchedule",
    **{
        f"GET /roleManagement/directory/role{kind}ScheduleInstances": f"unifiedRole{kind}ScheduleInstance"
        for kind in ("Eligibility", "Assignment")
    },
    **{
        f"{method} /roleManagement/directory/role{kind}ScheduleRequests{tail}": f"unifiedRole{kind}ScheduleRequest"
        for kind in ("Eligibility", "Assignment")
        for method, tail in (("POST", ""), ("GET", "/{id}"))
    },
    "GET /roleManagement/directory/roleAssignments": "unifiedRoleAssignment",
    "GET /roleManagement/directory/roleDefinitions": "unifiedRoleDefinition",
    "GET /roleManagement/directory/roleEligibilitySchedules": "unifiedRoleEligibilitySchedule",
    "GET /servicePrincipals": "servicePrincipal",
    "GET /servicePrincipals/delta": "servicePrincipal",
    "GET /servicePrincipals/{id}": "servicePrincipal",
    "GET /applications": "servicePrincipal",
    "GET /devices": "device",
    "GET /devices/delta": "device",
    "GET /devices/{id}": "device",
    f"GET {CA}/policies": "conditionalAccessPolicy",
    f"GET {CA}/policies/{{id}}": "conditionalAccessPolicy",
    f"GET {CA}/deletedItems/policies": "conditionalAccessPolicy",
    f"POST {CA}/policies": "conditionalAccessPolicy",
    f"POST {CA}/deletedItems/policies/{{id}}/restore": "conditionalAccessPolicy",
    f"POST {CA}/evaluate": "whatIfAnalysisResult",
    f"POST {CA}/namedLocations": "namedLocation",
    f"POST {CA}/deletedItems/namedLocations/{{id}}/restore": "namedLocation",
    f"GET {CA}/authenticationContextClassReferences": "authenticationContextClassReference",
    f"GET {CA}/authenticationContextClassReferences/{{id}}": "authenticationContextClassReference",
    f"POST {CA}/authenticationContextClassReferences": "authenticationContextClassReference",
    f"GET {CA}/templates": "conditionalAccessTemplate",
    f"GET {CA}/templates/{{id}}": "conditionalAccessTemplate",
    f"GET {CA}/namedLocations": "namedLocation",
    f"GET {CA}/namedLocations/{{id}}": "namedLocation",
    f"GET {CA}/deletedItems/namedLocations": "namedLocation",
    f"GET {CA}/authenticationStrength/policies": "authenticationStrengthPolicy",
    "GET /policies/authenticationStrengthPolicies": "authenticationStrengthPolicy",
    "GET /policies/authenticationStrengthPolicies/{id}": "authenticationStrengthPolicy",
    "GET /policies/authenticationStrengthPolicies/{id}/usage": "authenticationStrengthUsage",
    "GET /policies/authenticationStrengthPolicies/findByMethodMode/{arguments}": "authenticationStrengthPolicy",
    "GET /policies/identitySecurityDefaultsEnforcementPolicy": "identitySecurityDefaultsEnforcementPolicy",
    "GET /policies/authenticationMethodsPolicy": "authenticationMethodsPolicy",
    "GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations": "authenticationMethodConfiguration",
    "GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}": "authenticationMethodConfiguration",
    "GET /policies/crossTenantAccessPolicy/default": "crossTenantAccessPolicyConfigurationDefault",
    "GET /policies/crossTenantAccessPolicy/partners": "crossTenantAccessPolicyConfigurationPartner",
    "GET /reports/authenticationMethods/userRegistrationDetails": "userRegistrationDetails",
    "GET /reports/authenticationMethods/userRegistrationDetails/{id}": "userRegistrationDetails",
    **{f"GET /reports/authenticationMethods/usersRegisteredByMethod{tail}": "userRegistrationMethodSummary" for tail in ("", ARGUMENTS)},
    **{f"GET /reports/authenticationMethods/usersRegisteredByFeature{tail}": "userRegistrationFeatureSummary" for tail in ("", ARGUMENTS)},
    f"GET {AUTH}/requirements": "strongAuthenticationRequirements",
    f"GET {AUTH}/signInPreferences": "signInPreferences",
    **{f"GET {AUTH}/fido2Methods/creationOptions{tail}": "webauthnCredentialCreationOptions" for tail in ("", ARGUMENTS)},
    **{f"POST {AUTH}/{kind}Methods": "authenticationMethod" for kind in ("temporaryAccessPass", "phone", "email", "fido2")},
    f"GET {AUTH}/methods": "authenticationMethod",
    **{
        f"GET {AUTH}/{kind}Methods{tail}": "authenticationMethod"
        for kind in (
            *("password", "email", "temporaryAccessPass", "phone", "fido2", "microsoftAuthenticator", "softwareOath"),
            "windowsHelloForBusiness",
        )
        for tail in ("", "/{method}")
    },
    "GET /auditLogs/signIns": "signIn",
    "GET /auditLogs/signIns/{id}": "signIn",
    "GET /auditLogs/directoryAudits": "directoryAudit",
    "GET /auditLogs/directoryAudits/{id}": "directoryAudit",
    "GET /security/alerts_v2": "security.alert",
    "GET /identityProtection/riskyUsers": "riskyUser",
    "GET /identityProtection/riskDetections": "riskDetection",
    "GET /admin/serviceAnnouncement/healthOverviews": "serviceHealth",
    "GET /admin/serviceAnnouncement/issues": "serviceHealthIssue",
}
"""Route -> the type it answers with: one of it, or a list."""
PLAIN = {
    *("GET /users/$count", "GET /groups/$count", "GET /users/{id}/mailboxSettings/userPurpose", "POST /users/{id}/revokeSignInSessions"),
    *("POST /users/{id}/checkMemberGroups", "POST /users/{id}/getMemberGroups", "GET /policies/crossTenantAccessPolicy"),
}
"""Routes that answer with a number, a flag, a text or texts, or (the last) with a type that the metadata kept here does not have."""
EMPTY = {"POST /users/{id}/sendMail", "POST /groups/{id}/members/$ref"}
"""POSTs that answer with no body; PATCH and DELETE always do."""
OPEN = {"device": {"extensionAttributes"}}
"""Properties that Graph's reference has and the metadata does not: devices are an open type."""
ANNOTATIONS = {"@removed", "members@delta"}
SDK = "msgraph-beta-sdk 1.66"
"""The models of Microsoft's SDK, made from the metadata of beta. The file is named by the type: `sign_in.py` for `signIn`."""
_SCHEDULE = {"id", "principalId", "roleDefinitionId", "directoryScopeId", "appScopeId"}
_SCHEDULED = _SCHEDULE | {"createdDateTime", "modifiedDateTime", "createdUsing", "status", "scheduleInfo", "memberType"}
_INSTANCE = _SCHEDULE | {"memberType", "startDateTime", "endDateTime"}
_REQUEST = _SCHEDULE | {
    *("action", "status", "createdDateTime", "completedDateTime", "approvalId", "customData", "createdBy", "justification", "scheduleInfo"),
    *("targetScheduleId", "isValidationOnly", "ticketInfo"),
}
MORE_TYPES: dict[str, tuple[str, set[str]]] = {
    "unifiedRoleAssignmentSchedule": (SDK, _SCHEDULED | {"assignmentType", "activatedUsing"}),
    "unifiedRoleAssignmentScheduleInstance": (
        SDK,
        _INSTANCE | {"assignmentType", "activatedUsing", "roleAssignmentOriginId", "roleAssignmentScheduleId"},
    ),
    "unifiedRoleEligibilityScheduleInstance": (SDK, _INSTANCE | {"roleEligibilityScheduleId"}),
    "unifiedRoleAssignmentScheduleRequest": (SDK, _REQUEST),
    "unifiedRoleEligibilityScheduleRequest": (SDK, _REQUEST),
    "authenticationContextClassReference": (SDK, {"id", "displayName", "description", "isAvailable"}),
    "authenticationStrengthUsage": (SDK, {"mfa", "none"}),
    "webauthnCredentialCreationOptions": (SDK, {"challengeTimeoutDateTime", "publicKey"}),
    "directoryObject": (SDK, {"id", "deletedDateTime"}),
    "strongAuthenticationRequirements": (SDK, {"perUserMfaState"}),
    "signInPreferences": (SDK, {"isSystemPreferredAuthenticationMethodEnabled", "userPreferredMethodForSecondaryAuthentication"}),
    "hardwareOathAuthenticationMethodConfiguration": (SDK, {"id", "state", "excludeTargets", "includeTargets"}),
}
"""Types that the metadata kept here does not have: where their properties are from, and their names."""
BETA_PROPERTIES: dict[str, tuple[str, set[str]]] = {
    "signIn": (
        SDK,
        {
            *("userType", "signInIdentifier", "crossTenantAccessType", "resourceServicePrincipalId", "conditionalAccessAudiences"),
            *("autonomousSystemNumber", "networkLocationDetails", "authenticationProtocol", "incomingTokenType", "originalTransferMethod"),
            *("signInEventTypes", "authenticationRequirement", "authenticationRequirementPolicies", "authenticationDetails"),
            *("authenticationProcessingDetails", "sessionLifetimePolicies", "clientCredentialType", "tokenIssuerType"),
            *("originalRequestId", "sessionId", "uniqueTokenIdentifier"),
        },
    ),
    "appliedConditionalAccessPolicy": (SDK, {"conditionsSatisfied", "conditionsNotSatisfied"}),
    "userRegistrationDetails": (SDK, {"defaultMfaMethod"}),
}
"""Type -> where the properties are from that beta has and v1.0 has not, and their names. Nothing else may come from beta."""


@cache
def schemas(folder: Path) -> dict[str, Schema]:
    """Return the metadata by version, from the folder with reference pages."""
    v1: Schema = json.loads((folder / "reference" / "graph-v1.0.schema.json").read_text(encoding="utf-8"))["$defs"]
    for kind, (_, names) in MORE_TYPES.items():
        v1.setdefault(f"microsoft.graph.{kind}", {"type": "object", "properties": {name: {} for name in names}})
    beta = deepcopy(v1)
    for kind, (_, names) in BETA_PROPERTIES.items():
        beta[f"microsoft.graph.{kind}"]["properties"] |= {name: {} for name in names}
    return {"v1.0": v1, "beta": beta}


def problems(types: Schema, record: dict[str, Any], kind: str) -> list[str]:
    """Return what is wrong with a record: by its own type where it says one."""
    kind = str(record.get("@odata.type", kind)).removeprefix("#").removeprefix("microsoft.graph.")
    whole = {"$defs": types, "$ref": f"#/$defs/microsoft.graph.{kind}"}
    plain = {name: value for name, value in record.items() if name not in ANNOTATIONS and name not in OPEN.get(kind, ())}
    found = [f"{kind}: {error.json_path} {error.message[:200]}" for error in Draft202012Validator(whole).iter_errors(plain)]
    known = types[f"microsoft.graph.{kind}"]["properties"]
    return found + [f"{kind}: unknown {name}" for name in plain if "@" not in name and name not in known]


def records(answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records of an answer: those of a list, or the one it is."""
    if isinstance(answer.get("value"), list):
        return list(answer["value"])
    return [{name: value for name, value in answer.items() if name != "@odata.context"}]


def judged(types: dict[str, Schema], method: str, address: str, answer: dict[str, Any], most: int | None = None) -> list[str]:
    """Return what is wrong with the body of an answer that is no refusal; of a list `most` records are looked at."""
    _, version, path = tidy(unquote(urlsplit(address).path)).split("/", 2)
    key, _ = route(method, f"/{path}", version)
    if key in PLAIN:
        return []
    return [f"{key} {problem}" for record in records(answer)[:most] for problem in problems(types[version], record, TYPES[key])]
