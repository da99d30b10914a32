"""`admins-can-sign-in` as a result: every way in and every lockout it speaks of is one sign-in that was decided alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Outcome
from unbroken.prove.admins import GETS_IN, PLACES, SHUT_OUT, Admins, Place
from unbroken.prove.diagram import NOTHING, Box, BudgetExceeded
from unbroken.prove.escape import SignIns
from unbroken.prove.proof import Counterexample, Result
from unbroken.prove.prover import Prover
from unbroken.prove.queries import first
from unbroken.prove.question import ADMINS_CAN_SIGN_IN, unique
from unbroken.prove.results import TOO_LARGE
from unbroken.prove.scope import Meant
from unbroken.prove.space import TARGET, Space
from unbroken.prove.targets import Asked
from unbroken.prove.witness import DEFECT, lowest, request

TEXT = (
    "At least one active Global Administrator outside break_glass can sign in to the Entra admin center and to Microsoft Graph with the "
    "methods and devices of today, and no sign-in of a break-glass account there is blocked or locked out"
)
ADMINISTRATOR_GETS_IN = "a Global Administrator outside break_glass gets in; what violates this is a break-glass account that is shut out"
NO_ADMINISTRATOR = "there is no enabled, active Global Administrator outside break_glass"


def admins_result(prover: Prover, admins: Admins, break_glass: Meant) -> Result:
    """Return whether an administrator can always get in."""
    judge = _Judge(prover, admins)
    try:
        way_in, locked = judge.way_in(), judge.break_glass_opens(break_glass)
    except BudgetExceeded:
        return Result(name=ADMINS_CAN_SIGN_IN, text=TEXT, holds=None, missing=(TOO_LARGE,), cut=0)
    holds = False if False in (way_in, locked) else None if None in (way_in, locked) else True
    shown = tuple(judge.counterexamples) if holds is False else ()
    half = (ADMINISTRATOR_GETS_IN,) if way_in and locked is False else ()
    return Result(
        name=ADMINS_CAN_SIGN_IN,
        text=TEXT,
        holds=holds,
        users=unique(each.request.identity.user_id or "" for each in shown),
        counterexamples=shown,
        missing=() if holds else unique(judge.missing),
        notes=unique((*half, *judge.notes, *break_glass.notes)),
    )


class _Judge:
    """Decides both halves; collects what shows a violation and what an open answer hangs on."""

    def __init__(self, prover: Prover, admins: Admins) -> None:
        self._prover, self._admins = prover, admins
        self.counterexamples: list[Counterexample] = []
        self.missing: list[str] = []
        self.notes: list[str] = []

    def way_in(self) -> bool | None:
        """Return whether some administrator surely gets in to both places; None when one may."""
        holders, enabled = self._admins.holders, self._prover.worlds.who.position
        sure, maybe = (sorted(user for user in found if user in enabled) for found in (holders.sure, holders.maybe))
        if any(all(self._gets_in(user, place) for place in PLACES) for user in sure):
            return True
        hopeful = [user for user in (*sure, *maybe) if all(self._may_get_in(user, place) for place in PLACES)]
        if hopeful:
            self.missing += holders.missing
            self._doubts(hopeful[0])
            return None
        users = self._prover.engine.table.snapshot.users
        if not users.complete:
            self.missing.append(f"the other users (users {users.why})")
            return None
        self.notes += [] if sure else [NO_ADMINISTRATOR]
        shut = [self._shut(user) for user in sure]
        return False if all(shut) else None

    def _gets_in(self, user: str, place: Place) -> bool:
        """Return whether a sign-in that surely gets in exists and, decided alone, does."""
        found = self._admins.gets_in(user, place, surely=True)
        return found.node != NOTHING and self._decided(found, place)[1].decision.outcome in GETS_IN

    def _may_get_in(self, user: str, place: Place) -> bool:
        return self._admins.gets_in(user, place, surely=False).node != NOTHING

    def _doubts(self, user: str) -> None:
        for place in PLACES:
            found = self._admins.gets_in(user, place, surely=False)
            self.missing += self._decided(found, place)[1].decision.missing

    def _shut(self, user: str) -> bool:
        """Return whether a sign-in shows that `user` does not get in to one of the places, and keep it."""
        for place in PLACES:
            if not self._may_get_in(user, place):
                _, shown = self._decided(self._admins.attempts(user, place), place)
                return self._kept(shown, shown.decision.outcome not in GETS_IN)
        return False

    def _kept(self, shown: Counterexample, agrees: bool) -> bool:
        """Keep a sign-in that, decided alone, does what was found; note what keeps it open otherwise."""
        if agrees and shown.decision.outcome is not Outcome.UNKNOWN:
            self.counterexamples.append(shown)
            return True
        self.missing += shown.decision.missing or (DEFECT,)
        return False

    def break_glass_opens(self, break_glass: Meant) -> bool | None:
        """Return whether no break-glass account is shut out in any sign-in to the places; None when one may be."""
        self.missing += break_glass.missing
        answers = [self._opens(user) for user in sorted(break_glass.sure) if user in self._prover.worlds.who.position]
        if False in answers:
            return False
        return None if None in answers or break_glass.missing else True

    def _opens(self, user: str) -> bool | None:
        possible = self._admins.shut_out(user, surely=False)
        if possible.node == NOTHING:
            policies = self._prover.engine.table.snapshot.policies
            self.missing += [] if policies.complete else [f"the other policies (conditionalAccessPolicies {policies.why})"]
            return True if policies.complete else None
        sure = self._admins.shut_out(user, surely=True)
        if sure.node == NOTHING:
            self.missing += self._decided(possible)[1].decision.missing
            return None
        shown = self._decided(sure)[1]
        return False if self._kept(shown, shown.decision.outcome in SHUT_OUT) else None

    def _decided(self, found: SignIns, place: Place | None = None) -> tuple[Box, Counterexample]:
        """Return the plainest sign-in of a set, terms of use accepted, decided alone."""
        point = found.outward(first(found.diagram, found.node))
        asked = request(found.space, point, next(self._asked(found.space, point, place)))
        terms = frozenset(term for policy in self._prover.engine.table.policies for term in policy.grant.terms_of_use)
        asked = replace(asked, facts=replace(asked.facts, terms_accepted=terms))
        return point, Counterexample(request=asked, decision=decide(self._prover.engine, asked), region=-1)

    def _asked(self, space: Space, point: Box, place: Place | None) -> Iterator[Asked]:
        members = space.aspects[TARGET].members[lowest(point[space.names.index(TARGET)])]
        yield from (asked for asked in members if (place(asked) if place else any(each(asked) for each in PLACES)))
