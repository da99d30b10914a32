"""What people do on a day: where they work, what they open, when they are asked for MFA."""

from __future__ import annotations

from datetime import date, datetime, time
from functools import cache
from random import Random
from zoneinfo import ZoneInfo

from unbroken.emulator.sample.accounts import Account, Machine, Place
from unbroken.emulator.sample.catalogue import (
    AZURE_MANAGEMENT,
    AZURE_PORTAL,
    EXCHANGE,
    FIRST_PARTY,
    GRAPH,
    LEDGER,
    LINE_OF_BUSINESS,
    OFFICE_HOME,
    REMOTE_ACCESS,
    SHAREPOINT,
    SHOP_FLOOR,
    TEAMS_SERVICE,
)
from unbroken.emulator.sample.ids import Seed, random_id
from unbroken.emulator.sample.log import TakesSignIns
from unbroken.emulator.sample.machines import TABLET
from unbroken.emulator.sample.names import BUSINESS_COUNTRIES, TRIPS
from unbroken.emulator.sample.people import TRAVELLERS, town_place
from unbroken.emulator.sample.records import App, Session
from unbroken.emulator.sample.wording import BROWSER, NATIVE

OFFICE_HOURS = (0, 0, 0, 0, 0, 1, 3, 9, 20, 17, 12, 10, 6, 11, 12, 10, 8, 5, 2, 1, 2, 2, 1, 0)
"""How sign-ins spread over the hours of a local working day: the morning's peak, the lunch hole, the evening's mail."""
FREE_HOURS = (0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 4, 3, 3, 3, 3, 3, 4, 5, 6, 6, 4, 2, 1)
_HOURS = range(24)


def first_party(app: str, resource: str, client: str) -> App:
    """Return one of Microsoft's applications asking for one of Microsoft's resources."""
    return App(app, FIRST_PARTY[app], resource, FIRST_PARTY[resource], client)


OUTLOOK_WEB = first_party("9199bf20-a13f-4107-85dc-02114787ef48", EXCHANGE, BROWSER)
SHAREPOINT_WEB = first_party(SHAREPOINT, SHAREPOINT, BROWSER)
TEAMS_WEB = first_party("5e3ce6c0-2b1f-4285-8d4b-75ee78787346", TEAMS_SERVICE, BROWSER)
HOME_PAGE = first_party(OFFICE_HOME, OFFICE_HOME, BROWSER)
PORTAL = first_party(AZURE_PORTAL, AZURE_MANAGEMENT, BROWSER)
POWERSHELL = first_party("1950a258-227b-4e31-a9cf-717495945fc2", AZURE_MANAGEMENT, NATIVE)
AZURE_CLI = first_party("04b07795-8ddb-461a-bbee-02f9e1bf7b46", AZURE_MANAGEMENT, NATIVE)
GRAPH_TOOLS = first_party("14d82eec-204b-4c2f-b7e8-296a70dab67e", GRAPH, NATIVE)
OUTLOOK = first_party("d3590ed6-52b3-4102-aeff-aad2292ab01c", EXCHANGE, NATIVE)
TEAMS = first_party("1fec8e78-bce4-4aaf-ab1b-5451cc387264", TEAMS_SERVICE, NATIVE)
ONEDRIVE = first_party("ab9b8c07-8f02-4f72-87fa-80105867a763", SHAREPOINT, NATIVE)
OUTLOOK_MOBILE = first_party("27922004-5251-4030-b22d-91ecd9a37ea4", EXCHANGE, NATIVE)
EDGE = first_party("ecd6b820-32c2-49b6-98a6-444530e5a77a", GRAPH, NATIVE)
DESKTOP = (OUTLOOK, OUTLOOK, TEAMS, TEAMS, ONEDRIVE, EDGE)
WEB = (OUTLOOK_WEB, OUTLOOK_WEB, SHAREPOINT_WEB, TEAMS_WEB, HOME_PAGE)
ON_THE_PHONE = (OUTLOOK_MOBILE, OUTLOOK_MOBILE, TEAMS)
EAS = App(EXCHANGE, FIRST_PARTY[EXCHANGE], EXCHANGE, FIRST_PARTY[EXCHANGE], "Exchange ActiveSync")
OLD_OUTLOOK = App(EXCHANGE, FIRST_PARTY[EXCHANGE], EXCHANGE, FIRST_PARTY[EXCHANGE], "Other clients; Older Office clients")
OLD_PHONE = Machine(user_agent="Apple-iPhone10C1/1806.95", operating_system="Ios 15.8", platform="iOS")
OFFICE_2013 = Machine(
    user_agent="Microsoft Office/15.0 (Windows NT 6.1; Microsoft Outlook 15.0.5603; Pro)", operating_system="Windows7", platform="windows"
)
KIOSK = Machine(
    operating_system="Windows10",
    browser="Edge 140.0.0",
    user_agent="Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0.0.0 Safari/537.36 Edg/140.0.0.0",
    platform="windows",
)
SERVER = Machine(operating_system="Linux", user_agent="python-requests/2.32.3", platform="linux")


