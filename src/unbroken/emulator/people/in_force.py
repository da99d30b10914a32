"""Which policies and which groups a sign-in meets at this moment: the one place to change when changes take time to arrive."""

from __future__ import annotations

from unbroken.emulator.cloud.world import World
from unbroken.emulator.tenant import Record, Tenant


def policies_in_force(world: World) -> list[Record]:
    """Return the Conditional Access policies that a sign-in meets now."""
    return list(world.of("conditionalAccessPolicies").values())


def tenant_in_force(world: World) -> Tenant:
    """Return groups, roles, places and strengths as a sign-in meets them now."""
    return world.tenant()
