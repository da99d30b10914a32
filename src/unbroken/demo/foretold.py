"""Before anything is changed: fetch the tenant, assess the policy, prove it, as an administrator would."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unbroken import wiring
from unbroken.demo.story import LEVELS, Final, Met
from unbroken.report.words import count

if TYPE_CHECKING:
    from collections.abc import Iterator

    from unbroken.evaluate.blast_radius import BlastRadius
    from unbroken.graph.fetch import Fetched
    from unbroken.prove.proof import Proof, Result
    from unbroken.wiring import Progress

FACTS = 'break_glass = ["group:BreakGlass"]\ntime_zone = "Europe/London"\n'
"""What no export says: the operator's own words."""
_EFFECTS = {"prompted": "prompted", "must register": "register", "cannot register": "register"}
"""Effect of the blast radius -> level; every other effect stops somebody."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """What is known of the change beforehand."""

    fetched: Fetched
    radius: BlastRadius
    proof: Proof

    def met(self) -> dict[str, Met]:
        """Return how far each account of the log would come after the change, by user id."""
        found = {each.id: Met(user=each.id, name=each.name, level=LEVELS[0]) for each in self.radius.users}
        for person in self.radius.people:
            level = _EFFECTS.get(person.effect, "stopped")
            known = found[person.user_id]
            if LEVELS.index(level) > LEVELS.index(known.level):
                found[person.user_id] = Met(user=known.user, name=known.name, level=level)
        return found

    def final(self) -> Final:
        """Return where the tenant stands."""
        return Final(
            phase="prepare",
            capable_share=self.radius.registration.share,
            legacy_successes=sum(each.successes for each in self.radius.legacy),
            break_glass_free=self._property("break-glass-free").holds,
        )

    def _property(self, name: str) -> Result:
        return next(each for each in self.proof.properties if each.name == name)

    def events(self) -> Iterator[str]:
        """Yield what there is to tell."""
        rows = sum(each.rows for each in self.fetched.logs)
        yield f"fetched the tenant through Graph: {self.fetched.collections['users']} accounts, {rows:,} sign-ins of 30 days"
        calibration = self.radius.calibration
        yield f"of {calibration.compared:,} logged results of the tenant's own policies {calibration.agreed:,} come out the same here"
        levels = [each.level for each in self.met().values()]
        counted = {level: levels.count(level) for level in LEVELS}
        yield (
            f"foretold, if MFA is required of everybody: {counted['stopped']} accounts stopped, "
            f"{counted['register']} must register first, {counted['prompted']} do MFA, {counted['nothing']} notice nothing"
        )
        for result in self.proof.properties:
            answer = {True: "holds", False: "does not hold", None: "is not known"}[result.holds]
            yield f"proved under the new policy: {result.name} {answer}{_shown(result)}"


def _shown(result: Result) -> str:
    return f" ({count(len(result.users), 'account')} can be hit)" if result.holds is False and result.users else ""


def foretell(root: str, folder: Path, policy: dict[str, Any], progress: Progress | None) -> Foretold:
    """Fetch the emulated tenant at `root` into `folder`, and say what the proposed policy would do."""
    fetched = wiring.fetch_emulated(root, folder, progress)
    proposed = folder / "proposed" / "require-mfa-all-users.json"
    proposed.parent.mkdir(exist_ok=True)
    proposed.write_text(json.dumps(policy, indent=1), encoding="utf-8")
    (folder / "unbroken.toml").write_text(FACTS, encoding="utf-8")
    assessed = wiring.assess(folder, [proposed], [], progress=progress)
    return Foretold(fetched, assessed.radius, wiring.prove(folder, [proposed], progress=progress)[0])
