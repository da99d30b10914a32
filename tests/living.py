"""Lives of emulated people, for tests: what is changed in the tenant, how time passes, what the log says."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from emulating import SUNDAY, FixedClock, emulation, lived_in
from unbroken.emulator.cloud.archive import Archive, Window
from unbroken.emulator.cloud.emulation import Emulation
from unbroken.emulator.people.simulation import People
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.policies import proposed_policy

MFA_FOR_ALL = proposed_policy(Seed(1)) | {"state": "enabled"}


class Town:
    """One tenant with people, and its time."""

    def __init__(self, archive: Archive) -> None:
        """Open the tenant on the Sunday before the first working day, or where it was left."""
        self.service: Emulation = emulation(archive=archive, clock=FixedClock(SUNDAY))
        assert self.service.people
        self.people: People = self.service.people
        self.world = self.service.world
        self.service.catch_up()

    def until(self, moment: str) -> dict[str, int]:
        """Let time pass until a moment (UTC) and return what was counted."""
        target = datetime.fromisoformat(moment).replace(tzinfo=UTC).timestamp()
        counts = self.people.play(int(target))
        self.service.clock.move_to(target)
        return counts

    def enforce(self, *, state: str = "enabled", **changed: Any) -> None:
        policy = MFA_FOR_ALL | {"state": state} | changed
        self.world.put("conditionalAccessPolicies", policy["id"], policy)

    def switch_off_policies(self) -> None:
        for key, policy in list(self.world.of("conditionalAccessPolicies").items()):
            self.world.put("conditionalAccessPolicies", key, policy | {"state": "disabled"})

    def rows(self, since: str = "2026-11-21", until: str = "9999") -> list[dict[str, Any]]:
        """Return the rows since the people began, oldest first."""
        found = self.world.archive.sign_ins(Window(since=since, until=until), 1e12)
        return [json.loads(row) for _, _, row in found][::-1]

    def raw(self) -> list[bytes]:
        return [row for _, _, row in self.world.archive.sign_ins(Window(since="2026-11-21"), 1e12)]

    def of(self, user: str, since: str = "2026-11-21") -> list[dict[str, Any]]:
        return [row for row in self.rows(since) if row["userId"] == user and row["userAgent"] != "BAV2ROPC"]

    def calls(self) -> list[dict[str, Any]]:
        return list(self.world.of("helpdeskCalls").values())

    def someone(self, **wanted: Any) -> str:
        """Return the first employee who has all of the wanted attributes and comes to work on Monday."""
        busy = {row["userId"] for row in self.rows(since="2026-11-19", until="2026-11-21")}
        staff = self.people.life.population.staff
        return next(
            person.id
            for person in staff
            if person.id in busy and person.kind == "person" and all(getattr(person, name) == value for name, value in wanted.items())
        )

    def setting(self, name: str, record: dict[str, Any]) -> None:
        self.world.put("settings", name, record)


@contextmanager
def town(users: int = 60, file: Path | None = None) -> Iterator[Town]:
    """Give a tenant whose first working day has not begun."""
    archive = lived_in(users, file)
    try:
        yield Town(archive)
    finally:
        archive.close()


def codes(rows: list[dict[str, Any]]) -> set[int]:
    return {row["status"]["errorCode"] for row in rows}
