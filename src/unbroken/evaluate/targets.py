"""What is asked for: which policies' target a resource, a user action or an authentication context meets."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import product

from unbroken.entra.directory import ServicePrincipal
from unbroken.entra.policy import ConditionalAccessPolicy, Filter
from unbroken.entra.request import AccessRequest, SessionFacts
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import UserAction
from unbroken.entra.well_known import (
    ADMIN_PORTAL_APPS,
    ADMIN_PORTALS,
    AZURE_AD_GRAPH,
    AZURE_RESOURCE_MANAGER,
    MICROSOFT_TENANTS,
    OFFICE_365,
    OFFICE_365_APPS,
    OIDC_SCOPES,
    SERVICE_MANAGEMENT_APPS,
)
from unbroken.evaluate.baseline_scopes import applies_to_baseline, baseline_only, within
from unbroken.evaluate.bits import NONE, Bits, certain, mask_of, masks_of, only_possible, union
from unbroken.evaluate.dimension import ATOM_LIMIT, Alternative, Dimension, distinct, hull, known
from unbroken.evaluate.membership import looks_like_an_id
from unbroken.evaluate.rule import evaluate_rule, parse_rule
from unbroken.evaluate.rule_tokens import RuleError

BUNDLES = {OFFICE_365: OFFICE_365_APPS, ADMIN_PORTALS: ADMIN_PORTAL_APPS}


Memberships = Mapping[tuple[str, str], bool]
"""(bundle, application) -> whether it is taken to belong."""


class _Resources:
    """The include or exclude side of every policy's applications, as masks."""

    def __init__(self, apps: Sequence[frozenset[str]], filters: Sequence[Filter | None], mode: str) -> None:
        self.by_app = masks_of((name.lower() if looks_like_an_id(name) else name for name in names) for names in apps)
        self.unresolved = mask_of(any(name not in BUNDLES and not looks_like_an_id(name) for name in names) for names in apps)
        self.filters = masks_of([rule.rule] if rule is not None and rule.mode == mode else [] for rule in filters)


class _Doubts(list[tuple[int, str]]):
    """What is missing for which policies; and which applications are taken to belong to which bundle.

    Whether one belongs is one fact: an app blocked inside and outside of Office 365 is blocked.
    """

    def __init__(self, members: Memberships | None = None) -> None:
        super().__init__()
        self.members = members or {}
        self.open: dict[tuple[str, str], None] = {}


