"""The second factor: which one is at hand, whether it works and is answered, and what the device remembers of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unbroken.emulator.people.demands import Demands
from unbroken.emulator.people.ended import ASKS_FOR_MFA, SERVICE_FAILED, Ended, failed
from unbroken.emulator.people.memory import Memory
from unbroken.emulator.people.methods import ON_THE_PHONE
from unbroken.emulator.people.present import Present
from unbroken.emulator.people.visit import Visit

_LOCAL = frozenset({"fido2", "windowsHelloForBusiness"})
"""Factors that need no service beside the sign-in itself."""
_KNOWS_ANOTHER_WAY = 0.5
"""Of those whose Authenticator is gone and who have another method: find `Sign in another way`."""
_AT_HOME = "password,microsoftAuthenticatorPush"
"""What a guest's own tenant is taken to ask for."""


@dataclass(slots=True)
class SecondFactor:
    """Answers prompts."""

    demands: Demands
    present: Present
    memory: Memory
    outage: Callable[[int], float]
    """Second -> the share of MFA requests that fail then."""

    def at_hand(self, visit: Visit) -> list[str]:
        """Return the factors that can be used here, the habitual one first: Windows Hello is on one's own computer only."""
        own = visit.session.machine is visit.session.account.pc
        return [name for name in self.present.factors(visit.user) if own or name != "windowsHelloForBusiness"]

    def habit(self, visit: Visit) -> str:
        """Return the factor that is tried first, empty when there is none."""
        return next(iter(self.at_hand(visit)), "")

    def challenge(self, visit: Visit, error: int) -> Ended:
        """Answer a prompt with the first factor that would do, or find that there is none."""
        steps = {name: self.demands.step(visit, interactive=True, method=name) for name in self.at_hand(visit)}
        passing = [name for name, step in steps.items() if self.demands.error_of(visit, step) not in ASKS_FOR_MFA]
        if not passing:
            return Ended(error, visit.at, "REG-04")
        factor = self._chosen(visit, passing)
        stop, cause = self.stops(visit, factor) or self._unanswered(visit)
        if stop:
            visit.wait(30, 70)
            return self.refused(visit, factor, stop, cause)
        visit.wait(8, 40)
        return self.done(visit, factor)

    def _chosen(self, visit: Visit, passing: list[str]) -> str:
        lost = self.is_lost(visit) and passing[0] in ON_THE_PHONE
        others = [name for name in passing if name not in ON_THE_PHONE]
        return others[0] if lost and others and visit.rng.random() < _KNOWS_ANOTHER_WAY else passing[0]

    def is_lost(self, visit: Visit) -> bool:
        """Return whether the telephone with the Authenticator is gone."""
        mind = self.memory.minds.get(visit.user)
        return mind is not None and mind.stale

    def stops(self, visit: Visit, factor: str) -> tuple[int, str] | None:
        """Return the error and the cause why a factor does not work now: its telephone is gone, or the service is out."""
        if factor in ON_THE_PHONE and self.is_lost(visit):
            return 500121, "APP-01"
        if factor not in _LOCAL and self.is_out(visit):
            return SERVICE_FAILED, "OUT-01"
        return None

    def is_out(self, visit: Visit) -> bool:
        """Return whether the service fails this time."""
        share = self.outage(visit.at)
        return share > 0 and visit.rng.random() < share

    @staticmethod
    def _unanswered(visit: Visit) -> tuple[int, str]:
        answers = visit.temper.answers if visit.temper else 0.0
        return (0, "") if visit.rng.random() < answers else (500121, "APP-02")

    def refused(self, visit: Visit, factor: str, error: int, cause: str) -> Ended:
        """Write the row after a second factor that failed."""
        step = self.demands.step(visit, interactive=True, method=factor)._replace(error=error)
        return Ended(self.demands.write(visit, step), visit.at, cause)

    def done(self, visit: Visit, factor: str) -> Ended:
        """Write the row after a second factor that was right."""
        error = self.demands.write(visit, self.demands.step(visit, interactive=True, method=factor))
        visit.prompted = True
        self.remember(visit, factor)
        visit.state.fresh = visit.session.fresh = False
        return Ended(0, visit.at) if error == 0 else failed(error, visit.at, visit.session, visit.app)

    def remember(self, visit: Visit, factor: str) -> None:
        """Let the session and a registered device carry the claim."""
        visit.state.mfa, visit.state.factor = True, factor
        visit.session.mfa = True
        self.memory.hold_claim(visit.user, visit.device, visit.at, factor)

    def is_done_at_home(self, visit: Visit) -> bool:
        """Return whether a guest's MFA in the home tenant counts here."""
        account = visit.session.account
        return account.guest_kind != "" and self.present.trusts_mfa_of(account.home_tenant)

    def at_home(self, visit: Visit) -> Ended:
        """Write the row of a guest who comes back from the home tenant with a claim."""
        visit.wait(8, 40)
        visit.state.mfa, visit.state.factor = True, _AT_HOME
        error = self.demands.write(visit, self.demands.step(visit, interactive=True, method="password", claim=True))
        return Ended(0, visit.at) if error == 0 else failed(error, visit.at, visit.session, visit.app)
