"""What every text on a terminal is made of: headings, lists, tables.

Tenant text is only ever printed as `rich.text.Text`: markup and emoji codes in a display name stay what they are. Colours are
rich's business: none when the output is no terminal or NO_COLOR is set; no meaning is told by colour alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager

from rich.box import SIMPLE_HEAD
from rich.console import Console
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from unbroken.report.visible import visible

STYLES = {
    "locked out": "bold red",
    "blocked": "bold red",
    "cannot register": "red",
    "needs another control": "yellow",
    "must register": "yellow",
    "unknown": "magenta",
    "prompted": "cyan",
}


_PADDING = re.compile(r"[ \t]+$", re.MULTILINE)


@contextmanager
def unpadded(console: Console) -> Iterator[None]:
    """Print without blanks at the ends of lines where the output is a file or a pipe; on a terminal nothing changes."""
    if console.is_terminal:
        yield
        return
    with console.capture() as captured:
        yield
    console.file.write(_PADDING.sub("", captured.get()))


def title(console: Console, text: str, below: str = "") -> None:
    """Print a heading with a rule of its own width, and a quiet line below it."""
    console.print()
    console.print(Text(visible(text), style="bold"))
    if below:
        console.print(Text(visible(below), style="dim"))


def bullets(console: Console, heading: str, lines: Sequence[str], top: int) -> None:
    """Print `lines` as a list with hanging indent, or nothing when there are none."""
    if not lines:
        return
    title(console, heading)
    for line in lines[:top]:
        grid = Table.grid(padding=(0, 1))
        grid.add_row(Text(" -"), Text(visible(line)))
        console.print(grid)
    more(console, len(lines) - top, "lines")


def more(console: Console, left: int, what: str) -> None:
    """Say how many entries are not shown, and where all of them are."""
    if left > 0:
        console.print(Text(f"  ... and {left:,} more {what}; CSV and JSON have all of them", style="dim"))


def table(console: Console, columns: Iterable[tuple[str, str]], rows: Iterable[Sequence[str | Text]]) -> None:
    """Print a table; a column is (heading, "left" or "right"), a right one is never wrapped."""
    grid = Table(box=SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False)
    for heading, side in columns:
        if side == "right":
            grid.add_column(heading, justify="right", no_wrap=True)
        else:
            grid.add_column(heading, overflow="fold")
    for row in rows:
        grid.add_row(*(cell if isinstance(cell, Text) else Text(visible(cell)) for cell in row))
    console.print(Padding(grid, (0, 0, 0, 1)))


def effect_text(effect: str) -> Text:
    """Return an effect in its colour."""
    return Text(visible(effect), style=STYLES.get(effect, "bold"))


def stacked(first: str, second: str) -> Text:
    """Return two lines for one cell, the second one quieter."""
    return Text("\n").join((Text(visible(first)), Text(visible(second), style="dim")))
