"""What a conformance case is made of: a small complete tenant, policies and requests in Graph's wire shape.

The tenant has every collection, so that nothing is unknown unless a case takes a fact away (`ABSENT`, `DROP`). Its people:
ada (member, Authenticator push), bob (member, nothing registered), kim (member, push and a passkey), root (Global Administrator,
push), gail (B2B guest, push registered here), greg (B2B guest, nothing registered), mel (B2B member), ian (internal guest).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import NAMESPACE_URL, uuid5

Wire = dict[str, Any]

ABSENT = object()
"""A collection that was not exported."""
DROP = object()
"""A condition that the request leaves out."""

APPLICATIONS = "entra-docs, concept-conditional-access-cloud-apps.md"
APP_FILTER = "entra-docs, concept-filter-for-applications.md"
CONDITIONS = "entra-docs, concept-conditional-access-conditions.md"
DEVICE_FILTER = "entra-docs, concept-condition-filters-for-devices.md"
EXTERNAL = "entra-docs, external-id/authentication-conditional-access.md"
FLOWS = "entra-docs, concept-authentication-flows.md"
GRANT = "entra-docs, concept-conditional-access-grant.md"
NETWORK = "entra-docs, concept-assignment-network.md"
POLICIES = "entra-docs, concept-conditional-access-policies.md"
REPORT_ONLY = "entra-docs, concept-conditional-access-report-only.md"
SCOPES = "entra-docs, concept-enforcement-resource-exclusions.md"
STRENGTHS = "entra-docs, concept-authentication-strength-how-it-works.md"
USERS = "entra-docs, concept-conditional-access-users-groups.md"
WORKLOADS = "entra-docs, workload-identity.md"
SCHEMA = "Microsoft Graph v1.0 metadata (CSDL)"
WHATIF = "INTERFACES.md, whatif"
FOLDER = "INTERFACES.md, tenant folder"


def uid(name: str) -> str:
    """Return the id of the thing called `name`, always the same."""
    return str(uuid5(NAMESPACE_URL, f"https://contoso.example/{name}"))


TENANT_ID, FABRIKAM, LITWARE = uid("tenant contoso"), uid("tenant fabrikam"), uid("tenant litware")
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
ADA, BOB, KIM, ROOT, GAIL, GREG, MEL, IAN = (uid(name) for name in ("ada", "bob", "kim", "root", "gail", "greg", "mel", "ian"))
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
USER_ADMINISTRATOR = "fe930be7-5e62-47db-91af-98c3a49a38b1"

EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
SHAREPOINT = "00000003-0000-0ff1-ce00-000000000000"
GRAPH = "00000003-0000-0000-c000-000000000000"
AAD_GRAPH = "00000002-0000-0000-c000-000000000000"
AZURE_PORTAL = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c"
HR, PAYROLL, MYSTERY, NEW_SERVICE = (uid(f"app {name}") for name in ("hr", "payroll", "mystery", "new service"))
"""The tenant's own app, another company's, one without service principal, and one of Microsoft's that no list names."""
DAEMON, VENDOR_DAEMON, IDENTITY = (uid(f"principal {name}") for name in ("daemon", "vendor daemon", "managed identity"))
"""Service principal object ids: of the tenant, of another company, a managed identity."""

HQ, OFFICE, FRANCE, NOWHERE, PHONE = (uid(f"place {name}") for name in ("hq", "office", "france", "nowhere", "phone"))
"""Trusted (198.51.100.0/24, 2001:db8:1::/48), untrusted range, France, North Korea or no country, France by a phone's GPS."""
COMPLIANT_NETWORK = "3d46dbda-8382-466a-856d-eb00cbc6b910"
AT_HQ: Wire = {"ipAddress": "198.51.100.7", "country": "GB"}
AT_HOME: Wire = {"ipAddress": "192.0.2.44", "country": "GB"}

