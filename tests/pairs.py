"""Generated policies and sign-ins in pairs: everything a policy can ask for, Graph's corners included.

Builds on `worlds`: its people, places and grants, with rules over devices, workload identities, Microsoft's own applications, places
that no address tells, security defaults and per-user MFA besides.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import product
from typing import Any

from hypothesis import strategies as st

import worlds
from builders import guid
from unbroken.entra.directory import ServicePrincipal
from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED, COMPLIANT_NETWORK, MFA_TRUSTED_IPS, NamedLocation
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Filter, Grant, GuestScope, Sides, Target, UserScope, WorkloadScope
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState, Identity
from unbroken.entra.snapshot import OperatorFacts, Snapshot
from unbroken.entra.vocabulary import BaselineScopeMode, GuestKind, RiskLevel, UserAction
from unbroken.entra.well_known import AZURE_AD_GRAPH, MICROSOFT_GRAPH, OFFICE_365_PORTAL, SYNC_ROLES
from worlds import (
    AZURE_PORTAL,
    AZURE_RESOURCE_MANAGER,
    EXCHANGE,
    HERE,
    LOCATION_IDS,
    LOCATIONS,
    MICROSOFT,
    SHOP,
    USER_IDS,
    WIKI,
    Case,
    Draw,
    seldom,
    some,
    whole,
)

# --- what is asked for
DATA_LAKE, TEAMS = "e9f49c6b-5ce5-44c8-925d-015017e9f7ad", "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe"
NEW_SERVICE, NOBODYS, VENDOR = guid("app new service"), guid("app without owner"), guid("app vendor")
DAEMON, VENDOR_DAEMON, IDENTITY, STRANGER = (guid(f"sp {name}") for name in ("daemon", "vendor", "identity", "stranger"))
WORKLOADS = (DAEMON, VENDOR_DAEMON, IDENTITY, STRANGER)
"""The tenant's own, another company's, a managed identity, and one that nothing is known of."""
MORE_PRINCIPALS = (
    ServicePrincipal(id=guid("sp new"), app_id=NEW_SERVICE, owner_tenant_id=MICROSOFT),
    ServicePrincipal(id=guid("sp exchange"), app_id=TEAMS, owner_tenant_id=MICROSOFT, attributes=()),
    ServicePrincipal(id=VENDOR_DAEMON, app_id=VENDOR, owner_tenant_id=worlds.LITWARE, attributes=(("Set.Tier", "low"),)),
    ServicePrincipal(id=DAEMON, app_id=guid("app daemon"), owner_tenant_id=HERE),
    ServicePrincipal(id=IDENTITY, app_id=guid("app identity"), owner_tenant_id=HERE, kind="ManagedIdentity"),
)
ASKED_APPS = (SHOP, WIKI, VENDOR, EXCHANGE, TEAMS, OFFICE_365_PORTAL, AZURE_PORTAL, AZURE_RESOURCE_MANAGER, DATA_LAKE)
ASKED_APPS = (*ASKED_APPS, MICROSOFT_GRAPH, AZURE_AD_GRAPH, NEW_SERVICE, NOBODYS)
NAMED_APPS = (*worlds.POLICY_APPS, VENDOR, TEAMS)
SCOPES = [
    {"requested_scopes": scopes, "client_app_id": client, "client_is_public": public}
    for scopes in (*worlds.GRAPH_SCOPES, frozenset({"OpenID"}), frozenset({"People.Read", "email"}))
    for client in (SHOP, WIKI, AZURE_PORTAL, "04b07795-8ddb-461a-bbee-02f9e1bf7b46")
    for public in (True, False)
]
ACTIONS = [{"user_action": action} for action in (*[UserAction.REGISTER_SECURITY_INFO] * 2, UserAction.REGISTER_DEVICE)]
WHAT = st.sampled_from(
    [{"apps": tuple(sorted(apps)), "facts": SCOPES[number % len(SCOPES)]} for number, apps in enumerate(some(ASKED_APPS, 1, 2) * 2)]
    + [{"apps": (app,), "facts": scopes} for app in (MICROSOFT_GRAPH, AZURE_AD_GRAPH) for scopes in SCOPES]
    + ACTIONS * 8
    + [{"authentication_context": each} for each in worlds.CONTEXTS] * 6
)
TAG_RULES = (
    worlds.APP_RULE,
    'CustomSecurityAttribute.Set_Tier -ne "high"',
    'customsecurityattribute.set_tier -in ["low", "HIGH"]',
    'CustomSecurityAttribute.Set_Tier -startsWith "h" -or CustomSecurityAttribute.Set_Other -eq "x"',
    'CustomSecurityAttribute.Set_Tier -like "high"',
)
FILTERED = [
    Target(all_apps=mode == "exclude", app_filter=Filter(mode=mode, rule=rule), exclude_apps=left_out)
    for mode, rule, left_out in product(("include", "exclude"), TAG_RULES, (frozenset(), frozenset({SHOP}), frozenset({"Office365"})))
]
TARGETS = st.one_of(
    worlds.TARGETS,
    st.builds(Target, all_apps=st.just(value=True), exclude_apps=st.sampled_from(some(NAMED_APPS, 0, 2))),
    st.builds(Target, include_apps=st.sampled_from(some(NAMED_APPS, 1, 2)), exclude_apps=st.sampled_from(some(NAMED_APPS, 0, 1))),
    st.sampled_from([*FILTERED, Target(), *worlds.OTHER_TARGETS]),
)

# --- with what
TEXT_ATTRIBUTES = ("device.displayName", "device.model", "device.extensionAttribute1", "device.OPERATINGSYSTEMVERSION", "model")
TEXT_OPERATORS = ("-eq", "-ne", "-startsWith", "-notStartsWith", "endsWith", "-notEndsWith", "-contains", "-notContains", "\u2013eq", "-in")
TEXTS = ('"SAW"', '"saw-07"', "'Surface'", '"10.0"', "10.0", '""', '"o""k"', '"o`"k"', "null", "$null", "SAW", '["SAW","x"]')
KINDS_OF_COMPARISON = (
    (TEXT_ATTRIBUTES, TEXT_OPERATORS, TEXTS),
    (("device.displayName", "device.mdmAppId"), ("-in", "-notIn", "-contains"), ('["SAW-07", "a"]', "['a']", "[]", '"a"')),
    (("device.isCompliant",), ("-eq", "-ne", "-notEq", "-in"), ("True", "false", '"True"', '"yes"', "null", "$true")),
    (("device.trustType", "device.deviceOwnership"), ("-eq", "-ne", "-contains"), ('"ServerAD"', '"Workplace"', '"Company"')),
    (("device.physicalIds", "device.systemLabels"), ("-contains", "-notContains", "-eq"), ('"[ZTDId]:7"', '"ZTD"', '"M365Managed"')),
)
COMPARISONS = [" ".join(parts) for kind in KINDS_OF_COMPARISON for parts in product(*kind)] + list(worlds.DEVICE_RULES) * 20
SHAPES = (
    *("{0}", "{0}", "({0})", "-not {0}", "not ({0})", "{0} -and {1}", "{0} -or {1}", "{0} or {1} and {2}", "({0} -or {1}) -and {2}"),
    *("-not {0} -and {1}", "-not ({0} -or {1})", "-not -not {0}", "{0} -and {1} -or -not ({2})", "{0} {1}", "({0}", "{0} -xor {1}"),
)
PARTS = st.tuples(*[st.sampled_from(COMPARISONS)] * 3)
RULES = st.builds(lambda shape, parts: shape.format(*parts), st.sampled_from(SHAPES), PARTS)
DEVICE_FILTERS = st.one_of(
    st.none(), st.none(), st.none(), st.none(), st.builds(Filter, mode=st.sampled_from(("include", "exclude")), rule=RULES)
)
RICH: dict[str, Any] = {
    "displayname": "SAW-07",
    "model": "Surface Pro",
    "operatingsystemversion": "10.0.19045",
    "deviceownership": "Company",
}
RICH |= {"physicalids": ("[ZTDId]:7", "[GID]:a"), "systemlabels": ("M365Managed",), "extensionattribute1": 'o"k', "deviceid": "a"}
DEVICES = st.sampled_from(
    [
        *worlds.DEVICES * 2,
        *(
            DeviceState(attributes=tuple(sorted((RICH | more).items())))
            for more in (
                {"iscompliant": True, "trusttype": "AzureAD"},
                {"iscompliant": False, "trusttype": "Workplace"},
                {"iscompliant": False, "trusttype": "Workplace", "mdmappid": "a"},
                {"iscompliant": False, "trusttype": "ServerAD", "systemlabels": ()},
            )
        ),
    ]
)
FLOWS = some(("deviceCodeFlow", "authenticationTransfer", "none"), 1)

# --- from where
GPS, GONE = guid("gps"), guid("deleted location")
PLACES = (
    *LOCATIONS,
    NamedLocation(id=GPS, kind="gps", countries=frozenset({"FR"})),
    NamedLocation(id=COMPLIANT_NETWORK, kind="compliantNetwork", trusted=True),
)
PLACE_NAMES = (*LOCATION_IDS, ALL_TRUSTED, GPS, COMPLIANT_NETWORK, GONE, MFA_TRUSTED_IPS)
WHERE = seldom(
    [Sides(include=one, exclude=two) for one in ({ALL_LOCATIONS}, *some(PLACE_NAMES, 1, 2)) for two in some(PLACE_NAMES, 0, 1)], Sides(), 3
)

# --- who
EVERY_GUEST = (GuestScope(kinds=frozenset(map(str, GuestKind))),)
SYNC_ROLE = min(SYNC_ROLES)
ROLES = (*worlds.ROLES, SYNC_ROLE, "62e90394-69f5-4237-9190-012177145e10")
NAMED = st.builds(UserScope, **(worlds.SCOPE_PARTS | {"guests": seldom([*worlds.GUEST_SCOPES, *[EVERY_GUEST] * 40], (), 3)}))  # type: ignore[arg-type]
USERS = st.tuples(
    st.one_of(st.just(UserScope(everyone=True)), st.just(UserScope(everyone=True)), NAMED, NAMED),
    st.one_of(st.just(UserScope()), st.just(UserScope()), NAMED),
)
SERVICE_PRINCIPALS = [WorkloadScope(everyone=True), *(WorkloadScope(service_principals=ids) for ids in some(WORKLOADS, 1))]
CONTROLS = tuple(control for control in worlds.CONTROLS if control != "passwordChange")
"""Graph takes passwordChange under AND only, beside mfa."""
GRANTS = st.one_of(
    worlds.STRONG.map(lambda grant: grant if "passwordChange" not in grant.controls else replace(grant, operator="AND")),
    st.builds(Grant, operator=worlds.OPERATORS, controls=st.sampled_from(some(CONTROLS, 1, 2)), **worlds.SETTLED),  # type: ignore[arg-type]
    st.sampled_from((worlds.MFA, worlds.MFA, worlds.BLOCK, Grant(), Grant(operator="AND", controls=frozenset({"mfa", "passwordChange"})))),
)


@st.composite
def policies(draw: Draw[Any], name: str) -> ConditionalAccessPolicy:
    """Return a policy on users, or once in six times on workload identities, which only block (Graph takes nothing else)."""
    head = {"id": guid(f"policy {name}"), "display_name": name, "state": draw(worlds.STATES)}
    if draw(st.integers(0, 5)) == 5:
        workloads = (draw(st.sampled_from(SERVICE_PRINCIPALS)), draw(seldom(SERVICE_PRINCIPALS[1:], WorkloadScope())))
        risk = draw(seldom(some(worlds.RISKS, 1), frozenset(), 2))
        conditions = Conditions(locations=draw(WHERE), service_principal_risk=risk)
        return ConditionalAccessPolicy(**head, workloads=workloads, target=draw(TARGETS), conditions=conditions, grant=worlds.BLOCK)
    conditions = replace(
        draw(worlds.CONDITIONS),
        device_filter=draw(DEVICE_FILTERS),
        locations=draw(WHERE),
        transfer_methods=draw(seldom(FLOWS, frozenset(), 8)),
    )
    return ConditionalAccessPolicy(**head, users=draw(USERS), target=draw(TARGETS), conditions=conditions, grant=draw(GRANTS))


@st.composite
def sign_ins(draw: Draw[Any]) -> AccessRequest:
    """Return a sign-in of which everything is known but who owns a stranger, and what Microsoft does not say."""
    found: AccessRequest = draw(worlds.requests())
    what = dict(draw(WHAT))
    facts = replace(found.facts, **({"requested_scopes": None, "client_app_id": None, "client_is_public": None} | what.pop("facts", {})))
    asked = {"apps": (), "user_action": None, "authentication_context": None} | what
    if draw(st.integers(0, 7)) == 7 and asked["apps"]:
        risk = draw(st.sampled_from((RiskLevel.NONE, RiskLevel.LOW, RiskLevel.HIGH)))
        identity = Identity(service_principal_id=draw(st.sampled_from(WORKLOADS)))
        return replace(found, **asked, facts=facts, identity=identity, device=UNREGISTERED, service_principal_risk=risk)
    return replace(found, **asked, facts=facts, device=draw(DEVICES))


FACTS = st.builds(
    OperatorFacts,
    mfa_trusted_ips=st.sampled_from((worlds.MFA_TRUSTED, None)),
    baseline_scope_mode=st.sampled_from((BaselineScopeMode.ENFORCED, *BaselineScopeMode)),
)
PER_USER_MFA = seldom([((user, state),) for user in USER_IDS for state in ("enabled", "enforced")], (), 3)
NO_POLICY_ON = st.sampled_from((False, False, False, True))


def cases(policy_count: int, sign_in_count: int) -> st.SearchStrategy[Case]:
    """Return worlds of that many policies and sign-ins."""
    everything = st.tuples(*(policies(f"p{number}") for number in range(policy_count)))
    roles = st.tuples(*(st.builds(worlds.DirectoryRole, template_id=st.just(each), members=worlds.HOLDERS) for each in ROLES))
    return st.builds(_case, worlds.tenants(everything), roles, FACTS, PER_USER_MFA, NO_POLICY_ON, st.tuples(*[sign_ins()] * sign_in_count))


def _case(tenant: Snapshot, roles: Any, facts: OperatorFacts, per_user: Any, nothing_on: bool, requests: tuple[AccessRequest, ...]) -> Case:
    """Return the world; where no policy is on, security defaults are."""
    found = tuple(
        replace(policy, state=worlds.REPORT_ONLY) if nothing_on and policy.state is worlds.ON else policy
        for policy in tenant.policies.records
    )
    tenant = replace(
        tenant,
        policies=whole("conditionalAccessPolicies", found),
        roles=whole("directoryRoles", roles),
        locations=whole("namedLocations", PLACES),
        service_principals=whole("servicePrincipals", (*worlds.SERVICE_PRINCIPALS, *MORE_PRINCIPALS)),
        per_user_mfa=whole("userAuthenticationRequirements", per_user),
        security_defaults=nothing_on,
        facts=facts,
    )
    return Case(tenant, requests)
