"""Tenant-wide settings: methods policy, per-user MFA, security defaults, trust in other tenants, federation, licences."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unbroken.entra.directory import CrossTenantAccess, InboundTrust, MethodConfiguration
from unbroken.entra.vocabulary import PerUserMfaState
from unbroken.errors import BadInput
from unbroken.sources.ids import canonical
from unbroken.sources.wire import WireObject

_MFA_STATES = {state.lower(): state.value for state in PerUserMfaState}
_LIVE_SKUS = frozenset({"enabled", "warning"})
"""`capabilityStatus`: a subscription in its grace period (Warning) still works."""


def method_configuration(body: Any, where: str) -> MethodConfiguration:
    """Return who may use one authentication method; an enabled one without its targets is refused: who may use it is unknown."""
    wire = WireObject(body, "", where)
    method, state = wire.text("id"), wire.text("state").lower()
    if not method or state not in {"enabled", "disabled"}:
        raise BadInput(where, "is no method with an id and a state", remedy="export the authentication methods policy again")
    included, excluded = wire.take("includeTargets"), wire.take("excludeTargets")
    if state == "enabled" and included is None:
        raise BadInput(where, f"method {method} has no includeTargets", remedy="export the authentication methods policy again")
    return MethodConfiguration(
        id=method, enabled=state == "enabled", include_groups=_target_ids(included, where), exclude_groups=_target_ids(excluded, where)
    )


def _target_ids(targets: Any, where: str) -> frozenset[str]:
    return frozenset(canonical(WireObject(target, "targets", where).text("id")) for target in targets or ())


def per_user_mfa(body: Any, where: str) -> tuple[str, str]:
    """Return (user id, state)."""
    wire = WireObject(body, "", where)
    user, state = wire.text("id"), wire.text("perUserMfaState")
    if not user or state.lower() not in _MFA_STATES:
        raise BadInput(where, f"perUserMfaState {state or 'missing'} is not known", remedy="it is disabled, enabled or enforced")
    return canonical(user), _MFA_STATES[state.lower()]


def cross_tenant_access(body: Any, where: str) -> CrossTenantAccess:
    """Return the inbound trust of the default and of every partner; both must be there, else trust would be guessed."""
    wire = WireObject(body, "", where)
    default, partners = wire.take("default"), wire.take("partners")
    if isinstance(partners, dict):
        partners = partners.get("value") if not partners.get("@odata.nextLink") else None
    if not isinstance(default, dict) or not isinstance(partners, list):
        raise BadInput(where, "lacks default or partners", remedy="export the default and the list of partners")
    return CrossTenantAccess(
        default=_trust(WireObject(default, "default", where)),
        partners=tuple(_partner(WireObject(partner, "partners", where)) for partner in partners),
    )


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


def federation(body: Any, domains: Iterable[str], where: str) -> tuple[str, str]:
    """Return (domain, federatedIdpMfaBehavior); the record names its domain, or bears it as its display name."""
    wire = WireObject(body, "", where)
    named = [wire.text(name) for name in ("domainId", "domain", "domainName", "displayName")]
    known = {domain.lower() for domain in domains}
    domain = next((name for name in named[:3] if name), "") or (named[3] if not known or named[3].lower() in known else "")
    if not domain:
        raise BadInput(where, "does not say which domain it belongs to", remedy="add the domain's name as domainId")
    return domain.lower(), wire.text("federatedIdpMfaBehavior")


def service_plans(body: Any, where: str) -> set[str]:
    """Return the service plans of one subscription, none when it is not live."""
    wire = WireObject(body, "", where)
    if wire.text("capabilityStatus").lower() not in _LIVE_SKUS:
        return set()
    return {canonical(WireObject(plan, "servicePlans", where).text("servicePlanId")) for plan in wire.take("servicePlans") or ()} - {""}
