"""`prove` and `diff`: what holds for every sign-in."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from unbroken.wiring.policies import Progress, laid_over, names_by_id, telling, time_zone_of

if TYPE_CHECKING:
    from unbroken.entra.policy import ConditionalAccessPolicy
    from unbroken.entra.snapshot import Snapshot
    from unbroken.prove.proof import Proof


def prove(tenant: Path, proposed: Sequence[Path], *, progress: Progress | None = None) -> tuple[Proof, dict[str, str]]:
    """Return which properties hold with the proposed policies laid over the tenant's, and names by id."""
    from unbroken.sources.tenant import read_tenant

    started = time.perf_counter()
    before = read_tenant(tenant)
    policies, snapshot = laid_over(before, proposed)
    proof = proved(snapshot, policies, telling(progress, "proving"))
    return _timed(proof, before, snapshot, policies, started), names_by_id(snapshot)


def differ(tenant: Path, proposed: Sequence[Path], *, progress: Progress | None = None) -> tuple[Proof, dict[str, str]]:
    """Return which sign-ins the proposed policies make stricter and which laxer, and names by id."""
    from unbroken.prove.difference import difference
    from unbroken.sources.tenant import read_tenant

    started = time.perf_counter()
    before = read_tenant(tenant)
    policies, snapshot = laid_over(before, proposed)
    proof = _with_assumptions(difference(snapshot, before.policies.records, policies, telling(progress, "comparing")), snapshot)
    return _timed(proof, before, snapshot, policies, started), names_by_id(snapshot)


def _timed(proof: Proof, before: Snapshot, snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy], started: float) -> Proof:
    """Return `proof` with what is to be read first, and how long it took."""
    from unbroken.evaluate.findings import misnamed
    from unbroken.evaluate.proposal import switched_off
    from unbroken.report.words import STATES

    own = before.policies.records
    off = switched_off(own, [policy for policy in policies if policy not in own])
    changes_nothing = "it changes nothing until it is enabled"
    lines = (f"The proposed policy {policy.display_name} is {STATES.get(state, state)}: {changes_nothing}" for policy, state in off)
    return replace(proof, cautions=(*lines, *misnamed(snapshot, policies)), seconds=round(time.perf_counter() - started, 3))


def proved(snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy], told: Callable[[str], None]) -> Proof:
    """Return which properties hold under `policies` today, by the tenant's calendar."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.prove.properties import prove as prove_all

    today = datetime.now(UTC).astimezone(ZoneInfo(time_zone_of(snapshot))).date()
    return _with_assumptions(prove_all(Engine(PolicyTable(snapshot, policies)), today, told), snapshot)


def _with_assumptions(proof: Proof, snapshot: Snapshot) -> Proof:
    """Return `proof` with what it takes for granted: a property that holds only holds if that is so."""
    from unbroken.evaluate.limits import assumed

    return replace(proof, problems=(*proof.problems, *assumed(snapshot)))
