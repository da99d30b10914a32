"""Sets of policies as the bits of an integer, three-valued: bit i of `true` and of `possible` speak of policy i."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import reduce
from operator import or_
from typing import NamedTuple


class Bits(NamedTuple):
    """For every policy whether a condition holds: in `true` it does, only in `possible` it may, in neither it does not.

    INVARIANT: `true` is a subset of `possible`.
    """

    true: int
    possible: int

    def __and__(self, other: Bits) -> Bits:
        """Return Kleene's AND, policy by policy."""
        return Bits(self.true & other.true, self.possible & other.possible)

    def __or__(self, other: Bits) -> Bits:
        """Return Kleene's OR, policy by policy."""
        return Bits(self.true | other.true, self.possible | other.possible)

    def without(self, other: Bits) -> Bits:
        """Return this AND NOT `other`: exclude wins over include."""
        return Bits(self.true & ~other.possible, self.possible & ~other.true)

    @property
    def unknown(self) -> int:
        """Return the policies for which it is not known."""
        return self.possible & ~self.true

    def verdict(self, index: int) -> bool | None:
        """Return the answer for policy `index`: True, False or, when it is not known, None."""
        if self.true >> index & 1:
            return True
        return None if self.possible >> index & 1 else False


NONE = Bits(0, 0)


def certain(mask: int) -> Bits:
    """Return `mask` as an answer without doubt."""
    return Bits(mask, mask)


def only_possible(mask: int) -> Bits:
    """Return `mask` as policies for which the condition may hold."""
    return Bits(0, mask)


def union(parts: Iterable[Bits]) -> Bits:
    """Return Kleene's OR of all `parts`."""
    true = possible = 0
    for part in parts:
        true |= part.true
        possible |= part.possible
    return Bits(true, possible)


def mask_of(answers: Iterable[bool]) -> int:
    """Return the policies whose answer is yes; `answers` has one per policy."""
    return sum(1 << index for index, answer in enumerate(answers) if answer)


def masks_of(names: Iterable[Iterable[str]]) -> dict[str, int]:
    """Return for every name the policies that have it; `names` has those of one policy each."""
    masks: dict[str, int] = {}
    for index, own in enumerate(names):
        for name in own:
            masks[name] = masks.get(name, 0) | 1 << index
    return masks


def joined(masks: Mapping[str, int], names: Iterable[str]) -> int:
    """Return the policies that have one of `names`, by the `masks_of` all names."""
    return reduce(or_, (masks.get(name, 0) for name in names), 0)


def each(mask: int) -> Iterator[int]:
    """Yield the positions of the bits that are set, lowest first."""
    while mask:
        low = mask & -mask
        yield low.bit_length() - 1
        mask ^= low
