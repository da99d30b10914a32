"""The composition root: the only module that knows every adapter."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unbroken.errors import UnbrokenError

if TYPE_CHECKING:
    from unbroken.entra.snapshot import Snapshot
    from unbroken.evaluate.blast_radius import BlastRadius
    from unbroken.evaluate.decision import Decision
    from unbroken.evaluate.log import Log

Progress = Callable[[str, int, int], None]
"""What is being done, how far it is, and how far it goes (0 when that is not known)."""


def what_if(tenant: Path, request: Path | None, stdin: str = "") -> tuple[Iterator[tuple[dict[str, Any], Decision]], str]:
    """Return each request of the file with its decision, and the file's form: `object`, `array` or `lines`."""
    from unbroken.evaluate.decide import decide
    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.sources.tenant import read_tenant
    from unbroken.sources.what_if import read_requests, read_text, request_from_wire

    text, where = read_text(request, stdin)
    bodies, form = read_requests(text, where)
    snapshot = read_tenant(tenant)
    engine = Engine(PolicyTable(snapshot))
    requests = [request_from_wire(body, snapshot, where) for body in bodies]
    return ((body, decide(engine, each)) for body, each in zip(bodies, requests, strict=True)), form


def assess(tenant: Path, proposed: Sequence[Path], sign_ins: Sequence[Path], progress: Progress | None = None) -> BlastRadius:
    """Return the blast radius of the proposed policies over the tenant's sign-ins (and those of `sign_ins`)."""
    from unbroken.evaluate import assess as assessment
    from unbroken.sources.tenant import read_policies, read_tenant, signin_paths

    snapshot = read_tenant(tenant)
    policies = [policy for path in proposed for policy in read_policies(path)]
    with tempfile.TemporaryDirectory(prefix="unbroken-") as scratch:
        paths = [*signin_paths(tenant, Path(scratch)), *sign_ins]
        log = _read_log(paths, Path(scratch) / "archive", snapshot, progress)
        try:
            return assessment.assess(snapshot, policies, log, time_zone_of(snapshot))
        except ValueError as error:
            raise UnbrokenError(str(error), remedy="give the proposed policy the id of the policy it replaces") from error


def time_zone_of(snapshot: Snapshot) -> str:
    """Return the zone for dates and charts: the operator's, else UTC."""
    return snapshot.facts.time_zone or "UTC"


def _read_log(paths: Sequence[Path], folder: Path, snapshot: Snapshot, progress: Progress | None) -> Log:
    from unbroken.entra.sign_in import ReadCount
    from unbroken.evaluate.blast_radius import SignInCounts
    from unbroken.evaluate.log import Log
    from unbroken.sources.sign_ins import read_sign_ins
    from unbroken.store.archive import build_archive

    count = ReadCount()
    batches = read_sign_ins(paths, count, tenant_id=snapshot.tenant_id)
    archive = build_archive(batches, folder, tenant_id=snapshot.tenant_id, progress=progress)
    facts = archive.dictionaries()
    counts = SignInCounts(
        read=count.read, duplicates=archive.duplicates, joined=archive.joined, evaluated=archive.evaluated, skipped=dict(count.skipped)
    )
    return Log(
        facts=facts,
        cube=archive.whole_cube(),
        logged=archive.logged(),
        example=archive.example_id,
        moments=lambda: ((piece["tuple"], piece["created"]) for piece in archive.sign_ins("tuple", "created")),
        legacy=_legacy_uses(archive.legacy(), facts, count),
        counts=counts,
        first_us=archive.first,
        last_us=archive.last,
        problems=tuple(count.problems),
        files=tuple(count.files),
    )


def _legacy_uses(stored: Sequence[Any], facts: Any, count: Any) -> tuple[Any, ...]:  # noqa: ANN401 -- the store's rows and the log's facts
    """Return the store's legacy rows in the evaluator's words, with the first-factor failures the reader counted."""
    from unbroken.evaluate.legacy import LegacyUse

    uses = [
        LegacyUse(
            user_id=facts.users[each.user].id,
            user_principal_name=facts.users[each.user].user_principal_name,
            client_app_used=each.client_app_used,
            device=each.device or each.operating_system,
            user_agent=each.user_agent,
            app=each.app_name or each.app_id,
            successes=each.successes,
            failures=each.failures,
            last_success_us=each.last_success,
        )
        for each in stored
    ]
    for (user_id, name, client, app), failures in count.first_factor_failures.items():
        uses.append(LegacyUse(user_id=user_id, user_principal_name=name, client_app_used=client, app=app, first_factor_failures=failures))
    return tuple(uses)


def pseudonymised(radius: BlastRadius) -> BlastRadius:
    """Return `radius` without names, under a key that is thrown away."""
    import secrets

    from unbroken.report.pseudonyms import pseudonymise

    return pseudonymise(radius, secrets.token_bytes(32))
