"""Everything that can be asked for: applications, the scopes that matter, user actions, authentication contexts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

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


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing to ask for."""

    kind: str
    """`APPS`, `ACTIONS` or `CONTEXTS`."""
    name: str
    """An app id, a user action, or an authentication context."""
    facts: SessionFacts = field(default_factory=SessionFacts)

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
    """Yield all that policies tell apart, well-known applications first: they make the best examples."""
    for app in (MICROSOFT_GRAPH, AZURE_AD_GRAPH):
        for scopes, public in SCOPES:
            yield Asked(APPS, app, SessionFacts(requested_scopes=scopes, client_is_public=public))
    for app in _apps(table):
        yield Asked(APPS, app)
    yield Asked(APPS, ANY_OTHER_APP)
    for action in UserAction:
        yield Asked(ACTIONS, str(action))
    contexts = {context.lower() for policy in table.policies for context in policy.target.authentication_contexts}
    for context in sorted(contexts | {ANY_OTHER_CONTEXT}):
        yield Asked(CONTEXTS, context)


def _apps(table: PolicyTable) -> Iterable[str]:
    named = {app for policy in table.policies for app in (*policy.target.include_apps, *policy.target.exclude_apps)}
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
    resources: dict[Bits, None] = {}
    for asked in everything(table):
        dimension = table.targets.dimension(asked.request)
        ways = tuple(dict.fromkeys(option.bits for option in dimension.alternatives))
        certain = certain and len(ways) == 1 and not ways[0].unknown
        if asked.kind == APPS:
            resources |= dict.fromkeys(ways)
        elif ways[0].unknown:
            ways = tuple(_ways_at(ways[0], asked, resources))
        values += [Value(asked, bits, (asked.kind, asked.of_baseline_scopes)) for bits in (ways if worlds else (dimension.bits,))]
    return folded("applications", values, len(table.policies)), certain


def _ways_at(bits: Bits, asked: Asked, resources: Iterable[Bits]) -> Iterator[Bits]:
    """Yield what policies may say together of a target of which it is open whether those on all resources hold.

    When a device is registered, all of them hold or none (see `evaluate.targets`). An authentication context is asked for by some
    resource, and then those hold that hold for this resource; which one it is, is open, and so is what is open of that.
    """
    for reached in (Bits(0, 0), Bits(-1, -1)) if asked.kind == ACTIONS else dict.fromkeys(resources):
        yield Bits(bits.true | bits.unknown & reached.true, bits.true | bits.unknown & reached.possible)
