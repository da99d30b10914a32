"""Grant controls and authentication strengths from their wire form."""

from __future__ import annotations

import re

from unbroken.entra.directory import AuthenticationStrength
from unbroken.entra.policy import Grant
from unbroken.entra.vocabulary import Control
from unbroken.sources.ids import canonical
from unbroken.sources.wire import Json, WireObject

_CONTROLS = {control.lower(): control.value for control in Control}
_OPERATORS = {"and": "AND", "or": "OR"}
_STRENGTH_ID = "00000000-0000-0000-0000-00000000000"
BUILT_IN_STRENGTHS = {
    "multifactor authentication": f"{_STRENGTH_ID}2",
    "multifactor authentication strength": f"{_STRENGTH_ID}2",
    "passwordless mfa": f"{_STRENGTH_ID}3",
    "passwordless mfa strength": f"{_STRENGTH_ID}3",
    "phishing resistant mfa": f"{_STRENGTH_ID}4",
    "phishing-resistant mfa": f"{_STRENGTH_ID}4",
    "phishing-resistant mfa strength": f"{_STRENGTH_ID}4",
}
"""Name in lower case -> id, the same in every tenant (Graph v1.0, authenticationStrengthRoot list policies)."""


def read_grant(wire: WireObject, unmodelled: list[str]) -> Grant:
    """Return what `grantControls` demands; an unknown control, operator or key goes to `unmodelled` by its path."""
    words = wire.texts("builtInControls")
    unmodelled += [f"{wire.at('builtInControls')}: {word}" for word in words if word.lower() not in _CONTROLS]
    controls = frozenset(_CONTROLS[word.lower()] for word in words if word.lower() in _CONTROLS)
    strength = _strength_id(wire, unmodelled)
    terms, factors = tuple(map(canonical, wire.texts("termsOfUse"))), wire.texts("customAuthenticationFactors")
    count = len(words) + len(terms) + len(factors) + bool(strength)
    operator = _operator(wire, count, unmodelled)
    unmodelled += wire.left_over()
    return Grant(operator=operator, controls=controls, strength=strength, terms_of_use=terms, custom_factors=factors)


def _operator(wire: WireObject, count: int, unmodelled: list[str]) -> str:
    """Return AND or OR; without one a single control is the same under both, several are unknown."""
    word = wire.text("operator")
    if word.lower() not in _OPERATORS and (word or count > 1):
        unmodelled.append(f"{wire.at('operator')}: {word or 'missing'}")
    return _OPERATORS.get(word.lower(), "OR")


def _strength_id(wire: WireObject, unmodelled: list[str]) -> str | None:
    value = wire.take("authenticationStrength") or _id_in_link(wire.text("authenticationStrength@odata.bind"))
    if isinstance(value, str):
        return canonical(value) or None
    inner = WireObject(value, wire.at("authenticationStrength"), wire.where)
    name = inner.text("id") or inner.text("displayName")
    if not name and inner.left_over():
        unmodelled.append(inner.path)
    return canonical(name) or None


def _id_in_link(link: str) -> str:
    """Return the id at the end of `.../authenticationStrengthPolicies/{id}`, or of the form with `('{id}')`."""
    return re.split(r"[/('\"]", link.rstrip("/)'\" "))[-1]


def inline_strength(body: Json) -> AuthenticationStrength | None:
    """Return the definition of the strength that a policy carries in itself, None when it only points at one."""
    grant = WireObject(body, "", "").inner("grantControls")
    value = grant.take("authenticationStrength")
    if not isinstance(value, dict):
        return None
    strength = strength_from_wire(value)
    return strength if strength.id and strength.allowed_combinations else None


def strength_from_wire(value: Json, where: str = "authentication strength") -> AuthenticationStrength:
    """Return an authentication strength; combinations are sorted and comma-joined, whatever order they came in."""
    wire = WireObject(value, "", where)
    satisfied = wire.text("requirementsSatisfied")
    restricted: set[str] = set()
    for configuration in wire.objects("combinationConfigurations"):
        restricted |= set(configuration.texts("appliesToCombinations"))
    return AuthenticationStrength(
        id=canonical(wire.text("id")),
        display_name=wire.text("displayName"),
        allowed_combinations=frozenset(map(_sorted, wire.texts("allowedCombinations"))),
        restricted_combinations=frozenset(map(_sorted, restricted)),
        satisfies_mfa="mfa" in satisfied.lower().split(",") if satisfied else None,
    )


def _sorted(combination: str) -> str:
    return ",".join(sorted(mode.strip() for mode in combination.split(",")))
