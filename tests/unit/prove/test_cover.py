"""A set of sign-ins as regions: together exactly the set, each as wide as the set allows."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from builders import policy
from builders_space import prover, read
from unbroken.prove.cover import regions
from unbroken.prove.diagram import NOTHING, Box
from unbroken.prove.escape import BUDGET, SignIns
from unbroken.prove.space import CLIENT, DEVICE, FLOW, PLATFORM, SIGN_IN_RISK, Space

DIMENSIONS = {CLIENT: 5, PLATFORM: 7, SIGN_IN_RISK: 4, DEVICE: 5}
PARTS = st.lists(
    st.fixed_dictionaries({name: st.integers(1, (1 << width) - 1) for name, width in DIMENSIONS.items()}), min_size=1, max_size=4
)


@cache
def space() -> Space:
    with TemporaryDirectory() as folder:
        return prover(read(Path(folder), policy(), policy("risky", signInRiskLevels=["high"]))).worlds


def valid(part: dict[str, int]) -> list[Box]:
    """Return what of a part is a sign-in that can be: as proofs start from, modern and legacy clients apart."""
    return list(space().products([(part, space().modern), (part, space().legacy)]))


def made(*boxes: Box, backwards: bool = False) -> SignIns:
    order = [*range(len(space().full))]
    found = SignIns(space(), order[::-1] if backwards else order, BUDGET)
    found.add(boxes)
    return found


@given(PARTS, st.booleans())
@settings(deadline=None, max_examples=60, derandomize=True, database=None)
def test_regions_are_together_exactly_the_set_and_none_can_be_wider(parts: list[dict[str, int]], backwards: bool) -> None:
    boxes = [box for part in parts for box in valid(part)]
    found = made(*boxes, backwards=backwards)
    covered, whole = list(regions(found)), found.node
    found.node = NOTHING
    found.add(valid_of(covered))

    assert found.node == whole, "equal sets have equal nodes"
    assert not any(_wider(boxes, box) for box in covered)


def valid_of(boxes: list[Box]) -> list[Box]:
    """Return what of the boxes is a sign-in that can be."""
    return [found for box in boxes for found in valid(dict(zip(space().names, box, strict=True)))]


def _wider(boxes: list[Box], box: Box) -> bool:
    """Return whether some class could be added to a region without leaving the set."""
    for at, (mine, full) in enumerate(zip(box, space().full, strict=True)):
        for position in range(full.bit_length()):
            if not mine >> position & 1:
                more = (*box[:at], 1 << position, *box[at + 1 :])
                rest = made(*valid_of([more]))
                rest.remove(boxes)
                if rest.node == NOTHING:
                    return True
    return False


def test_a_set_that_is_one_box_is_one_region() -> None:
    part = {PLATFORM: 0b11, SIGN_IN_RISK: 0b1000}

    assert list(regions(made(*valid(part)))) == [space().box(part)]
    assert list(regions(made(*valid({})))) == [space().full]


def test_what_no_sign_in_can_be_makes_a_region_wider_not_narrower() -> None:
    """Legacy clients have one device state only: all of them on it are said without a word about devices."""
    (region,) = regions(made(*space().products([(space().legacy,)])))

    assert region == space().box({CLIENT: space().legacy[CLIENT]})
    assert (region[space().names.index(DEVICE)], region[space().names.index(FLOW)]) == (0b11111, 0b111)


def test_two_overlapping_boxes_are_two_regions_that_overlap() -> None:
    left, right = {PLATFORM: 0b0111}, {SIGN_IN_RISK: 0b0001}
    found = list(regions(made(*valid(left), *valid(right))))

    assert sorted(found) == sorted([space().box(left), space().box(right)])


def test_nothing_has_no_region() -> None:
    assert list(regions(made())) == []
