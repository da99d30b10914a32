"""Where a log's addresses lie: all of them at once, by column."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import LoggedAddress, PackedAddresses
from unbroken.evaluate.address import parse_address
from unbroken.evaluate.place import Places

LOW = (1 << 64) - 1


def packed(addresses: Sequence[LoggedAddress]) -> PackedAddresses:
    """Return the addresses by column, each text parsed once."""
    if isinstance(addresses, PackedAddresses):
        return addresses
    countries: dict[str, int] = {}
    country = [countries.setdefault(each.country, len(countries)) for each in addresses]
    numbers = [parse_address(each.ip) or (0, 0) for each in addresses]
    return PackedAddresses(
        [each.ip for each in addresses],
        list(countries),
        np.array(country, dtype=np.int32),
        np.array([family for family, _ in numbers], dtype=np.uint8),
        np.array([number >> 64 for _, number in numbers], dtype=np.uint64),
        np.array([number & LOW for _, number in numbers], dtype=np.uint64),
    )


def segments(places: Places, addresses: PackedAddresses) -> NDArray[np.int64]:
    """Return for each address a number that says where it lies: equal numbers, equal named locations by address; -1 is no address."""
    found = np.full(len(addresses), -1, dtype=np.int64)
    offset = 0
    for family in (4, 6):
        starts = [start for start in places.boundaries(family) if start < 1 << 128]  # no address lies beyond
        chosen = addresses.family == family
        find = _positions if family == 6 else _v4_positions
        found[chosen] = offset + find(starts, addresses.high[chosen], addresses.low[chosen])
        offset += len(starts) + 1
    return found


def _v4_positions(starts: Sequence[int], _: NDArray[np.uint64], low: NDArray[np.uint64]) -> NDArray[np.int64]:
    return np.searchsorted(np.array(starts, dtype=np.uint64), low, side="right").astype(np.int64)


def _positions(starts: Sequence[int], high: NDArray[np.uint64], low: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return `bisect_right(starts, address)` for every address: by the upper half, then among boundaries that share it."""
    upper = np.array([start >> 64 for start in starts], dtype=np.uint64)
    lower = np.array([start & LOW for start in starts], dtype=np.uint64)
    before = np.searchsorted(upper, high, side="left")
    until = np.searchsorted(upper, high, side="right")
    for row in np.flatnonzero(until > before):
        before[row] += np.searchsorted(lower[before[row] : until[row]], low[row], side="right")
    return before.astype(np.int64)
