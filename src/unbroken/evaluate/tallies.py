"""Outcomes before and after, summed by user, app and client."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import MfaEvidence
from unbroken.evaluate.blast_radius import Impact, Prompts, Tally
from unbroken.evaluate.decision import SEVERITY, Outcome
from unbroken.evaluate.replay import OUTCOMES, UNKNOWN

MFA, REGISTER = SEVERITY.index(Outcome.MFA), SEVERITY.index(Outcome.REGISTER)
WIDTH = len(OUTCOMES)


def tally(outcomes: NDArray[np.uint8], counts: NDArray[np.int64]) -> Tally:
    """Return sign-ins by outcome."""
    return _as_tally(np.bincount(outcomes, weights=counts, minlength=WIDTH))


def by_code(codes: NDArray[np.int64], size: int, outcomes: NDArray[np.uint8], counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return an array (size, outcomes) of sign-ins."""
    flat = np.bincount(codes.astype(np.int64) * WIDTH + outcomes, weights=counts, minlength=size * WIDTH)
    return flat.reshape(size, WIDTH).astype(np.int64)


def impacts(ids: Sequence[str], names: Sequence[str], before: NDArray[np.int64], after: NDArray[np.int64]) -> tuple[Impact, ...]:
    """Return one impact per distinct id: the rows of one id are added up, ids without sign-ins are left out."""
    position: dict[str, int] = {}
    rows = np.array([position.setdefault(each, len(position)) for each in ids], dtype=np.int64)
    names_by_id = dict(zip(ids, names, strict=True))
    sums = np.zeros((2, len(position), WIDTH), dtype=np.int64)
    for end, table in enumerate((before, after)):
        np.add.at(sums[end], rows, table)
    found = [_impact(each, names_by_id[each], sums[0, row], sums[1, row]) for each, row in position.items() if sums[1, row].any()]
    return tuple(sorted(found, key=lambda impact: (-impact.sign_ins, impact.name)))


def worst(after: Tally) -> Outcome:
    """Return the most severe outcome that occurs; unknown where nothing certain is worse than a prompt."""
    severe = [outcome for outcome in reversed(SEVERITY) if after.get(outcome)]
    first = severe[0] if severe else Outcome.UNKNOWN
    return Outcome.UNKNOWN if after.get(Outcome.UNKNOWN) and first in {Outcome.ALLOW, Outcome.MFA} else first


def prompts(outcomes: NDArray[np.uint8], asked: NDArray[np.bool_], mfa: NDArray[np.int64], counts: NDArray[np.int64]) -> Prompts:
    """Return how sure the prompts are where MFA is `asked` for.

    Who must register a method, for MFA or for a strength, does not hold what is demanded: that prompt is certain.
    """
    registers = outcomes == REGISTER
    certain = asked & ((mfa == MfaEvidence.NONE_CERTAIN) | registers)
    likely = asked & ~certain & (mfa == MfaEvidence.NONE_SEEN)
    open_ = (asked & ~certain & ~likely) | (outcomes == UNKNOWN)
    return Prompts(certain=int(counts[certain].sum()), likely=int(counts[likely].sum()), unknown=int(counts[open_].sum()))


def _impact(id_: str, name: str, before: NDArray[np.int64], after: NDArray[np.int64]) -> Impact:
    after_tally = _as_tally(after)
    return Impact(id=id_, name=name, sign_ins=int(after.sum()), before=_as_tally(before), after=after_tally, worst=worst(after_tally))


def _as_tally(row: NDArray[np.float64] | NDArray[np.int64]) -> Tally:
    return {outcome: int(n) for outcome, n in zip(OUTCOMES, row, strict=True) if n}
