"""Names in the place of ids -> ids, where a name stands for exactly one thing; and which ids and names stand for nothing known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import cached_property

from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED, COMPLIANT_NETWORK, MFA_TRUSTED_IPS
from unbroken.entra.policy import ConditionalAccessPolicy, Sides, UserScope, WorkloadScope
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.sources.grant import BUILT_IN_STRENGTHS
from unbroken.sources.ids import is_guid
from unbroken.sources.role_templates import ROLE_TEMPLATES

Finding = tuple[str, str, str]
Named = Iterable[tuple[str, str]]
"""(name, id)."""
_APP_WORDS = frozenset({"Office365", "MicrosoftAdminPortals"})
_PLACE_WORDS = frozenset({ALL_LOCATIONS, ALL_TRUSTED, MFA_TRUSTED_IPS, COMPLIANT_NETWORK})


@dataclass(frozen=True)
class _Names:
    """One kind of thing: the ids that exist, what they are called, and whether these are all of them."""

    ids: Callable[[], Iterable[str]]
    named: Callable[[], Named]
    complete: bool
    words: frozenset[str] = frozenset()
    own: bool = True
    """Whether the ids are the tenant's own: an id of Microsoft's is never dangling."""
    unique: Callable[[], Named] = tuple
    """Names that no two things can bear: they stand for one thing even where not everything was read."""

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(self.ids()) | self.words

    @cached_property
    def surely(self) -> dict[str, str]:
        return {name.lower(): each for name, each in self.unique()}

    @cached_property
    def by_name(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = defaultdict(set)
        for name, each in self.named():
            found[name.lower()].add(each)
        return found


def resolved(snapshot: Snapshot) -> Snapshot:
    """Return the snapshot with names in its policies replaced by ids, and `unresolved` and `dangling` filled in anew.

    Idempotent: call it again after other policies were laid over.
    """
    resolver = _Resolver(snapshot)
    policies = tuple(resolver.policy(policy) for policy in snapshot.policies.records)
    return replace(
        snapshot,
        policies=replace(snapshot.policies, records=policies),
        unresolved=tuple(resolver.unresolved),
        dangling=tuple(resolver.dangling),
    )


def resolved_proposal(
    policies: Iterable[ConditionalAccessPolicy], snapshot: Snapshot
) -> tuple[tuple[ConditionalAccessPolicy, ...], Snapshot]:
    """Return proposed policies with names replaced by the ids of `snapshot`, and the snapshot with what stays open added."""
    resolver = _Resolver(snapshot)
    proposed = tuple(resolver.policy(policy) for policy in policies)
    ids = {policy.id for policy in proposed}
    own = [[found for found in findings if found[0] not in ids] for findings in (snapshot.unresolved, snapshot.dangling)]
    return proposed, replace(snapshot, unresolved=(*own[0], *resolver.unresolved), dangling=(*own[1], *resolver.dangling))


class _Resolver:
    def __init__(self, snapshot: Snapshot) -> None:
        self.unresolved: list[Finding] = []
        self.dangling: list[Finding] = []
        self.users = _people(snapshot)
        self.groups = _displayed(snapshot.groups)
        self.roles = _roles(snapshot)
        self.apps = _apps(snapshot)
        self.workloads = _displayed(snapshot.service_principals)
        self.places = replace(_displayed(snapshot.locations), words=_PLACE_WORDS)
        self.strengths = _strengths(snapshot)

    def policy(self, policy: ConditionalAccessPolicy) -> ConditionalAccessPolicy:
        include, exclude = policy.users
        target, locations, grant = policy.target, policy.conditions.locations, policy.grant
        at = policy.id
        strength = self.tokens(at, "grantControls.authenticationStrength", [grant.strength] if grant.strength else [], self.strengths)
        return replace(
            policy,
            users=(self.user_scope(at, "include", include), self.user_scope(at, "exclude", exclude)),
            workloads=(
                self.workload_scope(at, "include", policy.workloads[0]),
                self.workload_scope(at, "exclude", policy.workloads[1]),
            ),
            target=replace(
                target,
                include_apps=self.tokens(at, "conditions.applications.includeApplications", target.include_apps, self.apps),
                exclude_apps=self.tokens(at, "conditions.applications.excludeApplications", target.exclude_apps, self.apps),
            ),
            conditions=replace(policy.conditions, locations=self.sides(at, locations)),
            grant=replace(grant, strength=next(iter(strength), None)),
        )

    def user_scope(self, at: str, side: str, scope: UserScope) -> UserScope:
        path = f"conditions.users.{side}"
        return replace(
            scope,
            users=self.tokens(at, f"{path}Users", scope.users, self.users),
            groups=self.tokens(at, f"{path}Groups", scope.groups, self.groups),
            roles=self.tokens(at, f"{path}Roles", scope.roles, self.roles),
        )

    def workload_scope(self, at: str, side: str, scope: WorkloadScope) -> WorkloadScope:
        path = f"conditions.clientApplications.{side}ServicePrincipals"
        return replace(scope, service_principals=self.tokens(at, path, scope.service_principals, self.workloads))

    def sides(self, at: str, sides: Sides) -> Sides:
        include = sides.include
        if include is not None:
            include = self.tokens(at, "conditions.locations.includeLocations", include, self.places)
        return Sides(include=include, exclude=self.tokens(at, "conditions.locations.excludeLocations", sides.exclude, self.places))

    def tokens(self, at: str, path: str, tokens: Iterable[str], names: _Names) -> frozenset[str]:
        return frozenset(self.token(at, path, token, names) for token in sorted(tokens))

    def token(self, at: str, path: str, token: str, names: _Names) -> str:
        """Return the id `token` stands for; itself when it is one already, or when nobody can say."""
        if token in names.known:
            return token
        if is_guid(token):
            if names.complete and names.own:
                self.dangling.append((at, path, token))
            return token
        if token.lower() in names.surely:
            return names.surely[token.lower()]
        found = names.by_name.get(token.lower(), set())
        if len(found) == 1 and names.complete:
            return next(iter(found))
        self.unresolved.append((at, path, token))
        return token


def _people(snapshot: Snapshot) -> _Names:
    users = snapshot.users
    return replace(
        _displayed(users), unique=lambda: [(user.user_principal_name, user.id) for user in users.records if user.user_principal_name]
    )


def _displayed(collection: Collection) -> _Names:  # type: ignore[type-arg] # anything with an id and a display name
    records = collection.records
    return _Names(
        lambda: [record.id for record in records], lambda: [(record.display_name, record.id) for record in records], collection.complete
    )


def _roles(snapshot: Snapshot) -> _Names:
    """Return the built-in roles: their templates are the same in every tenant, so a GUID is never dangling."""
    exported = [(role.display_name, role.template_id) for role in snapshot.roles.records]
    return _Names(
        lambda: [template_id for _, template_id in exported],
        lambda: exported,
        complete=True,
        own=False,
        unique=ROLE_TEMPLATES.items,
    )


def _apps(snapshot: Snapshot) -> _Names:
    principals = snapshot.service_principals
    return _Names(
        lambda: [principal.app_id for principal in principals.records],
        lambda: [(principal.display_name, principal.app_id) for principal in principals.records],
        principals.complete,
        _APP_WORDS,
    )


def _strengths(snapshot: Snapshot) -> _Names:
    strengths = snapshot.strengths
    named = [(strength.display_name, strength.id) for strength in strengths.records]
    built_in = frozenset(BUILT_IN_STRENGTHS.values())
    return _Names(lambda: [each for _, each in named], lambda: named, strengths.complete, words=built_in, unique=BUILT_IN_STRENGTHS.items)
