"""What the emulated tenant does with one sign-in: Conditional Access, read literally off Microsoft's documentation.

Slow, small and on purpose a second opinion: it shares nothing with `evaluate`, so the two can be compared with each other.
Works on policies as Graph returns them. A condition it does not know stops it: a policy half understood is not enforced.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from unbroken.emulator.tenant import Record, Tenant
from unbroken.errors import UnbrokenError

ENABLED, REPORT_ONLY, DISABLED = "enabled", "enabledForReportingButNotEnforced", "disabled"
LEGACY_CLIENTS = frozenset({"exchangeActiveSync", "other"})

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

MFA_STRENGTH = "00000000-0000-0000-0000-000000000002"
EVERY_KIND = "internalGuest,b2bCollaborationGuest,b2bCollaborationMember,b2bDirectConnectUser,otherExternalUser,serviceProvider"

PROMPT_ORDER = (
    *("mfa", "authenticationStrength", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication"),
    *("passwordChange", "termsOfUse", "customAuthenticationFactor"),
)
"""The order in which unmet controls are asked for (entra-docs, concept-conditional-access-policies.md, phase 2)."""
ASKS_THE_USER = frozenset({"mfa", "authenticationStrength", "passwordChange", "termsOfUse", "customAuthenticationFactor"})
_ERRORS = {
    "compliantDevice": 53000,
    "domainJoinedDevice": 53001,
    "approvedApplication": 53002,
    "compliantApplication": 53009,
    "passwordChange": 50125,
    "termsOfUse": 50158,
    "customAuthenticationFactor": 50158,
}
_LOGGED_CONTROLS = {
    "mfa": "Mfa",
    "block": "Block",
    "compliantDevice": "RequireCompliantDevice",
    "domainJoinedDevice": "RequireDomainJoinedDevice",
    "approvedApplication": "RequireApprovedApp",
    "compliantApplication": "RequireCompliantApp",
    "passwordChange": "PasswordChange",
}
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


@dataclass(frozen=True, slots=True)
class Applied:
    """One entry of `appliedConditionalAccessPolicies`, and what the policy still wants."""

    record: dict[str, Any]
    unmet: tuple[str, ...] = ()
    """Controls still wanted by an enabled policy, in the order of the prompts."""


@dataclass(frozen=True, slots=True)
class Enforcement:
    """The answer to one sign-in."""

    applied: tuple[Applied, ...]
    error_code: int

    @property
    def status(self) -> str:
        """Return `conditionalAccessStatus`: success, failure or notApplied."""
        results = {entry.record["result"] for entry in self.applied}
        return next((word for word in ("failure", "success") if word in results), "notApplied")


def enforce(policies: Iterable[Record], facts: SignInFacts, tenant: Tenant) -> Enforcement:
    """Return what every policy does with the sign-in, and the sign-in's error code (0: access)."""
    applied = tuple(_judge(policy, facts, tenant) for policy in policies)
    unmet = {control for entry in applied for control in entry.unmet}
    return Enforcement(applied, _error_code(unmet, facts))


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


def _judge(policy: Record, facts: SignInFacts, tenant: Tenant) -> Applied:
    state, wanted = policy["state"], policy.get("grantControls") or {}
    met = {} if state == DISABLED else conditions(policy, facts, tenant)
    applies = bool(met) and all(met.values())
    unmet = _unmet(wanted, facts, tenant) if applies else ()
    record = {
        "id": policy["id"],
        "displayName": policy["displayName"],
        "enforcedGrantControls": _logged(wanted),
        "enforcedSessionControls": _session_controls(policy.get("sessionControls") or {}),
        "result": _result(state, applies, unmet, facts),
        "conditionsSatisfied": ",".join(name for name, value in met.items() if value) or "none",
        "conditionsNotSatisfied": ",".join(name for name, value in met.items() if not value) or "none",
    }
    return Applied(record, unmet if state == ENABLED else ())


def _result(state: str, applies: bool, unmet: tuple[str, ...], facts: SignInFacts) -> str:
    if state == DISABLED:
        return "notEnabled"
    if state == ENABLED:
        return ("failure" if unmet else "success") if applies else "notApplied"
    if not applies:
        return "reportOnlyNotApplied"
    if not unmet:
        return "reportOnlySuccess"
    can_be_asked = facts.client not in LEGACY_CLIENTS and ASKS_THE_USER.issuperset(unmet)
    return "reportOnlyInterrupted" if can_be_asked else "reportOnlyFailure"


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
    if facts.user_action:  # All resources covers security-info registration too: example 3 of the `evaluate` reference
        return facts.user_action in (applications.get("includeUserActions") or ()) or "All" in included
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


def _controls(grant: Record) -> list[str]:
    controls = list(grant.get("builtInControls") or ())
    unknown = sorted(set(controls) - _LOGGED_CONTROLS.keys())
    if unknown:
        raise UnsupportedPolicy(f"a policy has the grant control `{unknown[0]}`")
    controls += ["authenticationStrength"] if grant.get("authenticationStrength") else []
    controls += ["termsOfUse"] if grant.get("termsOfUse") else []
    return controls + (["customAuthenticationFactor"] if grant.get("customAuthenticationFactors") else [])


def _unmet(grant: Record, facts: SignInFacts, tenant: Tenant) -> tuple[str, ...]:
    """Return the controls still wanted, in the order of the prompts; `("block",)` when there is no way in."""
    wanted = _controls(grant)
    if "block" in wanted:
        return ("block",)
    missing = sorted((name for name in wanted if not _satisfied(name, grant, facts, tenant)), key=PROMPT_ORDER.index)
    if grant.get("operator") == "OR" and len(missing) < len(wanted):
        return ()
    if missing and facts.client in LEGACY_CLIENTS:
        return ("block",)
    return tuple(missing[:1] if grant.get("operator") == "OR" else missing)


def _satisfied(control: str, grant: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    if facts.client in LEGACY_CLIENTS:  # no MFA and no device state: any control blocks (entra-docs, block-legacy-authentication.md)
        return False
    managed_possible = facts.transfer_method != "deviceCodeFlow"
    checks = {
        "mfa": facts.mfa or facts.method in tenant.combinations(MFA_STRENGTH),
        "authenticationStrength": facts.method in tenant.combinations((grant.get("authenticationStrength") or {}).get("id", "")),
        "compliantDevice": facts.is_compliant and managed_possible,
        "domainJoinedDevice": facts.is_hybrid_joined and managed_possible,
        "termsOfUse": facts.terms_accepted.issuperset(grant.get("termsOfUse") or ()),
    }
    return checks.get(control, False)


def _error_code(unmet: set[str], facts: SignInFacts) -> int:
    """Return the code of entra-docs' reference-error-codes.md for the first thing asked for."""
    if not unmet:
        return 0
    if "block" in unmet:
        return 53003
    first = min(unmet, key=PROMPT_ORDER.index)
    if first not in {"mfa", "authenticationStrength"}:
        return _ERRORS[first]
    if not facts.mfa_registered:
        return 50072 if facts.interactive else 50079
    return 50074 if facts.interactive else 50076


def _logged(grant: Record) -> list[str]:
    return [_LOGGED_CONTROLS.get(control, control[:1].upper() + control[1:]) for control in _controls(grant)]


def _session_controls(controls: Record) -> list[str]:
    return [name[:1].upper() + name[1:] for name, value in controls.items() if value and "@" not in name]
