"""Who is affected, by what, and why: one entry for each user and effect."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.evaluate.blast_radius import Person
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import SEVERITY, Decision, Outcome
from unbroken.evaluate.log import Log
from unbroken.evaluate.logged import Reading
from unbroken.evaluate.replay import OUTCOMES, Replay, Replayed
from unbroken.evaluate.worlds import Engine

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


class Affected:
    """The people behind the numbers of one replay."""

    def __init__(self, snapshot: Snapshot, engine: Engine, replay: Replay, reading: Reading, log: Log) -> None:
        """Explain outcomes of `replay` under the policies of `engine`."""
        self._users = {user.id: user for user in snapshot.users.records}
        self._engine, self._replay, self._reading, self._log = engine, replay, reading, log
        self._applying = replay.applying(log.cube)
        self._told: dict[tuple[object, ...], tuple[str, str]] = {}

    def people(self, before: Replayed, after: Replayed, kinds: Mapping[str, str]) -> tuple[Person, ...]:
        """Return one person for each user and effect, most severe and most frequent first; `kinds` is account kind by user id."""
        found = [person for group in self._groups(before, after) for person in self._person(*group, kinds)]
        order = {effect: rank for rank, effect in enumerate((*EFFECTS.values(), CANNOT_REGISTER))}
        return tuple(
            sorted(found, key=lambda person: (not person.new, -order[person.effect], -person.sign_ins, person.user_principal_name))
        )

    def _groups(self, before: Replayed, after: Replayed) -> Iterator[tuple[int, int, bool, int, int]]:
        """Yield (user code, outcome, new, sign-ins, an example tuple) of everything that is not simply allowed."""
        cube = self._log.cube
        touched = np.flatnonzero(after.outcomes != SEVERITY.index(Outcome.ALLOW))
        new = after.outcomes[touched] != before.outcomes[touched]
        key = (cube["user"][touched].astype(np.int64) * WIDTH + after.outcomes[touched]) * 2 + new
        order = np.argsort(key, kind="stable")
        key, touched = key[order], touched[order]
        starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.array([], dtype=np.int64)
        counts = cube["count"][touched]
        for start, total in zip(starts, np.add.reduceat(counts, starts) if len(starts) else [], strict=True):
            code, is_new = divmod(int(key[start]), 2)
            user, outcome = divmod(code, WIDTH)
            yield user, outcome, bool(is_new), int(total), int(touched[start])

    def _person(self, user: int, outcome: int, new: bool, sign_ins: int, row: int, kinds: Mapping[str, str]) -> Iterator[Person]:
        logged = self._log.facts.users[user]
        user_id = self._reading.user_id(logged)
        record = self._users.get(user_id)
        effect, why = self._tell(row, outcome)
        yield Person(
            user_id=user_id,
            user_principal_name=(record.user_principal_name if record else "") or logged.user_principal_name,
            display_name=(record.display_name if record else "") or logged.display_name,
            department=record.department if record else "",
            effect=effect,
            why=why,
            sign_ins=sign_ins,
            kind=kinds.get(user_id, ""),
            new=new,
        )

    def _tell(self, row: int, outcome: int) -> tuple[str, str]:
        """Return the effect and one sentence on it; users in the same position share the sentence."""
        axes, cube = self._replay.axes, self._log.cube
        user = axes.users.classes[cube["user"][row]]
        standing = axes.users.meaning[axes.users.kinds[user]]
        context, device = int(cube["context"][row]), int(cube["device"][row])
        bits = tuple(part[:, row].tobytes() for part in self._applying)
        key = (outcome, bits, standing, context, device)
        if key not in self._told:
            request = self._replay.request(cube, row)
            decision = decide(self._engine, request)
            promptable = request.client not in LEGACY_CLIENTS and request.facts.interactive
            capable = any(ability.mfa for each in standing for ability in each.abilities)
            lacks_method = promptable and not capable
            self._told[key] = _effect(OUTCOMES[outcome], decision, lacks_method=lacks_method), _sentence(decision, legacy=not promptable)
        return self._told[key]


def _effect(outcome: Outcome, decision: Decision, *, lacks_method: bool) -> str:
    wants_mfa = any(token.partition(":")[0] in {"mfa", "authenticationStrength"} for token in decision.requires)
    return CANNOT_REGISTER if outcome is Outcome.LOCKED_OUT and wants_mfa and lacks_method else EFFECTS[outcome]


def _sentence(decision: Decision, *, legacy: bool) -> str:
    applying = [verdict.display_name for verdict in decision.policies if verdict.applies and verdict.result in {"failure", "unknown"}]
    named = ", ".join(applying) or "security defaults or per-user MFA"
    if decision.outcome is Outcome.UNKNOWN:
        return f"Not known: {'; '.join(decision.missing[:2])}"
    if decision.outcome is Outcome.BLOCK:
        return f"{named} blocks this sign-in"
    controls = ", ".join(_WORDS.get(token, token) for token in decision.requires)
    return f"{named} demands {controls}{_because(decision.outcome, legacy=legacy)}"


def _because(outcome: Outcome, *, legacy: bool) -> str:
    if legacy:
        return ", which this client cannot do"
    if outcome is Outcome.REGISTER:
        return ", and no method for it is registered"
    return ", which cannot be met from here" if outcome is Outcome.LOCKED_OUT else ""
