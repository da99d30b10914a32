"""Tenant text made harmless for a terminal or a cell: control and direction characters are shown, not obeyed."""

from __future__ import annotations

import unicodedata

_SPACES = {"\t": " ", "\n": " ", "\r": " "}
_DIRECTION = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c\ufeff")


def visible(text: str) -> str:
    """Return `text` on one line, with control and direction characters replaced by U+FFFD.

    A display name may hold a terminal escape, or a right-to-left override that makes `txt.exe` look like something else.
    """
    if text.isprintable():
        return text
    return "".join(_SPACES.get(char, char if _harmless(char) else "\ufffd") for char in text)


def _harmless(char: str) -> bool:
    return char not in _DIRECTION and unicodedata.category(char) not in {"Cc", "Cs"}
