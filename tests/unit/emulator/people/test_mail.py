"""Mail on its way to people."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from emulating import with_people
from unbroken.emulator.cloud.consistency import all_members_listed
from unbroken.emulator.people.mail import is_about_registration, recipients, working_time
from unbroken.emulator.sample.ids import Seed


def at(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


@pytest.mark.parametrize(
    ("moment", "zone", "day", "hours"),
    [
        ("2026-11-23T10:00:00", "Europe/London", "2026-11-23", range(10, 11)),
        ("2026-11-23T20:00:00", "Europe/London", "2026-11-24", range(8, 10)),
        ("2026-11-23T05:00:00", "Europe/London", "2026-11-23", range(8, 10)),
        ("2026-11-27T19:00:00", "Europe/London", "2026-11-30", range(8, 10)),
        ("2026-11-28T12:00:00", "Europe/London", "2026-11-30", range(8, 10)),
        ("2026-11-23T22:00:00", "America/Chicago", "2026-11-23", range(16, 17)),
    ],
)
def test_people_do_it_in_working_hours(moment: str, zone: str, day: str, hours: range) -> None:
    found = datetime.fromtimestamp(working_time(at(moment), zone, Seed(1).stream("mail")), UTC).astimezone(ZoneInfo(zone))

    assert str(found.date()) == day
    assert found.hour in hours


@pytest.mark.parametrize(
    ("subject", "body", "expected"),
    [
        ("Register for MFA", "", True),
        ("Action needed", "Go to https://aka.ms/mfasetup", True),
        ("Set up Microsoft Authenticator", "", True),
        ("Lunch", "Soup", False),
        (None, None, False),
    ],
)
def test_what_speaks_of_registering(subject: str | None, body: str | None, *, expected: bool) -> None:
    assert is_about_registration({"message": {"subject": subject, "body": {"content": body}}}) is expected


def test_mail_reaches_users_and_the_members_of_groups_once() -> None:
    world = with_people().world
    group, first = next((key, world.members(key)[0]) for key in world.of("groups") if world.members(key))
    world.put("groups", group, world.of("groups")[group] | {"mail": "All@larkmoor.example"})
    to: list[dict[str, Any]] = [
        {"emailAddress": {"address": address}} for address in ("all@larkmoor.example", "A@x.example", "who@x.example")
    ]
    mail = {"message": {"toRecipients": to[:2], "ccRecipients": to}}

    assert recipients(world, mail, {"a@x.example": first}) == all_members_listed(world, group)
