"""What a change of policies makes stricter, and what laxer: for all sign-ins that can be, exactly.

A sign-in gets stricter when some set of facts (methods, device state, terms) that gave access no longer does. What policies oblige a
sign-in to are clauses, all of which must be satisfied; so one set is as strict as another wherever each of the other's clauses contains
one of its own. Both sets are compiled into one table, so that their classes are the same.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.apart import Side, apart
from unbroken.prove.changed_sign_in import ChangedSignIn
from unbroken.prove.cover import REGIONS_EFFORT, most_regions
from unbroken.prove.diagram import NOTHING, BudgetExceeded
from unbroken.prove.escape import SignIns
from unbroken.prove.naming import Naming
from unbroken.prove.proof import Counterexample, Proof, Region, Result
from unbroken.prove.prover import Prover
from unbroken.prove.question import unique
from unbroken.prove.results import REGION_LIMIT, TOO_LARGE

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
        self._prover = Prover(Engine(PolicyTable(snapshot, (*before, *after), one_set=False)))
        old, new = ([alike(policy) for policy in side] for side in (before, after))
        first = (1 << len(before)) - 1
        changed = [
            sum(1 << at for at, policy in enumerate(old) if policy not in new),
            sum(1 << at for at, policy in enumerate(new, len(old)) if policy not in old),
        ]
        self._sides = Side(self._prover.under(first), changed[0]), Side(self._prover.under(~first), changed[1])
        self._engines = Engine(PolicyTable(snapshot, before)), Engine(PolicyTable(snapshot, after))

    def result(self, name: str) -> Result:
        """Return whether nothing gets stricter, or laxer, and everything that does."""
        milder, harder = self._sides if name == STRICTER else self._sides[::-1]
        try:
            possible = apart(self._prover.worlds, milder, harder)
            if possible.node == NOTHING:
                return self._answer(name, holds=None if self._unfollowed else True, missing=self._unfollowed)
            sure = apart(self._prover.certainties, milder, harder)
            return self._shown(name, sure, possible, ChangedSignIn(self._engines, milder, harder))
        except BudgetExceeded:
            return self._answer(name, holds=None, missing=(TOO_LARGE,), cut=0)

    @property
    def _unfollowed(self) -> tuple[str, ...]:
        """Return what keeps "no difference" from being one: users, and policies that a proposed one may replace."""
        snapshot = self._prover.engine.table.snapshot
        if not any(side.changed for side in self._sides):
            return self._prover.worlds.cut
        users = () if snapshot.users.complete else (f"the other users (users {snapshot.users.why})",)
        policies = () if snapshot.policies.complete else (f"the other policies (conditionalAccessPolicies {snapshot.policies.why})",)
        return (*self._prover.worlds.cut, *users, *policies)

    def _answer(
        self, name: str, *, holds: bool | None, missing: Iterable[str] = (), cut: int | None = None, notes: Iterable[str] = ()
    ) -> Result:
        controls = [{repr(policy.session_controls) for policy in side if policy.session_controls} for side in (self._before, self._after)]
        differ = (SESSION_CONTROLS,) if controls[0] != controls[1] else ()
        return Result(name=name, text=TEXTS[name], holds=holds, missing=unique(missing), cut=cut, notes=unique((*differ, *notes)))

    def _shown(self, name: str, sure: SignIns, possible: SignIns, witness: ChangedSignIn) -> Result:
        """Return the regions of the sure differences, each with a sign-in that shows it; what is open when there is none."""
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
        answer = self._answer(name, holds=False, missing=missing, cut=cut, notes=_more(sure, possible, witness))
        return replace(
            answer, users=sure.users(), regions=tuple(region for region, _ in found), counterexamples=tuple(each for _, each in found)
        )


def _more(sure: SignIns, possible: SignIns, witness: ChangedSignIn) -> Iterator[str]:
    """Yield a note when more users than the sure ones may be concerned."""
    known = {*sure.users()}
    if more := len({*possible.users()} - known):
        facts = unique(witness.doubts(possible.but(known, REGIONS_EFFORT)))
        yield f"{more} more users may be concerned; that hangs on: {'; '.join(facts) or 'facts that are missing'}"
