"""Which policies' network condition an address and a country meet, with the policies at different places in the list."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.entra.location import ALL_LOCATIONS, ALL_TRUSTED, COMPLIANT_NETWORK, MFA_TRUSTED_IPS, NamedLocation
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Sides
from unbroken.entra.request import AccessRequest, Identity
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.bits import Bits, certain
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.network import Networks

HQ = NamedLocation(id="hq", display_name="Headquarters", ranges=("198.51.100.0/24",), trusted=True)
BRANCH = NamedLocation(id="branch", display_name="Branch", ranges=("203.0.113.0/24",))
FRANCE = NamedLocation(id="fr", kind="country", display_name="France", countries=frozenset({"FR"}))
NOWHERE = NamedLocation(id="nowhere", kind="country", countries=frozenset({"KP"}), include_unknown_countries=True)
PHONE = NamedLocation(id="phone", kind="gps", display_name="Phone", countries=frozenset({"FR"}))
BROKEN = NamedLocation(id="broken", display_name="Broken", ranges=("no range", "192.0.2.0/24"))
PLACES = (HQ, BRANCH, FRANCE, NOWHERE, PHONE, BROKEN)
AT_HQ, AT_BRANCH, AT_HOME = "198.51.100.7", "203.0.113.7", "192.0.2.200"


def policy(*include: str, exclude: tuple[str, ...] = ()) -> ConditionalAccessPolicy:
    """Return a policy on places, or on none when nothing is included."""
    sides = Sides(include=frozenset(include) or None, exclude=frozenset(exclude))
    return ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED, conditions=Conditions(locations=sides))


def asked(
    *policies: ConditionalAccessPolicy,
    ip: str | None = AT_HQ,
    country: str | None = "GB",
    places: tuple[NamedLocation, ...] = PLACES,
    complete: bool = True,
    mfa: tuple[str, ...] | None = None,
) -> Dimension:
    found: dict[str, Any] = {"locations": Collection("namedLocations", places, complete, "" if complete else "not exported")}
    tenant = Snapshot(
        source="tenant",
        policies=Collection("conditionalAccessPolicies", policies, complete=True, why=""),
        users=Collection("users"),
        facts=OperatorFacts(mfa_trusted_ips=mfa),
        **found,
    )
    return Networks(tenant, policies).dimension(
        AccessRequest(identity=Identity(user_id="ada"), apps=("hr",), ip_address=ip, country=country)
    )


def hanging(found: Dimension) -> list[tuple[int, str]]:
    """Return the facts that matter to some policy."""
    return [each for each in found.unknowns if each[0]]


EVERY = (
    policy(),
    policy("hq"),
    policy(ALL_LOCATIONS, exclude=("hq",)),
    policy(ALL_TRUSTED),
    policy(ALL_LOCATIONS, exclude=(ALL_TRUSTED,)),
    policy("branch", "hq"),
    policy("fr"),
    policy("nowhere", "branch"),
)


@pytest.mark.parametrize(
    ("ip", "country", "expected"),
    [
        (AT_HQ, "GB", 0b00101011),
        (AT_BRANCH, "GB", 0b10110101),
        (AT_HOME, "FR", 0b01010101),
        (AT_HOME, "fr", 0b01010101),
        (AT_HOME, "", 0b10010101),
        (AT_HQ, "KP", 0b10101011),
    ],
)
def test_places_are_included_and_excluded(ip: str, country: str, expected: int) -> None:
    found = asked(*EVERY, ip=ip, country=country)

    assert found.bits == certain(expected)
    assert found.reasons == (("location", certain(expected)),)
    assert hanging(found) == []


@pytest.mark.parametrize("ip", [None, "no address"])
def test_an_unknown_address_is_open_where_addresses_decide(ip: str | None) -> None:
    found = asked(*EVERY, ip=ip)

    assert found.bits == Bits(0b00000001, 0b10111111)
    assert hanging(found) == [(0b10111110, "IP address (signInConditions.ipAddress)")]
    inside = {(option.bits.true >> 1 & 1, option.bits.true >> 2 & 1) for option in found.alternatives}
    assert inside == {(1, 0), (0, 1)}


def test_an_unknown_country_is_open_where_countries_decide() -> None:
    found = asked(*EVERY, ip=AT_HOME, country=None)

    assert found.bits == Bits(0b00010101, 0b11010101)
    assert hanging(found) == [(0b11000000, "country (signInConditions.country)")]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        (COMPLIANT_NETWORK, "whether the sign-in comes through the compliant network (no address tells)"),
        ("phone", "whether the sign-in comes through Phone (gps cannot be told from an address)"),
        ("the attic", "named location the attic (namedLocations has no such id, and no single such name)"),
    ],
)
def test_a_place_that_no_address_tells_is_open_alike_in_all_policies(place: str, text: str) -> None:
    found = asked(policy(), policy(place), policy(ALL_LOCATIONS, exclude=(place,)), policy("hq"), policy(place, "hq"))

    assert {option.bits for option in found.alternatives} == {certain(0b11011), certain(0b11101)}
    assert hanging(found) == [(0b00110, text)]


def test_two_such_places_are_open_independently() -> None:
    found = asked(policy("phone"), policy(COMPLIANT_NETWORK), policy("the attic"), policy())

    assert {option.bits.true for option in found.alternatives} == {0b1000 | inside for inside in range(8)}
    assert len(hanging(found)) == 3


def test_an_id_that_complete_locations_do_not_contain_is_no_place() -> None:
    gone = "11111111-2222-3333-4444-555555555555"

    assert asked(policy(gone), policy(ALL_LOCATIONS, exclude=(gone,))).bits == certain(0b10)
    found = asked(policy(gone), policy(ALL_LOCATIONS, exclude=(gone,)), complete=False)
    assert found.bits == Bits(0, 0b11)
    assert hanging(found) == [(0b11, f"named location {gone} (namedLocations not exported)")]


def test_without_the_locations_nobody_knows_which_are_trusted() -> None:
    found = asked(policy(), policy(ALL_TRUSTED), policy(ALL_LOCATIONS, exclude=(ALL_TRUSTED,)), places=(), complete=False)

    assert {option.bits for option in found.alternatives} == {certain(0b011), certain(0b101)}
    assert hanging(found) == [(0b110, "trusted named locations (namedLocations not exported)")]


def test_the_trusted_addresses_of_the_mfa_service_are_trusted_and_noted() -> None:
    policies = (policy(MFA_TRUSTED_IPS), policy(ALL_TRUSTED), policy(ALL_LOCATIONS, exclude=(ALL_TRUSTED,)))

    inside, outside = (asked(*policies, ip=ip, mfa=("192.0.2.0/24",)) for ip in (AT_HOME, AT_BRANCH))

    assert (inside.bits, [option.facts for option in inside.alternatives]) == (certain(0b011), [True])
    assert (outside.bits, [option.facts for option in outside.alternatives]) == (certain(0b100), [False])


def test_a_trusted_place_of_a_kind_that_no_address_tells_may_be_where_one_is() -> None:
    phone = NamedLocation(id="phone", kind="gps", display_name="Phone", trusted=True)
    found = asked(policy(ALL_TRUSTED), policy("phone"), ip=AT_HOME, places=(phone,))

    assert {option.bits for option in found.alternatives} == {certain(0b00), certain(0b11)}


def test_a_range_that_cannot_be_read_is_open_outside_the_ones_that_can() -> None:
    policies = (policy(), policy("broken"), policy(ALL_LOCATIONS, exclude=("broken",)))

    assert asked(*policies, ip=AT_HOME).bits == certain(0b011)
    found = asked(*policies)
    assert {option.bits for option in found.alternatives} == {certain(0b011), certain(0b101)}
    assert hanging(found) == [(0b110, "address ranges: named location Broken: `no range` is no address range")]


def test_more_undecidable_places_than_are_followed_one_by_one_are_still_open() -> None:
    names = [f"attic {number}" for number in range(8)]
    found = asked(policy(), *(policy(name) for name in names), policy(ALL_LOCATIONS, exclude=("attic 7",)))

    assert found.bits == Bits(0b0000000001, 0b1111111111)
    assert len(hanging(found)) == 8


def test_each_missing_fact_is_said_for_the_policies_it_touches_only() -> None:
    found = asked(policy("hq"), policy("fr"), policy("the attic"), policy(), ip=None, country=None)

    assert hanging(found) == [
        (0b001, "IP address (signInConditions.ipAddress)"),
        (0b010, "country (signInConditions.country)"),
        (0b100, "named location the attic (namedLocations has no such id, and no single such name)"),
    ]


def test_an_unreadable_range_is_open_at_any_place_in_the_list_of_locations() -> None:
    found = asked(policy("hq"), policy("broken"), ip=AT_BRANCH)

    assert {option.bits for option in found.alternatives} == {certain(0b00), certain(0b10)}
