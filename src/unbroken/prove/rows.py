"""Everything that demands something of sign-ins, as rows: the policies, and besides them per-user MFA and security defaults."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from unbroken.entra.policy import Grant
from unbroken.entra.request import Identity
from unbroken.entra.snapshot import NOT_EXPORTED
from unbroken.entra.vocabulary import Control, PerUserMfaState
from unbroken.evaluate.grants import MFA_ALONE, Demand
from unbroken.prove.diagram import Box
from unbroken.prove.space import ADDRESS, WHO, Part, Space

BLOCKED = Demand(grant=Grant(controls=frozenset({Control.BLOCK})), strength=None, at_risk=False, unread=False)
PER_USER_MFA, SECURITY_DEFAULTS = "per-user MFA", "security defaults"
ON = frozenset({PerUserMfaState.ENABLED, PerUserMfaState.ENFORCED})


@dataclass(frozen=True)
class Row:
    """One demand and where it is made: surely, and perhaps."""

    name: str
    demand: Demand
    sure: tuple[Box, ...]
    possible: tuple[Box, ...]
    policy: int = -1
    """Position in the table; -1 for what is no policy."""

    def boxes(self, *, sure: bool) -> tuple[Box, ...]:
        """Return where the demand is surely made, or where it may be."""
        return self.sure if sure else self.possible


def policy_row(space: Space, index: int) -> Row | None:
    """Return what the policy at `index` demands, and where; None when it demands nothing."""
    table = space.engine.table
    demand = table.demand(index)
    if not demand.grant and not demand.unread:
        return None
    sure, possible = (tuple(space.boxes(index, sure=flag)) for flag in (True, False))
    return Row(table.policies[index].display_name, demand, sure, possible, index)


def rows_beyond(space: Space, *, any_enabled: bool) -> Iterator[Row]:
    """Yield the demands that are no policies; `any_enabled` policy proves security defaults off."""
    yield from _per_user_mfa(space)
    defaults = False if any_enabled else space.engine.table.snapshot.security_defaults
    if defaults is not False:
        yield from _security_defaults(space, known=bool(defaults))


def _per_user_mfa(space: Space) -> Iterator[Row]:
    """Yield per-user MFA: asked of modern clients outside the MFA service's trusted addresses.

    Enforced, a legacy client needs an app password, which no export shows (entra-docs, howto-mfa-userstates.md).
    """
    collection = space.engine.table.snapshot.per_user_mfa
    states = dict(collection.records)
    on = space.who.of(user for user, state in states.items() if state in ON)
    enforced = space.who.of(user for user, state in states.items() if state == PerUserMfaState.ENFORCED)
    unread = not collection.complete and collection.why != NOT_EXPORTED
    open_ = space.who.of(user for user in space.who.position if user not in states) if unread else 0
    if not on | open_:
        return
    networks = space.engine.table.networks
    outside = {ADDRESS: space.aspects[ADDRESS].full & ~space.places.trusted}
    doubtful = networks.places.doubtful & networks.places.mfa_trusted
    sure = [] if doubtful else [({WHO: on}, space.modern, outside)]
    yield _row(space, PER_USER_MFA, MFA_ALONE, sure, [({WHO: on | open_}, space.modern, outside)])
    yield _row(space, PER_USER_MFA, BLOCKED, [], [({WHO: enforced | open_}, space.legacy)])


def _security_defaults(space: Space, *, known: bool) -> Iterator[Row]:
    """Yield security defaults: legacy clients blocked, administrators and the unregistered asked (fundamentals/security-defaults.md).

    Of everybody else Microsoft judges each sign-in; the directory synchronisation account is left out.
    """
    surely_in, maybe_in, surely_asked = 0, 0, 0
    for at, identity in enumerate(space.who.identities):
        in_scope, asked = _under_defaults(space, identity)
        surely_in |= (in_scope == {True}) << at
        maybe_in |= (True in in_scope) << at
        surely_asked |= (asked == {True}) << at
    legacy = [({WHO: surely_in if known else 0}, space.legacy)]
    modern = [({WHO: surely_in & surely_asked if known else 0}, space.modern)]
    yield _row(space, SECURITY_DEFAULTS, BLOCKED, legacy, [({WHO: maybe_in}, space.legacy)])
    yield _row(space, SECURITY_DEFAULTS, MFA_ALONE, modern, [({WHO: maybe_in}, space.modern)])


def _under_defaults(space: Space, identity: Identity) -> tuple[set[bool], set[bool]]:
    """Return whether security defaults mean somebody, and whether they always ask for MFA: both answers where that is open."""
    engine = space.engine
    options = engine.table.people.dimension(identity).alternatives
    standings = [engine.circumstances.standing(option.facts) for option in options]
    in_scope = {not sync for standing in standings for sync in standing.sync_account}
    judged = {ability.mfa and not admin for each in standings for ability in each.abilities for admin in each.administrator}
    return in_scope, {not each for each in judged}


def _row(space: Space, name: str, demand: Demand, sure: Sequence[Sequence[Part]], possible: Sequence[Sequence[Part]]) -> Row:
    return Row(name, demand, tuple(space.products(sure)), tuple(space.products(possible)))