STRENGTH_MFA, STRENGTH_PASSWORDLESS, STRENGTH_PHISHING = (f"00000000-0000-0000-0000-00000000000{digit}" for digit in "234")
STRENGTH_HELLO, STRENGTH_PASSWORD, STRENGTH_KEY, STRENGTH_SMS = (uid(f"strength {name}") for name in ("hello", "password", "key", "sms"))
"""Windows Hello only; a password alone; a passkey of one make; password and SMS."""


def _user(name: str, **more: object) -> Wire:
    record = {"id": uid(name), "userPrincipalName": f"{name}@contoso.example", "displayName": name.title(), "accountEnabled": True}
    member = {"userType": "Member", "externalUserState": None, "creationType": None, "onPremisesSyncEnabled": None, "assignedLicenses": []}
    return record | member | more


def _external(name: str, user_type: str) -> Wire:
    principal = f"{name}_fabrikam.example#EXT#@contoso.onmicrosoft.com"
    return _user(name, userPrincipalName=principal, userType=user_type, externalUserState="Accepted", creationType="Invitation")


def registration(name: str, *methods: str) -> Wire:
    """Return one `userRegistrationDetails` record; without methods the user is not registered."""
    registered = bool(methods)
    flags = {"isMfaRegistered": registered, "isMfaCapable": registered, "isAdmin": name == "root"}
    return {"id": uid(name), "userPrincipalName": f"{name}@contoso.example", "methodsRegistered": list(methods), **flags}


def group(name: str, *members: str, **more: object) -> Wire:
    """Return a group with the ids of its members."""
    return {"id": uid(f"group {name}"), "displayName": name, "members": [{"id": member} for member in members], **more}


def principal(app_id: str, name: str, owner: str | None, **more: object) -> Wire:
    """Return a service principal whose object id comes from its name."""
    base = {"id": uid(f"principal {name}"), "appId": app_id, "displayName": name, "appOwnerOrganizationId": owner}
    return base | {"servicePrincipalType": "Application", "customSecurityAttributes": None, "accountEnabled": True} | more


def strength(identifier: str, name: str, *combinations: str, satisfies: str = "mfa", **more: object) -> Wire:
    """Return an authentication strength policy."""
    fixed = {"policyType": "custom", "requirementsSatisfied": satisfies, "combinationConfigurations": []}
    return {"id": identifier, "displayName": name, "allowedCombinations": list(combinations), **fixed, **more}


def method(name: str, *, enabled: bool = True) -> Wire:
    """Return one authentication method configuration, for everybody."""
    everybody = [{"targetType": "group", "id": "all_users", "isRegistrationRequired": False}]
    return {"id": name, "state": "enabled" if enabled else "disabled", "includeTargets": everybody, "excludeTargets": []}


def methods_policy(*disabled: str) -> Wire:
    """Return the authentication methods policy with everything on but the `disabled`."""
    names = ("Fido2", "MicrosoftAuthenticator", "Sms", "Voice", "TemporaryAccessPass", "SoftwareOath", "HardwareOath", "Email")
    return {
        "id": "authenticationMethodsPolicy",
        "authenticationMethodConfigurations": [method(n, enabled=n not in disabled) for n in names],
    }


def trust(*, mfa: bool = False, device: bool = False, partners: Sequence[Wire] = ()) -> Wire:
    """Return the cross-tenant access policy with this inbound trust as the default."""
    inbound = {"isMfaAccepted": mfa, "isCompliantDeviceAccepted": device, "isHybridAzureADJoinedDeviceAccepted": device}
    return {"default": {"inboundTrust": inbound}, "partners": list(partners)}


def ip_place(identifier: str, name: str, *cidrs: str, trusted: bool = False) -> Wire:
    """Return an IP named location."""
    ranges = [{"@odata.type": f"#microsoft.graph.iPv{6 if ':' in cidr else 4}CidrRange", "cidrAddress": cidr} for cidr in cidrs]
    return {
        "@odata.type": "#microsoft.graph.ipNamedLocation",
        "id": identifier,
        "displayName": name,
        "isTrusted": trusted,
        "ipRanges": ranges,
    }


