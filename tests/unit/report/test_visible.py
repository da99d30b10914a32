"""Control characters are shown, not obeyed."""

from __future__ import annotations

import pytest

from unbroken.report.visible import visible


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë Müller", "Zoë Müller"),
        ("山田 太郎", "山田 太郎"),
        ("a\nb\tc", "a b c"),
        ("\x1b[31mred", "\ufffd[31mred"),
        ("\u202etxt.exe", "\ufffdtxt.exe"),
        ("bell\x07", "bell\ufffd"),
        ("\x9b31m", "\ufffd31m"),
        ("half \ud800", "half \ufffd"),
        ("non-breaking\u00a0space", "non-breaking\u00a0space"),
    ],
)
def test_what_is_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
