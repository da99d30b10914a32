"""Who and what a policy is about: users, workload identities, resources.

A key we do not know that may widen or narrow a list stands in that list as its path. As it names nobody that can be found,
membership there is unknown, and the policy is not taken to spare anyone.
"""

from __future__ import annotations

from unbroken.entra.policy import Filter, GuestScope, Target, UserScope, WorkloadScope
from unbroken.entra.vocabulary import GuestKind, UserAction
from unbroken.sources.ids import canonical
from unbroken.sources.wire import WireObject

_KINDS = {kind.lower(): kind.value for kind in GuestKind}
_ALL_GUESTS = GuestScope(kinds=frozenset(_KINDS.values()))
"""`GuestsOrExternalUsers` is all kinds of all tenants (entra-docs, concept-conditional-access-users-groups.md)."""
_ACTIONS = {action.lower(): action.value for action in UserAction}
_BUNDLES = {word.lower(): word for word in ("Office365", "MicrosoftAdminPortals", "AllAgentIdResources")}
_AGENT_RESOURCES = "AllAgentIdResources"
NOT_EXPORTED = ": not in the export"
"""Follows the path of what an export left out. What is there and null says that nothing is configured."""
_AGENT_KEYS = ("includeAgentIdServicePrincipals", "excludeAgentIdServicePrincipals")


def read_assignment(
    conditions: WireObject, unmodelled: list[str]
) -> tuple[tuple[UserScope, UserScope], tuple[WorkloadScope, WorkloadScope]]:
    """Return whom a policy is assigned to (include, exclude): users and workload identities; perhaps all where neither was exported."""
    known = conditions.present("users") or conditions.sets("clientApplications")
    users = _read_users(conditions.inner("users"), unmodelled)
    workloads = _read_workloads(conditions.inner("clientApplications"), unmodelled)
    if known:
        return users, workloads
    unmodelled.append(f"{conditions.at('users')}{NOT_EXPORTED}")
    return (UserScope(everyone=True), UserScope()), (WorkloadScope(everyone=True), WorkloadScope())


def read_target(conditions: WireObject, unmodelled: list[str]) -> Target:
    """Return the resources, user actions and authentication contexts of `applications`; perhaps everything where it was not exported."""
    if conditions.present("applications"):
        return _read_target(conditions.inner("applications"), unmodelled)
    unmodelled.append(f"{conditions.at('applications')}{NOT_EXPORTED}")
    return Target(all_apps=True, user_actions=frozenset(_ACTIONS.values()))


def _read_users(wire: WireObject, unmodelled: list[str]) -> tuple[UserScope, UserScope]:
    """Return the include and the exclude side of `conditions.users`."""
    include, exclude = _user_scope(wire, "include", unmodelled), _user_scope(wire, "exclude", unmodelled)
    strangers = wire.left_over()
    unmodelled += strangers
    return _with_users(include, _of_side(strangers, exclude=False)), _with_users(exclude, _of_side(strangers, exclude=True))


def _read_workloads(wire: WireObject, unmodelled: list[str]) -> tuple[WorkloadScope, WorkloadScope]:
    """Return the include and the exclude side of `conditions.clientApplications`; agent identities are named, not modelled."""
    include, exclude = _words(wire, "includeServicePrincipals"), _words(wire, "excludeServicePrincipals")
    agents = [wire.at(name) for name in _AGENT_KEYS if wire.texts(name)]
    strangers = wire.left_over()
    unmodelled += agents + strangers
    return _workload_scope(include | _of_side(strangers, exclude=False)), _workload_scope(exclude | _of_side(strangers, exclude=True))


def _read_target(wire: WireObject, unmodelled: list[str]) -> Target:
    """Return the resources, user actions and authentication contexts of `conditions.applications`."""
    include, exclude = _apps(wire, "includeApplications", unmodelled), _apps(wire, "excludeApplications", unmodelled)
    actions = frozenset(_ACTIONS.get(word.lower(), word) for word in wire.texts("includeUserActions"))
    unmodelled += [f"{wire.at('includeUserActions')}: {word}" for word in sorted(actions - set(_ACTIONS.values()))]
    contexts = frozenset(word.lower() for word in wire.texts("includeAuthenticationContextClassReferences"))
    app_filter = _filter(wire.inner("applicationFilter"), unmodelled)
    strangers = wire.left_over()
    unmodelled += strangers
    return Target(
        all_apps="All" in include,
        include_apps=(include - {"All", "None"}) | _of_side(strangers, exclude=False),
        exclude_apps=(exclude - {"None"}) | _of_side(strangers, exclude=True),
        app_filter=app_filter,
        user_actions=actions,
        authentication_contexts=contexts,
    )


