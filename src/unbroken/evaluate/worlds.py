"""The possible worlds of one sign-in: each a set of applying policies and a situation, all facts that are missing filled in.

A missing fact has one value in all policies: blocked inside and blocked outside an unknown place is blocked.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from unbroken.entra.request import AccessRequest
from unbroken.evaluate.beyond_policies import ALLOWED, BeyondPolicies
from unbroken.evaluate.bits import Bits, each
from unbroken.evaluate.circumstances import Circumstances, Standing, situations
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.dimension import Alternative, Dimension, hull
from unbroken.evaluate.grants import RANK, Demand, Meeting, Situation, in_prompt_order, meet
from unbroken.evaluate.people import Person
from unbroken.evaluate.session import Shape
from unbroken.evaluate.statement import SILENT, Statement
from unbroken.evaluate.table import PolicyTable

STATE_LIMIT = 4096
"""Combinations of missing facts that are followed one by one; beyond, each policy's doubt counts by itself (still sound)."""


@dataclass(frozen=True, slots=True)
class World:
    """One way the sign-in can be."""

    applies: Bits
    person: Person
    standing: Standing
    here: Situation
    in_trusted_ips: bool
    floor: frozenset[Outcome]
    """What security defaults and per-user MFA may come to."""
    outcomes: frozenset[Outcome]
    """One outcome when nothing within this world is open."""


@dataclass(frozen=True, slots=True)
class _State:
    bits: Bits
    person: Person | None = None
    shape: Shape | None = None
    in_trusted_ips: bool = False

    def joined(self, option: Alternative) -> _State:
        """Return this state with one more dimension's value: its policies ANDed, its facts noted."""
        bits = self.bits & option.bits
        if isinstance(option.facts, Person):
            return _State(bits, option.facts, self.shape, self.in_trusted_ips)
        if isinstance(option.facts, Shape):
            return _State(bits, self.person, option.facts, self.in_trusted_ips)
        return _State(bits, self.person, self.shape, self.in_trusted_ips or option.facts is True)


