"""What the tenant demands of a sign-in at this moment, and the rows that say so: policies, security defaults, per-user MFA."""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.emulator.people.ended import ASKS_FOR_MFA
from unbroken.emulator.people.present import Present
from unbroken.emulator.people.visit import Visit
from unbroken.emulator.sample.log import per_user_mfa
from unbroken.emulator.sample.records import Step
from unbroken.emulator.sample.wording import CLIENT_APP_TYPES, FACTORS
from unbroken.emulator.security_defaults import Asked, security_defaults_error


@dataclass(slots=True)
class Seen:
    """When a user signed in last, and the ids of the rows: (second, row)."""

    interactive: tuple[int, str] = (0, "")
    background: tuple[int, str] = (0, "")
    success: tuple[int, str] = (0, "")


@dataclass(slots=True)
class Demands:
    """Judges steps of a sign-in and writes their rows."""

    present: Present
    seen: dict[str, Seen] = field(default_factory=dict)
    rows_written: int = 0
    failures: int = 0

    def step(self, visit: Visit, *, interactive: bool, method: str, claim: bool = False) -> Step:
        """Return the step with all that is demanded of it; its error is set when something beside the policies stops it."""
        step = Step(visit.app, interactive, claim, method, claimed=visit.state.factor if claim else "")
        if self.present.rows.judged(visit.session, step)[1] != 0:
            return step
        if self.present.security_defaults():
            step = self._with_defaults(visit, step)
        if step.error is None and per_user_mfa(visit.session, step) and method not in FACTORS:
            return step._replace(error=50074 if visit.session.account.registered else 50072)
        return step

    def _with_defaults(self, visit: Visit, step: Step) -> Step:
        session = visit.session
        asked = Asked(
            client=CLIENT_APP_TYPES.get(step.app.client, "other"),
            resource=step.app.resource,
            roles=self.present.rows.tenant.roles_of(session.account.id),
            registered=session.account.registered or step.method in FACTORS,
            mfa=False,
            interactive=step.interactive,
            suspicious=session.risk != "none" or (session.fresh and not session.machine.device_id and not session.place.trusted),
        )
        error = security_defaults_error(asked)
        if error in ASKS_FOR_MFA:
            return step._replace(defaults=True, error=None if step.claim or step.method in FACTORS else error)
        return step._replace(error=error or None)

    def error_of(self, visit: Visit, step: Step) -> int:
        """Return the error a step would end with, without writing anything."""
        return self.present.rows.judged(visit.session, step)[1]

    def write(self, visit: Visit, step: Step) -> int:
        """Write a row at the visit's moment and return its error code."""
        error, row = self.present.rows.write(visit.session, step, visit.at, visit.correlation, visit.rng)
        self.rows_written += 1
        self.failures += error != 0
        seen = self.seen.setdefault(visit.user, Seen())
        if step.interactive:
            seen.interactive = max(seen.interactive, (visit.at, row))
        else:
            seen.background = max(seen.background, (visit.at, row))
        if error == 0:
            seen.success = max(seen.success, (visit.at, row))
        return error
