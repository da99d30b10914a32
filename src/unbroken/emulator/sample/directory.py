"""Accounts as the Graph collections `users`, `groups`, `directoryRoles`, `devices`, `userRegistrationDetails` and their like."""

from __future__ import annotations

from typing import Any

from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.catalogue import (
    FIRST_PARTY,
    GALLERY,
    LINE_OF_BUSINESS,
    MICROSOFT_TENANT,
    ROLES,
    SKUS,
)
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.names import DEPARTMENTS, DOMAIN, ENGINEERING_TEAMS
from unbroken.emulator.sample.rows import iso

Wire = dict[str, Any]


def user(account: Account, seed: Seed) -> Wire:
    """Return the `/users` record."""
    guest = account.kind == "guest"
    record: Wire = {
        "id": account.id,
        "userPrincipalName": account.upn,
        "displayName": account.name,
        "givenName": account.given or None,
        "surname": account.surname or None,
        "mail": account.log_upn or (None if account.kind in {"break-glass", "sync"} else account.upn),
        "jobTitle": account.title or None,
        "department": account.department or None,
        "officeLocation": account.office or None,
        "companyName": account.name.partition("(")[2].rstrip(")") if guest else None,
        "usageLocation": None if guest else "GB",
        "accountEnabled": account.enabled,
        "userType": "Guest" if account.guest_kind == "b2bCollaborationGuest" else "Member",
        "creationType": "Invitation" if guest else None,
        "externalUserState": "Accepted" if guest else None,
        "createdDateTime": account.created,
        "onPremisesSyncEnabled": True if account.synced else None,
        "assignedLicenses": [{"disabledPlans": [], "skuId": SKUS[account.licence].id}] if account.licence else [],
        "manager": {"id": account.manager} if account.manager else None,
        "signInActivity": _activity(account, seed),
    }
    if account.kind in {"shared", "room", "teams-room"}:
        record["mailboxSettings"] = {"userPurpose": "shared" if account.kind == "shared" else "room"}
    return record


def _activity(account: Account, seed: Seed) -> Wire | None:
    if not account.last_sign_in:
        return None
    request, last = seed.id("last request", account.id), iso(account.last_sign_in)
    return {
        "lastSignInDateTime": last,
        "lastSignInRequestId": request,
        "lastSuccessfulSignInDateTime": last,
        "lastSuccessfulSignInRequestId": request,
    }


def registration(account: Account) -> Wire:
    """Return the `userRegistrationDetails` record."""
    preferred = {"password,sms": "sms", "password,microsoftAuthenticatorPush": "push"}.get(account.factor, "none")
    return {
        "id": account.id,
        "userPrincipalName": account.upn,
        "userDisplayName": account.name,
        "userType": "guest" if account.kind == "guest" else "member",
        "isAdmin": any(role.endswith("Administrator") for role in account.roles),
        "isMfaRegistered": account.registered,
        "isMfaCapable": account.capable,
        "isPasswordlessCapable": account.factor in {"fido2", "windowsHelloForBusiness", "deviceBasedPush"},
        "isSsprRegistered": account.registered,
        "isSsprEnabled": account.kind == "person",
        "isSsprCapable": account.registered and account.kind == "person",
        "isSystemPreferredAuthenticationMethodEnabled": True,
        "systemPreferredAuthenticationMethods": [],
        "userPreferredMethodForSecondaryAuthentication": preferred,
        "methodsRegistered": list(account.methods),
        "defaultMfaMethod": account.methods[0] if account.methods else "none",
        "lastUpdatedDateTime": "2026-11-20T04:00:00Z",
    }


def groups(accounts: list[Account], seed: Seed) -> list[Wire]:
    """Return the groups: departments inside `Engineering` inside `All Staff`, a cycle, and the exclusions of the policies."""
    return [_group(seed, name, members, nested) for name, (members, nested) in _memberships(accounts).items()]


