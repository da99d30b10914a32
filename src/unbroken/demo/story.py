"""What the demonstration tells: days with their events, how it ends, and what came of just switching the policy on."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Day:
    """One day and what happened on it."""

    day: int
    date: str
    phase: str
    """`prepare`, or `switched on`: what nobody should do."""
    events: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Met:
    """How far one account came with the new policy: what was foretold, or what happened."""

    user: str
    """Object id."""
    name: str
    level: str
    """One of `LEVELS`."""


LEVELS = ("nothing", "prompted", "register", "stopped")
"""From nothing new to no way in; each is worse than the one before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What was foretold against what happened, account by account."""

    table: dict[tuple[str, str], int] = field(default_factory=dict)
    """(foretold, happened) -> accounts."""
    worse: tuple[tuple[str, str, str], ...] = ()
    """(name, foretold, happened) of every account that met something worse than foretold: the log had not shown such a
    sign-in of it before, or what was foretold is wrong."""
    unseen: tuple[tuple[str, str], ...] = ()
    """(name, happened) of accounts of which the log before knew nothing: nothing was foretold."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SwitchedOn:
    """What came of switching the policy on for everybody at once."""

    locked_out: int
    """Accounts that were stopped and did not get in again by the end."""
    forced_registrations: int
    """People who had to register a method at a sign-in."""
    helpdesk_calls: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Final:
    """Where the tenant stands at the end of what the product does; None: not known, for nobody has come that far."""

    phase: str
    capable_share: float | None
    legacy_successes: int
    break_glass_free: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """The whole demonstration."""

    seed: int
    days: tuple[Day, ...]
    final: Final
    switched_on: SwitchedOn
    verdict: Verdict

    @property
    def ends_well(self) -> bool:
        """Return whether everybody of whom it was foretold that they get in did so: no wrong "safe"."""
        return not any(before in LEVELS[:2] and met in LEVELS[2:] for _, before, met in self.verdict.worse)
