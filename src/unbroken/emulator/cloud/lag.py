"""How long the service takes until something is seen: the same for the same thing, so that a run can be repeated and needs no state.

The figures of the logs are Microsoft's: 95 % of the rows within two minutes and 99 % within five (reference-reports-latencies.md, until
2022; the page that took its place has none), up to two hours at the worst (Microsoft's training module on the sign-in logs). Policies and
memberships take up to two hours and up to a day (entra-docs, concept-continuous-access-evaluation.md). What lies between, how long rows
take to settle, and how far replicas and index are behind, is not documented: it is chosen here.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

Spread = Sequence[tuple[float, float]]
"""(share, seconds): so large a share takes so long or less; straight lines between."""
LOG: Spread = ((0.0, 30.0), (0.5, 60.0), (0.95, 120.0), (0.99, 300.0), (1.0, 7200.0))
"""From the sign-in or the change to its row in the log."""
SETTLING: Spread = ((0.0, 0.0), (0.5, 60.0), (0.9, 300.0), (0.99, 900.0), (1.0, 3600.0))
"""From the first version of a row to the last."""
REPLICA: Spread = ((0.0, 0.0), (0.5, 0.0), (0.9, 5.0), (0.99, 20.0), (1.0, 60.0))
"""From the creation of an object until every read by its id finds it; half of them are found at once."""
INDEX: Spread = ((0.0, 1.0), (0.5, 5.0), (0.9, 20.0), (0.99, 60.0), (1.0, 120.0))
"""From a new object or a change of members until lists tell of it."""
POLICY: Spread = ((0.0, 10.0), (0.5, 60.0), (0.9, 300.0), (0.99, 1800.0), (1.0, 7200.0))
"""From a change of a policy until sign-ins meet it."""
MEMBERSHIP: Spread = ((0.0, 10.0), (0.5, 120.0), (0.9, 900.0), (0.99, 7200.0), (1.0, 86400.0))
"""From a change of members of a group or role until sign-ins meet it."""


@dataclass(frozen=True, slots=True)
class Lag:
    """How late the service is, as a share of the real one's lateness: 0 is never, 1 is the real service."""

    scale: float = 0.0
    seed: int = 1

    def seconds(self, spread: Spread, *of: object) -> float:
        """Return how late the thing named by `of` is."""
        if not self.scale:
            return 0.0
        text = "\0".join(map(str, (self.seed, spread, *of))).encode()
        share = int.from_bytes(hashlib.blake2b(text, digest_size=8).digest()) / 2**64
        return self.scale * _at(spread, share)

    def longest(self, spread: Spread) -> float:
        """Return how late anything is at the most."""
        return self.scale * spread[-1][1]


def _at(spread: Spread, share: float) -> float:
    """Return the seconds at a share."""
    for (low, start), (high, end) in pairwise(spread):
        if share <= high:
            return start + (end - start) * (share - low) / (high - low)
    return spread[-1][1]
