"""Fetches a tenant: the snapshot and the sign-in log at the same time, shown in the folder when both are complete."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Iterable, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from unbroken.evaluate.limits import COSTS
from unbroken.graph import log_reading
from unbroken.graph.checkpoints import Checkpoints
from unbroken.graph.client import Graph
from unbroken.graph.failures import GraphFailure, LicenceMissing, PermissionMissing
from unbroken.graph.log_reading import KINDS, REDUCED, Kind, LaneResult, read_lanes
from unbroken.graph.log_store import STAGING, LogStore
from unbroken.graph.snapshot import Collected, Told, read_snapshot
from unbroken.graph.tenant_folder import install, open_folder
from unbroken.graph.windows import HOUR, Lane, Window, stamp, uncovered

DAY = 24 * HOUR
SETTLED_SECONDS = DAY
"""Rows come late and are filled in later: what was read sooner after it happened than this is read again the next time."""
_ONE_FETCH_SECONDS = HOUR
"""A fetch that was cut off and goes on within this time is still the same: what it has read of the last day it does not read again."""
_BEGUN = "begun"
_KIND_COSTS = {
    "interactiveUser": COSTS["signIns"],
    "nonInteractiveUser": COSTS["nonInteractiveSignIns"],
    "servicePrincipal": "sign-ins of applications are not in the log",
    "managedIdentity": "sign-ins of managed identities are not in the log",
}


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What could not be read: why, what would be needed, and what answers lose."""

    name: str
    reason: str
    needs: str
    cost: str


@dataclass(frozen=True, slots=True)
class LogRead:
    """One kind of sign-in in the folder: `rows` are all there are, `new` those of this fetch; from `since` until `until`."""

    kind: str
    version: str
    rows: int
    new: int
    since: str
    until: str


@dataclass(slots=True)
class Fetched:
    """What a fetch brought."""

    folder: Path
    tenant_id: str
    collections: dict[str, int] = field(default_factory=dict)
    """Name -> records."""
    logs: list[LogRead] = field(default_factory=list)
    left_out: list[LeftOut] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    """What is missing inside what was read, and what was removed."""
    requests: int = 0
    repeats: int = 0


def fetch(graph: Graph, folder: Path, tenant_id: str, days: int, told: Told, without: frozenset[str] = frozenset()) -> Fetched:
    """Fetch the tenant and the sign-ins of the last `days` into `folder`, but not the collections of `without`.

    A fetch that was cut off goes on where it was.

    `told` is called with (what, how far, of how many; 0: not known), from several threads.

    Raises:
        WrongUsage: the folder holds something else.
        GraphFailure: something could not be read to its end: what the folder showed before is untouched.
    """
    checkpoints = open_folder(folder, tenant_id)
    try:
        store = LogStore(folder, checkpoints)
        fetched = Fetched(folder, tenant_id or checkpoints.fact("tenant"))
        collections, lanes = _read(graph, store, checkpoints, fetched, days, told, without)
        fetched.left_out += [LeftOut(name, "as asked", "to be fetched without --without", COSTS[name]) for name in sorted(without)]
        removed = install(folder, collections, checkpoints)
        fetched.notes += [f"{name} of an earlier fetch was removed: it was not read this time" for name in removed]
        store.publish()
        checkpoints.note(_BEGUN, "")
        shutil.rmtree(folder / STAGING, ignore_errors=True)
        _sum_up(fetched, collections, lanes, checkpoints)
    finally:
        checkpoints.close()
    fetched.requests, fetched.repeats = graph.requests, graph.repeats
    return fetched