def country_place(identifier: str, name: str, *codes: str, unknown: bool = False, lookup: str = "clientIpAddress") -> Wire:
    """Return a country named location."""
    how = {"countriesAndRegions": list(codes), "countryLookupMethod": lookup, "includeUnknownCountriesAndRegions": unknown}
    return {"@odata.type": "#microsoft.graph.countryNamedLocation", "id": identifier, "displayName": name, **how}


_PHISHING_RESISTANT = ("windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor")
_SECOND_FACTORS = ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
_ALL_MFA = (
    *_PHISHING_RESISTANT,
    "deviceBasedPush",
    "temporaryAccessPassOneTime",
    "temporaryAccessPassMultiUse",
    *(f"password,{factor}" for factor in _SECOND_FACTORS),
    "federatedMultiFactor",
    *(f"federatedSingleFactor,{factor}" for factor in _SECOND_FACTORS),
)
KEY_OF_ONE_MAKE = {"@odata.type": "#microsoft.graph.fido2CombinationConfiguration", "id": uid("make"), "allowedAAGUIDs": [uid("aaguid")]}

COLLECTIONS: Wire = {
    "organization": [{"id": TENANT_ID, "displayName": "Contoso Engineering"}],
    "domains": [{"id": "contoso.example", "isDefault": True, "isVerified": True, "authenticationType": "Managed"}],
    "users": [
        *(_user(name) for name in ("ada", "bob", "kim", "root")),
        *(_external(name, "Guest") for name in ("gail", "greg")),
        _external("mel", "Member"),
        _user("ian", userType="Guest"),
    ],
    "groups": [
        group("Engineering", ADA),
        group("Outer", uid("group Middle")),
        group("Middle", uid("group Inner")),
        group("Inner", BOB),
        group("Ring A", uid("group Ring B")),
        group("Ring B", uid("group Ring A"), ADA),
        group("Twins", ADA),
        group("Twins", BOB, id=uid("group Twins the second")),
        group("Administrators", KIM, isAssignableToRole=True),
        group("Everyone", ADA, BOB, KIM, ROOT, GAIL, GREG, MEL, IAN),
    ],
    "directoryRoles": [
        {"id": uid("role"), "roleTemplateId": GLOBAL_ADMINISTRATOR, "displayName": "Global Administrator", "members": [{"id": ROOT}]},
    ],
    "roleAssignments": [],
    "roleEligibilitySchedules": [],
    "servicePrincipals": [
        principal(EXCHANGE, "Office 365 Exchange Online", MICROSOFT),
        principal(SHAREPOINT, "Office 365 SharePoint Online", MICROSOFT),
        principal(GRAPH, "Microsoft Graph", MICROSOFT),
        principal(AAD_GRAPH, "Windows Azure Active Directory", MICROSOFT),
        principal(AZURE_PORTAL, "Azure Portal", MICROSOFT),
        principal(NEW_SERVICE, "New Microsoft service", MICROSOFT),
        principal(HR, "hr", TENANT_ID, customSecurityAttributes={"Access": {"Need": "requireMFA"}}),
        principal(PAYROLL, "payroll", LITWARE),
        principal(uid("app daemon"), "daemon", TENANT_ID),
        principal(uid("app vendor daemon"), "vendor daemon", LITWARE),
        principal(uid("app managed identity"), "managed identity", TENANT_ID, servicePrincipalType="ManagedIdentity"),
    ],
    "devices": [],
    "namedLocations": [
        ip_place(HQ, "Headquarters", "198.51.100.0/24", "2001:db8:1::/48", trusted=True),
        ip_place(OFFICE, "Branch office", "203.0.113.0/24"),
        country_place(FRANCE, "France", "FR"),
        country_place(NOWHERE, "Nowhere", "KP", unknown=True),
        country_place(PHONE, "France by GPS", "FR", lookup="authenticatorAppGps"),
    ],
    "authenticationStrengthPolicies": [
        strength(STRENGTH_MFA, "Multifactor authentication", *_ALL_MFA, policyType="builtIn"),
        strength(STRENGTH_PASSWORDLESS, "Passwordless MFA", *_PHISHING_RESISTANT, "deviceBasedPush", policyType="builtIn"),
        strength(STRENGTH_PHISHING, "Phishing-resistant MFA", *_PHISHING_RESISTANT, policyType="builtIn"),
        strength(STRENGTH_HELLO, "Windows Hello only", "windowsHelloForBusiness"),
        strength(STRENGTH_PASSWORD, "Password is enough", "password", satisfies="none"),
        strength(
            STRENGTH_KEY, "Keys of one make", "fido2", combinationConfigurations=[KEY_OF_ONE_MAKE | {"appliesToCombinations": ["fido2"]}]
        ),
        strength(STRENGTH_SMS, "Text message", "password,sms"),
    ],
    "identitySecurityDefaultsEnforcementPolicy": {"id": "00000000-0000-0000-0000-000000000005", "isEnabled": False},
    "authenticationMethodsPolicy": methods_policy(),
    "crossTenantAccessPolicy": trust(),
    "userRegistrationDetails": [
        registration("ada", "microsoftAuthenticatorPush"),
        registration("bob"),
        registration("kim", "microsoftAuthenticatorPush", "passKeyDeviceBound"),
        registration("root", "microsoftAuthenticatorPush"),
        registration("gail", "microsoftAuthenticatorPush"),
        registration("greg"),
        registration("mel", "microsoftAuthenticatorPush"),
        registration("ian", "microsoftAuthenticatorPush"),
    ],
    "userAuthenticationRequirements": [
        {"id": uid(name), "perUserMfaState": "disabled"} for name in ("ada", "bob", "kim", "root", "gail", "greg", "mel", "ian")
    ],
}


