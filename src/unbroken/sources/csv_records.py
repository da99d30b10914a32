"""CSV text -> rows with their line numbers; a stray quote costs one row, not the rest of the file."""

from __future__ import annotations

import codecs
import csv
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

LINE_LIMIT = 16 << 20
"""The longest line that is read, in characters."""
_MULTI_LINE_LIMIT = 100
"""The most lines one row may span."""
_NOT_UTF8 = re.compile("[\udc80-\udcff]")


@dataclass(frozen=True, slots=True)
class Row:
    """The fields of a row, or what is wrong with it; `line` is where it begins, from 1."""

    line: int
    fields: list[str]
    problem: str = ""


def rows(blocks: Iterator[bytes]) -> Iterator[Row]:
    """Yield the rows of a CSV file, the header first; blank lines, a `#TYPE` and a `sep=` line are passed over.

    The delimiter is the one of comma, semicolon and tab that the header has most of. Rows that do not fit the header have a problem.
    """
    waiting: deque[tuple[int, str]] = deque()
    lines = enumerate(_lines(blocks), 1)
    delimiter, width = "", 0
    while True:
        if not waiting and not _pull(lines, waiting):
            return
        number, text = waiting[0]
        if not text.strip() or (not width and text.startswith(("#TYPE", "sep="))):
            waiting.popleft()
            continue
        delimiter = delimiter or _delimiter(text)
        row, used = _row(lines, waiting, delimiter, width)
        for _ in range(used):
            waiting.popleft()
        width = width or len(row)
        yield Row(number, row[:width], _judge(row, width))


def _pull(lines: Iterator[tuple[int, str]], waiting: deque[tuple[int, str]]) -> bool:
    item = next(lines, None)
    if item is not None:
        waiting.append(item)
    return item is not None


def _row(lines: Iterator[tuple[int, str]], waiting: deque[tuple[int, str]], delimiter: str, width: int) -> tuple[list[str], int]:
    """Return the row that begins with the first waiting line and how many lines it takes; one line when several give no row."""
    text = waiting[0][1]
    used = 1
    while text.count('"') % 2 and used < _MULTI_LINE_LIMIT:
        if used >= len(waiting) and not _pull(lines, waiting):
            break
        text = f"{text}\n{waiting[used][1]}"
        used += 1
    row = _fields(text, delimiter)
    if used > 1 and (text.count('"') % 2 or (width and len(row) != width)):
        return _fields(waiting[0][1], delimiter)[: max(width - 1, 1)], 1
    return row, used


def _fields(text: str, delimiter: str) -> list[str]:
    try:
        return next(csv.reader([text], delimiter=delimiter), [])
    except csv.Error:
        return []


def _judge(row: list[str], width: int) -> str:
    if len(row) != width and any(row[width:]):
        return f"has {len(row)} fields where the header has {width}"
    if len(row) < width:
        return f"has {len(row)} fields where the header has {width}, or an open quote"
    if any(not field.isascii() and _NOT_UTF8.search(field) for field in row):
        return "is not UTF-8"
    return ""


def _delimiter(header: str) -> str:
    outside = re.sub(r'"[^"]*"', "", header)
    return max(",;\t", key=outside.count)


def _lines(blocks: Iterator[bytes]) -> Iterator[str]:
    """Yield lines without their ends; a line longer than `LINE_LIMIT` is cut there."""
    csv.field_size_limit(LINE_LIMIT)
    decoder = codecs.getincrementaldecoder("utf-8")(errors="surrogateescape")
    rest, dropping = "", False
    for block in blocks:
        first, *others = decoder.decode(block).split("\n")
        rest = rest if dropping else rest + first
        if others:
            yield rest.removesuffix("\r")
            *whole, rest = others
            yield from (line.removesuffix("\r") for line in whole)
            dropping = False
        elif len(rest) > LINE_LIMIT:
            rest, dropping = rest[:LINE_LIMIT], True
    yield (rest + decoder.decode(b"", final=True)).removesuffix("\r")
