"""One risk condition: known, not known, and known but not shown."""

from __future__ import annotations

import pytest

from unbroken.evaluate.bits import Bits, certain
from unbroken.evaluate.risk import HIDDEN, LEVELS, Risk

DEMANDED = (frozenset({"high"}), frozenset(), frozenset({"medium", "high"}), frozenset({HIDDEN}), frozenset({"low", "none"}))
RISK = Risk("signInRisk", LEVELS, DEMANDED, "sign-in risk")


@pytest.mark.parametrize(
    ("level", "expected"), [("high", 0b00111), ("medium", 0b00110), ("low", 0b10010), ("none", 0b10010), ("odd", 0b00010)]
)
def test_a_known_level_meets_the_policies_that_name_it_or_none(level: str, expected: int) -> None:
    found = RISK.dimension(level)

    assert found.bits == certain(expected)
    assert found.reasons == (("signInRisk", certain(expected)),)
    assert found.unknowns == ()


@pytest.mark.parametrize(("level", "expected"), [(None, Bits(0b00010, 0b10111)), (HIDDEN, Bits(0b01010, 0b11111))])
def test_an_unknown_level_can_be_any(level: str | None, expected: Bits) -> None:
    found = RISK.dimension(level)

    assert found.bits == expected
    assert found.unknowns == ((0b10101, "sign-in risk"),)
    assert {option.bits.true & 0b10101 for option in found.alternatives} == {0b00101, 0b00100, 0b10000}
