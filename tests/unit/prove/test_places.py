"""From where: classes of addresses and of countries, judged independently, and locations that neither of them decides."""

from __future__ import annotations

from typing import Any

import pytest

from builders import Record, country_location, guid, ip_location, policy
from builders_space import MakeTenant, applies, prover
from unbroken.entra.location import COMPLIANT_NETWORK
from unbroken.evaluate.dimension import ATOM_LIMIT
from unbroken.prove.places import COUNTRIES, UNLISTED, Spot
from unbroken.prove.space import ADDRESS, COUNTRY, Space

HQ = ip_location("hq", "198.51.100.0/24", "2001:db8:1::/48", trusted=True)
ANNEX = ip_location("annex", "198.51.100.128/25", "198.51.101.0/24")
FRANCE = country_location("france", "FR")
NOWHERE = country_location("nowhere", "KP", unknown=True)
LOCATIONS = [HQ, ANNEX, FRANCE, NOWHERE]
AT_HQ, AT_BOTH, AT_ANNEX, AT_HOME, AT_HQ_6, AT_HOME_6 = (
    *("198.51.100.1", "198.51.100.200", "198.51.101.7", "192.0.2.1"),
    *("2001:db8:1::7", "2001:db8:2::7"),
)
EVERY_ADDRESS = ["0.0.0.0/1", "128.0.0.0/1"]
EVERY_ADDRESS_6 = ["::/1", "8000::/1"]


def at(*include: str, but: tuple[str, ...] = ()) -> Record:
    """Return a policy on the places called `include`, without those called `but`."""
    lists = [[each if each in {"All", "AllTrusted", COMPLIANT_NETWORK} else guid(each) for each in names] for names in (include, but)]
    return policy(f"at {include} but {but}", locations={"includeLocations": lists[0], "excludeLocations": lists[1]})


@pytest.fixture
def places(tenant: MakeTenant) -> Any:
    """Return what makes the space of policies on places."""

    def made(*policies: Record, worlds: bool = True, **more: Any) -> Space:
        found = prover(tenant(*policies, **({"namedLocations": LOCATIONS} | more)))
        return found.worlds if worlds else found.certainties

    return made


@pytest.mark.parametrize(
    ("address", "country", "met"),
    [
        (AT_HOME, "US", set()),
        (AT_HQ, "US", {"hq"}),
        (AT_BOTH, "US", {"hq", "annex"}),
        (AT_ANNEX, "US", {"annex"}),
        (AT_HOME, "FR", {"france"}),
        (AT_BOTH, "FR", {"hq", "annex", "france"}),
        (AT_HQ_6, "US", {"hq"}),
        (AT_HOME_6, "FR", {"france"}),
    ],
)
def test_overlapping_ranges_and_a_country_are_told_apart(address: str, country: str, met: set[str], places: Any) -> None:
    names = ["hq", "annex", "france"]
    space = places(*map(at, names))

    assert {name for number, name in enumerate(names) if applies(space, number, addresses=address, countries=country)} == met
    assert (space.aspects[ADDRESS].width, space.aspects[COUNTRY].width) == (4, 2)


def test_an_address_range_and_a_country_can_meet_whatever_providers_say(places: Any) -> None:
    space = places(at("hq", but=("france",)), at("france", but=("hq",)))

    assert applies(space, 0, addresses=AT_HQ, countries="US") is True
    assert applies(space, 1, addresses=AT_HOME, countries="FR") is True
    assert [applies(space, number, addresses=AT_HQ, countries="FR") for number in (0, 1)] == [False, False]


def test_a_place_without_a_known_country_is_in_the_locations_that_say_so(places: Any) -> None:
    space = places(at("nowhere"), at("france"), at("All", but=("nowhere",)))

    assert [applies(space, number, countries="") for number in (0, 1, 2)] == [True, False, False]
    assert [applies(space, number, countries="KP") for number in (0, 1, 2)] == [True, False, False]


def test_a_list_of_every_country_still_leaves_a_code_that_is_on_no_list(places: Any) -> None:
    space = places(at("world"), namedLocations=[country_location("world", *COUNTRIES)])

    assert applies(space, 0, countries="FR") is True
    assert [applies(space, 0, countries=code) for code in (UNLISTED, "")] == [False, False]


def test_a_code_of_a_list_that_is_none_of_todays_countries_is_still_a_place(places: Any) -> None:
    assert applies(places(at("old"), namedLocations=[country_location("old", "QZ")]), 0, countries="QZ") is True