class Engine:
    """A policy table with everything outside the policies that decides a sign-in."""

    def __init__(self, table: PolicyTable) -> None:
        """Evaluate over `table` and its snapshot."""
        self.table = table
        membership = table.people.membership
        unread = frozenset(membership.unread)
        self.circumstances = Circumstances(table.snapshot, unread | membership.above(unread))
        self.beyond = BeyondPolicies(table.snapshot, any_enabled=bool(table.surely_enabled))
        self._meetings: dict[tuple[Demand, Situation], Meeting] = {}
        self.strength_mask = sum(mask for demand, mask in table.demands if demand.grant.strength)

    def meeting(self, demand: Demand, here: Situation) -> Meeting:
        """Return how `demand` is met `here`; remembered, since few demands and situations are distinct."""
        key = (demand, here)
        found = self._meetings.get(key)
        if found is None:
            found = self._meetings[key] = meet(demand, here)
        return found

    def worlds(self, request: AccessRequest, dimensions: Sequence[Dimension]) -> Iterator[World]:
        """Yield every possible world of `request`."""
        targets = tuple(dict.fromkeys(option.bits for option in dimensions[-1].alternatives))
        for state, target in product(self._states(dimensions[:-1]), targets):
            if state.person is None or state.shape is None:
                continue
            applies = self.table.doubted(state.bits & target)
            standing = self.circumstances.standing(state.person)
            can_register = self._can_register(state, standing, request)
            strengths = bool(applies.possible & self.strength_mask)
            for here in situations(standing, state.shape, request.facts, can_register, strengths=strengths):
                floor = self._beyond(request, standing, here, state)
                outcomes = frozenset(max(a, b, key=RANK.__getitem__) for a in self._outcomes(applies, here) for b in floor)
                yield World(applies, state.person, standing, here, state.in_trusted_ips, floor, outcomes)

    def outcomes(self, request: AccessRequest, dimensions: Sequence[Dimension], said: Statement = SILENT) -> frozenset[Outcome]:
        """Return every outcome `request` may have. Worlds that contradict what the log `said` are left out, unless all of them do."""
        worlds = list(self.worlds(request, dimensions))
        agreeing = [world for world in worlds if said.allows(world.applies.true, world.applies.possible)]
        return frozenset(outcome for world in agreeing or worlds for outcome in world.outcomes)

    def _beyond(self, request: AccessRequest, standing: Standing, here: Situation, state: _State) -> frozenset[Outcome]:
        if request.identity.service_principal_id is not None:
            return ALLOWED
        return self.beyond.outcomes(standing, here, in_trusted_ips=state.in_trusted_ips)

    def _states(self, dimensions: Sequence[Dimension]) -> list[_State]:
        """Return the distinct combinations of the dimensions' values, as far as enabled policies can tell them apart."""
        relevant = self.table.evaluated
        for dimension in dimensions:
            relevant &= dimension.bits.possible
        states = [_State(Bits(relevant, relevant))]
        for dimension in dimensions:
            options = _project(dimension.alternatives, relevant)
            states = list(dict.fromkeys(state.joined(option) for state in states for option in options))
            states = states if len(states) <= STATE_LIMIT else _merged(states)
        return states

    def _can_register(self, state: _State, standing: Standing, request: AccessRequest) -> tuple[bool, ...]:
        """Return whether a method can be registered from here: what the policies on that user action demand of someone without one."""
        bits = self.table.doubted(state.bits)
        mask = self.table.targets.registration & self.table.enabled
        answers: set[bool] = set()
        for applying in {bits.true & mask, bits.possible & mask}:
            answers |= self._registration_open(applying, state, standing, request) if applying else {True}
        return tuple(sorted(answers))

    def _registration_open(self, applying: int, state: _State, standing: Standing, request: AccessRequest) -> set[bool]:
        if state.shape is None:
            return {True}
        demands = [demand for demand, mask in self.table.demands if mask & applying]
        strengths = any(demand.grant.strength for demand in demands)
        return {
            all(self._lets_register(demand, here, worst=worst) for demand in demands)
            for here in situations(standing, state.shape, request.facts, (False,), strengths=strengths)
            for worst in (False, True)
        }

    def _lets_register(self, demand: Demand, here: Situation, *, worst: bool) -> bool:
        if demand.unread:
            return self._unread(demand, here, worst=worst) is Outcome.ALLOW
        meeting = self.meeting(demand, here)
        return meeting.outcome is Outcome.ALLOW or _only_terms(meeting)

    def _outcomes(self, applies: Bits, here: Situation) -> set[Outcome]:
        """Return the mildest and the most severe outcome this world allows, and what lies between when a control is not understood."""
        mild = self._outcome(applies.true & self.table.enabled, here, worst=False)
        severe = self._outcome(applies.possible & self.table.enabled, here, worst=True)
        return {mild, severe}

    def _outcome(self, mask: int, here: Situation, *, worst: bool) -> Outcome:
        found = Outcome.ALLOW
        for demand, makers in self.table.demands:
            if not makers & mask:
                continue
            outcome = self._unread(demand, here, worst=worst) if demand.unread else self.meeting(demand, here).outcome
            found = max(found, outcome, key=RANK.__getitem__)
        return found

    def _unread(self, demand: Demand, here: Situation, *, worst: bool) -> Outcome:
        """Return the most severe or the mildest that a demand we do not fully understand can be; a block stays one."""
        blocks = self.meeting(demand, here).outcome is Outcome.BLOCK
        return Outcome.BLOCK if worst or blocks else Outcome.ALLOW

    def unread_rank(self, demand: Demand, here: Situation, *, worst: bool) -> int:
        """Return the rank of `_unread`, for the replay."""
        return RANK[self._unread(demand, here, worst=worst)]

    def requires(self, world: World) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
        """Return the unmet controls of a world in prompting order, and the alternatives of each unmet OR policy."""
        tokens: list[str] = []
        alternatives: list[tuple[str, ...]] = []
        for demand in (self.table.demand(index) for index in each(world.applies.true & self.table.enabled)):
            meeting = self.meeting(demand, world.here)
            tokens += meeting.unmet
            alternatives += [meeting.alternatives] if meeting.alternatives else []
        if Outcome.ALLOW not in world.floor and not any(token.startswith(("mfa", "authenticationStrength")) for token in tokens):
            tokens.append("mfa")
        return tuple(in_prompt_order(tokens)), tuple(alternatives)


def _only_terms(meeting: Meeting) -> bool:
    return bool(meeting.unmet) and all(token.startswith("termsOfUse") for token in meeting.unmet)


def _project(options: Sequence[Alternative], relevant: int) -> tuple[Alternative, ...]:
    """Return the options without the irrelevant policies, so that options which differ only there become one."""
    return tuple(dict.fromkeys(Alternative(Bits(o.bits.true & relevant, o.bits.possible & relevant), o.facts) for o in options))


def _merged(states: list[_State]) -> list[_State]:
    """Return one state per person, shape and place, whose doubt covers all of theirs."""
    groups: dict[tuple[Person | None, Shape | None, bool], list[Bits]] = {}
    for state in states:
        groups.setdefault((state.person, state.shape, state.in_trusted_ips), []).append(state.bits)
    return [_State(hull(bits), *key) for key, bits in groups.items()]
