"""How far to trust the answers: the tenant's own policies on logged sign-ins, compared with the results Entra ID logged."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries, MfaEvidence
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.axis import Lanes
from unbroken.evaluate.blast_radius import Calibration, Disagreement
from unbroken.evaluate.evidence import MET, NOT_APPLIED, UNMET
from unbroken.evaluate.replay import Replay

GUESSED = (MfaEvidence.UNKNOWN, MfaEvidence.NONE_SEEN)
"""Evidence under which MFA counts as not held without proof: a logged success then contradicts nobody."""

Arrays = Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class _Pairs:
    """Of one policy, for each logged row: what the log says and what we say."""

    logged_applies: NDArray[np.bool_]
    logged_not: NDArray[np.bool_]
    logged_met: NDArray[np.bool_]
    applies: NDArray[np.bool_]
    may_apply: NDArray[np.bool_]
    met: NDArray[np.bool_]
    unmet: NDArray[np.bool_]
    guessed: NDArray[np.bool_]


def calibrate(
    replay: Replay,
    cube: Arrays,
    logged: Arrays,
    facts: Dictionaries,
    policies: Sequence[ConditionalAccessPolicy],
    example: Callable[[int], str],
) -> Calibration:
    """Return how often we agree with the logged results, and every kind of disagreement, the most frequent first.

    A pair is one sign-in and one policy whose result the log carries. It agrees when the policy applies in both or in neither, and
    where it applies its controls are met in both or in neither. Pairs that hang on a fact the log does not carry are `unknown`.
    """
    ours = (*replay.applying(cube), *replay.satisfied(cube))
    words = _words(facts, policies)
    tuples, counts = logged["tuple"], logged["count"]
    totals = np.zeros(5, dtype=np.int64)
    found: list[Disagreement] = []
    for index, policy in enumerate(policies):
        if policy.state is PolicyState.DISABLED:
            continue
        pairs = _pairs(index, words, logged, cube, tuples, ours)
        for field, expected, got, rows in _disagreements(pairs):
            if rows.any():
                first = int(np.flatnonzero(rows)[0])
                found.append(
                    Disagreement(
                        policy=policy.display_name,
                        field=field,
                        expected=expected,
                        got=got,
                        n=int(counts[rows].sum()),
                        example=example(int(logged["example"][first])),
                    )
                )
        totals += _totals(pairs, counts)
    return Calibration(
        compared=int(totals[0]),
        agreed=int(totals[1]),
        unknown=int(totals[2]),
        applying=int(totals[3]),
        applying_agreed=int(totals[4]),
        disagreements=tuple(sorted(found, key=lambda each: (-each.n, each.policy, each.field))),
    )


def _words(facts: Dictionaries, policies: Sequence[ConditionalAccessPolicy]) -> NDArray[np.uint8]:
    """Return (applied code, policy) -> 0 nothing logged, 1 met, 2 unmet, 3 not applied."""
    position = {policy.id.lower(): index for index, policy in enumerate(policies)}
    words = np.zeros((max(1, len(facts.applied)), max(1, len(policies))), dtype=np.uint8)
    for code, applied in enumerate(facts.applied):
        for policy_id, result in applied or ():
            index = position.get(policy_id.lower())
            if index is not None:
                words[code, index] = _word(result.lower())
    return words


def _word(result: str) -> int:
    return 1 if result in MET else 2 if result in UNMET else 3 if result in NOT_APPLIED else 0


def _pairs(
    index: int, words: NDArray[np.uint8], logged: Arrays, cube: Arrays, tuples: NDArray[np.int64], ours: tuple[Lanes, ...]
) -> _Pairs:
    lane, bit = divmod(index, 64)
    said = words[logged["applied"], index]
    applies, may_apply, met, unmet = ((array[lane, tuples] >> np.uint64(bit) & np.uint64(1)).astype(bool) for array in ours)
    guessed = np.isin(cube["mfa"][tuples], GUESSED)
    return _Pairs((said == 1) | (said == 2), said == 3, said == 1, applies, may_apply, met, unmet, guessed)


def _disagreements(pairs: _Pairs) -> Iterator[tuple[str, str, str, NDArray[np.bool_]]]:
    yield "applies", "applies", "does not apply", pairs.logged_applies & ~pairs.may_apply
    yield "applies", "does not apply", "applies", pairs.logged_not & pairs.applies
    both = pairs.logged_applies & pairs.applies
    yield "result", "controls met", "controls not met", both & pairs.logged_met & pairs.unmet & ~pairs.guessed
    yield "result", "controls not met", "controls met", both & ~pairs.logged_met & pairs.met


def _totals(pairs: _Pairs, counts: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many pairs were compared, agree, are unknown; were compared where either side says it applies, and agree there."""
    said = pairs.logged_applies | pairs.logged_not
    open_ = said & pairs.may_apply & ~pairs.applies
    both = pairs.logged_applies & pairs.applies
    open_ |= both & ~pairs.met & ~pairs.unmet
    open_ |= both & pairs.unmet & pairs.guessed
    wrong = np.zeros(len(counts), dtype=bool)
    for _, _, _, rows in _disagreements(pairs):
        wrong |= rows
    compared = said & ~open_
    right, applying = compared & ~wrong, compared & (pairs.logged_applies | pairs.applies)
    return np.array([counts[rows].sum() for rows in (compared, right, open_, applying, right & applying)], dtype=np.int64)
