"""How long the laws are tried: quickly and repeatably by default; long and at random with UNBROKEN_HYPOTHESIS=deep.

UNBROKEN_EXAMPLES says how many examples deep is. The profile holds for every hypothesis test of the run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
settings.register_profile("quick", SHARED, derandomize=True, max_examples=100, phases=PHASES, database=None)
settings.register_profile("deep", SHARED, max_examples=int(os.environ.get("UNBROKEN_EXAMPLES", "20000")), print_blob=True)
settings.load_profile(os.environ.get("UNBROKEN_HYPOTHESIS", "quick"))
