"""The blast radius of a change: whom it prompts, who must register, who is locked out and what breaks."""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.evaluate.decision import Outcome

Tally = dict[Outcome, int]
"""Sign-ins by outcome; outcomes that did not occur are absent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInCounts:
    """Where every row of the log went: `read` is the sum of all others."""

    read: int
    duplicates: int
    joined: int
    evaluated: int
    skipped: dict[str, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompts:
    """Sign-ins that meet a demand for MFA after the change, by how sure it is that the person sees a prompt.

    `certain`: the log shows this sign-in held no MFA. `likely`: no MFA was seen in its session. `unknown`: the log cannot tell.
    """

    certain: int = 0
    likely: int = 0
    unknown: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """Sign-ins of one user, one app or one client before and after."""

    id: str
    name: str
    """User principal name, app display name, or the log's `clientAppUsed`."""
    sign_ins: int
    before: Tally
    after: Tally
    worst: Outcome
    """The most severe outcome after; `unknown` only when there is nothing certain and worse than `mfa`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """One user for whom the change matters: what happens and what helps."""

    user_id: str
    user_principal_name: str
    display_name: str = ""
    department: str = ""
    effect: str
    """`prompted`, `must register`, `cannot register`, `needs another control`, `blocked`, `locked out`, `unknown`."""
    why: str
    """One sentence with the policy's name and the missing thing."""
    sign_ins: int
    """Sign-ins of this effect."""
    kind: str = ""
    """Kind of account when it is not a plain person; see `AccountKind.kind`."""
    new: bool = True
    """False when the sign-ins met the same before the change."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LegacyDependency:
    """Something that signs in with legacy authentication and would stop."""

    user: str
    client_app_used: str
    device: str
    user_agent: str
    app: str
    successes: int
    failures: int
    last_success: str
    """ISO date and time, UTC; empty when it never succeeded."""
    remediation: str
    noise: bool = False
    """Only failures: password spray, not a dependency."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountKind:
    """A guess at what an account is, with the evidence."""

    user_id: str
    user_principal_name: str
    kind: str
    """`shared mailbox`, `room`, `directory synchronisation`, `service`, `guest`, `partner`, `no phone`, `break-glass`,
    `direct connect`, `executive` (a person not to exempt), `stale`, `disabled`."""
    evidence: tuple[str, ...]
    certainty: str
    """`certain`, `likely`."""
    suggestion: str = ""
    """What the written sequence does with such an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """One kind of difference between our answer and the logged result."""

    policy: str
    field: str
    """`applies` or `result`, and the condition if the log names it."""
    expected: str
    """What the log says."""
    got: str
    """What we say."""
    n: int
    example: str
    """Id of one such sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How far our answers agree with what Entra ID logged for the policies that exist."""

    compared: int = 0
    """Pairs of a sign-in and a policy."""
    agreed: int = 0
    unknown: int = 0
    """Pairs for which we say that we do not know; not part of `compared`."""
    applying: int = 0
    """Of the compared pairs, those in which the log or we say that the policy applies: the ones that are not trivial."""
    applying_agreed: int = 0
    disagreements: tuple[Disagreement, ...] = ()

    @property
    def rate(self) -> float | None:
        """Return the share (0 to 1) of compared pairs that agree, None when nothing could be compared."""
        return self.agreed / self.compared if self.compared else None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationShare:
    """How many of the people the change demands MFA from can do it today."""

    in_scope: int
    capable: int
    unknown: int = 0

    @property
    def share(self) -> float | None:
        """Return capable / in scope (0 to 1), None when nobody is in scope."""
        return self.capable / self.in_scope if self.in_scope else None


@dataclass(frozen=True, slots=True, kw_only=True)
class HourLoad:
    """What one hour of the week brings, averaged over the weeks of the log, in the tenant's time zone."""

    weekday: int
    """0 is Monday."""
    hour: int
    sign_ins: float
    prompts: float
    """Upper bound: certain, likely and unknown prompts."""
    first_prompts: float
    """People who meet their first prompt after the switch in this hour of the first week; the helpdesk's load."""
    registrations: float
    """People who are forced to register in this hour of the first week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyEffect:
    """How often one policy of the proposed set applied, and what it is to the change."""

    id: str
    display_name: str
    state: str
    change: str
    """`unchanged`, `added`, `replaced`."""
    replaced_state: str = ""
    """State of the policy it replaces; empty when it replaces none."""
    applied: int
    unknown: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BlastRadius:
    """Everything `assess` has to say."""

    tenant: str
    time_zone: str
    first: str
    """ISO time (UTC) of the first sign-in evaluated; empty when there is none."""
    last: str
    sign_ins: SignInCounts
    prompts: Prompts
    before: Tally
    after: Tally
    users: tuple[Impact, ...] = ()
    apps: tuple[Impact, ...] = ()
    clients: tuple[Impact, ...] = ()
    people: tuple[Person, ...] = ()
    legacy: tuple[LegacyDependency, ...] = ()
    accounts: tuple[AccountKind, ...] = ()
    calibration: Calibration = field(default_factory=Calibration)
    registration: RegistrationShare
    hours: tuple[HourLoad, ...] = ()
    policies: tuple[PolicyEffect, ...] = ()
    findings: tuple[str, ...] = ()
    """Mistakes in the policy sets that matter whatever the log says (dangling ids, placeholders, break-glass not excluded)."""
    limits: tuple[str, ...] = ()
    """What these data cannot show, in words."""
    problems: tuple[str, ...] = ()
    """Records and files that could not be read, one line each."""
    files: tuple[tuple[str, str, int], ...] = ()
    """(file, what it was read as, records)."""
