"""One emulated tenant for each test, signed in with every permission."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from emulating import Client, emulated


@pytest.fixture
def graph() -> Iterator[Client]:
    with emulated() as client:
        yield client.sign_in()
