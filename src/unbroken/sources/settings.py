"""Tenant-wide settings: methods policy, per-user MFA, security defaults, trust in other tenants, federation, licences."""

from __future__ import annotations

from collections.abc import Iterable

from unbroken.entra.directory import CrossTenantAccess, InboundTrust, MethodConfiguration
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Collection
from unbroken.entra.vocabulary import PerUserMfaState, PolicyState
from unbroken.errors import BadInput
from unbroken.sources.ids import canonical
from unbroken.sources.reading import Reading, as_object, gathered
from unbroken.sources.wire import Json, WireObject

_MFA_STATES = {state.lower(): state.value for state in PerUserMfaState}
_LIVE_SKUS = frozenset({"enabled", "warning"})
"""`capabilityStatus`: a subscription in its grace period (Warning) still works."""
_METHODS = "authenticationMethodsPolicy"
_TRUST = "crossTenantAccessPolicy"
_EXPORT_METHODS = "export the authentication methods policy again"


def read_methods_policy(reading: Reading) -> Collection[MethodConfiguration]:
    """Return who may use which method, out of the policy, or of EntraExporter's files of one method each."""
    policies, gaps = reading.each(_METHODS, lambda record, where: (record.get("authenticationMethodConfigurations"), where))
    found: list[MethodConfiguration] = []
    for configurations, where in policies:
        gaps += [] if isinstance(configurations, list) else [f"{where} has no authenticationMethodConfigurations"]
        for body in configurations if isinstance(configurations, list) else ():
            item = reading.attempt(_METHODS, lambda body=body, where=where: method_configuration(as_object(body, where), where))  # type: ignore[misc]
            found += [item] if item else []
            gaps += [] if item else [f"a method in {where} could not be read"]
    if policies:
        return gathered(_METHODS, found, gaps)
    single, more = reading.each("authenticationMethodConfigurations", method_configuration)
    leaves_out = ["EntraExporter leaves out some authentication methods"] if single else []
    return gathered(_METHODS, single, [*gaps, *more, *leaves_out] or ["not exported"])


def method_configuration(body: Json, where: str) -> MethodConfiguration:
    """Return who may use one authentication method; an enabled one without its targets is refused: who may use it is unknown."""
    wire = WireObject(body, "", where)
    method, state = wire.text("id"), wire.text("state").lower()
    if not method or state not in {"enabled", "disabled"}:
        raise BadInput(where, "is no method with an id and a state", remedy=_EXPORT_METHODS)
    if state == "enabled" and not wire.has("includeTargets"):
        raise BadInput(where, f"method {method} has no includeTargets", remedy=_EXPORT_METHODS)
    include, exclude = (frozenset(canonical(each.text("id")) for each in wire.objects(f"{side}Targets")) for side in ("include", "exclude"))
    return MethodConfiguration(id=method, enabled=state == "enabled", include_groups=include, exclude_groups=exclude)


def per_user_mfa(body: Json, where: str) -> tuple[str, str]:
    """Return (user id, state)."""
    wire = WireObject(body, "", where)
    user, state = wire.text("id"), wire.text("perUserMfaState")
    if not user or state.lower() not in _MFA_STATES:
        raise BadInput(where, f"perUserMfaState {state or 'missing'} is not known", remedy="it is disabled, enabled or enforced")
    return canonical(user), _MFA_STATES[state.lower()]


def read_security_defaults(reading: Reading, policies: Iterable[ConditionalAccessPolicy]) -> bool | None:
    """Return whether security defaults are on; any enabled policy proves them off, as Entra refuses both at once."""
    found, _ = reading.each("identitySecurityDefaultsEnforcementPolicy", lambda record, _: record)
    switch = found[0].get("isEnabled") if found else None
    if isinstance(switch, bool):
        return switch
    surely_enabled = any(each.state is PolicyState.ENABLED and not _state_unknown(each) for each in policies)
    return False if surely_enabled else None


def _state_unknown(policy: ConditionalAccessPolicy) -> bool:
    return any(path.startswith("state: ") for path in policy.unmodelled)


