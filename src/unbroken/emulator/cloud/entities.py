"""Objects of the directory: organization, users, groups, roles, applications, devices. Sources: as in `entity`."""

from __future__ import annotations

from unbroken.emulator.cloud.entity import FLAG, TEXT, TIME, Entity

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
        "accountEnabled": FLAG,
        "userType": FLAG,
        "onPremisesSyncEnabled": FLAG,
        "assignedLicenses": "eq not any count",
        "assignedPlans": "eq not any count",
        "createdDateTime": TIME,
        "userPrincipalName": f"{TEXT} endswith",
        "mail": f"{TEXT} endswith",
        "otherMails": "eq not ge le in startswith endswith any count",
        "proxyAddresses": "eq not ge le startswith endswith any count",
        "id": "eq ne not in",
        "externalUserState": "eq ne not in",
        "signInActivity/lastSignInDateTime": "eq ne not ge le",
        "signInActivity/lastSuccessfulSignInDateTime": "eq ne not ge le",
        "signInActivity/lastNonInteractiveSignInDateTime": "eq ne not ge le",
        **dict.fromkeys(
            ("displayName", "givenName", "surname", "department", "jobTitle", "usageLocation", "mailNickname", "creationType"), TEXT
        ),
        **dict.fromkeys(("city", "country", "state", "companyName", "employeeId", "employeeType", "officeLocation"), TEXT),
    },
    order=("displayName", "userPrincipalName", "createdDateTime"),
    directory=True,
)
GROUP = Entity(
    resource="Group",
    type="#microsoft.graph.group",
    hidden=frozenset({"members"}),
    filters={
        "displayName": TEXT,
        "mailNickname": TEXT,
        "mail": TEXT,
        "description": TEXT,
        "id": "eq ne not in",
        "securityEnabled": FLAG,
        "mailEnabled": FLAG,
        "isAssignableToRole": FLAG,
        "onPremisesSyncEnabled": FLAG,
        "groupTypes": "eq not any count",
        "createdDateTime": TIME,
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
        "displayName": TEXT,
        "appId": FLAG,
        "id": "eq ne not in",
        "accountEnabled": FLAG,
        "servicePrincipalType": TEXT,
        "tags": "eq not ge le startswith any count",
        "appOwnerOrganizationId": "eq ne not ge le",
    },
    order=("displayName",),
    directory=True,
)
APPLICATION = Entity(
    resource="Application",
    type="#microsoft.graph.application",
    filters={"displayName": TEXT, "appId": FLAG, "id": "eq ne not in"},
    order=("displayName", "createdDateTime"),
    directory=True,
)
DEVICE = Entity(
    resource="Device",
    type="#microsoft.graph.device",
    filters={
        "displayName": TEXT,
        "deviceId": "eq ne not in",
        "id": "eq ne not in",
        "accountEnabled": FLAG,
        "isCompliant": FLAG,
        "isManaged": FLAG,
        "trustType": "eq ne not in",
        "operatingSystem": TEXT,
        "approximateLastSignInDateTime": TIME,
        "registrationDateTime": TIME,
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
ROOM = Entity(resource="Room", unfiltered=True)
