"""What everybody means to do on a day, before it is known how it goes: the sample's habits, written down instead of carried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date
from random import Random

from unbroken.emulator.sample.accounts import Account, Machine, Place
from unbroken.emulator.sample.behaviour import person_day
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.noise import spray
from unbroken.emulator.sample.records import App, Session
from unbroken.emulator.sample.things import thing_day


@dataclass(frozen=True, slots=True, kw_only=True)
class Intention:
    """One sign-in that somebody means to make."""

    key: str
    """The same for the same seed, day, account and turn."""
    at: int
    account_id: str
    machine: Machine
    place: Place
    session: str
    protocol: str = "none"
    transfer: str = ""
    fresh: bool = True
    """The session begins with this; otherwise it is an old one that holds a token."""
    risk: str = "none"
    app: App
    interactive: bool = True
    error: int = 0
    """A first factor that fails, whatever the policies are."""


@dataclass(slots=True)
class Intended:
    """Takes the sign-ins of one account's day, and supposes that each gets in."""

    prefix: str
    found: list[Intention] = field(default_factory=list)

    def sign_in(self, session: Session, app: App, at: int, rng: Random, *, interactive: bool) -> bool:
        """Write down a sign-in."""
        del rng
        self._note(session, app, at, interactive=interactive)
        return True

    def fail(self, session: Session, app: App, at: int, rng: Random, error: int) -> None:
        """Write down a sign-in whose first factor fails."""
        del rng
        self._note(session, app, at, error=error)

    def _note(self, session: Session, app: App, at: int, *, interactive: bool = True, error: int = 0) -> None:
        intention = Intention(
            key=f"{self.prefix}/{len(self.found)}",
            at=at,
            account_id=session.account.id,
            machine=session.machine,
            place=session.place,
            session=session.id,
            protocol=session.protocol,
            transfer=session.transfer,
            fresh=session.fresh,
            risk=session.risk,
            app=app,
            interactive=interactive,
            error=error,
        )
        self.found.append(intention)


def intentions(seed: Seed, staff: Iterable[Account], things: Iterable[Account], day: date) -> Iterator[Intention]:
    """Yield what everybody and everything means to do on a day, and whom a password spray tries."""
    staff, things = list(staff), list(things)
    for account in (*staff, *things):
        log = Intended(f"{day}/{account.id}")
        if account.kind == "person":
            person_day(log, seed, account, day, 1.0)
        else:
            thing_day(log, seed, account, day)
        yield from log.found
    log = Intended(f"{day}/spray")
    spray(log, seed, [account for account in (*staff, *things) if not account.guest_kind], day)
    yield from log.found
