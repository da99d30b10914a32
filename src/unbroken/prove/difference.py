"""What a change of policies makes stricter, and what laxer: for all sign-ins that can be, exactly.

A sign-in gets stricter when some set of facts (methods, device state, terms) that gave access no longer does. What policies oblige a
sign-in to are clauses, all of which must be satisfied; so one set is as strict as another wherever each of the other's clauses contains
one of its own. Both sets are compiled into one table, so that their classes are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.changed_sign_in import ChangedSignIn
from unbroken.prove.cover import most_regions
from unbroken.prove.diagram import NOTHING, Box, BudgetExceeded
from unbroken.prove.escape import Closing, Needed, SignIns, narrowed, sign_ins, where, widest_first
from unbroken.prove.naming import Naming
from unbroken.prove.obligations import IMPOSSIBLE, Cell, Clause
from unbroken.prove.proof import Counterexample, Proof, Region, Result
from unbroken.prove.prover import Prover
from unbroken.prove.queries import projection
from unbroken.prove.question import unique
from unbroken.prove.results import REGION_LIMIT, TOO_LARGE
from unbroken.prove.rows import Row
from unbroken.prove.space import WHO, Space

STRICTER, LAXER = "stricter", "laxer"
TEXTS = {STRICTER: "No sign-in gets stricter", LAXER: "No sign-in gets laxer"}
SESSION_CONTROLS = "session controls differ; they change how often people are asked, which is not compared"


def difference(
    snapshot: Snapshot,
    before: Sequence[ConditionalAccessPolicy],
    after: Sequence[ConditionalAccessPolicy],
    told: Callable[[str], None] = lambda _: None,
) -> Proof:
    """Return the properties `stricter` and `laxer` of putting `after` in the place of `before`. `seconds` is left 0."""
    both = _Both(snapshot, before, after)
    results = []
    for name in (STRICTER, LAXER):
        told(name)
        results.append(both.result(name))
    return Proof(
        tenant=snapshot.tenant_name or snapshot.source,
        properties=tuple(results),
        policies=len(after),
        users=len(snapshot.users.records),
        seconds=0.0,
        problems=snapshot.problems,
        changes=tuple(_changes(before, after)),
    )


def alike(policy: ConditionalAccessPolicy) -> ConditionalAccessPolicy:
    """Return a policy without what changes nothing: how it is called, when it was written, what it says of sessions."""
    return replace(policy, id="", display_name="", modified="", session_controls=())


def _changes(before: Sequence[ConditionalAccessPolicy], after: Sequence[ConditionalAccessPolicy]) -> Iterator[tuple[str, str]]:
    """Yield what became of each policy, by id; a policy laid over by name has the place of the one it replaces."""
    kept = {policy.id: policy for policy in before}
    names = {policy.display_name for policy in before}
    for policy in after:
        old = kept.get(policy.id)
        if old is policy:
            continue
        known = old is not None or policy.display_name in names
        same = old is not None and alike(old) == alike(policy)
        yield policy.display_name, "unchanged" if same else "replaced" if known else "added"


class _Both:
    """Two policy sets in one table: the first ones are those of before."""

    def __init__(self, snapshot: Snapshot, before: Sequence[ConditionalAccessPolicy], after: Sequence[ConditionalAccessPolicy]) -> None:
        self._before, self._after = before, after
        self._prover = Prover(Engine(PolicyTable(snapshot, (*before, *after))))
        old = [alike(policy) for policy in before]
        new = [alike(policy) for policy in after]
        table = self._prover.engine.table
        first = (1 << len(before)) - 1
        self._masks = {"before": table.enabled & first, "after": table.enabled & ~first}
        self._changed = {
            "before": sum(1 << at for at, policy in enumerate(before) if alike(policy) not in new),
            "after": sum(1 << at for at, policy in enumerate(after, len(before)) if alike(policy) not in old),
        }
        self._engines = {
            "before": Engine(PolicyTable(snapshot, before)),
            "after": Engine(PolicyTable(snapshot, after)),
        }

    def result(self, name: str) -> Result:
        """Return whether nothing gets stricter, or laxer, and everything that does."""
        old, new = ("before", "after") if name == STRICTER else ("after", "before")
        try:
            possible = self._apart(self._prover.worlds, old, new)
            if possible.node == NOTHING:
                return self._answer(name, holds=None if self._unfollowed else True, missing=self._unfollowed)
            sure = self._apart(self._prover.certainties, old, new)
            return self._shown(name, sure, possible, (old, new))
        except BudgetExceeded:
            return self._answer(name, holds=None, missing=(TOO_LARGE,), cut=0)

    @property
    def _unfollowed(self) -> tuple[str, ...]:
        snapshot = self._prover.engine.table.snapshot
        changed = any(self._changed.values())
        users = (f"the other users (users {snapshot.users.why})",) if changed and not snapshot.users.complete else ()
        return (*self._prover.worlds.cut, *users)

    def _answer(
        self, name: str, *, holds: bool | None, missing: Iterable[str] = (), cut: int | None = None, notes: Iterable[str] = ()
    ) -> Result:
        controls = [{repr(policy.session_controls) for policy in side if policy.session_controls} for side in (self._before, self._after)]
        differ = (SESSION_CONTROLS,) if controls[0] != controls[1] else ()
        return Result(name=name, text=TEXTS[name], holds=holds, missing=unique(missing), cut=cut, notes=unique((*differ, *notes)))

    def _apart(self, space: Space, old: str, new: str) -> SignIns:
        """Return the sign-ins of which `new` demands what `old` does not: perhaps in a space of worlds, surely otherwise."""
        demanded = self._demanded(space, self._rows(space, new))
        closing = Closing(space, self._prover.obligations)
        rows = self._prover.rows(space, self._masks[old])
        closed = {clause: widest_first(space, closing.boxes(rows, _always(clause))) for clause in demanded}

        def build(found: SignIns) -> None:
            for clause, boxes in demanded.items():
                for box in boxes:
                    found.add([box])
                    found.remove(closed[clause])
                    found.lay_apart()
            found.gather()

        return sign_ins(space, build)

    def _rows(self, space: Space, side: str) -> list[Row]:
        """Return the rows that are not in both sets."""
        rows = self._prover.rows(space, self._masks[side])
        other = "before" if side == "after" else "after"
        same = {(row.name, row.demand) for row in self._prover.rows(space, self._masks[other]) if row.policy < 0}
        return [row for row in rows if (self._changed[side] >> row.policy & 1 if row.policy >= 0 else (row.name, row.demand) not in same)]

    def _demanded(self, space: Space, rows: Sequence[Row]) -> dict[Clause, list[Box]]:
        """Return for each clause the boxes in which a row demands it."""
        found: dict[Clause, list[Box]] = defaultdict(list)
        for row in rows:
            for clause in self._clauses(space, row):
                parts = where(space, self._obliges(space, row, clause), every=not space.worlds)
                for box in row.boxes(sure=not space.worlds):
                    found[clause] += [valid for part in parts if (inside := narrowed(space, box, part)) for valid in _valid(space, inside)]
        return found

    def _obliges(self, space: Space, row: Row, clause: Clause) -> Callable[[Cell], bool]:
        return lambda cell: clause in self._of(space, row, cell)

    def _clauses(self, space: Space, row: Row) -> dict[Clause, None]:
        cells = {Cell(sort.kind, sort.trust, shape) for sorts in space.who.sorts for sort in sorts for shape, _ in space.shapes}
        return dict.fromkeys(clause for cell in cells for clause in self._of(space, row, cell))

    def _of(self, space: Space, row: Row, cell: Cell) -> tuple[Clause, ...]:
        """Return what a row obliges to: of a demand that is not understood perhaps everything, and nothing for sure."""
        clauses = self._prover.obligations.of(row.demand, cell)
        if row.demand.unread and IMPOSSIBLE not in clauses:
            return (IMPOSSIBLE,) if space.worlds else ()
        return clauses

    def _shown(self, name: str, sure: SignIns, possible: SignIns, sides: tuple[str, str]) -> Result:
        """Return the regions of the sure differences, each with a sign-in that shows it; what is open when there is none."""
        witness = ChangedSignIn(self._prover, self._engines, self._masks, sides)
        naming = Naming(sure.space)
        found: list[tuple[Region, Counterexample]] = []
        missing: tuple[str, ...] = ()
        boxes, cut = most_regions(sure, REGION_LIMIT)
        for box in boxes:
            shown = witness.of(sure.space, box, len(found))
            if shown.missing:
                missing = (*missing, *shown.missing)
                continue
            found.append((naming.region(box, sure.space.full, policies=shown.policies), shown.example))
        if not found:
            doubts = (*missing, *self._unfollowed, *witness.doubts(possible))
            return self._answer(name, holds=None, missing=doubts or (TOO_LARGE,), cut=cut)
        users = sure.space.who.users(projection(sure.diagram, sure.node, sure.order.index(sure.space.names.index(WHO))))
        answer = self._answer(name, holds=False, missing=missing, cut=cut)
        return replace(answer, users=users, regions=tuple(region for region, _ in found), counterexamples=tuple(each for _, each in found))


def _always(clause: Clause) -> Needed:
    return lambda _: clause


def _valid(space: Space, box: Box) -> Iterator[Box]:
    """Yield what of a box is a sign-in that can be: legacy clients carry no device state."""
    for part in (space.modern, space.legacy):
        inside = narrowed(space, box, part)
        if inside:
            yield inside
