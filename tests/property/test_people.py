"""Whatever an administrator does in between: the emulated people's log is the same for the same calls, and keeps to the policies."""

from __future__ import annotations

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from living import Town, town
from unbroken.emulator.cloud.method_store import methods_of, store_methods

START = 1_795_392_000  # 2026-11-23 00:00 UTC
ACTS = ("enforce", "report only", "disable", "revoke", "take methods", "switch off", "mail", "nothing")
STEPS = st.lists(st.tuples(st.integers(600, 14 * 3600), st.sampled_from(ACTS), st.integers(0, 29)), min_size=3, max_size=6)


def act(place: Town, what: str, number: int) -> None:
    """Do what an administrator might do, to the person of that number."""
    user = place.people.life.population.staff[number].id
    world = place.world
    if what in {"enforce", "report only", "disable"}:
        place.enforce(state={"enforce": "enabled", "report only": "enabledForReportingButNotEnforced"}.get(what, "disabled"))
    elif what == "revoke":
        world.put("revocations", user, {"count": len(world.changes)})
    elif what == "take methods":
        store_methods(world, user, methods_of(world, user)[:1])
    elif what == "switch off":
        world.put("users", user, world.of("users")[user] | {"accountEnabled": False})
    elif what == "mail":
        to = [{"emailAddress": {"address": world.of("users")[user]["mail"]}}]
        key = world.new_id("mail")
        world.put("outbox", key, {"id": key, "message": {"subject": "Register for MFA", "toRecipients": to}})


def lived(place: Town, steps: list[tuple[int, str, int]], stops: int) -> list[bytes]:
    """Do the steps one after the other, looking at the clock `stops` times between each two, and return the log."""
    now = START
    for wait, what, number in steps:
        for stop in range(1, stops + 1):
            place.people.play(now + wait * stop // (stops + 1))
        now += wait
        place.people.play(now)
        place.service.clock.move_to(now)
        act(place, what, number)
    place.people.play(now + 86400)
    return place.raw()


def violations(rows: list[dict[str, Any]]) -> list[str]:
    return [
        row["id"]
        for row in rows
        if row["status"]["errorCode"] == 0 and any(entry["result"] == "failure" for entry in row["appliedConditionalAccessPolicies"])
    ]


@settings(max_examples=8, deadline=None)
@given(STEPS, st.integers(1, 5))
def test_the_same_calls_give_the_same_log_in_whatever_pieces(steps: list[tuple[int, str, int]], stops: int) -> None:
    with town(30) as whole, town(30) as pieces:
        assert lived(whole, steps, 0) == lived(pieces, steps, stops)
        assert violations(whole.rows()) == []
        assert len({row["id"] for row in whole.rows()}) == len(whole.rows())
