"""Which policies a sign-in falls under: the conditions of Conditional Access, read literally off Microsoft's documentation.

Works on policies as Graph returns them. A condition it does not know stops it: a policy half understood is not enforced.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from itertools import product

from unbroken.emulator import filter_rule
from unbroken.emulator.facts import DEVICE_CODE, SignInFacts, UnsupportedPolicy
from unbroken.emulator.targets import REGISTER_SECURITY_INFO, is_target
from unbroken.emulator.tenant import Record, Tenant

__all__ = ["DEVICE_CODE", "REGISTER_SECURITY_INFO", "SignInFacts", "UnsupportedPolicy", "conditions", "understood"]

EAS = frozenset({"exchangeActiveSync", "easSupported"})
_KNOWN_CONDITIONS = frozenset(
    {
        *("users", "applications", "clientAppTypes", "platforms", "locations", "devices", "signInRiskLevels", "userRiskLevels"),
        *("insiderRiskLevels", "authenticationFlows", "clientApplications", "servicePrincipalRiskLevels"),
    }
)


def conditions(policy: Record, facts: SignInFacts, tenant: Tenant) -> dict[str, bool]:
    """Return each condition of the policy, in the log's words, and whether the sign-in meets it: all must hold for it to apply.

    A condition of which that is not known is left out where another one is not met.

    Raises:
        UnsupportedPolicy: whether it applies hangs on a condition the emulator does not know, or cannot decide.
    """
    wanted = policy["conditions"]
    who = "servicePrincipals" if facts.service_principal_id else "users"
    flows = _flags((wanted.get("authenticationFlows") or {}).get("transferMethods"))
    tests: dict[str, Callable[[], bool | None]] = {
        "application": lambda: is_target(wanted["applications"], facts, tenant),
        who: lambda: _workloads(wanted.get("clientApplications") or {}, facts, tenant) if who != "users" else _users(wanted, facts, tenant),
        "devicePlatform": lambda: _platform(wanted.get("platforms"), facts),
        "location": lambda: _location(wanted.get("locations"), facts, tenant),
        "clientType": lambda: _client(wanted.get("clientAppTypes") or ["all"], facts),
        "deviceState": lambda: _device(wanted.get("devices"), facts),
        "signInRisk": lambda: _one_of(wanted.get("signInRiskLevels"), facts.sign_in_risk),
        "userRisk": lambda: _one_of(wanted.get("userRiskLevels"), facts.user_risk),
        "servicePrincipalRisk": lambda: _one_of(wanted.get("servicePrincipalRiskLevels"), facts.service_principal_risk),
        "insiderRisk": lambda: _one_of(_flags(wanted.get("insiderRiskLevels")), facts.insider_risk),
        "authenticationFlows": lambda: _one_of(flows, "" if facts.is_legacy else facts.transfer_method),
        "": lambda: understood(policy),
    }
    return _answered(tests, policy["displayName"])


def _answered(tests: dict[str, Callable[[], bool | None]], policy: str) -> dict[str, bool]:
    met: dict[str, bool] = {}
    doubt: UnsupportedPolicy | None = None
    for name, test in tests.items():
        try:
            answer = test()
        except UnsupportedPolicy as error:
            doubt = doubt or error
            continue
        if answer is not None:
            met[name] = answer
    if doubt and all(met.values()):
        said = str(doubt.args[0])
        raise doubt if said.startswith("policy ") else UnsupportedPolicy(f"policy `{policy}`: {said}")
    return met


def understood(policy: Record) -> None:
    """Raise `UnsupportedPolicy` when a policy has a condition that nobody here knows, whomever it is about."""
    unknown = sorted(key for key, value in policy["conditions"].items() if value and key not in _KNOWN_CONDITIONS and "@" not in key)
    if unknown:
        raise UnsupportedPolicy(f"policy `{policy['displayName']}` has the condition `{unknown[0]}`")


def _flags(value: str | None) -> list[str] | None:
    """Return a flags enum as a list: Graph sends it as one comma-separated string, in which `none` is no value."""
    return [word.strip() for word in value.split(",") if word.strip() != "none"] if value else None


def _one_of(levels: list[str] | None, level: str) -> bool | None:
    return level in levels if levels else None


def _users(wanted: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    users = wanted.get("users") or {}
    included = _in_scope("include", users, facts, tenant) or _reaches_everybody(wanted, users, facts)
    return included and not _in_scope("exclude", users, facts, tenant)


def _reaches_everybody(wanted: Record, users: Record, facts: SignInFacts) -> bool:
    """Exchange ActiveSync knows users and groups only: with roles or guests the policy applies to all users.

    Source: entra-docs, concept-conditional-access-conditions.md.
    """
    guests = users.get("includeGuestsOrExternalUsers") or "GuestsOrExternalUsers" in (users.get("includeUsers") or ())
    return bool(users.get("includeRoles") or guests) and facts.client in EAS and not EAS.isdisjoint(wanted.get("clientAppTypes") or ())


def _in_scope(side: str, users: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    named = users.get(f"{side}Users") or ()
    if "All" in named or facts.user_id in named or ("GuestsOrExternalUsers" in named and facts.guest_kind):
        return True
    groups, roles = users.get(f"{side}Groups") or (), users.get(f"{side}Roles") or ()
    if not tenant.groups_of(facts.user_id).isdisjoint(groups) or not tenant.roles_of(facts.user_id).isdisjoint(roles):
        return True
    return _is_guest_of(users.get(f"{side}GuestsOrExternalUsers"), facts)


def _is_guest_of(scope: Record | None, facts: SignInFacts) -> bool:
    """Return whether the user is an external user of that kind and home; an internal guest has no other home (Graph: external users')."""
    if not scope or not facts.guest_kind or facts.guest_kind not in (_flags(scope.get("guestOrExternalUserTypes")) or ()):
        return False
    tenants = scope.get("externalTenants") or {"membershipKind": "all"}
    return tenants["membershipKind"] == "all" or not facts.is_external or facts.home_tenant_id in tenants.get("members", ())


def _workloads(clients: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    """Return whether a policy on workload identities names the service principal (entra-docs, workload-identity.md)."""
    if clients.get("servicePrincipalFilter"):
        raise UnsupportedPolicy("a policy filters service principals by custom security attributes")
    named = clients.get("includeServicePrincipals") or ()
    included = "ServicePrincipalsInMyTenant" in named or facts.service_principal_id in named
    if not included or facts.service_principal_id in (clients.get("excludeServicePrincipals") or ()):
        return False
    owned = tenant.owns(facts.service_principal_id)
    if owned is None:
        raise UnsupportedPolicy(f"who owns the service principal {facts.service_principal_id} is not known")
    return owned


def _client(types: Iterable[str], facts: SignInFacts) -> bool:
    if "all" in types or facts.client in types:
        return True
    if facts.client == "easSupported":  # one of the Exchange ActiveSync clients
        return "exchangeActiveSync" in types
    return facts.client == "exchangeActiveSync" and "easSupported" in types and facts.platform in {"iOS", "android", "windows"}


def _device(devices: Record | None, facts: SignInFacts) -> bool | None:
    """Return whether the filter lets the policy apply; an unregistered device, and any behind a legacy client, has no attributes."""
    found = (devices or {}).get("deviceFilter")
    strange = sorted(name for name, value in (devices or {}).items() if value and name != "deviceFilter" and "@" not in name)
    if strange:
        raise UnsupportedPolicy(f"a policy has the device condition `{strange[0]}`")
    if not found:
        return None
    known = {} if facts.is_legacy else {name.lower(): value for name, value in facts.device}
    if facts.is_compliant and not facts.is_legacy:
        known["iscompliant"] = True
    if facts.is_hybrid_joined and not facts.is_legacy:
        known["trusttype"] = "ServerAD"
    return filter_rule.matches(found["rule"], filter_rule.seen(known)) is (found["mode"] == "include")


def _platform(platforms: Record | None, facts: SignInFacts) -> bool | None:
    if not platforms or not platforms.get("includePlatforms"):
        return None
    included, excluded = platforms["includePlatforms"], platforms.get("excludePlatforms") or ()
    return ("all" in included or facts.platform in included) and facts.platform not in excluded and "all" not in excluded


def _location(locations: Record | None, facts: SignInFacts, tenant: Tenant) -> bool | None:
    """Return whether the place is included and not excluded; what no address tells matters only if the answer hangs on it."""
    if not locations or not locations.get("includeLocations"):
        return None
    included, excluded = (_ids(locations.get(f"{side}Locations") or (), tenant) for side in ("include", "exclude"))
    here = {name: tenant.is_at(name, facts.ip_address, facts.country) for name in (included | excluded) - {"All"}}
    open_ = sorted(name for name, answer in here.items() if answer is None)
    certain = {"All", *(name for name, answer in here.items() if answer)}
    ways = (certain.union(*chosen) for chosen in product(*(((), (name,)) for name in open_)))
    answers = {not included.isdisjoint(way) and excluded.isdisjoint(way) for way in ways}
    if len(answers) > 1:
        raise UnsupportedPolicy(f"no address tells whether a sign-in comes through the location {open_[0]}")
    return answers.pop()


def _ids(names: Iterable[str], tenant: Tenant) -> set[str]:
    """Return the ids of locations; all trusted ones for `AllTrusted`."""
    return {name for name in names if name != "AllTrusted"}.union(tenant.trusted_locations() if "AllTrusted" in names else ())
