"""Rows on disk: none lost and none doubled, whichever windows are read again and wherever the program is killed."""

from __future__ import annotations

import gzip
import json
import shutil
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from graph_tenant import ids, rows_in
from unbroken.graph.checkpoints import Checkpoints
from unbroken.graph.log_store import LogStore
from unbroken.graph.windows import Window, stamp, uncovered


def row(second: int, version: int = 0) -> bytes:
    return json.dumps({"id": f"row-{second}", "createdDateTime": stamp(second), "version": version}).encode()


def rows(window: Window, version: int = 0) -> dict[str, bytes]:
    return {f"row-{second}": row(second, version) for second in range(window.start, window.end)}


WINDOWS = st.builds(lambda start, length: Window(start, start + length), st.integers(0, 40), st.integers(1, 20))


@settings(max_examples=30, deadline=None)
@example([(Window(0, 1), True, False), (Window(0, 1), False, False), (Window(0, 2), False, False)])
@given(st.lists(st.tuples(WINDOWS, st.booleans(), st.booleans()), min_size=1, max_size=8))
def test_overlapping_readings_leave_every_row_once_as_it_was_last(steps: list[tuple[Window, bool, bool]]) -> None:
    """Each step reads a window; after some the log is published, after some the program starts anew."""
    with TemporaryDirectory() as name:
        folder, newest = Path(name), {}
        checkpoints = Checkpoints(folder)
        store = LogStore(folder, checkpoints)
        for version, (window, publishes, restarts) in enumerate(steps):
            before = len(newest)
            newest |= dict.fromkeys(range(window.start, window.end), version)
            assert store.commit("interactiveUser", window, rows(window, version), version) == len(newest) - before
            if publishes:
                store.publish()
            if restarts:
                checkpoints.close()
                checkpoints = Checkpoints(folder)
                store = LogStore(folder, checkpoints)
        store.publish()

        held = [each.window for each in checkpoints.held()]
        assert sum(window.seconds for window in held) == len(newest)
        checkpoints.close()
        found = rows_in(folder / "signIns")
        assert {int(each["id"][4:]): each["version"] for each in found} == newest
        assert len(found) == len(newest)


def test_a_row_that_a_later_reading_lacks_stays(tmp_path: Path) -> None:
    checkpoints, window = Checkpoints(tmp_path), Window(0, 4)
    store = LogStore(tmp_path, checkpoints)
    store.commit("interactiveUser", window, rows(window), 1)
    store.commit("interactiveUser", window, {"row-1": row(1, 2)}, 2)
    store.publish()
    checkpoints.close()

    assert {each["id"]: each["version"] for each in rows_in(tmp_path / "signIns")} == {"row-0": 0, "row-1": 2, "row-2": 0, "row-3": 0}


def copies(folder: Path, target: Path, moment: str) -> Path:
    """Return the folder as it was at a moment, as if the program had been killed there."""
    return Path(shutil.copytree(folder, target / moment))


def test_a_kill_between_file_and_checkpoint_leaves_a_window_that_is_read_again(tmp_path: Path) -> None:
    """The staged file is there, the database does not know it."""
    folder = tmp_path / "tenant"
    stray = folder / ".fetching" / "signIns" / "interactiveUser" / "19700101T000000Z-19700101T000009Z.jsonl.gz"
    stray.parent.mkdir(parents=True)
    stray.write_bytes(gzip.compress(row(1) + b"\n"))

    checkpoints = Checkpoints(folder)
    LogStore(folder, checkpoints)

    assert not stray.exists()
    assert uncovered(Window(0, 9), [each.window for each in checkpoints.held()]) == [Window(0, 9)]
    checkpoints.close()


@pytest.mark.parametrize("after", range(4))
def test_a_kill_while_the_log_is_published_is_made_good(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Publishing stops after so many moves; the next start goes on, and every row is there once."""
    checkpoints = Checkpoints(tmp_path)
    store = LogStore(tmp_path, checkpoints)
    store.commit("interactiveUser", Window(0, 30), rows(Window(0, 30)), 1)
    store.publish()
    for start in (0, 10, 20):
        store.commit("interactiveUser", Window(start, start + 10), rows(Window(start, start + 10), 2), 2)
    import unbroken.graph.log_store as module  # noqa: PLC0415 -- the machine stops in the middle of it

    moves, real = iter(range(after)), module.move

    def stopping(source: Path, target: Path) -> None:
        if next(moves, None) is None:
            raise KeyboardInterrupt
        real(source, target)

    monkeypatch.setattr(module, "move", stopping)
    if after < 3:
        with pytest.raises(KeyboardInterrupt):
            store.publish()
    else:
        store.publish()
    monkeypatch.undo()
    checkpoints.close()

    checkpoints = Checkpoints(tmp_path)
    LogStore(tmp_path, checkpoints).publish()
    checkpoints.close()
    found = rows_in(tmp_path / "signIns")
    assert ids(found) == sorted(f"row-{second}" for second in range(30))
    assert {each["version"] for each in found} == {2}


def test_a_file_that_is_gone_is_read_again(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path)
    LogStore(tmp_path, checkpoints).commit("interactiveUser", Window(0, 5), rows(Window(0, 5)), 1)
    shutil.rmtree(tmp_path / ".fetching")

    LogStore(tmp_path, checkpoints)

    assert checkpoints.held() == []
    checkpoints.close()
