"""The company's policies: six for Conditional Access, with two real mistakes in them, and what they refer to."""

from __future__ import annotations

from typing import Any

from unbroken.emulator.sample.catalogue import (
    ADMINISTRATORS,
    AZURE_MANAGEMENT,
    LEDGER,
    REMOTE_ACCESS,
    ROLES,
    STRENGTHS,
)
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.names import BUSINESS_COUNTRIES, GUEST_COMPANIES, OFFICES

Wire = dict[str, Any]

DELETED_GROUP = "CA-Exclude-Emergency (old)"
"""The second mistake: the administrators' policy still excludes this group, which somebody deleted."""
_MODERN = ["browser", "mobileAppsAndDesktopClients"]


def named_locations(seed: Seed) -> list[Wire]:
    """Return the trusted offices (IPv4 and IPv6) and the countries the company works in."""
    offices = [
        {
            "@odata.type": "#microsoft.graph.ipNamedLocation",
            "id": seed.id("location", city),
            "displayName": f"Office {city}",
            "createdDateTime": "2021-03-01T09:00:00Z",
            "modifiedDateTime": "2023-05-11T14:20:00Z",
            "isTrusted": True,
            "ipRanges": [
                {
                    "@odata.type": "#microsoft.graph.iPv4CidrRange",
                    "cidrAddress": ("192.0.2.0/26", "198.51.100.0/26", "203.0.113.0/26")[number],
                },
                {"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": f"2001:db8:{10 + number}::/48"},
            ],
        }
        for number, (city, *_) in enumerate(OFFICES)
    ]
    countries = {
        "@odata.type": "#microsoft.graph.countryNamedLocation",
        "id": seed.id("location", "countries"),
        "displayName": "Countries we work in",
        "createdDateTime": "2022-09-12T08:00:00Z",
        "modifiedDateTime": "2025-01-20T10:00:00Z",
        "countriesAndRegions": list(BUSINESS_COUNTRIES),
        "countryLookupMethod": "clientIpAddress",
        "includeUnknownCountriesAndRegions": False,
    }
    return [*offices, countries]


def conditional_access_policies(seed: Seed, break_glass: list[str]) -> list[Wire]:
    """Return the six policies. `break_glass` are the user ids of the emergency access accounts, the first of them excluded by name."""
    safe = [seed.id("group", "BreakGlass")]
    legacy = [*safe, seed.id("group", "CA-Exclude-LegacyAuth")]
    administrators = {
        **_users(exclude_users=break_glass[:1], exclude_groups=[seed.id("group", DELETED_GROUP)]),
        "includeUsers": [],
        "includeRoles": [ROLES[name] for name in ADMINISTRATORS],
    }
    finance = {**_users(exclude_groups=safe), "includeUsers": [], "includeGroups": [seed.id("group", "Finance")]}
    trusted = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
    abroad = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted", seed.id("location", "countries")]}
    return [
        # the first mistake: `other` alone leaves Exchange ActiveSync open
        policy(seed, "CA001 Block legacy authentication", _users(exclude_groups=legacy), ["All"], ["block"], clients=["other"]),
        policy(seed, "CA002 Require MFA for administrators", administrators, ["All"], ["mfa"]),
        policy(
            seed,
            "CA003 Require MFA for Azure and remote access",
            _users(exclude_groups=safe),
            [AZURE_MANAGEMENT, seed.id("app", REMOTE_ACCESS)],
            ["mfa"],
        ),
        policy(
            seed,
            "CA004 Finance needs a managed device",
            finance,
            [seed.id("app", LEDGER)],
            ["compliantDevice", "domainJoinedDevice"],
            clients=_MODERN,
        ),
        policy(
            seed,
            "CA005 Block countries we do not work in",
            _users(exclude_groups=[*safe, seed.id("group", "CA-Exclude-Travel")]),
            ["All"],
            ["block"],
            locations=abroad,
        ),
        policy(
            seed,
            "CA006 Require MFA for Office 365 outside the offices",
            _users(exclude_groups=safe),
            ["Office365"],
            ["mfa"],
            clients=_MODERN,
            locations=trusted,
            state="enabledForReportingButNotEnforced",
        ),
    ]


def proposed_policy(seed: Seed) -> Wire:
    """Return the policy the company wants next: MFA for everybody and everything, the emergency access accounts left out."""
    users = _users(exclude_groups=[seed.id("group", "BreakGlass")])
    return policy(seed, "CA007 Require MFA for all users", users, ["All"], ["mfa"])


def _users(*, exclude_users: list[str] | None = None, exclude_groups: list[str]) -> Wire:
    return {
        "includeUsers": ["All"],
        "excludeUsers": exclude_users or [],
        "includeGroups": [],
        "excludeGroups": exclude_groups,
        "includeRoles": [],
        "excludeRoles": [],
        "includeGuestsOrExternalUsers": None,
        "excludeGuestsOrExternalUsers": None,
    }


