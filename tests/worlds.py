"""Generated tenants and sign-ins: a small alphabet of people, places and things, so that policies often meet the same sign-in.

`tenants` and `requests` are fully known: nothing a policy can ask for is missing. `forgetting` takes facts away again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import Field, dataclass, fields, is_dataclass, replace
from itertools import combinations
from typing import Any, TypeVar

from hypothesis import strategies as st

from builders import MFA_STRENGTH, PHISHING_RESISTANT_STRENGTH, guid
from unbroken.entra.directory import (
    AuthenticationStrength,
    CrossTenantAccess,
    DirectoryRole,
    Group,
    InboundTrust,
    MethodConfiguration,
    Registration,
    ServicePrincipal,
    User,
)
from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED, NamedLocation
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Filter, Grant, GuestScope, Sides, Target, UserScope
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState, Identity, SessionFacts
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.vocabulary import (
    ClientAppType,
    Control,
    DevicePlatform,
    GuestKind,
    InsiderRiskLevel,
    PolicyState,
    RiskLevel,
    TransferMethod,
    UserAction,
)
from unbroken.entra.well_known import (
    ADMIN_PORTALS,
    AZURE_AD_GRAPH,
    AZURE_PORTAL,
    AZURE_RESOURCE_MANAGER,
    MICROSOFT_GRAPH,
    OFFICE_365,
)

T = TypeVar("T")
Draw = Callable[[st.SearchStrategy[T]], T]

HERE, FABRIKAM, LITWARE = guid("contoso"), guid("fabrikam"), guid("litware")
ANN, BOB, GAIL, IAN, MEL = USER_IDS = tuple(guid(name) for name in ("ann", "bob", "gail", "ian", "mel"))
USERS = (
    User(id=ANN, user_principal_name="ann@contoso.example", user_type="Member", external=False),
    User(id=BOB, user_principal_name="bob@contoso.example", user_type="Member", external=False),
    User(id=GAIL, user_principal_name="gail@contoso.example", user_type="Guest", external=True),
    User(id=IAN, user_principal_name="ian@contoso.example", user_type="Guest", external=False),
    User(id=MEL, user_principal_name="mel@contoso.example", user_type="Member", external=True),
)
GROUPS = tuple(guid(f"group {number}") for number in range(5))
ROLES = (guid("role 0"), guid("role 1"))
TENANTS = (FABRIKAM, LITWARE)
SHOP, WIKI = guid("app shop"), guid("app wiki")
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
APPS = (SHOP, WIKI, EXCHANGE, AZURE_PORTAL, AZURE_RESOURCE_MANAGER)
POLICY_APPS = (*APPS, MICROSOFT_GRAPH, AZURE_AD_GRAPH, OFFICE_365, ADMIN_PORTALS)
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
SERVICE_PRINCIPALS = tuple(
    ServicePrincipal(id=guid(f"sp {app}"), app_id=app, owner_tenant_id=HERE, attributes=tags)
    for app, tags in ((SHOP, (("Set.Tier", "high"),)), (WIKI, ()), (AZURE_RESOURCE_MANAGER, ()), (AZURE_PORTAL, ()), (EXCHANGE, ()))
)
CONTEXTS = ("c1", "c2")
OFFICE, ANNEX, HOME_COUNTRY, ABROAD = LOCATION_IDS = tuple(guid(name) for name in ("office", "annex", "home", "abroad"))
LOCATIONS = (
    NamedLocation(id=OFFICE, ranges=("192.0.2.0/24", "2001:db8:1::/48"), trusted=True),
    NamedLocation(id=ANNEX, ranges=("192.0.2.128-192.0.3.9", "192.0.2.130/32", "2001:db8:1:8000::/49")),
    NamedLocation(id=HOME_COUNTRY, kind="country", countries=frozenset({"GB", "FR"})),
    NamedLocation(id=ABROAD, kind="country", countries=frozenset({"FR"}), include_unknown_countries=True),
)
ADDRESSES = ("192.0.2.1", "192.0.2.130", "192.0.3.1", "198.51.100.7", "2001:db8:1::1", "2001:db8:1:9000::1", "2001:db8:2::1")
COUNTRIES = ("GB", "FR", "KP", "")
MFA_TRUSTED = ("198.51.100.0/28",)
DEVICES = (
    UNREGISTERED,
    DeviceState(attributes=(("displayname", "SAW-07"), ("extensionattribute1", "SAW"), ("iscompliant", True), ("trusttype", "AzureAD"))),
    DeviceState(attributes=(("displayname", "Phone"), ("extensionattribute1", "SAW"), ("iscompliant", False), ("trusttype", "Workplace"))),
    DeviceState(attributes=(("displayname", "PC"), ("iscompliant", False), ("trusttype", "ServerAD"))),
    DeviceState(attributes=(("displayname", "SAW-9"), ("iscompliant", True), ("trusttype", "ServerAD"))),
    DeviceState(attributes=(("displayname", "Old"), ("trusttype", "Workplace"))),
)
DEVICE_RULES = (
    "device.isCompliant -eq True",
    'device.isCompliant -eq False -and device.trustType -ne "ServerAD"',
    'device.trustType -eq "ServerAD"',
    'device.trustType -ne "Workplace"',
    'device.displayName -startsWith "SAW"',
    'device.extensionAttribute1 -eq "SAW"',
    'device.extensionAttribute1 -ne "SAW"',
)
APP_RULE = 'CustomSecurityAttribute.Set_Tier -eq "high"'
ODD_STRENGTH, PASSKEY_STRENGTH = guid("strength odd"), guid("strength passkey or push")
SECONDS = ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
STRENGTHS = (
    AuthenticationStrength(
        id=MFA_STRENGTH,
        allowed_combinations=frozenset(
            {
                *("windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor", "deviceBasedPush", "federatedMultiFactor"),
                *("temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"),
                *(",".join(sorted(("password", second))) for second in SECONDS),
            }
        ),
        satisfies_mfa=True,
    ),
    AuthenticationStrength(
        id=PHISHING_RESISTANT_STRENGTH,
        allowed_combinations=frozenset({"windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor"}),
        satisfies_mfa=True,
    ),
    AuthenticationStrength(
        id=PASSKEY_STRENGTH, allowed_combinations=frozenset({"fido2", "microsoftAuthenticatorPush,password"}), satisfies_mfa=True
    ),
    AuthenticationStrength(id=ODD_STRENGTH, allowed_combinations=frozenset({"fido2", "sms"}), satisfies_mfa=False),
)
METHODS = ("fido2", "microsoftAuthenticatorPush", "mobilePhone", "windowsHelloForBusiness", "email", "externalAuthMethod")
TERMS = ("terms 1", "terms 2")


def some(values: Sequence[T], least: int = 0, most: int = 2) -> list[frozenset[T]]:
    """Return every choice of at least `least` and at most `most` of `values`, the smallest first."""
    return [frozenset(chosen) for size in range(least, most + 1) for chosen in combinations(values, size)]


def seldom(choices: Sequence[T], otherwise: T, one_in: int = 4) -> st.SearchStrategy[T]:
    """Return `otherwise`, but once in `one_in` times one of `choices`. One draw each keeps generation fast and shrinking simple."""
    return st.sampled_from([*[otherwise] * (len(choices) * (one_in - 1)), *choices])


NONE_AT_ALL: frozenset[str] = frozenset()
GUEST_SCOPES = [
    (GuestScope(kinds=kinds, tenants=tenants),)
    for kinds in some([str(kind) for kind in GuestKind], 1, 6)
    for tenants in (None, *some(TENANTS, 1))
]
SCOPE_PARTS = {
    "users": seldom(some(USER_IDS, 1), NONE_AT_ALL, 3),
    "groups": seldom(some(GROUPS, 1), NONE_AT_ALL, 2),
    "roles": seldom(some(ROLES, 1), NONE_AT_ALL, 3),
    "guests": seldom(GUEST_SCOPES, (), 3),
}
NAMED = st.builds(UserScope, **SCOPE_PARTS)  # type: ignore[arg-type]
INCLUDED = st.one_of(st.just(UserScope(everyone=True)), st.just(UserScope(everyone=True)), NAMED)
EXCLUDED = st.one_of(st.just(UserScope()), st.just(UserScope()), NAMED)
LEFT_OUT = Filter(mode="exclude", rule=APP_RULE)
TARGETS = st.sampled_from([Target(all_apps=True)] * 3 + [Target(include_apps=frozenset(APPS))] * 2).flatmap(
    lambda plain: st.one_of(
        st.just(plain),
        st.just(plain),
        st.builds(
            Target, all_apps=st.just(value=True), exclude_apps=st.sampled_from(some(POLICY_APPS, 1)), app_filter=seldom([LEFT_OUT], None)
        ),
        st.builds(Target, include_apps=st.sampled_from(some(POLICY_APPS, 1, 3)), exclude_apps=seldom(some(POLICY_APPS, 1), NONE_AT_ALL)),
        st.sampled_from(OTHER_TARGETS),
    )
)
OTHER_TARGETS = (
    *(Target(user_actions=actions) for actions in some([str(action) for action in UserAction], 1)),
    *(Target(authentication_contexts=contexts) for contexts in some(CONTEXTS, 1)),
    Target(app_filter=Filter(mode="include", rule=APP_RULE)),
    Target(app_filter=Filter(mode="include", rule=APP_RULE), exclude_apps=frozenset({SHOP})),
)
CLIENTS = tuple(str(client) for client in ClientAppType)
PLATFORMS = tuple(str(platform) for platform in DevicePlatform if platform is not DevicePlatform.UNKNOWN)
RISKS = ("none", "low", "medium", "high")
INSIDER_RISKS = tuple(str(level) for level in InsiderRiskLevel if level is not InsiderRiskLevel.NONE)


def sides(values: Sequence[str], everything: str) -> list[Sides]:
    """Return conditions with something included and at times something excluded."""
    return [
        Sides(include=one, exclude=two)
        for one in ({everything}, *some(values, 1, 1), *some(values, 2, 2)[:6])
        for two in some(values, 0, 1)
    ]


CONDITIONS = st.builds(
    Conditions,
    client_app_types=seldom(some(CLIENTS, 1, 3), frozenset({"all"}), 4),
    platforms=seldom(sides(PLATFORMS, "all"), Sides(), 6),
    locations=seldom(sides((*LOCATION_IDS, ALL_TRUSTED), ALL_LOCATIONS), Sides(), 3),
    device_filter=seldom([Filter(mode=mode, rule=rule) for mode in ("include", "exclude") for rule in DEVICE_RULES], None, 5),
    sign_in_risk=seldom(some(RISKS, 1, 3), NONE_AT_ALL, 8),
    user_risk=seldom(some(RISKS, 1, 3), NONE_AT_ALL, 8),
    insider_risk=seldom(some(INSIDER_RISKS, 1), NONE_AT_ALL, 10),
    transfer_methods=seldom(some(("deviceCodeFlow", "authenticationTransfer"), 1), NONE_AT_ALL, 8),
)
CONTROLS = tuple(str(control) for control in Control if control is not Control.BLOCK)
SETTLED = {"terms_of_use": seldom([TERMS[:1], TERMS], (), 4), "custom_factors": seldom([("factor",)], (), 10)}
OPERATORS = st.sampled_from(("AND", "OR"))
STRENGTH_IDS = st.sampled_from([each.id for each in STRENGTHS])
NOT_MFA = [each - {"mfa"} for each in some(CONTROLS, 0, 2)]
MIXED = st.builds(Grant, operator=OPERATORS, controls=st.sampled_from(some(CONTROLS, 1, 2)), **SETTLED)  # type: ignore[arg-type]
STRONG = st.builds(Grant, operator=OPERATORS, strength=STRENGTH_IDS, controls=seldom(NOT_MFA, NONE_AT_ALL, 2), **SETTLED)  # type: ignore[arg-type]
MFA, BLOCK = Grant(controls=frozenset({"mfa"})), Grant(controls=frozenset({"block"}))
GRANTS = st.one_of(st.just(MFA), MIXED, MIXED, STRONG, st.sampled_from((MFA, BLOCK, Grant())))
ON, REPORT_ONLY, OFF = PolicyState.ENABLED, PolicyState.REPORT_ONLY, PolicyState.DISABLED
STATES = st.sampled_from((ON, ON, ON, ON, REPORT_ONLY, OFF))


def policies(name: str, state: st.SearchStrategy[PolicyState] = STATES) -> st.SearchStrategy[ConditionalAccessPolicy]:
    """Return one policy, mostly enabled."""
    return st.builds(
        ConditionalAccessPolicy,
        id=st.just(guid(f"policy {name}")),
        display_name=st.just(name),
        state=state,
        users=st.tuples(INCLUDED, EXCLUDED),
        target=TARGETS,
        conditions=CONDITIONS,
        grant=GRANTS,
    )


def policy_lists(least: int = 1, most: int = 4) -> st.SearchStrategy[tuple[ConditionalAccessPolicy, ...]]:
    """Return some policies."""
    return st.integers(least, most).flatmap(lambda count: st.tuples(*(policies(f"p{number}") for number in range(count))))


def whole(name: str, records: Sequence[T]) -> Collection[T]:
    """Return a complete collection."""
    return Collection(name, tuple(records), complete=True, why="")


def ordered(choices: Sequence[frozenset[str]]) -> list[tuple[str, ...]]:
    """Return sets as tuples, in one order."""
    return [tuple(sorted(each)) for each in choices]


HOLDERS = st.sampled_from(ordered(some((*USER_IDS, *GROUPS), 0, 3)))
DIRECTORY_GROUPS = st.tuples(*(st.builds(Group, id=st.just(each), members=HOLDERS) for each in GROUPS))
"""Nested at will: cycles, and a group within itself, included."""
DIRECTORY_ROLES = st.tuples(*(st.builds(DirectoryRole, template_id=st.just(each), members=HOLDERS) for each in ROLES))
REGISTERED = [frozenset(), *some(METHODS, 1, 2)]
REGISTRATIONS = st.tuples(
    *(
        st.sampled_from([Registration(user_id=user, is_mfa_capable=bool(have - {"email"}), methods=have) for have in REGISTERED])
        for user in USER_IDS
    )
)
METHOD_POLICIES = st.tuples(
    *(
        st.builds(
            MethodConfiguration,
            id=st.just(name),
            enabled=st.booleans(),
            include_groups=seldom(some(GROUPS, 1), frozenset({"all_users"}), 3),
            exclude_groups=seldom(some(GROUPS, 1), NONE_AT_ALL, 6),
        )
        for name in ("MicrosoftAuthenticator", "Fido2")
    )
)
TRUSTS = st.builds(InboundTrust, mfa=st.booleans(), compliant_device=st.booleans(), hybrid_device=st.booleans())
PARTNER_TRUSTS = st.builds(InboundTrust, mfa=st.none() | st.booleans(), compliant_device=st.none() | st.booleans())
CROSS_TENANT = st.builds(CrossTenantAccess, default=TRUSTS, partners=st.just(()) | st.tuples(st.tuples(st.just(FABRIKAM), PARTNER_TRUSTS)))
PER_USER_MFA = seldom([((user, "enabled"),) for user in USER_IDS], (), 5)


def tenants(policy_set: st.SearchStrategy[tuple[ConditionalAccessPolicy, ...]]) -> st.SearchStrategy[Snapshot]:
    """Return a tenant of which everything is known, security defaults off."""

    def complete(name: str, records: st.SearchStrategy[tuple[T, ...]]) -> st.SearchStrategy[Collection[T]]:
        return records.map(lambda found: whole(name, found))

    return st.builds(
        Snapshot,
        source=st.just("generated"),
        tenant_id=st.just(HERE),
        policies=complete("conditionalAccessPolicies", policy_set),
        users=st.just(whole("users", USERS)),
        groups=complete("groups", DIRECTORY_GROUPS),
        roles=complete("directoryRoles", DIRECTORY_ROLES),
        service_principals=st.just(whole("servicePrincipals", SERVICE_PRINCIPALS)),
        locations=st.just(whole("namedLocations", LOCATIONS)),
        strengths=st.just(whole("authenticationStrengthPolicies", STRENGTHS)),
        registrations=complete("userRegistrationDetails", REGISTRATIONS),
        methods_policy=complete("authenticationMethodsPolicy", METHOD_POLICIES),
        per_user_mfa=complete("userAuthenticationRequirements", PER_USER_MFA),
        security_defaults=st.just(value=False),
        cross_tenant=CROSS_TENANT,
        facts=st.just(OperatorFacts(mfa_trusted_ips=MFA_TRUSTED)),
    )


AT_HOME = [Identity(user_id=user) for user in (ANN, BOB, IAN)]
INVITED = [Identity(user_id=user, home_tenant_id=home) for user in (GAIL, MEL) for home in TENANTS]
EXTERNAL = [
    Identity(guest_kind=kind, home_tenant_id=home)
    for kind in (GuestKind.B2B_DIRECT_CONNECT, GuestKind.SERVICE_PROVIDER, GuestKind.OTHER_EXTERNAL)
    for home in TENANTS
]
IDENTITIES = st.sampled_from(AT_HOME * 3 + INVITED * 2 + EXTERNAL)
NOT_MFA_METHODS = frozenset({"", "sms"})
SESSIONS = [
    SessionFacts(mfa_satisfied=held, authentication_method=method or None, home_tenant_mfa=held and at_home)
    for method in ("", "", "", "fido2", "windowsHelloForBusiness", "microsoftAuthenticatorPush,password", "password,sms", "sms")
    for held in (method not in NOT_MFA_METHODS,)
    for at_home in (False, True)
]
"""What a session holds: where it holds MFA, the method is known."""
WITH_TERMS = seldom(some(TERMS, 1), NONE_AT_ALL, 3)
PROMPTABLE = st.sampled_from((*[True] * 7, False))
GRAPH_SCOPES = (frozenset({"openid", "profile"}), frozenset({"User.Read"}), frozenset({"User.Read.All"}), frozenset({"Mail.Read"}))
GRAPH = [
    {"requested_scopes": scopes, "client_app_id": client, "client_is_public": public}
    for scopes in GRAPH_SCOPES
    for client in (SHOP, WIKI)
    for public in (True, False)
]
WHAT = st.one_of(
    st.sampled_from([{"apps": tuple(sorted(apps))} for apps in some(APPS, 1)]),
    st.sampled_from([{"apps": tuple(sorted(apps))} for apps in some(APPS, 1)]),
    st.sampled_from([{"apps": (MICROSOFT_GRAPH,), "facts": facts} for facts in GRAPH]),
    st.sampled_from([{"user_action": UserAction.REGISTER_SECURITY_INFO}, *({"authentication_context": each} for each in CONTEXTS)]),
)
MODERN = (ClientAppType.BROWSER, ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS)
USER_RISKS = (RiskLevel.NONE, RiskLevel.LOW, RiskLevel.MEDIUM, RiskLevel.HIGH)


@st.composite
def requests(draw: Draw[Any]) -> AccessRequest:
    """Return a sign-in of which everything is known."""
    what = dict(draw(WHAT))
    held = {"terms_accepted": draw(WITH_TERMS), "interactive": draw(PROMPTABLE)}
    return AccessRequest(
        identity=draw(IDENTITIES),
        client=draw(st.sampled_from((*MODERN * 3, *ClientAppType))),
        platform=draw(st.sampled_from(DevicePlatform)),
        ip_address=draw(st.sampled_from(ADDRESSES)),
        country=draw(st.sampled_from(COUNTRIES)),
        device=draw(st.sampled_from(DEVICES)),
        sign_in_risk=draw(st.sampled_from(USER_RISKS)),
        user_risk=draw(st.sampled_from(USER_RISKS)),
        insider_risk=draw(st.sampled_from(InsiderRiskLevel)),
        transfer_method=draw(st.sampled_from((TransferMethod.NONE, *TransferMethod))),
        facts=replace(draw(st.sampled_from(SESSIONS)), **held, **what.pop("facts", {})),
        **what,
    )


NAMES = {guid(name): name for name in ("ann", "bob", "gail", "ian", "mel", "fabrikam", "litware", "contoso", "app shop", "app wiki")}
NAMES |= {each: f"g{number}" for number, each in enumerate(GROUPS)} | {each: f"role {number}" for number, each in enumerate(ROLES)}
NAMES |= {guid(name): name for name in ("office", "annex", "home", "abroad", "strength odd", "strength passkey or push")}


def plain(value: object) -> str:
    """Return a value with its defaults left out and its ids named."""
    if is_dataclass(value):
        shown = {each.name: getattr(value, each.name) for each in fields(value) if getattr(value, each.name) != _default(each)}
        return f"{type(value).__name__}({', '.join(f'{name}={plain(part)}' for name, part in shown.items())})"
    if isinstance(value, tuple | frozenset):
        return f"{{{', '.join(map(plain, value))}}}"
    return NAMES.get(str(value), str(value))


def _default(each: Field[Any]) -> object:
    return each.default_factory() if callable(each.default_factory) else each.default


@dataclass(frozen=True)
class Case:
    """A tenant and a few sign-ins to it."""

    tenant: Snapshot
    requests: tuple[AccessRequest, ...]

    def __repr__(self) -> str:
        """Return what differs from the defaults, with names for ids: a counterexample one can read."""
        text = plain(("policies", self.tenant.policies.records, "requests", self.requests, "groups", self.tenant.groups.records))
        return text + plain(
            (self.tenant.roles.records, self.tenant.registrations.records, self.tenant.methods_policy.records, self.tenant.cross_tenant)
        )


def cases(policy_set: st.SearchStrategy[tuple[ConditionalAccessPolicy, ...]] | None = None, sign_ins: int = 4) -> st.SearchStrategy[Case]:
    """Return fully known cases."""
    return st.builds(
        Case, tenant=tenants(policy_lists() if policy_set is None else policy_set), requests=st.tuples(*[requests()] * sign_ins)
    )
