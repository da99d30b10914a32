"""A second, deliberately naive reading of Conditional Access for fully known sign-ins: loops over lists, one line per rule.

Written from Microsoft's documentation (entra-docs: conditional-access, authentication-conditional-access of external-id, authentication
strengths), not from the product, whose only part here is the nouns. Slow, plain, and therefore easy to check by eye.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from ipaddress import ip_address, ip_network

from builders import MFA_STRENGTH
from unbroken.entra.directory import InboundTrust
from unbroken.entra.policy import ConditionalAccessPolicy, UserScope
from unbroken.entra.request import AccessRequest, DeviceState
from unbroken.entra.snapshot import Snapshot
from worlds import APP_RULE, SERVICE_PRINCIPALS

ORDER = ("allow", "mfa", "register", "controls", "locked_out", "block")
LEGACY = ("exchangeActiveSync", "easSupported", "other")
EAS = ("exchangeActiveSync", "easSupported")
GRAPH, AAD_GRAPH = "00000003-0000-0000-c000-000000000000", "00000002-0000-0000-c000-000000000000"
AZURE_PORTAL, AZURE_MANAGEMENT = "c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "797f4846-ba00-4fd7-ba43-dac1f8f63013"
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
BUNDLES = {"Office365": (EXCHANGE,), "MicrosoftAdminPortals": (AZURE_PORTAL,)}
MICROSOFTS = (GRAPH, AAD_GRAPH, EXCHANGE, AZURE_PORTAL, AZURE_MANAGEMENT)
KINDS = {("Guest", True): "b2bCollaborationGuest", ("Guest", False): "internalGuest", ("Member", True): "b2bCollaborationMember"}
OIDC = {"email", "offline_access", "openid", "profile"}
NATIVE = OIDC | {"User.Read", "People.Read"}
CONFIDENTIAL = NATIVE | {"User.Read.All", "User.ReadBasic.All", "People.Read.All", "GroupMember.Read.All", "Member.Read.Hidden"}

SECOND_FACTORS = ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
MFA = {
    *("windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor", "deviceBasedPush", "federatedMultiFactor"),
    *("temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"),
    *(",".join(sorted(("password", second))) for second in SECOND_FACTORS),
}
AT_THE_HOST = {"microsoftAuthenticatorPush,password", "password,softwareOath", "password,sms", "password,voice"}
GIVES = {
    "fido2": {"fido2"},
    "windowsHelloForBusiness": {"windowsHelloForBusiness"},
    "microsoftAuthenticatorPush": {"microsoftAuthenticatorPush,password"},
    "mobilePhone": {"password,sms", "password,voice"},
    "externalAuthMethod": {"an external method"},
    "email": set(),
}
ON_THE_SPOT = {"MicrosoftAuthenticator": {"microsoftAuthenticatorPush,password"}, "Fido2": {"fido2"}}
ASKED = ("mfa", "authenticationStrength", "compliantDevice", "domainJoinedDevice")


class NotSaid(Exception):
    """Microsoft's documentation does not say it, or no export tells."""


@dataclass(frozen=True)
class Answer:
    """What every policy does (None: nobody can tell), and the outcome (None likewise)."""

    applies: tuple[bool | None, ...]
    outcome: str | None


def answer(tenant: Snapshot, request: AccessRequest) -> Answer:
    """Return what a fully known sign-in meets."""
    if request.client in LEGACY:  # no device state, and no device code flow
        request = replace(request, device=DeviceState(), transfer_method="none")
    applies = tuple(told(tenant, policy, request) for policy in tenant.policies.records)
    outcomes = {_outcome(tenant, request, applies, methods) for methods in _methods(tenant, request)}
    return Answer(applies, outcomes.pop() if len(outcomes) == 1 else None)


def told(tenant: Snapshot, policy: ConditionalAccessPolicy, request: AccessRequest) -> bool | None:
    if policy.state == "disabled" or not conditions_hold(tenant, policy, request):
        return False
    try:
        return is_target(tenant, policy, request)
    except NotSaid:
        return None


# --- who


def kind(tenant: Snapshot, request: AccessRequest) -> str | None:
    if request.identity.guest_kind:
        return str(request.identity.guest_kind)
    user = next(user for user in tenant.users.records if user.id == request.identity.user_id)
    return KINDS.get((user.user_type or "", bool(user.external)))


