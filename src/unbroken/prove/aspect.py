"""One dimension of all sign-ins: its values, folded into the classes that no policy can tell apart."""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from unbroken.evaluate.bits import Bits, each


@dataclass(frozen=True, slots=True)
class Aspect:
    """The classes of one dimension and, for every policy, those in which its condition holds."""

    name: str
    members: tuple[tuple[Any, ...], ...]
    """The values of each class; the first is the example that stands for it."""
    sure: tuple[int, ...]
    """By policy: the classes (as bits) in which the condition surely holds."""
    possible: tuple[int, ...]

    @property
    def width(self) -> int:
        """Return the number of classes."""
        return len(self.members)

    @property
    def full(self) -> int:
        """Return all classes."""
        return (1 << len(self.members)) - 1

    def where(self, policy: int, *, sure: bool) -> int:
        """Return the classes in which the policy's condition holds."""
        return (self.sure if sure else self.possible)[policy]


@dataclass(frozen=True, slots=True)
class Value:
    """One value before folding: what it means for every policy, and what else tells it apart."""

    value: Any
    bits: Bits
    mark: Hashable = None


def folded(name: str, values: Iterable[Value], policies: int) -> Aspect:
    """Return the dimension with values of equal meaning in one class, in the order in which they first occur."""
    classes: dict[tuple[Bits, Hashable], list[Any]] = {}
    for each_value in values:
        classes.setdefault((each_value.bits, each_value.mark), []).append(each_value.value)
    return Aspect(
        name,
        tuple(tuple(found) for found in classes.values()),
        turned([bits.true for bits, _ in classes], policies),
        turned([bits.possible for bits, _ in classes], policies),
    )


def apart(name: str, values: Iterable[Value], policies: int) -> Aspect:
    """Return the dimension with every value in a class of its own."""
    found = list(values)
    return Aspect(
        name,
        tuple((value.value,) for value in found),
        turned([value.bits.true for value in found], policies),
        turned([value.bits.possible for value in found], policies),
    )


def turned(masks: Sequence[int], policies: int) -> tuple[int, ...]:
    """Return for each policy the positions (as bits) of the `masks` that contain it."""
    everywhere = (1 << policies) - 1
    for mask in masks:
        everywhere &= mask
    found = [0] * policies
    for position, mask in enumerate(masks):
        for policy in each(mask & ~everywhere):
            found[policy] |= 1 << position
    for policy in each(everywhere):
        found[policy] = (1 << len(masks)) - 1
    return tuple(found)
