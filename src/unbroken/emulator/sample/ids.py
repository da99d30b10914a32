"""Ids and random streams that depend on the seed and a name only, so that adding one thing does not reshuffle the others."""

from __future__ import annotations

from random import Random
from uuid import NAMESPACE_DNS, UUID, uuid5

from unbroken.emulator.sample.names import DOMAIN


class Seed:
    """The seed of one sample tenant: gives stable ids and an independent random stream for every concern."""

    def __init__(self, seed: int) -> None:
        """Take the number the user chose."""
        self._seed = seed
        self._space: UUID = uuid5(NAMESPACE_DNS, f"{seed}.{DOMAIN}")
        self.tenant_id = self.id("tenant", DOMAIN)

    def id(self, kind: str, name: str) -> str:
        """Return the id of the thing `name` of this `kind`."""
        return str(uuid5(self._space, f"{kind}/{name}"))

    def stream(self, *concern: object) -> Random:
        """Return a random stream of its own for `concern`."""
        return Random("/".join(map(str, (self._seed, *concern))))  # noqa: S311 -- invented data, not a secret


def random_id(rng: Random) -> str:
    """Return a GUID drawn from `rng`."""
    text = f"{rng.getrandbits(128):032x}"
    return f"{text[:8]}-{text[8:12]}-4{text[13:16]}-a{text[17:20]}-{text[20:]}"
