"""Changed policies beside the tenant's own in one table: what each would close, and for whom anything would be different."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from functools import reduce
from operator import or_
from typing import Any

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.apart import Side, apart
from unbroken.prove.diagram import NOTHING, Box
from unbroken.prove.escape import Search, SignIns
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question, any_app, anything
from unbroken.prove.space import WHO, Space
from unbroken.prove.who import bits_at

Policies = Sequence[ConditionalAccessPolicy]


class Trials:
    """Several sets of changed policies, each to be tried by itself."""

    def __init__(self, snapshot: Snapshot, policies: Policies, changed: Sequence[Policies], search: Search | None = None) -> None:
        """Try each of `changed`: a policy takes the place of the one with its id, one with a new id is added."""
        self._search = search or Search()
        self._count = len(policies)
        self._before = (1 << self._count) - 1
        every = [*policies, *(policy for each in changed for policy in each)]
        self.prover = Prover(Engine(PolicyTable(snapshot, every, one_set=False)))
        self._masks, start = [], self._count
        for each in changed:
            self._masks.append((sum(1 << start + at for at in range(len(each))), _replaced(policies, each)))
            start += len(each)

    def left(self, trial: int, question: Question) -> SignIns:
        """Return what would still violate `question` in some world. Raises BudgetExceeded."""
        return self._after(trial).possible(question)

    def affected(self, trial: int) -> tuple[frozenset[str], frozenset[str], bool]:
        """Return the users for whom some sign-in surely gets stricter, for whom laxer, and whether external users are affected.

        Raises BudgetExceeded.
        """
        before, after = self._sides(trial)
        space = self.prover.certainties
        found = apart(space, before, after), apart(space, after, before)
        external = any(space.who.externals(each.people()) for each in found)
        return frozenset(found[0].users()), frozenset(found[1].users()), external

    def reaches_beyond(self, trial: int, question: Question) -> bool:
        """Return whether a sign-in that `question` does not speak of gets stricter. Raises BudgetExceeded.

        A policy on all applications reaches user actions as well: where a question speaks of all applications that is not beyond it.
        """
        whole = replace(question, chosen=anything) if question.chosen is any_app else question
        found = apart(self.prover.worlds, *self._sides(trial))
        found.remove(self.prover.start(whole, self.prover.worlds))
        return found.node != NOTHING

    def both(self, trial: int) -> tuple[Prover, Prover]:
        """Return provers of today's policies and of those of the trial."""
        before, after = self._sides(trial)
        return before.prover, after.prover

    def _sides(self, trial: int) -> tuple[Side, Side]:
        """Return today's policies, and those of the trial."""
        added, replaced = self._masks[trial]
        return Side(self.prover.under(self._before, self._search), replaced), Side(self._after(trial), added)

    def _after(self, trial: int) -> Prover:
        added, replaced = self._masks[trial]
        return self.prover.under(self._before & ~replaced | added, self._search)


def _replaced(policies: Policies, changed: Policies) -> int:
    ids = {policy.id for policy in changed}
    return sum(1 << at for at, policy in enumerate(policies) if policy.id in ids)


class Carried:
    """Boxes of one space, as boxes of another whose classes are at least as fine, and which may have more dimensions."""

    def __init__(self, coarse: Space, fine: Space) -> None:
        """Carry boxes of `coarse` over to `fine`."""
        self._coarse, self._fine = coarse, fine
        self._parts: dict[str, dict[int | None, int]] = {}

    def box(self, box: Box) -> Box:
        """Return the same sign-ins, and perhaps a few more: what has no counterpart counts as inside."""
        mine = dict(zip(self._coarse.names, box, strict=True))
        dimensions = zip(self._fine.names, self._fine.full, strict=True)
        return tuple(self._classes(name, mine[name]) if name in mine else full for name, full in dimensions)

    def _classes(self, name: str, classes: int) -> int:
        if name not in self._parts:
            self._parts[name] = self._split(name)
        parts = self._parts[name]
        return reduce(or_, (own for home, own in parts.items() if home is None or classes >> home & 1), 0)

    def _split(self, name: str) -> dict[int | None, int]:
        """Return the fine classes (as bits) that each coarse class consists of; None: those without a counterpart."""
        homes = {value: at for at, members in enumerate(_members(self._coarse, name)) for value in members}
        found: dict[int | None, list[int]] = defaultdict(list)
        for at, members in enumerate(_members(self._fine, name)):
            found[homes.get(members[0])].append(at)
        width = len(_members(self._fine, name))
        return {home: bits_at(alike, width) for home, alike in found.items()}


def _members(space: Space, name: str) -> Sequence[Sequence[Any]]:
    return [(who,) for who in space.who.identities] if name == WHO else space.aspects[name].members
