"""The demonstration from beginning to end, told day by day while it happens."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from unbroken import wiring
from unbroken.demo.foretold import foretell
from unbroken.demo.happened import Happened
from unbroken.demo.story import Day, Story
from unbroken.demo.tenant import EmulatedTenant
from unbroken.report.words import count

if TYPE_CHECKING:
    from unbroken.wiring import Progress

Told = Callable[[Day], None]
ZONE = ZoneInfo("Europe/London")
"""Where the sample company works."""
SATURDAY = date(2026, 11, 21)
"""The day after the sample's log ends."""


def _stamp(day: date, hour: int = 0) -> str:
    """Return an hour of a day in the company's time, as Graph writes it."""
    return datetime.combine(day, time(hour), ZONE).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


SWITCHED = _stamp(SATURDAY + timedelta(days=2), 9)
"""Monday at nine."""
DAYS_WATCHED = 3
ACCELERATE = 100.0
"""The story does not wait for the limits of the real service."""


def tell(folder: Path, *, seed: int, users: int, told: Told, progress: Progress | None = None) -> Story:
    """Play the demonstration; what is read of the tenant stays in `folder`. `told` gets each day as soon as it is over.

    The story begins on the same date whenever it is told, so that a seed always tells the same.
    """
    policy = wiring.proposal_of_the_sample(seed)
    begin = datetime.combine(SATURDAY, time(6), ZONE)
    staged = wiring.sample_emulated(seed=seed, users=users, today=begin, accelerate=ACCELERATE, progress=progress)
    with staged as root, EmulatedTenant.at(root) as tenant:
        foretold = foretell(root, folder, policy, progress)
        days = [Day(1, SATURDAY.isoformat(), "prepare", tuple(foretold.events()))]
        told(days[0])
        tenant.move_to(SWITCHED)
        calls, watched = len(tenant.calls()), Happened(tenant.create_policy({**policy, "state": "enabled"}))
        for day in _watch(tenant, watched, policy["displayName"], progress):
            days.append(day)
            told(day)
        outcome = watched.outcome(tenant.registered(SWITCHED), len(tenant.calls()) - calls)
    return Story(seed=seed, days=tuple(days), final=foretold.final(), switched_on=outcome, verdict=watched.against(foretold.met()))


def _watch(tenant: EmulatedTenant, watched: Happened, policy: str, progress: Progress | None) -> Iterator[Day]:
    """Live with the policy for some days and yield each."""
    since, first = SWITCHED, f"09:00 {policy} is switched on for everybody"
    for number in range(DAYS_WATCHED):
        if progress:
            progress("days lived with the policy", number, DAYS_WATCHED)
        day = SATURDAY + timedelta(days=2 + number)
        until, calls, refusals = _stamp(day + timedelta(days=1)), len(tenant.calls()), watched.refusals
        tenant.move_to(until)
        for row in tenant.sign_ins(since):
            watched.read(row)
        events = _events(watched.refusals - refusals, tenant.calls()[calls:])
        yield Day(number + 2, day.isoformat(), "switched on", (first, *events) if number == 0 else tuple(events))
        since = until


def _events(refusals: int, calls: list[dict[str, Any]]) -> Iterator[str]:
    yield f"{count(refusals, 'sign-in')} did not get through at once; {count(len(calls), 'call')} to the helpdesk"
    for call in calls[:3]:
        yield f"{call['dateTime'][11:16]} UTC {call['displayName']}: “{call['says']}”"