class Targets:
    """The targets of a policy set over the applications of one tenant."""

    def __init__(self, snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy]) -> None:
        """Fold the policies' targets into masks."""
        self._snapshot = snapshot
        self._mode = snapshot.facts.baseline_scope_mode
        targets = [policy.target for policy in policies]
        filters = [target.app_filter for target in targets]
        # Exclude wins: what is named on both sides is included in no way, whatever it holds.
        self._include = _Resources([target.include_apps - target.exclude_apps for target in targets], filters, "include")
        self._exclude = _Resources([target.exclude_apps for target in targets], filters, "exclude")
        self.everything = mask_of(target.all_apps for target in targets)
        excludes = [bool(t.exclude_apps) or (t.app_filter is not None and t.app_filter.mode == "exclude") for t in targets]
        self._with_exclusions = mask_of(excludes) & self.everything
        self._actions = {action: mask_of(action in target.user_actions for target in targets) for action in UserAction}
        self._contexts = masks_of(map(str.lower, target.authentication_contexts) for target in targets)
        self._apps = mask_of(bool(t.all_apps or t.include_apps or (t.app_filter and t.app_filter.mode == "include")) for t in targets)
        self.empty = mask_of(not target for target in targets)

    @cached_property
    def _by_app(self) -> dict[str, ServicePrincipal]:
        return {each.app_id.lower(): each for each in self._snapshot.service_principals.records}

    @property
    def registration(self) -> int:
        """Return the policies on registering security information."""
        return self._actions[UserAction.REGISTER_SECURITY_INFO]

    def dimension(self, request: AccessRequest) -> Dimension:
        """Return what each policy's target says of `request`; several apps are ORed after include and exclude."""
        if request.user_action is not None:
            return self._user_action(request.user_action)
        if request.authentication_context is not None:
            return self._context(request.authentication_context)
        doubts = _Doubts()
        options = distinct(Alternative(bits) for _, bits in self._ways(request, doubts))
        bits = hull(option.bits for option in options)
        missing = tuple((mask & bits.unknown, text) for mask, text in doubts if mask & bits.unknown)
        return Dimension(options, (("application", bits),), missing)

    def ways(self, request: AccessRequest) -> list[tuple[Memberships, Bits]]:
        """Return what each policy's target says of the applications in `request`, for every way in which they may belong to bundles."""
        return self._ways(request, _Doubts())

    def _ways(self, request: AccessRequest, doubts: _Doubts) -> list[tuple[Memberships, Bits]]:
        plain = self._resources(request, doubts)
        if not 0 < len(doubts.open) <= ATOM_LIMIT:
            return [({}, plain)]
        choices = product((False, True), repeat=len(doubts.open))
        members = [dict(zip(doubts.open, choice, strict=True)) for choice in choices]
        return [(each, self._resources(request, _Doubts(each))) for each in members]

    def _resources(self, request: AccessRequest, missing: _Doubts) -> Bits:
        parts = [self._audience(app.lower(), request, missing) if app else self._unnamed(missing) for app in request.apps]
        return union([*parts, self._id_token(request, missing)])

    def _user_action(self, action: UserAction) -> Dimension:
        bits = certain(self._actions[action])
        if action is UserAction.REGISTER_SECURITY_INFO:
            return known("userActions", bits | certain(self.everything))
        text = "whether policies on all resources are evaluated when a device is registered (not documented)"
        return _one_fact("userActions", (bits, bits | certain(self.everything)), text)

    def _context(self, context: str) -> Dimension:
        """Return the policies on the context, and those on all resources; one resource asks, so one set of exclusions counts."""
        named = certain(self._contexts.get(context.lower(), 0))
        sides = (self._side(self._exclude, app, doubts) for app in self._excluded_apps() for doubts in _memberships(app))
        ways = (named | certain(self.everything).without(side) for side in sides)
        return _one_fact("authenticationContext", ways, "which resource asks for the authentication context (the policy excludes some)")

    def _excluded_apps(self) -> Iterator[str]:
        """Yield an application for each way to be excluded, and one that nobody names."""
        yield ""
        yield from (app for app in self._exclude.by_app if app not in BUNDLES)
        for name, apps in (BUNDLES | {AZURE_RESOURCE_MANAGER: SERVICE_MANAGEMENT_APPS}).items():
            yield from apps if name in self._exclude.by_app else ()
        yield from self._by_app if self._exclude.filters else ()

    def _audience(self, app: str, request: AccessRequest, missing: _Doubts) -> Bits:
        include = certain(self.everything) | self._side(self._include, app, missing)
        exclude = self._side(self._exclude, app, missing)
        plain = include.without(exclude)
        return self._with_baseline(plain, app, request, missing)

    def _unnamed(self, missing: _Doubts) -> Bits:
        """Return what can be said when the log does not name the resource: policies on all resources without exclusions apply."""
        sure = self.everything & ~self._with_exclusions
        open_ = ~self.empty & self._apps & ~sure
        missing.append((open_, "which resource was asked for (the log names none)"))
        return Bits(sure, sure | open_)

    def _side(self, side: _Resources, app: str, missing: _Doubts) -> Bits:
        found = certain(side.by_app.get(app, 0))
        if app in SERVICE_MANAGEMENT_APPS:
            found |= certain(side.by_app.get(AZURE_RESOURCE_MANAGER, 0))
        for name in BUNDLES:
            if side.by_app.get(name):
                found |= self._bundle(side.by_app[name], name, app, missing)
        if side.unresolved & ~found.true:
            found |= only_possible(side.unresolved)
            names = ", ".join(sorted(name for name in side.by_app if name not in BUNDLES and not looks_like_an_id(name)))
            missing.append((side.unresolved, f"which application {names} stands for (no such id, and no single such name)"))
        for rule, mask in side.filters.items():
            found |= self._filter(rule, mask, app, missing)
        return found

    def _bundle(self, mask: int, name: str, app: str, missing: _Doubts) -> Bits:
        belongs = self.in_bundle(app, name)
        if belongs is not None:
            return certain(mask) if belongs else NONE
        record = self._by_app.get(app)
        owner = record.owner_tenant_id if record else None
        why = "its owner is not known: servicePrincipals" if owner is None else "Microsoft publishes no ids for it"
        missing.append((mask, f"whether the application {app} belongs to {name} ({why})"))
        if (name, app) in missing.members:
            return certain(mask if missing.members[name, app] else 0)
        missing.open[name, app] = None
        return only_possible(mask)

    def in_bundle(self, app: str, name: str) -> bool | None:
        """Return whether an application (lower-case appId) belongs to the bundle `name`; None when nobody can tell."""
        if app in BUNDLES[name]:
            return True
        record = self._by_app.get(app)
        owner = record.owner_tenant_id if record else None
        return False if owner is not None and owner.lower() not in MICROSOFT_TENANTS else None

    def _filter(self, text: str, mask: int, app: str, missing: _Doubts) -> Bits:
        record = self._by_app.get(app)
        if record is None or record.attributes is None:
            missing.append((mask, f"custom security attributes of the application {app} (servicePrincipals)"))
            return only_possible(mask)
        try:
            answer = evaluate_rule(parse_rule(text), dict(record.attributes))
        except RuleError as error:
            missing.append((mask, f"what the application filter says: {error}"))
            return only_possible(mask)
        return only_possible(mask) if answer is None else certain(mask if answer else 0)

    def _with_baseline(self, plain: Bits, app: str, request: AccessRequest, missing: _Doubts) -> Bits:
        """Return `plain` with the baseline-scope rule laid over the policies on all resources that exclude some."""
        plain = plain.without(certain(self._exempt_client(request.facts)))
        kinds = baseline_only(app, request.facts)
        if kinds == {False} or not (self._with_exclusions or self._include.by_app):
            return plain
        directory = self._directory_access(missing).without(certain(self._exempt_client(request.facts)))
        answers = [plain] if False in kinds else []
        answers += [applies_to_baseline(plain, directory, self._with_exclusions, self._mode)] if True in kinds else []
        bits = Bits(answers[0].true & answers[-1].true, answers[0].possible | answers[-1].possible)
        text = f"requested scopes (facts.requestedScopes) under the tenant's baseline scope mode ({self._mode})"
        missing.append((bits.unknown & ~plain.unknown, text))
        return bits

    def _exempt_client(self, facts: SessionFacts) -> int:
        """Return the policies on all resources that leave this request out: an excluded confidential client that asks for OIDC scopes only.

        Source: entra-docs, concept-enforcement-resource-exclusions.md, what stays unchanged.
        """
        if facts.client_is_public is not False or facts.requested_scopes is None or not within(facts.requested_scopes, OIDC_SCOPES):
            return 0
        return self._exclude.by_app.get((facts.client_app_id or "").lower(), 0) & self._with_exclusions

    def _directory_access(self, missing: _Doubts) -> Bits:
        include = certain(self.everything) | self._side(self._include, AZURE_AD_GRAPH, missing)
        return include.without(self._side(self._exclude, AZURE_AD_GRAPH, missing))

    def _id_token(self, request: AccessRequest, missing: _Doubts) -> Bits:
        """Return the policies on the client itself: a confidential client that asks for an ID token is a target too."""
        facts = request.facts
        client = (facts.client_app_id or "").lower()
        if not client or facts.client_is_public is True or client in map(str.lower, request.apps):
            return NONE
        asks = None if facts.requested_scopes is None else "openid" in map(str.lower, facts.requested_scopes)
        if asks is False:
            return NONE
        own = certain(self._include.by_app.get(client, 0)).without(certain(self._exclude.by_app.get(client, 0)))
        if asks and facts.client_is_public is False:
            include = certain(self.everything) | self._side(self._include, client, missing)
            return include.without(self._side(self._exclude, client, missing))
        text = f"whether the client {client} asks for an ID token for itself (facts.requestedScopes, facts.clientIsPublic)"
        missing.append((own.true, text))
        return only_possible(own.true)


def _memberships(app: str) -> Iterator[_Doubts]:
    """Yield every way in which an application may belong to the bundles, for where that is not known."""
    for answers in product((False, True), repeat=len(BUNDLES)):
        yield _Doubts({(name, app): answer for name, answer in zip(BUNDLES, answers, strict=True)})


def _one_fact(name: str, ways: Iterable[Bits], text: str) -> Dimension:
    """Return a dimension that hangs on one fact: it has one value in all policies."""
    options = distinct(map(Alternative, ways))
    bits = hull(option.bits for option in options)
    return Dimension(options, ((name, bits),), ((bits.unknown, text),) if bits.unknown else ())
