"""One sign-in from the first factor to the end."""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.emulator.people.demands import Demands
from unbroken.emulator.people.ended import ASKS_FOR_MFA, ASKS_TO_REGISTER, Ended, failed
from unbroken.emulator.people.memory import Memory
from unbroken.emulator.people.proof_up import ProofUp
from unbroken.emulator.people.second_factor import SecondFactor
from unbroken.emulator.people.visit import Visit
from unbroken.emulator.sample.wording import PASSWORDLESS

_LOCKED_AFTER = 10
"""Wrong passwords until smart lockout (entra-docs, howto-password-smart-lockout.md)."""


@dataclass(slots=True)
class SignIns:
    """Carries out sign-ins."""

    demands: Demands
    memory: Memory
    second: SecondFactor
    proof_up: ProofUp

    def attempt(self, visit: Visit, *, interactive: bool) -> Ended:
        """Let the visit ask for its application, and return how it ended."""
        wrong = self._first_factor(visit, interactive=interactive)
        if wrong:
            return self.proof_up.fail(visit, wrong, interactive=interactive)
        error = self._ask(visit, interactive=interactive)
        if error == 0:
            return Ended(0, visit.at)
        if visit.temper is None or error not in ASKS_FOR_MFA | ASKS_TO_REGISTER:
            return failed(error, visit.at, visit.session, visit.app)
        if self.second.is_done_at_home(visit):
            return self.second.at_home(visit)
        return self._prompted(visit, error) if error in ASKS_FOR_MFA else self.proof_up.forced(visit, error)

    def _prompted(self, visit: Visit, error: int) -> Ended:
        ended = self.second.challenge(visit, error)
        without = ended.cause in {"REG-04", "APP-01"}
        return (self.proof_up.by_pass(visit) if without else None) or ended

    def _first_factor(self, visit: Visit, *, interactive: bool) -> int:
        """Return the error of the first factor, 0 when it is right: disabled accounts and forgotten passwords."""
        if not visit.session.account.enabled:
            return 50057
        mind = self.memory.minds.get(visit.user)
        typed = interactive and visit.session.fresh and not visit.state.mfa
        if mind is None or not mind.forgot or not typed or self.second.habit(visit) in PASSWORDLESS:
            return 0
        mind = self.memory.mind(visit.user)
        mind.wrong += visit.rng.randint(1, 3)
        return 50053 if mind.wrong >= _LOCKED_AFTER else 50126

    def _ask(self, visit: Visit, *, interactive: bool) -> int:
        """Write the first row and return its error."""
        claim = self.memory.claim(visit.user, visit.device, visit.at)
        if claim and not visit.state.mfa:
            visit.state.factor = claim.factor
        has = visit.state.mfa or claim is not None
        passwordless = self._passwordless(visit) if interactive and visit.session.fresh else ""
        step = self.demands.step(visit, interactive=interactive, method=passwordless or "password", claim=has)
        error = self.demands.write(visit, step)
        if error == 0 and (passwordless or has):
            self.second.remember(visit, passwordless or visit.state.factor)
        if error == 0 and interactive:
            visit.state.fresh = visit.session.fresh = False
        return error

    def _passwordless(self, visit: Visit) -> str:
        """Return the one step that somebody signs in with instead of a password, where it works."""
        first = self.second.habit(visit)
        return first if first in PASSWORDLESS and not self.second.stops(visit, first) else ""

    def come_to_register(self, visit: Visit) -> Ended:
        """Open the page for security information and register there."""
        visit.determined = True
        ended = self.attempt(visit, interactive=True)
        if ended.error or ended.registered or (visit.temper and visit.temper.clumsy):
            return ended
        return ended._replace(registered=self.proof_up.now(visit, method=visit.state.factor or "password"))

    def follow_campaign(self, visit: Visit) -> bool:
        """Let the registration campaign ask after MFA; return whether a method was registered."""
        registering = self.proof_up.registering
        if visit.temper is None or not visit.prompted or not registering.is_nudged(visit.session, visit.at):
            return False
        if registering.follows(visit.temper, visit.user, visit.at, visit.rng):
            return self.proof_up.now(visit, method=visit.state.factor or "password")
        return False

    def deny(self, visit: Visit) -> Ended:
        """Let the owner of the account refuse a prompt that somebody else caused."""
        visit.wait(30, 70)
        return self.second.refused(visit, self.second.habit(visit), 500121, "SEC-03")
