"""What a snapshot of a tenant is made of: each collection of the tenant folder with its requests and permissions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

USER_PROPERTIES = (
    "id,userPrincipalName,displayName,mail,accountEnabled,userType,creationType,externalUserState,onPremisesSyncEnabled,assignedLicenses,"
    "department,jobTitle,usageLocation,createdDateTime"
)
USERS = f"v1.0/users?$select={USER_PROPERTIES},signInActivity&$top=500"
USERS_WITHOUT_ACTIVITY = f"v1.0/users?$select={USER_PROPERTIES}&$top=999"
"""For tenants without P1, and tokens without AuditLog.Read.All."""
GROUPS = "v1.0/groups?$select=id,displayName,groupTypes,membershipRule,isAssignableToRole,onPremisesSyncEnabled&$top=999"
GROUP_MEMBERS = "/groups/{id}/members?$select=id&$top=999"
ROLE_MEMBERS = "/directoryRoles/{id}/members?$select=id"
REQUIREMENTS = "/users/{id}/authentication/requirements"
FEDERATION = "v1.0/domains/{id}/federationConfiguration"
TRUST_DEFAULT = "v1.0/policies/crossTenantAccessPolicy/default"
TRUST_PARTNERS = "v1.0/policies/crossTenantAccessPolicy/partners"
AUDITS = "v1.0/auditLogs/directoryAudits?$filter=activityDateTime%20ge%20{since}&$top=999"


@dataclass(frozen=True, slots=True)
class Wanted:
    """A collection: `path` is its list, or its one object; `permissions` what reading it needs."""

    name: str
    path: str
    permissions: tuple[str, ...]
    one: bool = False
    """A single object, not a list."""
    members: str = ""
    """Request for the members of each record, with `{id}`."""
    needed: bool = False
    """Without it no question can be asked: not to get it is an error."""


_POLICY = ("Policy.Read.All",)
_METHODS = ("Policy.Read.AuthenticationMethod",)

PLAIN: Sequence[Wanted] = (
    Wanted("conditionalAccessPolicies", "v1.0/identity/conditionalAccess/policies", _POLICY, needed=True),
    Wanted("users", USERS, ("User.Read.All", "AuditLog.Read.All"), needed=True),
    Wanted("groups", GROUPS, ("GroupMember.Read.All",), members=GROUP_MEMBERS),
    Wanted("directoryRoles", "v1.0/directoryRoles", ("RoleManagement.Read.Directory",), members=ROLE_MEMBERS),
    Wanted("roleAssignments", "v1.0/roleManagement/directory/roleAssignments", ("RoleManagement.Read.Directory",)),
    Wanted(
        "roleEligibilitySchedules",
        "v1.0/roleManagement/directory/roleEligibilitySchedules",
        ("RoleEligibilitySchedule.Read.Directory",),
    ),
    Wanted("namedLocations", "v1.0/identity/conditionalAccess/namedLocations", _POLICY),
    Wanted("authenticationStrengthPolicies", "v1.0/policies/authenticationStrengthPolicies", _METHODS),
    Wanted("authenticationMethodsPolicy", "v1.0/policies/authenticationMethodsPolicy", _METHODS, one=True),
    Wanted("identitySecurityDefaultsEnforcementPolicy", "v1.0/policies/identitySecurityDefaultsEnforcementPolicy", _POLICY, one=True),
    Wanted("userRegistrationDetails", "v1.0/reports/authenticationMethods/userRegistrationDetails", ("AuditLog.Read.All",)),
    Wanted("servicePrincipals", "v1.0/servicePrincipals?$top=999", ("Application.Read.All",)),
    Wanted("devices", "v1.0/devices?$top=999", ("Device.Read.All",)),
    Wanted("domains", "v1.0/domains", ("Domain.Read.All",)),
    Wanted("subscribedSkus", "v1.0/subscribedSkus", ("LicenseAssignment.Read.All",)),
    Wanted("organization", "v1.0/organization", ("Organization.Read.All",)),
)
"""Collections that are asked for by themselves, the longest first."""
TRUST = Wanted("crossTenantAccessPolicy", TRUST_DEFAULT, _POLICY, one=True)
PER_USER_MFA = Wanted("userAuthenticationRequirements", REQUIREMENTS, _POLICY)
FEDERATED = Wanted("federationConfigurations", FEDERATION, ("Domain.Read.All",))
AUDIT_LOG = Wanted("directoryAudits", AUDITS, ("AuditLog.Read.All",))
