"""What one event does: somebody signs in, tries again, reads a mail, loses a telephone, calls the helpdesk."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from random import Random

from unbroken.emulator.people.days import Days, Event
from unbroken.emulator.people.ended import ASKS_FOR_MFA, ASKS_TO_REGISTER, Ended
from unbroken.emulator.people.intentions import Intention
from unbroken.emulator.people.mail import READ, working_time
from unbroken.emulator.people.memory import Later, Memory
from unbroken.emulator.people.methods import ON_THE_PHONE
from unbroken.emulator.people.mishaps import FORGETS, NEW_PHONE, REMEMBERS
from unbroken.emulator.people.population import Population
from unbroken.emulator.people.present import Present
from unbroken.emulator.people.sign_in import SignIns
from unbroken.emulator.people.temper import Temper
from unbroken.emulator.people.troubles import CALL, Troubles
from unbroken.emulator.people.visit import Visit
from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.behaviour import KIOSK
from unbroken.emulator.sample.ids import random_id
from unbroken.emulator.sample.records import App, Session, Step
from unbroken.emulator.sample.wording import MODERN_CLIENTS

AGAIN, REGISTER = "try again", "register"
MY_SIGN_INS = App("19db86c3-b2b9-44cc-b339-36da233a3be2", "My Signins", "19db86c3-b2b9-44cc-b339-36da233a3be2", "My Signins")
"""The page for security information; it asks for a token for itself."""
_TRIES = 2
"""How often somebody tries again at once; while a call is open, all day long."""
_ASKED_AGAIN = 0.35
"""Of the background refreshes of a session that has failed: the app asks its user to sign in."""
_TOO_MANY_PROMPTS = 3
_STOPS_TRYING = frozenset({"DEV-02", "POL-01", "SEC-04"})
"""Causes that trying again does not help, as everybody sees."""


@dataclass(slots=True)
class Life:
    """Lets events happen."""

    population: Population
    present: Present
    memory: Memory
    days: Days
    sign_ins: SignIns
    troubles: Troubles
    mails_read: int = 0

    def live(self, event: Event) -> None:
        """Let one event happen."""
        self.present.refresh()
        account = self.present.account(event.account_id if isinstance(event, Intention) else event.user)
        if account is None:
            return
        rng = self.population.seed.stream("happens", event.key)
        if isinstance(event, Intention):
            self._come(event, account, rng)
            return
        kinds: dict[str, Callable[[Later, Account, Random], None]] = {
            AGAIN: self._again,
            READ: self._read,
            REGISTER: self._register,
            CALL: lambda later, who, chance: self.troubles.ring(who, later, chance),
            NEW_PHONE: lambda *_: self._new_phone(account.id),
            FORGETS: lambda *_: self._password(account.id, forgot=True),
            REMEMBERS: lambda *_: self._password(account.id, forgot=False),
        }
        kinds[event.kind](event, account, rng)

    def _come(self, intention: Intention, account: Account, rng: Random) -> None:
        if "/attack/" in intention.key:
            self._attacked(intention, account, rng)
        elif intention.error and not (intention.error == 50057 and account.enabled):
            visit = self._visit(intention, account, rng, intention.at)
            step = Step(intention.app, interactive=True, claim=False, method="password", error=intention.error)
            self.sign_ins.demands.write(visit, step)
        else:
            self._sign_in(intention, account, rng, intention.at)

    def _sign_in(self, intention: Intention, account: Account, rng: Random, at: int, tries: int = 0) -> None:
        visit = self._visit(intention, account, rng, at, self.population.temper(account.id))
        interactive = intention.interactive or tries > 0
        if not interactive and visit.app.resource in visit.state.out and visit.temper and intention.app.client in MODERN_CLIENTS:
            if rng.random() >= _ASKED_AGAIN:
                return
            interactive = True
        ended = self.sign_ins.attempt(visit, interactive=interactive)
        if not self._after(visit, ended):
            self._try_later(visit, ended, intention, tries)

    def _visit(self, intention: Intention, account: Account, rng: Random, at: int, temper: Temper | None = None) -> Visit:
        state = self.memory.session(account.id, intention.session, at, fresh=intention.fresh)
        session = Session(
            account=account,
            machine=intention.machine,
            place=intention.place,
            id=intention.session,
            protocol=intention.protocol,
            transfer=intention.transfer,
            fresh=state.fresh,
            mfa=state.mfa,
            risk=intention.risk,
        )
        return Visit(session, state, intention.app, at, rng, random_id(rng), temper)

    def _after(self, visit: Visit, ended: Ended) -> bool:
        """Draw the consequences of how a visit ended; return whether it got in."""
        _note_end(visit, ended)
        call = self.troubles.note(visit.session.account, visit.temper, visit.app, ended, visit.rng)
        self.days.add([call] if call else [])
        if visit.prompted:
            annoyed = self.troubles.note_prompt(visit.session.account, visit.temper, ended.at, visit.rng)
            self.days.add([annoyed] if annoyed else [])
        if ended.error == 0:
            self.sign_ins.follow_campaign(visit)
        return ended.error == 0

    def _try_later(self, visit: Visit, ended: Ended, intention: Intention, tries: int) -> None:
        if visit.temper is None or intention.app.client not in MODERN_CLIENTS or ended.cause in _STOPS_TRYING:
            return
        waits = self.troubles.is_open(visit.user)
        if tries >= _TRIES and not waits:
            return
        at = ended.at + (visit.rng.randint(2400, 5400) if waits else visit.rng.randint(240, 2400))
        if at == working_time(at, visit.session.place.zone, visit.rng):
            self.days.add([Later(at, f"again {self.memory.turn(visit.user)}", AGAIN, visit.user, f"{intention.key}|{tries + 1}")])

    def _again(self, later: Later, account: Account, rng: Random) -> None:
        key, _, tries = later.about.partition("|")
        intention = self.days.intended.get(key)
        if intention and intention.app.resource in self.memory.session(account.id, intention.session, later.at, fresh=intention.fresh).out:
            self._sign_in(intention, account, rng, later.at, int(tries))

    def _read(self, later: Later, account: Account, rng: Random) -> None:
        self.mails_read += 1
        if later.about:
            self.memory.mind(account.id).mails += 1
            temper = self.population.temper(account.id)
            if temper and rng.random() < temper.kind.after_mail:
                self._register(later, account, rng)

    def _register(self, later: Later, account: Account, rng: Random) -> None:
        """Go to the page for security information, at the own computer, and register there, if it was not done yet."""
        place = account.home if rng.random() < account.from_home or account.work is None else account.work
        if account.registered or place is None:
            return
        intention = Intention(
            key=later.key,
            at=later.at,
            account_id=account.id,
            machine=account.pc or KIOSK,
            place=place,
            session=random_id(rng),
            app=MY_SIGN_INS,
        )
        visit = self._visit(intention, account, rng, later.at, self.population.temper(account.id))
        self._after(visit, self.sign_ins.come_to_register(visit))

    def _new_phone(self, user: str) -> None:
        if any(name in ON_THE_PHONE for name in self.present.factors(user)):
            self.memory.mind(user).stale = True

    def _password(self, user: str, *, forgot: bool) -> None:
        if forgot or user in self.memory.minds:
            mind = self.memory.mind(user)
            mind.forgot, mind.wrong = forgot, 0

    def _attacked(self, intention: Intention, account: Account, rng: Random) -> None:
        """Let somebody who knows the password try: prompts reach the owner, who refuses and in the end calls."""
        visit = self._visit(intention, account, rng, intention.at)
        ended = self.sign_ins.attempt(visit, interactive=True)
        if ended.error in ASKS_TO_REGISTER:
            self.sign_ins.proof_up.fail(visit, 53004)
        if ended.error in ASKS_FOR_MFA and account.capable:
            ended = self.sign_ins.deny(visit)
            mind = self.memory.mind(account.id)
            mind.attacked += 1
            if mind.attacked == _TOO_MANY_PROMPTS:
                call = self.troubles.note(account, self.population.temper(account.id), intention.app, ended, rng)
                self.days.add([call] if call else [])

    def promise(self, user: str, at: int, times: Iterable[int], rng: Random) -> None:
        """Let somebody who was called register soon, or not."""
        temper = self.population.temper(user)
        self.memory.mind(user).calls += 1
        if temper and rng.random() < temper.kind.after_call:
            moment = working_time(at + rng.choice(list(times)), self.population.zone(user), rng)
            self.days.add([Later(moment, f"promise {self.memory.turn(user)}", REGISTER, user)])


def _note_end(visit: Visit, ended: Ended) -> None:
    """Note which resources a session has lost; MFA brings all of them back."""
    lost = [] if ended.error == 0 and visit.prompted else [each for each in visit.state.out if each != visit.app.resource]
    visit.state.out = [*lost, visit.app.resource] if ended.error else lost
