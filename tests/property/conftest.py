"""How long the laws are tried: quickly and repeatably by default; long and at random with UNBROKEN_HYPOTHESIS=deep.

UNBROKEN_EXAMPLES says how many examples deep is. The profile holds for every hypothesis test of the run.
"""

from __future__ import annotations

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings

from trials import COUNTED, PAIRS, WORLDS

SHARED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
PHASES = (Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink)
settings.register_profile("quick", SHARED, derandomize=True, max_examples=100, phases=PHASES, database=None)
settings.register_profile("deep", SHARED, max_examples=int(os.environ.get("UNBROKEN_EXAMPLES", "20000")), print_blob=True)
settings.load_profile(os.environ.get("UNBROKEN_HYPOTHESIS", "quick"))


def pytest_sessionfinish(session: pytest.Session) -> None:
    """Tell the process that started this one how many worlds were tried here."""
    if hasattr(session.config, "workeroutput"):
        session.config.workeroutput["worlds"] = dict(COUNTED)


@pytest.hookimpl(optionalhook=True)
def pytest_testnodedown(node: Any) -> None:
    """Add what another process counted."""
    COUNTED.update(getattr(node, "workeroutput", {}).get("worlds", {}))


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say how many worlds were tried, where that is the point of the run."""
    if WORLDS:
        terminalreporter.write_line(f"{COUNTED['generated']} worlds generated, {COUNTED['agreed']} agreed")
    if PAIRS:
        terminalreporter.write_line(f"{COUNTED['pairs']} pairs compared, {COUNTED['agreed pairs']} agreed")
