"""What the composition root does by itself."""

from __future__ import annotations

import os
import tempfile
import time
from pathlib import Path

import pytest

from unbroken import wiring


def test_leftovers_are_deleted_and_running_commands_left_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    old, young, foreign = (tmp_path / name for name in (f"{wiring.SCRATCH}old", f"{wiring.SCRATCH}young", "other"))
    for folder in (old, young, foreign):
        folder.mkdir()
    yesterday = time.time() - 24 * 3600
    os.utime(old, (yesterday, yesterday))
    os.utime(foreign, (yesterday, yesterday))

    assert wiring.purge(None) == [old]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["other", young.name]
