"""What can be asked of all sign-ins: of whom, to what, with which clients, and what must be demanded."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Grant, Target, UserScope
from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType, PolicyState
from unbroken.evaluate.grants import MFA_ALONE, Demand
from unbroken.prove.escape import Needed
from unbroken.prove.obligations import IMPOSSIBLE, Cell, Clause, Obligations
from unbroken.prove.rows import BLOCKED
from unbroken.prove.scope import Meant
from unbroken.prove.space import TARGET, WHO, Part, Space
from unbroken.prove.targets import APPS, Asked

Chosen = Callable[[Asked], bool | None]
"""Whether a target is meant; None where that is not known."""
NEW_POLICY = "new"
"""Stands for the id that a policy gets when it is made."""
MFA_EVERYWHERE, BREAK_GLASS_FREE = "mfa-everywhere", "break-glass-free"
LEGACY_BLOCKED, ADMINS_CAN_SIGN_IN = "legacy-blocked", "admins-can-sign-in"
BUILT_IN = (MFA_EVERYWHERE, BREAK_GLASS_FREE, LEGACY_BLOCKED, ADMINS_CAN_SIGN_IN)


def any_app(asked: Asked) -> bool:
    """Choose every application."""
    return asked.kind == APPS


def anything(_: Asked) -> bool:
    """Choose every target, user actions and authentication contexts included."""
    return True


@dataclass(frozen=True, kw_only=True)
class Question:
    """Every sign-in of these users to these targets needs one of these demands."""

    name: str
    text: str
    only: Meant | None = None
    """Whom it speaks of; None: everybody."""
    guests: bool = False
    """Besides `only`: every kind of external user and guest."""
    without: Meant = field(default_factory=Meant)
    without_guests: bool = False
    """Besides `without`: no guest and no external user."""
    chosen: Chosen = any_app
    clients: Callable[[Space], Part] = lambda _: {}
    needs: tuple[Demand, ...] = ()
    """Alternatives; none at all: nothing may be demanded."""
    missing: tuple[str, ...] = ()
    """Words of the question that stand for nothing known."""
    notes: tuple[str, ...] = ()
    own: bool = False
    stated: ConditionalAccessPolicy | None = None
    """A policy that demands just this, where one policy can."""
    spared: frozenset[str] = frozenset()
    """Users whom no repair may newly reach."""
    spared_groups: tuple[str, ...] = ()
    """Ids of the groups that are kept for them."""
    unsure_whom: bool = False
    """It is not known who is to be spared: then no repair is safe."""
    groups: tuple[str, ...] = ()
    """Ids of the groups that stand for those it speaks of."""

    def who(self, space: Space) -> int:
        """Return the positions it speaks of: in a space of worlds everybody who may be meant, otherwise who surely is."""
        sure, maybe = self.without.sure, self.without.maybe
        everybody = space.who.full if self.only is None else self._named(space, self.only)
        left_out = space.who.of(sure if space.worlds else sure | maybe)
        left_out |= self._guests(space, perhaps=not space.worlds) if self.without_guests else 0
        return everybody & ~left_out

    def _named(self, space: Space, only: Meant) -> int:
        found = space.who.of(only.sure | only.maybe if space.worlds else only.sure)
        return found | (self._guests(space, perhaps=space.worlds) if self.guests else 0)

    def _guests(self, space: Space, *, perhaps: bool) -> int:
        """Return the positions of guests and external users: of all who surely are, or of all who may be."""
        found = 0
        for sorts, positions in space.who.sorts.items():
            kinds = {sort.kind is not None for sort in sorts}
            found |= positions if kinds == {True} or (perhaps and True in kinds) else 0
        return found

    def parts(self, space: Space) -> tuple[Part, ...]:
        """Return the sign-ins it speaks of."""
        meant = (lambda asked: self.chosen(asked) is not False) if space.worlds else (lambda asked: self.chosen(asked) is True)
        return {WHO: self.who(space)}, {TARGET: space.targets(meant)}, self.clients(space)

    def needed(self, obligations: Obligations) -> Needed:
        """Return what must be demanded in each cell."""

        def clause(cell: Cell) -> Clause | None:
            found = IMPOSSIBLE
            for demand in self.needs:
                clauses = obligations.of(demand, cell)
                if not clauses:
                    return None
                found |= frozenset().union(*clauses)
            return found

        return clause


def demand_for(control: str) -> Demand:
    """Return the demand of one control alone."""
    return Demand(grant=Grant(controls=frozenset({control})), strength=None, at_risk=False, unread=False)


def for_everybody(name: str, grant: Grant, clients: Iterable[str] = ()) -> ConditionalAccessPolicy:
    """Return an enabled policy on all users and all applications."""
    return ConditionalAccessPolicy(
        id=NEW_POLICY,
        display_name=name,
        state=PolicyState.ENABLED,
        users=(UserScope(everyone=True), UserScope()),
        target=Target(all_apps=True),
        conditions=Conditions(client_app_types=frozenset(clients)),
        grant=grant,
    )


def built_in(break_glass: Meant, exempt: Meant) -> tuple[Question, ...]:
    """Return the built-in properties that are of this form."""
    without = break_glass | exempt
    return (
        Question(
            name=MFA_EVERYWHERE,
            text="No sign-in by anybody outside break_glass and current exemptions is granted without MFA",
            without=without,
            needs=(MFA_ALONE,),
            notes=without.notes,
            stated=for_everybody("Require MFA for all users", MFA_ALONE.grant),
            spared=without.sure | without.maybe,
            spared_groups=break_glass.groups,
            unsure_whom=bool(break_glass.missing),
        ),
        Question(
            name=BREAK_GLASS_FREE,
            text="No policy, security defaults or per-user MFA demand anything of a break-glass account, or block it, in any sign-in",
            only=break_glass,
            chosen=anything,
            missing=break_glass.missing,
            notes=break_glass.notes,
            groups=break_glass.groups,
        ),
        Question(
            name=LEGACY_BLOCKED,
            text="No sign-in with a legacy client by anybody outside break_glass and current exemptions is granted",
            without=without,
            clients=lambda space: space.legacy,
            needs=(BLOCKED,),
            notes=without.notes,
            stated=for_everybody("Block legacy authentication", BLOCKED.grant, LEGACY_CLIENTS - {ClientAppType.EAS_SUPPORTED}),
            spared=without.sure | without.maybe,
            spared_groups=break_glass.groups,
            unsure_whom=bool(break_glass.missing),
        ),
    )


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Return texts without repetitions, in order."""
    return tuple(dict.fromkeys(texts))
