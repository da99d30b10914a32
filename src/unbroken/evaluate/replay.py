"""A whole log against one policy set: the outcome of every distinct tuple of the condition cube.

(1) The lanes of a tuple's classes are ANDed: the policies that apply, and those that may. (2) Each distinct demand gives the mildest
and the most severe outcome for the tuple's person, session and MFA. (3) Where both ends agree that is the outcome; where they do not,
the tuple's class is decided exactly, world by world.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import MFA_HELD, Dictionaries, MfaEvidence
from unbroken.entra.request import AccessRequest, SessionFacts
from unbroken.evaluate.axes import Axes, Lanes, axes, lanes
from unbroken.evaluate.circumstances import Standing, situations
from unbroken.evaluate.decision import SEVERITY, Outcome
from unbroken.evaluate.grants import RANK, Situation
from unbroken.evaluate.logged import Reading
from unbroken.evaluate.session import Shape
from unbroken.evaluate.worlds import Engine

UNKNOWN = len(SEVERITY)
OUTCOMES = (*SEVERITY, Outcome.UNKNOWN)
"""Code -> outcome of the arrays here."""
EXACT_LIMIT = 20_000
"""Distinct classes that are decided world by world; what is left over is unknown."""
HELD = np.array([evidence in MFA_HELD for evidence in MfaEvidence])

M = TypeVar("M", bound=Hashable)
Arrays = Mapping[str, NDArray[np.int64]]


@dataclass(frozen=True)
class Replayed:
    """What every tuple of a cube meets under one policy set."""

    outcomes: NDArray[np.uint8]
    """Codes of `OUTCOMES`."""
    applied: Lanes
    """Shape (tuples, lanes): the policies that surely apply."""
    possible: Lanes
    left_over: int
    """Tuples that are unknown only because `EXACT_LIMIT` was reached."""


class Replay:
    """One policy set over one log."""

    def __init__(self, engine: Engine, reading: Reading, facts: Dictionaries) -> None:
        """Turn the log's dictionaries into classes under the policies of `engine`."""
        self._engine, self._reading, self._facts = engine, reading, facts
        self.axes: Axes = axes(engine, reading, facts)
        table = engine.table
        count = len(table.policies)
        self._evaluated, self._doubtful, self._registration = lanes(
            [table.evaluated, table.unmodelled, table.targets.registration & table.enabled], count
        )
        self._demands = [
            (demand, lanes([mask & table.enabled], count)[0], lanes([mask], count)[0])
            for demand, mask in table.demands
            if mask & table.evaluated
        ]
        self._exact: dict[tuple[int, ...], int] = {}

    def outcomes(self, cube: Arrays) -> Replayed:
        """Return the outcome of every tuple in `cube` (CUBE_COLUMNS)."""
        users, targets, sessions, places = self._class_codes(cube)
        base_true, base_possible = self._and(users, sessions, places)
        true = base_true & self.axes.targets.true[targets] & self._evaluated & ~self._doubtful
        possible = base_possible & self.axes.targets.possible[targets] & self._evaluated
        closed = ((base_possible & self._registration) != 0).any(axis=1)
        held = HELD[cube["mfa"]] + 2 * (cube["mfa"] == MfaEvidence.CLAIM)
        where, grades = self._grades((users, sessions, places, held, closed))
        low, high = self._grade(true, possible, where, grades)
        found = np.where(low == high, low, UNKNOWN).astype(np.uint8)
        left_over = self._settle(found, cube, (users, targets, sessions, places, held))
        if not self._engine.table.snapshot.policies.complete:
            found[found != RANK[Outcome.BLOCK]] = UNKNOWN
        return Replayed(found, true, possible, left_over)

    def _class_codes(self, cube: Arrays) -> tuple[NDArray[np.int32], ...]:
        pairs = self.axes.contexts[cube["context"]] * self.axes.device_classes + self.axes.devices[cube["device"]]
        return (
            self.axes.users.classes[cube["user"]],
            self.axes.targets.classes[cube["target"]],
            self.axes.sessions.classes[pairs],
            self.axes.places.classes[cube["address"]],
        )

    def _and(self, users: NDArray[np.int32], sessions: NDArray[np.int32], places: NDArray[np.int32]) -> tuple[Lanes, Lanes]:
        parts = ((self.axes.users, users), (self.axes.sessions, sessions), (self.axes.places, places))
        true, possible = (np.bitwise_and.reduce([getattr(axis, end)[codes] for axis, codes in parts]) for end in ("true", "possible"))
        return true, possible

    def satisfied(self, cube: Arrays) -> tuple[Lanes, Lanes]:
        """Return for every tuple the policies whose controls are surely met, and those whose controls surely are not."""
        users, _, sessions, places = self._class_codes(cube)
        held = HELD[cube["mfa"]] + 2 * (cube["mfa"] == MfaEvidence.CLAIM)
        where, grades = self._grades((users, sessions, places, held, np.zeros(len(users), dtype=bool)))
        met = np.zeros((len(users), len(self._evaluated)), dtype=np.uint64)
        unmet = met.copy()
        for position, (_, _, mask) in enumerate(self._demands):
            met |= np.where((grades.high[position][where] == 0)[:, None], mask, np.uint64(0))
            unmet |= np.where((grades.low[position][where] > 0)[:, None], mask, np.uint64(0))
        return met, unmet

    def _grade(
        self, true: Lanes, possible: Lanes, where: NDArray[np.int64], grades: _Grades
    ) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
        """Return the mildest and the most severe rank of every tuple."""
        low, high = grades.beyond[0][where].copy(), grades.beyond[1][where].copy()
        for position, (_, mask, _) in enumerate(self._demands):
            sure = ((true & mask) != 0).any(axis=1)
            maybe = ((possible & mask) != 0).any(axis=1)
            np.maximum(low, np.where(sure, grades.low[position][where], 0), out=low)
            np.maximum(high, np.where(maybe, grades.high[position][where], 0), out=high)
        return low, high

    def _grades(self, keys: tuple[NDArray[np.generic], ...]) -> tuple[NDArray[np.int64], _Grades]:
        """Return, for every distinct (person, session, place, MFA, registration open), what each demand comes to."""
        users, sessions, places, held, closed = keys
        standing_ids, standings = _ids(self.axes.users.meaning)
        shape_ids, shapes = _ids(self.axes.sessions.meaning)
        place_ids, place_meanings = _ids(self.axes.places.meaning)
        sizes = (len(standings), len(shapes), len(place_meanings), 4, 2)
        codes = (standing_ids[users], shape_ids[sessions], place_ids[places], held.astype(np.int64), closed.astype(np.int64))
        packed = np.ravel_multi_index(codes, sizes)
        present = np.zeros(int(np.prod(sizes)), dtype=bool)
        present[packed] = True
        distinct = np.flatnonzero(present)
        position = np.zeros(len(present), dtype=np.int64)
        position[distinct] = np.arange(len(distinct))
        grades = _Grades.empty(len(self._demands), len(distinct))
        for column, code in enumerate(distinct):
            standing, shape, place, mfa, shut = np.unravel_index(code, sizes)
            self._fill(grades, column, standings[standing], shapes[shape], place_meanings[place], int(mfa), bool(shut))
        return position[packed], grades

    def _fill(
        self,
        grades: _Grades,
        column: int,
        standings: tuple[Standing, ...],
        session: tuple[tuple[Shape, ...], bool],
        trusted: tuple[bool, ...],
        held: int,
        shut: bool,
    ) -> None:
        shapes, promptable = session
        facts = SessionFacts(mfa_satisfied=bool(held & 1), home_tenant_mfa=held >= 2, interactive=promptable)
        here = list(_every_situation(standings, shapes, facts, (False, True) if shut else (True,)))
        for position, (demand, _, _) in enumerate(self._demands):
            ranks = [RANK[self._engine.meeting(demand, situation).outcome] for _, situation in here]
            grades.low[position][column] = self._engine.unread_rank(demand, here[0][1], worst=False) if demand.unread else min(ranks)
            grades.high[position][column] = RANK[Outcome.BLOCK] if demand.unread else max(ranks)
        beyond = [
            RANK[outcome]
            for standing, situation in here
            for inside in trusted
            for outcome in self._engine.beyond.outcomes(standing, situation, in_trusted_ips=inside)
        ]
        grades.beyond[0][column], grades.beyond[1][column] = min(beyond), max(beyond)

    def _settle(self, found: NDArray[np.uint8], cube: Arrays, keys: tuple[NDArray[np.generic], ...]) -> int:
        """Decide the classes of the open tuples exactly, one tuple for each; return how many tuples were left over."""
        open_ = np.flatnonzero(found == UNKNOWN)
        if not len(open_):
            return 0
        rows = np.stack([key[open_].astype(np.int64) for key in keys])
        classes, first, inverse = np.unique(rows, axis=1, return_index=True, return_inverse=True)
        answers = np.full(classes.shape[1], UNKNOWN, dtype=np.uint8)
        for position in range(min(classes.shape[1], EXACT_LIMIT)):
            key = tuple(int(code) for code in classes[:, position])
            answers[position] = self._decide(key, cube, int(open_[first[position]]))
        found[open_] = answers[inverse]
        return int((inverse >= EXACT_LIMIT).sum())

    def _decide(self, key: tuple[int, ...], cube: Arrays, row: int) -> int:
        if key not in self._exact:
            request = self.request(cube, row)
            dimensions = self._engine.table.dimensions(request)
            outcomes = {outcome for world in self._engine.worlds(request, dimensions) for outcome in world.outcomes}
            self._exact[key] = RANK[outcomes.pop()] if len(outcomes) == 1 else UNKNOWN
        return self._exact[key]

    def request(self, cube: Arrays, row: int) -> AccessRequest:
        """Return tuple `row` as a request, to be decided or explained."""
        facts, reading = self._facts, self._reading
        address = facts.addresses[int(cube["address"][row])]
        return reading.request(
            reading.identity(facts.users[int(cube["user"][row])]),
            facts.targets[int(cube["target"][row])],
            reading.context(facts.contexts[int(cube["context"][row])]),
            reading.device(facts.devices[int(cube["device"][row])]),
            (address.ip, address.country),
            int(cube["mfa"][row]),
        )


@dataclass(frozen=True)
class _Grades:
    """Ranks by demand and distinct circumstances, mildest and most severe; `beyond` is what no policy demands."""

    low: NDArray[np.uint8]
    high: NDArray[np.uint8]
    beyond: tuple[NDArray[np.uint8], NDArray[np.uint8]]

    @classmethod
    def empty(cls, demands: int, columns: int) -> _Grades:
        low, high = np.zeros((2, demands, columns), dtype=np.uint8)
        first, second = np.zeros((2, columns), dtype=np.uint8)
        return cls(low, high, (first, second))


def _ids(meanings: tuple[M, ...]) -> tuple[NDArray[np.int64], list[M]]:
    found: dict[M, int] = {}
    codes = [found.setdefault(meaning, len(found)) for meaning in meanings]
    return np.array(codes, dtype=np.int64), list(found)


def _every_situation(
    standings: tuple[Standing, ...], shapes: tuple[Shape, ...], facts: SessionFacts, can_register: tuple[bool, ...]
) -> Iterator[tuple[Standing, Situation]]:
    for standing in standings:
        for shape in shapes:
            for situation in situations(standing, shape, facts, can_register, strengths=True):
                yield standing, situation
