"""The sign-in log: asks the enforcement what happens to a sign-in and writes it down as Graph beta `signIn` records.

A record is put together from fragments of JSON that are encoded once (who, which app, which machine, where, what happened).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any

import msgspec

from unbroken.emulator.beyond_policies import per_user_mfa
from unbroken.emulator.enforcement import enforce
from unbroken.emulator.sample.accounts import Account, Machine
from unbroken.emulator.sample.ids import Seed, random_id
from unbroken.emulator.sample.records import App, Session, Step, application, device, facts_of, location, outcome, who
from unbroken.emulator.sample.wording import FACTORS, FIRST_FACTOR_ERRORS, MODERN_CLIENTS, PASSWORDLESS
from unbroken.emulator.tenant import Record, Tenant

MFA_INTERRUPTS = frozenset({50074, 50076})
UNANSWERED_SHARE = 0.02
"""Of the MFA prompts: nobody answers."""
CLAIM_SECONDS = 14 * 86400
"""How long a registered device keeps its MFA claim unused; every use renews it (entra-docs, concept-primary-refresh-token.md)."""


@dataclass(slots=True)
class SignInLog:
    """Writes sign-ins to `rows` as (second, record) until somebody takes them away."""

    seed: Seed
    tenant: Tenant
    policies: list[Record]
    rows: list[tuple[int, str]] = field(default_factory=list)
    _claims: dict[tuple[str, str], int] = field(default_factory=dict)
    _fragments: dict[object, str] = field(default_factory=dict)
    _outcomes: dict[object, tuple[str, int]] = field(default_factory=dict)
    _classes: dict[str, object] = field(default_factory=dict)

    def sign_in(self, session: Session, app: App, at: int, rng: Random, *, interactive: bool) -> bool:
        """Let the session ask for `app` at second `at`; return whether it got in. MFA is done when asked for and possible."""
        account, correlation = session.account, random_id(rng)
        claim = session.mfa or self._claims.get((account.id, session.machine.device_id), 0) > at
        factor = session.factor
        method = factor if interactive and factor in PASSWORDLESS and session.fresh else "password"
        step = Step(app, interactive, claim, method)
        if self._per_user_mfa(session, step) and self._outcome(session, step)[1] == 0:
            step = step._replace(error=50074)
        error = self._row(session, step, at, correlation, rng)
        if error in MFA_INTERRUPTS and account.capable and account.factor in FACTORS:
            error = self._challenge(session, app, at, correlation, rng)
        if error == 0:
            self._passed(session, step, at)
        return error == 0

    def _per_user_mfa(self, session: Session, step: Step) -> bool:
        """Return whether per-user MFA asks for a second factor: of a legacy client never, those have their app passwords."""
        state = session.account.per_user_mfa
        asked = state == "enforced" and step.interactive and step.app.client in MODERN_CLIENTS
        return asked and bool(per_user_mfa(state, facts_of(session, step), self.tenant))

    def fail(self, session: Session, app: App, at: int, rng: Random, error: int) -> None:
        """Write a sign-in that failed before Conditional Access was asked."""
        self._row(session, Step(app, interactive=True, claim=False, method="password", error=error), at, random_id(rng), rng)

    def _challenge(self, session: Session, app: App, at: int, correlation: str, rng: Random) -> int:
        """Write what follows the interrupt: MFA done in some seconds, or, now and then, not answered."""
        step = Step(app, interactive=True, claim=False, method=session.factor)
        if rng.random() < UNANSWERED_SHARE:
            return self._row(session, step._replace(error=500121), at + rng.randint(30, 70), correlation, rng)
        later = at + rng.randint(8, 40)
        self._remember(session, later)
        return self._row(session, step, later, correlation, rng)

    def hold_claim(self, account: Account, machine: Machine, at: int) -> None:
        """Note that a registered device holds an MFA claim of `account`, as of second `at`."""
        if machine.device_id:
            self._claims[account.id, machine.device_id] = at + CLAIM_SECONDS

    def _remember(self, session: Session, at: int) -> None:
        session.mfa = True
        self.hold_claim(session.account, session.machine, at)

    def _passed(self, session: Session, step: Step, at: int) -> None:
        if step.method in PASSWORDLESS or step.claim:
            self._remember(session, at)
        session.fresh = session.fresh and not step.interactive
        session.account.last_sign_in = max(session.account.last_sign_in, at)

    def _row(self, session: Session, step: Step, at: int, correlation: str, rng: Random) -> int:
        happened, error = self._outcome(session, step)
        account, machine, place = session.account, session.machine, session.place
        stamp, key = iso(at), random_id(rng)
        whose = self._fragment(("account", account.id), lambda: who(account, self.seed.tenant_id))
        app = self._fragment(step.app, lambda: application(step.app, self.seed))
        kind = (machine.device_id, machine.user_agent, machine.operating_system, step.app.client)
        what = self._fragment(kind, lambda: device(machine, step.app.client))
        where = self._fragment((place.ip, place.city, place.country), lambda: location(place))
        row = (
            f'{{"id":"{key}","createdDateTime":"{stamp}",{whose},{app},{what},{where},{happened.replace("@T", stamp)},'
            f'"correlationId":"{correlation}","originalRequestId":"{key}","sessionId":"{session.id}",'
            f'"uniqueTokenIdentifier":"{key[:8]}{key[-12:]}"}}\n'
        )
        self.rows.append((at, row))
        return error

    def _fragment(self, key: object, build: Callable[[], dict[str, Any]]) -> str:
        text = self._fragments.get(key)
        if text is None:
            text = self._fragments[key] = _inner(build())
        return text

    def _outcome(self, session: Session, step: Step) -> tuple[str, int]:
        """Return the fragment that says what happened, and the error code; equal circumstances are judged once."""
        account, machine, place = session.account, session.machine, session.place
        group = self._classes.get(account.id) or self._class(account)
        state = (machine.platform, machine.compliant, machine.trust, place.trusted != "", place.country, session.risk)
        key = (group, step, state, session.transfer, session.protocol, session.fresh)
        found = self._outcomes.get(key)
        if found is None:
            found = self._outcomes[key] = self._judge(session, step)
        return found

    def _class(self, account: Account) -> object:
        """Return what tells accounts apart for the policies and the wording: those of one class meet the same."""
        scopes = [policy["conditions"]["users"] for policy in self.policies]
        users = {key for scope in scopes for key in (*scope["includeUsers"], *scope["excludeUsers"])}
        groups = {key for scope in scopes for key in (*scope["includeGroups"], *scope["excludeGroups"])}
        found = (
            self.tenant.groups_of(account.id) & groups,
            self.tenant.roles_of(account.id),
            account.id if account.id in users else "",
            (account.guest_kind, account.home_tenant, account.factor, account.registered, account.synced, account.per_user_mfa),
        )
        self._classes[account.id] = found
        return found

    def _judge(self, session: Session, step: Step) -> tuple[str, int]:
        verdict = None if step.error in FIRST_FACTOR_ERRORS else enforce(self.policies, facts_of(session, step), self.tenant)
        error = step.error if step.error is not None else verdict.error_code if verdict else 0
        return _inner(outcome(session, step, verdict, error)), error


def _inner(record: dict[str, Any]) -> str:
    """Return the members of `record` as JSON, without the braces."""
    return msgspec.json.encode(record)[1:-1].decode()


def iso(at: int) -> str:
    """Return a second as Graph writes it."""
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
