"""What the log itself says of policies that stay as they are: it rules out ways in which a sign-in could have been.

A v1.0 log does not name the authentication flow, for instance; but where it says that the policy on device code flow did not apply,
the sign-in was none.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries
from unbroken.entra.policy import ConditionalAccessPolicy, Grant
from unbroken.entra.sign_in import BLOCK_ERRORS
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.statement import SILENT, Statement

MET = frozenset({"success", "reportonlysuccess"})
UNMET = frozenset({"failure", "reportonlyfailure", "reportonlyinterrupted"})
NOT_APPLIED = frozenset({"notapplied", "reportonlynotapplied"})
"""Logged results in lower case: the policy applied and its controls were met, or were not; or it did not apply."""


class Evidence:
    """The logged results of a log's tuples, for the policies of one set that are the tenant's own and unchanged."""

    def __init__(
        self,
        logged: Mapping[str, NDArray[Any]],
        facts: Dictionaries,
        policies: Sequence[ConditionalAccessPolicy],
        own: Iterable[ConditionalAccessPolicy],
        first: str,
    ) -> None:
        """Read the statements of `logged` (LOGGED_COLUMNS, in the order of tuples) on those of `policies` that are among `own`.

        A policy that was changed at or after `first` (ISO time of the first sign-in), or nobody knows when, is left out: the log may
        speak of what it was before.
        """
        unchanged = {policy.id: _where_it_applies(policy) for policy in own if _is_before(policy.modified, first)}
        position = {policy.id.lower(): n for n, policy in enumerate(policies) if unchanged.get(policy.id) == _where_it_applies(policy)}
        self._tuples, self._codes = logged["tuple"], logged["applied"]
        self._cut_short = ~np.isin(logged["error_code"], [0, *BLOCK_ERRORS])
        self._statements = [_statement(applied or (), position) for applied in facts.applied]

    def of(self, tuple_id: int) -> Statement:
        """Return what all logged results of the tuple agree on."""
        first, last = np.searchsorted(self._tuples, (tuple_id, tuple_id + 1))
        rows = zip(self._codes[first:last].tolist(), self._cut_short[first:last].tolist(), strict=True)
        # A row that was interrupted, or failed before Conditional Access, shows policies as not applied that were never asked.
        said = {self._statements[code]._replace(not_applied=0) if cut else self._statements[code] for code, cut in rows}
        if not said:
            return SILENT
        applied = not_applied = -1
        for statement in said:
            applied &= statement.applied
            not_applied &= statement.not_applied
        return Statement(applied, not_applied)


def _where_it_applies(policy: ConditionalAccessPolicy) -> ConditionalAccessPolicy:
    """Return `policy` without what does not decide where it applies: enabling a report-only one leaves the log's word good."""
    anywhere = replace(policy, state=PolicyState.ENABLED, modified="", display_name="", session_controls=())
    return replace(anywhere, grant=Grant(), unmodelled_grant=(), unmodelled_grant_values="")


def _is_before(modified: str, first: str) -> bool:
    """Return whether a policy's time of change is an ISO time with a zone, and before `first`; what cannot be read is not."""
    try:
        return datetime.fromisoformat(modified) < datetime.fromisoformat(first)
    except (TypeError, ValueError):
        return False


def _statement(applied: Iterable[tuple[str, str]], position: Mapping[str, int]) -> Statement:
    yes = no = 0
    for policy_id, result in applied:
        bit = 1 << position[policy_id.lower()] if policy_id.lower() in position else 0
        yes |= bit if result.lower() in MET | UNMET else 0
        no |= bit if result.lower() in NOT_APPLIED else 0
    return Statement(yes, no)
