"""Decides questions about all sign-ins: what may violate them in some world, what surely does, for whom, with one example each."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import copy
from dataclasses import dataclass, replace
from functools import cached_property

from unbroken.evaluate.bits import each
from unbroken.evaluate.worlds import Engine
from unbroken.prove.diagram import NOTHING, Box
from unbroken.prove.escape import Closing, Search, SignIns, sign_ins, where, widest_first
from unbroken.prove.obligations import Obligations
from unbroken.prove.question import Question
from unbroken.prove.rows import Row, policy_row, rows_beyond
from unbroken.prove.space import CLIENT, DEVICE, FLOW, Space, space


@dataclass(frozen=True)
class Violations:
    """The sign-ins that violate a question: in some world, and in every one."""

    possible: SignIns
    sure: SignIns

    @property
    def none(self) -> bool:
        """Return whether no world holds a violation."""
        return self.possible.node == NOTHING


class Prover:
    """One policy table, ready to be asked."""

    def __init__(self, engine: Engine) -> None:
        """Build the spaces when they are first asked for."""
        self.engine = engine
        self.search = Search()
        self.enabled, self.evaluated = engine.table.enabled, engine.table.evaluated
        self.obligations = Obligations(engine.table.snapshot.strengths.records)
        self._rows: dict[tuple[bool, int], Row | None] = {}
        self._beyond: dict[tuple[bool, bool], list[Row]] = {}

    def under(self, policies: int, search: Search | None = None) -> Prover:
        """Return a prover of some `policies` (bits) of the table only, in the same spaces: what these two find can be compared."""
        _ = self.worlds, self.certainties
        found = copy(self)
        found.search = search or self.search
        found.enabled, found.evaluated = self.enabled & policies, self.evaluated & policies
        return found

    @cached_property
    def worlds(self) -> Space:
        """Return the space of worlds: what holds in all of it holds."""
        return space(self.engine, worlds=True)

    @cached_property
    def certainties(self) -> Space:
        """Return the space of certainties: what is surely so there is so in every world."""
        return self.worlds if self.worlds.certain else space(self.engine, worlds=False, beside=self.worlds)

    def rows(self, where_: Space, mask: int) -> list[Row]:
        """Return the policies of `mask` that demand something, and what demands something besides them."""
        any_enabled = bool(mask & self.engine.table.surely_enabled)
        found = [self._row(where_, index) for index in each(mask)]
        return [*(row for row in found if row is not None), *self._rows_beyond(where_, any_enabled=any_enabled)]

    def _row(self, where_: Space, index: int) -> Row | None:
        key = (where_.worlds, index)
        if key not in self._rows:
            self._rows[key] = policy_row(where_, index)
        return self._rows[key]

    def _rows_beyond(self, where_: Space, *, any_enabled: bool) -> list[Row]:
        key = (where_.worlds, any_enabled)
        if key not in self._beyond:
            self._beyond[key] = list(rows_beyond(where_, any_enabled=any_enabled))
        return self._beyond[key]

    def violations(self, question: Question) -> Violations:
        """Return what violates `question`. Raises BudgetExceeded."""
        possible = self.possible(question)
        if possible.node == NOTHING or self._same(question):
            return Violations(possible, possible)
        return Violations(possible, self._found(question, self._surely, Search(possible.names)))

    @cached_property
    def _surely(self) -> Space:
        """Return the space in which a question speaks only of what it surely means, also where policies leave nothing open."""
        return replace(self.worlds, worlds=False) if self.worlds.certain else self.certainties

    def possible(self, question: Question) -> SignIns:
        """Return what violates `question` in some world. Raises BudgetExceeded."""
        return self._found(question, self.worlds, self.search)

    def _found(self, question: Question, space_: Space, search: Search) -> SignIns:
        return (self._escaping if question.needs else self._caught)(question, space_, search)

    def _same(self, question: Question) -> bool:
        """Return whether nothing is missing that could make a possible violation an uncertain one."""
        table = self.engine.table
        rows = self.rows(self.worlds, self.enabled if question.needs else self.evaluated)
        clear = all(row.sure == row.possible and not row.demand.unread for row in rows)
        meant = not question.without.maybe and not (question.only and question.only.maybe)
        meant = meant and not self.worlds.targets(lambda asked: question.chosen(asked) is None)
        return self.worlds.certain and clear and meant and table.snapshot.policies.complete and not question.missing

    def _escaping(self, question: Question, space_: Space, search: Search) -> SignIns:
        """Return the sign-ins of `space_` that are granted although nothing demands what the question needs."""
        needed = question.needed(self.obligations)
        rows = self.rows(space_, self.enabled)
        closing = Closing(space_, self.obligations)
        met = where(space_, lambda cell: needed(cell) is None, every=space_.worlds)
        start = self.start(question, space_)
        closed = widest_first(space_, [*space_.products([(part,) for part in met]), *closing.boxes(rows, needed)])

        def build(found: SignIns) -> None:
            found.add(start)
            found.remove(closed)

        return sign_ins(space_, build, search)

    def _caught(self, question: Question, space_: Space, search: Search) -> SignIns:
        """Return the sign-ins of `space_` of which something is demanded."""
        caught = list(self.catching(question, space_))
        return sign_ins(space_, lambda found: found.add(box for _, box in caught), search)

    def catching(self, question: Question, space_: Space) -> Iterator[tuple[Row, Box]]:
        """Yield the boxes in which a row demands something of those the question speaks of: perhaps in worlds, surely otherwise."""
        start = self.start(question, space_)
        for row in self.rows(space_, self.evaluated):
            if not row.demand.grant and not space_.worlds:
                continue
            for box in row.boxes(sure=not space_.worlds):
                for scope in start:
                    both = tuple(mine & theirs for mine, theirs in zip(box, scope, strict=True))
                    if all(both):
                        yield row, both

    def scope(self, question: Question, space_: Space) -> Box:
        """Return the smallest box that holds all the question speaks of; nothing in it is a condition of a region."""
        parts = question.parts(space_)
        clients = parts[-1].get(CLIENT, space_.aspects[CLIENT].full)
        legacy = not clients & ~space_.legacy[CLIENT]
        free = {DEVICE: space_.aspects[DEVICE].full, FLOW: space_.aspects[FLOW].full}
        found = space_.box(*parts[:-1], {CLIENT: clients}, *(() if legacy else ({**parts[-1], **free},)))
        return found or space_.full

    def start(self, question: Question, space_: Space) -> Sequence[Box]:
        """Return the sign-ins that the question speaks of: legacy clients carry no device state."""
        parts = question.parts(space_)
        return list(space_.products([(*parts, space_.modern), (*parts, space_.legacy)]))
