"""Changed policies beside the tenant's own in one table: what each would close, and for whom anything would be different."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.apart import Side, apart
from unbroken.prove.diagram import NOTHING, Box
from unbroken.prove.escape import SignIns
from unbroken.prove.prover import Prover
from unbroken.prove.queries import projection
from unbroken.prove.question import Question
from unbroken.prove.space import WHO, Space

Policies = Sequence[ConditionalAccessPolicy]


class Trials:
    """Several sets of changed policies, each to be tried by itself."""

    def __init__(self, snapshot: Snapshot, policies: Policies, changed: Sequence[Policies]) -> None:
        """Try each of `changed`: a policy takes the place of the one with its id, one with a new id is added."""
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

    def affected(self, trial: int) -> tuple[frozenset[str], frozenset[str]]:
        """Return the users for whom some sign-in surely gets stricter, and those for whom one gets laxer. Raises BudgetExceeded."""
        added, replaced = self._masks[trial]
        old, new = Side(self.prover.under(self._before), replaced), Side(self._after(trial), added)
        return self._apart(old, new), self._apart(new, old)

    def _after(self, trial: int) -> Prover:
        added, replaced = self._masks[trial]
        return self.prover.under(self._before & ~replaced | added)

    def _apart(self, milder: Side, harder: Side) -> frozenset[str]:
        space = self.prover.certainties
        found = apart(space, milder, harder)
        return frozenset(space.who.users(projection(found.diagram, found.node, found.order.index(space.names.index(WHO)))))


def _replaced(policies: Policies, changed: Policies) -> int:
    ids = {policy.id for policy in changed}
    return sum(1 << at for at, policy in enumerate(policies) if policy.id in ids)


class Carried:
    """Boxes of one space, as boxes of another whose classes are at least as fine."""

    def __init__(self, coarse: Space, fine: Space) -> None:
        """Carry boxes of `coarse` over to `fine`."""
        self._coarse, self._fine = coarse, fine

    def box(self, box: Box) -> Box:
        """Return the same sign-ins, and perhaps a few more: what has no counterpart counts as inside."""
        return tuple(self._classes(name, classes) for name, classes in zip(self._coarse.names, box, strict=True))

    def meets(self, box: Box, found: SignIns) -> bool:
        """Return whether a sign-in of `box` is in the set `found` of the finer space."""
        inside = found.diagram.box(found.inward(self.box(box)))
        return found.diagram.intersection(inside, found.node) != NOTHING

    def _classes(self, name: str, classes: int) -> int:
        homes = self._homes[name]
        members = [(who,) for who in self._fine.who.identities] if name == WHO else self._fine.aspects[name].members
        return sum(1 << at for at, mine in enumerate(members) if (home := homes.get(mine[0])) is None or classes >> home & 1)

    @cached_property
    def _homes(self) -> dict[str, dict[object, int]]:
        """Return by dimension the coarse class of every value."""
        who = {identity: at for at, identity in enumerate(self._coarse.who.identities)}
        rest = {
            name: {value: at for at, members in enumerate(aspect.members) for value in members}
            for name, aspect in self._coarse.aspects.items()
        }
        return {WHO: who, **rest}
