"""The sample tenant, and commands run in process."""

from __future__ import annotations

import contextlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from unbroken.cli.app import run

KEYS = {"schemaVersion", "signIns", "prompts", "outcomes", "users", "apps", "clients", "legacy", "calibration", "registration", "limits"}
"""What INTERFACES promises of `assess --format json`."""


SAID = ("unbroken: warning: ", "wrote ", "kept the log in ", "started from the log kept in ")
"""What a command may tell on standard error when nothing failed."""


@dataclass(frozen=True)
class Ran:
    """What a command answered."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Ran]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Run `unbroken` with these arguments; whatever happens, it is no crash and no more than one line of error."""

    def call(*arguments: object) -> Ran:
        capsys.readouterr()
        code = run([str(each) for each in arguments])
        out, err = capsys.readouterr()
        assert "should not have happened" not in err, err
        assert "Traceback" not in out + err
        assert code in {0, 1, 2, 64}
        assert len([line for line in err.splitlines() if not line.startswith(SAID)]) == (1 if code in {1, 64} else 0), err
        return Ran(code, out, err)

    return call


@pytest.fixture
def assessed(command: Command) -> Callable[..., dict[str, Any]]:
    """Run `assess --format json` and check what must be true of every answer."""

    def call(*arguments: object) -> dict[str, Any]:
        ran = command("assess", *arguments, "--format", "json")
        assert ran.code in {0, 2}, ran.err
        found: dict[str, Any] = ran.json
        check(found)
        stopped = found["outcomes"]["after"]["block"] + found["outcomes"]["after"]["locked_out"]
        assert ran.code == (2 if stopped else 0)
        return found

    return call


def check(found: dict[str, Any]) -> None:
    """Check that every row is in exactly one count, and that the counts of every table are the same sign-ins."""
    assert found.keys() >= KEYS
    rows = found["signIns"]
    assert rows["read"] == rows["duplicates"] + rows["joined"] + rows["evaluated"] + sum(rows["skipped"].values())
    for when in ("before", "after"):
        assert sum(found["outcomes"][when].values()) == rows["evaluated"]
        for table in ("users", "apps", "clients"):
            assert sum(sum(each[when].values()) for each in found[table]) == rows["evaluated"], (when, table)


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a small sample tenant; read it, never write to it."""
    folder = tmp_path_factory.mktemp("sample") / "tenant"
    assert run(["sample", "--out", str(folder), "--users", "40", "--days", "3"]) == 0
    return folder


@pytest.fixture(scope="session")
def whole(sample: Path, proposed: Path) -> dict[str, Any]:
    """Return the answer for the sample tenant as it is, with the proposed policy laid over."""
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        run(["assess", str(sample), "--with", str(proposed), "--format", "json"])
    found: dict[str, Any] = json.loads(out.getvalue())
    check(found)
    return found


@pytest.fixture(scope="session")
def proposed(sample: Path) -> Path:
    """Return the policy that the sample tenant is about to switch on."""
    return sample / "proposed" / "require-mfa-all-users.json"


@pytest.fixture
def tenant(sample: Path, tmp_path: Path) -> Path:
    """Return a copy of the sample tenant that a test may spoil, in a folder as people name them."""
    return Path(shutil.copytree(sample, tmp_path / "Müller & Söhne, été 2026"))
