"""One dimension: values that no policy tells apart are one class, and every policy keeps its answer."""

from __future__ import annotations

from unbroken.evaluate.bits import Bits
from unbroken.prove.aspect import Value, apart, folded, turned

YES, NO, OPEN = Bits(0b1, 0b1), Bits(0, 0), Bits(0, 0b1)
VALUES = [Value("GB", YES), Value("FR", NO), Value("DE", YES), Value("KP", OPEN), Value("IT", NO)]


def test_values_that_mean_the_same_are_one_class_and_the_first_of_them_stands_for_it() -> None:
    found = folded("countries", VALUES, 1)

    assert found.members == (("GB", "DE"), ("FR", "IT"), ("KP",))
    assert (found.width, found.full) == (3, 0b111)


def test_a_policy_surely_holds_in_some_classes_and_perhaps_in_more() -> None:
    found = folded("countries", VALUES, 1)

    assert found.where(0, sure=True) == 0b001
    assert found.where(0, sure=False) == 0b101


def test_a_mark_keeps_values_apart_that_mean_the_same_to_every_policy() -> None:
    found = folded("devices", [Value("compliant", YES, mark=True), Value("other", YES, mark=False), Value("another", YES, mark=False)], 1)

    assert found.members == (("compliant",), ("other", "another"))
    assert found.where(0, sure=True) == 0b11


def test_a_dimension_whose_values_people_read_one_by_one_is_not_folded() -> None:
    found = apart("clients", [Value("browser", YES), Value("other", YES), Value("mobile", OPEN)], 1)

    assert found.members == (("browser",), ("other",), ("mobile",))
    assert (found.where(0, sure=True), found.where(0, sure=False)) == (0b011, 0b111)


def test_policies_by_value_become_values_by_policy() -> None:
    everywhere, nowhere = 0b0001, 0b1000

    assert turned([0b0011 | everywhere, 0b0101, 0b0001], 4) == (0b111, 0b001, 0b010, 0)
    assert turned([], 2) == (0, 0)
    assert turned([nowhere, nowhere], 4) == (0, 0, 0, 0b11)
