"""The people of the company: names, departments, machines, homes, and who has registered for MFA."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

from unbroken.emulator.sample.accounts import Account, Place
from unbroken.emulator.sample.catalogue import ADMINISTRATORS
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.machines import pc_for, phone_for
from unbroken.emulator.sample.names import DEPARTMENTS, DOMAIN, GIVEN_NAMES, HOME_TOWNS, OFFICES, REMOTE_TOWNS, SURNAMES

TRAVELLERS, VISITORS = 65_536, 110_000
"""Where the addresses of hotels and of other companies begin; below are the homes of the people."""

REGISTERED_SHARE = 0.87
"""Of the enabled people, exactly (rounded to whole people)."""

METHOD_MIX = (
    # combination, weight, methodsRegistered
    ("password,microsoftAuthenticatorPush", 70, ("microsoftAuthenticatorPush", "softwareOneTimePasscode", "mobilePhone")),
    ("password,sms", 14, ("mobilePhone",)),
    ("windowsHelloForBusiness", 8, ("windowsHelloForBusiness", "microsoftAuthenticatorPush", "softwareOneTimePasscode")),
    ("fido2", 4, ("passKeyDeviceBound",)),
    ("deviceBasedPush", 4, ("microsoftAuthenticatorPasswordless", "softwareOneTimePasscode")),
)
_MIX_WEIGHTS = [weight for _, weight, _ in METHOD_MIX]
VOICE_ONLY = ("officePhone",)
"""Registered, but not capable: the tenant's policy has switched voice calls off."""


def office_place(number: int, host: int) -> Place:
    """Return a desk in the office `number`: every fourth speaks IPv6."""
    city = OFFICES[number % len(OFFICES)][0]
    v6 = host % 4 == 3
    ip = f"2001:db8:{10 + number}:1::{host % 250:x}" if v6 else f"{('192.0.2', '198.51.100', '203.0.113')[number]}.{10 + host % 12}"
    return replace(town_place(OFFICES[number % len(OFFICES)], host, asn=64500 + number), ip=ip, trusted=f"Office {city}")


def town_place(town: tuple[str, str, str, float, float, str], host: int, *, asn: int = 64510) -> Place:
    """Return the `host`-th home in a town."""
    city, state, country, latitude, longitude, zone = town
    ip = f"198.{18 + host // 65536 % 2}.{host // 256 % 256}.{host % 256}"
    return Place(ip=ip, city=city, state=state, country=country, latitude=latitude, longitude=longitude, zone=zone, asn=asn)


def people(seed: Seed, count: int) -> list[Account]:
    """Return the `count` enabled people, the first of them the chief executive, the CFO and the administrators."""
    departments = _departments(count)
    staff = [_person(seed, number, department) for number, department in enumerate(departments)]
    _name_accounts(staff)
    _name_the_few(staff)
    _register(seed, staff)
    _set_managers(staff)
    return staff


def _name_accounts(staff: list[Account]) -> None:
    """Give everybody a user principal name; who shares a name with somebody gets a number."""
    taken: Counter[str] = Counter()
    for person in staff:
        local = f"{person.given}.{person.surname}".lower()
        taken[local] += 1
        person.upn = f"{local}{taken[local] if taken[local] > 1 else ''}@{DOMAIN}"


def _departments(count: int) -> list[str]:
    """Return a department for each person: first the chief executive, the CFO and six of IT, then by share."""
    fixed = ["Executive", "Finance", *["IT"] * 6]
    wanted = {name: round(share * count) - fixed.count(name) for name, share, *_ in DEPARTMENTS}
    rest = [name for name, number in wanted.items() for _ in range(max(number, 1))]
    return (fixed + rest + ["Production"] * count)[:count]


def _person(seed: Seed, number: int, department: str) -> Account:
    rng = seed.stream("person", number)
    given, surname = rng.choice(GIVEN_NAMES), rng.choice(SURNAMES)
    _, _, titles, from_home, licence = next(row for row in DEPARTMENTS if row[0] == department)
    office = 0 if rng.random() < 0.6 else rng.choice((1, 2))
    person = Account(
        id=seed.id("user", f"person {number}"),
        upn="",
        name=f"{given} {surname}",
        given=given,
        surname=surname,
        department=department,
        title=rng.choice(titles),
        office=OFFICES[office][0],
        licence=licence,
        synced=rng.random() < 0.9,
        created=f"{rng.randint(2016, 2025)}-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}T09:{rng.randint(0, 59):02}:00Z",
        work=office_place(office, number),
        home=town_place(OFFICES[2] if office == 2 else rng.choice(HOME_TOWNS), number),
        from_home=from_home * rng.uniform(0.6, 1.4),
    )
    _equip(seed, rng, person, number)
    return person


