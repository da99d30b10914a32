"""What every handler gets: the tenant, how lists are paged, and the pace of the service."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

from unbroken.emulator.cloud.listing import Pages
from unbroken.emulator.cloud.message import Call, Refusal, Reply
from unbroken.emulator.cloud.world import P1, P2, World


@dataclass(frozen=True, slots=True)
class Tenancy:
    """One tenant as the service sees it."""

    world: World
    pages: Pages
    rng: Random
    accelerate: float = 1.0
    """How many times faster than the real service limits refill and reports are made."""

    def demand_premium(self) -> None:
        """Let only a tenant with P1 or P2 pass.

        Raises:
            Refusal: 403.
        """
        if not self.world.has_plan(P1, P2):
            message = "Neither tenant is B2C or tenant doesn't have premium license"
            raise Refusal(403, "Authentication_RequestFromNonPremiumTenantOrB2CTenant", message)


Handler = Callable[[Tenancy, Call], Reply]
