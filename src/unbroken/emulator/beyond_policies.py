"""What is demanded of a sign-in without being a Conditional Access policy, as rules of the same kind.

Security defaults (entra-docs, fundamentals/security-defaults.md), per-user MFA (howto-mfa-userstates.md) and the MFA that the platform
demands by itself (concept-mandatory-multifactor-authentication.md).
"""

from __future__ import annotations

from unbroken.emulator.facts import SignInFacts, UnsupportedPolicy
from unbroken.emulator.satisfied import mfa_is_done
from unbroken.emulator.tenant import Tenant
from unbroken.entra.well_known import (
    AZURE_PORTAL,
    AZURE_RESOURCE_MANAGER,
    OFFICE_365_PORTAL,
    SECURITY_DEFAULTS_ADMIN_ROLES,
    SYNC_ROLES,
)

AZURE_CLIENTS = frozenset(
    {
        "04b07795-8ddb-461a-bbee-02f9e1bf7b46",  # Azure CLI
        "1950a258-227b-4e31-a9cf-717495945fc2",  # Azure PowerShell
        "0c1307d4-29d6-4389-a11c-5cbe7f65d7fa",  # Azure mobile app
    }
)


def per_user_mfa(state: str, facts: SignInFacts, tenant: Tenant) -> tuple[str, ...]:
    """Return the controls that a user in this `perUserMfaState` still has to meet.

    Raises:
        UnsupportedPolicy: an enforced user with a legacy client gets in with an app password, which nothing here says.
    """
    if state == "disabled" or tenant.is_mfa_trusted(facts.ip_address):
        return ()
    if facts.is_legacy and state == "enforced":
        raise UnsupportedPolicy("whether a legacy client of a user with enforced per-user MFA has an app password is not known")
    return () if facts.is_legacy or mfa_is_done(facts, tenant) else ("mfa",)


def security_defaults(facts: SignInFacts, tenant: Tenant, *, any_enabled: bool) -> tuple[str, ...]:
    """Return the controls that security defaults still ask for; they are off where `any_enabled` policy is: the two exclude each other.

    Raises:
        UnsupportedPolicy: Microsoft judges each sign-in of a registered user who is no administrator, and does not say how.
    """
    roles = tenant.roles_of(facts.user_id)
    if not tenant.security_defaults or any_enabled or not roles.isdisjoint(SYNC_ROLES):
        return ()
    if facts.is_legacy:
        return ("block",)
    if mfa_is_done(facts, tenant):
        return ()
    if facts.mfa_registered and roles.isdisjoint(SECURITY_DEFAULTS_ADMIN_ROLES):
        raise UnsupportedPolicy("when security defaults ask a registered user for MFA is not documented")
    return ("mfa",)


def beyond_policies(facts: SignInFacts, tenant: Tenant, *, any_enabled: bool) -> tuple[str, ...]:
    """Return the controls that are still wanted besides those of the policies; none of a workload identity.

    Raises:
        UnsupportedPolicy: that is not decided; a block of the one is final whatever the other says.
    """
    if facts.service_principal_id:
        return ()
    defaults = security_defaults(facts, tenant, any_enabled=any_enabled)
    return defaults or per_user_mfa(tenant.per_user_mfa(facts.user_id), facts, tenant)


def mandatory_mfa(facts: SignInFacts, tenant: Tenant) -> bool | None:
    """Return whether the platform itself demands MFA; None where the sign-in alone does not say (what is done there, which page)."""
    if facts.service_principal_id or not tenant.roles_of(facts.user_id).isdisjoint(SYNC_ROLES):
        return False
    if AZURE_PORTAL in (*facts.apps, facts.client_app_id):
        return True
    asked = {*facts.apps, facts.client_app_id}
    if OFFICE_365_PORTAL in facts.apps or AZURE_RESOURCE_MANAGER in facts.apps or not asked.isdisjoint(AZURE_CLIENTS):
        return None
    return False if facts.apps else None
