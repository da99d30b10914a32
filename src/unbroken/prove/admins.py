"""Whether an administrator can always get in: with the methods and devices of today, to the Entra admin center and to Microsoft Graph."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property

from unbroken.entra.request import Identity, SessionFacts
from unbroken.entra.vocabulary import Control
from unbroken.entra.well_known import AZURE_PORTAL, GLOBAL_ADMINISTRATOR, MICROSOFT_GRAPH
from unbroken.evaluate.circumstances import Standing, situations
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.grants import Demand, meet
from unbroken.evaluate.session import Shape
from unbroken.prove.devices_of_today import DevicesOfToday
from unbroken.prove.escape import SignIns, narrowed, sign_ins
from unbroken.prove.prover import Prover
from unbroken.prove.scope import Meant, Scopes
from unbroken.prove.space import TARGET, WHO, Part, Space
from unbroken.prove.targets import APPS, Asked

GETS_IN = frozenset({Outcome.ALLOW, Outcome.MFA})
SHUT_OUT = frozenset({Outcome.BLOCK, Outcome.LOCKED_OUT})
Stops = Callable[[Outcome], bool]


def admin_center(asked: Asked) -> bool:
    """Choose the Microsoft Entra admin center, which shares its appId with the Azure portal."""
    return asked.kind == APPS and asked.name == AZURE_PORTAL


def graph(asked: Asked) -> bool:
    """Choose Microsoft Graph with scopes that an administrator needs."""
    return asked.kind == APPS and asked.name == MICROSOFT_GRAPH and not asked.of_baseline_scopes


Place = Callable[[Asked], bool]
PLACES: tuple[Place, ...] = (admin_center, graph)


class Admins:
    """The active Global Administrators of one tenant, and where they get in."""

    def __init__(self, prover: Prover, scopes: Scopes) -> None:
        """Ask `prover`."""
        self._prover, self._scopes = prover, scopes
        self._standings: dict[Identity, tuple[Standing, ...]] = {}
        self._met: dict[tuple[Demand, tuple[Standing, ...], Shape], tuple[Outcome, ...]] = {}

    @cached_property
    def holders(self) -> Meant:
        """Return the Global Administrators outside break_glass; whoever may be in it is perhaps one of them.

        What is missing is said of them and of the devices they have today.
        """
        role = self._scopes.role(GLOBAL_ADMINISTRATOR)
        known = self._prover.engine.table.snapshot.roles
        found = role if role.sure or role.maybe or known.complete else Meant(frozenset(), self._scopes.users, _why(known.why))
        inside = self._scopes.break_glass
        users = self._prover.engine.table.people.users
        devices = DevicesOfToday(self._prover.certainties, self._prover.enabled)
        unsaid = {user for user in found.sure if user in users and users[user].account_enabled is None}
        sure = found.sure - inside.sure - inside.maybe - unsaid
        why = [f"whether {users[user].user_principal_name or user} is enabled (users has no accountEnabled)" for user in sorted(unsaid)]
        missing = (*found.missing, *inside.missing, *why, *devices.missing())
        return Meant(sure, (found.sure | found.maybe) - inside.sure - sure, missing)

    def gets_in(self, user: str, place: Place, *, surely: bool) -> SignIns:
        """Return the sign-ins of `user` to `place` that surely, or perhaps, end in `allow` or `mfa`."""
        space = self._prover.certainties if surely else self._prover.worlds
        start = self._start(space, user, place, sure=surely)

        def build(found: SignIns) -> None:
            found.add(start)
            found.remove(self._stopped(space, user, lambda outcome: outcome not in GETS_IN, perhaps=surely))

        return sign_ins(space, build)

    def attempts(self, user: str, place: Place) -> SignIns:
        """Return all sign-ins of `user` to `place` with the devices of today."""
        space = self._prover.certainties
        return sign_ins(space, lambda found: found.add(self._start(space, user, place, sure=True)))

    def shut_out(self, user: str, *, surely: bool) -> SignIns:
        """Return the sign-ins of `user` to either place that are blocked or locked out: surely, or perhaps."""
        space = self._prover.certainties if surely else self._prover.worlds
        who = ({WHO: space.who.of([user])}, {TARGET: space.targets(lambda asked: any(place(asked) for place in PLACES))})

        def build(found: SignIns) -> None:
            for box in self._stopped(space, user, lambda outcome: outcome in SHUT_OUT, perhaps=not surely):
                scope = space.products([(*who, space.modern), (*who, space.legacy)])
                found.add(both for part in scope if (both := _overlap(box, part)))

        return sign_ins(space, build)

    def _start(self, space: Space, user: str, place: Place, *, sure: bool) -> list[tuple[int, ...]]:
        asked: tuple[Part, ...] = ({WHO: space.who.of([user])}, {TARGET: space.targets(place)})
        devices = self._sure_devices if sure else self._possible_devices
        return list(space.products((*asked, part, client) for part in devices for client in (space.modern, space.legacy)))

    @cached_property
    def _sure_devices(self) -> list[Part]:
        return DevicesOfToday(self._prover.certainties, self._prover.enabled).parts(sure=True)

    @cached_property
    def _possible_devices(self) -> list[Part]:
        return DevicesOfToday(self._prover.worlds, self._prover.enabled).parts(sure=False)

    def _stopped(self, space: Space, user: str, stops: Stops, *, perhaps: bool) -> Iterator[tuple[int, ...]]:
        """Yield the boxes in which a row stops `user`: perhaps, or surely."""
        standings = self._standing(user)
        positions = space.who.of([user])
        for row in self._prover.rows(space, self._prover.enabled):
            for shape, part in space.shapes:
                if self._row_stops(row.demand, standings, shape, stops, perhaps=perhaps):
                    for box in row.boxes(sure=not perhaps):
                        if found := narrowed(space, box, {**part, WHO: positions}):
                            yield found

    def _row_stops(self, demand: Demand, standings: tuple[Standing, ...], shape: Shape, stops: Stops, *, perhaps: bool) -> bool:
        if demand.unread and Control.BLOCK not in demand.grant.controls:
            return perhaps
        found = [stops(outcome) for outcome in self._outcomes(demand, standings, shape)]
        return any(found) if perhaps else all(found)

    def _outcomes(self, demand: Demand, standings: tuple[Standing, ...], shape: Shape) -> tuple[Outcome, ...]:
        """Return what a demand alone may come to, for each way a user may stand."""
        key = (demand, standings, shape)
        if key not in self._met:
            facts = SessionFacts(terms_accepted=frozenset(demand.grant.terms_of_use))
            ways = (here for each in standings for here in situations(each, shape, facts, (False, True), strengths=True))
            self._met[key] = tuple({meet(demand, here).outcome: None for here in ways})
        return self._met[key]

    def _standing(self, user: str) -> tuple[Standing, ...]:
        identity = Identity(user_id=user)
        if identity not in self._standings:
            engine = self._prover.engine
            options = engine.table.people.dimension(identity).alternatives
            self._standings[identity] = tuple(engine.circumstances.standing(option.facts) for option in options)
        return self._standings[identity]


def _overlap(one: tuple[int, ...], two: tuple[int, ...]) -> tuple[int, ...] | None:
    found = tuple(mine & theirs for mine, theirs in zip(one, two, strict=True))
    return found if all(found) else None


def _why(why: str) -> tuple[str, ...]:
    return (f"holders of the role Global Administrator (directoryRoles {why})",)
