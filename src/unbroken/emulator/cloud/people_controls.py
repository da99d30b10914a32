"""`/emulator/clock`, `/emulator/helpdesk` and `/emulator/people`: time, and those who live in it."""

from __future__ import annotations

from datetime import UTC, datetime

from unbroken.emulator.cloud.emulation import Emulation
from unbroken.emulator.cloud.message import Call, Refusal, Wire
from unbroken.emulator.conditions import UnsupportedPolicy
from unbroken.emulator.people.helpdesk import CALLS

_NOTHING = {"signIns": 0, "failures": 0, "registrations": 0, "helpdeskCalls": 0, "mailsRead": 0}
_MOST_SECONDS = 400 * 86400
"""How far the clock goes at once."""


def clock(emulation: Emulation, _: Call) -> Wire:
    """Return what time it is, and whether people move."""
    people = emulation.people
    found: Wire = {"now": emulation.world.now, "speed": emulation.clock.speed, "people": people is not None}
    return found | ({"halted": people.halted} if people and people.halted else {})


def move_clock(emulation: Emulation, call: Call) -> Wire:
    """Put the clock forward, play what people do until then, and return what came of it.

    Raises:
        Refusal: 400, no time, or one that is past; 501, a policy that the interpreter does not know.
    """
    world, begins = emulation.world, emulation.world.now
    target = _target(call.json(), emulation.clock())
    try:
        happened = emulation.people.play(int(target)) if emulation.people else _NOTHING
    except UnsupportedPolicy as error:
        raise Refusal(501, "NotImplemented", f"The people cannot go on: {error}") from error
    emulation.move_clock(target)
    return {"from": begins, "now": world.now, **happened}


def _target(body: Wire, now: float) -> float:
    if body.keys() not in ({"advance"}, {"to"}):
        raise Refusal(400, "BadRequest", 'give {"advance": seconds} or {"to": "2026-12-01T08:00:00Z"}')
    target = now + _seconds(body["advance"]) if "advance" in body else _moment(body["to"])
    if target < int(now):
        raise Refusal(400, "BadRequest", "the clock does not go back")
    if target > now + _MOST_SECONDS:
        raise Refusal(400, "BadRequest", f"the clock goes {_MOST_SECONDS // 86400} days at once, at most")
    return target


def _seconds(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refusal(400, "BadRequest", f"{value!r} is no number of seconds")
    return float(value)


def _moment(value: object) -> float:
    try:
        found = datetime.fromisoformat(str(value))
    except ValueError as error:
        raise Refusal(400, "BadRequest", f"'{value}' is no time such as 2026-12-01T08:00:00Z") from error
    return (found if found.tzinfo else found.replace(tzinfo=UTC)).timestamp()


def helpdesk(emulation: Emulation, _: Call) -> Wire:
    """Return the calls at the helpdesk, in the order they came."""
    return {"value": list(emulation.world.of(CALLS).values())}


def call_somebody(emulation: Emulation, user: str) -> Wire:
    """Let somebody be called about registering.

    Raises:
        Refusal: 404, no such user, or nobody behind the account.
    """
    record, people = emulation.world.user(user), emulation.people
    if people is None or record["id"] not in people.life.population.by_id:
        raise Refusal(404, "NotFound", f"nobody answers for '{user}'")
    return people.call(record["id"])
