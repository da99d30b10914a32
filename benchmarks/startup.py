"""How fast the command line opens: `unbroken --version` (goal: under 150 ms) and `unbroken --help`."""

from __future__ import annotations

from _stopwatch import BARE_PYTHON, UNBROKEN, line, seconds


def main() -> None:
    bare = seconds(BARE_PYTHON, times=15)
    print(line("python -c pass", bare, bare))
    print(line("unbroken --version", seconds([UNBROKEN, "--version"], times=15), bare))
    print(line("unbroken --help", seconds([UNBROKEN, "--help"]), bare))


if __name__ == "__main__":
    main()