def groups_of(tenant: Snapshot, who: str | None) -> set[str]:
    inside: set[str] = set()
    while True:
        more = {group.id for group in tenant.groups.records if {who, *inside} & set(group.members or ())} - inside
        if not more:
            return inside
        inside |= more


def roles_of(tenant: Snapshot, who: str | None) -> set[str]:
    holders = {who} | groups_of(tenant, who)
    return {role.template_id for role in tenant.roles.records if holders & set(role.members or ())}


def _in_scope(tenant: Snapshot, scope: UserScope, request: AccessRequest) -> bool:
    who, guest = request.identity.user_id, kind(tenant, request)
    if scope.everyone or who in scope.users or groups_of(tenant, who) & scope.groups or roles_of(tenant, who) & scope.roles:
        return True
    for part in scope.guests:
        tenant_fits = part.tenants is None or guest == "internalGuest" or request.identity.home_tenant_id in part.tenants
        if guest in part.kinds and tenant_fits:
            return True
    return False


def is_assigned(tenant: Snapshot, policy: ConditionalAccessPolicy, request: AccessRequest) -> bool:
    include, exclude = policy.users
    names_eas = bool(policy.conditions.client_app_types & set(EAS))
    widened = request.client in EAS and names_eas and bool(include.roles or include.guests)
    return (widened or _in_scope(tenant, include, request)) and not _in_scope(tenant, exclude, request)


# --- what


def is_target(tenant: Snapshot, policy: ConditionalAccessPolicy, request: AccessRequest) -> bool:
    target = policy.target
    left_out = bool(target.exclude_apps) or (target.app_filter is not None and target.app_filter.mode == "exclude")
    if request.user_action:
        if request.user_action == "urn:user:registerdevice" and target.all_apps:
            raise NotSaid
        return target.all_apps or request.user_action in target.user_actions
    if request.authentication_context:
        if target.all_apps and left_out:
            raise NotSaid
        return target.all_apps or request.authentication_context in target.authentication_contexts
    audiences = [_app(policy, app) for app in request.apps]
    if request.apps == (GRAPH,):
        audiences = [_graph(policy, request, with_exclusions=target.all_apps and left_out)]
        if not request.facts.client_is_public and "openid" in (request.facts.requested_scopes or ()):
            audiences.append(_app(policy, request.facts.client_app_id or ""))
    if True in audiences:
        return True
    if None in audiences:
        raise NotSaid
    return False


def _graph(policy: ConditionalAccessPolicy, request: AccessRequest, *, with_exclusions: bool) -> bool | None:
    scopes, public = request.facts.requested_scopes or frozenset(), request.facts.client_is_public
    if with_exclusions and not public and scopes <= OIDC and request.facts.client_app_id in policy.target.exclude_apps:
        return False
    if not scopes <= (NATIVE if public else CONFIDENTIAL):
        return _app(policy, GRAPH)
    directory = _app(policy, AAD_GRAPH)
    if with_exclusions:
        return directory
    itself = _app(policy, GRAPH)
    return True if True in (itself, directory) else None if None in (itself, directory) else False


def _app(policy: ConditionalAccessPolicy, app: str) -> bool | None:
    target = policy.target
    rule = target.app_filter
    included = {True} if target.all_apps else _named(target.include_apps, app)
    excluded = _named(target.exclude_apps, app)
    if rule is not None:
        (included if rule.mode == "include" else excluded).add(_tagged(app))
    if True in excluded:
        return False
    if True in included:
        return None if None in excluded else True
    return None if None in included else False


def _named(names: frozenset[str], app: str) -> set[bool | None]:
    found: set[bool | None] = {app in names}
    if app == AZURE_PORTAL:
        found.add(AZURE_MANAGEMENT in names)
    for bundle, apps in BUNDLES.items():
        if bundle in names:
            found.add(True if app in apps else _told_apart(app))
    return found


def _told_apart(app: str) -> bool | None:
    """Return that an app of somebody else's is outside a bundle; of Microsoft's own, the public lists are not complete."""
    ours = [each for each in SERVICE_PRINCIPALS if each.app_id == app and each.owner_tenant_id is not None]
    return False if ours else None


