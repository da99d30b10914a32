"""A whole log against one policy set: the outcome of every distinct tuple of the condition cube.

(1) The lanes of a tuple's classes are ANDed: the policies that apply, and those that may. (2) Each distinct demand gives the mildest
and the most severe outcome for the tuple's person, session and MFA. (3) Where both ends agree that is the outcome; where they do not,
the tuple's class is decided exactly, world by world.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import CUBE_COLUMNS, Dictionaries
from unbroken.entra.request import AccessRequest
from unbroken.evaluate.axes import Axes, axes
from unbroken.evaluate.axis import Axis, Lanes, classes, lanes
from unbroken.evaluate.decision import SEVERITY, Outcome
from unbroken.evaluate.evidence import Evidence
from unbroken.evaluate.grades import Grades
from unbroken.evaluate.grants import RANK
from unbroken.evaluate.logged import HELD, Reading
from unbroken.evaluate.statement import SILENT
from unbroken.evaluate.worlds import Engine

UNKNOWN = len(SEVERITY)
OUTCOMES = (*SEVERITY, Outcome.UNKNOWN)
"""Code -> outcome of the arrays here."""
EXACT_LIMIT = 20_000
"""Distinct classes that are decided world by world; what is left over is unknown."""
PIECE = 1 << 16
"""Tuples at a time: the arrays of one piece stay in the processor's cache."""

CODES = CUBE_COLUMNS[:6]
"""The columns of a cube that make up a tuple."""
Arrays = Mapping[str, NDArray[Any]]


@dataclass(frozen=True)
class Replayed:
    """What every tuple of a cube meets under one policy set."""

    outcomes: NDArray[np.uint8]
    """Codes of `OUTCOMES`."""
    left_over: int = 0
    """Tuples that are unknown only because `EXACT_LIMIT` was reached."""
    settled_by_log: int = 0
    """Sign-ins whose outcome is known only because the log's own results ruled the other possibilities out."""


