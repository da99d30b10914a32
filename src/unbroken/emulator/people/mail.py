"""Mail from the outbox reaches people: read after a while, at work, by most."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

from unbroken.emulator.cloud.consistency import all_members_listed
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.emulator.people.temper import Temper

OUTBOX = "outbox"
READ = "read a mail"
_ABOUT_REGISTRATION = re.compile(r"mfa|multi-?factor|authenticator|security info|aka\.ms/|mysign-?ins|register|registration", re.IGNORECASE)
_WORK_BEGINS, _WORK_ENDS = 8, 18


def unread(world: World, seen: int) -> Iterator[Wire]:
    """Yield the mails of the outbox after the first `seen`."""
    yield from list(world.of(OUTBOX).values())[seen:]


def recipients(world: World, mail: Wire, addresses: Mapping[str, str]) -> list[str]:
    """Return the ids of the users a mail goes to, those of a group that has the address too; `addresses` are those of the users."""
    names = [each for part in ("toRecipients", "ccRecipients", "bccRecipients") for each in mail["message"].get(part) or ()]
    written = [str((each.get("emailAddress") or {}).get("address", "")).lower() for each in names]
    groups = {str(group.get("mail")).lower(): key for key, group in world.of("groups").items() if group.get("mail")}
    found = [user for address in written for user in _behind(world, address, addresses, groups)]
    return list(dict.fromkeys(found))


def _behind(world: World, address: str, addresses: Mapping[str, str], groups: Mapping[str, str]) -> list[str]:
    if address in addresses:
        return [addresses[address]]
    return all_members_listed(world, groups[address]) if address in groups else []


def is_about_registration(mail: Wire) -> bool:
    """Return whether a mail speaks of registering for MFA: others change nothing."""
    message = mail["message"]
    text = f"{message.get('subject') or ''} {(message.get('body') or {}).get('content') or ''}"
    return _ABOUT_REGISTRATION.search(text) is not None


def reading_time(sent: float, temper: Temper, zone: str, rng: Random) -> int:
    """Return when a mail is read: after a delay, in working hours."""
    return working_time(sent + temper.delay_hours * 3600 * rng.lognormvariate(0.0, 0.6), zone, rng)


def working_time(moment: float, zone: str, rng: Random) -> int:
    """Return the moment if it is in working hours, else one on the next working morning."""
    local = datetime.fromtimestamp(moment, UTC).astimezone(ZoneInfo(zone))
    if local.weekday() < 5 and _WORK_BEGINS <= local.hour < _WORK_ENDS:
        return int(moment)
    day = local.date() + timedelta(days=1 if local.hour >= _WORK_BEGINS else 0)
    while day.weekday() >= 5:
        day += timedelta(days=1)
    morning = datetime.combine(day, time(_WORK_BEGINS), ZoneInfo(zone))
    return int(morning.timestamp()) + rng.randrange(5400)
