"""Microsoft's own ids that every tenant shares (applications, roles, licences, strengths), and the company's applications. Data only.

Sources: entra-docs, identity/role-based-access-control/permissions-reference.md (role template ids);
licensing-service-plan-reference (SKU and service plan ids); troubleshoot-azure/verify-first-party-apps-sign-in (application ids).
"""

from __future__ import annotations

from typing import NamedTuple

MICROSOFT_TENANT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
MICROSOFT_CORP_TENANT = "72f988bf-86f1-41af-91ab-2d7cd011db47"

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
TEAMS_SERVICE = "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
GRAPH = "00000003-0000-0000-c000-000000000000"
DIRECTORY = "00000002-0000-0000-c000-000000000000"
AZURE_MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
AZURE_PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
OFFICE_HOME = "4765445b-32c6-49b0-83e6-1d93765276ca"

FIRST_PARTY = {
    EXCHANGE: "Office 365 Exchange Online",
    SHAREPOINT: "Office 365 SharePoint Online",
    TEAMS_SERVICE: "Microsoft Teams Services",
    GRAPH: "Microsoft Graph",
    DIRECTORY: "Windows Azure Active Directory",
    AZURE_MANAGEMENT: "Windows Azure Service Management API",
    AZURE_PORTAL: "Azure Portal",
    OFFICE_HOME: "OfficeHome",
    "d3590ed6-52b3-4102-aeff-aad2292ab01c": "Microsoft Office",
    "1fec8e78-bce4-4aaf-ab1b-5451cc387264": "Microsoft Teams",
    "5e3ce6c0-2b1f-4285-8d4b-75ee78787346": "Microsoft Teams Web Client",
    "ab9b8c07-8f02-4f72-87fa-80105867a763": "OneDrive SyncEngine",
    "9199bf20-a13f-4107-85dc-02114787ef48": "One Outlook Web",
    "27922004-5251-4030-b22d-91ecd9a37ea4": "Outlook Mobile",
    "ecd6b820-32c2-49b6-98a6-444530e5a77a": "Microsoft Edge",
    "1950a258-227b-4e31-a9cf-717495945fc2": "Microsoft Azure PowerShell",
    "04b07795-8ddb-461a-bbee-02f9e1bf7b46": "Microsoft Azure CLI",
    "14d82eec-204b-4c2f-b7e8-296a70dab67e": "Microsoft Graph Command Line Tools",
    "cb1056e2-e479-49de-ae31-7812af012ed8": "Microsoft Azure Active Directory Connect",
    "29d9ed98-a469-4536-ade2-f981bc1d605e": "Microsoft Authentication Broker",
    "00000006-0000-0ff1-ce00-000000000000": "Microsoft Office 365 Portal",
    "0000000a-0000-0000-c000-000000000000": "Microsoft Intune",
}

LINE_OF_BUSINESS = (
    *("Larkmoor Remote Access", "Larkmoor Ledger", "Larkmoor Plan", "Drawing Vault", "Timesheets", "Shop Floor Terminal"),
    *("Calibration Register", "Supplier Portal", "Travel Desk", "HR Self Service", "Site Safety", "Bid Library"),
)
"""Registered in the company's own tenant."""
GALLERY = ("Fieldcase CRM", "Crateline Shipping", "Learnhall Academy")
"""Owned by other tenants: software as a service."""
REMOTE_ACCESS, LEDGER, SHOP_FLOOR = LINE_OF_BUSINESS[0], LINE_OF_BUSINESS[1], LINE_OF_BUSINESS[5]

ROLES = {
    "Global Administrator": "62e90394-69f5-4237-9190-012177145e10",
    "Exchange Administrator": "29232cdf-9323-42fd-ade2-1d097af3e4de",
    "SharePoint Administrator": "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",
    "Security Administrator": "194ae4cb-b126-40b2-bd5b-6091b380977d",
    "Conditional Access Administrator": "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",
    "User Administrator": "fe930be7-5e62-47db-91af-98c3a49a38b1",
    "Helpdesk Administrator": "729827e3-9c14-49f7-bb1b-9608f156bbb8",
    "Intune Administrator": "3a2c62db-5318-420d-8d74-23affee5d9d5",
    "Global Reader": "f2ef992c-3afb-46b9-b7cf-a126ee74c451",
    "Directory Synchronization Accounts": "d29b2b05-8046-44ba-8758-1e26182fcf32",
}
ADMINISTRATORS = tuple(name for name in ROLES if name.endswith("Administrator"))


class Sku(NamedTuple):
    """One licence: id, part number, and its service plans as (id, name)."""

    id: str
    part_number: str
    plans: tuple[tuple[str, str], ...]


_P1 = ("41781fb2-bc02-4b7c-bd55-b576c07bb09d", "AAD_PREMIUM")
_P2 = ("eec0eb4f-6444-4f95-aba0-50c24d67f998", "AAD_PREMIUM_P2")
_MFA = ("8a256a2b-b617-496d-b51b-e76466e88db0", "MFA_PREMIUM")
_MAIL = ("efb87545-963c-4e0d-99df-69c6916d9eb0", "EXCHANGE_S_ENTERPRISE")
_DESKLESS_MAIL = ("4a82b400-a79f-41a4-b4e2-e94f5787b113", "EXCHANGE_S_DESKLESS")
_TEAMS = ("57ff2da0-773e-42df-b2af-ffb7a2317929", "TEAMS1")
_INTUNE = ("c1ec4a95-1f05-45b3-a911-aa3fa01094f5", "INTUNE_A")

SKUS = {
    "E3": Sku("05e9a617-0261-4cee-bb44-138d3ef5d965", "SPE_E3", (_P1, _MFA, _MAIL, _TEAMS, _INTUNE)),
    "E5": Sku("06ebc4ee-1bb5-47dd-8120-11324bc54e06", "SPE_E5", (_P1, _P2, _MFA, _MAIL, _TEAMS, _INTUNE)),
    "F3": Sku("66b55226-6b4f-492c-910c-a3b7a3c9d993", "SPE_F1", (_P1, _MFA, _DESKLESS_MAIL, _TEAMS, _INTUNE)),
    "Room": Sku("4cde982a-ede4-4409-9ae6-b003453c8ea6", "Microsoft_Teams_Rooms_Pro", (_P1, _TEAMS, _INTUNE)),
}

_SECOND_FACTORS = ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
_PHISHING_RESISTANT = ("windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor")
STRENGTHS = {
    "00000000-0000-0000-0000-000000000002": (
        "Multifactor authentication",
        (
            *_PHISHING_RESISTANT,
            *("deviceBasedPush", "temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"),
            *(f"password,{factor}" for factor in (*_SECOND_FACTORS, "x509CertificateSingleFactor", "x509CertificateMultiFactor")),
            "federatedMultiFactor",
            *(f"federatedSingleFactor,{factor}" for factor in _SECOND_FACTORS),
        ),
    ),
    "00000000-0000-0000-0000-000000000003": ("Passwordless MFA", (*_PHISHING_RESISTANT, "deviceBasedPush")),
    "00000000-0000-0000-0000-000000000004": ("Phishing resistant MFA", _PHISHING_RESISTANT),
}
"""The built-in authentication strengths (Graph reference, authenticationstrengthroot-list-policies.md)."""
