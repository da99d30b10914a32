"""The README tells the truth: its commands exist, the cheap ones run, and it shows what the demo prints."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

import pytest

from unbroken.cli.app import app

PROJECT = Path(__file__).parent.parent.parent
PAGES = sorted([*PROJECT.glob("*.md"), *(PROJECT / "docs").rglob("*.md")])
CONSOLE = re.compile(r"```console\n(.*?)```", re.DOTALL)


def update_readme():  # noqa: ANN201 -- a module
    spec = spec_from_file_location("update_readme", PROJECT / "docs" / "update_readme.py")
    assert spec
    assert spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def commands(page: Path) -> list[list[str]]:
    """Return the commands of a page's console blocks, as words."""
    text = "\n".join(CONSOLE.findall(page.read_text(encoding="utf-8")))
    return [shlex.split(line[2:], comments=True) for line in text.splitlines() if line.startswith("$ ")]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(PROJECT).as_posix())
def test_every_command_that_is_shown_exists_with_its_options(page: Path) -> None:
    for words in commands(page):
        if Path(words[0]).name == "unbroken" and not words[1].startswith("-"):
            known = {option for argument in app[words[1]].assemble_argument_collection() for option in argument.names}
            assert {word for word in words[2:] if word.startswith("--")} <= known | {"--help", "--debug"}, words
        if words[0] == "make":
            assert f"\n{words[1]}:" in (PROJECT / "Makefile").read_text(encoding="utf-8"), words


def test_the_cheap_commands_run() -> None:
    for arguments in (["exports"], ["--help"], ["--version"]):
        ran = subprocess.run(
            [sys.executable, "-m", "unbroken", *arguments], capture_output=True, encoding="utf-8", check=False, timeout=120
        )
        assert (ran.returncode, ran.stderr) == (0, "")
        assert ran.stdout.strip()


def test_the_output_shown_is_the_output_of_the_demo() -> None:
    """When this fails and the new output is right: `python docs/update_readme.py`."""
    script = update_readme()

    assert script.shown_output((PROJECT / "README.md").read_text(encoding="utf-8")) == script.demo_output()


def test_the_readme_runs_what_make_demo_runs() -> None:
    makefile = " ".join((PROJECT / "Makefile").read_text(encoding="utf-8").replace("\\\n", " ").split())

    assert " ".join(update_readme().SAMPLE) in makefile
    assert " ".join(update_readme().ASSESS) in makefile
