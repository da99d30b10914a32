"""The words of a filter rule: text to tokens, each with its position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

END = "end"
NAME = "name"
WORD = "word"
STRING = "string"
NUMBER = "number"
MARK = "mark"

LONGEST_RULE = 3072
"""Characters (entra-docs, concept-condition-filters-for-devices.md)."""

_DASHES = "-\u2010\u2011\u2012\u2013\u2014\u2212"
"""What word processors, and Microsoft's own pages, put in the place of the hyphen."""
_CLOSES = {'"': '"', "'": "'", "\u201c": "\u201d\u201c", "\u201d": "\u201d", "\u2018": "\u2019\u2018", "\u2019": "\u2019"}
"""Opening quote -> the quotes that close it; typographic pairs survive a copy through a document."""
_SPACE = re.compile(r"[\s\u200b\ufeff]+")
_NUMBER = re.compile(r"[+-]?\d+(?:\.\d+)*(?![\w.])")
_NAME = re.compile(r"[^\W\d]\w*(?:\.\w+)+")
_WORD = re.compile(rf"[{_DASHES}$]?[^\W\d]\w*")


class RuleError(ValueError):
    """A rule that cannot be read: what a policy with it does is unknown, never "does not apply"."""

    def __init__(self, position: int, expected: str, found: str = "") -> None:
        """Point at the character `position` (0-based) and say what was `expected` there."""
        got = f", found {found}" if found else ""
        super().__init__(f"at character {position + 1}: expected {expected}{got}")
        self.position = position
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Token:
    """One word of the rule; `text` is lower-cased and without hyphen for a word, without quotes for a string."""

    kind: str
    text: str
    position: int

    def __str__(self) -> str:
        """Return the token as an error message names it."""
        return "the end of the rule" if self.kind == END else f"`{self.text}`"


def tokens(text: str) -> list[Token]:
    """Return the tokens of `text`, the last of kind `end`; raises `RuleError`."""
    if len(text) > LONGEST_RULE:
        raise RuleError(LONGEST_RULE, f"the end of the rule: Entra ID keeps at most {LONGEST_RULE} characters")
    return list(_scan(text))


def _scan(text: str) -> Iterator[Token]:
    at = 0
    while at < len(text):
        if space := _SPACE.match(text, at):
            at = space.end()
            continue
        token, at = _string(text, at) if text[at] in _CLOSES else _plain(text, at)
        yield token
    yield Token(END, "", len(text))


def _plain(text: str, at: int) -> tuple[Token, int]:
    if text[at] in "()[],":
        return Token(MARK, text[at], at), at + 1
    for kind, pattern in ((NUMBER, _NUMBER), (NAME, _NAME), (WORD, _WORD)):
        if match := pattern.match(text, at):
            word = match.group().lower()
            return Token(kind, word.lstrip(_DASHES + "$") if kind == WORD else word, at), match.end()
    raise RuleError(at, "an attribute, an operator, a value or a parenthesis", f"`{text[at]}`")


def _string(text: str, start: int) -> tuple[Token, int]:
    """Read a quoted value: a backtick escapes a quote or a backtick, and a doubled quote stands for itself."""
    closing, value, at = _CLOSES[text[start]], [], start + 1
    while at < len(text):
        char, following = text[at], text[at + 1 : at + 2]
        if char == "`" and following and (following in _CLOSES or following == "`"):
            value.append(following)
            at += 2
        elif char in closing:
            if following != char:
                return Token(STRING, "".join(value), start), at + 1
            value.append(char)
            at += 2
        else:
            value.append(char)
            at += 1
    raise RuleError(start, "a closing quote for the one that opens here", "the end of the rule")
