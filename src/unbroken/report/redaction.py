"""Identifying words inside sentences: known ones wherever they stand, unknown ones by their shape (mail, address, id)."""

from __future__ import annotations

import re
from ipaddress import ip_address, ip_network

from unbroken.report.identifiers import Identifiers, folded

_MAIL = re.compile(r"[^\s\"<>,;:()`\[\]]+@[\w.-]+\w")
_GUID = re.compile(r"\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b", re.IGNORECASE)
_IPV4 = re.compile(r"(?<![A-Za-z0-9.])\d{1,3}(?:\.\d{1,3}){3}(?:/\d{1,2})?(?![A-Za-z0-9])")
_IPV6 = re.compile(r"(?<![A-Za-z0-9])[0-9a-f:]*:[0-9a-f]*:[0-9a-f:.]*(?:/\d{1,3})?(?![A-Za-z0-9])", re.IGNORECASE)
_PRODUCT = re.compile(r"(?<=[A-Za-z]/)\d+(?:\.\d+){3}\b")
_PLACE = re.compile(r"^((?:[A-Za-z]:)?[^:]+?)(?=:\d|:\s|, record)")
_PREFIX = 4
ALWAYS = 6
"""A known word of at least so many characters is replaced inside longer words too."""


class Redaction:
    """Replaces identifying words in a sentence; answers are remembered, for sentences repeat thousands of times."""

    def __init__(self, names: Identifiers) -> None:
        """Prepare to look for `names`."""
        self._names = names
        self._lengths: dict[str, list[int]] = {}
        for word in names.words:
            lengths = self._lengths.setdefault(word[:_PREFIX], [])
            if len(word) not in lengths:
                lengths.append(len(word))
        for lengths in self._lengths.values():
            lengths.sort(reverse=True)
        self._said: dict[str, str] = {}

    def __call__(self, text: str) -> str:
        """Return the sentence with every identifying word replaced."""
        if text not in self._said:
            self._said[text] = self._shapes(self._known(_MAIL.sub(self._mail, text)))
        return self._said[text]

    def user_agent(self, text: str) -> str:
        """Return the user agent; a product's version of four numbers (Chrome/120.0.0.0) is no address."""
        versions = _PRODUCT.findall(text)
        parts = [self(part) for part in _PRODUCT.split(text)]
        return parts[0] + "".join(version + part for version, part in zip(versions, parts[1:], strict=True))

    def problem(self, line: str) -> str:
        """Return a line about a file: the path before the first colon is replaced whole."""
        place = _PLACE.match(line)
        if place is None or not _looks_like_a_file(place[1]):
            return self(line)
        return self._names.file(place[1]) + self(line[place.end() :])

    def _mail(self, match: re.Match[str]) -> str:
        name = match[0].lstrip("'")
        return match[0][: -len(name)] + self._names.account(name)

    def _address(self, match: re.Match[str]) -> str:
        word = match[0] if match[0].startswith("::") else match[0].lstrip(":")
        address = word.rstrip(":.") if not word.endswith("::") else word
        return match[0].replace(address, self._names.token("address", address)) if _is_address(address) else match[0]

    def _shapes(self, text: str) -> str:
        text = _GUID.sub(lambda m: m[0] if m[0].lower() in self._names.keep else self._names.token("id", m[0]), text)
        return _IPV6.sub(self._address, _IPV4.sub(self._address, text))

    def _known(self, text: str) -> str:
        lower = folded(text)
        out, at = [], 0
        while at < len(text):
            end = self._match(lower, at)
            out.append(self._names.words[lower[at:end]] if end else text[at])
            at = end or at + 1
        return "".join(out)

    def _match(self, lower: str, at: int) -> int:
        """Return where the longest known word that starts `at` ends, 0 when none does."""
        for size in range(_PREFIX, 1, -1):
            for length in self._lengths.get(lower[at : at + size], ()):
                if lower[at : at + length] in self._names.words and _stands_alone(lower, at, length):
                    return at + length
        return 0


def _stands_alone(text: str, at: int, length: int) -> bool:
    """Return whether the word may be replaced here: a short one only when no letter or digit touches it."""
    if length >= ALWAYS:
        return True
    before, after = text[at - 1 : at] if at else "", text[at + length : at + length + 1]
    return not (_joins(before) and _joins(text[at])) and not (_joins(after) and _joins(text[at + length - 1]))


def _joins(char: str) -> bool:
    return char.isascii() and char.isalnum()


def _looks_like_a_file(place: str) -> bool:
    return any(mark in place for mark in "./\\")


def _is_address(word: str) -> bool:
    try:
        if "/" in word:
            ip_network(word, strict=False)
        else:
            ip_address(word)
    except ValueError:
        return False
    return word.strip(":") != ""
