"""What a sign-in meets at this moment: the one place to change when changes take time to arrive.

Asked before every sign-in. The tenant is the same object as long as nothing in it has changed; policies are compared by what they say.
"""

from __future__ import annotations

from unbroken.emulator.cloud.folder import SETTINGS
from unbroken.emulator.cloud.policy_reads import DEFAULTS
from unbroken.emulator.cloud.world import World
from unbroken.emulator.tenant import Record, Tenant


def policies_in_force(world: World) -> list[Record]:
    """Return the Conditional Access policies that a sign-in meets now."""
    return list(world.of("conditionalAccessPolicies").values())


def defaults_in_force(world: World) -> bool:
    """Return whether security defaults are on."""
    return bool((world.of(SETTINGS).get(DEFAULTS) or {}).get("isEnabled"))


def tenant_in_force(world: World) -> Tenant:
    """Return groups, roles, places and strengths as a sign-in meets them now."""
    return world.tenant()
