"""What to export from a tenant: each collection with the ways to get it, what that needs, and what an answer loses without it.

Permissions are the least privileged ones of Microsoft's permission map (microsoft-graph-devx-content, August 2026). Portal paths change
often: the Graph request is what counts.
"""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.evaluate.limits import COSTS
from unbroken.sources.proof_costs import PROOF_COSTS

FREE = "Free"
PREMIUM = "P1 or P2"
SIGN_IN_LICENCE = "P1 or P2: 30 days. Free: 7 days, by portal download only, the API refuses"
"""Source: entra-docs, reference-reports-data-retention.md; an upgrade does not bring older sign-ins back."""

_GET_GRAPH = (
    "function Get-Graph($Uri) { while ($Uri) { $page = Invoke-MgGraphRequest -Uri $Uri; "
    "if ($page.ContainsKey('value')) { $page.value } else { $page }; $Uri = $page.'@odata.nextLink' } }"
)
_SAVE_GRAPH = (
    "function Save-Graph($Uri, $File, $Key, $Sub) { $all = @(Get-Graph $Uri); "
    "if ($Key) { foreach ($each in $all) { $each[$Key] = @(Get-Graph ($Sub -f $each.id)) } }; "
    "ConvertTo-Json -InputObject $all -Depth 20 | Set-Content -Path $File -Encoding utf8 }"
)
_SAVE_PAGES = (
    "function Save-Pages($Uri, $Path) { $n = 0; while ($Uri) { $page = Invoke-MgGraphRequest -Uri $Uri; "
    "ConvertTo-Json -InputObject @($page.value) -Depth 20 | Set-Content -Path ('{0}-{1:d5}.json' -f $Path, $n++) -Encoding utf8; "
    "$Uri = $page.'@odata.nextLink' } }"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Export:
    """One file, or folder of files, of a tenant folder."""

    name: str
    """Name in the tenant folder without its ending."""
    what: str
    portal: str
    """Where the Microsoft Entra admin center has it; empty when it has no download of all of it."""
    graph: tuple[str, ...]
    """Requests, with the version; `{id}` stands for each record of the request before."""
    powershell: str
    """One line, after those of `powershell_preamble`."""
    permissions: tuple[str, ...]
    """Least privileged, delegated or application."""
    role: str
    """Least privileged directory role for a person who signs in to fetch it."""
    licence: str
    cost: str
    """What the answer loses without it."""
    needed: bool = False
    """Nothing can be asked without it."""

    @property
    def proof_cost(self) -> str:
        """Return what `unbroken prove` and `unbroken diff` lose without it."""
        return PROOF_COSTS[self.name.partition("/")[0]]


def _saved(request: str, name: str) -> str:
    return f"Save-Graph '{request}' {name}.json"


USER_PROPERTIES = (
    "id,userPrincipalName,displayName,mail,accountEnabled,userType,creationType,externalUserState,onPremisesSyncEnabled,assignedLicenses,"
    "department,jobTitle,usageLocation,createdDateTime,signInActivity"
)
USERS = f"v1.0/users?$select={USER_PROPERTIES}&$top=500"
GROUPS = "v1.0/groups?$select=id,displayName&$top=999"
GROUP_MEMBERS = "v1.0/groups/{id}/members?$select=id&$top=999"
ROLE_MEMBERS = "v1.0/directoryRoles/{id}/members?$select=id"
SIGN_INS = "beta/auditLogs/signIns?$top=1000"
NON_INTERACTIVE = "beta/auditLogs/signIns?$filter=signInEventTypes/any(t:t eq 'nonInteractiveUser')&$top=1000"


def _with_members(request: str, members: str, name: str) -> str:
    return f"Save-Graph '{request}' {name}.json members '{members.replace('{id}', '{0}')}'"


def _plain(name: str, what: str, request: str, needs: tuple[str, str, str], portal: str = "", *, needed: bool = False) -> Export:
    """Return an export of one request; `needs` is permission, role and licence."""
    permission, role, licence = needs
    return Export(
        name=name,
        what=what,
        portal=portal,
        graph=(f"GET /{request}",),
        powershell=_saved(request, name),
        permissions=(permission,),
        role=role,
        licence=licence,
        cost=COSTS[name],
        needed=needed,
    )


_READER = "Security Reader"
_POLICY = ("Policy.Read.All", _READER, PREMIUM)

EXPORTS = (
    _plain(
        "conditionalAccessPolicies",
        "the policies",
        "v1.0/identity/conditionalAccess/policies",
        _POLICY,
        needed=True,
    ),
    Export(
        name="users",
        what="the accounts, with licence, type and last sign-in",
        portal="Entra ID > Users > All users > Download users (CSV, fewer properties)",
        graph=(f"GET /{USERS}",),
        powershell=_saved(USERS, "users"),
        permissions=("User.Read.All", "AuditLog.Read.All"),
        role="Reports Reader",
        licence="Free; signInActivity needs P1 or P2, leave it out of $select on Free tenants",
        cost=COSTS["users"],
        needed=True,
    ),
    Export(
        name="groups",
        what="the groups with their members",
        portal="",
        graph=(f"GET /{GROUPS}", f"GET /{GROUP_MEMBERS}"),
        powershell=_with_members(GROUPS, GROUP_MEMBERS, "groups"),
        permissions=("GroupMember.Read.All",),
        role="Directory Readers",
        licence=FREE,
        cost=COSTS["groups"],
    ),
    _plain(
        "userRegistrationDetails",
        "who has registered which authentication methods",
        "v1.0/reports/authenticationMethods/userRegistrationDetails",
        ("AuditLog.Read.All", "Reports Reader", PREMIUM),
        "Entra ID > Authentication methods > User registration details > Download (CSV)",
    ),
    Export(
        name="signIns/interactive",
        what="sign-ins of people, with MFA details and the result of every policy",
        portal="Entra ID > Monitoring & health > Sign-in logs > User sign-ins (interactive) > Download (JSON; 250,000 rows at most)",
        graph=(f"GET /{SIGN_INS}",),
        powershell=f"Save-Pages '{SIGN_INS}' signIns/interactive",
        permissions=("AuditLog.Read.All", "Policy.Read.All"),
        role=f"Reports Reader; {_READER} to see policy results",
        licence=SIGN_IN_LICENCE,
        cost=COSTS["signIns"],
    ),
    Export(
        name="signIns/nonInteractive",
        what="sign-ins that programs make for people: mail clients, token renewals, scripts",
        portal="Entra ID > Monitoring & health > Sign-in logs > User sign-ins (non-interactive) > Download (JSON)",
        graph=(f"GET /{NON_INTERACTIVE}",),
        powershell=f"Save-Pages '{NON_INTERACTIVE.replace(chr(39), chr(39) * 2)}' signIns/nonInteractive",
        permissions=("AuditLog.Read.All", "Policy.Read.All"),
        role=f"Reports Reader; {_READER} to see policy results",
        licence=SIGN_IN_LICENCE,
        cost=COSTS["nonInteractiveSignIns"],
    ),
    Export(
        name="directoryRoles",
        what="who holds which built-in role",
        portal="",
        graph=("GET /v1.0/directoryRoles", f"GET /{ROLE_MEMBERS}"),
        powershell=_with_members("v1.0/directoryRoles", ROLE_MEMBERS, "directoryRoles"),
        permissions=("RoleManagement.Read.Directory",),
        role="Directory Readers",
        licence=FREE,
        cost=COSTS["directoryRoles"],
    ),
    _plain("namedLocations", "the named locations", "v1.0/identity/conditionalAccess/namedLocations", _POLICY),
    _plain(
        "authenticationMethodsPolicy",
        "which methods may be used by whom",
        "v1.0/policies/authenticationMethodsPolicy",
        ("Policy.Read.AuthenticationMethod", "Global Reader", FREE),
    ),
    _plain(
        "authenticationStrengthPolicies",
        "the authentication strengths",
        "v1.0/policies/authenticationStrengthPolicies",
        ("Policy.Read.AuthenticationMethod", _READER, PREMIUM),
    ),
    _plain(
        "identitySecurityDefaultsEnforcementPolicy",
        "whether security defaults are on",
        "v1.0/policies/identitySecurityDefaultsEnforcementPolicy",
        ("Policy.Read.All", _READER, FREE),
    ),
    Export(
        name="userAuthenticationRequirements",
        what="per-user MFA",
        portal="",
        graph=("GET /v1.0/users?$select=id", "GET /beta/users/{id}/authentication/requirements"),
        powershell=(
            "ConvertTo-Json -InputObject @(Get-Graph 'v1.0/users?$select=id&$top=999' | ForEach-Object { @{ id = $_.id; perUserMfaState = "
            '(Invoke-MgGraphRequest -Uri "beta/users/$($_.id)/authentication/requirements").perUserMfaState } }) '
            "| Set-Content -Path userAuthenticationRequirements.json -Encoding utf8"
        ),
        permissions=("User.Read.All", "Policy.Read.All"),
        role="Global Reader",
        licence=FREE,
        cost=COSTS["userAuthenticationRequirements"],
    ),
    Export(
        name="crossTenantAccessPolicy",
        what="whose MFA and devices are trusted",
        portal="",
        graph=("GET /v1.0/policies/crossTenantAccessPolicy/default", "GET /v1.0/policies/crossTenantAccessPolicy/partners"),
        powershell=(
            "@{ default = Get-Graph 'v1.0/policies/crossTenantAccessPolicy/default'; partners = @(Get-Graph "
            "'v1.0/policies/crossTenantAccessPolicy/partners') } | ConvertTo-Json -Depth 20 "
            "| Set-Content -Path crossTenantAccessPolicy.json -Encoding utf8"
        ),
        permissions=("Policy.Read.All",),
        role=_READER,
        licence=FREE,
        cost=COSTS["crossTenantAccessPolicy"],
    ),
    _plain(
        "servicePrincipals",
        "the applications of the tenant",
        "v1.0/servicePrincipals?$top=999",
        ("Application.Read.All", "Directory Readers", FREE),
    ),
    _plain("devices", "the registered devices", "v1.0/devices?$top=999", ("Device.Read.All", "Directory Readers", FREE)),
    _plain("domains", "the domains, managed or federated", "v1.0/domains", ("Domain.Read.All", "Directory Readers", FREE)),
    Export(
        name="federationConfigurations",
        what="whether the MFA of federated domains' identity provider counts; needed only with federated domains",
        portal="",
        graph=("GET /v1.0/domains", "GET /v1.0/domains/{id}/federationConfiguration"),
        powershell=(
            "ConvertTo-Json -InputObject @(Get-Graph 'v1.0/domains' | Where-Object { $_.authenticationType -eq 'Federated' } "
            '| ForEach-Object { $id = $_.id; Get-Graph "v1.0/domains/$id/federationConfiguration" '
            "| ForEach-Object { $_.domainId = $id; $_ } }) -Depth 20 "
            "| Set-Content -Path federationConfigurations.json -Encoding utf8"
        ),
        permissions=("Domain.Read.All",),
        role=_READER,
        licence=FREE,
        cost=COSTS["federationConfigurations"],
    ),
    _plain("subscribedSkus", "the licences", "v1.0/subscribedSkus", ("LicenseAssignment.Read.All", "Directory Readers", FREE)),
    _plain("organization", "the tenant's name and id", "v1.0/organization", ("Organization.Read.All", "Directory Readers", FREE)),
    _plain(
        "roleAssignments",
        "role assignments, scoped ones included",
        "v1.0/roleManagement/directory/roleAssignments",
        ("RoleManagement.Read.Directory", "Directory Readers", FREE),
    ),
    _plain(
        "roleEligibilitySchedules",
        "who can activate a role",
        "v1.0/roleManagement/directory/roleEligibilitySchedules",
        ("RoleEligibilitySchedule.Read.Directory", _READER, "P2"),
    ),
    _plain(
        "directoryAudits",
        "recent changes",
        "v1.0/auditLogs/directoryAudits?$top=999",
        ("AuditLog.Read.All", "Reports Reader", "Free: 7 days. P1 or P2: 30 days"),
        "Entra ID > Monitoring & health > Audit logs > Download",
    ),
)
"""What matters most first."""


def powershell_preamble(exports: tuple[Export, ...] = EXPORTS) -> tuple[str, ...]:
    """Return what comes first in PowerShell 7 (module Microsoft.Graph.Authentication), with the permissions that `exports` need.

    Every page is followed, and records are kept as Graph sends them: the cmdlets of the SDK leave out what their types do not know.
    """
    scopes = ",".join(dict.fromkeys(permission for export in exports for permission in export.permissions))
    stop = "$ErrorActionPreference = 'Stop'"  # a request that fails must not look like an end
    folder = "New-Item -ItemType Directory -Force signIns | Out-Null"
    return (stop, f"Connect-MgGraph -Scopes {scopes} -NoWelcome", _GET_GRAPH, _SAVE_GRAPH, _SAVE_PAGES, folder)