def grant(*controls: str, op: str = "OR", strength_id: str | None = None, terms: Sequence[str] = (), custom: Sequence[str] = ()) -> Wire:
    """Return grant controls."""
    lists = {"builtInControls": list(controls), "termsOfUse": list(terms), "customAuthenticationFactors": list(custom)}
    return {"operator": op, **lists, "authenticationStrength": {"id": strength_id} if strength_id else None}


def guests(kinds: str, *tenants: str) -> Wire:
    """Return `conditionalAccessGuestsOrExternalUsers` for all tenants or the listed ones."""
    every = {"@odata.type": "#microsoft.graph.conditionalAccessAllExternalTenants", "membershipKind": "all"}
    some = {
        "@odata.type": "#microsoft.graph.conditionalAccessEnumeratedExternalTenants",
        "membershipKind": "enumerated",
        "members": list(tenants),
    }
    return {"guestOrExternalUserTypes": kinds, "externalTenants": some if tenants else every}


EVERYBODY: Wire = {"includeUsers": ["All"]}
NOBODY: Wire = {"includeUsers": ["None"]}
EVERY_APP: Wire = {"includeApplications": ["All"]}
_USERS = ("includeUsers", "excludeUsers", "includeGroups", "excludeGroups", "includeRoles", "excludeRoles")
_APPS = ("includeApplications", "excludeApplications", "includeUserActions", "includeAuthenticationContextClassReferences")


def policy(
    name: str = "p",
    *,
    users: Wire = EVERYBODY,
    apps: Wire = EVERY_APP,
    grants: Wire | None = None,
    session: Wire | None = None,
    state: str = "enabled",
    **conditions: object,
) -> Wire:
    """Return a policy as Graph sends it; without `grants` and `session` it demands MFA."""
    lists: Wire = {"clientAppTypes": ["all"], "signInRiskLevels": [], "userRiskLevels": [], "servicePrincipalRiskLevels": []}
    unset = dict.fromkeys(("platforms", "locations", "devices", "clientApplications", "insiderRiskLevels", "authenticationFlows", "times"))
    assigned = {
        "users": {key: [] for key in _USERS} | {"includeGuestsOrExternalUsers": None, "excludeGuestsOrExternalUsers": None} | users,
        "applications": {key: [] for key in _APPS} | {"applicationFilter": None} | apps,
    }
    controls = grants or (None if session else grant("mfa"))
    head = {"id": uid(f"policy {name}"), "displayName": name, "state": state, "templateId": None}
    body = {"conditions": lists | unset | assigned | conditions, "grantControls": controls, "sessionControls": session}
    return head | {"createdDateTime": "2026-01-01T00:00:00Z", "modifiedDateTime": None} | body


