"""At which risk: sign-in, user, insider and service principal risk, each a dimension of its own."""

from __future__ import annotations

from collections.abc import Sequence

from unbroken.evaluate.bits import certain
from unbroken.evaluate.dimension import Alternative, Dimension, distinct, hull

LEVELS = ("none", "low", "medium", "high")
INSIDER_LEVELS = ("none", "minor", "moderate", "elevated")
HIDDEN = "hidden"


class Risk:
    """One risk condition of a policy set."""

    def __init__(self, name: str, levels: Sequence[str], demanded: Sequence[frozenset[str]], text: str) -> None:
        """Take the `demanded` levels of each policy; `name` is its word in `whatIfAnalysisReasons`, `text` names the fact."""
        self._name, self._levels, self._text = name, levels, text
        self._any = sum(1 << i for i, wanted in enumerate(demanded) if not wanted)
        self._masks = {level: sum(1 << i for i, wanted in enumerate(demanded) if level in wanted) for level in (*levels, HIDDEN)}

    def dimension(self, level: str | None) -> Dimension:
        """Return what the condition says of `level`; None is not known, `hidden` is not shown: one of the real levels."""
        literal = self._masks[HIDDEN] if level == HIDDEN else 0
        values = self._levels if level is None or level == HIDDEN else (level,)
        options = distinct(Alternative(certain(self._any | literal | self._masks.get(value, 0))) for value in values)
        bits = hull(each.bits for each in options)
        return Dimension(options, ((self._name, bits),), ((bits.unknown, self._text),) if bits.unknown else ())
