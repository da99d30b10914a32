"""What was deleted is kept for thirty days, and gone then."""

from __future__ import annotations

from datetime import UTC, datetime

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World, missing

KEPT_SECONDS = 30 * 86400


def discard(world: World, container: str, key: str, record: Wire) -> Wire:
    """Lay a record that was deleted now into a container."""
    return world.put(container, key, record | {"deletedDateTime": world.now})


def kept_in(world: World, container: str) -> dict[str, Wire]:
    """Return what was deleted in the last thirty days; older ones go now."""
    kept = world.of(container)
    for key, record in list(kept.items()):
        deleted = datetime.fromisoformat(record["deletedDateTime"]).astimezone(UTC).timestamp()
        if world.clock() - deleted > KEPT_SECONDS:
            world.remove(container, key)
    return kept


def found_in(world: World, container: str, key: str) -> Wire:
    """Return one of them.

    Raises:
        Refusal: 404, it is not there, or not any more.
    """
    found = kept_in(world, container).get(key)
    if found is None:
        raise missing(key)
    return found


def taken_out(world: World, container: str, key: str) -> Wire:
    """Take one of them out and return it as it was.

    Raises:
        Refusal: 404.
    """
    found_in(world, container, key)
    return {name: value for name, value in world.remove(container, key).items() if name != "deletedDateTime"}
