"""Who is affected, by what, and why: one entry for each person and effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.evaluate.bits import each
from unbroken.evaluate.blast_radius import Person
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import SEVERITY, Outcome
from unbroken.evaluate.evidence import Evidence
from unbroken.evaluate.grades import asks_for_mfa
from unbroken.evaluate.grants import in_prompt_order
from unbroken.evaluate.log import Log
from unbroken.evaluate.logged import Reading, people_positions
from unbroken.evaluate.replay import OUTCOMES, Replay, Replayed
from unbroken.evaluate.statement import Statement
from unbroken.evaluate.worlds import Engine, World

EFFECTS = {
    Outcome.MFA: "prompted",
    Outcome.REGISTER: "must register",
    Outcome.CONTROLS: "needs another control",
    Outcome.BLOCK: "blocked",
    Outcome.LOCKED_OUT: "locked out",
    Outcome.UNKNOWN: "unknown",
}
_WORDS = {
    "mfa": "MFA",
    "compliantDevice": "a compliant device",
    "domainJoinedDevice": "a hybrid joined device",
    "passwordChange": "a password change",
    "termsOfUse": "accepting the terms of use",
    "approvedApplication": "an approved app",
    "compliantApplication": "an app with protection policy",
}
CANNOT_REGISTER = "cannot register"
WIDTH = len(OUTCOMES)


@dataclass(frozen=True)
class _Group:
    """Sign-ins of one person with one outcome, all new or none."""

    user: int
    """A code of the log's dictionary."""
    outcome: int
    new: bool
    sign_ins: int
    example: int
    """A tuple among them."""


