"""The emulated sample tenant, for the demonstration."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unbroken.wiring.leftovers import SCRATCH
from unbroken.wiring.policies import Progress
from unbroken.wiring.tenants import fetch

if TYPE_CHECKING:
    from datetime import datetime

    from unbroken.graph.fetch import Fetched


@contextmanager
def sample_emulated(*, seed: int, users: int, today: datetime, accelerate: float, progress: Progress | None) -> Iterator[str]:
    """Serve the sample tenant as it is at the moment `today`, where its clock stands until it is moved; give the address."""
    from unbroken.emulator.cloud.archive import Archive
    from unbroken.emulator.cloud.emulation import Pace, open_emulation
    from unbroken.emulator.cloud.running import running
    from unbroken.emulator.cloud.starting import Wanted, fill

    begun = time.monotonic()
    pace = Pace(accelerate=accelerate, speed=0)
    wanted = Wanted(users=users, seed=seed, pace=pace, clock=lambda: today.timestamp() + time.monotonic() - begun)
    archive = Archive()
    try:
        with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch:
            fill(archive, wanted, Path(scratch), progress)
        with running(open_emulation(archive, wanted.clock, seed=seed, pace=pace)) as root:
            yield root
    finally:
        archive.close()


def fetch_emulated(root: str, out: Path, progress: Progress | None) -> Fetched:
    """Fetch the emulated tenant at the address `root`, as `unbroken fetch --emulator` does."""
    from unbroken.graph.clouds import emulator_at
    from unbroken.graph.sign_in import SignIn, Way

    sign_in = SignIn(way=Way.EMULATOR, cloud=emulator_at(root))
    nothing: frozenset[str] = frozenset()
    return fetch(out, sign_in, days=30, without=nothing, trace=None, say=lambda _: None, progress=progress)


def proposal_of_the_sample(seed: int) -> dict[str, Any]:
    """Return the policy that the sample company wants next."""
    from unbroken.emulator.sample.ids import Seed
    from unbroken.emulator.sample.policies import proposed_policy

    return proposed_policy(Seed(seed))
