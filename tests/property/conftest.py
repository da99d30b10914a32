"""How long the laws are tried: quickly and repeatably by default, long and at random with UNBROKEN_HYPOTHESIS=deep."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, Phase, settings

SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example]
settings.register_profile("quick", derandomize=True, max_examples=60, phases=PHASES, database=None, **SHARED)
settings.register_profile(
    "deep", max_examples=int(os.environ.get("UNBROKEN_EXAMPLES", "20000")), deadline=None, suppress_health_check=SLOW, print_blob=True
)
settings.load_profile(os.environ.get("UNBROKEN_HYPOTHESIS", "quick"))
