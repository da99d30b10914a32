"""Who lives in the tenant: the accounts of the sample, from the numbers it was made with."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

import msgspec

from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.world import World
from unbroken.emulator.people.memory import KEPT, first_state
from unbroken.emulator.people.temper import Temper, temper_of
from unbroken.emulator.sample.accounts import Account
from unbroken.emulator.sample.behaviour import midnight
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.others import others, partner
from unbroken.emulator.sample.people import people

_ORIGIN = "origin"
EARLIEST_SECONDS = 14 * 3600
"""By how much a day begins before midnight UTC at the earliest: time zones end at UTC+14."""
PEOPLE_KINDS = frozenset({"person", "guest"})
"""Kinds of accounts with somebody behind them who answers prompts."""


class Origin(msgspec.Struct, frozen=True):
    """The numbers the sample tenant was made with."""

    seed: int
    users: int


def settle(archive: Archive, origin: Origin, first_day: date, claims: dict[tuple[str, str], int]) -> None:
    """Let people live in a tenant that was just made, from `first_day` on; `claims` are those the sample's log leaves behind."""
    begins = midnight(first_day, "UTC") - EARLIEST_SECONDS
    factors = {user: account.factor for user, account in Population.of(origin).by_id.items()}
    records = [(_ORIGIN, msgspec.to_builtins(origin)), ("state", first_state(str(first_day), begins, claims, factors))]
    archive.put(KEPT, records)


def origin_of(world: World) -> Origin | None:
    """Return the numbers the tenant was made with; None for one whose people are not known."""
    kept = world.of(KEPT).get(_ORIGIN)
    return msgspec.convert(kept, Origin) if kept else None


@dataclass(slots=True)
class Population:
    """Accounts by what they do, as the seed made them."""

    seed: Seed
    staff: list[Account]
    things: list[Account]
    by_id: dict[str, Account] = field(init=False)
    _tempers: dict[str, Temper] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Index the accounts."""
        self.by_id = {account.id: account for account in (*self.staff, *self.things)}

    @classmethod
    def of(cls, origin: Origin) -> Population:
        """Return the accounts the sample writes for these numbers."""
        seed = Seed(origin.seed)
        staff = people(seed, origin.users)
        return cls(seed, staff, [*others(seed, origin.users), partner(seed)])

    def temper(self, user: str) -> Temper | None:
        """Return the person behind an account; None for a machine, and for an account nobody answers prompts for."""
        if self.by_id[user].kind not in PEOPLE_KINDS:
            return None
        if user not in self._tempers:
            self._tempers[user] = temper_of(self.seed, self.by_id[user])
        return self._tempers[user]

    def zone(self, user: str) -> str:
        """Return the time zone a user lives in."""
        account = self.by_id[user]
        place = account.home or account.work
        return place.zone if place else "UTC"
