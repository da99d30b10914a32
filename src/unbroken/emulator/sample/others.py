"""Everything that signs in and is not an employee: mailboxes, rooms, printers, services, guests, leavers, emergency access."""

from __future__ import annotations

from unbroken.emulator.sample.accounts import Account, Machine
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.machines import windows_pc
from unbroken.emulator.sample.names import DOMAIN, GIVEN_NAMES, GUEST_COMPANIES, INITIAL_DOMAIN, OFFICES, PARTNER, SURNAMES
from unbroken.emulator.sample.people import METHOD_MIX, VISITORS, office_place, town_place

SHARED_MAILBOXES = ("info", "accounts", "careers", "tenders", "quality", "service", "purchasing", "reception", "shipping", "press")
SIGNED_IN_DIRECTLY = ("accounts", "reception", "shipping")
ROOMS = ("Aire", "Calder", "Nidd", "Wharfe", "Swale", "Ure", "Esk", "Derwent", "Avon", "Frome", "Severn", "Odra")


def others(seed: Seed, people: int) -> list[Account]:
    """Return the accounts beside `people` employees; their numbers grow with the company, but each kind is always there."""
    scale = people / 500
    return [
        *_break_glass(seed),
        *_services(seed),
        *[_shared(seed, name, number) for number, name in enumerate(SHARED_MAILBOXES)],
        *[_room(seed, name, number) for number, name in enumerate(ROOMS)],
        *[_printer(seed, number) for number in range(max(2, round(6 * scale)))],
        *[_guest(seed, number) for number in range(max(4, round(40 * scale)))],
        *[_leaver(seed, number) for number in range(max(2, round(18 * scale)))],
    ]


def partner(seed: Seed) -> Account:
    """Return the service provider's technician, who has no object in the tenant."""
    company, domain = PARTNER
    upn = f"support.engineer@{domain}"
    return Account(
        id=seed.id("partner", upn),
        upn=upn,
        name=f"Support Engineer ({company})",
        kind="partner",
        guest_kind="serviceProvider",
        home_tenant=seed.id("tenant", domain),
        home=town_place(("Manchester", "England", "GB", 53.48, -2.24, "Europe/London"), VISITORS + 9999),
        pc=windows_pc("", "", trust="", compliant=False),
        factor="password,microsoftAuthenticatorPush",
        registered=True,
        habits=frozenset({"azure"}),
    )


def _break_glass(seed: Seed) -> list[Account]:
    return [
        Account(
            id=seed.id("user", f"break-glass {number}"),
            upn=f"emergency{number}@{INITIAL_DOMAIN}",
            name=f"Emergency Access {number}",
            kind="break-glass",
            roles=("Global Administrator",),
            created="2021-02-15T10:00:00Z",
            work=office_place(0, 200 * 4),
            pc=windows_pc("", "", trust="", compliant=False),
        )
        for number in (1, 2)
    ]


def _services(seed: Seed) -> list[Account]:
    server = office_place(0, 8)
    return [
        Account(
            id=seed.id("user", "sync"),
            upn=f"Sync_LKSRV04_7f3a2c91d0b4@{INITIAL_DOMAIN}",
            name="On-Premises Directory Synchronization Service Account",
            kind="sync",
            roles=("Directory Synchronization Accounts",),
            work=server,
            pc=Machine(operating_system="Windows10", platform="windows"),
        ),
        Account(
            id=seed.id("user", "erp"),
            upn=f"erp.inbound@{DOMAIN}",
            name="ERP Inbound Orders",
            kind="erp",
            licence="E3",
            work=server,
            pc=Machine(user_agent="JavaMail/1.6.2 Plan-Connector"),
            habits=frozenset({"imap", "legacy-excluded"}),
        ),
        Account(
            id=seed.id("user", "script"),
            upn=f"svc.licensing@{DOMAIN}",
            name="Licence Assignment Script",
            kind="service",
            work=server,
            pc=Machine(operating_system="Windows10", user_agent="Mozilla/5.0 WindowsPowerShell/5.1.20348", platform="windows"),
        ),
    ]


def _shared(seed: Seed, name: str, number: int) -> Account:
    return Account(
        id=seed.id("user", f"shared {name}"),
        upn=f"{name}@{DOMAIN}",
        name=f"{name.capitalize()} (shared)",
        kind="shared",
        enabled=number % 2 == 0 or name in SIGNED_IN_DIRECTLY,
        work=office_place(0, number * 4),
        pc=windows_pc("", "", trust="", compliant=False),
    )


def _room(seed: Seed, name: str, number: int) -> Account:
    """Return a meeting room; every second has a Teams Rooms console that signs in by itself."""
    console = number % 2 == 0
    office = number % len(OFFICES)
    machine = windows_pc(seed.id("device", f"room {name}"), f"MTR-{name.upper()}", trust="AzureAd", compliant=True)
    return Account(
        id=seed.id("user", f"room {name}"),
        upn=f"room.{name.lower()}@{DOMAIN}",
        name=f"Room {name}",
        kind="teams-room" if console else "room",
        enabled=console,
        licence="Room" if console else "",
        office=OFFICES[office][0],
        work=office_place(office, 4 * number),
        pc=machine if console else None,
    )


def _printer(seed: Seed, number: int) -> Account:
    office = number % len(OFFICES)
    return Account(
        id=seed.id("user", f"printer {number}"),
        upn=f"scanner{number + 1:02}@{DOMAIN}",
        name=f"Scan to mail {OFFICES[office][0]} {number + 1}",
        kind="printer",
        office=OFFICES[office][0],
        licence="F3",
        work=office_place(office, 4 * number),
        pc=Machine(user_agent=f"MFP-C{3 + number % 3}50"),
        habits=frozenset({"legacy-excluded"}),
    )


def _guest(seed: Seed, number: int) -> Account:
    rng = seed.stream("guest", number)
    company, domain, kind = GUEST_COMPANIES[number % len(GUEST_COMPANIES)]
    given, surname = rng.choice(GIVEN_NAMES), rng.choice(SURNAMES)
    at_home = f"{given}.{surname}".lower()
    factor, _, methods = METHOD_MIX[0]
    registered = rng.random() < 0.4
    return Account(
        id=seed.id("user", f"guest {number}"),
        upn=f"{at_home}{number}_{domain}#EXT#@{INITIAL_DOMAIN}",
        log_upn=f"{at_home}{number}@{domain}",
        name=f"{given} {surname} ({company})",
        given=given,
        surname=surname,
        kind="guest",
        guest_kind=kind,
        home_tenant=seed.id("tenant", domain),
        created=f"2025-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T11:00:00Z",
        home=town_place(rng.choice((("Ostrava", "Moravskoslezsky", "CZ", 49.82, 18.26, "Europe/Prague"), OFFICES[0])), VISITORS + number),
        pc=windows_pc("", "", trust="", compliant=False),
        registered=registered,
        capable=registered,
        methods=methods if registered else (),
        factor=factor if registered else "password",
    )


def _leaver(seed: Seed, number: int) -> Account:
    rng = seed.stream("leaver", number)
    given, surname = rng.choice(GIVEN_NAMES), rng.choice(SURNAMES)
    return Account(
        id=seed.id("user", f"leaver {number}"),
        upn=f"{given}.{surname}.x{number}@{DOMAIN}".lower(),
        name=f"{given} {surname}",
        given=given,
        surname=surname,
        kind="leaver",
        department="Production",
        enabled=False,
        synced=True,
        work=office_place(number % 3, number),
    )
