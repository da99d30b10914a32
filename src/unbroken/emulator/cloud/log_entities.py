"""Logs, reports, service health and risk. Sources: as in `entity`."""

from __future__ import annotations

from unbroken.emulator.cloud.entity import Entity

REGISTRATION = Entity(
    resource="UserRegistrationDetails",
    v1=(
        *("id", "isAdmin", "isMfaCapable", "isMfaRegistered", "isPasswordlessCapable", "isSsprCapable", "isSsprEnabled"),
        *("isSsprRegistered", "isSystemPreferredAuthenticationMethodEnabled", "lastUpdatedDateTime", "methodsRegistered"),
        *("systemPreferredAuthenticationMethods", "userDisplayName", "userPreferredMethodForSecondaryAuthentication"),
        *("userPrincipalName", "userType"),
    ),
    filters={
        **dict.fromkeys(("isMfaCapable", "isMfaRegistered", "isPasswordlessCapable", "isSsprCapable", "isSsprEnabled"), "eq"),
        **dict.fromkeys(("isSsprRegistered", "isSystemPreferredAuthenticationMethodEnabled", "isAdmin", "userType", "id"), "eq"),
        **dict.fromkeys(("methodsRegistered", "systemPreferredAuthenticationMethods"), "any"),
        **dict.fromkeys(("userDisplayName", "userPrincipalName"), "eq startswith"),
    },
    order=("userPrincipalName", "userDisplayName"),
    top=1000,
    top_max=1000,
)
_LOG_TEXT = "eq startswith"
SIGN_IN = Entity(
    resource="SignIn",
    v1=(
        *("id", "appDisplayName", "appId", "appliedConditionalAccessPolicies", "authenticationAppDeviceDetails", "clientAppUsed"),
        *("conditionalAccessStatus", "correlationId", "createdDateTime", "deviceDetail", "homeTenantId", "ipAddress", "isInteractive"),
        *("location", "resourceDisplayName", "resourceId", "resourceTenantId", "riskDetail", "riskEventTypes", "riskEventTypes_v2"),
        *("riskLevelAggregated", "riskLevelDuringSignIn", "riskState", "servicePrincipalId", "servicePrincipalName", "status"),
        *("userAgent", "userDisplayName", "userId", "userPrincipalName"),
    ),
    filters={
        "createdDateTime": "eq le ge",
        **dict.fromkeys(("appId", "clientAppUsed", "conditionalAccessStatus", "correlationId", "id", "riskState", "userId"), "eq"),
        **dict.fromkeys(("resourceId", "resourceDisplayName", "status/errorCode", "riskLevelAggregated", "riskLevelDuringSignIn"), "eq"),
        **dict.fromkeys(("appDisplayName", "userPrincipalName", "userDisplayName", "ipAddress", "userAgent"), _LOG_TEXT),
        **dict.fromkeys(("deviceDetail/browser", "deviceDetail/operatingSystem", "authenticationRequirement"), _LOG_TEXT),
        **dict.fromkeys(("location/city", "location/state", "location/countryOrRegion"), _LOG_TEXT),
        "signInEventTypes": "any",
    },
    order=("createdDateTime",),
    top=1000,
    top_max=1000,
)
DIRECTORY_AUDIT = Entity(
    resource="DirectoryAudit",
    filters={
        "activityDateTime": "eq ge le",
        "activityDisplayName": _LOG_TEXT,
        **dict.fromkeys(("category", "correlationId", "initiatedBy/user/id", "loggedByService", "id"), "eq"),
        "initiatedBy/user/userPrincipalName": _LOG_TEXT,
        "initiatedBy/user/displayName": "eq",
        "targetResources": "any",
    },
    order=("activityDateTime",),
    top=1000,
    top_max=1000,
)
SERVICE_HEALTH = Entity(resource="ServiceHealth", filters={"service": "eq", "status": "eq"}, top=100, top_max=1000)
SERVICE_ISSUE = Entity(resource="ServiceHealthIssue", filters={"service": "eq", "status": "eq", "isResolved": "eq"}, top=100, top_max=1000)
ALERT = Entity(resource="Alert", filters={"severity": "eq", "status": "eq", "createdDateTime": "eq ge le"}, top=100, top_max=1000)
RISKY_USER = Entity(resource="RiskyUser", filters={"riskLevel": "eq", "riskState": "eq", "userPrincipalName": "eq", "id": "eq"})
