"""A generated tenant as Graph would return it: what the emulated tenant's interpreter reads, and the reader of policies."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unbroken.emulator.tenant import Tenant
from unbroken.entra.directory import InboundTrust
from unbroken.entra.location import NamedLocation
from unbroken.entra.policy import ConditionalAccessPolicy, Target, UserScope
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import GuestKind

Wire = dict[str, Any]
KINDS = frozenset(str(kind) for kind in GuestKind)
SYNONYM = "GuestsOrExternalUsers"


def policy_record(policy: ConditionalAccessPolicy) -> Wire:
    """Return a policy as Graph spells it."""
    wanted, grant = policy.conditions, policy.grant
    workloads = {
        f"{side}ServicePrincipals": ["ServicePrincipalsInMyTenant"] if scope.everyone else sorted(scope.service_principals)
        for side, scope in zip(("include", "exclude"), policy.workloads, strict=True)
    }
    conditions: Wire = {
        "users": _scope("include", policy.users[0]) | _scope("exclude", policy.users[1]),
        "clientApplications": workloads if policy.workloads[0] else None,
        "applications": _applications(policy.target),
        "clientAppTypes": sorted(wanted.client_app_types) or ["all"],
        "signInRiskLevels": sorted(wanted.sign_in_risk),
        "userRiskLevels": sorted(wanted.user_risk),
        "servicePrincipalRiskLevels": sorted(wanted.service_principal_risk),
        "insiderRiskLevels": ",".join(sorted(wanted.insider_risk)) or None,
        "authenticationFlows": {"transferMethods": ",".join(sorted(wanted.transfer_methods))} if wanted.transfer_methods else None,
        "devices": None,
        "platforms": None,
        "locations": None,
    }
    if wanted.device_filter:
        conditions["devices"] = {"deviceFilter": {"mode": wanted.device_filter.mode, "rule": wanted.device_filter.rule}}
    for name, sides in (("Platforms", wanted.platforms), ("Locations", wanted.locations)):
        if sides.include:
            conditions[name.lower()] = {f"include{name}": sorted(sides.include), f"exclude{name}": sorted(sides.exclude)}
    grants: Wire = {"operator": grant.operator, "builtInControls": sorted(grant.controls), "termsOfUse": list(grant.terms_of_use)}
    grants |= {"customAuthenticationFactors": list(grant.custom_factors)}
    grants |= {"authenticationStrength": {"id": grant.strength} if grant.strength else None}
    session = None if grant else {"persistentBrowser": {"mode": "never", "isEnabled": True}}
    head = {"id": policy.id, "displayName": policy.display_name, "state": str(policy.state), "conditions": conditions}
    return head | {"grantControls": grants if grant else None, "sessionControls": session}


def _scope(side: str, found: UserScope) -> Wire:
    users = ["All"] if found.everyone else sorted(found.users)
    record: Wire = {f"{side}Groups": sorted(found.groups), f"{side}Roles": sorted(found.roles), f"{side}GuestsOrExternalUsers": None}
    for part in found.guests:
        if part.kinds == KINDS and part.tenants is None:  # the old word for all of them
            users = [*users, SYNONYM]
            continue
        tenants = {"membershipKind": "all"} if part.tenants is None else {"membershipKind": "enumerated", "members": sorted(part.tenants)}
        record[f"{side}GuestsOrExternalUsers"] = {"guestOrExternalUserTypes": ",".join(sorted(part.kinds)), "externalTenants": tenants}
    nobody = side == "include" and not users and not any(record.values())
    return {f"{side}Users": ["None"] if nobody else users} | record


def _applications(target: Target) -> Wire:
    rule = target.app_filter
    everything = [] if target.app_filter or target.user_actions or target.authentication_contexts else ["None"]
    return {
        "includeApplications": ["All"] if target.all_apps else sorted(target.include_apps) or everything,
        "excludeApplications": sorted(target.exclude_apps),
        "includeUserActions": sorted(target.user_actions),
        "includeAuthenticationContextClassReferences": sorted(target.authentication_contexts),
        "applicationFilter": {"mode": rule.mode, "rule": rule.rule} if rule else None,
    }


def emulated(tenant: Snapshot) -> Tenant:
    """Return the emulated tenant's own reading of everything but the policies."""
    facts = tenant.facts
    return Tenant(records(tenant), mfa_trusted_ips=facts.mfa_trusted_ips or (), baseline_scope_mode=str(facts.baseline_scope_mode))


def records(tenant: Snapshot) -> dict[str, list[Wire]]:
    """Return the collections of a fully known tenant that decide a sign-in."""
    access = tenant.cross_tenant
    partners = [{"tenantId": home, "inboundTrust": _trust(trust)} for home, trust in (access.partners if access else ())]
    return {
        "organization": [{"id": tenant.tenant_id}],
        "groups": [{"id": one.id, "members": _members(one.members)} for one in tenant.groups.records],
        "directoryRoles": [{"roleTemplateId": one.template_id, "members": _members(one.members)} for one in tenant.roles.records],
        "namedLocations": [_place(place) for place in tenant.locations.records],
        "authenticationStrengthPolicies": [
            {"id": one.id, "allowedCombinations": sorted(one.allowed_combinations)} for one in tenant.strengths.records
        ],
        "servicePrincipals": [
            {
                "id": one.id,
                "appId": one.app_id,
                "appOwnerOrganizationId": one.owner_tenant_id,
                "servicePrincipalType": one.kind or "Application",
                **({} if one.attributes is None else {"customSecurityAttributes": _tags(one.attributes) or None}),
            }
            for one in tenant.service_principals.records
        ],
        "crossTenantAccessPolicy": [{"default": {"inboundTrust": _trust(access.default)}, "partners": partners}] if access else [],
        "identitySecurityDefaultsEnforcementPolicy": [{"isEnabled": bool(tenant.security_defaults)}],
        "userAuthenticationRequirements": [{"id": user, "perUserMfaState": state} for user, state in tenant.per_user_mfa.records],
    }


def _members(ids: Iterable[str] | None) -> list[Wire]:
    return [{"id": each} for each in ids or ()]


def _tags(attributes: Iterable[tuple[str, str]]) -> Wire:
    found: Wire = {}
    for name, value in attributes:
        group, _, key = name.partition(".")
        found.setdefault(group, {})[key] = value
    return found


def _trust(trust: InboundTrust) -> Wire:
    return {
        "isMfaAccepted": trust.mfa,
        "isCompliantDeviceAccepted": trust.compliant_device,
        "isHybridAzureADJoinedDeviceAccepted": trust.hybrid_device,
    }


def _place(place: NamedLocation) -> Wire:
    if place.kind in {"country", "gps"}:
        lookup = "authenticatorAppGps" if place.kind == "gps" else "clientIpAddress"
        unknown = place.include_unknown_countries
        found: Wire = {"countriesAndRegions": sorted(place.countries), "includeUnknownCountriesAndRegions": unknown}
        return {"id": place.id, "countryLookupMethod": lookup} | found
    if place.kind == "compliantNetwork":
        return {"id": place.id, "isTrusted": place.trusted, "compliantNetworkType": "allTenantCompliantNetworks"}
    ranges = [
        dict(zip(("lowerAddress", "upperAddress"), text.split("-"), strict=True)) if "-" in text else {"cidrAddress": text}
        for text in place.ranges
    ]
    return {"id": place.id, "isTrusted": place.trusted, "ipRanges": ranges}
