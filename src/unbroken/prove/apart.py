"""Where one set of policies demands what another does not; both are policies of one table."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from unbroken.prove.diagram import Box
from unbroken.prove.escape import Closing, Needed, SignIns, narrowed, sign_ins, where, widest_first
from unbroken.prove.obligations import IMPOSSIBLE, Cell, Clause
from unbroken.prove.prover import Prover
from unbroken.prove.rows import Row
from unbroken.prove.space import Space


@dataclass(frozen=True)
class Side:
    """One of two sets: asked for by its own prover; `changed`: its policies (as bits of the table) that the other set has not."""

    prover: Prover
    changed: int

    def rows(self, space: Space) -> list[Row]:
        """Return what demands something under this set."""
        return self.prover.rows(space, self.prover.enabled)


def apart(space: Space, old: Side, new: Side) -> SignIns:
    """Return the sign-ins of which `new` demands what `old` does not: perhaps in a space of worlds, surely otherwise.

    Raises BudgetExceeded.
    """
    obligations = _Obliged(space, new)
    demanded = obligations.demanded(_only(space, new, old))
    closing = Closing(space, old.prover.obligations)
    rows = old.rows(space)
    closed = {clause: widest_first(space, closing.boxes(rows, _always(clause))) for clause in demanded}

    def build(found: SignIns) -> None:
        for clause, boxes in demanded.items():
            for box in boxes:
                if not any(_holds(other, box) for other in closed[clause]):
                    found.add([box])
                    found.remove(closed[clause])
                    found.lay_apart()
        found.gather()

    return sign_ins(space, build, old.prover.search)


def _holds(box: Box, other: Box) -> bool:
    """Return whether the whole of `other` lies in `box`: mostly what a policy demanded before it was edited, in what it demands now."""
    return not any(inside & ~mine for mine, inside in zip(box, other, strict=True))


def _only(space: Space, side: Side, other: Side) -> list[Row]:
    """Return the rows of one side that are not in both sets."""
    same = {(row.name, row.demand) for row in other.rows(space) if row.policy < 0}
    return [row for row in side.rows(space) if (side.changed >> row.policy & 1 if row.policy >= 0 else (row.name, row.demand) not in same)]


class _Obliged:
    """What rows oblige to, clause by clause."""

    def __init__(self, space: Space, side: Side) -> None:
        self._space, self._obligations = space, side.prover.obligations

    def demanded(self, rows: Sequence[Row]) -> dict[Clause, list[Box]]:
        """Return for each clause the boxes in which a row demands it."""
        space = self._space
        found: dict[Clause, list[Box]] = defaultdict(list)
        for row in rows:
            for clause in self._clauses(row):
                parts = where(space, self._obliges(row, clause), every=not space.worlds)
                for box in row.boxes(sure=not space.worlds):
                    found[clause] += [valid for part in parts if (inside := narrowed(space, box, part)) for valid in _valid(space, inside)]
        return found

    def _obliges(self, row: Row, clause: Clause) -> Callable[[Cell], bool]:
        return lambda cell: clause in self._of(row, cell)

    def _clauses(self, row: Row) -> dict[Clause, None]:
        space = self._space
        cells = {Cell(sort.kind, sort.trust, shape) for sorts in space.who.sorts for sort in sorts for shape, _ in space.shapes}
        return dict.fromkeys(clause for cell in cells for clause in self._of(row, cell))

    def _of(self, row: Row, cell: Cell) -> tuple[Clause, ...]:
        """Return what a row obliges to: of a demand that is not understood perhaps everything, and nothing for sure."""
        clauses = self._obligations.of(row.demand, cell)
        if row.demand.unread and IMPOSSIBLE not in clauses:
            return (IMPOSSIBLE,) if self._space.worlds else ()
        return clauses


def _always(clause: Clause) -> Needed:
    return lambda _: clause


def _valid(space: Space, box: Box) -> Iterator[Box]:
    """Yield what of a box is a sign-in that can be: legacy clients carry no device state."""
    for part in (space.modern, space.legacy):
        inside = narrowed(space, box, part)
        if inside:
            yield inside
