"""More open facts than are followed one by one: what is answered still holds whatever they are, each way tried."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from itertools import product

from unbroken.entra.directory import Group, User
from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED, MFA_TRUSTED_IPS, NamedLocation
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Sides, UserScope
from unbroken.entra.request import AccessRequest, Identity
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.bits import Bits
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.network import Networks
from unbroken.evaluate.people import People

ID = "11111111-2222-3333-4444-{:012d}".format
ADA, OUTER = ID(1), ID(99)
OPEN = tuple(map(ID, range(50, 58)))
EVERYBODY = UserScope(everyone=True)
TENANT = Snapshot(
    source="tenant",
    policies=Collection("conditionalAccessPolicies"),
    users=Collection("users", (User(id=ADA, user_type="Member", external=False),), complete=True, why=""),
    roles=Collection("directoryRoles", (), complete=True, why=""),
)


def policy(include: UserScope = EVERYBODY, exclude: UserScope | None = None, places: Sides | None = None) -> ConditionalAccessPolicy:
    users, conditions = (include, exclude or UserScope()), Conditions(locations=places or Sides())
    return ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED, users=users, conditions=conditions)


def covers(found: Dimension, whole: Bits) -> bool:
    """Return whether one of the alternatives allows exactly what is so."""
    return any(option.bits.true & ~whole.true == 0 == whole.true & ~option.bits.possible for option in found.alternatives)


def scope(*groups: str) -> UserScope:
    return UserScope(groups=frozenset(groups))


NAMING_GROUPS = (
    *(policy(scope(group)) for group in OPEN),
    *(policy(EVERYBODY, scope(group)) for group in OPEN),
    policy(scope(OUTER), scope(OPEN[0])),
    policy(scope(OPEN[7]), UserScope(users=frozenset({ADA}))),
    policy(),
)


def of_groups(members: Iterable[tuple[str, ...] | None]) -> Dimension:
    groups = (*(Group(id=each, members=found) for each, found in zip(OPEN, members, strict=True)), Group(id=OUTER, members=OPEN[6:]))
    tenant = replace(TENANT, groups=Collection("groups", groups, complete=True, why=""))
    return People(tenant, NAMING_GROUPS).dimension(Identity(user_id=ADA))


def test_eight_unread_groups() -> None:
    found = of_groups([None] * 8)

    assert found.bits.verdict(len(NAMING_GROUPS) - 1) is True
    assert found.bits.verdict(len(NAMING_GROUPS) - 2) is False
    assert {option.facts.maybe for option in found.alternatives} == {frozenset({*OPEN, OUTER})}
    for choice in product(((), (ADA,)), repeat=8):
        whole = of_groups(choice)
        assert covers(found, whole.bits)
        assert {option.facts.groups for option in whole.alternatives} <= {frozenset({*OPEN, OUTER}) & reached(choice)}


def reached(members: Iterable[tuple[str, ...] | None]) -> set[str]:
    direct = {group for group, found in zip(OPEN, members, strict=True) if found}
    return direct | ({OUTER} if direct & {*OPEN[6:]} else set())


def test_fewer_unread_groups_are_followed_and_leave_nothing_in_doubt() -> None:
    found = of_groups([*[None] * 6, (), ()])

    assert len({option.bits for option in found.alternatives}) == 64
    assert {option.facts.maybe for option in found.alternatives} == {frozenset()}


def at(*names: str, but: tuple[str, ...] = ()) -> ConditionalAccessPolicy:
    return policy(places=Sides(include=frozenset(names), exclude=frozenset(but)))


NAMING_PLACES = (
    *(at(place) for place in OPEN),
    *(at(ALL_LOCATIONS, but=(place,)) for place in OPEN),
    at(ALL_TRUSTED),
    at(ALL_LOCATIONS, but=(ALL_TRUSTED,)),
    at(OPEN[7], but=(ALL_LOCATIONS,)),
    at(ALL_LOCATIONS),
)
INSIDE = "192.0.2.0/24"


def of_places(kind: str, ranges: Iterable[str], ip: str | None = "192.0.2.7", mfa: str = "") -> Dimension:
    """Return what the policies say of `ip`; the last of the places, and it alone, is a trusted one."""
    places = tuple(
        NamedLocation(id=each, kind=kind, ranges=(text,) if text else (), trusted=each == OPEN[7])
        for each, text in zip(OPEN, ranges, strict=True)
    )
    facts = OperatorFacts(mfa_trusted_ips=(mfa,) if mfa else None)
    tenant = replace(TENANT, locations=Collection("namedLocations", places, complete=True, why=""), facts=facts)
    request = AccessRequest(identity=Identity(user_id=ADA), apps=("hr",), ip_address=ip, country="GB")
    return Networks(tenant, NAMING_PLACES).dimension(request)


def is_sound(found: Dimension) -> None:
    sure, never = len(NAMING_PLACES) - 1, len(NAMING_PLACES) - 2
    assert (found.bits.verdict(sure), found.bits.verdict(never)) == (True, False)
    for choice in product(("", INSIDE), repeat=8):
        assert covers(found, of_places("ip", choice).bits)


def test_eight_places_whose_ranges_cannot_be_read() -> None:
    found = of_places("ip", ["garbage"] * 8)

    is_sound(found)
    assert found.bits == Bits(1 << 19, (1 << 18) - 1 | 1 << 19)


def test_eight_places_whose_ranges_cannot_be_read_at_an_address_nobody_knows() -> None:
    found = of_places("ip", ["garbage"] * 8, ip=None)

    is_sound(found)
    assert next(text for mask, text in found.unknowns if mask) == "IP address (signInConditions.ipAddress)"
    assert any(text.startswith("address ranges: ") for mask, text in found.unknowns if mask)


def test_eight_places_of_a_kind_that_no_address_tells() -> None:
    is_sound(of_places("newKind", [""] * 8))


def test_a_place_with_an_unreadable_range_may_hold_any_unknown_address() -> None:
    found = of_places("ip", ["garbage", *["198.51.100.0/24"] * 7], ip=None)

    assert {option.bits.true & 0b11 for option in found.alternatives} == {0b00, 0b01, 0b10, 0b11}


def test_the_trusted_addresses_of_the_mfa_service_are_followed_before_any_place() -> None:
    """They decide per-user MFA too, so that what cannot be read of them is never left to the policies alone."""
    for ip in ("192.0.2.7", None):
        found = of_places("ip", ["garbage"] * 8, ip=ip, mfa="office")
        assert {option.facts for option in found.alternatives} == {False, True}
        assert found.bits.verdict(8 + 8) is None


def test_a_trusted_place_that_no_policy_names_and_no_address_tells_is_one_of_all_trusted() -> None:
    compliant = NamedLocation(id=OPEN[0], kind="compliantNetwork", display_name="Compliant", trusted=True)
    tenant = replace(TENANT, locations=Collection("namedLocations", (compliant,), complete=True, why=""))
    policies = (at(ALL_LOCATIONS), at(ALL_TRUSTED), at(ALL_LOCATIONS, but=(ALL_TRUSTED,)), at(MFA_TRUSTED_IPS))
    request = AccessRequest(identity=Identity(user_id=ADA), apps=("hr",), ip_address="192.0.2.7", country="GB")
    found = Networks(tenant, policies).dimension(request)

    assert {option.bits for option in found.alternatives} == {Bits(0b0011, 0b0011), Bits(0b0101, 0b0101)}
    text = "whether the sign-in comes through Compliant (compliantNetwork cannot be told from an address)"
    assert [each for each in found.unknowns if each[0]] == [(0b0110, text)]


def test_a_role_that_is_no_id_may_hold_anybody() -> None:
    role = UserScope(roles=frozenset({"<AdminRole>"}))
    found = People(TENANT, (policy(), policy(role), policy(EVERYBODY, role))).dimension(Identity(user_id=ADA))

    assert {option.bits.true for option in found.alternatives} == {0b011, 0b101}
    assert found.unknowns == ((0b110, "which role '<AdminRole>' stands for (directoryRoles has no such id or name)"),)


def test_roles_beyond_the_policies_are_in_doubt_when_too_many_are_open() -> None:
    roles = frozenset(OPEN)
    people = People(replace(TENANT, roles=Collection("directoryRoles")), (policy(),), extra_roles=roles)
    (found,) = people.dimension(Identity(user_id=ADA)).alternatives

    assert found.facts.maybe == {f"role:{each}" for each in roles}
    assert found.facts.groups == frozenset()
