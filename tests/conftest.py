"""Fixtures every test may use, and the rule that a required thing is never skipped."""

from __future__ import annotations

import os
from collections.abc import Generator
from pathlib import Path

import pytest

PROJECT = Path(__file__).parent.parent

MARKERS = {"chromium": "browser", "shared": "shared"}
"""Word in the environment variable `UNBROKEN_REQUIRE` -> the marker of the tests that need it."""

REQUIRED = {word.strip() for word in os.environ.get("UNBROKEN_REQUIRE", "").split(",") if word.strip()}


def pytest_configure() -> None:
    """Refuse a word we do not know: a misspelt requirement would require nothing."""
    if strange := REQUIRED - MARKERS.keys():
        message = f"UNBROKEN_REQUIRE: unknown {', '.join(sorted(strange))}; choose from {', '.join(MARKERS)}"
        raise pytest.UsageError(message)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn the skip of a test whose requirement must be there into a failure."""
    report = yield
    needs = [word for word in sorted(REQUIRED) if item.get_closest_marker(MARKERS[word])]
    if report.skipped and needs and not hasattr(report, "wasxfail"):
        why = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"{', '.join(needs)} is required here (UNBROKEN_REQUIRE), so this may not be skipped: {why}"
    return report


@pytest.fixture(scope="session")
def shared() -> Path:
    """Return the folder with reference pages and real data that lies beside the project, or skip."""
    folder = PROJECT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("SKIPPED LOUDLY: the reference data beside the project is not here")
    return folder