def _read(
    graph: Graph, store: LogStore, checkpoints: Checkpoints, fetched: Fetched, days: int, told: Told, without: frozenset[str]
) -> tuple[list[Collected], list[LaneResult]]:
    """Read snapshot and log side by side; when one fails the other stops."""
    kinds = _readable(graph, fetched)  # first, because whoever has answered has said what time it is there
    now, stop = int(graph.now().timestamp()), threading.Event()
    whole = Window((now - days * DAY) // HOUR * HOUR, now)

    def log() -> list[LaneResult]:
        lanes = _lanes(kinds, checkpoints, whole, _begun(checkpoints, now))
        read_lanes(graph, store, lanes, stop, lambda done, total: told("sign-ins", done, total))
        return lanes

    with ThreadPoolExecutor(2) as pool:
        snapshot, lanes = pool.submit(read_snapshot, graph, stamp(whole.start), told, without), pool.submit(log)
        try:
            _raise_first([snapshot, lanes])
        except BaseException:  # a person who stops the command included: neither may read on
            stop.set()
            graph.stop()
            raise
    return snapshot.result(), lanes.result()


def _raise_first(tasks: list[Future[Any]]) -> None:
    """Wait until all tasks are done, or raise as soon as one fails."""
    for task in wait(tasks, return_when=FIRST_EXCEPTION).done:
        task.result()


def _begun(checkpoints: Checkpoints, now: int) -> int:
    """Return when this fetch began: now, or before it was cut off."""
    begun = int(checkpoints.fact(_BEGUN) or 0)
    if not now - _ONE_FETCH_SECONDS <= begun <= now:
        begun = now
        checkpoints.note(_BEGUN, str(now))
    return begun


def _lanes(kinds: Iterable[Kind], checkpoints: Checkpoints, whole: Window, begun: int) -> list[LaneResult]:
    """Return the lanes, each with what is still to be read of it."""
    lanes = []
    for kind in kinds:
        held = checkpoints.held(kind.folder)
        covered = [each.window for each in held if each.read_at >= min(each.window.end + SETTLED_SECONDS, begun)]
        lanes.append(LaneResult(kind, Lane(uncovered(whole, covered))))
    if any(each.kind == KINDS[0] for each in lanes):
        checkpoints.replace(checkpoints.held(REDUCED.folder), [])
    return lanes


def _readable(graph: Graph, fetched: Fetched) -> list[Kind]:
    """Return the kinds of sign-ins that can be read; what is refused is noted as left out."""
    refused = {kind: failure for kind in KINDS if (failure := log_reading.probe(graph, kind)) is not None}
    readable = [kind for kind in KINDS if kind not in refused]
    first = refused.get(KINDS[0])
    if first is not None and not isinstance(first, PermissionMissing | LicenceMissing) and log_reading.probe(graph, REDUCED) is None:
        readable.append(REDUCED)
        del refused[KINDS[0]]
        fetched.notes.append("interactive sign-ins are those of v1.0, without MFA details: beta answers " + str(first.said))
    fetched.left_out += [_left_out(f"signIns/{kind.name}", failure, ("AuditLog.Read.All",)) for kind, failure in refused.items()]
    return readable


def _left_out(name: str, failure: GraphFailure, permissions: Sequence[str]) -> LeftOut:
    kind = name.partition("/")[2]
    cost = _KIND_COSTS[kind] if kind else COSTS[name]
    needs = failure.remedy if isinstance(failure, LicenceMissing) else " and ".join(permissions)
    return LeftOut(name, str(failure.said), needs, cost)


def _sum_up(fetched: Fetched, collections: Sequence[Collected], lanes: Sequence[LaneResult], checkpoints: Checkpoints) -> None:
    for each in collections:
        if each.refused is not None:
            fetched.left_out.append(_left_out(each.wanted.name, each.refused, each.wanted.permissions))
            continue
        fetched.collections[each.wanted.name] = len(each.records)
        fetched.notes += [f"{each.wanted.name}: {note}" for note in each.notes]
    for lane in lanes:
        fetched.logs.append(_log_read(lane, checkpoints))
        if lane.without_policies:
            fetched.notes.append(
                f"{lane.without_policies} sign-ins ({lane.kind.name}) carry no results of policies: Graph leaves them out without "
                "Policy.Read.All, and answers cannot be calibrated with them"
            )


def _log_read(lane: LaneResult, checkpoints: Checkpoints) -> LogRead:
    """Return what the folder holds of one kind; `since` is where the last stretch without a hole begins."""
    held = checkpoints.held(lane.kind.folder)
    whole = Window(held[0].window.start, held[-1].window.end)
    holes = uncovered(whole, [each.window for each in held])
    since = holes[-1].end if holes else whole.start
    rows = sum(each.rows for each in held)
    return LogRead(lane.kind.name, lane.kind.version, rows, lane.new_rows, stamp(since), stamp(whole.end))
