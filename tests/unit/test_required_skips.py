"""The rule of tests/conftest.py, tried on a test session of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Session = Callable[[str], "subprocess.CompletedProcess[str]"]

CONFTEST = Path(__file__).parent.parent / "conftest.py"

SKIPS = """
import pytest

@pytest.mark.browser
def test_in_a_browser():
    pytest.skip("no Chromium")

@pytest.mark.browser
@pytest.mark.xfail(reason="known")
def test_known_to_fail():
    assert False

def test_of_something_else():
    pytest.skip("not here")
"""


@pytest.fixture
def session(tmp_path: Path) -> Session:
    """Return a function that runs a session with three skipping or failing tests under a value of `UNBROKEN_REQUIRE`."""
    shutil.copy(CONFTEST, tmp_path)
    (tmp_path / "test_it.py").write_text(SKIPS, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  browser: x\n  shared: x\n", encoding="utf-8")

    def run(required: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
        environment = {**os.environ, "UNBROKEN_REQUIRE": required}
        return subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, encoding="utf-8", check=False, timeout=120)

    return run


def test_a_skip_is_a_skip_when_nothing_is_required(session: Session) -> None:
    assert "2 skipped, 1 xfailed" in session("").stdout


def test_a_skip_for_want_of_a_required_thing_is_a_failure_that_says_so(session: Session) -> None:
    ran = session("chromium")

    assert ran.returncode == 1
    assert "1 failed, 1 skipped, 1 xfailed" in ran.stdout
    assert "chromium is required here" in ran.stdout
    assert "no Chromium" in ran.stdout


def test_a_misspelt_requirement_is_refused(session: Session) -> None:
    ran = session("chrome")

    assert ran.returncode == 4
    assert "unknown chrome" in ran.stderr + ran.stdout
