"""Reads the sign-in log of a tenant, all kinds of sign-ins, window by window and several at a time.

Graph gives the newest sign-ins first, so the first page of a window holds all of its last stretch. That is committed at once, and what
is left of the window asked for as a window of its own: no page hangs on the token of the one before, which expires and may come
empty, and a kill loses no more than the pages that are under way.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from urllib.parse import quote

from msgspec import UNSET

from unbroken.graph.client import PATIENT, Graph
from unbroken.graph.failures import GraphFailure, PageTokenExpired, TooMuch, Unreadable
from unbroken.graph.log_store import LogStore, created_of, keyed, read_row
from unbroken.graph.paging import beginning, listing, page_in
from unbroken.graph.retry import Budget
from unbroken.graph.windows import SMALLEST, Lane, Window, stamp, whole_since

WORKERS = 8
"""Five requests in ten seconds pass; a page may take this much of them to come."""
_LOOK_SECONDS = 0.5
"""A thread without work looks this often whether everything was stopped."""
_IMPATIENT = Budget(tries=3)
"""For a window that can still be halved."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of sign-in: `name` as Graph's `signInEventTypes` has it; `version` of Graph that is asked."""

    name: str
    version: str = "beta"

    @property
    def folder(self) -> str:
        """Return the folder its rows lie in; reduced rows are kept apart, so that the full ones can replace them."""
        return self.name if self.version == "beta" else f"{self.name}-{self.version}"

    def path(self, condition: str, top: int = 1000) -> str:
        """Return the request for the rows that meet `condition`, empty for all."""
        kind = f"signInEventTypes/any(t:t eq '{self.name}')" if self.version == "beta" else ""
        filters = " and ".join(each for each in (condition, kind) if each)
        chosen = f"$filter={quote(filters, safe='/():,$')}&$orderby=createdDateTime%20desc&" if filters else ""
        return f"{self.version}/auditLogs/signIns?{chosen}$top={top}"


KINDS = tuple(Kind(name) for name in ("interactiveUser", "nonInteractiveUser", "servicePrincipal", "managedIdentity"))
REDUCED = Kind("interactiveUser", "v1.0")
"""What v1.0 has: interactive sign-ins, without their MFA details."""
Told = Callable[[int, int], None]


@dataclass(slots=True)
class LaneResult:
    """What reading one kind brought."""

    kind: Kind
    lane: Lane
    new_rows: int = 0
    without_policies: int = 0
    """Rows that lack `appliedConditionalAccessPolicies`: Graph leaves it out without a permission to read policies."""


def probe(graph: Graph, kind: Kind) -> GraphFailure | None:
    """Return why this kind of sign-in cannot be read, None when it can."""
    try:
        url = graph.address(kind.path("", top=1))
        page_in(graph.read(url), f"GET {url}")
    except (TooMuch, Unreadable):
        raise
    except GraphFailure as failure:
        return failure
    return None


def read_lanes(
    graph: Graph, store: LogStore, lanes: Sequence[LaneResult], stop: threading.Event, told: Told | None = None, workers: int = WORKERS
) -> None:
    """Read every lane to its end, or until `stop` is set; each window is committed as soon as it is whole.

    Raises:
        GraphFailure: a window could not be read, however small. What was committed stays.
    """
    reading = _Reading(graph, store, lanes, stop, told)
    with ThreadPoolExecutor(workers) as pool:
        tasks = [pool.submit(reading.work) for _ in range(workers)]
        try:
            for task in tasks:
                task.result()
        except BaseException:  # a person who stops the command included: the threads must not read on
            stop.set()
            raise


class _Reading:
    """Several threads that take windows from whichever lane is furthest behind."""

    def __init__(self, graph: Graph, store: LogStore, lanes: Sequence[LaneResult], stop: threading.Event, told: Told | None) -> None:
        self._graph, self._store, self._lanes, self._stop, self._told = graph, store, lanes, stop, told
        self._changed, self._busy = threading.Condition(), 0

    def work(self) -> None:
        """Read windows until none is left; a failure stops all threads."""
        while (taken := self._take()) is not None:
            try:
                self._read(*taken)
            except BaseException:
                self._stop.set()
                raise
            finally:
                self._give_back()

    def _take(self) -> tuple[LaneResult, Window] | None:
        """Return a window of the lane with the most left; wait while another thread may still hand one back."""
        with self._changed:
            while not self._stop.is_set():
                for result in sorted(self._lanes, key=lambda each: each.lane.done - each.lane.total):
                    if (window := result.lane.take()) is not None:
                        self._busy += 1
                        return result, window
                if not self._busy:
                    return None
                self._changed.wait(_LOOK_SECONDS)
        return None

    def _give_back(self) -> None:
        with self._changed:
            self._busy -= 1
            self._changed.notify_all()

    def _read(self, result: LaneResult, window: Window) -> None:
        """Read the newest rows of a window, and hand the rest of it back before they are written: another thread may ask for it."""
        read_at = int(self._graph.now().timestamp())
        try:
            found, since = self._newest(result.kind, window)
        except (TooMuch, PageTokenExpired):
            if not result.lane.was_too_much(window):
                raise
            return
        if since > window.start:
            result.lane.goes_on(Window(window.start, since))
            with self._changed:
                self._changed.notify_all()
        self._keep(result, Window(since, window.end), found, read_at)

    def _newest(self, kind: Kind, window: Window) -> tuple[list[bytes], int]:
        """Return rows of a window, and the second from which on they are all there."""
        path = kind.path(f"createdDateTime ge {stamp(window.start)} and createdDateTime le {stamp(window.end)}")
        budget = _IMPATIENT if window.seconds > SMALLEST else PATIENT
        found, more = beginning(self._graph, path, budget)
        if not more:
            return found, window.start
        since = whole_since([created_of(row) for row in found], window)
        if since is None:  # more rows in one second than a page holds, or rows that are not in order: by page tokens to the end
            return listing(self._graph, path, budget=budget), window.start
        return found, since

    def _keep(self, result: LaneResult, window: Window, found: list[bytes], read_at: int) -> None:
        known = [(key, row, read_row(row)) for key, row in keyed(iter(found))]
        rows = {key: row for key, row, read in known if window.holds(read.created or "")}
        new = self._store.commit(result.kind.folder, window, rows, read_at)
        with self._changed:
            result.new_rows += new
            result.without_policies += sum(read.applied is UNSET for key, _, read in known if key in rows)
        result.lane.was_read(window, len(rows))
        self._graph.trace("window", kind=result.kind.folder, start=stamp(window.start), end=stamp(window.end), rows=len(rows))
        if self._told:
            self._told(sum(each.lane.done for each in self._lanes), sum(each.lane.total for each in self._lanes))
