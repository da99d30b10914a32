"""Registering in the middle of a sign-in or for its own sake: forced, by a Temporary Access Pass, from the page, after a nudge."""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.emulator.people.demands import Demands
from unbroken.emulator.people.ended import ASKS_FOR_MFA, ASKS_TO_REGISTER, SERVICE_FAILED, Ended, failed
from unbroken.emulator.people.memory import Memory
from unbroken.emulator.people.methods import current_pass, factor_of_pass, kind_of
from unbroken.emulator.people.present import Present
from unbroken.emulator.people.registering import Registering
from unbroken.emulator.people.second_factor import SecondFactor
from unbroken.emulator.people.visit import Visit
from unbroken.emulator.sample.wording import PASSES

_RISKY = frozenset({"medium", "high"})


@dataclass(slots=True)
class ProofUp:
    """Lets people register, who can and will."""

    demands: Demands
    present: Present
    memory: Memory
    registering: Registering
    second: SecondFactor

    def fail(self, visit: Visit, error: int, *, interactive: bool = True) -> Ended:
        """Write a row that something beside the policies stops, and return the end."""
        step = self.demands.step(visit, interactive=interactive, method="password")._replace(error=error, defaults=False)
        return failed(self.demands.write(visit, step), visit.at, visit.session, visit.app)

    def forced(self, visit: Visit, error: int) -> Ended:
        """Register because there is no way on without, if somebody can and will."""
        if visit.session.risk in _RISKY:
            return self.fail(visit, 53004)
        return self.by_pass(visit) or self._barred(visit) or self._by_choice(visit, error)

    def by_pass(self, visit: Visit) -> Ended | None:
        """Use a Temporary Access Pass, where there is one, and register while at it; None without a pass that would do."""
        given = current_pass(self.present.methods(visit.user), visit.at)
        if given is None:
            return None
        factor = factor_of_pass(given)
        step = self.demands.step(visit, interactive=True, method=factor)
        if self.demands.error_of(visit, step) in ASKS_FOR_MFA | ASKS_TO_REGISTER:
            return None
        visit.wait(40, 120)
        self.registering.use_up(visit.user, given)
        ended = self.second.done(visit, factor)
        return ended._replace(registered=self.now(visit, method=factor))

    def _barred(self, visit: Visit) -> Ended | None:
        """Write that registering is not allowed from here; None when it is."""
        if not self.registering.blocked_here(visit.session, self.demands.step(visit, interactive=True, method="password")):
            return None
        visit.wait(10, 30)
        return self.fail(visit, 53010)

    def _by_choice(self, visit: Visit, error: int) -> Ended:
        """Register, or turn back."""
        factor = self._wanted(visit)
        if not factor:
            return Ended(error, visit.at, self._why_not(visit))
        visit.wait(60, 240)
        if self.second.is_out(visit):
            return self.fail(visit, SERVICE_FAILED)
        self._register(visit, factor)
        return self.second.done(visit, factor)._replace(registered=True)

    def _why_not(self, visit: Visit) -> str:
        """Return the cause when somebody turns back: a pass that does not work any more comes before everything else."""
        if any(kind_of(method) == "temporaryAccessPass" for method in self.present.methods(visit.user)):
            return "TAP-01"
        if visit.session.account.guest_kind:
            return "GST-01"
        return "REG-02" if visit.temper is not None and visit.temper.clumsy else "REG-01"

    def _wanted(self, visit: Visit) -> str:
        """Return what the visitor would register now, empty when nothing can be or is wanted."""
        if visit.temper is None or visit.temper.clumsy:
            return ""
        willing = visit.determined or self.registering.is_willing(visit.temper, self.memory.mind(visit.user), visit.rng)
        found = self.registering.choices(visit.temper, visit.user) if willing else []
        return next((name for name in found if self._would_do(visit, name)), "")

    def _would_do(self, visit: Visit, factor: str) -> bool:
        """Return whether the sign-in could go on with a method: one that is not of the wanted strength helps nobody."""
        step = self.demands.step(visit, interactive=True, method=factor)
        return self.demands.error_of(visit, step) not in ASKS_FOR_MFA | ASKS_TO_REGISTER

    def _register(self, visit: Visit, factor: str) -> None:
        self.registering.register(visit.session, factor, visit.at)
        visit.session.account = self.present.account(visit.user) or visit.session.account

    def now(self, visit: Visit, *, method: str) -> bool:
        """Register in a session that has got in by `method`; return whether it came to that."""
        if visit.temper is None:
            return False
        found = self.registering.choices(visit.temper, visit.user, with_pass=method in PASSES)
        step = self.demands.step(visit, interactive=True, method=method)
        if not found or self.registering.blocked_here(visit.session, step):
            return False
        visit.wait(60, 240)
        self._register(visit, found[0])
        return True
