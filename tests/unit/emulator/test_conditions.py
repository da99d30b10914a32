"""Which policies a sign-in falls under. Each case names the page of MicrosoftDocs/entra-docs (or the Graph reference) that decides it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from unbroken.emulator.conditions import SignInFacts, UnsupportedPolicy, conditions
from unbroken.emulator.tenant import Tenant

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
LEDGER = "11111111-0000-0000-0000-000000000000"
MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
TIER = 'CustomSecurityAttribute.Set_Tier -eq "high"'
DIRECTORY = "00000002-0000-0000-c000-000000000000"
ADMIN = "62e90394-69f5-4237-9190-012177145e10"

TENANT = Tenant(
    {
        "groups": [{"id": "staff", "members": [{"id": "finance"}]}, {"id": "finance", "members": [{"id": "ann"}]}],
        "directoryRoles": [{"roleTemplateId": ADMIN, "members": [{"id": "ann"}]}],
        "namedLocations": [
            {"id": "office", "isTrusted": True, "ipRanges": [{"cidrAddress": "192.0.2.0/24"}]},
            {"id": "branch", "isTrusted": False, "ipRanges": [{"cidrAddress": "198.51.100.0/24"}]},
            {"id": "home countries", "countriesAndRegions": ["GB"], "includeUnknownCountriesAndRegions": False},
            {"id": "phone", "countriesAndRegions": ["GB"], "countryLookupMethod": "authenticatorAppGps"},
        ],
        "organization": [{"id": "us"}],
        "servicePrincipals": [
            {"id": "ledger", "appId": LEDGER, "appOwnerOrganizationId": "us", "customSecurityAttributes": {"Set": {"Tier": "high"}}},
            {"id": "daemon", "appId": "d", "appOwnerOrganizationId": "us"},
            {"id": "vendor", "appId": "v", "appOwnerOrganizationId": "them"},
            {"id": "identity", "appId": "i", "appOwnerOrganizationId": "us", "servicePrincipalType": "ManagedIdentity"},
        ],
    }
)
ALL_USERS = {"includeUsers": ["All"]}
ALL_APPS = {"includeApplications": ["All"]}


def applies(facts: SignInFacts, **wanted: Any) -> bool:
    policy = {"displayName": "p", "conditions": {"users": ALL_USERS, "applications": ALL_APPS, "clientAppTypes": ["all"], **wanted}}
    return all(conditions(policy, facts, TENANT).values())


def ann(**facts: Any) -> SignInFacts:
    return SignInFacts(**{"user_id": "ann", "apps": (EXCHANGE,), **facts})


GUEST = {"user_id": "gus", "guest_kind": "b2bCollaborationGuest", "home_tenant_id": "t1"}
GUESTS_OF_T1 = {
    "guestOrExternalUserTypes": "internalGuest,b2bCollaborationGuest",
    "externalTenants": {"membershipKind": "enumerated", "members": ["t1"]},
}


@pytest.mark.parametrize(
    ("users", "facts", "expected"),
    [
        (ALL_USERS, ann(), True),
        (ALL_USERS, ann(**GUEST), True),  # concept-conditional-access-users-groups: All users includes B2B guests
        ({"includeUsers": ["None"]}, ann(), False),
        ({"includeUsers": ["ann"]}, ann(), True),
        ({"includeUsers": ["bob"]}, ann(), False),
        ({"includeGroups": ["staff"]}, ann(), True),  # users-groups: nested membership counts
        ({**ALL_USERS, "excludeGroups": ["staff"]}, ann(), False),  # policies: exclude beats include
        ({**ALL_USERS, "excludeGroups": ["a deleted group"]}, ann(), True),
        ({"includeRoles": [ADMIN]}, ann(), True),
        ({**ALL_USERS, "excludeRoles": [ADMIN]}, ann(), False),
        ({"includeUsers": ["GuestsOrExternalUsers"]}, ann(), False),
        ({"includeUsers": ["GuestsOrExternalUsers"]}, ann(**GUEST), True),
        ({"includeGuestsOrExternalUsers": GUESTS_OF_T1}, ann(**GUEST), True),
        ({"includeGuestsOrExternalUsers": GUESTS_OF_T1}, ann(**{**GUEST, "home_tenant_id": "t2"}), False),
        ({"includeGuestsOrExternalUsers": GUESTS_OF_T1}, ann(**{**GUEST, "guest_kind": "serviceProvider"}), False),
    ],
)
def test_users(users: dict[str, Any], facts: SignInFacts, expected: bool) -> None:
    assert applies(facts, users=users) is expected


@pytest.mark.parametrize(
    ("applications", "facts", "expected"),
    [
        (ALL_APPS, ann(apps=(DIRECTORY,)), True),  # concept-conditional-access-cloud-apps: without exclusions every token request
        ({"includeApplications": ["None"]}, ann(), False),
        ({"includeApplications": ["Office365"]}, ann(), True),
        ({"includeApplications": ["Office365"]}, ann(apps=(LEDGER,)), False),
        ({"includeApplications": [LEDGER]}, ann(apps=(LEDGER,)), True),
        ({"includeApplications": [LEDGER]}, ann(apps=(EXCHANGE, LEDGER)), True),  # cloud-apps: judged for every audience
        ({**ALL_APPS, "excludeApplications": [EXCHANGE]}, ann(), False),
        ({**ALL_APPS, "excludeApplications": [EXCHANGE]}, ann(apps=(EXCHANGE, LEDGER)), True),
        ({"includeApplications": ["MicrosoftAdminPortals"]}, ann(apps=("c44b4083-3bb0-49c1-b47d-974e53cbdf3c",)), True),
        ({"includeUserActions": ["urn:user:registersecurityinfo"]}, ann(apps=(), user_action="urn:user:registersecurityinfo"), True),
        ({"includeUserActions": ["urn:user:registersecurityinfo"]}, ann(), False),
        (ALL_APPS, ann(apps=(), user_action="urn:user:registersecurityinfo"), True),  # conditionalaccessroot-evaluate, example 3
        ({"includeAuthenticationContextClassReferences": ["c1"]}, ann(apps=(), authentication_context="c1"), True),
        (ALL_APPS, ann(apps=(), authentication_context="c1"), True),  # whichever resource asks for the context is one of all
        ({"includeApplications": [MANAGEMENT]}, ann(apps=("c44b4083-3bb0-49c1-b47d-974e53cbdf3c",)), True),  # cloud-apps: a group too
        ({"applicationFilter": {"mode": "include", "rule": TIER}}, ann(apps=(LEDGER,)), True),  # concept-filter-for-applications
        ({**ALL_APPS, "applicationFilter": {"mode": "exclude", "rule": TIER}}, ann(apps=(LEDGER,)), False),
    ],
)
def test_targets(applications: dict[str, Any], facts: SignInFacts, expected: bool) -> None:
    assert applies(facts, applications=applications) is expected


@pytest.mark.parametrize(
    ("types", "client", "platform", "expected"),
    [
        (["all"], "other", "", True),
        (["browser"], "browser", "", True),
        (["browser", "mobileAppsAndDesktopClients"], "other", "", False),
        (["other"], "exchangeActiveSync", "", False),  # concept-conditional-access-conditions: two different clients
        (["exchangeActiveSync"], "exchangeActiveSync", "", True),
        (["easSupported"], "exchangeActiveSync", "iOS", True),
        (["easSupported"], "exchangeActiveSync", "", False),
    ],
)
def test_client_app_types(types: list[str], client: str, platform: str, expected: bool) -> None:
    assert applies(ann(client=client, platform=platform), clientAppTypes=types) is expected


@pytest.mark.parametrize(
    ("included", "excluded", "platform", "expected"),
    [
        (["all"], [], "", True),  # conditions: all matches what is not recognised, so ChromeOS can be caught
        (["all"], ["windows", "iOS"], "", True),
        (["all"], ["windows"], "windows", False),
        (["android", "iOS"], [], "iOS", True),
        (["android", "iOS"], [], "", False),
    ],
)
def test_platforms(included: list[str], excluded: list[str], platform: str, expected: bool) -> None:
    assert applies(ann(platform=platform), platforms={"includePlatforms": included, "excludePlatforms": excluded}) is expected


@pytest.mark.parametrize(
    ("included", "excluded", "address", "country", "expected"),
    [
        (["All"], [], "240.0.0.1", "", True),
        (["All"], ["AllTrusted"], "192.0.2.9", "GB", False),  # concept-assignment-network: every location marked as trusted
        (["All"], ["AllTrusted"], "198.51.100.9", "GB", True),
        (["AllTrusted"], [], "192.0.2.9", "GB", True),
        (["branch"], [], "198.51.100.9", "GB", True),
        (["All"], ["home countries"], "240.0.0.1", "BR", True),
        (["All"], ["home countries"], "240.0.0.1", "GB", False),
        (["All"], ["home countries"], "240.0.0.1", "", True),  # unknown country, not included
    ],
)
def test_locations(included: list[str], excluded: list[str], address: str, country: str, expected: bool) -> None:
    facts = ann(ip_address=address, country=country)
    assert applies(facts, locations={"includeLocations": included, "excludeLocations": excluded}) is expected


@pytest.mark.parametrize(
    ("wanted", "facts", "expected"),
    [
        ({"signInRiskLevels": ["high", "medium"]}, ann(sign_in_risk="medium"), True),
        ({"signInRiskLevels": ["high"]}, ann(sign_in_risk="medium"), False),
        ({"userRiskLevels": ["high"]}, ann(user_risk="high"), True),
        ({"signInRiskLevels": []}, ann(sign_in_risk="none"), True),
        ({"insiderRiskLevels": "moderate,elevated"}, ann(insider_risk="elevated"), True),  # Graph metadata: one comma-separated string
        ({"insiderRiskLevels": "minor"}, ann(), False),
        (
            {"authenticationFlows": {"transferMethods": "deviceCodeFlow,authenticationTransfer"}},
            ann(transfer_method="deviceCodeFlow"),
            True,
        ),
        ({"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}, ann(), False),
    ],
)
def test_risks_and_flows(wanted: dict[str, Any], facts: SignInFacts, expected: bool) -> None:
    assert applies(facts, **wanted) is expected


@pytest.mark.parametrize(
    ("mode", "rule", "facts", "expected"),
    [
        # concept-condition-filters-for-devices: the rule, and what an unregistered device has
        ("include", "device.isCompliant -eq True", ann(is_compliant=True), True),
        ("include", "device.isCompliant -eq True", ann(), False),
        ("include", 'device.trustType -ne "Workplace"', ann(), True),
        ("exclude", 'device.displayName -startsWith "SAW"', ann(device=(("displayName", "saw-7"),)), False),
        ("exclude", 'device.displayName -startsWith "SAW"', ann(device=(("displayName", "PC"),)), True),
        ("include", 'device.extensionAttribute1 -eq "SAW"', ann(device=(("extensionAttribute1", "SAW"),)), False),  # not managed
        ("include", 'device.extensionAttribute1 -eq "SAW"', ann(is_compliant=True, device=(("extensionAttribute1", "SAW"),)), True),
        ("include", "device.isCompliant -eq True", ann(is_compliant=True, client="other"), False),  # a legacy client sends no state
    ],
)
def test_device_filters(mode: str, rule: str, facts: SignInFacts, expected: bool) -> None:
    assert applies(facts, devices={"deviceFilter": {"mode": mode, "rule": rule}}) is expected


@pytest.mark.parametrize(
    ("users", "types", "facts", "expected"),
    [
        # concept-conditional-access-conditions: with roles or guests a policy on Exchange ActiveSync applies to all users
        ({"includeRoles": ["another role"]}, ["exchangeActiveSync"], ann(client="exchangeActiveSync"), True),
        ({"includeUsers": ["GuestsOrExternalUsers"]}, ["exchangeActiveSync"], ann(client="exchangeActiveSync"), True),
        ({"includeRoles": ["another role"]}, ["exchangeActiveSync", "browser"], ann(), False),
        ({"includeRoles": ["another role"]}, ["all"], ann(client="exchangeActiveSync"), False),
        ({"includeGroups": ["another group"]}, ["exchangeActiveSync"], ann(client="exchangeActiveSync"), False),
    ],
)
def test_exchange_active_sync_knows_no_roles(users: dict[str, Any], types: list[str], facts: SignInFacts, expected: bool) -> None:
    assert applies(facts, users=users, clientAppTypes=types) is expected


@pytest.mark.parametrize(
    ("clients", "identity", "expected"),
    [
        # workload-identity: applications of this tenant alone
        ({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}, "daemon", True),
        ({"includeServicePrincipals": ["daemon"]}, "daemon", True),
        ({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": ["daemon"]}, "daemon", False),
        ({"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}, "vendor", False),
        ({"includeServicePrincipals": ["identity"]}, "identity", False),  # a managed identity
        (None, "daemon", False),  # a policy on users
    ],
)
def test_workload_identities(clients: dict[str, Any] | None, identity: str, expected: bool) -> None:
    facts = SignInFacts(service_principal_id=identity, apps=(EXCHANGE,), service_principal_risk="high")
    assert applies(facts, clientApplications=clients, servicePrincipalRiskLevels=["high"]) is expected
    assert not applies(replace(facts, service_principal_risk="low"), clientApplications=clients, servicePrincipalRiskLevels=["high"])


@pytest.mark.parametrize(
    ("wanted", "facts", "why"),
    [
        ({"times": {"includedRanges": ["night"]}}, ann(), "condition `times`"),
        ({"devices": {"includeDevices": ["Compliant"]}}, ann(), "device condition `includeDevices`"),
        ({"devices": {"deviceFilter": {"mode": "include", "rule": "device.color -eq 1"}}}, ann(), "filter rule cannot be read"),
        ({"applications": {"applicationFilter": {"mode": "include", "rule": TIER}}}, ann(), "application filter"),  # no tags were read
        ({"applications": {"networkAccess": {"x": 1}}}, ann(), "networkAccess"),
        ({"applications": {"includeApplications": ["Office365"]}}, ann(apps=("a new one",)), "belongs to Office365"),
        ({}, ann(apps=(), user_action="urn:user:registerdevice"), "device is registered"),
        ({"applications": {**ALL_APPS, "excludeApplications": [LEDGER]}}, ann(apps=(), authentication_context="c1"), "which one asks"),
        ({"locations": {"includeLocations": ["phone"]}}, ann(), "no address tells"),
        ({"clientApplications": {"includeServicePrincipals": ["x"]}}, SignInFacts(service_principal_id="x", apps=(LEDGER,)), "who owns"),
    ],
)
def test_what_is_not_decided_is_refused(wanted: dict[str, Any], facts: SignInFacts, why: str) -> None:
    with pytest.raises(UnsupportedPolicy, match=why):
        applies(facts, **wanted)


def test_what_is_not_decided_does_not_matter_where_another_condition_fails() -> None:
    assert not applies(ann(), times={"includedRanges": ["night"]}, userRiskLevels=["high"])
    assert not applies(ann(), locations={"includeLocations": ["phone"], "excludeLocations": ["phone"]})