def _tagged(app: str) -> bool | None:
    assert APP_RULE.endswith('-eq "high"')
    found = [each for each in SERVICE_PRINCIPALS if each.app_id == app]
    return dict(found[0].attributes or ()).get("Set.Tier") == "high" if found else None


# --- the other conditions


def conditions_hold(tenant: Snapshot, policy: ConditionalAccessPolicy, request: AccessRequest) -> bool:
    """Return whether everything but the target fits."""
    wanted = policy.conditions
    return (
        is_assigned(tenant, policy, request)
        and client_fits(wanted.client_app_types, request)
        and (not wanted.platforms.include or platform_fits(wanted.platforms.include, wanted.platforms.exclude, str(request.platform)))
        and (wanted.locations.include is None or place_fits(tenant, wanted.locations.include, wanted.locations.exclude, request))
        and (wanted.device_filter is None or device_fits(wanted.device_filter.rule, request) is (wanted.device_filter.mode == "include"))
        and (not wanted.sign_in_risk or request.sign_in_risk in wanted.sign_in_risk)
        and (not wanted.user_risk or request.user_risk in wanted.user_risk)
        and (not wanted.insider_risk or request.insider_risk in wanted.insider_risk)
        and (not wanted.transfer_methods or request.transfer_method in wanted.transfer_methods)
    )


def client_fits(types: frozenset[str], request: AccessRequest) -> bool:
    if not types or "all" in types or request.client in types:
        return True
    if request.client == "easSupported":
        return "exchangeActiveSync" in types
    return request.client == "exchangeActiveSync" and "easSupported" in types and request.platform in ("iOS", "android", "windows")


def platform_fits(include: frozenset[str], exclude: frozenset[str], platform: str) -> bool:
    return ("all" in include or platform in include) and "all" not in exclude and platform not in exclude


def place_fits(tenant: Snapshot, include: frozenset[str], exclude: frozenset[str], request: AccessRequest) -> bool:
    here = {"All", *places(tenant, request)}
    return bool(here & include) and not here & exclude


def places(tenant: Snapshot, request: AccessRequest) -> Iterator[str]:
    for place in tenant.locations.records:
        if place.kind == "country":
            inside = request.country in place.countries if request.country else place.include_unknown_countries
        else:
            inside = any(_in_range(request.ip_address or "", text) for text in place.ranges)
        if inside:
            yield place.id
        if inside and place.trusted:
            yield "AllTrusted"
    if is_mfa_trusted(tenant, request.ip_address or ""):
        yield "AllTrusted"


def is_mfa_trusted(tenant: Snapshot, ip: str) -> bool:
    """Return whether an address is among the MFA service's trusted ones."""
    return any(_in_range(ip, text) for text in tenant.facts.mfa_trusted_ips or ())


def _in_range(ip: str, text: str) -> bool:
    address = ip_address(ip)
    if "-" in text:
        low, high = (ip_address(end) for end in text.split("-"))
        return address.version == low.version and int(low) <= int(address) <= int(high)
    return address in ip_network(text)


def device_fits(rule: str, request: AccessRequest) -> bool:
    known = dict(request.device.attributes if request.device else ())
    compliant, trust, name = known.get("iscompliant"), known.get("trusttype"), str(known.get("displayname", "")).upper()
    seen = compliant is True or trust == "ServerAD" or bool(known.get("mdmappid"))
    tag = str(known.get("extensionattribute1", "")).upper() if seen else None
    return {
        "device.isCompliant -eq True": compliant is True,
        'device.isCompliant -eq False -and device.trustType -ne "ServerAD"': compliant is False and trust != "ServerAD",
        'device.trustType -eq "ServerAD"': trust == "ServerAD",
        'device.trustType -ne "Workplace"': trust != "Workplace",
        'device.displayName -startsWith "SAW"': name.startswith("SAW"),
        'device.extensionAttribute1 -eq "SAW"': tag == "SAW",
        'device.extensionAttribute1 -ne "SAW"': tag != "SAW",
    }[rule]


# --- what is demanded


@dataclass(frozen=True)
class Methods:
    """What a person has registered, as combinations, and what can be added on the spot; and what no export tells."""

    have: frozenset[str]
    can_add: frozenset[str]
    at_home: frozenset[str] = frozenset()
    """What an external user has in the home tenant: anything from nothing to everything."""
    outside_counts: bool = True
    """Whether an external method, which no strength can list, meets the built-in MFA strength: the documentation does not say."""


