"""The week after the switch, hour by hour: when people sign in, meet their first prompt or must register, for staffing the helpdesk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeAlias
from zoneinfo import ZoneInfo

import numpy as np
import numpy.typing as npt

from unbroken.evaluate.blast_radius import HourLoad

Whole: TypeAlias = npt.NDArray[np.int64]

QUARTER_SECONDS = 900
"""The log is counted by quarter hours: every time zone in use differs from UTC by a multiple of them."""
WEEK_HOURS = 168
MONDAY_HOURS = 72
"""From Monday, 29 December 1969, 00:00 to the epoch, a Thursday."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """Sign-ins and prompts by quarter hour, as equally long arrays; a quarter hour may occur more than once."""

    quarter: Whole
    """Quarter hours since 1970 UTC."""
    sign_ins: Whole
    prompts: Whole
    """Upper bound: certain, likely and unknown ones."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demands:
    """Who met a demand for MFA when, as equally long arrays in any order; repetitions do no harm."""

    user: Whole
    """Any integer that tells users apart, not negative."""
    quarter: Whole
    """Quarter hours since 1970 UTC."""
    registers: npt.NDArray[np.bool_]
    """Whether the user has to register at this sign-in."""


def forecast(load: Load, demands: Demands, time_zone: str) -> tuple[HourLoad, ...]:
    """Return the 168 hours of a week from Monday 00:00, in `time_zone` (an IANA name); empty when the log is.

    Sign-ins and prompts are averages over how often each hour of the week lies in the log. First prompts and registrations are
    what a switch on a Sunday night would bring: of each user the first demand of a week, averaged over the log's full weeks. Somebody who
    must register counts there and not among the first prompts. Raises `zoneinfo.ZoneInfoNotFoundError` for an unknown zone.
    """
    if not len(load.quarter):
        return ()
    zone = ZoneInfo(time_zone)
    hours = local_hours(load.quarter, zone)
    first, last = int(hours.min()), int(hours.max())
    sign_ins, prompts = (_average(hours, counts, first, last) for counts in (load.sign_ins, load.prompts))
    prompted, registering = _first_of_week(demands, local_hours(demands.quarter, zone), first, last)
    columns = zip(sign_ins, prompts, prompted, registering, strict=True)
    return tuple(_hour_load(slot, [float(value) for value in values]) for slot, values in enumerate(columns))


def local_hours(quarter: Whole, zone: ZoneInfo) -> Whole:
    """Return for each quarter hour since 1970 UTC the hours since a Monday 00:00 by the clock on the wall.

    In autumn two hours fall into one, in spring one stays empty, as on the wall.
    """
    distinct, position = np.unique(quarter, return_inverse=True)
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    offsets = [_offset(epoch + timedelta(seconds=int(each) * QUARTER_SECONDS), zone) for each in distinct]
    local = (distinct * QUARTER_SECONDS + np.array(offsets, dtype=np.int64)) // 3600 + MONDAY_HOURS
    return np.asarray(local[position], dtype=np.int64)


def _offset(moment: datetime, zone: ZoneInfo) -> int:
    offset = moment.astimezone(zone).utcoffset()
    return int(offset.total_seconds()) if offset else 0


def _average(hours: Whole, counts: Whole, first: int, last: int) -> npt.NDArray[np.float64]:
    total = np.bincount(hours % WEEK_HOURS, weights=counts, minlength=WEEK_HOURS)
    since_first = (np.arange(WEEK_HOURS) - first) % WEEK_HOURS
    occurrences = np.maximum((last - first - since_first) // WEEK_HOURS + 1, 1)
    return np.asarray(total / occurrences, dtype=np.float64)


def _first_of_week(demands: Demands, hours: Whole, first: int, last: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    weeks = _weeks(first, last)
    chosen = np.isin(hours // WEEK_HOURS, weeks)
    user, hours, registers = demands.user[chosen], hours[chosen], demands.registers[chosen]
    # Whether the first demand of an hour is a registration is not known more finely: a registration comes before any prompt.
    order = np.lexsort((~registers, hours, user))
    user, hours, registers = user[order], hours[order], registers[order]
    week = hours // WEEK_HOURS
    leads = np.ones(len(user), dtype=np.bool_)
    leads[1:] = (user[1:] != user[:-1]) | (week[1:] != week[:-1])
    slot, registers = hours[leads] % WEEK_HOURS, registers[leads]
    prompted, registering = (np.bincount(slot[which], minlength=WEEK_HOURS) / len(weeks) for which in (~registers, registers))
    return prompted, registering


def _weeks(first: int, last: int) -> Whole:
    """Return the weeks that the log covers from Monday to Sunday; all weeks it touches when there is no such one.

    A week that begins on a Wednesday would pile everybody's first prompt on that Wednesday.
    """
    touched = np.arange(first // WEEK_HOURS, last // WEEK_HOURS + 1, dtype=np.int64)
    full = touched[(first // 24 <= touched * 7) & (last // 24 >= touched * 7 + 6)]
    return full if len(full) else touched


def _hour_load(slot: int, values: list[float]) -> HourLoad:
    sign_ins, prompts, first_prompts, registrations = values
    return HourLoad(
        weekday=slot // 24, hour=slot % 24, sign_ins=sign_ins, prompts=prompts, first_prompts=first_prompts, registrations=registrations
    )
