"""Password spray from abroad: many accounts, old protocols, no success. Noise that is no dependency on anything."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from unbroken.emulator.sample.accounts import Account, Machine, Place
from unbroken.emulator.sample.behaviour import midnight
from unbroken.emulator.sample.catalogue import EXCHANGE, FIRST_PARTY
from unbroken.emulator.sample.ids import Seed, random_id
from unbroken.emulator.sample.log import TakesSignIns
from unbroken.emulator.sample.names import ATTACKER_TOWNS
from unbroken.emulator.sample.records import App, Session

_CLIENTS = ("IMAP4", "Authenticated SMTP", "Other clients", "POP3", "Exchange ActiveSync")
_TARGETS = [App(EXCHANGE, FIRST_PARTY[EXCHANGE], EXCHANGE, FIRST_PARTY[EXCHANGE], client) for client in _CLIENTS]
_TOOL = Machine(user_agent="BAV2ROPC")
BURST_NIGHTS = frozenset({3, 11, 12, 23})
"""Days of the month on which somebody tries everybody."""


def spray(log: TakesSignIns, seed: Seed, accounts: list[Account], day: date) -> None:
    """Write one day of failed guesses; on some nights every third account is tried."""
    rng = seed.stream("spray", day)
    tried = rng.sample(accounts, max(1, len(accounts) // (3 if day.day in BURST_NIGHTS else 25)))
    start = midnight(day, "UTC") + rng.randrange(3 * 3600)
    for account in tried:
        place = _origin(seed, rng.randrange(200))
        session = Session(account=account, machine=_TOOL, place=place, id=random_id(rng), risk="medium")
        app, error = rng.choices(_TARGETS, (40, 30, 20, 5, 5))[0], 50053 if rng.random() < 0.3 else 50126
        log.fail(session, app, start + rng.randrange(5 * 3600), rng, error)


def _origin(seed: Seed, number: int) -> Place:
    """Return one of the attackers' addresses, from a range that is not in use."""
    city, state, country, latitude, longitude, zone = ATTACKER_TOWNS[number % len(ATTACKER_TOWNS)]
    first = seed.stream("origin", number).randrange(1, 255)
    place = Place(ip="", city=city, state=state, country=country, latitude=latitude, longitude=longitude, zone=zone, asn=64530)
    return replace(place, ip=f"240.0.{number}.{first}")