BLOCK = grant("block")
EVERYTHING_KNOWN: Wire = {
    "clientAppType": "browser",
    "devicePlatform": "windows",
    "signInRiskLevel": "none",
    "userRiskLevel": "none",
    "servicePrincipalRiskLevel": "none",
    "insiderRiskLevel": "none",
    "authenticationFlow": {"transferMethod": "none"},
    "deviceInfo": {},
    **AT_HQ,
}


def app(*app_ids: str) -> Wire:
    """Return the context of a sign-in to these resources."""
    return {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": list(app_ids)}


def action(name: str = "registerSecurityInformation") -> Wire:
    """Return the context of a user action."""
    return {"@odata.type": "#microsoft.graph.userActionContext", "userAction": name}


def context(value: str) -> Wire:
    """Return the context of an authentication context."""
    return {"@odata.type": "#microsoft.graph.authContext", "authenticationContextValue": value}


def external(kind: str, tenant: str = FABRIKAM) -> Wire:
    """Return an external identity that has no object here."""
    return {"@odata.type": "#microsoft.graph.userSignIn", "externalUserType": kind, "externalTenantId": tenant}


def workload(identifier: str = DAEMON) -> Wire:
    """Return a service principal as the identity."""
    return {"@odata.type": "#microsoft.graph.servicePrincipalSignIn", "servicePrincipalId": identifier}


def request(user: str | Wire = ADA, target: str | Wire = HR, facts: Wire | None = None, **conditions: object) -> Wire:
    """Return an evaluate body in which everything is known, but for the conditions given or dropped."""
    identity = {"@odata.type": "#microsoft.graph.userSignIn", "userId": user} if isinstance(user, str) else user
    known = {key: value for key, value in (EVERYTHING_KNOWN | conditions).items() if value is not DROP}
    body = {"signInIdentity": identity, "signInContext": app(target) if isinstance(target, str) else target, "signInConditions": known}
    return body | {"appliedPoliciesOnly": False} | ({"facts": facts} if facts else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A tenant, a question and what the sources say the answer must contain. Policies are named by display name."""

    name: str
    source: str
    policies: Sequence[Wire]
    request: Wire
    tenant: Mapping[str, Any] = field(default_factory=dict)
    """Collections that differ from the small complete tenant."""
    toml: str = ""
    outcome: str | tuple[str, ...] = ""
    """The outcome, or those the sources leave open; empty when the case is not about it."""
    requires: Sequence[str] | None = None
    alternatives: Sequence[Sequence[str]] | None = None
    applies: Mapping[str, bool | None] = field(default_factory=dict)
    reasons: Mapping[str, str] = field(default_factory=dict)
    """A reason that must be among those of the policy."""
    results: Mapping[str, str] = field(default_factory=dict)
    missing: str = ""
    """A pattern that one of the missing facts must contain, case ignored."""
    mandatory_mfa: bool | str | None = ""
    """`platform.mandatoryMfa`; empty when the case is not about it."""
    refused: int | None = None
    """The exit code of a request that is refused."""


def case(name: str, source: str, policies: Wire | Sequence[Wire], asked: Wire, **expected: Any) -> Case:
    """Return a case; a single policy needs no list."""
    several = [policies] if isinstance(policies, dict) else list(policies)
    return Case(name=name, source=source, policies=several, request=asked, **expected)