def _methods(tenant: Snapshot, request: AccessRequest) -> Iterator[Methods]:
    who = request.identity.user_id
    inside = groups_of(tenant, who)
    addable: set[str] = set()
    for method in tenant.methods_policy.records:
        if (
            method.enabled
            and ("all_users" in method.include_groups or method.include_groups & inside)
            and not method.exclude_groups & inside
        ):
            addable |= ON_THE_SPOT[method.id]
    for have in _registered(tenant, request):
        for at_home in (frozenset[str](), frozenset(MFA)):
            for outside_counts in (False, True):
                yield Methods(have, frozenset(addable), at_home, outside_counts)


def _registered(tenant: Snapshot, request: AccessRequest) -> Iterator[frozenset[str]]:
    records = [each for each in tenant.registrations.records if each.user_id == request.identity.user_id]
    if records:
        yield frozenset(mode for method in records[0].methods or () for mode in GIVES[method])
        return
    yield frozenset()
    if kind(tenant, request) != "b2bDirectConnectUser":  # nobody but their own tenant knows what they have
        yield frozenset(MFA)


def _outcome(tenant: Snapshot, request: AccessRequest, applies: tuple[bool | None, ...], methods: Methods) -> str | None:
    open_ = _registration_is_open(tenant, request, methods)
    enabled = [(policy, fits) for policy, fits in zip(tenant.policies.records, applies, strict=True) if policy.state == "enabled"]
    sure = [meets(tenant, policy, request, methods, can_register=open_) for policy, fits in enabled if fits]
    maybe = [meets(tenant, policy, request, methods, can_register=open_) for policy, fits in enabled if fits is None]
    floor = _worst([*sure, per_user_mfa(tenant, request, methods, can_register=open_)])
    return floor if floor == _worst([floor, *maybe]) else None


def _registration_is_open(tenant: Snapshot, request: AccessRequest, methods: Methods) -> bool:
    for policy in tenant.policies.records:
        guards = "urn:user:registersecurityinfo" in policy.target.user_actions and policy.state == "enabled"
        if guards and conditions_hold(tenant, policy, request):
            outcome = meets(tenant, policy, request, methods, can_register=False)
            only_terms = (
                policy.grant.terms_of_use
                and meets(tenant, replace(policy, grant=replace(policy.grant, terms_of_use=())), request, methods, can_register=False)
                == "allow"
            )
            if outcome != "allow" and not (outcome == "controls" and only_terms):
                return False
    return True


def per_user_mfa(tenant: Snapshot, request: AccessRequest, methods: Methods, *, can_register: bool) -> str:
    state = dict(tenant.per_user_mfa.records).get(request.identity.user_id or "", "disabled")
    trusted = is_mfa_trusted(tenant, request.ip_address or "")
    if state == "disabled" or trusted or request.client in LEGACY:
        return "allow"
    return _mfa(tenant, request, methods, can_register)


def _worst(outcomes: list[str]) -> str:
    return max(outcomes, key=ORDER.index, default="allow")


def meets(tenant: Snapshot, policy: ConditionalAccessPolicy, request: AccessRequest, methods: Methods, *, can_register: bool) -> str:
    """Return the outcome of one policy that applies."""
    grant = policy.grant
    if "block" in grant.controls:
        return "block"
    found = [_control(tenant, policy, name, request, methods, can_register) for name in grant.controls]
    if grant.strength:
        found.append(_strength(tenant, policy, request, methods, can_register))
    if grant.terms_of_use:
        found.append(_terms(grant.terms_of_use, grant.operator, tenant, request))
    found += [_ask(request) for _ in grant.custom_factors]
    if not found:
        return "allow"
    return min(found, key=ORDER.index) if grant.operator == "OR" else _worst(found)


def _ask(request: AccessRequest) -> str:
    return "locked_out" if request.client in LEGACY or not request.facts.interactive else "controls"


def _terms(wanted: tuple[str, ...], operator: str, tenant: Snapshot, request: AccessRequest) -> str:
    if request.client in LEGACY:  # whatever the control, a legacy client cannot meet it
        return "locked_out"
    accepted = [each in request.facts.terms_accepted for each in wanted]
    if (all(accepted) if operator == "AND" else any(accepted)) or kind(tenant, request) == "b2bDirectConnectUser":
        return "allow"
    return _ask(request)


