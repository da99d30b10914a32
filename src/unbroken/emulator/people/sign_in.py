"""One sign-in from the first factor to the end: prompts answered or not, methods registered or not, claims kept."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from unbroken.emulator.people.demands import Demands
from unbroken.emulator.people.ended import ASKS_FOR_MFA, ASKS_TO_REGISTER, SERVICE_FAILED, Ended, failed
from unbroken.emulator.people.memory import Memory
from unbroken.emulator.people.methods import ON_THE_PHONE, current_pass, factor_of_pass
from unbroken.emulator.people.present import Present
from unbroken.emulator.people.registering import Registering
from unbroken.emulator.people.visit import Visit
from unbroken.emulator.sample.wording import FACTORS, PASSWORDLESS

_LOCAL = frozenset({"fido2", "windowsHelloForBusiness"})
"""Factors that need no service beside the sign-in itself."""
_KNOWS_ANOTHER_WAY = 0.5
"""Of those whose Authenticator is gone and who have another method: find `Sign in another way`."""
_LOCKED_AFTER = 10
"""Wrong passwords until smart lockout (entra-docs, howto-password-smart-lockout.md)."""
_TRUSTED_ELSEWHERE = ("password,microsoftAuthenticatorPush", "fido2")


@dataclass(slots=True)
class SignIns:
    """Carries out sign-ins."""

    demands: Demands
    present: Present
    memory: Memory
    registering: Registering
    outage: Callable[[int], float]
    """Second -> the share of MFA requests that fail then."""

    def attempt(self, visit: Visit, *, interactive: bool) -> Ended:
        """Let the visit ask for its application, and return how it ended."""
        wrong = self._first_factor(visit, interactive=interactive)
        if wrong:
            return self._fail(visit, wrong)
        error = self._ask(visit, interactive=interactive)
        if error == 0:
            return Ended(0, visit.at)
        if visit.temper is not None and error in ASKS_FOR_MFA:
            return self._challenge(visit, error)
        if visit.temper is not None and error in ASKS_TO_REGISTER:
            return self._must_register(visit, error)
        return failed(error, visit.at, visit.session, visit.app)

    def deny(self, visit: Visit) -> Ended:
        """Let the owner of the account refuse a prompt that somebody else caused."""
        visit.wait(30, 70)
        return self._refused(visit, self._habit(visit), 500121, "SEC-03")

    def refuse_registration(self, visit: Visit) -> Ended:
        """Let nobody register whose sign-in is at risk."""
        return self._fail(visit, 53004)

    def _fail(self, visit: Visit, error: int, cause: str = "") -> Ended:
        """Write a row that something beside the policies stops, and return the end."""
        step = self.demands.step(visit, interactive=True, method="password")._replace(error=error, defaults=False)
        ended = failed(self.demands.write(visit, step), visit.at, visit.session, visit.app)
        return ended._replace(cause=cause) if cause else ended

    def _first_factor(self, visit: Visit, *, interactive: bool) -> int:
        """Return the error of the first factor, 0 when it is right: disabled accounts and forgotten passwords."""
        if not visit.session.account.enabled:
            return 50057
        mind = self.memory.minds.get(visit.user)
        typed = interactive and visit.session.fresh and not visit.state.mfa
        if mind is None or not mind.forgot or not typed:
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
        first = self._habit(visit) if interactive and visit.session.fresh else ""
        passwordless = first if first in PASSWORDLESS and not self._stops(visit, first) else ""
        step = self.demands.step(visit, interactive=interactive, method=passwordless or "password", claim=has)
        error = self.demands.write(visit, step)
        if error == 0 and (passwordless or has):
            self._remember(visit, passwordless or visit.state.factor)
        if error == 0 and interactive:
            visit.state.fresh = visit.session.fresh = False
        return error

    def _habit(self, visit: Visit) -> str:
        return next(iter(self._here(visit)), "")

    def _here(self, visit: Visit) -> list[str]:
        """Return the factors at hand: Windows Hello is on one's own computer only."""
        own = visit.session.machine is visit.session.account.pc
        return [name for name in self.present.factors(visit.user) if own or name != "windowsHelloForBusiness"]

    def _remember(self, visit: Visit, factor: str) -> None:
        visit.state.mfa, visit.state.factor = True, factor
        visit.session.mfa = True
        self.memory.hold_claim(visit.user, visit.device, visit.at, factor)

    def _challenge(self, visit: Visit, error: int) -> Ended:
        """Answer the prompt with the first factor that would do, or find that there is none."""
        if self._answers_at_home(visit):
            return self._at_home(visit)
        steps = {name: self.demands.step(visit, interactive=True, method=name) for name in self._here(visit)}
        passing = [name for name, step in steps.items() if self.demands.error_of(visit, step) not in ASKS_FOR_MFA]
        if not passing:
            return self._by_pass(visit) or Ended(error, visit.at, "REG-04")
        factor = self._chosen(visit, passing)
        stop, cause = self._stops(visit, factor) or self._unanswered(visit)
        if stop:
            visit.wait(30, 70)
            if cause == "APP-01" and (ended := self._by_pass(visit)):
                return ended
            return self._refused(visit, factor, stop, cause)
        visit.wait(8, 40)
        return self._done(visit, factor)

    def _chosen(self, visit: Visit, passing: list[str]) -> str:
        lost = self._mind_is_stale(visit) and passing[0] in ON_THE_PHONE
        others = [name for name in passing if name not in ON_THE_PHONE]
        return others[0] if lost and others and visit.rng.random() < _KNOWS_ANOTHER_WAY else passing[0]

    def _mind_is_stale(self, visit: Visit) -> bool:
        mind = self.memory.minds.get(visit.user)
        return mind is not None and mind.stale

    def _stops(self, visit: Visit, factor: str) -> tuple[int, str] | None:
        """Return why a factor does not work now: its telephone is gone, or the service is out."""
        if factor in ON_THE_PHONE and self._mind_is_stale(visit):
            return 500121, "APP-01"
        if factor not in _LOCAL and self._is_out(visit):
            return SERVICE_FAILED, "OUT-01"
        return None

    def _is_out(self, visit: Visit) -> bool:
        share = self.outage(visit.at)
        return share > 0 and visit.rng.random() < share

    @staticmethod
    def _unanswered(visit: Visit) -> tuple[int, str]:
        answers = visit.temper.answers if visit.temper else 0.0
        return (0, "") if visit.rng.random() < answers else (500121, "APP-02")

    def _refused(self, visit: Visit, factor: str, error: int, cause: str) -> Ended:
        step = self.demands.step(visit, interactive=True, method=factor)._replace(error=error)
        return Ended(self.demands.write(visit, step), visit.at, cause)

    def _done(self, visit: Visit, factor: str) -> Ended:
        """Write the row after a second factor that was right."""
        error = self.demands.write(visit, self.demands.step(visit, interactive=True, method=factor))
        visit.prompted = True
        self._remember(visit, factor)
        visit.state.fresh = visit.session.fresh = False
        return Ended(0, visit.at) if error == 0 else failed(error, visit.at, visit.session, visit.app)

    def _answers_at_home(self, visit: Visit) -> bool:
        account = visit.session.account
        return account.guest_kind != "" and self.present.trusts_mfa_of(account.home_tenant)

    def _at_home(self, visit: Visit) -> Ended:
        """Let a guest do MFA in the home tenant, whose claim counts here."""
        visit.wait(8, 40)
        visit.state.mfa, visit.state.factor = True, _TRUSTED_ELSEWHERE[0]
        error = self.demands.write(visit, self.demands.step(visit, interactive=True, method="password", claim=True))
        return Ended(0, visit.at) if error == 0 else failed(error, visit.at, visit.session, visit.app)

    def _by_pass(self, visit: Visit) -> Ended | None:
        """Use a Temporary Access Pass, where there is one, and register while at it; None without a pass that would do."""
        methods = self.present.methods(visit.user)
        given = current_pass(methods, visit.at)
        if given is None:
            return None
        factor = factor_of_pass(given)
        step = self.demands.step(visit, interactive=True, method=factor)
        if self.demands.error_of(visit, step) in ASKS_FOR_MFA | ASKS_TO_REGISTER:
            return None
        visit.wait(40, 120)
        self.registering.use_up(visit.user, given)
        ended = self._done(visit, factor)
        return ended._replace(registered=self._register_now(visit, with_pass=True, method=factor))

    def _must_register(self, visit: Visit, error: int) -> Ended:
        """Register because there is no way on without, if somebody can and will."""
        if self._answers_at_home(visit):
            return self._at_home(visit)
        if visit.session.risk in {"medium", "high"}:
            return self._fail(visit, 53004)
        return self._by_pass(visit) or self._barred(visit) or self._by_choice(visit, error)

    def _barred(self, visit: Visit) -> Ended | None:
        """Write that registering is not allowed from here; None when it is."""
        if not self.registering.blocked_here(visit.session, self.demands.step(visit, interactive=True, method="password")):
            return None
        visit.wait(10, 30)
        return self._fail(visit, 53010)

    def _by_choice(self, visit: Visit, error: int) -> Ended:
        """Register, or turn back."""
        factor = self._wanted(visit)
        if not factor:
            clumsy = visit.temper is not None and visit.temper.clumsy
            return Ended(error, visit.at, "GST-01" if visit.session.account.guest_kind else "REG-02" if clumsy else "REG-01")
        visit.wait(60, 240)
        if self._is_out(visit):
            return self._fail(visit, SERVICE_FAILED)
        self._register(visit, factor)
        return self._done(visit, factor)._replace(registered=True)

    def _wanted(self, visit: Visit) -> str:
        """Return what the visitor would register now, empty when nothing can be or is wanted."""
        if visit.temper is None or visit.temper.clumsy:
            return ""
        willing = visit.determined or self.registering.is_willing(visit.temper, self.memory.mind(visit.user), visit.rng)
        return self.registering.choice(visit.temper, visit.user) if willing else ""

    def _register(self, visit: Visit, factor: str) -> None:
        self.registering.register(visit.session, factor, visit.at)
        visit.session.account = self.present.account(visit.user) or visit.session.account

    def _register_now(self, visit: Visit, *, with_pass: bool = False, method: str = "password") -> bool:
        """Register a method in a session that has got in; return whether it came to that."""
        if visit.temper is None:
            return False
        factor = self.registering.choice(visit.temper, visit.user, with_pass=with_pass)
        step = self.demands.step(visit, interactive=True, method=method)
        if not factor or self.registering.blocked_here(visit.session, step):
            return False
        visit.wait(60, 240)
        self._register(visit, factor)
        return True

    def come_to_register(self, visit: Visit) -> Ended:
        """Open the page for security information and register there."""
        visit.determined = True
        ended = self.attempt(visit, interactive=True)
        if ended.error or ended.registered or (visit.temper and visit.temper.clumsy):
            return ended
        last = visit.state.factor if visit.state.factor in FACTORS else "password"
        return ended._replace(registered=self._register_now(visit, method=last))

    def follow_campaign(self, visit: Visit) -> bool:
        """Let the registration campaign ask after MFA; return whether a method was registered."""
        if visit.temper is None or not visit.prompted or not self.registering.is_nudged(visit.session, visit.at):
            return False
        if self.registering.follows(visit.temper, visit.user, visit.at, visit.rng):
            return self._register_now(visit, method=visit.state.factor or "password")
        return False
