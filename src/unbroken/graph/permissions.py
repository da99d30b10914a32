"""Which permission each read and each command needs: the least privileged ones, as data.

Sources: microsoft-graph-devx-content (permissions.json, provisioningInfo.json; August 2026) for the requests and the ids. Where
several would do, the first is the narrowest that the read-only identity has anyway.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Permission:
    """A Graph permission with its ids as application permission (`role`) and as delegated one (`scope`)."""

    name: str
    role: str
    scope: str


PERMISSIONS = {
    each.name: each
    for each in (
        Permission("AuditLog.Read.All", "b0afded3-3588-46d8-8b3d-9842eff778da", "e4c9e354-4dc5-45b8-9e7c-e1393b0b1a20"),
        Permission("Policy.Read.All", "246dd0d5-5bd0-4def-940b-0421030a5b68", "572fea84-0151-49b2-9301-11cb16974376"),
        Permission("Policy.Read.AuthenticationMethod", "8e3bc81b-d2f3-4b7b-838c-32c88218d2f0", "a6ff13ac-1851-4993-8ca9-a671d70de2d5"),
        Permission("User.Read.All", "df021288-bdef-4463-88db-98f22de89214", "a154be20-db9c-4678-8ab7-66f6cc099a59"),
        Permission("GroupMember.Read.All", "98830695-27a2-44f7-8c18-0c3ebc9698f6", "bc024368-1153-4739-b217-4326f2e966d0"),
        Permission("RoleManagement.Read.Directory", "483bed4a-2ad3-4361-a73b-c83ccdbdc53c", "741c54c3-0c1e-44a1-818b-3f97ab4e8c83"),
        Permission(
            "RoleEligibilitySchedule.Read.Directory", "ff278e11-4a33-4d0c-83d2-d01dc58929a5", "eb0788c2-6d4e-4658-8c9e-c0fb8053f03d"
        ),
        Permission("Application.Read.All", "9a5d68dd-52b0-4cc2-bd40-abcf44ac3a30", "c79f8feb-a9db-4090-85f9-90d820caa0eb"),
        Permission("Device.Read.All", "7438b122-aefc-4978-80ed-43db9fcc7715", "951183d1-1a61-466f-a6d1-1fde911bfd95"),
        Permission("LicenseAssignment.Read.All", "e2f98668-2877-4f38-a2f4-8202e0717aa1", "f395577a-0960-456b-979f-7228de0c5996"),
        Permission("Organization.Read.All", "498476ce-e0fe-48b0-b801-37ba7e2685c6", "4908d5b9-3fb2-4b1e-9336-1888b7937185"),
        Permission("Domain.Read.All", "dbb9058a-0e50-45d7-ae91-66909b5d4664", "2f9ee017-59c1-4f1d-9472-bd5529a7b311"),
        Permission("ServiceHealth.Read.All", "79c261e0-fe76-4144-aad5-bdc68fbe4037", "55896846-df78-47a7-aa94-8d3d4442ca7f"),
        Permission("Policy.ReadWrite.ConditionalAccess", "01c0a623-fc9b-48e9-b794-0756f8e8f067", "ad902697-1014-4ef5-81ef-2b4301988e8c"),
        Permission("Policy.ReadWrite.SecurityDefaults", "1c6e93a6-28e2-4cbb-9f64-1a46a821124d", "0b2a744c-2abf-4f1e-ad7e-17a087e2be99"),
        Permission("Policy.ReadWrite.AuthenticationMethod", "29c18626-4985-4dcd-85c0-193eef327366", "7e823077-d88e-468f-a337-e18f1f0e6c7c"),
        Permission("GroupMember.ReadWrite.All", "dbaae8cf-10b5-4b86-a4a1-f871c94c6695", "f81125ac-d3b7-4573-a3b2-7099cc39df9e"),
    )
}
ASSESS = (
    *("Policy.Read.All", "User.Read.All", "GroupMember.Read.All", "AuditLog.Read.All", "Policy.Read.AuthenticationMethod"),
    *("RoleManagement.Read.Directory", "RoleEligibilitySchedule.Read.Directory", "Application.Read.All", "Device.Read.All"),
    *("LicenseAssignment.Read.All", "Organization.Read.All", "Domain.Read.All"),
)
"""The read-only identity: everything `unbroken fetch` reads, nothing more."""
ENFORCE = (
    *("Policy.ReadWrite.ConditionalAccess", "Policy.ReadWrite.SecurityDefaults", "Policy.ReadWrite.AuthenticationMethod"),
    *("GroupMember.ReadWrite.All", *ASSESS),
)
"""The writing identity: an application of its own, with a certificate, switched off while nothing is being rolled out."""

_BROADER = {
    "AuditLog.Read.All": (),
    "Policy.Read.AuthenticationMethod": ("Policy.Read.All", "Policy.ReadWrite.AuthenticationMethod"),
    "User.Read.All": ("User.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    "GroupMember.Read.All": (
        *("GroupMember.ReadWrite.All", "Group.Read.All", "Group.ReadWrite.All"),
        *("Directory.Read.All", "Directory.ReadWrite.All"),
    ),
    "RoleManagement.Read.Directory": (
        *("RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory"),
        *("Directory.Read.All", "Directory.ReadWrite.All"),
    ),
    "RoleEligibilitySchedule.Read.Directory": (
        *("RoleEligibilitySchedule.ReadWrite.Directory", "RoleManagement.Read.Directory"),
        *("RoleManagement.Read.All", "RoleManagement.ReadWrite.Directory"),
    ),
    "Application.Read.All": ("Application.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    "Device.Read.All": ("Device.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    "LicenseAssignment.Read.All": (
        "LicenseAssignment.ReadWrite.All",
        "Organization.Read.All",
        "Directory.Read.All",
        "Directory.ReadWrite.All",
    ),
    "Organization.Read.All": ("Organization.ReadWrite.All", "User.Read", "Directory.Read.All", "Directory.ReadWrite.All"),
    "Domain.Read.All": ("Domain.ReadWrite.All", "Directory.Read.All", "Directory.ReadWrite.All"),
    "GroupMember.ReadWrite.All": ("Group.ReadWrite.All", "Directory.ReadWrite.All"),
}
"""Permission -> others that do as well."""


def granted(name: str, held: frozenset[str]) -> bool:
    """Return whether a token with the permissions `held` may do what `name` allows."""
    return name in held or bool(held & frozenset(_BROADER.get(name, ())))


@dataclass(frozen=True, slots=True)
class CommandNeeds:
    """What a command asks Graph for."""

    command: str
    what: str
    permissions: tuple[str, ...]
    needed: bool = True
    """False: the command works without, and says what is missing."""


COMMANDS = (
    CommandNeeds("fetch", "policies and named locations", ("Policy.Read.All",)),
    CommandNeeds("fetch", "users", ("User.Read.All",)),
    CommandNeeds("fetch", "groups and their members", ("GroupMember.Read.All",), needed=False),
    CommandNeeds("fetch", "sign-ins, registration details, last sign-in of users, audit log", ("AuditLog.Read.All",), needed=False),
    CommandNeeds("fetch", "results of policies in the sign-in log", ("AuditLog.Read.All", "Policy.Read.All"), needed=False),
    CommandNeeds("fetch", "methods policy, authentication strengths", ("Policy.Read.AuthenticationMethod",), needed=False),
    CommandNeeds("fetch", "per-user MFA, security defaults, cross-tenant access", ("Policy.Read.All",), needed=False),
    CommandNeeds("fetch", "roles and who holds them", ("RoleManagement.Read.Directory",), needed=False),
    CommandNeeds("fetch", "who can activate a role (P2)", ("RoleEligibilitySchedule.Read.Directory",), needed=False),
    CommandNeeds("fetch", "applications", ("Application.Read.All",), needed=False),
    CommandNeeds("fetch", "devices", ("Device.Read.All",), needed=False),
    CommandNeeds("fetch", "licences", ("LicenseAssignment.Read.All",), needed=False),
    CommandNeeds("fetch", "the tenant's name and id", ("Organization.Read.All",), needed=False),
    CommandNeeds("fetch", "domains and federation", ("Domain.Read.All",), needed=False),
)
"""Every other command reads the tenant folder, and needs no permission at all."""
