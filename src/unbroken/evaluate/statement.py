"""What a log says of one sign-in and some policies, to rule out worlds."""

from __future__ import annotations

from typing import NamedTuple


class Statement(NamedTuple):
    """Policies that applied, and policies that did not, by position in the policy set."""

    applied: int
    not_applied: int

    def allows(self, true: int, possible: int) -> bool:
        """Return whether a world, with policies that surely and that possibly apply, agrees with the log."""
        return not (true & self.not_applied or self.applied & ~possible)


SILENT = Statement(0, 0)
