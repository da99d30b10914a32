"""The week after the switch, on logs small enough to count by hand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pytest

from unbroken.evaluate.blast_radius import HourLoad
from unbroken.evaluate.hours import Demands, Load, forecast, local_hours

MONDAY = datetime(2026, 11, 2, tzinfo=UTC)
MON, TUE, WED, SUN = 0, 1, 2, 6


def quarter(moment: datetime) -> int:
    return int(moment.timestamp()) // 900


def at(day: int, hour: int, minute: int = 0) -> int:
    return quarter(MONDAY + timedelta(days=day, hours=hour, minutes=minute))


def load(*rows: tuple[int, int, int]) -> Load:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Load(quarter=columns[0], sign_ins=columns[1], prompts=columns[2])


def demands(*rows: tuple[int, int, bool]) -> Demands:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    return Demands(user=columns[0], quarter=columns[1], registers=columns[2].astype(np.bool_))


def hour_of(hours: tuple[HourLoad, ...], weekday: int, hour: int) -> tuple[float, float, float, float]:
    (found,) = [each for each in hours if (each.weekday, each.hour) == (weekday, hour)]
    return found.sign_ins, found.prompts, found.first_prompts, found.registrations


TWO_WEEKS = load((at(0, 0), 0, 0), (at(13, 23), 0, 0))


def test_an_empty_log_forecasts_nothing() -> None:
    assert forecast(load(), demands(), "UTC") == ()


def test_the_week_has_all_its_hours_from_monday() -> None:
    hours = forecast(TWO_WEEKS, demands(), "UTC")
    assert [(each.weekday, each.hour) for each in hours] == [(day, hour) for day in range(7) for hour in range(24)]
    assert all(
        each == HourLoad(weekday=each.weekday, hour=each.hour, sign_ins=0, prompts=0, first_prompts=0, registrations=0) for each in hours
    )


def test_sign_ins_and_prompts_are_averages_over_the_weeks() -> None:
    hours = forecast(load((at(0, 8), 10, 4), (at(0, 8, 45), 2, 0), (at(7, 8), 30, 2), (at(13, 23), 1, 1)), demands(), "UTC")
    assert hour_of(hours, MON, 8)[:2] == (21.0, 3.0)
    assert hour_of(hours, SUN, 23)[:2] == (0.5, 0.5)


def test_an_hour_is_averaged_over_how_often_it_lies_in_the_log() -> None:
    nine_days = load((at(0, 9), 8, 0), (at(7, 9), 8, 0), (at(2, 9), 8, 0), (at(8, 10), 1, 0))
    hours = forecast(nine_days, demands(), "UTC")
    assert hour_of(hours, MON, 9)[0] == 8.0
    assert hour_of(hours, WED, 9)[0] == 8.0
    assert hour_of(hours, TUE, 10)[0] == 0.5


def test_the_first_demand_of_each_users_week_counts_once() -> None:
    rows = demands((1, at(1, 9), False), (1, at(1, 8, 45), False), (1, at(3, 8), False), (1, at(7, 8), False), (2, at(1, 8), False))
    hours = forecast(TWO_WEEKS, rows, "UTC")
    assert hour_of(hours, TUE, 8)[2] == 1.0
    assert hour_of(hours, MON, 8)[2] == 0.5
    assert sum(each.first_prompts for each in hours) == 1.5


def test_who_must_register_is_no_first_prompt_as_well() -> None:
    rows = demands((1, at(0, 8), True), (1, at(0, 8), False), (1, at(1, 8), False), (1, at(7, 9), False))
    hours = forecast(TWO_WEEKS, rows, "UTC")
    assert hour_of(hours, MON, 8)[2:] == (0.0, 0.5)
    assert hour_of(hours, MON, 9)[2:] == (0.5, 0.0)


def test_a_week_that_the_log_only_touches_does_not_pile_up_on_its_first_day() -> None:
    from_wednesday = load((at(2, 8), 1, 1), (at(13, 20), 1, 1))
    rows = demands((1, at(2, 8), False), (2, at(2, 8), False), (1, at(7, 9), False))
    hours = forecast(from_wednesday, rows, "UTC")
    assert hour_of(hours, WED, 8)[2] == 0.0
    assert hour_of(hours, MON, 9)[2] == 1.0


def test_a_log_without_a_full_week_uses_what_there_is() -> None:
    hours = forecast(load((at(2, 8), 1, 1), (at(3, 8), 1, 1)), demands((1, at(2, 8), False)), "UTC")
    assert hour_of(hours, WED, 8)[2] == 1.0


def test_hours_are_those_on_the_wall() -> None:
    hours = forecast(load((at(0, 23, 30), 5, 0), (at(6, 23), 1, 0)), demands((1, at(0, 23, 30), False)), "Asia/Kolkata")
    assert hour_of(hours, TUE, 5)[0] == 5.0
    assert hour_of(hours, MON, 4)[0] == 1.0


def test_daylight_saving_keeps_nine_o_clock_at_nine() -> None:
    summer, winter = (datetime(2026, 10, day, 9, tzinfo=ZoneInfo("Europe/Berlin")) for day in (19, 26))
    hours = forecast(load((quarter(summer), 3, 0), (quarter(winter), 5, 0)), demands(), "Europe/Berlin")
    assert hour_of(hours, MON, 9)[0] == 4.0


def test_the_doubled_hour_of_autumn_is_one_hour_and_the_lost_one_of_spring_is_none() -> None:
    zone = ZoneInfo("Europe/London")
    autumn = np.array([quarter(datetime(2026, 10, 25, hour, 30, tzinfo=UTC)) for hour in range(3)])
    assert np.diff(local_hours(autumn, zone)).tolist() == [0, 1]
    spring = np.array([quarter(datetime(2026, 3, 29, hour, 30, tzinfo=UTC)) for hour in range(2)])
    assert np.diff(local_hours(spring, zone)).tolist() == [2]


@pytest.mark.parametrize("zone", ["UTC", "Australia/Adelaide", "America/St_Johns", "Asia/Kathmandu", "Europe/Paris"])
def test_local_hours_agree_with_the_calendar_of_the_standard_library(zone: str) -> None:
    moments = [datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=15 * 733 * step) for step in range(60)]
    found = local_hours(np.array([quarter(moment) for moment in moments]), ZoneInfo(zone))
    local = [moment.astimezone(ZoneInfo(zone)) for moment in moments]
    assert [(hour % 168 // 24, hour % 24) for hour in found.tolist()] == [(each.weekday(), each.hour) for each in local]


def test_an_unknown_time_zone_is_refused() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        forecast(TWO_WEEKS, demands(), "Europe/Nowhere")
