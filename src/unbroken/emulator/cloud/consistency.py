"""What a reader of the directory sees at this moment: its replicas and its index learn of a change after a while, and all by themselves."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from unbroken.emulator.cloud.history import BIRTHS, CHANGES, members_then
from unbroken.emulator.cloud.lag import INDEX, REPLICA, Spread
from unbroken.emulator.cloud.message import Call, Wire
from unbroken.emulator.cloud.world import World, missing


def demand_reached(world: World, names: Iterable[str]) -> None:
    """Let a call pass that names objects by id or user principal name, unless a replica has not got one of them yet.

    Raises:
        Refusal: 404, it was created a moment ago.
    """
    waiting = _unseen(world, REPLICA)
    if not waiting:
        return
    addresses = {str(world.of("users").get(key, {}).get("userPrincipalName", "")).lower() for key in waiting}
    for name in names:
        if name in waiting or name.lower() in addresses:
            raise missing(name)


def demand_call_reached(world: World, call: Call) -> None:
    """Let a call pass unless its address names an object that this replica has not got yet.

    Raises:
        Refusal: 404.
    """
    demand_reached(world, call.params.values())


def listed_of(world: World, collection: str) -> list[Wire]:
    """Return the records of a collection that lists tell of."""
    waiting, records = _unseen(world, INDEX), world.of(collection)
    return [record for key, record in records.items() if key not in waiting] if waiting else list(records.values())


def _unseen(world: World, spread: Spread) -> frozenset[str]:
    """Return the ids of the objects that were created a moment ago and are not seen yet."""
    if not world.lag.scale:
        return frozenset()
    now = world.clock()
    return frozenset(key for key, birth in world.of(BIRTHS).items() if birth["at"] + world.lag.seconds(spread, key) > now)


def members_listed(world: World, holder: str) -> list[str]:
    """Return the ids of the direct members of a group, as its list tells."""
    kept = world.of(CHANGES).get(holder)
    if not kept or not world.lag.scale:
        return world.members(holder)
    changes = [change for change in kept["changes"] if change["added"] or world.directory_object(change["member"])]  # deleted is deleted
    return members_then(
        world.members(holder),
        changes,
        world.clock(),
        lambda change: world.lag.seconds(INDEX, holder, change["member"], change["at"]),
    )


def all_members_listed(world: World, holder: str) -> list[str]:
    """Return the ids of all members, through groups of any depth, as the lists tell."""
    return closure(lambda key: members_listed(world, key), holder)


def closure(members: Callable[[str], list[str]], holder: str) -> list[str]:
    """Return the ids of all members, through groups of any depth, each once; a cycle ends the walk."""
    seen: dict[str, None] = {}
    waiting = members(holder)
    while waiting:
        member = waiting.pop(0)
        if member not in seen:
            seen[member] = None
            waiting += members(member)
    return [member for member in seen if member != holder]