def read_cross_tenant(reading: Reading) -> CrossTenantAccess | None:
    """Return the trust in other tenants, None when the default or the partners were not read."""
    if reading.layout.of(f"{_TRUST}/partners"):
        reading.problems.append(f"{_TRUST}: EntraExporter keeps one partner only, so trust in other tenants is unknown")
        return None
    defaults, _ = reading.each(f"{_TRUST}/default", lambda record, _: record)
    if defaults:
        return cross_tenant_access({"default": defaults[0], "partners": []}, _TRUST)
    found, _ = reading.each(_TRUST, cross_tenant_access)
    return found[0] if found else None


def cross_tenant_access(body: Json, where: str) -> CrossTenantAccess:
    """Return the inbound trust of the default and of every partner; both must be there, else trust would be guessed."""
    wire = WireObject(body, "", where)
    default, partners = wire.take("default"), wire.take("partners")
    if isinstance(partners, dict):
        partners = partners.get("value") if not partners.get("@odata.nextLink") else None
    if not isinstance(default, dict) or not isinstance(partners, list):
        raise BadInput(where, "lacks default or partners, so trust is unknown", remedy="export the default and the list of partners")
    found = tuple(_partner(WireObject(partner, "partners", where)) for partner in partners)
    return CrossTenantAccess(default=_trust(WireObject(default, "default", where)), partners=found)


def _partner(wire: WireObject) -> tuple[str, InboundTrust]:
    tenant = wire.text("tenantId")
    if not tenant:
        raise BadInput(wire.where, "has a partner without tenantId", remedy="export the partners again")
    return canonical(tenant), _trust(wire)


def _trust(wire: WireObject) -> InboundTrust:
    inner = wire.inner("inboundTrust")
    return InboundTrust(
        mfa=_flag(inner, "isMfaAccepted"),
        compliant_device=_flag(inner, "isCompliantDeviceAccepted"),
        hybrid_device=_flag(inner, "isHybridAzureADJoinedDeviceAccepted"),
    )


def _flag(wire: WireObject, name: str) -> bool | None:
    value = wire.take(name)
    return value if isinstance(value, bool) else None


def read_domains(reading: Reading) -> tuple[tuple[str, ...], tuple[tuple[str, str], ...]]:
    """Return the domains, and the federated ones with what their identity provider is trusted to do (`""` when not exported)."""
    found, _ = reading.each("domains", lambda record, _: record)
    names = tuple(str(record["id"]).lower() for record in found if record.get("id"))
    federated = {str(each["id"]).lower(): "" for each in found if each.get("id") and each.get("authenticationType") == "Federated"}
    configured, _ = reading.each("federationConfigurations", lambda record, where: federation(record, names, where))
    return names, tuple((federated | dict(configured)).items())


def federation(body: Json, domains: Iterable[str], where: str) -> tuple[str, str]:
    """Return (domain, federatedIdpMfaBehavior); the record names its domain, or bears it as its display name."""
    wire = WireObject(body, "", where)
    explicit = wire.text("domainId") or wire.text("domain") or wire.text("domainName")
    shown = wire.text("displayName")
    known = {domain.lower() for domain in domains}
    domain = explicit or (shown if shown.lower() in known or (not known and "." in shown) else "")
    if not domain:
        raise BadInput(where, "does not say which domain it belongs to", remedy="add the domain's name as domainId")
    return domain.lower(), wire.text("federatedIdpMfaBehavior")


def read_skus(reading: Reading) -> tuple[str, ...] | None:
    """Return the service plans the tenant has; None when they are not all known."""
    found, gaps = reading.each("subscribedSkus", service_plans)
    return tuple(sorted(set().union(*found))) if reading.layout.of("subscribedSkus") and not gaps else None


def service_plans(body: Json, where: str) -> set[str]:
    """Return the service plans of one subscription, none when it is not live."""
    wire = WireObject(body, "", where)
    if wire.text("capabilityStatus").lower() not in _LIVE_SKUS:
        return set()
    return {canonical(plan.text("servicePlanId")) for plan in wire.objects("servicePlans")} - {""}
