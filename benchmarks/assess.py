"""Where the time goes in `unbroken assess` on the 500-person sample with 30 days, report included.

Usage: python benchmarks/assess.py [TENANT]   (default: writes the sample tenant first)
Prints seconds of each stage and its share, in one process after one warm-up of the file cache.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from unbroken import wiring
from unbroken.emulator.sample.write import PROPOSED, write_sample
from unbroken.evaluate import assess as assessment
from unbroken.report.html_page import render_html
from unbroken.sources.tenant import read_proposal, read_tenant, signin_paths

Stages = list[tuple[str, float]]


@contextmanager
def stage(name: str, into: Stages) -> Iterator[None]:
    start = time.perf_counter()
    yield
    into.append((name, time.perf_counter() - start))


def run(tenant: Path, scratch: Path) -> Stages:
    """Assess step by step, as `wiring.assess` does."""
    stages: Stages = []
    with stage("read the tenant and the proposal", stages):
        snapshot = read_tenant(tenant)
        policies, snapshot = read_proposal([tenant / PROPOSED], snapshot)
    with stage("read the log into the archive", stages):
        archive, count = wiring.archive_of(signin_paths(tenant, scratch), scratch / "archive", snapshot.tenant_id, None)
        log = wiring.log_of(archive, count)
    with stage("replay, calibrate, explain", stages):
        radius = assessment.assess(snapshot, policies, log, wiring.time_zone_of(snapshot))
    with stage("render the report", stages):
        page = render_html(radius)
    print(f"{radius.sign_ins.read:,} rows read, {radius.sign_ins.evaluated:,} sign-ins evaluated, report of {len(page) / 1024:,.0f} kB")
    return stages


def show(stages: Stages) -> None:
    total = sum(seconds for _, seconds in stages)
    for name, seconds in stages:
        print(f"  {name:<34} {seconds:6.2f} s {seconds / total:6.0%}")
    print(f"  {'all of it':<34} {total:6.2f} s")


def main(work: Callable[[Path, Path], Stages] = run) -> None:
    with tempfile.TemporaryDirectory() as place:
        tenant = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(place, "tenant")
        if len(sys.argv) == 1:
            write_sample(tenant)
        show(work(tenant, Path(place)))


if __name__ == "__main__":
    main()
