"""Which permission each call needs: one table. `A+B` is both, `A|B` either.

Source: microsoftgraph/microsoft-graph-devx-content, permissions.json (MIT), of the paths that unbroken uses; what it does not list is
said in graph-api notes beside the entry.
"""

from __future__ import annotations

from unbroken.emulator.cloud.message import Caller, Refusal

_DIRECTORY = "Directory.Read.All|Directory.ReadWrite.All"
_USERS = f"User.Read.All|User.ReadWrite.All|{_DIRECTORY}"
_GROUPS = f"Group.Read.All|Group.ReadWrite.All|{_DIRECTORY}"
_MEMBERS = f"GroupMember.Read.All|GroupMember.ReadWrite.All|{_GROUPS}"
_ROLES = f"RoleManagement.Read.Directory|RoleManagement.ReadWrite.Directory|RoleManagement.Read.All|{_DIRECTORY}"
_UNDELETE = "User.ReadWrite.All|User.DeleteRestore.All|Group.ReadWrite.All|Directory.ReadWrite.All"
_MEMBER_GROUPS = f"{_USERS}|GroupMember.Read.All|Group.Read.All|Group.ReadWrite.All"
_CONTEXTS = "AuthenticationContext.ReadWrite.All|Policy.ReadWrite.ConditionalAccess"
_APPS = f"Application.Read.All|Application.ReadWrite.All|{_DIRECTORY}"
_CA_WRITE = "Policy.Read.All+Policy.ReadWrite.ConditionalAccess"
_METHOD_POLICY = "Policy.Read.AuthenticationMethod|Policy.Read.All|Policy.ReadWrite.AuthenticationMethod"
_METHODS = "UserAuthenticationMethod.Read.All|UserAuthenticationMethod.ReadWrite.All"
_METHODS_WRITE = "UserAuthenticationMethod.ReadWrite.All"
_PASSKEY_WRITE = f"UserAuthMethod-Passkey.ReadWrite.All|{_METHODS_WRITE}"
_CA, _LOCATIONS, _AUTH = "/identity/conditionalAccess", "/identity/conditionalAccess/namedLocations", "/users/{id}/authentication"


def _each_method(path: str, scope: str, *, adds: bool) -> dict[str, str]:
    """Return the entries of one kind of authentication method."""
    read = f"UserAuthMethod-{scope}.Read.All|UserAuthMethod-{scope}.ReadWrite.All|{_METHODS}"
    write = f"UserAuthMethod-{scope}.ReadWrite.All|{_METHODS_WRITE}"
    found = {f"GET {_AUTH}/{path}": read, f"GET {_AUTH}/{path}/{{method}}": read, f"DELETE {_AUTH}/{path}/{{method}}": write}
    return found | ({f"POST {_AUTH}/{path}": write} if adds else {})


def _schedules(kind: str) -> dict[str, str]:
    """Return the entries of eligible or of active assignments in Privileged Identity Management."""
    path, own = (
        f"/roleManagement/directory/role{kind}Schedule",
        f"Role{kind}Schedule.ReadWrite.Directory|RoleManagement.ReadWrite.Directory",
    )
    read = f"Role{kind}Schedule.Read.Directory|{own}|RoleManagement.Read.All|RoleManagement.Read.Directory"
    found = {f"GET {path}s": read, f"GET {path}Instances": read}
    return found | {f"POST {path}Requests": own, f"GET {path}Requests/{{id}}": own}


