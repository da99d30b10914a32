"""Whether one sign-in meets one grant control, read literally.

Sources: entra-docs, concept-conditional-access-grant.md, concept-authentication-strengths.md and, for external users,
external-id/authentication-conditional-access.md.
"""

from __future__ import annotations

from unbroken.emulator.facts import DEVICE_CODE, SignInFacts
from unbroken.emulator.tenant import Record, Tenant, ordered

MFA_STRENGTH = "00000000-0000-0000-0000-000000000002"
AT_THE_HOST = frozenset(map(ordered, ("password,microsoftAuthenticatorPush", "password,softwareOath", "password,sms", "password,voice")))
"""What an external user can use in the tenant visited; everything else counts if it was done at home, and that home is trusted."""
DIRECT_CONNECT = "b2bDirectConnectUser"


def is_satisfied(control: str, grant: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    """Return whether the sign-in meets the control as it is; nothing a legacy client does meets any (block-legacy-authentication.md)."""
    if facts.is_legacy:
        return False
    if control == "mfa":
        return mfa_is_done(facts, tenant)
    if control == "authenticationStrength":
        return _has_strength(grant["authenticationStrength"].get("id", ""), facts, tenant)
    if control in {"compliantDevice", "domainJoinedDevice"}:
        has = facts.is_compliant if control == "compliantDevice" else facts.is_hybrid_joined
        return has and _device_counts(control, facts, tenant)
    if control == "termsOfUse":
        accepted = [each in facts.terms_accepted for each in grant["termsOfUse"]]
        return facts.guest_kind == DIRECT_CONNECT or (any(accepted) if grant.get("operator") == "OR" else all(accepted))
    return False


def mfa_is_done(facts: SignInFacts, tenant: Tenant) -> bool:
    """Return whether MFA was done: in this session, by the method used, or at an external user's home if its MFA is trusted."""
    if facts.home_mfa and _home_mfa_counts(facts, tenant):
        return True
    return facts.mfa or ordered(facts.method) in _usable(tenant.combinations(MFA_STRENGTH), facts, tenant)


def is_hopeless(control: str, facts: SignInFacts, tenant: Tenant) -> bool:
    """Return whether nobody in this place can meet the control, whatever they do: then an alternative under OR is asked for instead."""
    if facts.is_legacy or not facts.interactive:
        return True
    if control in {"compliantDevice", "domainJoinedDevice"}:
        return not _device_counts(control, facts, tenant)
    if control in {"approvedApplication", "compliantApplication"}:
        return facts.is_external
    if control == "passwordChange":
        return bool(facts.guest_kind)
    if control in {"mfa", "authenticationStrength"}:
        return facts.guest_kind == DIRECT_CONNECT and not _home_mfa_counts(facts, tenant)
    return False


def _device_counts(control: str, facts: SignInFacts, tenant: Tenant) -> bool:
    """Return whether the device can count: not under a device code, and an external user's only if its home tenant is trusted for it."""
    claim = "isCompliantDeviceAccepted" if control == "compliantDevice" else "isHybridAzureADJoinedDeviceAccepted"
    return facts.transfer_method != DEVICE_CODE and (not facts.is_external or tenant.trusts(facts.home_tenant_id, claim))


def _has_strength(strength: str, facts: SignInFacts, tenant: Tenant) -> bool:
    """The built-in MFA strength is what `mfa` demands; every other one asks for the method itself."""
    if strength == MFA_STRENGTH:
        return mfa_is_done(facts, tenant)
    return ordered(facts.method) in _usable(tenant.combinations(strength), facts, tenant)


def _usable(combinations: frozenset[str], facts: SignInFacts, tenant: Tenant) -> frozenset[str]:
    return combinations & AT_THE_HOST if facts.is_external and not _home_mfa_counts(facts, tenant) else combinations


def _home_mfa_counts(facts: SignInFacts, tenant: Tenant) -> bool:
    return facts.is_external and tenant.trusts(facts.home_tenant_id, "isMfaAccepted")
