"""Takes facts away from a fully known sign-in, and fills the gaps with other, equally consistent facts."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, NamedTuple

from hypothesis import strategies as st

from builders import guid
from unbroken.entra.directory import AuthenticationStrength, MethodConfiguration, ServicePrincipal
from unbroken.entra.location import NamedLocation
from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Collection, Snapshot
from worlds import (
    ABROAD,
    ANN,
    ANNEX,
    GAIL,
    GROUPS,
    HERE,
    HOME_COUNTRY,
    MEL,
    OFFICE,
    ROLES,
    SHOP,
    STRENGTHS,
    USER_IDS,
    WIKI,
)


class World(NamedTuple):
    """One tenant, one sign-in."""

    tenant: Snapshot
    request: AccessRequest


@dataclass(frozen=True)
class Fact:
    """Something that can be missing: how to forget it, and how to take it from another world instead."""

    name: str
    forget: Callable[[World], World]
    fill: Callable[[World, World], World]

    def __repr__(self) -> str:
        return self.name


# --- of the request


def _set_request(world: World, **values: Any) -> World:
    return World(world.tenant, replace(world.request, **values))


def _condition(name: str) -> Fact:
    return Fact(
        name,
        lambda world: _set_request(world, **{name: None}),
        lambda world, other: _set_request(world, **{name: getattr(other.request, name)}),
    )


CONDITIONS = ("client", "platform", "ip_address", "country", "device", "sign_in_risk", "user_risk", "insider_risk", "transfer_method")


def _set_home(world: World, home: str | None) -> World:
    if world.request.identity.user_id not in {GAIL, MEL}:
        return world
    return _set_request(world, identity=replace(world.request.identity, home_tenant_id=home))


def _set_session(world: World, name: str, value: object) -> World:
    if world.request.facts.requested_scopes is None:
        return world
    return _set_request(world, facts=replace(world.request.facts, **{name: value}))


def _session(name: str, values: tuple[object, ...]) -> Fact:
    return Fact(name, lambda world: _set_session(world, name, None), lambda world, other: _set_session(world, name, _pick(other, values)))


def _pick(other: World, values: tuple[Any, ...]) -> Any:
    """Return one of `values`: which one is the other world's doing, so that hypothesis steers it."""
    parts = (other.request.country, other.request.ip_address, other.request.platform, other.request.sign_in_risk)
    return values[sum(map(len, map(str, parts))) % len(values)]


# --- of the tenant


def _set_tenant(world: World, **values: Any) -> World:
    return World(replace(world.tenant, **values), world.request)


def _records(world: World, collection: str, key: str) -> dict[str, Any]:
    return {getattr(each, key): each for each in getattr(world.tenant, collection).records}


def _put(world: World, collection: str, key: str, record: Any) -> World:
    found = _records(world, collection, key) | {getattr(record, key): record}
    return _set_tenant(world, **{collection: replace(getattr(world.tenant, collection), records=tuple(found.values()))})


def _without(world: World, collection: str, key: str, which: str) -> World:
    found = _records(world, collection, key)
    found.pop(which)
    return _set_tenant(world, **{collection: Collection(collection, tuple(found.values()), complete=False, why="page unread")})


def _record(collection: str, key: str, which: str, alternatives: tuple[Any, ...] = ()) -> Fact:
    """Return the fact that a record is: dropped from a collection that is then incomplete."""

    def fill(world: World, other: World) -> World:
        record = _pick(other, alternatives) if alternatives else _records(other, collection, key)[which]
        return _put(world, collection, key, record)

    return Fact(f"{collection} {which}", partial(_without, collection=collection, key=key, which=which), fill)


def _property(collection: str, key: str, which: str, name: str, values: tuple[Any, ...] = ()) -> Fact:
    """Return the fact that one property of a record is: null."""

    def put(world: World, value: object) -> World:
        return _put(world, collection, key, replace(_records(world, collection, key)[which], **{name: value}))

    def fill(world: World, other: World) -> World:
        return put(world, _pick(other, values) if values else getattr(_records(other, collection, key)[which], name))

    return Fact(f"{name} of {which}", lambda world: put(world, None), fill)


def _collection(name: str, lost: Any) -> Fact:
    return Fact(
        name,
        lambda world: _set_tenant(world, **{name: lost}),
        lambda world, other: _set_tenant(world, **{name: getattr(other.tenant, name)}),
    )