@pytest.mark.parametrize(
    ("address", "met"), [(AT_HQ, False), (AT_HQ_6, False), (AT_BOTH, False), ("203.0.113.5", False), (AT_ANNEX, True), (AT_HOME, True)]
)
def test_all_trusted_is_every_trusted_location_and_the_mfa_services_addresses(address: str, met: bool, places: Any) -> None:
    space = places(at("All", but=("AllTrusted",)), facts='mfa_trusted_ips = ["203.0.113.0/28"]')

    assert applies(space, 0, addresses=address) is met


def test_a_policy_outside_a_trusted_location_of_every_address_is_met_nowhere(places: Any) -> None:
    outside = at("All", but=("AllTrusted",))
    everywhere = ip_location("everywhere", *EVERY_ADDRESS, *EVERY_ADDRESS_6, trusted=True)
    only_four = ip_location("everywhere", *EVERY_ADDRESS, trusted=True)

    assert places(outside, namedLocations=[everywhere]).boxes(0, sure=False) == []
    assert applies(places(outside, namedLocations=[only_four]), 0, addresses=AT_HOME_6) is True


def test_the_mfa_services_addresses_are_kept_apart_though_no_policy_names_them(places: Any) -> None:
    space = places(policy(), facts='mfa_trusted_ips = ["203.0.113.0/28"]')
    spots = [members[0] for members in space.aspects[ADDRESS].members]

    assert [spot.in_mfa_trusted for spot in spots] == [False, True]
    assert space.places.trusted == 0b10


@pytest.mark.parametrize("through", [False, True])
def test_the_compliant_network_is_a_dimension_that_no_address_decides(through: bool, places: Any) -> None:
    space = places(at("All", but=(COMPLIANT_NETWORK,)), at(COMPLIANT_NETWORK))
    point = {f"through {COMPLIANT_NETWORK}": str(through), "addresses": AT_HQ}

    assert (applies(space, 0, **point), applies(space, 1, **point)) == (not through, through)


def test_what_hangs_on_the_compliant_network_is_no_certainty(places: Any) -> None:
    space = places(at("All", but=(COMPLIANT_NETWORK,)), at(COMPLIANT_NETWORK), at("hq", COMPLIANT_NETWORK), worlds=False)

    assert not space.places.certain
    assert [applies(space, number) for number in (0, 1, 2)] == [None, None, None]
    assert applies(space, 2, addresses=AT_HQ) is True


def test_a_location_that_was_not_read_leaves_a_policy_open_everywhere(places: Any) -> None:
    inside, outside = at("unread"), at("All", but=("unread",))
    whole, certain = (places(inside, outside, worlds=flag, namedLocations=None) for flag in (True, False))
    name = f"through {guid('unread')}"

    assert [applies(whole, number, **{name: "True"}) for number in (0, 1)] == [True, False]
    assert [applies(certain, number) for number in (0, 1)] == [None, None]


def test_an_address_in_the_part_of_a_location_that_can_be_read_is_in_it(places: Any) -> None:
    torn = ip_location("torn", "no range", "198.51.100.0/24")
    space = places(at("torn"), at("All", but=("torn",)), namedLocations=[torn], worlds=False)

    assert [applies(space, number, addresses=AT_HQ) for number in (0, 1)] == [True, False]
    assert [applies(space, number, addresses=AT_HOME) for number in (0, 1)] == [None, None]


def test_more_open_locations_than_can_be_followed_leave_their_policies_merely_possible(places: Any) -> None:
    names = [f"unread {number}" for number in range(ATOM_LIMIT + 2)]
    inside = [at(name) for name in names]
    outside = [at("All", but=(name,)) for name in names]
    space = places(*inside, *outside, namedLocations=None)
    answers = [applies(space, number) for number in range(2 * len(names))]

    assert answers[: len(names)].count(None) == answers[len(names) :].count(None) == 2
    assert answers.count(False) == answers.count(True) == ATOM_LIMIT


def test_a_policy_without_a_network_condition_is_met_in_every_place_and_so_is_one_on_all(places: Any) -> None:
    space = places(policy("anywhere"), at("All"))

    assert space.places.certain
    assert list(space.places.boxes(0, sure=True)) == list(space.places.boxes(1, sure=True)) == [{ADDRESS: 1, COUNTRY: 1}]


def test_every_class_of_addresses_has_an_address_that_lies_in_it(places: Any) -> None:
    space = places(*map(at, ("hq", "annex")))
    matching = space.engine.table.networks.places.matching
    spots: list[Spot] = [spot for members in space.aspects[ADDRESS].members for spot in members]

    assert [getattr(matching(spot.address), "true", None) for spot in spots] == [spot.inside for spot in spots]
