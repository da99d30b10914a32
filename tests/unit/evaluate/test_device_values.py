"""The examples of values against all values there are: texts over a small alphabet."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from unbroken.evaluate.device_values import COMBINATIONS, possible_values
from unbroken.evaluate.rule import Rule, evaluate_rule, parse_rule

MODEL = frozenset({"model"})
EVERY_TEXT = [None, *("".join(letters) for length in range(7) for letters in product("abc", repeat=length))]
TEXTS = st.sampled_from([text for text in EVERY_TEXT if text is not None and 1 <= len(text) <= 2 and "c" not in text])
LOOKING = ("startsWith", "notStartsWith", "endsWith", "notEndsWith", "contains", "notContains")
EXACT = st.builds('device.model -{} "{}"'.format, st.sampled_from(("eq", "ne")), TEXTS) | st.builds(
    'device.model -{} ["{}", "{}"]'.format, st.sampled_from(("in", "notIn")), TEXTS, TEXTS
)
LOOSE = st.builds('device.model -{} "{}"'.format, st.sampled_from(LOOKING), TEXTS)
JOINED = st.builds("{} -{} {}".format, EXACT | LOOSE, st.sampled_from(("and", "or")), EXACT | LOOSE)


def answers(rules: Sequence[Rule], values: Sequence[dict[str, object]]) -> set[tuple[bool | None, ...]]:
    return {tuple(evaluate_rule(rule, value) for rule in rules) for value in values}


@given(st.lists(EXACT | LOOSE | JOINED, min_size=1, max_size=3))
def test_whatever_a_value_is_some_example_is_answered_alike(texts: list[str]) -> None:
    rules = [parse_rule(text) for text in texts]
    examples = possible_values(rules, MODEL)

    assert examples is not None
    assert answers(rules, [{"model": text} for text in EVERY_TEXT]) <= answers(rules, list(examples))


@given(st.lists(EXACT, min_size=1, max_size=5))
def test_rules_that_compare_whole_values_are_followed_exactly(texts: list[str]) -> None:
    rules = [parse_rule(text) for text in texts]

    assert answers(rules, [{"model": text} for text in EVERY_TEXT]) == answers(rules, list(possible_values(rules, MODEL) or ()))


def test_the_elements_of_a_collection_are_there_or_not_each_by_itself() -> None:
    rules = [parse_rule(f'device.physicalIds -{operator} "{text}"') for operator, text in product(("contains", "notContains"), "xy")]
    examples = list(possible_values(rules, frozenset({"physicalids"})) or ())

    assert examples == [{"physicalids": found} for found in (None, ["x"], ["y"], ["x", "y"])]
    assert answers(rules, examples) == {(x, y, not x, not y) for x, y in product((False, True), repeat=2)}


def test_a_known_attribute_is_not_varied() -> None:
    rules = [parse_rule('device.model -eq "x" -and device.displayName -eq "y"')]

    assert {frozenset(example) for example in possible_values(rules, MODEL) or ()} == {MODEL}


def test_too_many_values_are_not_followed() -> None:
    few, many = (parse_rule(" -or ".join(f'device.model -contains "x{number}"' for number in range(count))) for count in (9, 10))

    assert len(list(possible_values([few], MODEL) or ())) <= COMBINATIONS
    assert possible_values([many], MODEL) is None
