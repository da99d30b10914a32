"""What people carry from one day to the next, kept with the tenant: their patience, their claims, what they mean to do later."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import msgspec

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.emulator.sample.log import CLAIM_SECONDS

MINDS, KEPT = "peopleMinds", "peopleState"
"""Collections: one record for each person something has happened to; and everything else, by name."""
SESSION_SECONDS = 36 * 3600


class Mind(msgspec.Struct):
    """What has happened to one person."""

    failures: dict[str, int] = {}
    """Trouble, by what does not work (see `troubles`) -> failed sign-ins since the last good one."""
    calls_open: dict[str, str] = {}
    """Trouble -> id of the open call at the helpdesk; empty while the telephone is still ringing."""
    stale: bool = False
    """The telephone with the Authenticator is gone, the method is still registered."""
    forgot: bool = False
    """The password."""
    attacked: int = 0
    """Prompts that somebody else caused."""
    wrong: int = 0
    """Wrong passwords typed in a row."""
    prompted: list[int] = []
    """When MFA was asked for and done, in the last week."""
    turns: int = 0
    """Things that were put off."""
    snoozes: int = 0
    snoozed_until: int = 0
    mails: int = 0
    """Mails about registration that were read."""
    calls: int = 0
    """Calls from the rollout's people."""


class Claim(msgspec.Struct, frozen=True):
    """MFA that a registered device remembers."""

    ends: int
    factor: str = ""


class SessionState(msgspec.Struct):
    """How a session stands: what has been proved in it."""

    at: int
    fresh: bool = True
    mfa: bool = False
    factor: str = ""
    out: list[str] = []
    """Resources whose last sign-in failed: nothing happens with them in the background any more."""


class Later(msgspec.Struct, frozen=True):
    """Something that happens at a moment to come: of a kind, to a user, about something."""

    at: int
    key: str
    kind: str
    user: str
    about: str = ""


class _State(msgspec.Struct):
    played_until: int
    first_day: str
    """The day the people begin with: what lies before is the sample's log."""
    next_day: str
    mails: int = 0
    later: list[Later] = []
    claims: dict[str, Claim] = {}
    sessions: dict[str, SessionState] = {}


@dataclass(slots=True)
class Memory:
    """Everything people remember, in the tenant's own records."""

    world: World
    state: _State
    minds: dict[str, Mind] = field(default_factory=dict)
    _touched: set[str] = field(default_factory=set)

    def mind(self, user: str) -> Mind:
        """Return a person's memory, to read or to change."""
        self._touched.add(user)
        return self.minds.setdefault(user, Mind())

    def claim(self, user: str, device: str, at: int) -> Claim | None:
        """Return the MFA claim that a device holds for a user."""
        found = self.state.claims.get(f"{user} {device}") if device else None
        return found if found and found.ends > at else None

    def hold_claim(self, user: str, device: str, at: int, factor: str) -> None:
        """Note that a registered device holds an MFA claim as of second `at`."""
        if device:
            self.state.claims[f"{user} {device}"] = Claim(at + CLAIM_SECONDS, factor)

    def end_sessions(self, user: str) -> None:
        """Forget a user's claims and sessions: they were revoked."""
        for key in [key for key in self.state.claims if key.startswith(f"{user} ")]:
            del self.state.claims[key]
        for key in [key for key in self.state.sessions if key.startswith(f"{user} ")]:
            self.state.sessions[key] = SessionState(self.state.sessions[key].at)

    def new_password(self, user: str) -> None:
        """Let a user know the password again: somebody has set a new one."""
        if user in self.minds:
            mind = self.mind(user)
            mind.forgot, mind.wrong = False, 0

    def session(self, user: str, session: str, at: int, *, fresh: bool) -> SessionState:
        """Return how a session stands, to read or to change."""
        found = self.state.sessions.setdefault(f"{user} {session}", SessionState(at, fresh))
        found.at = at
        return found

    def turn(self, user: str) -> str:
        """Return a name for the next thing a user puts off: it hangs on nobody else."""
        mind = self.mind(user)
        mind.turns += 1
        return f"{user} {mind.turns}"

    def keep(self, later: Iterable[Later]) -> None:
        """Write everything through to the tenant's records."""
        state = self.state
        state.later = sorted(later, key=lambda each: (each.at, each.key))
        oldest = state.played_until - SESSION_SECONDS
        state.sessions = {key: session for key, session in state.sessions.items() if session.at >= oldest}
        state.claims = {key: claim for key, claim in state.claims.items() if claim.ends > state.played_until}
        self.world.keep(KEPT, [("state", msgspec.to_builtins(state))])
        self.world.keep(MINDS, [(user, msgspec.to_builtins(self.minds[user])) for user in sorted(self._touched)])
        self._touched.clear()


def first_state(next_day: str, begins: int, claims: Mapping[tuple[str, str], int], factors: Mapping[str, str]) -> Wire:
    """Return the state of people who have done nothing yet; `claims` are those the sample's log leaves behind, got by `factors`."""
    held = {f"{user} {device}": Claim(ends, factors.get(user, "")) for (user, device), ends in claims.items()}
    built: Wire = msgspec.to_builtins(_State(begins, next_day, next_day, claims=held))
    return built


def recall(world: World) -> Memory:
    """Return what the tenant's records say people remember."""
    state = msgspec.convert(world.of(KEPT)["state"], _State)
    return Memory(world, state, {user: msgspec.convert(record, Mind) for user, record in world.of(MINDS).items()})