class Replay:
    """One policy set over one log."""

    def __init__(self, engine: Engine, reading: Reading, facts: Dictionaries) -> None:
        """Turn the log's dictionaries into classes under the policies of `engine`."""
        self._engine, self._reading, self._facts = engine, reading, facts
        identities = [reading.identity(user) for user in facts.users]
        self.axes: Axes = axes(engine, reading, facts, identities)
        table = engine.table
        self._count = len(table.policies)
        self._evaluated, self._sure, self._registration = lanes(
            [table.evaluated, table.evaluated & ~table.unmodelled, table.targets.registration & table.enabled], self._count
        ).T
        self._grades = Grades(engine, self.axes)
        self._strangers = np.array([reading.is_stranger(each) for each in identities], dtype=bool)
        """By user: not in the directory, so that nobody knows which groups hold them."""
        self._visitors = np.array([reading.visitor(each) for each in identities], dtype=np.int32)
        self._exact: dict[tuple[Any, ...], int] = {}

    def outcomes(self, cube: Arrays, evidence: Evidence | None = None) -> Replayed:
        """Return the outcome of every tuple in `cube` (CUBE_COLUMNS).

        Where facts are missing, `evidence` (its tuple ids are positions in `cube`) rules out what the log contradicts.
        """
        found = np.empty(len(cube["user"]), dtype=np.uint8)
        with ThreadPoolExecutor(os.cpu_count()) as threads:
            list(threads.map(lambda part: self._piece(cube, part, found), _pieces(len(found))))
        left_over, settled = self._settle(found, cube, evidence)
        unsure = self._strangers[cube["user"]] | (not self._engine.table.snapshot.policies.complete)
        found[unsure & (found != RANK[Outcome.BLOCK])] = UNKNOWN
        return Replayed(found, left_over, settled)

    def asked(self, cube: Arrays, outcomes: NDArray[np.uint8]) -> NDArray[np.bool_]:
        """Return which tuples meet a demand for MFA that a person sees: alone, or before another control.

        Where access is blocked or lost nobody is asked.
        """
        found = np.isin(outcomes, (RANK[Outcome.MFA], RANK[Outcome.REGISTER]))
        controls = np.flatnonzero(outcomes == RANK[Outcome.CONTROLS])
        rows = {name: cube[name][controls] for name in CODES}
        codes = users, _, sessions, places, held = self._codes(rows, slice(None))
        where = self._grades.where(users, sessions, places, held, np.zeros(len(users), dtype=np.int32))
        found[controls] = self._grades.asked(self._bits(codes)[0], where)
        return found

    def applying(self, cube: Arrays) -> tuple[Lanes, Lanes]:
        """Return for every tuple the policies that surely apply, and those that may."""
        true, possible = np.empty((2, len(self._evaluated), len(cube["user"])), dtype=np.uint64)
        for part in _pieces(true.shape[1]):
            codes = self._codes(cube, part)
            true[:, part], possible[:, part] = self._bits(codes)
        return true, possible

    def satisfied(self, cube: Arrays) -> tuple[Lanes, Lanes]:
        """Return for every tuple the policies whose controls are surely met where they apply, and those whose controls surely are not."""
        met, unmet = np.zeros((2, len(self._evaluated), len(cube["user"])), dtype=np.uint64)
        for part in _pieces(met.shape[1]):
            users, _, sessions, places, held = self._codes(cube, part)
            where = self._grades.where(users, sessions, places, held, np.zeros(len(users), dtype=np.int32))
            for demand in self._grades.demands:
                met[:, part] |= np.where(demand.high[where] == 0, demand.makers[:, None], np.uint64(0))
                unmet[:, part] |= np.where(demand.low[where] > 0, demand.makers[:, None], np.uint64(0))
        return met, unmet

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

    def _piece(self, cube: Arrays, part: slice, found: NDArray[np.uint8]) -> None:
        codes = self._codes(cube, part)
        users, _, sessions, places, held = codes
        true, possible = self._bits(codes)
        where = self._grades.where(users, sessions, places, held, self._registration_open(users, sessions, places))
        low, high = self._grades.ends(true, possible, where)
        found[part] = np.where(low == high, low, UNKNOWN)

    def _codes(self, cube: Arrays, part: slice) -> tuple[NDArray[np.int32], ...]:
        """Return the classes of user, target, session and place, and what MFA is held, of some tuples."""
        axes = self.axes
        pairs = axes.contexts[cube["context"][part]] * axes.device_classes + axes.devices[cube["device"][part]]
        return (
            axes.users.classes[cube["user"][part]],
            axes.targets.classes[cube["target"][part]],
            axes.sessions.classes[pairs],
            axes.places.classes[cube["address"][part]],
            HELD[cube["mfa"][part], self._visitors[cube["user"][part]]],
        )

    def _exact_codes(self, rows: Arrays) -> tuple[NDArray[Any], ...]:
        """Return what tells tuples apart when missing facts are followed: classes whose every possible value means the same."""
        axes = self.axes
        return (
            axes.users.classes[rows["user"]],
            axes.targets.classes[rows["target"]],
            axes.contexts[rows["context"]],
            axes.devices[rows["device"]],
            axes.spots[rows["address"]],
            HELD[rows["mfa"], self._visitors[rows["user"]]],
        )

    def exact_key(self, cube: Arrays, row: int) -> tuple[int, ...]:
        """Return the key of one tuple: tuples with equal keys are the same sign-in to every policy."""
        return tuple(int(code[0]) for code in self._exact_codes({name: cube[name][row : row + 1] for name in CODES}))

    def _bits(self, codes: tuple[NDArray[np.int32], ...]) -> tuple[list[Lanes], list[Lanes]]:
        """Return the lanes of the policies that apply, and of those that may."""
        ways: tuple[Axis[Any], ...] = (self.axes.users, self.axes.targets, self.axes.sessions, self.axes.places)
        true, possible = [], []
        for lane in range(len(self._evaluated)):
            true.append(_all(way.true[lane].take(code) for way, code in zip(ways, codes, strict=False)) & self._sure[lane])
            if self._all_known:
                possible.append(true[-1])
            else:
                parts = (way.possible[lane].take(code) for way, code in zip(ways, codes, strict=False))
                possible.append(_all(parts) & self._evaluated[lane])
        return true, possible

    @property
    def _all_known(self) -> bool:
        axes = self.axes
        return self._grades.certain and all(way.certain for way in (axes.users, axes.targets, axes.sessions, axes.places))

    def _registration_open(self, users: NDArray[np.int32], sessions: NDArray[np.int32], places: NDArray[np.int32]) -> NDArray[np.int32]:
        """Return 1 where a policy on registering security information may stand in the way, 0 where none does."""
        closed = np.zeros(len(users), dtype=np.int32)
        if self._registration.any():
            ways = ((self.axes.users, users), (self.axes.sessions, sessions), (self.axes.places, places))
            for lane, mask in enumerate(self._registration):
                closed |= (_all(way.possible[lane].take(code) for way, code in ways) & mask) != 0
        return closed

    def _settle(self, found: NDArray[np.uint8], cube: Arrays, evidence: Evidence | None) -> tuple[int, int]:
        """Decide the classes of the open tuples exactly, one tuple for each; return the last two fields of `Replayed`."""
        open_ = np.flatnonzero(found == UNKNOWN)
        if not len(open_):
            return 0, 0
        rows = {name: cube[name][open_] for name in CODES}
        said = [evidence.of(row) if evidence else SILENT for row in open_.tolist()]
        statement_codes, statements = classes(said, lambda statement: statement)
        keys = np.stack([*self._exact_codes(rows), statement_codes]).astype(np.int64)
        distinct, first, inverse = np.unique(keys, axis=1, return_index=True, return_inverse=True)
        answers = np.full(distinct.shape[1], UNKNOWN, dtype=np.uint8)
        by_log = np.zeros(distinct.shape[1], dtype=bool)
        for position in range(min(distinct.shape[1], EXACT_LIMIT)):
            key = tuple(distinct[:, position].tolist())
            answers[position] = self._decide((*key[:-1], SILENT), rows, int(first[position]))
            if answers[position] == UNKNOWN and statements[key[-1]] != SILENT:
                answers[position] = self._decide((*key[:-1], statements[key[-1]]), rows, int(first[position]))
                by_log[position] = answers[position] != UNKNOWN
        found[open_] = answers[inverse]
        return int((inverse >= EXACT_LIMIT).sum()), int(cube["count"][open_][by_log[inverse]].sum())

    def _decide(self, key: tuple[Any, ...], rows: Arrays, row: int) -> int:
        if key not in self._exact:
            request = self.request(rows, row)
            dimensions = self._engine.table.dimensions(request)
            outcomes = self._engine.outcomes(request, dimensions, key[-1])
            self._exact[key] = RANK[next(iter(outcomes))] if len(outcomes) == 1 else UNKNOWN
        return self._exact[key]


def _pieces(size: int) -> Iterator[slice]:
    return (slice(start, min(start + PIECE, size)) for start in range(0, size, PIECE))


def _all(parts: Iterator[NDArray[np.uint64]]) -> NDArray[np.uint64]:
    """Return the AND of all parts, in the memory of the first."""
    found = next(parts)
    for part in parts:
        np.bitwise_and(found, part, out=found)
    return found
