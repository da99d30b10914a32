"""Questions to the encoded sign-ins and the cube that a count per outcome does not answer: when, with which clients, how varied."""

from __future__ import annotations

from dataclasses import dataclass

import duckdb

from unbroken.entra.cube import Dictionaries, LoggedDevice
from unbroken.entra.sign_in import client_app_type
from unbroken.entra.vocabulary import ClientAppType
from unbroken.store.codes import UNSTATED_ERROR

LEGACY_TYPES = frozenset({ClientAppType.OTHER, ClientAppType.EXCHANGE_ACTIVE_SYNC})


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
