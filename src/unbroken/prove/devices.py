"""Every device there can be, in the classes that device filters and device controls tell apart.

Attribute after attribute is given each value some rule asks for, and devices whose rules have the same rest left to decide are one:
rules of any form are followed exactly, without a product over all attributes.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from unbroken.entra.request import UNREGISTERED, DeviceState
from unbroken.evaluate.bits import union
from unbroken.evaluate.device_values import at_most, values_of
from unbroken.evaluate.rule import Comparison, Expression, Rule, comparisons, evaluate_rule, settled
from unbroken.evaluate.rule_attributes import EXTENSION_ATTRIBUTES, MANAGED_BY, visible_attributes
from unbroken.evaluate.session import Sessions
from unbroken.prove.aspect import Aspect, Value, folded

LIMIT = 20_000
"""Kinds of device that are followed; with more, what holds for all of them is not known."""
COMPLIANCE = (False, True, None)
TRUST = ("Workplace", "AzureAD", "ServerAD", None)
Attributes = tuple[tuple[str, object], ...]


class _Kind(NamedTuple):
    """What tells registered devices apart."""

    compliant: bool
    hybrid: bool
    managed: bool
    rest: tuple[bool | Expression, ...]
    """What is left to decide of every rule."""


def device_aspect(sessions: Sessions, policies: int) -> tuple[Aspect, bool, bool]:
    """Return all devices in classes, the unregistered one first; whether these are all, and whether every filter can be read."""
    rules = [rule for rule in sessions.rules.values() if isinstance(rule, Rule)]
    found, complete = devices(rules)
    values = []
    for device in (UNREGISTERED, *found):
        grants = device.get("iscompliant") is True, device.get("trusttype") == "ServerAD", bool(device.attributes)
        values.append(Value(device, union(sessions.device_choices(device)), grants))
    return folded("devices", values, policies), complete, len(rules) == len(sessions.rules)


def devices(rules: Sequence[Rule]) -> tuple[list[DeviceState], bool]:
    """Return a registered device of every kind that `rules`, compliance and hybrid join tell apart, and whether these are all."""
    asked: dict[str, set[Comparison]] = defaultdict(set)
    for comparison in (each for rule in rules for each in comparisons(rule.expression)):
        asked[comparison.attribute].add(comparison)
    kinds = _joined(rules)
    followed = [name for name in _order(asked) if at_most(asked[name]) <= LIMIT]
    for name in followed:
        examples = values_of(asked[name])
        kinds = _with(kinds, name, [*examples, "other"] if name == MANAGED_BY else examples)
        if len(kinds) > LIMIT:
            break
    found = [DeviceState(attributes=_readable(attributes, rules)) for attributes in list(kinds.values())[:LIMIT] if attributes]
    return found, len(kinds) <= LIMIT and len(followed) == len(_order(asked))


def _order(asked: Mapping[str, set[Comparison]]) -> list[str]:
    """Return the attributes to go through: what decides whether extension attributes are seen comes before them."""
    names = asked.keys() - {"iscompliant", "trusttype"}
    names |= {MANAGED_BY} if EXTENSION_ATTRIBUTES & names else set()
    return sorted(names, key=lambda name: (name != MANAGED_BY, name in EXTENSION_ATTRIBUTES, name))


def _joined(rules: Iterable[Rule]) -> dict[_Kind, Attributes]:
    """Return the kinds of device by compliance and join alone."""
    kinds: dict[_Kind, Attributes] = {}
    for trust in TRUST:
        for compliance in COMPLIANCE:
            rest = tuple(settled(settled(rule.expression, "iscompliant", compliance), "trusttype", trust) for rule in rules)
            given = (("iscompliant", compliance), ("trusttype", trust))
            kinds.setdefault(
                _Kind(compliance is True, trust == "ServerAD", managed=False, rest=rest),
                tuple(each for each in given if each[1] is not None),
            )
    return kinds


def _with(kinds: Mapping[_Kind, Attributes], name: str, values: Sequence[object]) -> dict[_Kind, Attributes]:
    """Return the kinds that one more attribute makes of these."""
    found: dict[_Kind, Attributes] = {}
    for kind, attributes in kinds.items():
        hidden = name in EXTENSION_ATTRIBUTES and not (kind.compliant or kind.hybrid or kind.managed)
        for value in (None,) if hidden else values:
            managed = kind.managed or (name == MANAGED_BY and bool(value))
            rest = tuple(settled(each, name, value) for each in kind.rest)
            found.setdefault(kind._replace(managed=managed, rest=rest), attributes if value is None else (*attributes, (name, value)))
    return found


def _readable(attributes: Attributes, rules: Sequence[Rule]) -> Attributes:
    """Return the attributes with made-up texts in a form that people can read, where no rule tells the difference."""
    found = dict(attributes)
    for name, value in attributes:
        if isinstance(value, str) and (not value or "\0" in value):
            better = _first_alike(found, name, _spelled(value), rules)
            found[name] = value if better is None else better
    return tuple(sorted(found.items()))


def _spelled(value: str) -> Iterator[str]:
    parts = [part for part in value.split("\0") if part]
    yield from ("-".join(parts), " ".join(parts)) if parts else ("other", "something")


def _first_alike(attributes: Mapping[str, object], name: str, spellings: Iterable[str], rules: Sequence[Rule]) -> str | None:
    wanted = _answers(rules, attributes)
    return next((text for text in spellings if _answers(rules, {**attributes, name: text}) == wanted), None)


def _answers(rules: Sequence[Rule], attributes: Mapping[str, object]) -> list[bool | None]:
    return [evaluate_rule(rule, visible_attributes(attributes)) for rule in rules]
