"""Questions to the encoded sign-ins and the cube that a count per outcome does not answer: when, with which clients, how varied."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import duckdb
import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import Dictionaries, LoggedDevice
from unbroken.entra.sign_in import client_app_type
from unbroken.entra.vocabulary import ClientAppType
from unbroken.store.codes import UNSTATED_ERROR, Arrays

QUARTER = 15 * 60 * 1_000_000
"""Microseconds; every zone's offset from UTC changes on a quarter of an hour."""
HOUR = 4 * QUARTER
HOURS_A_DAY = 24
LEGACY_TYPES = frozenset({ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC})


@dataclass(frozen=True, slots=True)
class LocalHours:
    """Sign-ins by class and local time: `counts[class, day, hour]` (int64), day 0 is `first_day`; weekdays follow from it."""

    first_day: date
    counts: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class LegacyUse:
    """One legacy dependency; `unstated` are rows whose form does not say whether they succeeded, `last_success` is microseconds UTC."""

    user: int
    """Code into `Dictionaries.users`."""
    client_app_used: str
    device: str
    operating_system: str
    user_agent: str
    app_id: str
    app_name: str
    successes: int
    failures: int
    unstated: int
    last_success: int | None


@dataclass(frozen=True, slots=True)
class Usage:
    """How one user code is used, for guesses at the kind of account; times in microseconds UTC."""

    user: int
    sign_ins: int
    interactive: int
    not_interactive: int
    """The rest are rows whose form does not say."""
    clients: int
    apps: int
    ips: int
    devices: int
    """Distinct registered devices."""
    first: int
    last: int


