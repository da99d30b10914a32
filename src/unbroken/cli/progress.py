"""Progress on standard error: seen by people at a terminal, never by programs."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Report = Callable[[str, int, int], None]


@contextmanager
def progress() -> Iterator[Report | None]:
    """Yield a function to call with (what, how far, of how many), None where nobody watches."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    with Console(stderr=True).status("reading") as status:
        yield lambda what, done, total: status.update(line(what, done, total))


def line(what: str, done: int, total: int) -> str:
    """Return what is shown: how far it is only where that is counted."""
    counted = f" {done:,}" if done or total else ""
    return f"{what}{counted}" + (f" of {total:,}" if total else "")