def _memberships(accounts: list[Account]) -> dict[str, tuple[list[Account], tuple[str, ...]]]:
    """Return for each group its own members and the groups nested in it."""
    staff = [account for account in accounts if account.kind in {"person", "dormant"}]
    by_department = {name: [person for person in staff if person.department == name] for name, *_ in DEPARTMENTS}
    names = {**by_department, "IT team": by_department["IT"]}
    del names["IT"]
    teams: dict[str, tuple[list[Account], tuple[str, ...]]] = {name: (members, ()) for name, members in names.items()}
    leaders = [person for person in by_department["Finance"] if "cfo" in person.habits]
    teams["Finance"] = ([person for person in by_department["Finance"] if person not in leaders], ("Finance Leadership",))
    outside = [name for name in teams if name not in ENGINEERING_TEAMS]
    return {
        **teams,
        "Finance Leadership": (leaders, ()),
        "Engineering": ([], ENGINEERING_TEAMS),
        "All Staff": ([], ("Engineering", *outside)),
        "Meeting Rooms": (_of(accounts, "room", "teams-room"), ()),
        "External Consultants": (_of(accounts, "guest"), ()),
        "Project Aurora": (by_department["Controls Engineering"][:12], ("Aurora Suppliers",)),
        "Aurora Suppliers": (_of(accounts, "guest")[:10], ("Project Aurora",)),
        "BreakGlass": (_of(accounts, "break-glass"), ()),
        "Printers": (_of(accounts, "printer"), ()),
        "Devices and Printers": ([], ("Printers",)),
        "CA-Exclude-LegacyAuth": (_legacy(accounts), ("Devices and Printers",)),
        "CA-Exclude-Travel": ([person for person in staff if "traveller" in person.habits and person.department == "Executive"], ()),
    }


def _of(accounts: list[Account], *kinds: str) -> list[Account]:
    return [account for account in accounts if account.kind in kinds]


def _legacy(accounts: list[Account]) -> list[Account]:
    """Return who the block of legacy authentication leaves out by name, besides the printers."""
    return [account for account in accounts if "legacy-excluded" in account.habits and account.kind != "printer"]


def _group(seed: Seed, name: str, members: list[Account], nested: tuple[str, ...]) -> Wire:
    links = [("user", account.id) for account in members] + [("group", seed.id("group", other)) for other in nested]
    return {
        "id": seed.id("group", name),
        "displayName": name,
        "description": None,
        "groupTypes": [],
        "mailEnabled": False,
        "mailNickname": name.replace(" ", ""),
        "securityEnabled": True,
        "isAssignableToRole": None,
        "members": [{"@odata.type": f"#microsoft.graph.{kind}", "id": key} for kind, key in links],
    }


def directory_roles(accounts: list[Account], seed: Seed) -> list[Wire]:
    """Return the activated directory roles with their active holders."""
    holders = {name: [account.id for account in accounts if name in account.roles] for name in ROLES}
    return [
        {
            "id": seed.id("role", name),
            "displayName": name,
            "description": None,
            "roleTemplateId": template,
            "members": [{"@odata.type": "#microsoft.graph.user", "id": holder} for holder in holders[name]],
        }
        for name, template in ROLES.items()
    ]


def service_principals(seed: Seed) -> list[Wire]:
    """Return Microsoft's applications, the company's own, and bought ones, each with its owner."""
    own = [(seed.id("app", name), name, seed.tenant_id) for name in LINE_OF_BUSINESS]
    bought = [(seed.id("app", name), name, seed.id("tenant", name)) for name in GALLERY]
    microsoft = [(app, name, MICROSOFT_TENANT) for app, name in FIRST_PARTY.items()]
    return [
        {
            "id": seed.id("service principal", app),
            "appId": app,
            "displayName": name,
            "appOwnerOrganizationId": owner,
            "servicePrincipalType": "Application",
            "accountEnabled": True,
            "signInAudience": "AzureADMyOrg" if owner == seed.tenant_id else "AzureADMultipleOrgs",
            "tags": [] if owner == MICROSOFT_TENANT else ["WindowsAzureActiveDirectoryIntegratedApp"],
        }
        for app, name, owner in microsoft + own + bought
    ]


def organization(seed: Seed, company: str) -> Wire:
    """Return the `/organization` record."""
    return {
        "id": seed.tenant_id,
        "displayName": company,
        "countryLetterCode": "GB",
        "city": "Leeds",
        "preferredLanguage": "en",
        "tenantType": "AAD",
        "onPremisesSyncEnabled": True,
        "createdDateTime": "2015-06-01T09:00:00Z",
        "verifiedDomains": [{"name": DOMAIN, "type": "Managed", "isDefault": True, "isInitial": False}],
    }


def subscribed_skus(accounts: list[Account], seed: Seed) -> list[Wire]:
    """Return the licences bought (a twentieth more than used) and their service plans."""
    used = {name: sum(account.licence == name for account in accounts) for name in SKUS}
    return [
        {
            "id": f"{seed.tenant_id}_{sku.id}",
            "skuId": sku.id,
            "skuPartNumber": sku.part_number,
            "appliesTo": "User",
            "capabilityStatus": "Enabled",
            "consumedUnits": used[name],
            "prepaidUnits": {"enabled": used[name] + used[name] // 20 + 2, "suspended": 0, "warning": 0, "lockedOut": 0},
            "servicePlans": [
                {"servicePlanId": plan, "servicePlanName": title, "provisioningStatus": "Success", "appliesTo": "User"}
                for plan, title in sku.plans
            ],
        }
        for name, sku in SKUS.items()
    ]
