"""Fixtures every test may use."""

from __future__ import annotations

from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with reference pages and real data that lies beside the project, or skip."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("SKIPPED LOUDLY: the reference data beside the project is not here")
    return folder