class Affected:
    """The people behind the numbers of one replay."""

    def __init__(self, snapshot: Snapshot, engine: Engine, replay: Replay, reading: Reading, log: Log, evidence: Evidence) -> None:
        """Explain outcomes of `replay` under the policies of `engine`."""
        self._users = {user.id: user for user in snapshot.users.records}
        self._engine, self._replay, self._reading, self._log, self._evidence = engine, replay, reading, log, evidence
        self._told: dict[tuple[object, ...], tuple[str, str]] = {}
        strengths = {f"authenticationStrength:{each.id}": each.display_name or each.id for each in snapshot.strengths.records}
        self._words = _WORDS | strengths

    def people(self, before: Replayed, after: Replayed, kinds: Mapping[str, str]) -> tuple[Person, ...]:
        """Return one entry for each person, effect and newness, what is new and worst first; `kinds` is account kind by user id."""
        found = [self._person(group, kinds) for group in self._groups(before, after)]
        order = {effect: rank for rank, effect in enumerate((*EFFECTS.values(), CANNOT_REGISTER))}
        return tuple(
            sorted(found, key=lambda person: (not person.new, -order[person.effect], -person.sign_ins, person.user_principal_name))
        )

    def _groups(self, before: Replayed, after: Replayed) -> Iterator[_Group]:
        """Yield everything that is not simply allowed, by person: several rows of the log's dictionary may be one."""
        cube = self._log.cube
        touched = np.flatnonzero(after.outcomes != SEVERITY.index(Outcome.ALLOW))
        new = after.outcomes[touched] != before.outcomes[touched]
        person = people_positions(self._reading, self._log.facts.users)[cube["user"][touched]]
        key = (person * WIDTH + after.outcomes[touched]) * 2 + new
        order = np.argsort(key, kind="stable")
        key, touched = key[order], touched[order]
        starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.array([], dtype=np.int64)
        totals = np.add.reduceat(cube["count"][touched], starts) if len(starts) else starts
        for start, total in zip(starts, totals, strict=True):
            row = int(touched[start])
            yield _Group(int(cube["user"][row]), int(after.outcomes[row]), bool(key[start] % 2), int(total), row)

    def _person(self, group: _Group, kinds: Mapping[str, str]) -> Person:
        logged = self._log.facts.users[group.user]
        user_id = self._reading.user_id(logged)
        record = self._users.get(user_id)
        effect, why = self._tell(group.example, OUTCOMES[group.outcome])
        return Person(
            user_id=user_id,
            user_principal_name=(record.user_principal_name if record else "") or logged.user_principal_name,
            display_name=(record.display_name if record else "") or logged.display_name,
            department=record.department if record else "",
            effect=effect,
            why=why,
            sign_ins=group.sign_ins,
            kind=kinds.get(user_id, ""),
            new=group.new,
        )

    def _tell(self, row: int, outcome: Outcome) -> tuple[str, str]:
        """Return the effect and one sentence on it; sign-ins that are the same to every policy and person share the sentence."""
        said = self._evidence.of(row)
        user, *rest = self._replay.exact_key(self._log.cube, row)
        users = self._replay.axes.users
        key = (outcome, said, users.kinds[user], users.true[:, user].tobytes(), users.possible[:, user].tobytes(), *rest)
        if key not in self._told:
            self._told[key] = self._tell_one(self._replay.request(self._log.cube, row), outcome, said)
        return self._told[key]

    def _tell_one(self, request: AccessRequest, outcome: Outcome, said: Statement) -> tuple[str, str]:
        if outcome is Outcome.UNKNOWN:
            missing = decide(self._engine, request).missing[:2] or ("the log contradicts what the policies say",)
            # Accounts that look the same to every policy share the sentence, so it must not carry the id of one of them.
            text = "; ".join(missing).replace(request.identity.user_id or "\0", "this account")
            return EFFECTS[outcome], f"Not known: {text}"
        dimensions = self._engine.table.dimensions(request)
        worlds = [world for world in self._engine.worlds(request, dimensions) if outcome in world.outcomes]
        agreeing = [world for world in worlds if said.allows(world.applies.true, world.applies.possible)]
        world = (agreeing or worlds)[0]
        promptable = request.client not in LEGACY_CLIENTS and request.facts.interactive
        lacks = outcome is Outcome.LOCKED_OUT and promptable and not world.here.ability.mfa
        demands = self._demands(world)
        lacks &= any(asks_for_mfa(unmet) for _, _, unmet in demands)
        return CANNOT_REGISTER if lacks else EFFECTS[outcome], _sentence(outcome, demands, self._words, legacy=not promptable)

    def _demands(self, world: World) -> list[tuple[str, Outcome, tuple[str, ...]]]:
        """Return (policy, outcome, unmet controls) of every enabled policy that is not met in `world`."""
        table = self._engine.table
        found: list[tuple[str, Outcome, tuple[str, ...]]] = []
        for index in each(world.applies.true & table.enabled):
            meeting = self._engine.meeting(table.demand(index), world.here)
            if meeting.outcome is not Outcome.ALLOW:
                found.append((table.policies[index].display_name, meeting.outcome, meeting.unmet))
        return found


def _sentence(outcome: Outcome, demands: Sequence[tuple[str, Outcome, tuple[str, ...]]], words: Mapping[str, str], *, legacy: bool) -> str:
    """Say which policies make the outcome, and by what; a block names the policies that block and no other."""
    if outcome is Outcome.BLOCK:
        named = ", ".join(name for name, its, _ in demands if its is Outcome.BLOCK)
        return f"{named or 'Security defaults'} blocks this sign-in"
    named = ", ".join(name for name, _, _ in demands) or "Security defaults or per-user MFA"
    tokens = in_prompt_order([token for _, _, unmet in demands for token in unmet]) or ["mfa"]
    controls = [words.get(token, token) for token in tokens]
    return f"{named} demands {', '.join(controls)}{_because(outcome, legacy=legacy)}"


def _because(outcome: Outcome, *, legacy: bool) -> str:
    if legacy:
        return ", which this client cannot do"
    if outcome is Outcome.REGISTER:
        return ", and no method for it is registered"
    return ", which cannot be met from here" if outcome is Outcome.LOCKED_OUT else ""
