"""Filter rules over device attributes or custom security attributes: parse once, ask three-valued.

The grammar is that of rules for dynamic membership groups (entra-docs, groups-dynamic-membership.md) without `-match`, `-any` and
`-all`, which filters do not have: comparisons bind tightest, then `-not`, `-and`, `-or`; operators need no hyphen; names, operators
and values compare without regard to case. A name needs its prefix (`device.` or `CustomSecurityAttribute.`), and text its quotes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from unbroken.evaluate.rule_attributes import BOOLEANS, COLLECTIONS, DEVICE_PREFIX, attribute_key, operators_of
from unbroken.evaluate.rule_tokens import END, MARK, NAME, NUMBER, STRING, WORD, RuleError, Token, tokens

__all__ = ["Comparison", "Rule", "RuleError", "comparisons", "evaluate_rule", "parse_rule"]

DEEPEST = 50
"""Nested parentheses and `-not`; more is refused."""
LISTS = frozenset({"in", "notin"})
NULLABLE = frozenset({"eq", "ne"})


@dataclass(frozen=True, slots=True)
class Comparison:
    """One attribute, one operator (positive; `negated` tells) and its values in lower case; a None among them is null."""

    attribute: str
    operator: str
    values: tuple[str | None, ...]
    negated: bool = False
    collection: bool = False


@dataclass(frozen=True, slots=True)
class Junction:
    """Several expressions joined by `and`, `or`; a single one under `not`."""

    operator: str
    parts: tuple[Expression, ...]


Expression: TypeAlias = Comparison | Junction


@dataclass(frozen=True, slots=True)
class Rule:
    """A parsed rule; `attributes` are the names it asks about, as `attribute_key` spells them."""

    text: str
    expression: Expression
    attributes: frozenset[str]


def parse_rule(text: str) -> Rule:
    """Return the rule that `text` spells, raise `RuleError` when Entra ID's grammar does not cover it."""
    parser = _Parser(tokens(text))
    expression = parser.junction("or", 0)
    parser.expect_end()
    return Rule(text, expression, frozenset(parser.attributes))


def evaluate_rule(rule: Rule, attributes: Mapping[str, object], unknown: frozenset[str] = frozenset()) -> bool | None:
    """Return whether the rule is true of these attributes, None when that hangs on an attribute in `unknown`.

    Values are text, bool, a list of text (a collection) or None. An absent attribute, and an empty collection, is null: positive
    operators are false of it and negative ones true. A value of another type than the rule asks about answers None.
    """
    values = {attribute_key(name): value for name, value in attributes.items()}
    return _truth(rule.expression, values, frozenset(map(attribute_key, unknown)))


def comparisons(expression: Expression) -> Iterator[Comparison]:
    """Yield every comparison in a rule's expression."""
    if isinstance(expression, Comparison):
        yield expression
        return
    for part in expression.parts:
        yield from comparisons(part)


def settled(expression: bool | Expression, attribute: str, value: object) -> bool | Expression:
    """Return what is left of `expression` once `attribute` (as `attribute_key` spells it) has this value: a truth value, or the rest."""
    if isinstance(expression, bool) or (isinstance(expression, Comparison) and expression.attribute != attribute):
        return expression
    if isinstance(expression, Comparison):
        return bool(_compare(expression, value))
    parts = tuple(dict.fromkeys(settled(part, attribute, value) for part in expression.parts))
    if expression.operator == "not":
        return not parts[0] if isinstance(parts[0], bool) else Junction("not", (parts[0],))
    decisive = expression.operator == "or"
    if decisive in parts:
        return decisive
    left = tuple(part for part in parts if not isinstance(part, bool))
    if len(left) < 2:
        return left[0] if left else not decisive
    return Junction(expression.operator, left)


def _truth(expression: Expression, values: Mapping[str, object], unknown: frozenset[str]) -> bool | None:
    if isinstance(expression, Comparison):
        if expression.attribute in unknown:
            return None
        return _compare(expression, values.get(expression.attribute))
    parts = [_truth(part, values, unknown) for part in expression.parts]
    if expression.operator == "not":
        return None if parts[0] is None else not parts[0]
    decisive = expression.operator == "or"
    if decisive in parts:
        return decisive
    return None if None in parts else not decisive


def _compare(comparison: Comparison, value: object) -> bool | None:
    if value is None or value in ([], ()):
        return (None in comparison.values) is not comparison.negated
    found = _holds(comparison, value)
    return None if found is None else found is not comparison.negated


