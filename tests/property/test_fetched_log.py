"""Law: whatever the service does on the way, the fetched log has every row once, or the fetch is an error."""

from __future__ import annotations

import threading
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service import Answer, QuickClock, client, serving
from graph_tenant import Record, Tenant, ids, rows_in, served
from unbroken.graph.checkpoints import Checkpoints
from unbroken.graph.failures import GraphFailure
from unbroken.graph.log_reading import KINDS, LaneResult, read_lanes
from unbroken.graph.log_store import LogStore
from unbroken.graph.windows import HOUR, Lane, Window, stamp, uncovered

WHOLE = Window(0, 48 * HOUR)
FRACTIONS = ("", ".0000000", ".5", ".9999999")


def log(chance: Random, count: int) -> list[Record]:
    """Return rows of all kinds, many of them at the edges of windows."""
    seconds = [chance.choice([chance.randrange(WHOLE.end), chance.randrange(48) * HOUR, 5 * HOUR]) for _ in range(count)]
    return [
        {
            "id": f"row-{number}",
            "createdDateTime": stamp(second).replace("Z", f"{chance.choice(FRACTIONS)}Z"),
            "signInEventTypes": [chance.choice(KINDS).name],
        }
        for number, second in enumerate(seconds)
    ]


def read(tenant: Tenant, folder: Path) -> None:
    """Read what is still missing, as `fetch` does, and publish."""
    checkpoints = Checkpoints(folder)
    try:
        store = LogStore(folder, checkpoints)
        gaps = {kind: uncovered(WHOLE, [each.window for each in checkpoints.held(kind.folder)]) for kind in KINDS}
        lanes = [LaneResult(kind, Lane(gaps[kind])) for kind in KINDS]
        with serving(lambda _: Answer(500)) as service, client(served(tenant, service), clock=QuickClock()) as graph:
            read_lanes(graph, store, lanes, threading.Event(), workers=3)
        store.publish()
    finally:
        checkpoints.close()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(0, 250), st.integers(1, 60), st.floats(0, 0.5))
def test_no_row_is_lost_or_doubled(seed: int, count: int, size: int, share: float) -> None:
    chance = Random(seed)  # noqa: S311 -- hypothesis repeats it
    rows = log(chance, count)
    tenant = Tenant(sign_ins=rows, size=size, share=share, chance=chance)
    with TemporaryDirectory() as name:
        for _ in range(4):
            try:
                read(tenant, Path(name))
            except GraphFailure:
                assert rows_in(Path(name) / "signIns") == []  # nothing is shown until all is there
                tenant.share /= 2
                continue
            assert ids(rows_in(Path(name) / "signIns")) == ids(rows)
            return
        raise AssertionError("the log was not read although the faults became rare")
