"""How long a command takes, process start included, and how that compares with starting Python alone."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import median

UNBROKEN = Path(sys.executable).with_name("unbroken")
BARE_PYTHON = (sys.executable, "-c", "pass")


def seconds(command: Sequence[str | Path], *, times: int = 9, may_exit: Sequence[int] = (0,)) -> float:
    """Return the median wall time of `command` over `times` runs, after one that warms the caches."""
    taken = []
    for _ in range(times + 1):
        start = time.perf_counter()
        ended = subprocess.run(command, capture_output=True, check=False)
        taken.append(time.perf_counter() - start)
        if ended.returncode not in may_exit:
            sys.exit(f"{command[0]} failed with {ended.returncode}: {ended.stderr.decode(errors='replace')[-500:]}")
    return median(taken[1:])


def line(name: str, taken: float, bare: float) -> str:
    """Return one row of a result: what, milliseconds, and the ratio to starting Python alone."""
    return f"{name:<46} {taken * 1000:8.0f} ms   {taken / bare:6.1f} x python -c pass"
