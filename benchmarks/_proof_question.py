"""The question `mfa-everywhere` as boxes of classes: what every engine of the comparison is given, and what a proof builds on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

import _proof_worlds
from _proof_pool import Policies

from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.diagram import Box
from unbroken.prove.escape import Closing
from unbroken.prove.prover import Prover
from unbroken.prove.question import MFA_EVERYWHERE, built_in
from unbroken.prove.scope import Scopes
from unbroken.prove.space import Space

TODAY = date(2026, 1, 1)


@dataclass(frozen=True)
class World:
    """What a measurement is made of; equal worlds are equal in every run."""

    family: str = "realistic"
    policies: int = 195
    users: int = 20_000
    locations: int = 25
    holes: int = 1

    def snapshot(self) -> Snapshot:
        """Return the tenant with its policies."""
        tenant = _proof_worlds.tenant(users=self.users, locations=self.locations)
        more = {"holes": self.holes} if self.family == "near_catch_all" else {}
        made: Policies = getattr(_proof_worlds, self.family)(tenant, self.policies, **more)
        return replace(tenant, policies=Collection("conditionalAccessPolicies", made, complete=True, why=""))


@dataclass(frozen=True)
class Boxes:
    """Sign-ins that the question speaks of, and those in which it is met. A violation lies in a `start` and in no `closing` box."""

    start: tuple[Box, ...]
    closing: tuple[Box, ...]
    space: Space

    @property
    def full(self) -> Box:
        """Return everything."""
        return self.space.full


def boxes(snapshot: Snapshot) -> Boxes:
    """Return the boxes of `mfa-everywhere`, each once."""
    prover, scopes = Prover(Engine(PolicyTable(snapshot))), Scopes(snapshot, TODAY)
    question = next(each for each in built_in(scopes.break_glass, scopes.exempt) if each.name == MFA_EVERYWHERE)
    space = prover.worlds
    rows = prover.rows(space, prover.engine.table.enabled)
    closing = Closing(space, prover.obligations).boxes(rows, question.needed(prover.obligations))
    return Boxes(tuple(prover.start(question, space)), tuple(dict.fromkeys(closing)), space)
