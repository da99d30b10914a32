"""The sample's sign-ins: who gets in, who is asked for MFA and does it, which machines keep the claim."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random
from typing import Protocol

from unbroken.emulator.sample.accounts import Account, Machine
from unbroken.emulator.sample.ids import random_id
from unbroken.emulator.sample.records import App, Session, Step
from unbroken.emulator.sample.rows import Rows
from unbroken.emulator.sample.wording import FACTORS, MODERN_CLIENTS, PASSWORDLESS

MFA_INTERRUPTS = frozenset({50074, 50076})
UNANSWERED_SHARE = 0.02
"""Of the MFA prompts: nobody answers."""
CLAIM_SECONDS = 14 * 86400
"""How long a registered device keeps its MFA claim unused; every use renews it (entra-docs, concept-primary-refresh-token.md)."""


class TakesSignIns(Protocol):
    """Whoever is told what an account does on a day: the log that writes it at once, or a list of what is intended."""

    def sign_in(self, session: Session, app: App, at: int, rng: Random, *, interactive: bool) -> bool:
        """Take a sign-in of the session to `app` at second `at`; return whether it got in, as far as that is known."""

    def fail(self, session: Session, app: App, at: int, rng: Random, error: int) -> None:
        """Take a sign-in that fails before Conditional Access is asked."""


@dataclass(slots=True)
class SignInLog:
    """Writes the sign-ins of the sample."""

    out: Rows
    claims: dict[tuple[str, str], int] = field(default_factory=dict)
    """(user, device) -> the second at which its MFA claim ends."""

    def sign_in(self, session: Session, app: App, at: int, rng: Random, *, interactive: bool) -> bool:
        """Let the session ask for `app` at second `at`; return whether it got in. MFA is done when asked for and possible."""
        account, correlation = session.account, random_id(rng)
        claim = session.mfa or self.claims.get((account.id, session.machine.device_id), 0) > at
        factor = session.factor
        method = factor if interactive and factor in PASSWORDLESS and session.fresh else "password"
        step = Step(app, interactive, claim, method)
        if per_user_mfa(session, step) and self.out.judged(session, step)[1] == 0:
            step = step._replace(error=50074)
        error = self.out.write(session, step, at, correlation, rng).error
        if error in MFA_INTERRUPTS and account.capable and account.factor in FACTORS:
            error = self._challenge(session, app, at, correlation, rng)
        if error == 0:
            self._passed(session, step, at)
        return error == 0

    def fail(self, session: Session, app: App, at: int, rng: Random, error: int) -> None:
        """Write a sign-in that failed before Conditional Access was asked."""
        step = Step(app, interactive=True, claim=False, method="password", error=error)
        self.out.write(session, step, at, random_id(rng), rng)

    def _challenge(self, session: Session, app: App, at: int, correlation: str, rng: Random) -> int:
        """Write what follows the interrupt: MFA done in some seconds, or, now and then, not answered."""
        step = Step(app, interactive=True, claim=False, method=session.factor)
        if rng.random() < UNANSWERED_SHARE:
            return self.out.write(session, step._replace(error=500121), at + rng.randint(30, 70), correlation, rng).error
        later = at + rng.randint(8, 40)
        self._remember(session, later)
        return self.out.write(session, step, later, correlation, rng).error

    def hold_claim(self, account: Account, machine: Machine, at: int) -> None:
        """Note that a registered device holds an MFA claim of `account`, as of second `at`."""
        if machine.device_id:
            self.claims[account.id, machine.device_id] = at + CLAIM_SECONDS

    def _remember(self, session: Session, at: int) -> None:
        session.mfa = True
        self.hold_claim(session.account, session.machine, at)

    def _passed(self, session: Session, step: Step, at: int) -> None:
        if step.method in PASSWORDLESS or step.claim:
            self._remember(session, at)
        session.fresh = session.fresh and not step.interactive
        session.account.last_sign_in = max(session.account.last_sign_in, at)


def per_user_mfa(session: Session, step: Step) -> bool:
    """Return whether per-user MFA, outside Conditional Access, asks for a second factor."""
    asked = session.account.per_user_mfa == "enforced" and step.interactive and step.app.client in MODERN_CLIENTS
    return asked and not step.claim and step.method not in PASSWORDLESS
