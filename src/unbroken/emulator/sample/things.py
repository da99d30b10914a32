"""What the accounts that are not employees do on a day: polling, printing, syncing, guests' visits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from unbroken.emulator.sample.accounts import Account, Machine
from unbroken.emulator.sample.behaviour import (
    GRAPH_TOOLS,
    HOME_PAGE,
    OUTLOOK,
    OUTLOOK_WEB,
    PORTAL,
    SHAREPOINT_WEB,
    TEAMS,
    TEAMS_WEB,
    Day,
    first_party,
    midnight,
)
from unbroken.emulator.sample.catalogue import DIRECTORY, EXCHANGE, FIRST_PARTY
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.log import TakesSignIns
from unbroken.emulator.sample.records import App, Session
from unbroken.emulator.sample.wording import NATIVE

IMAP, SMTP = (App(EXCHANGE, FIRST_PARTY[EXCHANGE], EXCHANGE, FIRST_PARTY[EXCHANGE], client) for client in ("IMAP4", "Authenticated SMTP"))
SYNC = first_party("cb1056e2-e479-49de-ae31-7812af012ed8", DIRECTORY, NATIVE)
HALF_HOUR = 1800


def thing_day(log: TakesSignIns, seed: Seed, account: Account, day: date) -> None:
    """Write the day of an account that is not an employee's; kinds that never sign in write nothing."""
    habit = _HABITS.get(account.kind)
    if habit:
        habit(Day(log, account, day, seed.stream("day", account.id, day)))


def _open(today: Day, protocol: str = "none") -> Session:
    account = today.account
    place = account.work if account.work is not None else account.home
    assert place is not None  # noqa: S101 -- every account that signs in has a place
    return today.session(account.pc if account.pc is not None else Machine(), place, protocol)


def _every_half_hour(today: Day, app: App, protocol: str, *, interactive: bool) -> None:
    session = _open(today, protocol)
    first = midnight(today.day, "UTC") + today.rng.randrange(60)
    for turn in range(48):
        today.log.sign_in(session, app, first + turn * HALF_HOUR, today.rng, interactive=interactive)


def _erp(today: Day) -> None:
    _every_half_hour(today, IMAP, "none", interactive=True)


def _sync(today: Day) -> None:
    _every_half_hour(today, SYNC, "ropc", interactive=False)


def _script(today: Day) -> None:
    """Assign licences at night and every hour of a working day, with a password kept in the script (ROPC)."""
    session, start = _open(today, "ropc"), midnight(today.day, "UTC")
    for hour in (2, *(range(7, 19) if today.day.weekday() < 5 else ())):
        today.log.sign_in(session, GRAPH_TOOLS, start + hour * 3600 + today.rng.randrange(20), today.rng, interactive=False)


def _printer(today: Day) -> None:
    if today.day.weekday() < 5:
        session = _open(today)
        for _ in range(today.rng.randint(6, 20)):
            today.log.sign_in(session, SMTP, today.at(session.place.zone), today.rng, interactive=True)


def _teams_room(today: Day) -> None:
    session = _open(today)
    session.fresh = False
    for app in (TEAMS, OUTLOOK, TEAMS, OUTLOOK)[: 4 if today.day.weekday() < 5 else 2]:
        today.log.sign_in(session, app, midnight(today.day, "UTC") + today.rng.randrange(86400), today.rng, interactive=False)


def _shared(today: Day) -> None:
    """Somebody signs in to some of the enabled shared mailboxes with their own password."""
    if today.account.upn.partition("@")[0] in {"accounts", "reception", "shipping"} and today.works:
        for _ in range(today.rng.randint(1, 3)):
            session = _open(today)
            today.log.sign_in(session, OUTLOOK_WEB, today.at(session.place.zone), today.rng, interactive=True)


def _guest(today: Day) -> None:
    if today.works and today.chance(0.3):
        session = _open(today)
        at = today.at(session.place.zone)
        app = today.rng.choice((TEAMS_WEB, SHAREPOINT_WEB))
        if today.log.sign_in(session, app, at, today.rng, interactive=True):
            today.log.sign_in(session, app, at + 3700, today.rng, interactive=False)


def _partner(today: Day) -> None:
    if today.works and today.day.weekday() in {1, 3}:
        session = _open(today)
        today.log.sign_in(session, PORTAL, today.at(session.place.zone), today.rng, interactive=True)


def _break_glass(today: Day) -> None:
    """The emergency access accounts are tried out on the first Tuesday of a month; the second one does not get in."""
    if today.day.weekday() == 1 and today.day.day <= 7:
        session = _open(today)
        today.log.sign_in(
            session, HOME_PAGE, midnight(today.day, "Europe/London") + 36000 + today.rng.randrange(900), today.rng, interactive=True
        )


def _leaver(today: Day) -> None:
    """A forgotten telephone keeps trying."""
    if today.chance(0.05):
        session = _open(today)
        today.log.fail(session, OUTLOOK, today.at(session.place.zone), today.rng, 50057)


_HABITS: dict[str, Callable[[Day], None]] = {
    "erp": _erp,
    "sync": _sync,
    "service": _script,
    "printer": _printer,
    "teams-room": _teams_room,
    "shared": _shared,
    "guest": _guest,
    "partner": _partner,
    "break-glass": _break_glass,
    "leaver": _leaver,
}
