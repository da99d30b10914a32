"""Run the demo and put what it prints between the marks in README.md; `--check` only says whether it is still true."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

PROJECT = Path(__file__).resolve().parent.parent
README = PROJECT / "README.md"
BLOCK = re.compile(r"(<!-- demo output -->\n```text\n)(.*?)(```\n<!-- /demo output -->)", re.DOTALL)
LONGEST = 60
"""Lines shown; the cut is made between two paragraphs."""
FINDING = 2

SAMPLE = ("sample", "--out", "demo/tenant")
ASSESS = ("assess", "demo/tenant", "--with", "demo/tenant/proposed/require-mfa-all-users.json", "--report", "demo/report.html")


def run(arguments: tuple[str, ...], folder: str) -> str:
    """Return what `unbroken` prints on stdout when it runs in `folder`, as on a plain terminal 100 columns wide."""
    environment = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "TERM": "dumb", "PYTHONIOENCODING": "utf-8"}
    command = [sys.executable, "-m", "unbroken", *arguments]
    ran = subprocess.run(command, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    if ran.returncode not in {0, FINDING}:
        sys.exit(f"unbroken {' '.join(arguments)} failed with {ran.returncode}: {ran.stderr.strip()}")
    return ran.stdout


def demo_output() -> str:
    """Return what the demo's assessment prints: as many whole paragraphs as fit into `LONGEST` lines, and how much follows."""
    with tempfile.TemporaryDirectory() as folder:
        run(SAMPLE, folder)
        lines = [line.rstrip() for line in run(ASSESS, folder).strip("\n").splitlines()]
    ends = [number for number, line in enumerate(lines) if not line and number <= LONGEST]
    if len(lines) > LONGEST and ends:
        lines = [*lines[: ends[-1]], "", f"(and {len(lines) - ends[-1] - 1} more lines)"]
    return "\n".join(lines) + "\n"


def shown_output(readme: str) -> str:
    """Return the block as the README shows it."""
    found = BLOCK.search(readme)
    if not found:
        sys.exit("README.md has no block between <!-- demo output --> and <!-- /demo output -->")
    return found[2]


def main() -> int:
    readme = README.read_text(encoding="utf-8")
    shown, real = shown_output(readme), demo_output()
    if shown == real:
        print("README.md shows what the demo prints")
        return 0
    if "--check" in sys.argv:
        print("README.md does not show what the demo prints; run `python docs/update_readme.py`", file=sys.stderr)
        return 1
    README.write_text(BLOCK.sub(lambda block: block[1] + real + block[3], readme), encoding="utf-8", newline="\n")
    print("README.md updated")
    return 0


if __name__ == "__main__":
    sys.exit(main())
