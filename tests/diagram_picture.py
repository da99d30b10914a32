"""A proof's set of sign-ins drawn over a grid: for every value of the grid its classes in the space, found without asking a policy."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from oracle import device_fits, is_mfa_trusted, places
from sign_in_grid import (
    ADDRESS,
    AXES,
    DEVICE,
    ELSEWHERE,
    TARGET,
    UNNAMED,
    WHO,
    Array,
    scopes_of,
)
from unbroken.entra.request import AccessRequest, DeviceState, Identity, SessionFacts
from unbroken.entra.snapshot import Snapshot
from unbroken.prove.diagram import EVERYTHING, NOTHING
from unbroken.prove.escape import SignIns
from unbroken.prove.space import Space
from unbroken.prove.targets import ANY_OTHER_APP, ANY_OTHER_CONTEXT, Asked
from unbroken.prove.who import SOME_OTHER_TENANT

Classes = Sequence[Sequence[int]]
"""By value of an axis the classes that stand for it: several where the space holds it once for each way it can be."""


def picture(found: SignIns, classes: Mapping[str, Classes]) -> Array:
    """Return for every sign-in of the grid whether some class tuple that stands for it lies in the set."""
    diagram, names = found.diagram, [found.space.names[position] for position in found.order]
    sizes = [len(classes[name]) for name in names]
    bits = [[sum(1 << at for at in each) for each in classes[name]] for name in names]
    drawn: dict[tuple[int, int], Array] = {}

    def draw(node: int, level: int) -> Array:
        if node in (NOTHING, EVERYTHING):
            return np.full(sizes[level:], node == EVERYTHING)
        if (node, level) not in drawn:
            out = np.zeros(sizes[level:], dtype=bool)
            for edge, child in diagram.edges(node, level):
                out[[bool(edge & each) for each in bits[level]]] |= draw(child, level + 1)
            drawn[node, level] = out
        return drawn[node, level]

    return np.ascontiguousarray(draw(found.node, 0).transpose([names.index(name) for name in AXES]))


def classes_of(space: Space, tenant: Snapshot, axes: Mapping[str, Sequence[Any]]) -> dict[str, Classes]:
    """Return the classes of every value of the grid. Fails when a value has none, then the space is too small, or has unlike ones."""
    assert set(space.names) == set(AXES)
    found: dict[str, Classes] = {WHO: [_of_person(space, each) for each in axes[WHO]]}
    finders: dict[str, Callable[[Space, Snapshot, Any], Callable[[Any], bool]]] = {
        TARGET: _like_target,
        DEVICE: _like_device,
        ADDRESS: _like_address,
    }
    for name in AXES[1:]:
        finder = finders.get(name, _equal)
        found[name] = [_holding(space, name, finder(space, tenant, value)) for value in axes[name]]
        assert all(each and (len(each) == 1 or (name == TARGET and space.worlds)) for each in found[name]), (name, axes[name], found[name])
    return found


def people(axes: Mapping[str, Sequence[Any]]) -> list[list[int]]:
    """Return the positions on the axis of people that are one person, whose home tenant the directory does not say."""
    alike: dict[object, list[int]] = {}
    for at, who in enumerate(axes[WHO]):
        alike.setdefault(who.user_id or who, []).append(at)
    return list(alike.values())


def _of_person(space: Space, who: Identity) -> list[int]:
    if who.user_id is not None:
        found = [at for at, each in enumerate(space.who.identities) if each.user_id == who.user_id]
    else:
        kinds = [(at, each.home_tenant_id) for at, each in enumerate(space.who.identities) if each.guest_kind == who.guest_kind]
        homes = [home for _, home in kinds]
        home = who.home_tenant_id if who.home_tenant_id in homes and who.home_tenant_id != ELSEWHERE else SOME_OTHER_TENANT
        found = [at for at, each in kinds if each == home]
    assert found, who
    return found


def _holding(space: Space, name: str, like: Callable[[Any], bool]) -> list[int]:
    return [at for at, members in enumerate(space.aspects[name].members) if any(map(like, members))]


def _equal(_: Space, __: Snapshot, value: Any) -> Callable[[Any], bool]:
    return lambda member: bool(member == value)


def _like_target(space: Space, _: Snapshot, wanted: Mapping[str, Any]) -> Callable[[Any], bool]:
    name = str(wanted.get("user_action") or wanted.get("authentication_context") or wanted["apps"][0])
    known = {asked.name for members in space.aspects[TARGET].members for asked in members}
    if name not in known:
        name = ANY_OTHER_CONTEXT if "authentication_context" in wanted else ANY_OTHER_APP if name == UNNAMED else name

    facts = wanted.get("facts", SessionFacts())
    clients = {asked.facts.client_app_id for members in space.aspects[TARGET].members for asked in members}
    client = facts.client_app_id if facts.client_app_id in clients else None  # else it is a confidential client like any other

    def like(member: Asked) -> bool:
        return member.name == name and member.facts.client_app_id == client and scopes_of(member.facts) == scopes_of(facts)

    return like


def _like_address(_: Space, tenant: Snapshot, ip: str) -> Callable[[Any], bool]:
    sides = [policy.conditions.locations for policy in tenant.policies.records]
    named = {name for side in sides for name in (*(side.include or ()), *side.exclude)}

    def where(address: str) -> tuple[set[str], bool]:
        inside = {*places(tenant, AccessRequest(identity=Identity(), ip_address=address, country="KP"))}
        return inside & named, is_mfa_trusted(tenant, address)

    wanted = where(ip)
    return lambda spot: where(spot.address) == wanted


def _like_device(_: Space, tenant: Snapshot, device: DeviceState) -> Callable[[Any], bool]:
    rules = {each.conditions.device_filter.rule for each in tenant.policies.records if each.conditions.device_filter is not None}

    def looks(it: DeviceState) -> tuple[object, ...]:
        answers = tuple(device_fits(rule, AccessRequest(identity=Identity(), device=it)) for rule in sorted(rules))
        return (*answers, it.get("iscompliant") is True, it.get("trusttype") == "ServerAD", bool(it.attributes))

    wanted = looks(device)
    return lambda member: looks(member) == wanted
