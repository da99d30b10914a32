"""What a policy protects, read literally: resources, bundles of them, user actions, authentication contexts.

Sources: entra-docs, concept-conditional-access-cloud-apps.md, concept-filter-for-applications.md and, for baseline scopes,
concept-enforcement-resource-exclusions.md; Graph, `evaluate`, example 3. Lists of ids and scopes are those of `entra.well_known`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from itertools import product

from unbroken.emulator import filter_rule
from unbroken.emulator.facts import SignInFacts, UnsupportedPolicy, any_of
from unbroken.emulator.tenant import Record, Tenant
from unbroken.entra.well_known import (
    AZURE_AD_GRAPH,
    AZURE_RESOURCE_MANAGER,
    CONFIDENTIAL_BASELINE_SCOPES,
    NATIVE_BASELINE_SCOPES,
    OIDC_SCOPES,
    SERVICE_MANAGEMENT_APPS,
)

REGISTER_SECURITY_INFO = "urn:user:registersecurityinfo"
REGISTER_DEVICE = "urn:user:registerdevice"
BUNDLES = ("Office365", "MicrosoftAdminPortals")
_FILTER = "what the application filter means"


def is_target(applications: Record, facts: SignInFacts, tenant: Tenant) -> bool:
    """Return whether the sign-in asks for something that the policy protects.

    Raises:
        UnsupportedPolicy: nobody can tell from the documentation and from what is known.
    """
    strange = sorted(name for name in ("networkAccess", "globalSecureAccess") if applications.get(name))
    if strange:
        raise UnsupportedPolicy(f"a policy targets traffic (`{strange[0]}`)")
    if facts.authentication_context:
        return _is_context(applications, facts.authentication_context)
    if facts.user_action:
        return _is_action(applications, facts.user_action)
    asked = dict.fromkeys((*facts.apps, *_client_as_resource(facts)))
    return any_of(partial(_is_resource, applications, app, facts, tenant) for app in asked)


def _is_context(applications: Record, context: str) -> bool:
    """All resources covers whichever resource asks for the context; the request does not say which, so exclusions leave it open."""
    if context.lower() in map(str.lower, applications.get("includeAuthenticationContextClassReferences") or ()):
        return True
    if "All" in _names(applications, "include") and _leaves_out(applications):
        raise UnsupportedPolicy("a policy on all resources excludes some, and which one asks for the authentication context is not said")
    return "All" in _names(applications, "include")


def _is_action(applications: Record, action: str) -> bool:
    """All resources covers the registration of security info too (example 3); of that of a device nothing is said."""
    if action in (applications.get("includeUserActions") or ()):
        return True
    if "All" in _names(applications, "include") and action == REGISTER_DEVICE:
        raise UnsupportedPolicy("whether policies on all resources are evaluated when a device is registered is not documented")
    return "All" in _names(applications, "include")


def _client_as_resource(facts: SignInFacts) -> tuple[str, ...]:
    """A confidential client that asks for an ID token is judged as a resource as well; public clients never are."""
    asks = "openid" in map(str.lower, facts.requested_scopes or ())
    return (facts.client_app_id,) if asks and facts.client_app_id and not facts.client_is_public else ()


def _is_resource(applications: Record, app: str, facts: SignInFacts, tenant: Tenant) -> bool:
    all_but_some = "All" in _names(applications, "include") and _leaves_out(applications)
    if all_but_some and _only_identifies(facts) and facts.client_app_id in _names(applications, "exclude"):
        return False  # unchanged by the new enforcement: an excluded confidential client that asks for OIDC scopes only
    if app not in facts.apps or not _is_baseline(app, facts):
        return _covers(applications, app, tenant)
    return _baseline(applications, app, tenant, all_but_some=all_but_some)


def _baseline(applications: Record, app: str, tenant: Tenant, *, all_but_some: bool) -> bool:
    """A request for baseline scopes is one for Windows Azure Active Directory, whose own policies apply to it too.

    Before the new enforcement policies on all resources that exclude some left it out.
    """
    itself, directory = (partial(_covers, applications, resource, tenant) for resource in (app, AZURE_AD_GRAPH))
    enforced = partial(any_of, [directory] if all_but_some else [itself, directory])
    before = partial(any_of, [] if all_but_some else [itself])
    if tenant.baseline_scope_mode == "enforced":
        return enforced()
    if tenant.baseline_scope_mode == "legacy":
        return before()
    if enforced() is not before():
        raise UnsupportedPolicy("what stands in the place of baseline scopes in this tenant is not known")
    return before()


def _only_identifies(facts: SignInFacts) -> bool:
    return not facts.client_is_public and facts.requested_scopes is not None and _within(facts.requested_scopes, OIDC_SCOPES)


def _is_baseline(app: str, facts: SignInFacts) -> bool:
    lists: Mapping[str, Iterable[str]] = NATIVE_BASELINE_SCOPES if facts.client_is_public else CONFIDENTIAL_BASELINE_SCOPES
    return app in lists and facts.requested_scopes is not None and _within(facts.requested_scopes, lists[app])


def _within(scopes: Iterable[str], allowed: Iterable[str]) -> bool:
    return {scope.lower() for scope in scopes} <= {scope.lower() for scope in allowed}


def _names(applications: Record, side: str) -> frozenset[str]:
    return frozenset(applications.get(f"{side}Applications") or ())


def _filter_of(applications: Record, side: str) -> str | None:
    found = applications.get("applicationFilter") or {}
    return str(found["rule"]) if found.get("mode") == side else None


def _leaves_out(applications: Record) -> bool:
    return bool(_names(applications, "exclude")) or _filter_of(applications, "exclude") is not None


def _covers(applications: Record, app: str, tenant: Tenant) -> bool:
    """Return whether the resource is included and not excluded: also where it is open to what it belongs, if that does not matter."""
    named = _names(applications, "include") | _names(applications, "exclude")
    belongs: dict[str, bool | None] = {bundle: tenant.is_in_bundle(app, bundle) for bundle in BUNDLES if bundle in named}
    belongs[_FILTER] = _is_tagged(applications, app, tenant)
    open_ = [name for name, answer in belongs.items() if answer is None]
    ways = (belongs | dict(zip(open_, choice, strict=True)) for choice in product((False, True), repeat=len(open_)))
    answers = {_on_side(applications, "include", app, way) and not _on_side(applications, "exclude", app, way) for way in ways}
    if len(answers) > 1:
        raise UnsupportedPolicy(f"whether the application {app} belongs to {' or '.join(open_)} is not known")
    return answers.pop()


def _on_side(applications: Record, side: str, app: str, belongs: Mapping[str, bool | None]) -> bool:
    names = _names(applications, side)
    if "All" in names or app in names or any(belongs.get(name) for name in names):
        return True
    if AZURE_RESOURCE_MANAGER in names and app in SERVICE_MANAGEMENT_APPS:
        return True
    return _filter_of(applications, side) is not None and bool(belongs[_FILTER])


def _is_tagged(applications: Record, app: str, tenant: Tenant) -> bool | None:
    """Return whether the application filter matches; None when the attributes, or the rule, cannot be read."""
    rule = (applications.get("applicationFilter") or {}).get("rule")
    tags = tenant.tags_of(app)
    if rule is None:
        return False
    if tags is None:
        return None
    try:
        return filter_rule.matches(rule, tags)
    except UnsupportedPolicy:
        return None
