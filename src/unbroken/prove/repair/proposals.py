"""Which policies nearly cover a region: what keeps each from covering it, found on one sign-in, and the edits that mend that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import islice

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import AccessRequest
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.grants import Demand, demand_of
from unbroken.evaluate.table import PolicyTable
from unbroken.prove.diagram import Box
from unbroken.prove.escape import Closing
from unbroken.prove.labels import Labels
from unbroken.prove.naming import Naming
from unbroken.prove.proof import Edit
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.repair import conditions, grant, target
from unbroken.prove.repair.change import ALL, Change, blocks
from unbroken.prove.repair.wanted import Wanted
from unbroken.prove.repair.who import Assigned
from unbroken.prove.space import Space
from unbroken.prove.witness import cell_of, point_of, request

STATE, USERS, GRANT = "state", "users", "grant"
REGIONS = 12
"""Regions for which edits are looked for; what closes one of them is tried on all."""
MOST_EDITS = 2
"""A policy that lacks more than this to cover a region is not nearly there."""


class Proposals:
    """Proposes edits for the regions that violate one question."""

    def __init__(self, prover: Prover, question: Question, space: Space) -> None:
        """Look at every policy as if it were enabled."""
        self._prover, self._question, self._space = prover, question, space
        snapshot = prover.engine.table.snapshot
        policies = prover.engine.table.policies
        self._table = PolicyTable(snapshot, [replace(policy, state=PolicyState.ENABLED) for policy in policies])
        self._labels = Labels(snapshot)
        self._assigned = Assigned(self._table.people, self._labels)
        self._strengths = {strength.id.lower(): strength for strength in snapshot.strengths.records}
        self._closing = Closing(space, prover.obligations)
        self._naming = Naming(space)
        self._needed = question.needed(prover.obligations)

    def changes(self, boxes: Iterable[Box]) -> list[Change]:
        """Return changes that may close one of `boxes` or several, those with the fewest edits first, then those proposed most often."""
        scope = self._prover.scope(self._question, self._space)
        found: Counter[tuple[Edit, ...]] = Counter()
        changes: dict[tuple[Edit, ...], Change] = {}
        for change in (each for box in islice(boxes, REGIONS) for each in self._of(Wanted(self._naming, box, scope))):
            found[change.edits] += 1
            changes[change.edits] = change
        return [changes[edits] for edits in sorted(found, key=lambda edits: (len(edits), -found[edits]))]

    def _of(self, wanted: Wanted) -> Iterator[Change]:
        names = self._space.names
        point = point_of(self._space, {name: mine & all_ for name, mine, all_ in zip(names, wanted.box, wanted.scope, strict=True)})
        lacking = self._lacking(point, request(self._space, point))
        for index, policy in enumerate(self._prover.engine.table.policies):
            if _may_be_edited(policy, lacking[index], self._question):
                change = self._mended(policy, sorted(lacking[index]), wanted, point)
                if change is not None:
                    yield self._assigned.sparing(change, policy, self._question.spared)

    def _lacking(self, point: Box, asked: AccessRequest) -> list[set[str]]:
        """Return for each policy why it does not demand of one sign-in what is needed."""
        table = self._prover.engine.table
        found: list[set[str]] = [set() for _ in table.policies]
        for dimension in self._table.dimensions(asked):
            for name, bits in dimension.reasons:
                for index in range(len(found)):
                    found[index] |= set() if bits.true >> index & 1 else {name}
        for index, policy in enumerate(table.policies):
            found[index] |= set() if policy.state is PolicyState.ENABLED else {STATE}
            found[index] |= set() if self._enough(table.demand(index), point) else {GRANT}
        return found

    def _enough(self, demand: Demand, point: Box) -> bool:
        return self._closing.closes(demand, cell_of(self._space, point), self._needed)

    def _mended(self, policy: ConditionalAccessPolicy, reasons: Iterable[str], wanted: Wanted, point: Box) -> Change | None:
        """Return the policy with all `reasons` mended, None where one cannot be."""
        change: Change | None = Change(policy)
        for reason in reasons:
            change = self._once(change, reason, wanted, point) if change is not None else None
        return change if change is not None and _is_small(change) else None

    def _once(self, change: Change, reason: str, wanted: Wanted, point: Box) -> Change | None:  # noqa: PLR0911 -- one line per condition
        if reason == STATE:
            return conditions.enabled(change)
        if reason == GRANT:
            demand = demand_of(change.policy, self._strengths)
            needed = self._question.stated
            return grant.demanding(change, demand, needed.grant, lambda each: self._enough(each, point)) if needed else None
        if reason == USERS:
            return self._assigned.reaching(change, wanted)
        if reason == "application":
            return target.reaching(change, wanted, self._table.targets, self._labels)
        if reason == "clientApps":
            return conditions.for_clients(change, wanted)
        if reason == "devicePlatform":
            return conditions.for_platforms(change, wanted)
        if reason == "location":
            return conditions.for_places(change, wanted, self._table.networks, self._labels)
        return conditions.without(change, reason) if reason in conditions.DROPPED else None


def _may_be_edited(policy: ConditionalAccessPolicy, lacking: set[str], question: Question) -> bool:
    """Return whether a policy is understood and nearly there.

    Where something milder is needed than a block, a block may reach more people, never more than it was made to block.
    """
    understood = not policy.unmodelled and not policy.unmodelled_grant
    harsh = blocks(policy) and not (question.stated and blocks(question.stated))
    return understood and len(lacking) <= MOST_EDITS and not (harsh and lacking - {STATE, USERS})


def _is_small(change: Change) -> bool:
    """Return whether something is edited, and a list made all-embracing only where that alone is enough."""
    return len(change.edits) == 1 or (bool(change.edits) and all(edit.text != ALL for edit in change.edits))
