"""The people of one tenant: plays what happens up to a moment, in the order of time, against the tenant as it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date

from unbroken.emulator.cloud.effect import policies_in_effect, tenant_in_effect
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.emulator.conditions import UnsupportedPolicy, understood
from unbroken.emulator.enforcement import DISABLED
from unbroken.emulator.people.activity import write_activity
from unbroken.emulator.people.clock import VirtualClock
from unbroken.emulator.people.days import Days
from unbroken.emulator.people.demands import Demands
from unbroken.emulator.people.helpdesk import Helpdesk
from unbroken.emulator.people.life import Life
from unbroken.emulator.people.mail import READ, is_about_registration, reading_time, recipients, unread
from unbroken.emulator.people.memory import Later, Memory, recall
from unbroken.emulator.people.outages import Outage, announce, share_out
from unbroken.emulator.people.population import Origin, Population
from unbroken.emulator.people.present import Present
from unbroken.emulator.people.proof_up import ProofUp
from unbroken.emulator.people.registering import Registering
from unbroken.emulator.people.second_factor import SecondFactor
from unbroken.emulator.people.sign_in import SignIns
from unbroken.emulator.people.troubles import Troubles
from unbroken.emulator.sample.rows import Rows

_ROWS_KEPT = 5000
"""Rows in memory before they go to the log."""
_SOON_SECONDS = (900, 3600, 7200, 18000)
"""When somebody who was called gets round to it."""


@dataclass(slots=True)
class People:
    """Everybody who lives in a tenant."""

    world: World
    clock: VirtualClock
    life: Life
    outages: Callable[[], Sequence[Outage]]
    halted: str = ""
    """Why nobody does anything: a policy that the interpreter does not understand."""
    _counted: dict[str, int] = field(default_factory=dict)

    @property
    def memory(self) -> Memory:
        """Return what people remember."""
        return self.life.memory

    def catch_up(self) -> None:
        """Play what has happened since, and stand still while a policy is not understood."""
        now = int(self.clock())
        if self.life.days.is_quiet(now) and not self._has_mail() and not self.outages():
            return
        try:
            self.play(now)
        except UnsupportedPolicy as error:
            self.halted = str(error)

    def play(self, until: int) -> Wire:
        """Play what happens up to the second `until` and return the counts of it.

        Raises:
            UnsupportedPolicy: the interpreter does not know a policy; nothing is played.
        """
        before = self._counts()
        self._check()
        self._deliver_mail()
        if until > self.memory.state.played_until and not self.life.days.is_quiet(until):
            with self.world.archive.together(), self.clock.held() as hold:
                self._play(until, hold)
        announce(self.world, self.outages(), until)
        return {name: count - before[name] for name, count in self._counts().items()}

    def _play(self, until: int, hold: Callable[[float], None]) -> None:
        life, rows = self.life, self.life.present.rows.rows
        for event in life.days.until(until):
            hold(event.at)
            life.live(event)
            if len(rows) >= _ROWS_KEPT:
                self._hand_over()
        hold(until)
        self._hand_over()
        write_activity(self.world, life.sign_ins.demands.seen)
        life.sign_ins.demands.seen.clear()
        self._keep(until)

    def _hand_over(self) -> None:
        """Give the rows to the log."""
        rows = self.life.present.rows.rows
        rows.sort()
        self.world.archive.add_sign_ins(row.rstrip().encode() for _, row in rows)
        rows.clear()

    def _keep(self, until: int) -> None:
        self.memory.state.played_until = until
        self.memory.state.next_day = str(self.life.days.next_day)
        self.memory.keep(self.life.days.later())

    def _check(self) -> None:
        self.halted = ""
        for policy in policies_in_effect(self.world):
            if policy["state"] != DISABLED:
                understood(policy)

    def _counts(self) -> dict[str, int]:
        life, demands = self.life, self.life.sign_ins.demands
        return {
            "signIns": demands.rows_written,
            "failures": demands.failures,
            "registrations": life.sign_ins.proof_up.registering.count,
            "helpdeskCalls": life.troubles.desk.count,
            "mailsRead": life.mails_read,
        }

    def _has_mail(self) -> bool:
        return next(unread(self.world, self.memory.state.mails), None) is not None

    def _deliver_mail(self) -> None:
        """Let mail that was sent since be read some time."""
        addresses: dict[str, str] = {}
        for mail in unread(self.world, self.memory.state.mails):
            addresses = addresses or self._addresses()
            self.memory.state.mails += 1
            self._deliver(mail, addresses)

    def _addresses(self) -> dict[str, str]:
        users = self.world.of("users")
        known = [(key, users[key]) for key in self.life.population.by_id if key in users]
        return {str(user[name]).lower(): key for name in ("userPrincipalName", "mail") for key, user in known if user.get(name)}

    def _deliver(self, mail: Wire, addresses: dict[str, str]) -> None:
        population, now = self.life.population, self.clock()
        for user in recipients(self.world, mail, addresses):
            temper = population.temper(user) if user in population.by_id else None
            rng = population.seed.stream("mail", mail["id"], user)
            if temper and rng.random() < temper.reads_mail:
                at = reading_time(now, temper, population.zone(user), rng)
                about = "registration" if is_about_registration(mail) else ""
                self.life.days.add([Later(at, f"mail {mail['id']} {user}", READ, user, about)])

    def call(self, user: str) -> Wire:
        """Let somebody be called about registering; what comes of it, time shows."""
        rng = self.life.population.seed.stream("called", user, self.memory.mind(user).calls)
        self.life.promise(user, int(self.clock()), _SOON_SECONDS, rng)
        self._keep(self.memory.state.played_until)
        return {"userId": user, "calls": self.memory.mind(user).calls}


def people_of(world: World, clock: VirtualClock, origin: Origin, outages: Callable[[], Sequence[Outage]]) -> People:
    """Return the people of a tenant, as they were left."""
    population, memory = Population.of(origin), recall(world)
    days = Days(population, date.fromisoformat(memory.state.next_day))
    days.resume(date.fromisoformat(memory.state.first_day), memory.state.played_until)
    days.add(memory.state.later)
    present = Present(world, Rows(population.seed, tenant_in_effect(world), policies_in_effect(world)), population.by_id, _told(memory))
    demands, registering = Demands(present), Registering(present, memory)
    second = SecondFactor(demands, present, memory, lambda at: share_out(outages(), at))
    sign_ins = SignIns(demands, memory, second, ProofUp(demands, present, memory, registering, second))
    life = Life(population, present, memory, days, sign_ins, Troubles(memory, Helpdesk(world)))
    return People(world, clock, life, outages)


def _told(memory: Memory) -> dict[str, Callable[[str], None]]:
    return {"revocations": memory.end_sessions, "passwordResets": memory.new_password}
