"""What a sign-in meets at this moment: policies, security defaults and memberships take effect some time after they can be read.

Whoever signs people in asks here; `evaluate` and every read go by what is stored.
"""

from __future__ import annotations

from unbroken.emulator.cloud.folder import SETTINGS
from unbroken.emulator.cloud.history import CHANGES, DEFAULTS, POLICIES, VERSIONS, members_then, next_moment, version_then
from unbroken.emulator.cloud.lag import MEMBERSHIP, POLICY
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.emulator.tenant import Record, Tenant


def policies_in_effect(world: World) -> list[Record]:
    """Return the Conditional Access policies that sign-ins meet: as they were some time ago, also those that are deleted by now."""
    stored, versions = world.of(POLICIES), world.of(VERSIONS)
    if not world.lag.scale or not versions:
        return list(stored.values())
    keys = dict.fromkeys([*stored, *(key for key in versions if key != DEFAULTS)])
    found = [_version(world, key, stored.get(key)) for key in keys]
    return [record for record in found if record is not None]


def defaults_in_effect(world: World) -> bool:
    """Return whether security defaults are on for sign-ins."""
    return bool((_version(world, DEFAULTS, world.of(SETTINGS).get(DEFAULTS)) or {}).get("isEnabled"))


def _version(world: World, key: str, stored: Wire | None) -> Wire | None:
    kept = world.of(VERSIONS).get(key)
    if kept is None or not world.lag.scale:
        return stored
    return version_then(kept, world.clock(), lambda version: world.lag.seconds(POLICY, key, version["at"]))


def tenant_in_effect(world: World) -> Tenant:
    """Return the directory with the members of groups and roles that sign-ins meet."""
    now = world.clock()
    if world.in_effect is None or not world.in_effect[0] > now:
        until = next_moment((change["at"] + _late(world, holder, change) for holder, change in _changes(world)), now)
        waits = until < float("inf")
        world.in_effect = until, world.tenant_with(lambda holder: members_in_effect(world, holder)) if waits else world.tenant()
    return world.in_effect[1]


def members_in_effect(world: World, holder: str) -> list[str]:
    """Return the ids of the direct members of a group or directory role that sign-ins meet."""
    changes = [change for key, change in _changes(world) if key == holder]
    return members_then(world.members(holder), changes, world.clock(), lambda change: _late(world, holder, change))


def _changes(world: World) -> list[tuple[str, Wire]]:
    """Return (holder, change) of every change of members that may not have taken effect."""
    if not world.lag.scale:
        return []
    return [(holder, change) for holder, kept in world.of(CHANGES).items() for change in kept["changes"]]


def _late(world: World, holder: str, change: Wire) -> float:
    return world.lag.seconds(MEMBERSHIP, holder, change["member"], change["at"])
