"""What each distinct demand comes to in each distinct circumstance of a log, filled in as circumstances are met."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.request import SessionFacts
from unbroken.evaluate.axes import Axes
from unbroken.evaluate.axis import lanes
from unbroken.evaluate.circumstances import Standing, situations
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.grants import RANK, Demand, Situation
from unbroken.evaluate.logged import HELD_FACTS
from unbroken.evaluate.session import Shape
from unbroken.evaluate.worlds import Engine

Ranks = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class DemandGrades:
    """One demand: who makes it, and the rank of its mildest and most severe outcome by circumstance."""

    demand: Demand
    enabled: NDArray[np.uint64]
    """One mask a lane: enabled policies that make the demand."""
    makers: NDArray[np.uint64]
    """The same with report-only ones."""
    low: Ranks
    high: Ranks
    asks: Ranks
    """1 where the person would be asked for MFA, or to register it, whatever else is demanded."""


class Grades:
    """Ranks by circumstance: (person, session, place, MFA held, registration in doubt) packed into one number."""

    def __init__(self, engine: Engine, axes: Axes) -> None:
        """Prepare tables for every circumstance that `axes` can give."""
        self._engine, self._axes = engine, axes
        self._shape = (len(axes.users.meaning), len(axes.sessions.meaning), len(axes.places.meaning), 4, 2)
        size = int(np.prod([max(1, each) for each in self._shape]))
        count, table = len(engine.table.policies), engine.table
        self.demands = [
            DemandGrades(demand, *lanes([mask & table.enabled, mask & table.evaluated], count).T, *np.zeros((3, size), dtype=np.uint8))
            for demand, mask in table.demands
            if mask & table.evaluated
        ]
        self._beyond_low, self._beyond_high = np.zeros((2, size), dtype=np.uint8)
        self._filled = np.zeros(size, dtype=bool)
        self._lock = Lock()
        self.certain = not table.unmodelled

    def where(
        self,
        users: NDArray[np.int32],
        sessions: NDArray[np.int32],
        places: NDArray[np.int32],
        held: NDArray[np.int32],
        closed: NDArray[np.int32],
    ) -> NDArray[np.int32]:
        """Return the circumstance of each tuple, its grades filled in."""
        axes, (_, sessions_count, places_count, _, _) = self._axes, self._shape
        found = axes.users.kinds.take(users) * np.int32(sessions_count)
        found += axes.sessions.kinds.take(sessions)
        if places_count > 1:
            found *= np.int32(places_count)
            found += axes.places.kinds.take(places)
        found *= np.int32(8)
        found += held * np.int32(2)
        found += closed
        new = found[~self._filled.take(found)]
        if len(new):
            self._fill(np.unique(new))
        return found

    def ends(
        self, true: Sequence[NDArray[np.uint64]], possible: Sequence[NDArray[np.uint64]], where: NDArray[np.int32]
    ) -> tuple[Ranks, Ranks]:
        """Return the mildest and the most severe rank of each tuple under the enabled policies."""
        low, high = self._beyond_low.take(where), self._beyond_high.take(where)
        for demand in self.demands:
            sure = _any(true, demand.enabled)
            maybe = sure if true[0] is possible[0] else _any(possible, demand.enabled)
            if sure is not None and maybe is not None:
                np.maximum(low, demand.low.take(where) * sure, out=low)
                np.maximum(high, demand.high.take(where) * maybe, out=high)
        return low, high

    def asked(self, true: Sequence[NDArray[np.uint64]], where: NDArray[np.int32]) -> NDArray[np.bool_]:
        """Return where an enabled policy that surely applies asks for MFA."""
        found = np.zeros(len(where), dtype=bool)
        for demand in self.demands:
            sure = _any(true, demand.enabled)
            if sure is not None:
                found |= sure & (demand.asks.take(where) != 0)
        return found

    def _fill(self, circumstances: NDArray[np.int32]) -> None:
        with self._lock:
            for code in circumstances[~self._filled[circumstances]].tolist():
                self._fill_one(code)
            self._filled[circumstances] = True

    def _fill_one(self, code: int) -> None:
        person, session, place, held, closed = (int(each) for each in np.unravel_index(code, self._shape))
        shapes, promptable = self._axes.sessions.meaning[session]
        mfa, home = HELD_FACTS[held]
        facts = SessionFacts(mfa_satisfied=mfa, home_tenant_mfa=home, interactive=promptable)
        here = list(_every_situation(self._axes.users.meaning[person], shapes, facts, (False, True) if closed else (True,)))
        for grades in self.demands:
            meetings = [self._engine.meeting(grades.demand, situation) for _, situation in here]
            ranks = [RANK[meeting.outcome] for meeting in meetings]
            grades.asks[code] = all(asks_for_mfa(meeting.unmet) for meeting in meetings)
            unread = grades.demand.unread
            grades.low[code] = self._engine.unread_rank(grades.demand, here[0][1], worst=False) if unread else min(ranks)
            grades.high[code] = RANK[Outcome.BLOCK] if unread else max(ranks)
        beyond = [
            RANK[outcome]
            for standing, situation in here
            for inside in self._axes.places.meaning[place]
            for outcome in self._engine.beyond.outcomes(standing, situation, in_trusted_ips=inside)
        ]
        self._beyond_low[code], self._beyond_high[code] = min(beyond), max(beyond)


def asks_for_mfa(unmet: Sequence[str]) -> bool:
    """Return whether MFA or an authentication strength is among the unmet controls."""
    return any(token.partition(":")[0] in {"mfa", "authenticationStrength"} for token in unmet)


def _every_situation(
    standings: tuple[Standing, ...], shapes: tuple[Shape, ...], facts: SessionFacts, can_register: tuple[bool, ...]
) -> Iterator[tuple[Standing, Situation]]:
    for standing in standings:
        for shape in shapes:
            for situation in situations(standing, shape, facts, can_register, strengths=True):
                yield standing, situation


def _any(bits: Sequence[NDArray[np.uint64]], masks: NDArray[np.uint64]) -> NDArray[np.bool_] | None:
    """Return where any policy of the masks is set, None when the masks are empty."""
    found: NDArray[np.bool_] | None = None
    for lane, mask in zip(bits, masks, strict=True):
        if mask:
            part = (lane & mask) != 0
            found = part if found is None else np.logical_or(found, part, out=found)
    return found
