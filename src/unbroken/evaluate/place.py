"""Which named locations an address or a country lies in, as bits: bit i stands for location i.

Ranges of all locations are cut into one sorted list of segments per family, so that an address costs one binary search however
many locations and ranges there are (Entra ID allows 195 locations of 2,000 ranges).
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address
from itertools import accumulate
from operator import xor

from unbroken.entra.location import NamedLocation
from unbroken.evaluate.address import Interval, parse_address, parse_range

FAMILIES = (4, 6)
TOP = {4: 2**32 - 1, 6: 2**128 - 1}
"""The last address of each family."""
_KINDS: dict[int, type[IPv4Address | IPv6Address]] = {4: IPv4Address, 6: IPv6Address}
_OF_NOWHERE = ("203.0.113.10", "198.51.100.10", "192.0.2.10", "2001:db8::10")
"""Addresses of the documentation ranges (RFC 5737, RFC 3849)."""


@dataclass(frozen=True, slots=True)
class Inside:
    """One bit per location: those that match, and those of which it is not known; never both."""

    true: int
    unknown: int = 0


class Places:
    """The named locations of one tenant, ready to be asked about addresses and countries."""

    def __init__(self, locations: Sequence[NamedLocation], mfa_trusted_ips: Sequence[str] | None = None) -> None:
        """Read the ranges of `locations`; `mfa_trusted_ips` get the bit after the last location's. Bad ranges end up in `problems`."""
        self.locations = tuple(locations)
        self.mfa_trusted = 1 << len(locations)
        """The bit of the MFA service settings' trusted addresses."""
        self.by_address = self._mask("ip") | self.mfa_trusted
        """The locations an address decides."""
        self.by_country = self._mask("country")
        """The locations a country decides; those of a phone's GPS, the compliant network and unknown kinds are in neither mask."""
        self.trusted = self._mask("ip", trusted=True) | self.mfa_trusted
        """What `AllTrusted` stands for, as far as addresses decide it."""
        self.doubtful = 0
        """Locations with a range that could not be read: where they do not match, it is unknown whether they do."""
        problems: list[str] = []
        ranges = [(location.ranges if location.kind == "ip" else ()) for location in locations]
        self._segments = _segments(self._intervals([*ranges, tuple(mfa_trusted_ips or ())], problems))
        self.problems = tuple(problems)

    def matching(self, ip: str) -> Inside | None:
        """Return the locations the address `ip` lies in, None when `ip` is no address."""
        address = parse_address(ip)
        if address is None:
            return None
        starts, masks = self._segments[address[0]]
        true = masks[bisect_right(starts, address[1])]
        return Inside(true, self.doubtful & ~true)

    def boundaries(self, family: int) -> list[int]:
        """Return the first addresses of the segments of a family (4 or 6), sorted; none of them is inside a segment."""
        return self._segments[family][0]

    def address_signatures(self) -> frozenset[int]:
        """Return every set of locations (as bits) whose readable ranges some address lies in; 0, none of them, is always among them."""
        return frozenset(mask for _, masks in self._segments.values() for mask in masks)

    def address_examples(self) -> dict[int, str]:
        """Return for each of `address_signatures` an address that has it: IPv4 where there is one, of documentation ranges for none."""
        found: dict[int, str] = {}
        for text in _OF_NOWHERE:
            inside = self.matching(text)
            found.setdefault(inside.true if inside else 0, text)
        for family, (starts, masks) in sorted(self._segments.items()):
            for position, mask in enumerate(masks):
                start = starts[position - 1] if position else 0
                end = starts[position] if position < len(starts) else TOP[family] + 1
                if start < end and (mask not in found):
                    found[mask] = str(_KINDS[family](min(start + 1, end - 1)))
        return found

    def in_country(self, country: str | None) -> Inside:
        """Return the country locations of a two-letter code; `""` is a place no country is known for, None is not known."""
        if country is None:
            return Inside(0, self.by_country)
        code = country.upper()
        matching = (
            1 << bit
            for bit, location in enumerate(self.locations)
            if location.kind == "country" and (code in location.countries if code else location.include_unknown_countries)
        )
        return Inside(sum(matching))

    def _mask(self, kind: str, *, trusted: bool = False) -> int:
        return sum(1 << bit for bit, place in enumerate(self.locations) if place.kind == kind and (place.trusted or not trusted))

    def _intervals(self, ranges: Sequence[Sequence[str]], problems: list[str]) -> list[tuple[int, Interval]]:
        """Return (bit, interval) of every range that can be read; note the others."""
        found = []
        for bit, texts in enumerate(ranges):
            for text in texts:
                interval = parse_range(text)
                if interval is None:
                    self.doubtful |= 1 << bit
                    problems.append(f"{self._name(bit)}: `{text}` is no address range")
                else:
                    found.append((1 << bit, interval))
        return found

    def _name(self, bit: int) -> str:
        if bit == len(self.locations):
            return "mfa_trusted_ips"
        location = self.locations[bit]
        return f"named location {location.display_name or location.id}"


def _segments(intervals: Iterable[tuple[int, Interval]]) -> dict[int, tuple[list[int], list[int]]]:
    """Return for each family the starts of its segments, and the mask of each; the mask before the first start is 0."""
    merged = _merged(intervals)
    turns: dict[int, dict[int, int]] = {family: defaultdict(int) for family in FAMILIES}
    for bit, (family, first, last) in merged:
        turns[family][first] ^= bit
        turns[family][last + 1] ^= bit
    return {family: _running(points) for family, points in turns.items()}


def _running(points: dict[int, int]) -> tuple[list[int], list[int]]:
    starts = sorted(points)
    return starts, [0, *accumulate((points[start] for start in starts), xor)]


def _merged(intervals: Iterable[tuple[int, Interval]]) -> list[tuple[int, Interval]]:
    """Return the intervals with those of one location and family that overlap made one: each edge then turns the bit exactly once."""
    merged: list[tuple[int, Interval]] = []
    for bit, (family, first, last) in sorted(intervals):
        if merged and merged[-1][0] == bit and merged[-1][1][0] == family and first <= merged[-1][1][2]:
            merged[-1] = (bit, (family, merged[-1][1][1], max(last, merged[-1][1][2])))
        else:
            merged.append((bit, (family, first, last)))
    return merged