def _user_scope(wire: WireObject, side: str, unmodelled: list[str]) -> UserScope:
    users = _words(wire, f"{side}Users")
    groups = frozenset(map(canonical, wire.texts(f"{side}Groups")))
    roles = frozenset(map(canonical, wire.texts(f"{side}Roles")))
    guests, strangers = _guests(wire.inner(f"{side}GuestsOrExternalUsers"), unmodelled)
    if "GuestsOrExternalUsers" in users:
        guests = (*guests, _ALL_GUESTS)
    named = users - {"All", "None", "GuestsOrExternalUsers"}
    return UserScope(everyone="All" in users, users=named | strangers, groups=groups, roles=roles, guests=guests)


def _guests(wire: WireObject, unmodelled: list[str]) -> tuple[tuple[GuestScope, ...], frozenset[str]]:
    """Return the scope of external users, and the paths of what in it is not understood."""
    words = [word for word in wire.texts("guestOrExternalUserTypes") if word.lower() != "none"]
    strangers = [f"{wire.at('guestOrExternalUserTypes')}: {word}" for word in words if word.lower() not in _KINDS]
    tenants, odd = _tenants(wire.inner("externalTenants"))
    strangers += odd + wire.left_over()
    unmodelled += strangers
    kinds = frozenset(_KINDS[word.lower()] for word in words if word.lower() in _KINDS)
    readable = bool(kinds) and not odd
    return ((GuestScope(kinds=kinds, tenants=tenants),) if readable else ()), frozenset(strangers)


def _tenants(wire: WireObject) -> tuple[frozenset[str] | None, list[str]]:
    kind, members = wire.text("membershipKind"), wire.texts("members")
    odd = wire.left_over()
    if kind.lower() not in {"", "all", "enumerated"}:
        odd.append(f"{wire.at('membershipKind')}: {kind}")
    enumerated = kind.lower() == "enumerated" or (not kind and bool(members))
    return (frozenset(map(canonical, members)) if enumerated else None), odd


def _words(wire: WireObject, name: str) -> frozenset[str]:
    special = {word.lower(): word for word in ("All", "None", "GuestsOrExternalUsers", "ServicePrincipalsInMyTenant")}
    return frozenset(special.get(token.lower(), canonical(token)) for token in wire.texts(name))


def _apps(wire: WireObject, name: str, unmodelled: list[str]) -> frozenset[str]:
    special = _BUNDLES | {"all": "All", "none": "None"}
    apps = frozenset(special.get(token.lower(), canonical(token)) for token in wire.texts(name))
    if _AGENT_RESOURCES in apps:
        unmodelled.append(f"{wire.at(name)}: {_AGENT_RESOURCES}")
    return apps


def _filter(wire: WireObject, unmodelled: list[str]) -> Filter | None:
    mode, rule = wire.text("mode").lower(), wire.text("rule")
    if rule and mode not in {"include", "exclude"}:
        unmodelled.append(f"{wire.at('mode')}: {mode or 'missing'}")
    unmodelled += wire.left_over()
    return Filter(mode=mode, rule=rule) if mode in {"include", "exclude"} and rule else None


def _workload_scope(words: frozenset[str]) -> WorkloadScope:
    everyone = "ServicePrincipalsInMyTenant"
    return WorkloadScope(everyone=everyone in words, service_principals=words - {everyone, "None"})


def _with_users(scope: UserScope, more: frozenset[str]) -> UserScope:
    if not more:
        return scope
    users = scope.users | more
    return UserScope(everyone=scope.everyone, users=users, groups=scope.groups, roles=scope.roles, guests=scope.guests)


def _of_side(paths: list[str], *, exclude: bool) -> frozenset[str]:
    """Return the paths whose key belongs to the exclude side, or else those that do not."""
    return frozenset(path for path in paths if path.rpartition(".")[2].lower().startswith("exclude") is exclude)
