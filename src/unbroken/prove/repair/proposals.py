"""Which policies nearly cover a region: what keeps each from covering all of it, and the edits that mend that."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from itertools import islice

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.grants import Demand, demand_of
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
from unbroken.prove.repair.who import Assigned, spared
from unbroken.prove.space import CLIENT, DEVICE, FLOW, INSIDER_RISK, PLATFORM, SIGN_IN_RISK, TARGET, USER_RISK, WHO, Space
from unbroken.prove.witness import cell_of, point_of

STATE, USERS, GRANT, LOCATION = "state", "users", "grant", "location"
REASONS = {
    WHO: USERS,
    TARGET: "application",
    CLIENT: "clientApps",
    PLATFORM: "devicePlatform",
    DEVICE: "devices",
    FLOW: "authenticationFlow",
    SIGN_IN_RISK: "signInRisk",
    USER_RISK: "userRisk",
    INSIDER_RISK: "insiderRisk",
}
"""Dimension -> the `whatIfAnalysisReasons` name of its condition; all others are places."""
REGIONS = 12
"""Regions for which edits are looked for; what closes one of them is tried on all."""
MOST_EDITS = 2
"""A policy that lacks more than this to cover a region is not nearly there."""


class Proposals:
    """Proposes edits for the regions that violate one question."""

    def __init__(self, prover: Prover, question: Question, space: Space) -> None:
        """Look at every policy of `space`, the disabled ones too."""
        self._prover, self._question, self._space = prover, question, space
        self._table = prover.engine.table
        snapshot = self._table.snapshot
        self._labels, self._spared = Labels(snapshot), spared(question, snapshot)
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
        box = tuple(mine & all_ for mine, all_ in zip(wanted.box, wanted.scope, strict=True))
        point = point_of(self._space, dict(zip(names, box, strict=True)))
        for index, policy in enumerate(self._prover.engine.table.policies):
            lacking = self._lacking(index, policy, box, point)
            if _may_be_edited(policy, lacking, self._question):
                change = self._mended(policy, sorted(lacking), wanted, point)
                if change is not None:
                    yield self._assigned.sparing(change, policy, self._spared)

    def _lacking(self, index: int, policy: ConditionalAccessPolicy, box: Box, point: Box) -> set[str]:
        """Return why a policy does not demand what is needed in the whole of `box`; judged by the box of its own that comes nearest."""
        near = [self._short_of(own, box) for own in self._space.boxes(index, sure=True)]
        found = min(near, key=len, default={USERS})
        found |= set() if policy.state is PolicyState.ENABLED else {STATE}
        enough = self._enough(self._prover.engine.table.demand(index), point)
        return found if enough else found | {GRANT}

    def _short_of(self, own: Box, box: Box) -> set[str]:
        """Return the conditions, by their `whatIfAnalysisReasons` names, in which `own` leaves some of `box` out."""
        short = (name for name, mine, wanted in zip(self._space.names, own, box, strict=True) if wanted & ~mine)
        return {REASONS.get(name, LOCATION) for name in short}

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
        if reason == LOCATION:
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
