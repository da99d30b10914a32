"""One dimension of a log: its codes as classes, and each class with the bits of every policy in lanes of 64."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Generic, TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from unbroken.evaluate.bits import Bits

K = TypeVar("K", bound=Hashable)
T = TypeVar("T")
Lanes: TypeAlias = NDArray[np.uint64]
"""Shape (lanes, entries): bit b of lane l is policy 64 l + b."""


@dataclass(frozen=True)
class Axis(Generic[K]):
    """One dimension: `classes[code]` is the class; `true`, `possible` and `kinds` are by class; `meaning[kind]` is what it means else."""

    classes: NDArray[np.int32]
    true: Lanes
    possible: Lanes
    kinds: NDArray[np.int32]
    meaning: tuple[K, ...]

    @cached_property
    def certain(self) -> bool:
        """Return whether no class leaves any policy open."""
        return bool(np.array_equal(self.true, self.possible))


def lanes(masks: Sequence[int], policies: int) -> Lanes:
    """Return masks over that many policies as lanes."""
    low = (1 << 64) - 1
    return np.array([[mask >> (64 * lane) & low for mask in masks] for lane in range(max(1, -(-policies // 64)))], dtype=np.uint64)


def axis(entries: Sequence[tuple[Bits, K]], policies: int) -> Axis[K]:
    """Return the axis of one entry a code: equal entries are one class."""
    codes, distinct = classes(entries, lambda entry: entry)
    kinds, meaning = classes(distinct, lambda entry: entry[1])
    true, possible = (lanes([getattr(bits, end) for bits, _ in distinct], policies) for end in ("true", "possible"))
    return Axis(codes, true, possible, kinds, tuple(meaning))


def classes(entries: Sequence[T], key: Callable[[T], K]) -> tuple[NDArray[np.int32], list[K]]:
    """Return the position of each entry's key among the distinct keys, and these."""
    found: dict[K, int] = {}
    codes = [found.setdefault(key(entry), len(found)) for entry in entries]
    return np.array(codes, dtype=np.int32), list(found)
