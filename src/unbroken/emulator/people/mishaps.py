"""What happens to people: a telephone is replaced, a password is forgotten, somebody with the right password is after them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date

from unbroken.emulator.people.intentions import Intention
from unbroken.emulator.people.memory import Later
from unbroken.emulator.sample.accounts import Account, Machine
from unbroken.emulator.sample.behaviour import OUTLOOK_WEB, midnight
from unbroken.emulator.sample.ids import Seed, random_id
from unbroken.emulator.sample.people import TRAVELLERS, town_place

NEW_PHONE, FORGETS, REMEMBERS, ATTACK = "new phone", "forgets the password", "remembers the password", "attack"
_NEW_PHONE_SHARE, _FORGETS_SHARE = 1 / 700, 1 / 500
"""Of the people, each day: a telephone lasts about two years. Made up, as no figures were found."""
_REMEMBERS_SHARE = 0.7
_ATTACKED_SHARE = 0.25
"""Of the days: somebody whose password is known is tried."""
_MACHINE = Machine(
    operating_system="Windows10",
    browser="Chrome 141.0.0",
    user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0.0.0 Safari/537.36",
    platform="windows",
)
_HOST = ("Ashburn", "Virginia", "US", 39.04, -77.49, "America/New_York")
"""A hosting centre in a country the company works in."""


def mishaps(seed: Seed, staff: Iterable[Account], day: date) -> Iterator[Later]:
    """Yield what happens to people on a day."""
    for person in staff:
        rng = seed.stream("mishap", person.id, day)
        at = midnight(day, "UTC") + 6 * 3600 + rng.randrange(12 * 3600)
        if rng.random() < _NEW_PHONE_SHARE:
            yield Later(at, f"{day}/{person.id}/phone", NEW_PHONE, person.id)
        if rng.random() < _FORGETS_SHARE and day.weekday() < 5:
            yield Later(at, f"{day}/{person.id}/forgets", FORGETS, person.id)
        if rng.random() < _REMEMBERS_SHARE:
            yield Later(midnight(day, "UTC") + 5 * 3600, f"{day}/{person.id}/remembers", REMEMBERS, person.id)


def attacks(seed: Seed, staff: list[Account], day: date) -> Iterator[Intention]:
    """Yield the tries of somebody who knows one person's password, a prompt after the other within an hour."""
    rng = seed.stream("attack", day)
    if rng.random() >= _ATTACKED_SHARE:
        return
    person = rng.choice(staff)
    place = replace(town_place(_HOST, TRAVELLERS + rng.randrange(500), asn=64531), ip=f"240.1.{rng.randrange(256)}.{rng.randrange(1, 255)}")
    at = midnight(day, "UTC") + rng.randrange(3600, 22 * 3600)
    for number in range(rng.randint(5, 14)):
        at += rng.randint(60, 300)
        key, session = f"{day}/attack/{number}", random_id(rng)
        yield Intention(
            key=key, at=at, account_id=person.id, machine=_MACHINE, place=place, session=session, risk="medium", app=OUTLOOK_WEB
        )
