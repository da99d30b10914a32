"""Which policies a sign-in falls under: the conditions of Conditional Access, read literally off Microsoft's documentation.

Works on policies as Graph returns them. A condition it does not know stops it: a policy half understood is not enforced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from unbroken.emulator.tenant import Record, Tenant
from unbroken.errors import UnbrokenError

OFFICE_365 = frozenset(
    {
        "00000002-0000-0ff1-ce00-000000000000",  # Exchange Online
        "00000003-0000-0ff1-ce00-000000000000",  # SharePoint Online
        "cc15fd57-2c6c-4117-a88c-83b1d56b4bbe",  # Microsoft Teams
        "4765445b-32c6-49b0-83e6-1d93765276ca",  # OfficeHome
    }
)
"""The part of the Office 365 suite that the emulator's people use (entra-docs, reference-office-365-application-contents.md)."""
MICROSOFT_ADMIN_PORTALS = frozenset({"c44b4083-3bb0-49c1-b47d-974e53cbdf3c", "00000006-0000-0ff1-ce00-000000000000"})
"""Azure portal (with the Entra and Intune admin centers) and Microsoft 365 admin center."""

REGISTER_SECURITY_INFO = "urn:user:registersecurityinfo"
_KNOWN_CONDITIONS = frozenset(
    {
        *("users", "applications", "clientAppTypes", "platforms", "locations", "signInRiskLevels", "userRiskLevels"),
        *("insiderRiskLevels", "authenticationFlows", "clientApplications", "servicePrincipalRiskLevels"),
    }
)


class UnsupportedPolicy(UnbrokenError):
    """A policy uses a condition that the emulator does not enforce."""

    remedy = "leave the policy out, or set it to `disabled`"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFacts:
    """Everything about one sign-in that a policy can ask for. Exactly one of `apps`, `user_action`, `authentication_context` is set."""

    user_id: str = ""
    guest_kind: str = ""
    """One of `conditionalAccessGuestOrExternalUserTypes`; empty for a member."""
    home_tenant_id: str = ""
    apps: tuple[str, ...] = ()
    user_action: str = ""
    authentication_context: str = ""
    client: str = "browser"
    platform: str = ""
    """Empty: a platform that is not recognised; only `all` matches it."""
    ip_address: str = "192.0.2.1"
    country: str = ""
    is_compliant: bool = False
    is_hybrid_joined: bool = False
    sign_in_risk: str = "none"
    user_risk: str = "none"
    insider_risk: str = ""
    transfer_method: str = ""
    method: str = "password"
    """The combination of methods used, as an authentication strength spells it."""
    mfa: bool = False
    """Multifactor authentication is done: now, or by a claim in the token."""
    mfa_registered: bool = True
    interactive: bool = True
    terms_accepted: frozenset[str] = frozenset()


def conditions(policy: Record, facts: SignInFacts, tenant: Tenant) -> dict[str, bool]:
    """Return each condition of the policy, in the log's words, and whether the sign-in meets it: all must hold for it to apply.

    Raises:
        UnsupportedPolicy: it has a condition the emulator does not know.
    """
    wanted = policy["conditions"]
    unknown = sorted(key for key, value in wanted.items() if value and key not in _KNOWN_CONDITIONS and "@" not in key)
    if unknown:
        raise UnsupportedPolicy(f"policy `{policy['displayName']}` has the condition `{unknown[0]}`")
    tests = {
        "application": _target(wanted["applications"], facts),
        "users": _users(wanted.get("users") or {}, facts, tenant),
        "devicePlatform": _platform(wanted.get("platforms"), facts),
        "location": _location(wanted.get("locations"), facts, tenant),
        "clientType": _client(wanted.get("clientAppTypes") or ["all"], facts),
        "signInRisk": _one_of(wanted.get("signInRiskLevels"), facts.sign_in_risk),
        "userRisk": _one_of(wanted.get("userRiskLevels"), facts.user_risk),
        "insiderRisk": _one_of(_flags(wanted.get("insiderRiskLevels")), facts.insider_risk),
        "authenticationFlows": _one_of(_flags((wanted.get("authenticationFlows") or {}).get("transferMethods")), facts.transfer_method),
    }
    return {name: met for name, met in tests.items() if met is not None}


