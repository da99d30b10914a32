"""One sign-in under way: who, where, with what, and the rows it has written so far."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from unbroken.emulator.people.memory import SessionState
from unbroken.emulator.people.temper import Temper
from unbroken.emulator.sample.records import App, Session


@dataclass(slots=True)
class Visit:
    """A session that asks for an application."""

    session: Session
    state: SessionState
    app: App
    at: int
    """The moment it has come to."""
    rng: Random
    correlation: str
    temper: Temper | None = None
    """None: nobody sits there who could answer a prompt."""
    prompted: bool = False
    """MFA was done in this visit."""
    determined: bool = False
    """Comes to register, and does not turn back."""

    @property
    def user(self) -> str:
        """Return the user id."""
        return self.session.account.id

    @property
    def device(self) -> str:
        """Return the id of the registered device, empty without."""
        return self.session.machine.device_id

    def wait(self, least: int, most: int) -> int:
        """Let some seconds pass and return the moment."""
        self.at += self.rng.randint(least, most)
        return self.at