def _equip(seed: Seed, rng: Random, person: Account, number: int) -> None:
    if rng.random() < 0.06 and person.department not in {"Production", "Field Service", "IT"}:  # works abroad, for good
        person.work, person.from_home = None, 1.0
        person.home = town_place(rng.choice(REMOTE_TOWNS), number)
    person.pc = pc_for(seed, rng, person, number)
    person.phone = phone_for(seed, rng, person, number) if rng.random() < 0.75 else None
    azure = person.department == "IT" or (person.department == "Controls Engineering" and rng.random() < 0.3)
    habits = (("azure", azure), ("traveller", person.department in {"Sales", "Field Service", "Executive"} and rng.random() < 0.4))
    person.habits = frozenset(name for name, has in habits if has)


def _name_the_few(staff: list[Account]) -> None:
    """Give the chief executive, the CFO and the administrators their titles, roles and habits."""
    staff[0].title, staff[1].title = "Chief Executive", "Chief Financial Officer"
    staff[1].habits, staff[1].from_home, staff[1].licence = frozenset({"cfo"}), 0.5, "E5"
    titles = ("Head of IT", "Messaging Administrator", "Cloud Engineer", "Security Analyst", "Service Desk Lead", "Service Desk Analyst")
    for person, title, roles in zip(staff[2:8], titles, _role_sets(), strict=True):
        person.title, person.roles = title, roles
        person.habits |= {"azure"}


def _role_sets() -> tuple[tuple[str, ...], ...]:
    exchange, sharepoint, security, access, users, helpdesk, intune = ADMINISTRATORS[1:]
    return (("Global Administrator",), (exchange, sharepoint), ("Global Administrator", intune), (security, access), (users,), (helpdesk,))


def _register(seed: Seed, staff: list[Account]) -> None:
    """Leave exactly the stated share unregistered: the CFO, people without a phone, those who never signed in, and chance."""
    rng = seed.stream("registration")
    count = len(staff)
    open_places = count - round(REGISTERED_SHARE * count)
    dormant = staff[-max(1, round(0.015 * count)) :]
    field = [person for person in staff[8:] if person.department == "Field Service" and person not in dormant]
    without_phone = field[: max(1, round(0.04 * count))]
    ordinary = [person for person in staff[8:] if person not in without_phone and person not in dormant]
    chosen = [staff[1], *without_phone, *dormant][:open_places]
    chosen += rng.sample(ordinary, max(0, open_places - len(chosen)))
    for person in without_phone:
        person.habits, person.phone = frozenset({"no-phone"}), None
    for person in dormant:
        person.kind = "dormant"
    left_out = {person.id for person in chosen}
    for person in staff:
        if person.id not in left_out:
            _give_method(rng, person)
    _leave_some_incapable(staff[8:])
    _leave_per_user_mfa(staff[8:])
    for person in [person for person in ordinary if not person.registered][:2]:
        person.habits |= {"stuck"}
    _keep_old_clients([person for person in ordinary if person.capable])


def _give_method(rng: Random, person: Account) -> None:
    factor, _, methods = rng.choices(METHOD_MIX, _MIX_WEIGHTS)[0]
    if factor == "windowsHelloForBusiness" and (person.pc is None or not person.pc.device_id):
        factor, _, methods = METHOD_MIX[0]
    person.factor, person.methods, person.registered, person.capable = factor, methods, True, True


def _leave_some_incapable(staff: list[Account]) -> None:
    """One in a hundred registered nothing but an office telephone, a method that is switched off."""
    candidates = sorted((person for person in staff if person.capable), key=lambda person: person.factor != "password,sms")
    for person in candidates[: max(1, len(staff) // 100)]:
        person.methods, person.capable, person.factor = VOICE_ONLY, False, "password"


def _leave_per_user_mfa(staff: list[Account]) -> None:
    """Three accounts still carry per-user MFA from before Conditional Access."""
    for person, state in zip([person for person in staff if person.capable][:3], ("enforced", "enforced", "enabled"), strict=False):
        person.per_user_mfa = state


def _keep_old_clients(staff: list[Account]) -> None:
    """Two people keep the mail program of an old telephone, one keeps Outlook 2013 and an exclusion from the block for it."""
    office = [person for person in staff if person.work is not None and "azure" not in person.habits] or staff
    for person, habits in zip(office[-3:], ({"eas"}, {"eas"}, {"outlook-2013", "legacy-excluded"}), strict=False):
        person.habits |= habits


def _set_managers(staff: list[Account]) -> None:
    heads: dict[str, str] = {}
    for person in staff[1:]:
        head = heads.setdefault(person.department, person.id)
        person.manager = staff[0].id if head == person.id else head
