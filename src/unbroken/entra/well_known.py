"""Ids that are the same in every tenant: applications, bundles of applications, roles."""

from __future__ import annotations

AZURE_AD_GRAPH = "00000002-0000-0000-c000-000000000000"
"""Windows Azure Active Directory, the resource that stands for directory access."""
MICROSOFT_GRAPH = "00000003-0000-0000-c000-000000000000"
AZURE_PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
"""Also the Microsoft Entra admin center and the Intune admin center."""
AZURE_RESOURCE_MANAGER = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
OFFICE_365_PORTAL = "00000006-0000-0ff1-ce00-000000000000"

OFFICE_365 = "Office365"
ADMIN_PORTALS = "MicrosoftAdminPortals"

ADMIN_PORTAL_APPS = frozenset(
    {
        "497effe9-df71-4043-a8bb-14cf78c4b63b",  # Exchange admin center
        AZURE_PORTAL,
        OFFICE_365_PORTAL,
        "80ccca67-54bd-44ab-8625-4b79c4dc7775",  # Microsoft 365 Security and Compliance Center
    }
)
"""Source: entra-docs, concept-conditional-access-cloud-apps.md (2026-03-24), Microsoft Admin Portals."""

SERVICE_MANAGEMENT_APPS = frozenset(
    {
        AZURE_RESOURCE_MANAGER,
        AZURE_PORTAL,
        "e9f49c6b-5ce5-44c8-925d-015017e9f7ad",  # Azure Data Lake
        "f5c26e74-f226-4ae8-85f0-b4af0080ac9e",  # Application Insights API
        "ca7f3f0b-7d91-482c-8e09-c5d840d0eac5",  # Log Analytics API
    }
)
"""What a policy on Windows Azure Service Management API covers. Source: the same page; ids from Microsoft's list of first-party apps."""

OFFICE_365_APPS = frozenset(
    {
        "00000002-0000-0ff1-ce00-000000000000",  # Office 365 Exchange Online
        "00000003-0000-0ff1-ce00-000000000000",  # Office 365 SharePoint Online
        "00000004-0000-0ff1-ce00-000000000000",  # Skype for Business Online
        "00000005-0000-0ff1-ce00-000000000000",  # Viva Engage (Yammer)
        OFFICE_365_PORTAL,
        "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",  # Microsoft Teams Services
        "1fec8e78-bce4-4aaf-ab1b-5451cc387264",  # Microsoft Teams
        "5e3ce6c0-2b1f-4285-8d4b-75ee78787346",  # Microsoft Teams Web Client
        "4765445b-32c6-49b0-83e6-1d93765276ca",  # OfficeHome
        "09abbdfd-ed23-44ee-a2d9-a627aa1c90f3",  # ProjectWorkManagement (Planner)
        "94c63fef-13a3-47bc-8074-75af8c65887a",  # Office Delve
        "905fcf26-4eb7-48a0-9ff0-8dcc7194b5ba",  # Sway
        "c9a559d2-7aab-4f13-a6ed-e7e9c52aec87",  # Microsoft Forms
        "2634dd23-5e5a-431c-81ca-11710d9079f4",  # Microsoft Stream
        "22098786-6e16-43cc-a27d-191a01a1e3b5",  # Microsoft To-Do
        "95de633a-083e-42f5-b444-a4295d8e9314",  # Microsoft Whiteboard
        "ab9b8c07-8f02-4f72-87fa-80105867a763",  # OneDrive SyncEngine
        "d3590ed6-52b3-4102-aeff-aad2292ab01c",  # Microsoft Office
        "93d53678-613d-4013-afc1-62e9e444a0a5",  # Office Online Core SSO
    }
)
"""Services that Microsoft lists by name in reference-office-365-application-contents.md; the page has no ids, so the list is what is
sure, and an app of Microsoft's outside it may still belong to the suite."""

MICROSOFT_TENANTS = frozenset(
    {
        "f8cdef31-a31e-4b4a-93e4-5f571e91255a",  # Microsoft Services
        "72f988bf-86f1-41af-91ab-2d7cd011db47",  # Microsoft Corporation
        "ea8a4392-515e-481f-879e-6571ff2a8a36",  # Microsoft security products
        "cdc5aeea-15c5-4db6-b079-fcadd2505dc2",  # Microsoft accounts and partner services
        "9188040d-6c67-4c5b-b112-36a304b66dad",  # personal Microsoft accounts
    }
)

OIDC_SCOPES = frozenset({"email", "offline_access", "openid", "profile"})
NATIVE_BASELINE_SCOPES = {
    AZURE_AD_GRAPH: OIDC_SCOPES | {"User.Read"},
    MICROSOFT_GRAPH: OIDC_SCOPES | {"User.Read", "People.Read"},
}
CONFIDENTIAL_BASELINE_SCOPES = {
    AZURE_AD_GRAPH: OIDC_SCOPES | {"User.Read", "User.Read.All", "User.ReadBasic.All"},
    MICROSOFT_GRAPH: OIDC_SCOPES
    | {"User.Read", "User.Read.All", "User.ReadBasic.All", "People.Read", "People.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"},
}
"""Scopes that policies on all resources used to leave out once a resource was excluded (the same page, legacy behaviour)."""

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
SYNC_ROLES = frozenset({"d29b2b05-8046-44ba-8758-1e26182fcf32", "a92aed5d-d78a-4d16-b381-09adb37eb3b0"})
"""Directory Synchronization Accounts and On Premises Directory Sync Account."""
SECURITY_DEFAULTS_ADMIN_ROLES = frozenset(
    {
        GLOBAL_ADMINISTRATOR,
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application Administrator
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",  # Authentication Administrator
        "0526716b-113d-4c15-b2c8-68e3c22b9f80",  # Authentication Policy Administrator
        "b0f54661-2d74-4c50-afa3-1ec803f12efe",  # Billing Administrator
        "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application Administrator
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",  # Conditional Access Administrator
        "29232cdf-9323-42fd-ade2-1d097af3e4de",  # Exchange Administrator
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",  # Helpdesk Administrator
        "45d8d3c5-c802-45c6-b32a-1d70b5e1e86e",  # Identity Governance Administrator
        "966707d0-3269-4727-9be2-8c3a10f19b9d",  # Password Administrator
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",  # Privileged Authentication Administrator
        "e8611ab8-c189-46e8-94e1-60213ab1f814",  # Privileged Role Administrator
        "194ae4cb-b126-40b2-bd5b-6091b380977d",  # Security Administrator
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",  # SharePoint Administrator
        "fe930be7-5e62-47db-91af-98c3a49a38b1",  # User Administrator
    }
)
"""Roles that security defaults ask for MFA at every sign-in (entra-docs, fundamentals/security-defaults.md)."""