PERMISSIONS: dict[str, str] = {
    "GET /organization": f"Organization.Read.All|Organization.ReadWrite.All|User.Read|{_DIRECTORY}",
    "GET /subscribedSkus": f"LicenseAssignment.Read.All|LicenseAssignment.ReadWrite.All|Organization.Read.All|{_DIRECTORY}",
    "GET /domains": f"Domain.Read.All|Domain.ReadWrite.All|{_DIRECTORY}",
    "GET /domains/{id}/federationConfiguration": f"Domain.Read.All|Domain.ReadWrite.All|{_DIRECTORY}",
    "GET /me": "User.Read|User.ReadWrite|User.Read.All|User.ReadWrite.All",
    "GET /users": f"User.ReadBasic.All|{_USERS}",
    "GET /users/$count": _USERS,
    "GET /users/delta": _USERS,
    "GET /users/{id}": f"User.ReadBasic.All|{_USERS}",
    "GET /users/{id}/manager": _USERS,
    "GET /users/{id}/memberOf": _USERS,
    "GET /users/{id}/transitiveMemberOf": _USERS,
    "GET /users/{id}/mailboxSettings": "MailboxSettings.Read|MailboxSettings.ReadWrite",
    "GET /users/{id}/mailboxSettings/userPurpose": "MailboxSettings.Read|MailboxSettings.ReadWrite",
    "POST /users": "User.ReadWrite.All|Directory.ReadWrite.All",
    "PATCH /users/{id}": "User.ReadWrite.All|Directory.ReadWrite.All",
    "DELETE /users/{id}": "User.ReadWrite.All|User.DeleteRestore.All",
    "POST /users/{id}/revokeSignInSessions": "User.RevokeSessions.All|User.ReadWrite.All|Directory.ReadWrite.All",
    "POST /users/{id}/sendMail": "Mail.Send",
    "GET /groups": f"Group.ReadBasic.All|GroupMember.Read.All|{_GROUPS}",
    "GET /groups/$count": f"GroupMember.Read.All|{_GROUPS}",
    "GET /groups/delta": f"GroupMember.Read.All|{_GROUPS}",
    "GET /groups/{id}": f"Group.ReadBasic.All|GroupMember.Read.All|{_GROUPS}",
    "GET /groups/{id}/members": f"GroupMember.ReadBasic.All|{_MEMBERS}",
    "GET /groups/{id}/members/{cast}": f"GroupMember.ReadBasic.All|{_MEMBERS}",
    "GET /groups/{id}/transitiveMembers": f"GroupMember.ReadBasic.All|{_MEMBERS}",
    "GET /groups/{id}/transitiveMembers/{cast}": f"GroupMember.ReadBasic.All|{_MEMBERS}",
    "GET /groups/{id}/memberOf": f"GroupMember.ReadBasic.All|Group.ReadBasic.All|{_MEMBERS}",
    "GET /groups/{id}/transitiveMemberOf": f"GroupMember.ReadBasic.All|Group.ReadBasic.All|{_MEMBERS}",
    "POST /groups": "Group.Create|Group.ReadWrite.All|Directory.ReadWrite.All",
    "PATCH /groups/{id}": "Group.ReadWrite.All|Directory.ReadWrite.All",
    "DELETE /groups/{id}": "Group.ReadWrite.All",
    "POST /groups/{id}/members/$ref": "GroupMember.ReadWrite.All|Group.ReadWrite.All|Directory.ReadWrite.All",
    "DELETE /groups/{id}/members/{member}/$ref": "GroupMember.ReadWrite.All|Group.ReadWrite.All|Directory.ReadWrite.All",
    "GET /directory/deletedItems/microsoft.graph.user": _USERS,
    "GET /directory/deletedItems/microsoft.graph.group": _GROUPS,
    "GET /directory/deletedItems/{id}": f"{_USERS}|{_GROUPS}",  # of the kind that the object is
    "POST /directory/deletedItems/{id}/restore": _UNDELETE,  # as above
    "DELETE /directory/deletedItems/{id}": _UNDELETE,  # as above
    "POST /directoryObjects/getByIds": _DIRECTORY,
    "GET /directoryObjects/{id}": _DIRECTORY,
    "POST /users/{id}/checkMemberGroups": _MEMBER_GROUPS,
    "POST /users/{id}/getMemberGroups": _MEMBER_GROUPS,
    "GET /places/microsoft.graph.room": "Place.Read.All|Place.ReadWrite.All",
    "GET /directoryRoles": _ROLES,
    "POST /directoryRoles": "RoleManagement.ReadWrite.Directory",
    "GET /directoryRoles/delta": _ROLES,
    "GET /directoryRoles/{id}": _ROLES,
    "GET /directoryRoles/{id}/members": _ROLES,
    "GET /roleManagement/directory/roleAssignments": _ROLES,
    "GET /roleManagement/directory/roleDefinitions": _ROLES,
    "POST /roleManagement/directory/roleAssignments": "RoleManagement.ReadWrite.Directory",
    "GET /roleManagement/directory/roleAssignments/{id}": _ROLES,
    "DELETE /roleManagement/directory/roleAssignments/{id}": "RoleManagement.ReadWrite.Directory",
    **_schedules("Eligibility"),
    **_schedules("Assignment"),
    "GET /servicePrincipals": _APPS,
    "GET /servicePrincipals/delta": _APPS,
    "GET /servicePrincipals/{id}": _APPS,
    "GET /applications": _APPS,
    "GET /devices": f"Device.Read.All|Device.ReadWrite.All|{_DIRECTORY}",
    "GET /devices/delta": f"Device.Read.All|Device.ReadWrite.All|{_DIRECTORY}",
    "GET /devices/{id}": f"Device.Read.All|Device.ReadWrite.All|{_DIRECTORY}",
    f"GET {_CA}/policies": "Policy.Read.All",
    f"GET {_CA}/policies/{{id}}": "Policy.Read.All",
    f"POST {_CA}/policies": f"{_CA_WRITE}+Application.Read.All",
    f"PATCH {_CA}/policies/{{id}}": f"{_CA_WRITE}+Application.Read.All",
    f"DELETE {_CA}/policies/{{id}}": _CA_WRITE,
    f"GET {_CA}/deletedItems/policies": "Policy.Read.All",
    f"POST {_CA}/deletedItems/policies/{{id}}/restore": "Policy.ReadWrite.ConditionalAccess",  # not in the table; assumed
    f"DELETE {_CA}/deletedItems/policies/{{id}}": "Policy.ReadWrite.ConditionalAccess",  # as above
    f"GET {_LOCATIONS}": "Policy.Read.All",
    f"GET {_LOCATIONS}/{{id}}": "Policy.Read.All",
    f"POST {_LOCATIONS}": _CA_WRITE,
    f"PATCH {_LOCATIONS}/{{id}}": _CA_WRITE,
    f"DELETE {_LOCATIONS}/{{id}}": _CA_WRITE,
    f"GET {_CA}/deletedItems/namedLocations": "Policy.Read.All",
    f"POST {_CA}/deletedItems/namedLocations/{{id}}/restore": "Policy.ReadWrite.ConditionalAccess",  # as above
    f"GET {_CA}/authenticationContextClassReferences": f"AuthenticationContext.Read.All|Policy.Read.ConditionalAccess|{_CONTEXTS}",
    f"GET {_CA}/authenticationContextClassReferences/{{id}}": f"AuthenticationContext.Read.All|Policy.Read.ConditionalAccess|{_CONTEXTS}",
    f"POST {_CA}/authenticationContextClassReferences": _CONTEXTS,
    f"PATCH {_CA}/authenticationContextClassReferences/{{id}}": _CONTEXTS,
    f"DELETE {_CA}/authenticationContextClassReferences/{{id}}": _CONTEXTS,
    f"GET {_CA}/templates": "Policy.Read.All",
    f"GET {_CA}/templates/{{id}}": "Policy.Read.All",
    f"POST {_CA}/evaluate": "Policy.Read.ConditionalAccess|Policy.Read.All",
    f"GET {_CA}/authenticationStrength/policies": _METHOD_POLICY,
    "GET /policies/authenticationStrengthPolicies": _METHOD_POLICY,
    "GET /policies/authenticationStrengthPolicies/{id}": _METHOD_POLICY,
    "GET /policies/authenticationStrengthPolicies/{id}/usage": _METHOD_POLICY,
    "GET /policies/authenticationStrengthPolicies/findByMethodMode/{arguments}": _METHOD_POLICY,
    "GET /policies/identitySecurityDefaultsEnforcementPolicy": "Policy.Read.All",
    "PATCH /policies/identitySecurityDefaultsEnforcementPolicy": (
        "Policy.Read.All+Policy.ReadWrite.SecurityDefaults|Policy.Read.All+Policy.ReadWrite.ConditionalAccess"
    ),
    "GET /policies/authenticationMethodsPolicy": _METHOD_POLICY,
    "PATCH /policies/authenticationMethodsPolicy": "Policy.ReadWrite.AuthenticationMethod",
    "GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations": _METHOD_POLICY,
    "GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}": _METHOD_POLICY,
    "PATCH /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}": "Policy.ReadWrite.AuthenticationMethod",
    "GET /policies/crossTenantAccessPolicy": "Policy.Read.All",
    "GET /policies/crossTenantAccessPolicy/default": "Policy.Read.All",
    "GET /policies/crossTenantAccessPolicy/partners": "Policy.Read.All",
    "GET /reports/authenticationMethods/userRegistrationDetails": "AuditLog.Read.All",
    "GET /reports/authenticationMethods/userRegistrationDetails/{id}": "AuditLog.Read.All",
    "GET /reports/authenticationMethods/usersRegisteredByMethod": "AuditLog.Read.All",
    "GET /reports/authenticationMethods/usersRegisteredByMethod/{arguments}": "AuditLog.Read.All",
    "GET /reports/authenticationMethods/usersRegisteredByFeature": "AuditLog.Read.All",
    "GET /reports/authenticationMethods/usersRegisteredByFeature/{arguments}": "AuditLog.Read.All",
    f"GET {_AUTH}/methods": _METHODS,
    **_each_method("temporaryAccessPassMethods", "TAP", adds=True),
    **_each_method("phoneMethods", "Phone", adds=True),
    **_each_method("fido2Methods", "Passkey", adds=True),
    f"GET {_AUTH}/fido2Methods/creationOptions": _PASSKEY_WRITE,
    f"GET {_AUTH}/fido2Methods/creationOptions/{{arguments}}": _PASSKEY_WRITE,
    **_each_method("emailMethods", "Email", adds=True),
    **{key: needed for key, needed in _each_method("passwordMethods", "Password", adds=False).items() if key.startswith("GET")},
    **_each_method("microsoftAuthenticatorMethods", "MicrosoftAuthApp", adds=False),
    **_each_method("softwareOathMethods", "SoftwareOATH", adds=False),
    **_each_method("windowsHelloForBusinessMethods", "WindowsHello", adds=False),
    f"GET {_AUTH}/signInPreferences": _METHODS,
    f"PATCH {_AUTH}/signInPreferences": _METHODS_WRITE,
    f"GET {_AUTH}/requirements": "Policy.Read.All|Policy.ReadWrite.AuthenticationMethod",
    f"PATCH {_AUTH}/requirements": "Policy.ReadWrite.AuthenticationMethod",
    "GET /auditLogs/signIns": "AuditLog.Read.All",
    "GET /auditLogs/signIns/{id}": "AuditLog.Read.All",
    "GET /auditLogs/directoryAudits": "AuditLog.Read.All",
    "GET /auditLogs/directoryAudits/{id}": "AuditLog.Read.All",
    "GET /security/alerts_v2": "SecurityAlert.Read.All|SecurityAlert.ReadWrite.All",
    "GET /identityProtection/riskyUsers": "IdentityRiskyUser.Read.All|IdentityRiskyUser.ReadWrite.All",
    "GET /identityProtection/riskDetections": "IdentityRiskEvent.Read.All",
    "GET /admin/serviceAnnouncement/healthOverviews": "ServiceHealth.Read.All",
    "GET /admin/serviceAnnouncement/issues": "ServiceHealth.Read.All",
}
"""Method and path -> the permissions that let it pass."""
BETA_ONLY = frozenset(f"{method} {_AUTH}/{name}" for method in ("GET", "PATCH") for name in ("requirements", "signInPreferences"))
"""Calls that v1.0 does not have."""