def hours(pieces: Iterable[Arrays], tuple_class: np.ndarray, time_zone: str, first: int, last: int) -> LocalHours:
    """Count sign-ins by their tuple's class (0 and up; below 0 is left out), local day and wall-clock hour.

    `pieces` carry `tuple` and `created`; `first` and `last` bound the times. `KeyError` is `ZoneInfoNotFoundError` for an unknown zone.
    """
    zone = ZoneInfo(time_zone)
    start = first // QUARTER
    local = _local_hours(start, last // QUARTER + 1, zone)
    day_zero = int(local[0]) // HOURS_A_DAY
    days = int(local.max()) // HOURS_A_DAY - day_zero + 1
    classes = int(tuple_class.max(initial=-1)) + 1
    counts = np.zeros(classes * days * HOURS_A_DAY, np.int64)
    for piece in pieces:
        kind = tuple_class[piece["tuple"]].astype(np.int64)
        hour = local[piece["created"] // QUARTER - start] - day_zero * HOURS_A_DAY
        slots = (kind * days * HOURS_A_DAY + hour)[kind >= 0]
        counts += np.bincount(slots, minlength=len(counts))
    return LocalHours(date(1970, 1, 1) + timedelta(days=day_zero), counts.reshape(classes, days, HOURS_A_DAY))


def _local_hours(start: int, end: int, zone: ZoneInfo) -> NDArray[np.int64]:
    """Return, per quarter of an hour since 1970 UTC from `start` up to `end`, the hours of local wall-clock time since 1970."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    moments = ((epoch + timedelta(minutes=15 * quarter)).astimezone(zone).replace(tzinfo=UTC) for quarter in range(start, end))
    return np.fromiter(((moment - epoch) // timedelta(hours=1) for moment in moments), np.int64, end - start)


def events(pieces: Iterable[Arrays], tuple_class: np.ndarray, wanted: Iterable[int]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
    """Return user codes and times: the first sign-in of each user in each UTC hour among the tuples of the wanted classes.

    `pieces` carry `tuple`, `user` and `created`, and no user is in two of them; the result is sorted by user and time.
    """
    chosen = np.isin(tuple_class, list(wanted))
    users, times = [np.empty(0, np.int32)], [np.empty(0, np.int64)]
    for piece in pieces:
        rows = chosen[piece["tuple"]]
        user, time = piece["user"][rows], piece["created"][rows]
        order = np.lexsort((time, user))
        user, time = user[order], time[order]
        opens = np.ones(len(user), bool)
        opens[1:] = (user[1:] != user[:-1]) | (time[1:] // HOUR != time[:-1] // HOUR)
        users.append(user[opens])
        times.append(time[opens])
    return np.concatenate(users), np.concatenate(times)


_LEGACY = """
SELECT "user", context, device, agent, target, count(*) FILTER (error = 0), count(*) FILTER (error NOT IN (0, $unstated)),
  count(*) FILTER (error = $unstated), max(created) FILTER (error = 0)
FROM read_parquet($files) WHERE list_contains($contexts, context)
GROUP BY "user", context, device, agent, target ORDER BY "user", context, device, agent, target
"""


def legacy(database: duckdb.DuckDBPyConnection, files: list[str], facts: Dictionaries, agents: list[str]) -> list[LegacyUse]:
    """Return the use of legacy clients: what is not one of the two modern clients; rows that name no client are unknown, not legacy."""
    contexts = [code for code, context in enumerate(facts.contexts) if client_app_type(context.client_app_used) in LEGACY_TYPES]
    if not contexts or not files:
        return []
    found: dict[tuple[int, str, str, str, str, str, str], list[int]] = {}
    for user, context, device, agent, target, good, bad, unstated, last in database.execute(
        _LEGACY, {"files": files, "contexts": contexts, "unstated": UNSTATED_ERROR}
    ).fetchall():
        how, what = facts.contexts[context], facts.targets[target]
        key = (
            user,
            how.client_app_used,
            _device_name(facts.devices[device]),
            how.operating_system,
            agents[agent],
            what.app_id,
            what.app_name,
        )
        sums = found.setdefault(key, [0, 0, 0, -1])
        sums[:] = sums[0] + good, sums[1] + bad, sums[2] + unstated, max(sums[3], -1 if last is None else last)
    return [LegacyUse(*key, good, bad, unstated, None if last < 0 else last) for key, (good, bad, unstated, last) in found.items()]


def _device_name(device: LoggedDevice) -> str:
    return device.display_name or device.device_id


_USAGE = """
SELECT "user", sum(count)::BIGINT, coalesce(sum(count) FILTER (c.interactive = 1), 0)::BIGINT,
  coalesce(sum(count) FILTER (c.interactive = 0), 0)::BIGINT, count(DISTINCT c.client), count(DISTINCT t.app),
  count(DISTINCT a.ip), count(DISTINCT d.device) FILTER (d.device <> ''), min(first), max(last)
FROM read_parquet($files) q JOIN contexts c ON q.context = c.code JOIN targets t ON q.target = t.code
JOIN addresses a ON q.address = a.code JOIN devices d ON q.device = d.code
GROUP BY "user" ORDER BY "user"
"""


def usage(database: duckdb.DuckDBPyConnection, files: list[str], facts: Dictionaries) -> list[Usage]:
    """Return the use per user code; apps are counted by app id, addresses by their text, devices by device id."""
    if not files:
        return []
    interactive = [-1 if context.is_interactive is None else int(context.is_interactive) for context in facts.contexts]
    _table(database, "contexts", client=[context.client_app_used.lower() for context in facts.contexts], interactive=interactive)
    _table(database, "targets", app=[target.app_id or target.app_name for target in facts.targets])
    _table(database, "addresses", ip=[address.ip for address in facts.addresses])
    _table(database, "devices", device=[device.device_id.lower() for device in facts.devices])
    return [Usage(*row) for row in database.execute(_USAGE, {"files": files}).fetchall()]


def _table(database: duckdb.DuckDBPyConnection, name: str, **columns: list[str] | list[int]) -> None:
    """Create a table `name` of the columns, with the position of each row as `code`."""
    arrays = {key: np.array(values, object if values and isinstance(values[0], str) else np.int64) for key, values in columns.items()}
    arrays["code"] = np.arange(len(next(iter(columns.values()))), dtype=np.int32)
    database.register(f"incoming_{name}", arrays)
    database.table(f"incoming_{name}").create(name)
    database.unregister(f"incoming_{name}")
