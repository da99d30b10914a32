"""Everything that can be asked for: applications, the scopes that matter, user actions, authentication contexts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import product

from unbroken.entra.request import AccessRequest, Identity, SessionFacts
from unbroken.entra.vocabulary import UserAction
from unbroken.entra.well_known import (
    ADMIN_PORTAL_APPS,
    ADMIN_PORTALS,
    AZURE_AD_GRAPH,
    AZURE_PORTAL,
    AZURE_RESOURCE_MANAGER,
    MICROSOFT_GRAPH,
    OFFICE_365,
    OFFICE_365_APPS,
    SERVICE_MANAGEMENT_APPS,
)
from unbroken.evaluate.bits import Bits
from unbroken.evaluate.membership import looks_like_an_id
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.targets import BUNDLES
from unbroken.prove.aspect import Aspect, Value, folded

ANY_OTHER_APP = "7a3c9e51-4d08-4f6b-b2e7-90c1d85f3a64"
"""Stands for an application that neither a policy nor the tenant's export knows; made up."""
ANY_OTHER_CONTEXT = "c99"
APPS, ACTIONS, CONTEXTS = "applications", "user actions", "authentication contexts"
FULL_SCOPES = frozenset({"Directory.ReadWrite.All"})
SCOPES = (
    (FULL_SCOPES, None),
    (frozenset({"User.Read"}), True),
    (frozenset({"User.Read.All"}), False),
)
"""(requested scopes, whether the client is public): beyond the baseline scopes, within those of native and of confidential clients."""
SIGN_IN_ONLY = frozenset({"profile"})
"""OIDC scopes without an ID token for the client itself: what an excluded confidential client gets without the policies on all resources
(entra-docs, concept-enforcement-resource-exclusions.md)."""


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to ask for."""

    kind: str
    """`APPS`, `ACTIONS` or `CONTEXTS`."""
    name: str
    """An app id, a user action, or an authentication context."""
    facts: SessionFacts = field(default_factory=SessionFacts)
    taken: tuple[tuple[str, bool], ...] = field(default=(), compare=False)
    """In a space of worlds: (bundle, whether it is taken to belong), where that is not known. The same thing is asked for either way."""

    @property
    def request(self) -> AccessRequest:
        """Return a request for it by nobody."""
        return AccessRequest(
            identity=Identity(),
            apps=(self.name,) if self.kind == APPS else (),
            user_action=UserAction(self.name) if self.kind == ACTIONS else None,
            authentication_context=self.name if self.kind == CONTEXTS else None,
            facts=self.facts,
        )

    @property
    def of_baseline_scopes(self) -> bool:
        """Return whether it asks only who the user is."""
        return self.facts.requested_scopes is not None and self.facts.requested_scopes != FULL_SCOPES


def everything(table: PolicyTable) -> Iterator[Asked]:
    """Yield all that policies and the tenant's own rules tell apart, well-known applications first: they make the best examples."""
    for app in (MICROSOFT_GRAPH, AZURE_AD_GRAPH):
        for scopes, public in SCOPES:
            yield Asked(APPS, app, SessionFacts(requested_scopes=scopes, client_is_public=public))
    for app in _apps(table):
        yield Asked(APPS, app)
    yield Asked(APPS, ANY_OTHER_APP)
    for client in _excluded_clients(table):
        facts = SessionFacts(requested_scopes=SIGN_IN_ONLY, client_app_id=client, client_is_public=False)
        yield Asked(APPS, MICROSOFT_GRAPH, facts)
    for action in UserAction:
        yield Asked(ACTIONS, str(action))
    contexts = {context.lower() for policy in table.policies for context in policy.target.authentication_contexts}
    for context in sorted(contexts | {ANY_OTHER_CONTEXT}):
        yield Asked(CONTEXTS, context)


def _excluded_clients(table: PolicyTable) -> list[str]:
    """Return the applications that policies on all resources leave out: as confidential clients they are let in for OIDC scopes alone."""
    apps = {app.lower() for policy in table.policies if policy.target.all_apps for app in policy.target.exclude_apps}
    return sorted(app for app in apps if looks_like_an_id(app))


def _apps(table: PolicyTable) -> Iterable[str]:
    named = {app for policy in table.policies for app in (*policy.target.include_apps, *policy.target.exclude_apps)}
    named |= {word for rule in table.snapshot.facts.properties for word in (*rule.apps, *rule.except_apps)}
    bundles = [OFFICE_365_APPS if OFFICE_365 in named else frozenset(), ADMIN_PORTAL_APPS if ADMIN_PORTALS in named else frozenset()]
    service_management = SERVICE_MANAGEMENT_APPS if AZURE_RESOURCE_MANAGER in map(str.lower, named) else frozenset()
    tenants = [each.app_id.lower() for each in table.snapshot.service_principals.records if looks_like_an_id(each.app_id)]
    own = [app.lower() for app in sorted(named) if looks_like_an_id(app)]
    found = (*sorted(bundles[0]), *sorted(bundles[1]), AZURE_PORTAL, AZURE_RESOURCE_MANAGER, *sorted(service_management), *tenants, *own)
    return dict.fromkeys(app for app in found if app not in {MICROSOFT_GRAPH, AZURE_AD_GRAPH})


def target_aspect(table: PolicyTable, *, worlds: bool) -> tuple[Aspect, bool]:
    """Return all targets in classes, and whether everything policies ask of them is known."""
    values: list[Value] = []
    certain = True
    for asked in everything(table):
        ways = list(_ways(table, asked))
        certain = certain and len(ways) == 1 and not ways[0][1].unknown
        if not worlds:
            ways = [(asked, table.targets.dimension(asked.request).bits)]
        values += [Value(each, bits, (each.kind, each.of_baseline_scopes, each.taken)) for each, bits in ways]
    return folded("applications", values, len(table.policies)), certain


def _ways(table: PolicyTable, asked: Asked) -> Iterator[tuple[Asked, Bits]]:
    """Yield what is asked for, and what each policy's target says of it, in every way it can be."""
    if asked.kind != APPS:
        options = table.targets.dimension(asked.request).alternatives
        yield from ((asked, bits) for bits in dict.fromkeys(option.bits for option in options))
        return
    found: dict[tuple[tuple[tuple[str, bool], ...], Bits], None] = {}
    for members, bits in table.targets.ways(asked.request):
        own = {bundle: taken for (bundle, app), taken in members.items() if app == asked.name}
        open_ = [name for name in _bundles_of_rules(table) if name not in own and table.targets.in_bundle(asked.name, name) is None]
        for choice in product((False, True), repeat=len(open_)):
            taken = own | dict(zip(open_, choice, strict=True))
            found[tuple(sorted(taken.items())), bits] = None
    yield from ((replace(asked, taken=taken), bits) for taken, bits in found)


def _bundles_of_rules(table: PolicyTable) -> list[str]:
    words = {word for rule in table.snapshot.facts.properties for word in (*rule.apps, *rule.except_apps)}
    return sorted(words & BUNDLES.keys())
