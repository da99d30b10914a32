"""Addresses and countries in named locations, checked against the slow and plain way."""

from __future__ import annotations

from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbroken.entra.location import NamedLocation
from unbroken.evaluate.address import parse_address, parse_range
from unbroken.evaluate.place import Inside, Places

HEADQUARTERS = NamedLocation(id="hq", display_name="HQ", ranges=("198.51.100.0/24", "2001:db8:1::/48"), trusted=True)
BRANCH = NamedLocation(id="branch", ranges=("203.0.113.10-203.0.113.20",))
FRANCE = NamedLocation(id="fr", kind="country", countries=frozenset({"FR"}))
ELSEWHERE = NamedLocation(id="xx", kind="country", countries=frozenset({"KP"}), include_unknown_countries=True)
GPS = NamedLocation(id="gps", kind="gps", countries=frozenset({"FR"}))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("192.0.2.1", (4, 0xC0000201)),
        (" 192.0.2.1 ", (4, 0xC0000201)),
        ("192.0.2.1:5678", (4, 0xC0000201)),
        ("::ffff:192.0.2.1", (4, 0xC0000201)),
        ("::FFFF:c000:201", (4, 0xC0000201)),
        ("2001:db8::1", (6, int(IPv6Address("2001:db8::1")))),
        ("[2001:db8::1]:443", (6, int(IPv6Address("2001:db8::1")))),
        ("[2001:db8::1]", (6, int(IPv6Address("2001:db8::1")))),
        ("fe80::1%eth0", (6, int(IPv6Address("fe80::1")))),
        ("::", (6, 0)),
        *(
            (text, None)
            for text in ("", "1.2.3", "1.2.3.4.5", "01.2.3.4", "1.2.3.256", "1.2.3.4:", "1.2.3.4:x", "1.2.3.4:99999", "1.2.3.-4")
        ),
        *(
            (text, None)
            for text in ("1.2.3.٤", "1.2. 3.4", "host", ":::", "[2001:db8::1", "[2001:db8::1]x", "[2001:db8::1]:", "2001:db8::g")
        ),
    ],
)
def test_an_address_is_read_or_refused(text: str, expected: tuple[int, int] | None) -> None:
    assert parse_address(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "192.0.2.0/33",
        "192.0.2/24",
        "192.0.2.9-192.0.2.1",
        "192.0.2.1-2001:db8::1",
        "192.0.2.1:80",
        "192.0.2.1-",
        "",
        "office",
        "::/129",
        "[::1]",
    ],
)
def test_a_malformed_range_is_refused(text: str) -> None:
    assert parse_range(text) is None


def test_host_bits_and_mapped_networks_are_the_network_they_lie_in() -> None:
    assert parse_range("192.0.2.77/24") == parse_range("192.0.2.0-192.0.2.255") == parse_range("::ffff:192.0.2.0/120")
    assert parse_range("192.0.2.7") == (4, 0xC0000207, 0xC0000207)


def test_both_ends_of_a_range_belong_to_it() -> None:
    places = Places([BRANCH])
    found = [places.matching(f"203.0.113.{last}") for last in (9, 10, 20, 21)]
    assert found == [Inside(0), Inside(1), Inside(1), Inside(0)]


def test_a_location_has_the_bit_of_its_position() -> None:
    places = Places([HEADQUARTERS, BRANCH], ["192.0.2.0/24"])
    assert places.matching("198.51.100.7") == Inside(0b001)
    assert places.matching("2001:db8:1::9") == Inside(0b001)
    assert places.matching("203.0.113.15:50000") == Inside(0b010)
    assert places.matching("192.0.2.1") == Inside(0b100)
    assert places.mfa_trusted == 0b100
    assert places.trusted == 0b101
    assert places.matching("somewhere") is None


def test_a_malformed_range_is_reported_and_makes_a_miss_unknown() -> None:
    places = Places([NamedLocation(id="a", display_name="Plant", ranges=("10.0.0.0/8", "10.0.0/8"))])
    assert places.problems == ("named location Plant: `10.0.0/8` is no address range",)
    assert places.matching("10.1.1.1") == Inside(1)
    assert places.matching("11.1.1.1") == Inside(0, 1)


def test_malformed_trusted_addresses_are_reported_too() -> None:
    assert "mfa_trusted_ips" in Places([], ["office"]).problems[0]


def test_countries_have_their_own_bits() -> None:
    places = Places([FRANCE, ELSEWHERE, GPS, HEADQUARTERS])
    assert places.in_country("fr") == Inside(0b0001)
    assert places.in_country("DE") == Inside(0)
    assert places.in_country("") == Inside(0b0010)
    assert places.in_country(None) == Inside(0, 0b0011)
    assert places.by_country == 0b0011
    assert places.by_address == 0b11000


v4 = st.integers(0, 2**32 - 1).map(IPv4Address) | st.integers(0, 300).map(lambda n: IPv4Address(0xC0000200 + n))
v6 = st.integers(0, 2**128 - 1).map(IPv6Address) | st.integers(0, 300).map(lambda n: IPv6Address((0x20010DB8 << 96) + n))
networks = st.one_of(
    st.tuples(v4, st.integers(0, 32)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
    st.tuples(v6, st.integers(97, 128)).map(lambda pair: f"{pair[0]}/{pair[1]}"),
)
spans = st.one_of(st.tuples(v4, v4), st.tuples(v6, v6)).map(lambda pair: f"{min(pair)}-{max(pair)}")
worlds = st.lists(st.lists(networks | spans, max_size=5), max_size=5)


def _inside(address: IPv4Address | IPv6Address, text: str) -> bool:
    if "/" in text:
        return address in ip_network(text, strict=False)
    lower, upper = (ip_address(end) for end in text.split("-"))
    return lower.version == address.version and int(lower) <= int(address) <= int(upper)


@given(worlds, st.lists(v4 | v6, min_size=1, max_size=8))
def test_an_address_lies_where_the_plain_way_puts_it(world: list[list[str]], addresses: list[IPv4Address | IPv6Address]) -> None:
    edges = [ip_address(end) for ranges in world for text in ranges if "-" in text for end in text.split("-")]
    asked = [*addresses, *edges]
    places = Places([NamedLocation(id=str(position), ranges=tuple(ranges)) for position, ranges in enumerate(world)])
    plain = [sum(1 << bit for bit, ranges in enumerate(world) if any(_inside(address, text) for text in ranges)) for address in asked]
    assert places.problems == ()
    assert [places.matching(str(address)) for address in asked] == [Inside(mask) for mask in plain]
    assert set(plain) <= places.address_signatures()


@given(v4)
def test_ipv4_in_ipv6_clothes_is_the_same_address(address: IPv4Address) -> None:
    assert parse_address(f"::ffff:{address}") == parse_address(str(address)) == (4, int(address))


@given(st.text(alphabet="0123456789.:[]% abcdef", max_size=20))
def test_any_text_is_an_address_exactly_when_the_standard_library_reads_it_without_decoration(text: str) -> None:
    found = parse_address(text)
    bare = text.strip()
    if not set(bare) & set("[]%") and not ("." in bare and bare.count(":") == 1):
        try:
            expected: object = ip_address(bare)
        except ValueError:
            expected = None
        assert (found is None) == (expected is None)
