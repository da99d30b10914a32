"""One fixture: tenants, each in a folder of its own."""

from __future__ import annotations

from itertools import count
from pathlib import Path
from typing import Any

import pytest

from builders import Record
from builders_space import MakeTenant, read
from unbroken.entra.snapshot import Snapshot


@pytest.fixture
def tenant(tmp_path: Path) -> MakeTenant:
    """Return what makes a tenant of policies and collections."""
    numbers = count()

    def made(*policies: Record, **collections: Any) -> Snapshot:
        return read(tmp_path / f"tenant {next(numbers)}", *policies, **collections)

    return made
