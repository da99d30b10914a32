"""What a demand obliges a sign-in to: clauses of things that can be done, any one of which satisfies its clause.

They are found by asking `meet`, the one place that knows what satisfies a control: which single act meets which control here. All
clauses of all policies that apply must be satisfied, so one policy set demands at least what another does when each clause of the
other contains one of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from unbroken.entra.directory import AuthenticationStrength, InboundTrust
from unbroken.entra.policy import Grant
from unbroken.entra.vocabulary import Control, GuestKind
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.grants import Demand, Situation, is_mfa, meet, tokens_of
from unbroken.evaluate.methods import ALL_COMBINATIONS, MFA_COMBINATIONS, NOTHING_REGISTERED, Ability
from unbroken.evaluate.session import Shape

Clause = frozenset[str]
"""Acts, any one of which is enough; none at all: it cannot be satisfied (blocked, or locked out)."""
IMPOSSIBLE: Clause = frozenset()
EXTERNAL_METHOD, AT_HOME, SINGLE_FACTOR = "an external method", "MFA in the home tenant", "a single factor"
RESTRICTED = " as "
DEVICES = frozenset({"compliantDevice", "domainJoinedDevice"})
WITH_EXTERNAL_METHOD = Ability(mfa=True, combinations=frozenset(), unlisted=True)


@dataclass(frozen=True, slots=True)
class Cell:
    """Circumstances in which a demand means the same for everybody."""

    kind: GuestKind | None
    trust: InboundTrust
    shape: Shape


def loosely(clause: Clause) -> Clause:
    """Return a clause in which methods that strengths restrict are one act, whichever strength: what they restrict to is not read."""
    return frozenset(act.partition(RESTRICTED)[0] + RESTRICTED if RESTRICTED in act else act for act in clause)


class Obligations:
    """The clauses of demands, remembered."""

    def __init__(self, strengths: Iterable[AuthenticationStrength]) -> None:
        """Take the tenant's `strengths`: their combinations are acts."""
        strengths = tuple(strengths)
        named = frozenset().union(*(each.allowed_combinations for each in strengths))
        self.combinations = sorted(MFA_COMBINATIONS | ALL_COMBINATIONS | named)
        self._restricted = tuple(
            (combination, each.id.lower()) for each in strengths for combination in sorted(each.restricted_combinations)
        )
        self._known: dict[tuple[Demand, Cell], tuple[Clause, ...]] = {}

    def of(self, demand: Demand, cell: Cell) -> tuple[Clause, ...]:
        """Return the clauses of `demand` in `cell`; none when nothing is left to do."""
        key = (demand, cell)
        if key not in self._known:
            self._known[key] = self._clauses(demand, cell)
        return self._known[key]

    def _clauses(self, demand: Demand, cell: Cell) -> tuple[Clause, ...]:
        grant = demand.grant
        if Control.BLOCK in grant.controls:
            return (IMPOSSIBLE,)
        found = [tuple(self._of_control(token, demand, cell)) for token in tokens_of(grant)]
        if grant.operator == "AND" or len(found) < 2:
            return tuple(dict.fromkeys(clause for clauses in found for clause in clauses))
        if not all(found):
            return ()
        return (frozenset().union(*(clause for clauses in found for clause in clauses)),)

    def _of_control(self, token: str, demand: Demand, cell: Cell) -> Iterator[Clause]:
        """Yield the clauses of one control; none when it is met as things are."""
        alone, here = _alone(token, demand), _situation(cell)
        outcome = meet(alone, here).outcome
        if outcome is Outcome.ALLOW:
            return
        name = token.partition(":")[0]
        if name in {"mfa", "authenticationStrength"}:
            yield frozenset(self._methods(alone, here))
        elif outcome is not Outcome.CONTROLS or name in DEVICES:
            yield IMPOSSIBLE
        elif name == "termsOfUse":
            terms = [f"terms {each}" for each in demand.grant.terms_of_use]
            yield from ([frozenset({each}) for each in terms] if demand.grant.operator == "AND" else [frozenset(terms)])
        else:
            yield frozenset({token})

    def _methods(self, demand: Demand, here: Situation) -> Iterator[str]:
        """Yield the ways of proving oneself that meet the demand.

        A B2B direct connect user proves nothing here: without trust in the home tenant every demand for a method is a block
        (entra-docs, external-id/authentication-conditional-access.md).
        """
        if here.guest_kind is GuestKind.B2B_DIRECT_CONNECT and not here.trusts_mfa:
            return
        enough = [each for each in self.combinations if meet(demand, replace(here, combination=each)).outcome is Outcome.ALLOW]
        yield from enough
        for combination, strength in self._restricted:
            own = demand.strength is not None and demand.strength.id.lower() == strength
            if meet(demand, replace(here, combination=combination, doubtful_strength=own)).outcome is Outcome.ALLOW:
                yield f"{combination}{RESTRICTED}{strength} allows"
        if meet(demand, replace(here, ability=WITH_EXTERNAL_METHOD, mfa_held=True)).outcome is Outcome.ALLOW:
            yield EXTERNAL_METHOD
        if here.trusts_mfa and meet(demand, replace(here, home_mfa=True)).outcome is Outcome.ALLOW:
            yield AT_HOME
        if demand.strength is not None and _less_than_mfa(demand.strength, frozenset(enough)):
            yield SINGLE_FACTOR


def _less_than_mfa(strength: AuthenticationStrength, enough: frozenset[str]) -> bool:
    """Return whether `enough`, what is accepted here of a strength that is no MFA, holds what makes it none."""
    weak = strength.allowed_combinations - MFA_COMBINATIONS
    return not is_mfa(strength) and bool(enough & weak if weak else enough)


def _alone(token: str, demand: Demand) -> Demand:
    """Return the demand with `token` as its only control."""
    name, _, argument = token.partition(":")
    grant = Grant(
        operator=demand.grant.operator,
        controls=frozenset({token}) if token in demand.grant.controls else frozenset(),
        strength=argument if name == "authenticationStrength" else None,
        terms_of_use=demand.grant.terms_of_use if name == "termsOfUse" else (),
        custom_factors=(argument,) if name == "customAuthenticationFactor" else (),
    )
    return Demand(grant=grant, strength=demand.strength if grant.strength else None, at_risk=False, unread=False)


def _situation(cell: Cell) -> Situation:
    """Return a fresh sign-in with a password by somebody with no other method."""
    return Situation(
        shape=cell.shape,
        guest_kind=cell.kind,
        ability=NOTHING_REGISTERED,
        registrable=frozenset(),
        can_register=False,
        mfa_held=False,
        combination="",
        trusts_mfa=bool(cell.trust.mfa),
        trusts_compliant=bool(cell.trust.compliant_device),
        trusts_hybrid=bool(cell.trust.hybrid_device),
        home_mfa=False,
        interactive=True,
        terms_accepted=frozenset(),
    )