@cache
def midnight(day: date, zone: str) -> int:
    """Return the second (UTC) at which `day` begins in `zone`."""
    return int(datetime.combine(day, time(), ZoneInfo(zone)).timestamp())


class Day:
    """One account's day: draws times and sessions from its own random stream."""

    def __init__(self, log: TakesSignIns, account: Account, day: date, rng: Random) -> None:
        """Take the log to write to and the account whose day it is."""
        self.log, self.account, self.day, self.rng = log, account, day, rng
        self.works = day.weekday() < 5 and rng.random() < 0.94

    def at(self, zone: str, hours: tuple[int, ...] = OFFICE_HOURS) -> int:
        """Return a second of the day, spread as `hours` says, in local time."""
        hour = self.rng.choices(_HOURS, hours)[0]
        return midnight(self.day, zone) + hour * 3600 + self.rng.randrange(3600)

    def chance(self, share: float) -> bool:
        """Return true for `share` of the days."""
        return self.rng.random() < share

    def times(self, expected: float) -> int:
        """Return a whole number that is `expected` on average."""
        return int(expected + self.rng.random())

    def session(self, machine: Machine, place: Place, protocol: str = "none") -> Session:
        """Open a session."""
        risk = "none" if place.country in BUSINESS_COUNTRIES else "low"
        return Session(account=self.account, machine=machine, place=place, id=random_id(self.rng), protocol=protocol, risk=risk)


def person_day(log: TakesSignIns, seed: Seed, account: Account, day: date, intensity: float) -> None:
    """Write one person's day. `intensity` multiplies the token refreshes, which are most of a log."""
    today = Day(log, account, day, seed.stream("day", account.id, day))
    if "no-phone" in account.habits:
        return _field_day(today, seed)
    place = _whereabouts(today, seed)
    if today.works:
        _at_the_computer(today, place, seed, intensity)
        _legacy_habits(today, place)
    if account.phone:
        _on_the_phone(today, place, intensity)
    if "cfo" in account.habits:
        _on_the_tablet(today, seed)
    return None


def _whereabouts(today: Day, seed: Seed) -> Place:
    """Return where the person works today: on a trip for a week now and then, at home, or in the office."""
    account, week = today.account, today.day.isocalendar().week
    trip = seed.stream("trip", account.id, week)
    if "traveller" in account.habits and trip.random() < 0.18:
        number = trip.randrange(len(TRIPS))
        return town_place(TRIPS[number], TRAVELLERS + number * 5000 + trip.randrange(5000), asn=64520)
    home = account.home if account.home is not None else account.work
    assert home is not None  # noqa: S101 -- every person has one of them
    return home if account.work is None or today.chance(account.from_home) else account.work


def _at_the_computer(today: Day, place: Place, seed: Seed, intensity: float) -> None:
    account, log, rng = today.account, today.log, today.rng
    session = today.session(account.pc or KIOSK, place)
    managed = session.machine.device_id != ""
    start = min(today.at(place.zone), today.at(place.zone))
    apps = DESKTOP if managed else WEB
    if not log.sign_in(session, rng.choice(WEB), start, rng, interactive=not managed or today.chance(0.3)):
        return
    if not place.trusted and (account.capable or ("stuck" in account.habits and today.chance(0.5))) and today.chance(0.7):
        log.sign_in(session, line_of_business(seed, REMOTE_ACCESS), start + rng.randint(20, 300), rng, interactive=True)
    _own_work(today, session, seed, start)
    for _ in range(today.times(3.6 * intensity)):
        log.sign_in(session, rng.choice(apps), max(start + 60, today.at(place.zone)), rng, interactive=False)


