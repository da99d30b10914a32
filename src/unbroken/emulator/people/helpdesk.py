"""The helpdesk of the emulated company: who has called, what they say, what is really wrong, and whether they got in since."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.emulator.people.words import SAYS, THINGS_SAY
from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.rows import iso

CALLS = "helpdeskCalls"


@dataclass(slots=True)
class Helpdesk:
    """Takes calls and closes them."""

    world: World
    count: int = 0
    """Calls taken so far."""

    def take(self, account: Account, at: int, cause: str, error: int, rng: Random) -> str:
        """Write down a call and return its id."""
        key = self.world.new_id("call")
        said = THINGS_SAY.get(account.kind) or rng.choice(SAYS.get(cause, SAYS["UNK-01"]))
        record: Wire = {
            "id": key,
            "dateTime": iso(at),
            "userId": account.id,
            "userPrincipalName": account.upn,
            "displayName": account.name,
            "says": said,
            "cause": cause,
            "errorCode": error,
            "resolved": False,
            "resolvedDateTime": None,
        }
        self.world.keep(CALLS, [(key, record)])
        self.count += 1
        return key

    def close(self, key: str, at: int) -> None:
        """Note that whoever called got in."""
        record = self.world.of(CALLS)[key]
        self.world.keep(CALLS, [(key, record | {"resolved": True, "resolvedDateTime": iso(at)})])
