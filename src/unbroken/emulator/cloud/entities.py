"""The resources as Graph describes them: what comes without `$select`, what can be filtered and sorted, and how long a page may be.

Sources: property descriptions of Microsoft Graph v1.0 and its pages on paging and advanced queries. Facts of older pages are not repeated
where a newer one differs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

_TEXT = "eq ne not ge le in startswith"
_FLAG = "eq ne not in"
_TIME = "eq ne not ge le in"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entity:
    """One kind of resource."""

    resource: str
    """Its name in error texts."""
    type: str = ""
    """`@odata.type`, written where several kinds share a list."""
    default: tuple[str, ...] = ()
    """What comes without `$select`; empty: everything."""
    v1: tuple[str, ...] = ()
    """The properties of v1.0 of a closed type; empty: the same as beta."""
    known: frozenset[str] = frozenset()
    """Everything that may be selected; empty: unchecked."""
    single_only: frozenset[str] = frozenset()
    """Comes for a single object alone."""
    hidden: frozenset[str] = frozenset()
    """Never in a list or an object: it has a path of its own, or is a secret."""
    filters: Mapping[str, str] = field(default_factory=dict)
    order: tuple[str, ...] = ()
    top: int = 100
    top_max: int = 999
    directory: bool = False
    """Knows advanced queries, `$count` and `$search`, and refuses too large a `$top`."""
    unfiltered: bool = False
    """The service knows no `$filter` here."""


USER_DEFAULT = (
    *("businessPhones", "displayName", "givenName", "id", "jobTitle", "mail", "mobilePhone", "officeLocation"),
    *("preferredLanguage", "surname", "userPrincipalName"),
)
USER_SINGLE_ONLY = frozenset(
    {"aboutMe", "birthday", "hireDate", "interests", "mySite", "pastProjects", "preferredName", "responsibilities", "schools", "skills"}
)
USER = Entity(
    resource="User",
    type="#microsoft.graph.user",
    default=USER_DEFAULT,
    known=frozenset(USER_DEFAULT)
    | USER_SINGLE_ONLY
    | {
        *("accountEnabled", "ageGroup", "assignedLicenses", "assignedPlans", "city", "companyName", "country", "createdDateTime"),
        *("creationType", "deletedDateTime", "department", "employeeId", "employeeType", "externalUserState", "identities"),
        *("externalUserStateChangeDateTime", "isResourceAccount", "lastPasswordChangeDateTime", "licenseAssignmentStates"),
        *("mailNickname", "onPremisesDistinguishedName", "onPremisesDomainName", "onPremisesExtensionAttributes"),
        *("onPremisesImmutableId", "onPremisesLastSyncDateTime", "onPremisesSamAccountName", "onPremisesSyncEnabled"),
        *("onPremisesUserPrincipalName", "otherMails", "passwordPolicies", "passwordProfile", "postalCode", "provisionedPlans"),
        *("proxyAddresses", "securityIdentifier", "showInAddressList", "signInActivity", "signInSessionsValidFromDateTime", "state"),
        *("streetAddress", "usageLocation", "userType", "employeeHireDate", "faxNumber", "imAddresses", "legalAgeGroupClassification"),
    },
    single_only=USER_SINGLE_ONLY,
    hidden=frozenset({"manager", "mailboxSettings"}),
    filters={
        "accountEnabled": _FLAG,
        "userType": _FLAG,
        "onPremisesSyncEnabled": _FLAG,
        "assignedLicenses": "eq not any count",
        "assignedPlans": "eq not any count",
        "createdDateTime": _TIME,
        "userPrincipalName": f"{_TEXT} endswith",
        "mail": f"{_TEXT} endswith",
        "otherMails": "eq not ge le in startswith endswith any count",
        "proxyAddresses": "eq not ge le startswith endswith any count",
        "id": "eq ne not in",
        "externalUserState": "eq ne not in",
        "signInActivity/lastSignInDateTime": "eq ne not ge le",
        "signInActivity/lastSuccessfulSignInDateTime": "eq ne not ge le",
        "signInActivity/lastNonInteractiveSignInDateTime": "eq ne not ge le",
        **dict.fromkeys(
            ("displayName", "givenName", "surname", "department", "jobTitle", "usageLocation", "mailNickname", "creationType"), _TEXT
        ),
        **dict.fromkeys(("city", "country", "state", "companyName", "employeeId", "employeeType", "officeLocation"), _TEXT),
    },
    order=("displayName", "userPrincipalName", "createdDateTime"),
    directory=True,
)
GROUP = Entity(
    resource="Group",
    type="#microsoft.graph.group",
    hidden=frozenset({"members"}),
    filters={
        "displayName": _TEXT,
        "mailNickname": _TEXT,
        "mail": _TEXT,
        "description": _TEXT,
        "id": "eq ne not in",
        "securityEnabled": _FLAG,
        "mailEnabled": _FLAG,
        "isAssignableToRole": _FLAG,
        "onPremisesSyncEnabled": _FLAG,
        "groupTypes": "eq not any count",
        "createdDateTime": _TIME,
    },
    order=("displayName", "createdDateTime"),
    directory=True,
)
DIRECTORY_ROLE = Entity(
    resource="DirectoryRole",
    type="#microsoft.graph.directoryRole",
    hidden=frozenset({"members"}),
    filters={"roleTemplateId": "eq in", "displayName": "eq in", "id": "eq in"},
)
SERVICE_PRINCIPAL = Entity(
    resource="ServicePrincipal",
    type="#microsoft.graph.servicePrincipal",
    filters={
        "displayName": _TEXT,
        "appId": _FLAG,
        "id": "eq ne not in",
        "accountEnabled": _FLAG,
        "servicePrincipalType": _TEXT,
        "tags": "eq not ge le startswith any count",
        "appOwnerOrganizationId": "eq ne not ge le",
    },
    order=("displayName",),
    directory=True,
)
APPLICATION = Entity(
    resource="Application",
    type="#microsoft.graph.application",
    filters={"displayName": _TEXT, "appId": _FLAG, "id": "eq ne not in"},
    order=("displayName", "createdDateTime"),
    directory=True,
)
DEVICE = Entity(
    resource="Device",
    type="#microsoft.graph.device",
    filters={
        "displayName": _TEXT,
        "deviceId": "eq ne not in",
        "id": "eq ne not in",
        "accountEnabled": _FLAG,
        "isCompliant": _FLAG,
        "isManaged": _FLAG,
        "trustType": "eq ne not in",
        "operatingSystem": _TEXT,
        "approximateLastSignInDateTime": _TIME,
        "registrationDateTime": _TIME,
    },
    order=("displayName", "approximateLastSignInDateTime"),
    directory=True,
)
ORGANIZATION = Entity(resource="Organization", unfiltered=True)
SUBSCRIBED_SKU = Entity(resource="SubscribedSku", unfiltered=True)
DOMAIN = Entity(resource="Domain", unfiltered=True)
ROLE_ASSIGNMENT = Entity(
    resource="UnifiedRoleAssignment", filters={"principalId": "eq in", "roleDefinitionId": "eq in", "directoryScopeId": "eq in"}
)
ROLE_DEFINITION = Entity(resource="UnifiedRoleDefinition", filters={"displayName": "eq", "id": "eq", "isBuiltIn": "eq"})
POLICY = Entity(
    resource="ConditionalAccessPolicy",
    v1=(
        *("id", "templateId", "displayName", "description", "createdDateTime", "modifiedDateTime", "deletedDateTime", "state"),
        *("conditions", "grantControls", "sessionControls"),
    ),
    filters={"displayName": "eq startswith", "state": "eq", "id": "eq"},
)
NAMED_LOCATION = Entity(
    resource="NamedLocation",
    filters={"displayName": "eq startswith", "id": "eq", "createdDateTime": "ge le", "modifiedDateTime": "ge le"},
)
STRENGTH = Entity(resource="AuthenticationStrengthPolicy", filters={"policyType": "eq", "id": "eq"})
PARTNER = Entity(resource="CrossTenantAccessPolicyConfigurationPartner", unfiltered=True)
METHOD = Entity(resource="AuthenticationMethod", unfiltered=True)
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
