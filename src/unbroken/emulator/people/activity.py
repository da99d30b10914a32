"""`signInActivity` of the users, moved on by what they have done."""

from __future__ import annotations

from collections.abc import Mapping

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.emulator.people.demands import Seen
from unbroken.emulator.sample.rows import iso

_NAMES = (("lastSignIn", "interactive"), ("lastNonInteractiveSignIn", "background"), ("lastSuccessfulSignIn", "success"))


def write_activity(world: World, seen: Mapping[str, Seen]) -> None:
    """Write when users signed in last; delta queries do not tell of it."""
    users = world.of("users")
    world.keep("users", [(key, users[key] | {"signInActivity": _moved(users[key], seen[key])}) for key in sorted(seen) if key in users])


def _moved(user: Wire, seen: Seen) -> Wire:
    activity: Wire = {f"{name}{what}": None for name, _ in _NAMES for what in ("DateTime", "RequestId")}
    activity |= user.get("signInActivity") or {}
    for name, kind in _NAMES:
        at, row = getattr(seen, kind)
        if at:
            activity |= {f"{name}DateTime": iso(at), f"{name}RequestId": row}
    return activity
