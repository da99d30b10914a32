"""One server for all tests, and on it an emulated tenant anew for each, signed in with every permission."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import httpx2
import pytest

from emulating import Client, FixedClock, emulation
from unbroken.emulator.cloud.emulation import Emulation
from unbroken.emulator.cloud.running import running


@pytest.fixture(scope="session")
def stage() -> Iterator[tuple[str, Emulation]]:
    """Serve a tenant that each test replaces."""
    shown = emulation()
    with running(shown) as root:
        yield root, shown


@pytest.fixture
def graph(stage: tuple[str, Emulation]) -> Iterator[Client]:
    root, shown = stage
    clock = FixedClock()
    fresh = emulation(clock=clock)
    for each in fields(Emulation):
        setattr(shown, each.name, getattr(fresh, each.name))
    with httpx2.Client(base_url=root, timeout=10) as http:
        yield Client(http, shown, clock, root).sign_in()
    fresh.world.archive.close()
