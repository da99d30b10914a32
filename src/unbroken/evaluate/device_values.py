"""Which values of a device's attributes filter rules tell apart: for each such set of values one example.

Rules compare an attribute with texts. What they say of any value at all they say of one of these: null, each text they name, and for
every set of the parts they look for a text made of just these parts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import chain, combinations, product
from math import prod
from typing import TypeVar

from unbroken.evaluate.rule import Comparison, Rule, comparisons
from unbroken.evaluate.rule_attributes import EXTENSION_ATTRIBUTES, MANAGED_BY

COMBINATIONS = 1024
"""Combinations of values that are followed one by one."""
Part = tuple[str, str]
"""`startswith`, `endswith` or `contains`, and the text that is looked for."""
T = TypeVar("T")
_APART = "\0"
"""Stands between the parts of a made-up value: no rule names it, so that nothing is found across it."""


def possible_values(rules: Iterable[Rule], hidden: frozenset[str]) -> Iterator[dict[str, object]] | None:
    """Return examples of what the `hidden` attributes can be, as far as `rules` tell; None when these are too many to follow."""
    asked: dict[str, set[Comparison]] = defaultdict(set)
    for comparison in (each for rule in rules for each in comparisons(rule.expression)):
        if comparison.attribute in hidden:
            asked[comparison.attribute].add(comparison)
        if comparison.attribute in EXTENSION_ATTRIBUTES and MANAGED_BY in hidden:
            asked[MANAGED_BY] |= set()  # nobody compares it, but it decides whether the other is seen
    if prod(map(at_most, asked.values())) > COMBINATIONS:
        return None
    names = sorted(asked)
    return (dict(zip(names, values, strict=True)) for values in product(*(values_of(asked[name]) for name in names)))


def _named(asked: Iterable[Comparison]) -> list[str]:
    """Return the texts that the whole value, or an element of a collection, is compared with."""
    return sorted({value for each in asked if each.collection or each.operator == "eq" for value in each.values if value is not None})


def _parts(asked: Iterable[Comparison]) -> list[Part]:
    return sorted({(each.operator, value) for each in asked if each.operator != "eq" for value in each.values if value is not None})


def at_most(asked: set[Comparison]) -> int:
    """Return a number that `values_of` does not exceed; it is not exact where it exceeds the limit anyway."""
    if any(each.collection for each in asked):
        return 1 + (1 << min(len(_named(asked)), COMBINATIONS))
    begins, ends, contained = (
        sum(operator == wanted for operator, _ in _parts(asked)) for wanted in ("startswith", "endswith", "contains")
    )
    return len(_named(asked)) + 1 + (begins + 1) * (ends + 1) * (1 << min(contained, COMBINATIONS))


def values_of(asked: set[Comparison]) -> list[object]:
    """Return examples of one attribute, as far as the comparisons tell; null is the first."""
    if any(each.collection for each in asked):
        return [list(chosen) or None for chosen in _subsets(_named(asked))]
    return list(dict.fromkeys((None, *_named(asked), *map(_made_of, _choices(_parts(asked))))))


def _choices(parts: Sequence[Part]) -> Iterator[tuple[Part, ...]]:
    """Yield every choice of parts that a text can have: at most one beginning and one end (the longest), and any inner parts."""
    begins, ends, contained = ([part for part in parts if part[0] == wanted] for wanted in ("startswith", "endswith", "contains"))
    for begin, end in product(((), *((part,) for part in begins)), ((), *((part,) for part in ends))):
        yield from ((*begin, *end, *inner) for inner in _subsets(contained))


def _subsets(things: Sequence[T]) -> Iterator[tuple[T, ...]]:
    return chain.from_iterable(combinations(things, size) for size in range(len(things) + 1))


def _made_of(parts: Iterable[Part]) -> str:
    """Return a text that starts with, ends with and contains these `parts` and nothing else that they do not imply.

    A longer beginning implies a shorter one, or no text has both: then this is one more example of a text with the longer.
    """
    found: dict[str, list[str]] = defaultdict(list)
    for operator, text in parts:
        found[operator].append(text)
    begin, end = (max(found[name], key=len, default="") for name in ("startswith", "endswith"))
    return _APART.join((begin, *found["contains"], end))
