"""`assess`: the blast radius of proposed policies over a tenant's sign-ins."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from unbroken.errors import UnbrokenError
from unbroken.wiring.leftovers import SCRATCH
from unbroken.wiring.logs import archive_of, log_of
from unbroken.wiring.policies import AMBIGUOUS, Progress, names_by_id, telling, time_zone_of
from unbroken.wiring.proofs import proved

if TYPE_CHECKING:
    from unbroken.entra.policy import ConditionalAccessPolicy
    from unbroken.entra.snapshot import Snapshot
    from unbroken.report.assessed import Assessed
    from unbroken.report.proof_section import ProofSection

NOT_ASKED = {
    "directoryAudits": "who changed what is no part of a blast radius",
    "roleEligibilitySchedules": "policies see a role only while it is active",
}
"""Collection -> why `assess` has no use for it."""


def assess(
    tenant: Path,
    proposed: Sequence[Path],
    sign_ins: Sequence[Path],
    *,
    proving: bool = False,
    keep: Path | None = None,
    progress: Progress | None = None,
) -> Assessed:
    """Return the blast radius of the proposed policies over the tenant's sign-ins (and those of `sign_ins`).

    With `proving` also what is proved of the policies as they are and as they would be. With `keep` the archive of the log stays in that
    folder, and the next call with the same log files starts from it.
    """
    from unbroken.evaluate import assess as assessment
    from unbroken.evaluate.proposal import AmbiguousName
    from unbroken.report.assessed import Assessed
    from unbroken.report.identifiers import accounts_of
    from unbroken.sources.tenant import read_proposal, read_tenant, signin_paths

    snapshot = read_tenant(tenant)
    policies, snapshot = read_proposal(proposed, snapshot)
    with tempfile.TemporaryDirectory(prefix=SCRATCH, ignore_cleanup_errors=True) as scratch:
        paths = [*signin_paths(tenant, Path(scratch)), *sign_ins]
        archive, count = archive_of(paths, keep or Path(scratch) / "archive", snapshot.tenant_id, progress)
        if progress:
            progress("evaluating", 0, 0)
        try:
            radius = assessment.assess(snapshot, policies, log_of(archive, count), time_zone_of(snapshot))
        except AmbiguousName as error:
            raise UnbrokenError(str(error), remedy=AMBIGUOUS) from error
    radius = replace(radius, problems=(*radius.problems, *_not_used(snapshot, tenant, [*proposed, *sign_ins])))
    proof = _proof_section(snapshot, policies, progress) if proving else None
    return Assessed(radius=radius, proof=proof, accounts=accounts_of(snapshot))


def _proof_section(snapshot: Snapshot, proposed: Sequence[ConditionalAccessPolicy], progress: Progress | None) -> ProofSection:
    """Return every property under the tenant's policies and, where some are proposed, under the same with those laid over."""
    from unbroken.evaluate.proposal import lay_over
    from unbroken.report.proof_section import proof_section

    own = snapshot.policies.records
    before = proved(snapshot, own, telling(progress, "proving, before the change:" if proposed else "proving"))
    after = proved(snapshot, lay_over(own, proposed)[0], telling(progress, "proving, after the change:")) if proposed else None
    return proof_section(before, after, names_by_id(snapshot))


def _not_used(snapshot: Snapshot, tenant: Path, given: Sequence[Path]) -> Iterator[str]:
    """Yield a line for every file of the tenant that was neither used nor given as something else, and why."""
    elsewhere = {path.resolve() for path in given}
    for name, what in snapshot.files:
        place = (tenant / name).resolve()
        if what in NOT_ASKED:
            yield f"{name}: not used: {NOT_ASKED[what]}"
        elif what.startswith("not used") and (Path(name).is_absolute() or elsewhere.isdisjoint((place, *place.parents))):
            yield f"{name}: {what}"


def pseudonymised(found: Assessed) -> Assessed:
    """Return `found` without names, under a key that is thrown away."""
    import secrets

    from unbroken.report.pseudonyms import pseudonymised as without_names

    return without_names(found, secrets.token_bytes(32))