def _external(tenant: Snapshot, request: AccessRequest) -> bool:
    return kind(tenant, request) not in (None, "internalGuest")


def trust_in(tenant: Snapshot, request: AccessRequest) -> InboundTrust:
    access = tenant.cross_tenant
    assert access is not None
    partner = dict(access.partners).get(request.identity.home_tenant_id or "")
    if partner is None:
        return access.default
    names = ("mfa", "compliant_device", "hybrid_device")
    return InboundTrust(**{n: getattr(access.default if getattr(partner, n) is None else partner, n) for n in names})


def _control(
    tenant: Snapshot, policy: ConditionalAccessPolicy, name: str, request: AccessRequest, methods: Methods, can_register: bool
) -> str:
    external = _external(tenant, request)
    device = dict(request.device.attributes if request.device else ())
    if name == "mfa":
        return _mfa(tenant, request, methods, can_register, policy)
    if name in ("compliantDevice", "domainJoinedDevice"):
        has = device.get("iscompliant") is True if name == "compliantDevice" else device.get("trusttype") == "ServerAD"
        trust = trust_in(tenant, request)
        trusted = trust.compliant_device if name == "compliantDevice" else trust.hybrid_device
        if request.client in LEGACY or request.transfer_method == "deviceCodeFlow" or (external and not trusted):
            return "locked_out"
        return "allow" if has else _ask(request)
    if name == "passwordChange" and kind(tenant, request) is not None:
        return "block"
    if name in ("approvedApplication", "compliantApplication") and external:
        return "locked_out"
    return _ask(request)


def _mfa(
    tenant: Snapshot, request: AccessRequest, methods: Methods, can_register: bool, policy: ConditionalAccessPolicy | None = None
) -> str:
    facts = request.facts
    if request.client in LEGACY:
        return "locked_out"
    trusted = _external(tenant, request) and bool(trust_in(tenant, request).mfa)
    if trusted and facts.home_tenant_mfa:
        return "allow"
    here = MFA & AT_THE_HOST if _external(tenant, request) and not trusted else MFA
    if facts.mfa_satisfied or facts.authentication_method in here:
        return "allow"
    if trusted:
        return "mfa" if facts.interactive else "locked_out"
    outside = "an external method" in methods.have and (policy is None or not policy.grant.strength or methods.outside_counts)
    return _step_up(
        tenant, policy, request, usable=bool(methods.have & here or outside), addable=bool(methods.can_add & here) and can_register
    )


def _strength(tenant: Snapshot, policy: ConditionalAccessPolicy, request: AccessRequest, methods: Methods, can_register: bool) -> str:
    if policy.grant.strength == MFA_STRENGTH:
        return _mfa(tenant, request, methods, can_register, policy)
    if request.client in LEGACY:
        return "locked_out"
    allowed = next(each.allowed_combinations for each in tenant.strengths.records if each.id == policy.grant.strength)
    trusted = _external(tenant, request) and bool(trust_in(tenant, request).mfa)
    if request.facts.authentication_method in (allowed & AT_THE_HOST if _external(tenant, request) and not trusted else allowed):
        return "allow"
    if trusted:  # asked for in the home tenant, whose methods count and nobody here knows
        outcome = "mfa" if methods.at_home & allowed and request.facts.interactive else "locked_out"
    else:
        here = allowed & AT_THE_HOST if _external(tenant, request) else allowed
        addable = bool(methods.can_add & here) and can_register
        outcome = _step_up(tenant, policy, request, usable=bool(methods.have & here), addable=addable)
    return "controls" if outcome == "mfa" and allowed - MFA else outcome


def _step_up(tenant: Snapshot, policy: ConditionalAccessPolicy | None, request: AccessRequest, *, usable: bool, addable: bool) -> str:
    if not request.facts.interactive:
        return "locked_out"
    if kind(tenant, request) == "b2bDirectConnectUser":
        return "locked_out"
    if usable:
        return "mfa"
    at_risk = policy is not None and (policy.conditions.sign_in_risk or policy.conditions.user_risk)
    return "register" if addable and not at_risk else "locked_out"
