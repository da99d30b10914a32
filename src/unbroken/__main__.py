"""Start the command line; `--version` answers without loading it."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and leave with its exit code."""
    if sys.argv[1:] in (["--version"], ["-V"]):
        from unbroken import __version__

        sys.stdout.write(f"unbroken {__version__}\n")
        return
    from unbroken.cli.app import run

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()