def _own_work(today: Day, session: Session, seed: Seed, start: int) -> None:
    """Open the applications of one's own department."""
    account, log, rng = today.account, today.log, today.rng
    later = start + rng.randint(600, 14000)
    managed = session.machine.compliant or session.machine.trust == "ServerAd"
    if account.department == "Finance" and today.chance(0.7 if managed else 0.08):
        log.sign_in(session, line_of_business(seed, LEDGER), later, rng, interactive=True)
    if today.chance(0.35):
        log.sign_in(session, line_of_business(seed, rng.choice(LINE_OF_BUSINESS[2:])), later + 900, rng, interactive=today.chance(0.5))
    if "azure" in account.habits and account.capable and today.chance(0.5):
        app = rng.choice((PORTAL, PORTAL, POWERSHELL, GRAPH_TOOLS) if account.department == "IT" else (PORTAL, AZURE_CLI))
        log.sign_in(session, app, later + 1800, rng, interactive=True)
    if "azure" in account.habits and account.capable and today.chance(0.06):
        _device_code(today, session, later + 3600)


def _device_code(today: Day, session: Session, at: int) -> None:
    """Sign in to the Azure CLI on a server with a code typed elsewhere; the session stays marked."""
    coded = today.session(SERVER, session.place, "deviceCode")
    coded.transfer = "deviceCodeFlow"
    if today.log.sign_in(coded, AZURE_CLI, at, today.rng, interactive=True):
        coded.protocol = "none"
        today.log.sign_in(coded, AZURE_CLI, at + 3300, today.rng, interactive=False)


def _on_the_phone(today: Day, place: Place, intensity: float) -> None:
    account, log, rng = today.account, today.log, today.rng
    if account.phone is None or not today.chance(0.9 if today.works else 0.35):
        return
    session = today.session(account.phone, account.home if account.home is not None and place.trusted else place)
    hours = OFFICE_HOURS if today.works else FREE_HOURS
    if today.chance(0.04):  # the app was signed out
        log.sign_in(session, OUTLOOK_MOBILE, today.at(place.zone, hours), rng, interactive=True)
    session.fresh = False
    for _ in range(today.times(1.5 * intensity)):
        log.sign_in(session, rng.choice(ON_THE_PHONE), today.at(place.zone, hours), rng, interactive=False)


def _on_the_tablet(today: Day, seed: Seed) -> None:
    """The CFO reads mail in the evening and tries the ledger, on a tablet nobody registered."""
    account, log, rng = today.account, today.log, today.rng
    if account.home is None or not today.chance(0.7):
        return
    session, at = (
        today.session(TABLET, account.home),
        midnight(today.day, account.home.zone) + rng.randint(18, 21) * 3600 + rng.randrange(3600),
    )
    log.sign_in(session, OUTLOOK_WEB, at, rng, interactive=True)
    log.sign_in(session, SHAREPOINT_WEB, at + 400, rng, interactive=False)
    if today.chance(0.25):
        log.sign_in(session, line_of_business(seed, LEDGER), at + 700, rng, interactive=True)


def _field_day(today: Day, seed: Seed) -> None:
    """Service technicians without a telephone share a terminal: password in, timesheet, password out."""
    if not today.works or today.account.work is None or not today.chance(0.8):
        return
    for app in (SHOP_FLOOR, "Timesheets"):
        session = today.session(KIOSK, today.account.work)
        at = midnight(today.day, session.place.zone) + today.rng.choice((6, 6, 7, 14, 15)) * 3600 + today.rng.randrange(3600)
        today.log.sign_in(session, line_of_business(seed, app), at, today.rng, interactive=True)


def _legacy_habits(today: Day, place: Place) -> None:
    account, log, rng = today.account, today.log, today.rng
    if "eas" in account.habits:
        phone = today.session(OLD_PHONE, account.home if account.home is not None else place)
        for _ in range(rng.randint(8, 16)):
            log.sign_in(phone, EAS, today.at(place.zone), rng, interactive=False)
    if "outlook-2013" in account.habits:
        office = today.session(OFFICE_2013, place)
        for _ in range(rng.randint(3, 7)):
            log.sign_in(office, OLD_OUTLOOK, today.at(place.zone), rng, interactive=True)


def line_of_business(seed: Seed, name: str) -> App:
    """Return one of the company's own web applications; it asks for itself."""
    key = seed.id("app", name)
    return App(key, name, key, name)