def _flags(value: str | None) -> list[str] | None:
    """Return a flags enum as a list: Graph sends it as one comma-separated string."""
    return [word.strip() for word in value.split(",")] if value else None


def _one_of(levels: list[str] | None, level: str) -> bool | None:
    return level in levels if levels else None


def _users(users: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    return _in_scope("include", users, facts, tenant) and not _in_scope("exclude", users, facts, tenant)


def _in_scope(side: str, users: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    named = users.get(f"{side}Users") or ()
    if "All" in named or facts.user_id in named or ("GuestsOrExternalUsers" in named and facts.guest_kind):
        return True
    groups, roles = users.get(f"{side}Groups") or (), users.get(f"{side}Roles") or ()
    if not tenant.groups_of(facts.user_id).isdisjoint(groups) or not tenant.roles_of(facts.user_id).isdisjoint(roles):
        return True
    return _is_guest_of(users.get(f"{side}GuestsOrExternalUsers"), facts)


def _is_guest_of(scope: Record | None, facts: SignInFacts) -> bool:
    if not scope or not facts.guest_kind or facts.guest_kind not in (_flags(scope.get("guestOrExternalUserTypes")) or ()):
        return False
    tenants = scope.get("externalTenants") or {"membershipKind": "all"}
    return tenants["membershipKind"] == "all" or facts.home_tenant_id in tenants.get("members", ())


def _target(applications: Record, facts: SignInFacts) -> bool:
    if applications.get("applicationFilter") or applications.get("networkAccess"):
        raise UnsupportedPolicy("a policy filters applications by custom security attributes")
    included = applications.get("includeApplications") or ()
    if facts.authentication_context:
        return facts.authentication_context in (applications.get("includeAuthenticationContextClassReferences") or ())
    if facts.user_action:  # All resources covers the registration of security info too: example 3 of the `evaluate` reference
        everything = "All" in included and facts.user_action == REGISTER_SECURITY_INFO
        return everything or facts.user_action in (applications.get("includeUserActions") or ())
    excluded = applications.get("excludeApplications") or ()
    return any(_names_app(included, app) and not _names_app(excluded, app) for app in facts.apps)


def _names_app(names: Iterable[str], app: str) -> bool:
    bundles = {"All": None, "Office365": OFFICE_365, "MicrosoftAdminPortals": MICROSOFT_ADMIN_PORTALS}
    return any((bundles[name] is None or app in (bundles[name] or ())) if name in bundles else name == app for name in names)


def _client(types: Iterable[str], facts: SignInFacts) -> bool:
    if "all" in types or facts.client in types:
        return True
    return facts.client == "exchangeActiveSync" and "easSupported" in types and facts.platform in {"iOS", "android", "windows"}


def _platform(platforms: Record | None, facts: SignInFacts) -> bool | None:
    if not platforms or not platforms.get("includePlatforms"):
        return None
    included, excluded = platforms["includePlatforms"], platforms.get("excludePlatforms") or ()
    return ("all" in included or facts.platform in included) and facts.platform not in excluded and "all" not in excluded


def _location(locations: Record | None, facts: SignInFacts, tenant: Tenant) -> bool | None:
    if not locations or not locations.get("includeLocations"):
        return None
    return _at(locations["includeLocations"], facts, tenant) and not _at(locations.get("excludeLocations") or (), facts, tenant)


def _at(names: Iterable[str], facts: SignInFacts, tenant: Tenant) -> bool:
    ids = [name for name in names if name != "AllTrusted"] + (tenant.trusted_locations() if "AllTrusted" in names else [])
    return "All" in ids or any(tenant.is_at(name, facts.ip_address, facts.country) for name in ids)
