"""From failed sign-ins to calls at the helpdesk: who has had enough, and who got in again."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from unbroken.emulator.people.ended import Ended
from unbroken.emulator.people.helpdesk import Helpdesk
from unbroken.emulator.people.memory import Later, Memory
from unbroken.emulator.people.temper import Temper
from unbroken.emulator.people.words import THINGS_PATIENCE
from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.records import App
from unbroken.emulator.sample.wording import MODERN_CLIENTS

CALL = "call the helpdesk"
SIGN_IN = "sign-in"
_OF_ONE_APP = frozenset({"DEV-02", "POL-01"})
"""Causes that stop one application and leave the others alone."""
PROMPTS = "prompts"
_TOO_MANY, _FEW = 6, 3
"""Prompts in a week that make somebody complain, and that make it bearable again."""
_WEEK_SECONDS = 7 * 86400
_BACKGROUND_PATIENCE = 3
"""By how much longer it takes to notice that something in the background fails."""
_CALLS_AT_ONCE = frozenset({"SEC-03"})


@dataclass(frozen=True, slots=True)
class Troubles:
    """Counts failures and lets people call."""

    memory: Memory
    desk: Helpdesk

    def note(self, account: Account, temper: Temper | None, app: App, ended: Ended, rng: Random) -> Later | None:
        """Count how a sign-in ended; return the call that follows, if it does."""
        if ended.error == 0:
            self._got_in(account.id, app, ended.at)
            return None
        trouble = _trouble(app, ended.cause)
        patience = _patience(account, temper, app)
        if patience == 0:
            return None
        mind = self.memory.mind(account.id)
        mind.failures[trouble] = mind.failures.get(trouble, 0) + 1
        enough = mind.failures[trouble] >= patience or ended.cause in _CALLS_AT_ONCE
        if not enough or trouble in mind.calls_open:
            return None
        mind.calls_open[trouble] = ""
        about = f"{trouble}|{ended.cause}|{ended.error}"
        return Later(ended.at + rng.randint(180, 1500), f"call {self.memory.turn(account.id)}", CALL, account.id, about)

    def note_prompt(self, account: Account, temper: Temper | None, at: int, rng: Random) -> Later | None:
        """Count a prompt that was answered; return the call of somebody who has had too many in a week."""
        mind = self.memory.mind(account.id)
        mind.prompted = [*(each for each in mind.prompted if each > at - _WEEK_SECONDS), at]
        if temper is None or not temper.complains or len(mind.prompted) < _TOO_MANY or PROMPTS in mind.calls_open:
            return None
        mind.calls_open[PROMPTS] = ""
        return Later(at + rng.randint(600, 7200), f"call {self.memory.turn(account.id)}", CALL, account.id, f"{PROMPTS}|FRQ-01|0")

    def ring(self, account: Account, later: Later, rng: Random) -> None:
        """Take the call, unless the trouble is over."""
        trouble, cause, error = later.about.split("|")
        mind = self.memory.mind(account.id)
        if trouble in mind.calls_open:
            mind.calls_open[trouble] = self.desk.take(account, later.at, cause, int(error), rng)

    def is_open(self, user: str) -> bool:
        """Return whether a user waits for the helpdesk to solve a sign-in that does not work."""
        mind = self.memory.minds.get(user)
        return mind is not None and SIGN_IN in mind.calls_open

    def _got_in(self, user: str, app: App, at: int) -> None:
        mind = self.memory.minds.get(user)
        if mind is None:
            return
        calm = PROMPTS in mind.calls_open and sum(each > at - _WEEK_SECONDS for each in mind.prompted) < _FEW
        over = [*_over(app), PROMPTS] if calm else _over(app)
        for trouble in [name for name in over if name in mind.failures or name in mind.calls_open]:
            mind = self.memory.mind(user)
            mind.failures.pop(trouble, None)
            call = mind.calls_open.pop(trouble, "")
            if call:
                self.desk.close(call, at)


def _trouble(app: App, cause: str) -> str:
    if app.client not in MODERN_CLIENTS:
        return app.client
    return app.resource if cause in _OF_ONE_APP else SIGN_IN


def _over(app: App) -> tuple[str, ...]:
    return (SIGN_IN, app.resource) if app.client in MODERN_CLIENTS else (app.client,)


def _patience(account: Account, temper: Temper | None, app: App) -> int:
    """Return how many failures somebody takes; 0: nobody ever calls for this account."""
    if temper is None:
        return THINGS_PATIENCE.get(account.kind, 0)
    return temper.patience * (1 if app.client in MODERN_CLIENTS else _BACKGROUND_PATIENCE)