SEES_APPLIED_POLICIES = frozenset({"Policy.Read.All", "Policy.Read.ConditionalAccess", "Policy.ReadWrite.ConditionalAccess"})
"""Without one of these the sign-in log leaves out the policies that applied, without a word."""
SEES_OBJECTS = {
    "users": frozenset(_USERS.split("|")) | {"User.ReadBasic.All"},
    "groups": frozenset(_GROUPS.split("|")) | {"GroupMember.Read.All", "GroupMember.ReadWrite.All", "Group.ReadBasic.All"},
    "servicePrincipals": frozenset(_APPS.split("|")),
    "devices": frozenset({"Device.Read.All", "Device.ReadWrite.All", *_DIRECTORY.split("|")}),
}
"""Members of other kinds come as an id with nulls."""
_POLICY_PATHS = "/identity/conditionalAccess"


def demand(caller: Caller, key: str) -> None:
    """Let the caller pass, or not.

    Raises:
        Refusal: 403, a permission is missing.
    """
    alternatives = [frozenset(each.split("+")) for each in PERMISSIONS[key].split("|")]
    if any(wanted <= caller.permissions for wanted in alternatives):
        return
    if _POLICY_PATHS in key:
        raise Refusal(403, "AccessDenied", "You cannot perform the requested operation, required scopes are missing in the token.")
    raise denied()


def denied() -> Refusal:
    """Return the refusal for want of a permission."""
    return Refusal(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
