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


@contextmanager
def bars() -> Iterator[Report | None]:
    """Yield a function as `progress` does, safe for threads: each thing that is done has a bar of its own, with the time it will take."""
    if not sys.stderr.isatty():
        yield None
        return
    import threading

    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[count]}"), TimeRemainingColumn(compact=True))
    with Progress(*columns, console=Console(stderr=True)) as shown:
        lock, tasks = threading.Lock(), {}

        def told(what: str, done: int, total: int) -> None:
            with lock:
                if what not in tasks:
                    tasks[what] = shown.add_task(what, total=None, count="")
            share = what == "sign-ins" and total
            count = f"{done / total:.0%}" if share else f"{done:,}" + (f" of {total:,}" if total else "")
            shown.update(tasks[what], completed=done, total=total or None, count=count)

        yield told
