"""Edits of what a policy demands, so that it demands what a property needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from unbroken.entra.policy import Grant
from unbroken.entra.vocabulary import Control
from unbroken.evaluate.grants import Demand, tokens_of
from unbroken.prove.repair.change import Change, listed

Enough = Callable[[Demand], bool]
"""Whether a demand demands what is needed."""


def demanding(change: Change, demand: Demand, needed: Grant, enough: Enough) -> Change | None:
    """Return `change` with a grant that is `enough`, None when no small edit makes it so.

    `demand` is what the policy demands today, `needed` the plainest grant that is enough.
    """
    if demand.unread:
        return None
    alternatives = tokens_of(demand.grant)
    if demand.grant.operator == "OR" and len(alternatives) > 1:
        return _without_alternatives(change, demand, enough)
    if Control.BLOCK in needed.controls:
        return None
    return _with(change, needed)


def _without_alternatives(change: Change, demand: Demand, enough: Enough) -> Change | None:
    """Return `change` with only those alternatives that are enough by themselves."""
    weak = [token for token in tokens_of(demand.grant) if not enough(replace(demand, grant=_only(demand.grant, [token])))]
    strong = [token for token in tokens_of(demand.grant) if token not in weak]
    if not strong or not weak:
        return None
    return change.edited(
        "grantControls", f"do without the alternative {listed(weak)}", replace(change.policy, grant=_only(demand.grant, strong))
    )


def _only(grant: Grant, tokens: list[str]) -> Grant:
    """Return a grant with some of its controls."""
    return replace(
        grant,
        controls=frozenset(control for control in grant.controls if control in tokens),
        strength=grant.strength if f"authenticationStrength:{grant.strength}" in tokens else None,
        terms_of_use=grant.terms_of_use if "termsOfUse" in tokens else (),
        custom_factors=tuple(factor for factor in grant.custom_factors if f"customAuthenticationFactor:{factor}" in tokens),
    )


def _with(change: Change, needed: Grant) -> Change | None:
    """Return `change` with what is needed demanded besides; None where a second strength would have to stand beside the first."""
    grant = change.policy.grant
    if len(tokens_of(needed)) != 1 or (needed.strength and grant.strength):
        return None
    both = Grant(
        operator="AND",
        controls=grant.controls | needed.controls,
        strength=grant.strength or needed.strength,
        terms_of_use=grant.terms_of_use or needed.terms_of_use,
        custom_factors=grant.custom_factors,
    )
    return change.edited(
        "grantControls", f"demand {tokens_of(needed)[0]} as well", replace(change.policy, grant=both if tokens_of(grant) else needed)
    )
