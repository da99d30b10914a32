"""What an edit must not break: that break-glass accounts are free, and that an administrator gets in."""

from __future__ import annotations

from unbroken.prove.admins import PLACES, Admins
from unbroken.prove.diagram import NOTHING
from unbroken.prove.prover import Prover
from unbroken.prove.question import ADMINS_CAN_SIGN_IN, BREAK_GLASS_FREE, Question
from unbroken.prove.scope import Scopes


class Kept:
    """Two built-in properties, asked of policies before and after an edit."""

    def __init__(self, scopes: Scopes, break_glass_free: Question) -> None:
        """Ask about the accounts of `scopes`."""
        self._scopes, self._break_glass_free = scopes, break_glass_free

    def broken(self, before: Prover, after: Prover) -> tuple[str, ...]:
        """Return the properties that surely hold before and do not surely hold after. Raises BudgetExceeded."""
        asked = {BREAK_GLASS_FREE: self._free, ADMINS_CAN_SIGN_IN: self._open}
        return tuple(name for name, holds in asked.items() if holds(before) and not holds(after))

    def _free(self, prover: Prover) -> bool:
        return prover.possible(self._break_glass_free).node == NOTHING

    def _open(self, prover: Prover) -> bool:
        admins, enabled = Admins(prover, self._scopes), prover.worlds.who.position
        way_in = any(
            all(admins.gets_in(user, place, surely=True).node != NOTHING for place in PLACES)
            for user in sorted(admins.holders.sure)
            if user in enabled
        )
        accounts = (user for user in self._scopes.break_glass.sure if user in enabled)
        return way_in and all(admins.shut_out(user, surely=False).node == NOTHING for user in accounts)