def _holds(comparison: Comparison, value: object) -> bool | None:
    """Return whether the positive operator holds of a value that is not null; None when the value is of the wrong type."""
    if isinstance(value, (list, tuple, set, frozenset)):
        whole = comparison.operator == "contains" or comparison.collection
        return _text_in((str(item).lower() for item in value), comparison) if whole else None
    if not isinstance(value, (str, bool, int, float)):
        return None
    text = str(value).lower()
    if comparison.collection:
        return text in comparison.values
    return any(_matches(comparison.operator, text, wanted) for wanted in comparison.values if wanted is not None)


def _text_in(elements: Iterable[str], comparison: Comparison) -> bool:
    return any(element in comparison.values for element in elements)


def _matches(operator: str, text: str, wanted: str) -> bool:
    if operator == "contains":
        return wanted in text
    if operator == "startswith":
        return text.startswith(wanted)
    if operator == "endswith":
        return text.endswith(wanted)
    return text == wanted


class _Parser:
    """Recursive descent over the tokens of one rule."""

    def __init__(self, words: list[Token]) -> None:
        self.words = words
        self.at = 0
        self.attributes: set[str] = set()
        self.prefix = ""

    def junction(self, operator: str, depth: int) -> Expression:
        """Read operands joined by `operator`; `and` binds tighter than `or`."""
        parts = [self._operand(operator, depth)]
        while self._take(WORD, operator):
            parts.append(self._operand(operator, depth))
        return parts[0] if len(parts) == 1 else Junction(operator, tuple(parts))

    def expect_end(self) -> None:
        """Raise unless every token was read."""
        if self._next.kind != END:
            raise self._error("-and, -or or the end of the rule")

    def _operand(self, operator: str, depth: int) -> Expression:
        return self.junction("and", depth) if operator == "or" else self._term(depth)

    def _term(self, depth: int) -> Expression:
        if depth > DEEPEST:
            raise self._error(f"at most {DEEPEST} nested parentheses")
        if self._take(WORD, "not"):
            return Junction("not", (self._term(depth + 1),))
        if self._take(MARK, "("):
            inner = self.junction("or", depth + 1)
            self._expect(")", "-and, -or or a closing parenthesis")
            return inner
        return self._comparison()

    def _comparison(self) -> Comparison:
        name = self._attribute()
        operator = self._operator(name)
        values = self._list() if operator in LISTS else (self._value(null=operator in NULLABLE),)
        key = attribute_key(name.text)
        self.attributes.add(key)
        positive = "eq" if operator in {"ne", "notin", "in"} else operator.removeprefix("not")
        collection = self.prefix == DEVICE_PREFIX and key in COLLECTIONS
        if self.prefix == DEVICE_PREFIX and key in BOOLEANS and not set(values) <= {"true", "false", None}:
            raise RuleError(name.position, f"True or False for {name.text}", f"`{values[0]}`")
        return Comparison(key, positive, values, operator == "ne" or operator.startswith("not"), collection)

    def _attribute(self) -> Token:
        name = self._next
        prefix = name.text.partition(".")[0] + "."
        if name.kind != NAME or not operators_of(name.text):
            raise self._error("a device attribute (device.displayName, ...) or CustomSecurityAttribute.<set>_<name>")
        if self.prefix not in {"", prefix}:
            raise self._error(f"an attribute that begins with `{self.prefix}`, like the ones before it")
        self.prefix = prefix
        self.at += 1
        return name

    def _operator(self, name: Token) -> str:
        allowed = operators_of(name.text)
        if self._next.kind != WORD or self._next.text not in allowed:
            raise self._error(f"an operator of {name.text}: {', '.join('-' + word for word in sorted(allowed))}")
        self.at += 1
        return self.words[self.at - 1].text

    def _list(self) -> tuple[str | None, ...]:
        self._expect("[", 'a list such as ["one", "two"]')
        values = [self._value(null=False)]
        while self._take(MARK, ","):
            values.append(self._value(null=False))
        self._expect("]", "a comma or a closing bracket")
        return tuple(values)

    def _value(self, *, null: bool) -> str | None:
        token = self._next
        literal = token.kind == WORD and token.text in {"true", "false", *(["null"] if null else [])}
        if not literal and token.kind not in {STRING, NUMBER}:
            raise self._error("a quoted value, True, False" + (" or null" if null else ""))
        self.at += 1
        return None if token.kind == WORD and token.text == "null" else token.text.lower()

    def _expect(self, mark: str, expected: str) -> None:
        if not self._take(MARK, mark):
            raise self._error(expected)

    def _take(self, kind: str, text: str) -> bool:
        found = self._next.kind == kind and self._next.text == text
        self.at += found
        return found

    @property
    def _next(self) -> Token:
        return self.words[self.at]

    def _error(self, expected: str) -> RuleError:
        return RuleError(self._next.position, expected, str(self._next))