def _allowing_somebody(world: World) -> World:
    """Return the world with a methods policy that allows something for `mfa`: without the policy that is taken for granted."""
    allowed = MethodConfiguration(id="MicrosoftAuthenticator", enabled=True, include_groups=frozenset({"all_users"}))
    return _put(world, "methods_policy", "id", allowed)


METHODS_POLICY = Fact(
    "methods_policy",
    lambda world: _set_tenant(world, methods_policy=Collection("authenticationMethodsPolicy")),
    lambda world, other: _set_tenant(world, methods_policy=_allowing_somebody(other).tenant.methods_policy),
)

PLACES = {
    OFFICE: ("192.0.2.0/24", "2001:db8:2::/48"),
    ANNEX: ("198.51.100.0/24", "192.0.2.1/32"),
}
OTHER_PLACES = {
    which: (
        NamedLocation(id=which, ranges=ranges, trusted=True),
        NamedLocation(id=which, ranges=ranges[:1]),
        NamedLocation(id=which, kind="country", countries=frozenset({"KP", "GB"})),
    )
    for which, ranges in {**PLACES, HOME_COUNTRY: ("192.0.3.0/24",), ABROAD: ("0.0.0.0/0",)}.items()
}
OTHER_STRENGTHS = {
    each.id: (
        each,
        AuthenticationStrength(id=each.id, allowed_combinations=frozenset({"windowsHelloForBusiness"}), satisfies_mfa=True),
        AuthenticationStrength(id=each.id, allowed_combinations=frozenset({"microsoftAuthenticatorPush,password", "sms"})),
    )
    for each in STRENGTHS[1:]
}


def _service_principals(app: str) -> tuple[ServicePrincipal, ...]:
    return tuple(
        ServicePrincipal(id=guid(f"sp {app}"), app_id=app, owner_tenant_id=owner, attributes=tags)
        for owner, tags in ((HERE, ()), (HERE, (("Set.Tier", "high"),)))
    )


FACTS = (
    *map(_condition, CONDITIONS),
    Fact("home tenant", lambda world: _set_home(world, None), lambda world, other: _set_home(world, _pick(other, HOMES))),
    _session("requested_scopes", (frozenset({"openid"}), frozenset({"User.Read.All"}), frozenset({"Mail.Read", "openid"}))),
    _session("client_is_public", (True, False)),
    *(_property("groups", "id", each, "members") for each in GROUPS),
    *(_record("groups", "id", each) for each in GROUPS[:2]),
    *(_property("roles", "template_id", each, "members") for each in ROLES),
    _record("roles", "template_id", ROLES[0]),
    _collection("groups", Collection("groups")),
    _collection("roles", Collection("directoryRoles")),
    *(_property("users", "id", each, "user_type", ("Member", "Guest")) for each in (ANN, GAIL)),
    *(_property("users", "id", each, "external", (True, False)) for each in (ANN, GAIL)),
    *(_record("locations", "id", each, found) for each, found in OTHER_PLACES.items()),
    *(_record("strengths", "id", each, found) for each, found in OTHER_STRENGTHS.items()),
    *(_record("registrations", "user_id", each) for each in USER_IDS),
    METHODS_POLICY,
    _collection("cross_tenant", None),
    *(_record("service_principals", "app_id", each, _service_principals(each)) for each in (SHOP, WIKI)),
)
HOMES = (guid("fabrikam"), guid("litware"), guid("a tenant that nobody names"))


def forgotten(facts: Iterable[Fact], world: World) -> World:
    """Return `world` without any of `facts`."""
    for fact in facts:
        world = fact.forget(world)
    return world


def refilled(facts: Iterable[Fact], world: World, other: World) -> World:
    """Return `world` with each of `facts` taken from `other`."""
    for fact in facts:
        world = fact.fill(world, other)
    return world


def some_facts(most: int = 4) -> st.SearchStrategy[tuple[Fact, ...]]:
    """Return a few facts to forget, in a fixed order."""
    positions = st.frozensets(st.integers(0, len(FACTS) - 1), min_size=1, max_size=most)
    return positions.map(lambda chosen: tuple(FACTS[position] for position in sorted(chosen)))