def policy(
    seed: Seed,
    name: str,
    users: Wire,
    apps: list[str],
    controls: list[str],
    *,
    clients: list[str] | None = None,
    locations: Wire | None = None,
    state: str = "enabled",
) -> Wire:
    """Return one Conditional Access policy as Graph returns it."""
    return {
        "id": seed.id("policy", name),
        "templateId": None,
        "displayName": name,
        "createdDateTime": "2023-02-06T09:12:44Z",
        "modifiedDateTime": "2025-06-17T15:40:02Z",
        "state": state,
        "conditions": {
            "userRiskLevels": [],
            "signInRiskLevels": [],
            "clientAppTypes": clients or ["all"],
            "servicePrincipalRiskLevels": [],
            "insiderRiskLevels": None,
            "platforms": None,
            "locations": locations,
            "devices": None,
            "clientApplications": None,
            "authenticationFlows": None,
            "applications": {
                "includeApplications": apps,
                "excludeApplications": [],
                "includeUserActions": [],
                "includeAuthenticationContextClassReferences": [],
                "applicationFilter": None,
            },
            "users": users,
        },
        "grantControls": {
            "operator": "OR",
            "builtInControls": controls,
            "customAuthenticationFactors": [],
            "termsOfUse": [],
            "authenticationStrength": None,
        },
        "sessionControls": None,
    }


def authentication_strengths() -> list[Wire]:
    """Return the three built-in authentication strengths."""
    return [
        {
            "id": key,
            "displayName": name,
            "description": "",
            "createdDateTime": "2021-12-01T00:00:00Z",
            "modifiedDateTime": "2021-12-01T00:00:00Z",
            "policyType": "builtIn",
            "requirementsSatisfied": "mfa",
            "allowedCombinations": list(combinations),
            "combinationConfigurations": [],
        }
        for key, (name, combinations) in STRENGTHS.items()
    ]


def authentication_methods_policy() -> Wire:
    """Return which authentication methods are switched on: voice calls, hardware tokens and certificates are not."""
    switched_on = {"Fido2", "MicrosoftAuthenticator", "Sms", "TemporaryAccessPass", "SoftwareOath", "Email"}
    methods = (
        "Fido2",
        "MicrosoftAuthenticator",
        "Sms",
        "TemporaryAccessPass",
        "HardwareOath",
        "SoftwareOath",
        "Voice",
        "Email",
        "X509Certificate",
    )
    return {
        "id": "authenticationMethodsPolicy",
        "displayName": "Authentication Methods Policy",
        "policyMigrationState": "migrationComplete",
        "policyVersion": "1.5",
        "registrationEnforcement": {
            "authenticationMethodsRegistrationCampaign": {
                "state": "enabled",
                "snoozeDurationInDays": 3,
                "includeTargets": [
                    {"id": "all_users", "targetType": "group", "targetedAuthenticationMethod": "microsoftAuthenticator"},
                ],
                "excludeTargets": [],
            }
        },
        "authenticationMethodConfigurations": [
            {
                "@odata.type": f"#microsoft.graph.{name[:1].lower()}{name[1:]}AuthenticationMethodConfiguration",
                "id": name,
                "state": "enabled" if name in switched_on else "disabled",
                "includeTargets": [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}],
                "excludeTargets": [],
            }
            for name in methods
        ],
    }


def cross_tenant_access(seed: Seed) -> Wire:
    """Return whose MFA the company trusts: nobody's by default, one partner's by agreement."""
    trusted_domain = GUEST_COMPANIES[0][1]
    return {
        "default": {"inboundTrust": _trust(mfa=False)},
        "partners": [{"tenantId": seed.id("tenant", trusted_domain), "inboundTrust": _trust(mfa=True)}],
    }


def _trust(*, mfa: bool) -> Wire:
    return {"isMfaAccepted": mfa, "isCompliantDeviceAccepted": False, "isHybridAzureADJoinedDeviceAccepted": False}


def security_defaults() -> Wire:
    """Return the security defaults: off, as Conditional Access demands."""
    return {
        "id": "00000000-0000-0000-0000-000000000005",
        "displayName": "Security Defaults",
        "description": "",
        "isEnabled": False,
    }


def directory_audits(seed: Seed, administrator: tuple[str, str]) -> list[Wire]:
    """Return the audit rows that tell how the mistakes came about; `administrator` is (id, user principal name) of who did it."""
    events = (
        ("2026-10-28T15:02:11Z", "GroupManagement", "Delete group", "Group", DELETED_GROUP, seed.id("group", DELETED_GROUP)),
        ("2026-10-29T09:40:27Z", "Policy", "Update conditional access policy", "Policy", "CA001 Block legacy authentication", ""),
        ("2026-11-03T10:15:00Z", "GroupManagement", "Add member to group", "Group", "CA-Exclude-LegacyAuth", ""),
        ("2026-11-12T08:31:54Z", "UserManagement", "User registered security info", "User", administrator[1], administrator[0]),
    )
    return [_audit(seed, event, administrator) for event in events]


def _audit(seed: Seed, event: tuple[str, str, str, str, str, str], administrator: tuple[str, str]) -> Wire:
    when, category, activity, kind, name, target = event
    user = {"id": administrator[0], "displayName": None, "userPrincipalName": administrator[1], "ipAddress": "192.0.2.12"}
    return {
        "id": f"Directory_{seed.id('audit', when)}",
        "category": category,
        "correlationId": seed.id("audit correlation", when),
        "result": "success",
        "resultReason": "",
        "activityDisplayName": activity,
        "activityDateTime": when,
        "loggedByService": "Core Directory",
        "operationType": activity.partition(" ")[0],
        "initiatedBy": {"app": None, "user": user},
        "targetResources": [
            {"id": target or seed.id(kind.lower(), name), "displayName": name, "type": kind, "modifiedProperties": []},
        ],
        "additionalDetails": [],
    }
