"""The house itself: how fast it opens, how big its rooms are, what it is packed with."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from statistics import median

import pytest

PROJECT = Path(__file__).parent.parent.parent
SOURCE = PROJECT / "src" / "unbroken"
HEAVY = {"cyclopts", "rich", "duckdb", "numpy", "jinja2", "msgspec", "uvicorn", "jwt", "cryptography", "httpx2", "msal", "keyring"}

LOADED_BY_VERSION = """
import json, sys
sys.argv = ["unbroken", "--version"]
from unbroken.__main__ import main
main()
print(json.dumps(sorted(sys.modules)))
"""


def python(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, *arguments], capture_output=True, encoding="utf-8", check=False, timeout=120)


def test_the_version_is_the_one_in_pyproject() -> None:
    wanted = re.search(r'^version = "(.+)"$', (PROJECT / "pyproject.toml").read_text(encoding="utf-8"), re.MULTILINE)

    assert wanted
    assert python("-m", "unbroken", "--version").stdout == f"unbroken {wanted[1]}\n"


def test_asking_for_the_version_loads_nothing_heavy() -> None:
    """Start-up below 150 ms hangs on this; the time itself is a benchmark (benchmarks/startup.py)."""
    loaded = json.loads(python("-c", LOADED_BY_VERSION).stdout.splitlines()[-1])

    assert set() == HEAVY & {name.partition(".")[0] for name in loaded}


def test_asking_one_question_loads_neither_arrays_nor_a_database() -> None:
    """An answer within half a second hangs on this (benchmarks/whatif.py)."""
    code = "import sys, unbroken.cli.app, unbroken.evaluate.decide, unbroken.sources.tenant, unbroken.sources.what_if; print(*sys.modules)"

    loaded = {module.partition(".")[0] for module in python("-c", code).stdout.split()}

    assert {"cyclopts", "msgspec"} <= loaded
    assert not loaded & {"numpy", "duckdb", "jinja2", "uvicorn", "jwt", "cryptography", "httpx2", "msal"}


def test_no_source_file_is_longer_than_four_hundred_lines() -> None:
    lengths = {str(file.relative_to(SOURCE)): len(file.read_text(encoding="utf-8").splitlines()) for file in SOURCE.rglob("*.py")}

    assert {file: lines for file, lines in lengths.items() if lines > 400} == {}
    assert median(lengths.values()) <= 150


def test_no_file_is_named_for_what_it_is_not() -> None:
    """A room is named by what it holds."""
    names = {file.stem for file in SOURCE.rglob("*.py")}

    assert set() == names & {"utils", "util", "helpers", "helper", "common", "manager", "service", "base", "misc"}


def test_every_module_says_what_it_holds() -> None:
    silent = [file.name for file in SOURCE.rglob("*.py") if not file.read_text(encoding="utf-8").startswith(('"""', 'r"""'))]

    assert silent == []


def test_the_wheel_holds_everything_the_source_tree_does(tmp_path: Path) -> None:
    """Templates and other data files must travel; a report without its template fails only at the customer's."""
    uv = PROJECT / ".venv" / "bin" / "uv"
    if not uv.exists():
        pytest.skip("SKIPPED LOUDLY: no uv in .venv (run `make setup`), so the wheel was not built")
    command = [uv, "build", "--wheel", "--offline", "--quiet", "--out-dir", tmp_path, PROJECT]
    built = subprocess.run(command, capture_output=True, encoding="utf-8", check=False, timeout=300)
    if built.returncode and "network" in built.stderr.lower():
        pytest.skip("SKIPPED LOUDLY: hatchling is not in the cache, so the wheel was not built")
    assert built.returncode == 0, built.stderr

    (wheel,) = tmp_path.glob("*.whl")
    packed = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        file.relative_to(SOURCE.parent).as_posix() for file in SOURCE.rglob("*") if file.is_file() and "__pycache__" not in file.parts
    }
    assert set() == wanted - packed
