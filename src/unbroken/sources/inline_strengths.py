"""Authentication strengths that policies define in themselves, beside those of the tenant: one definition counts for each id."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from unbroken.entra.directory import AuthenticationStrength

Defined = tuple[str, AuthenticationStrength]
"""Name of a policy, and the strength it defines."""


def with_inline(exported: Iterable[AuthenticationStrength], defined: Iterable[Defined]) -> tuple[AuthenticationStrength, ...]:
    """Return the exported strengths and those of policies; the first definition counts that has combinations, exported ones first."""
    found = {strength.id: strength for strength in exported}
    for _, strength in defined:
        known = found.get(strength.id)
        if known is None or not known.allowed_combinations:
            found[strength.id] = strength
    return tuple(found.values())


def contradictions(counting: Iterable[AuthenticationStrength], defined: Iterable[Defined]) -> Iterator[str]:
    """Yield for each definition in a policy that differs from the one that counts what differs, as a line."""
    known = {strength.id: strength for strength in counting}
    for policy, strength in defined:
        differs = ", ".join(_differences(known[strength.id], strength)) if strength.id in known else ""
        if differs:
            name = known[strength.id].display_name or strength.display_name or strength.id
            yield f"the policy {policy} defines the authentication strength {name} in another way ({differs}): that definition is not used"


def _differences(known: AuthenticationStrength, other: AuthenticationStrength) -> Iterator[str]:
    """Yield the properties that both give, and differently; policies often carry a strength without its configurations."""
    if other.allowed_combinations != known.allowed_combinations:
        yield "allowedCombinations"
    if other.restricted_combinations and other.restricted_combinations != known.restricted_combinations:
        yield "combinationConfigurations"
    if None not in (known.satisfies_mfa, other.satisfies_mfa) and known.satisfies_mfa is not other.satisfies_mfa:
        yield "requirementsSatisfied"
