"""The composition root: the only module that knows every adapter."""

from __future__ import annotations

import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unbroken.errors import UnbrokenError

if TYPE_CHECKING:
    from datetime import datetime

    from unbroken.entra.cube import Dictionaries
    from unbroken.entra.policy import ConditionalAccessPolicy
    from unbroken.entra.sign_in import ReadCount
    from unbroken.entra.snapshot import Snapshot
    from unbroken.evaluate.decision import Decision
    from unbroken.evaluate.legacy import LegacyUse
    from unbroken.evaluate.log import Log
    from unbroken.graph.fetch import Fetched
    from unbroken.graph.identity import Identity
    from unbroken.graph.live_answers import Comparison
    from unbroken.graph.sign_in import SignIn
    from unbroken.prove.proof import Proof
    from unbroken.report.assessed import Assessed
    from unbroken.report.proof_section import ProofSection
    from unbroken.store.archive import Archive
    from unbroken.store.questions import LegacyUse as StoredUse

SCRATCH = "unbroken-"
STALE_SECONDS = 6 * 3600
"""A scratch folder younger than this may belong to a command that is running."""
AMBIGUOUS = "give the proposed policy the id of the policy it replaces"
NOT_ASKED = {
    "directoryAudits": "who changed what is no part of a blast radius",
    "roleEligibilitySchedules": "policies see a role only while it is active",
}
"""Collection -> why `assess` has no use for it."""
Progress = Callable[[str, int, int], None]
"""What is being done, how far it is, and how far it goes (0 when that is not known)."""


def what_if(
    tenant: Path, request: Path | None, stdin: str = "", proposed: Sequence[Path] = ()
) -> tuple[Iterator[tuple[dict[str, Any], Decision]], str]:
    """Return each request of the file with its decision, and the file's form: `object`, `array` or `lines`."""
    from unbroken.evaluate.decide import decide
    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.sources.tenant import read_tenant
    from unbroken.sources.what_if import read_requests, read_text, request_from_wire, user_ids

    text, where = read_text(request, stdin)
    asked, form = read_requests(text, where)
    snapshot = read_tenant(tenant)
    policies, snapshot = _laid_over(snapshot, proposed)
    engine = Engine(PolicyTable(snapshot, policies))
    users = user_ids(snapshot)
    requests = [(body, request_from_wire(body, users, at)) for at, body in asked]
    return ((body, decide(engine, each)) for body, each in requests), form


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
    before = _proved(snapshot, own, _each(progress, "proving, before the change:" if proposed else "proving"))
    after = _proved(snapshot, lay_over(own, proposed)[0], _each(progress, "proving, after the change:")) if proposed else None
    return proof_section(before, after, _names(snapshot))


def prove(tenant: Path, proposed: Sequence[Path], *, progress: Progress | None = None) -> tuple[Proof, dict[str, str]]:
    """Return which properties hold with the proposed policies laid over the tenant's, and names by id."""
    from unbroken.sources.tenant import read_tenant

    started = time.perf_counter()
    before = read_tenant(tenant)
    policies, snapshot = _laid_over(before, proposed)
    proof = _proved(snapshot, policies, _each(progress, "proving"))
    return _timed(proof, before, snapshot, policies, started), _names(snapshot)


def _timed(proof: Proof, before: Snapshot, snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy], started: float) -> Proof:
    """Return `proof` with what is to be read first, and how long it took."""
    from unbroken.evaluate.findings import misnamed
    from unbroken.evaluate.proposal import switched_off
    from unbroken.report.words import STATES

    own = before.policies.records
    off = switched_off(own, [policy for policy in policies if policy not in own])
    changes_nothing = "it changes nothing until it is enabled"
    lines = (f"The proposed policy {policy.display_name} is {STATES.get(state, state)}: {changes_nothing}" for policy, state in off)
    return replace(proof, cautions=(*lines, *misnamed(snapshot, policies)), seconds=round(time.perf_counter() - started, 3))


def _proved(snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy], told: Callable[[str], None]) -> Proof:
    """Return which properties hold under `policies` today, by the tenant's calendar."""
    from datetime import UTC, datetime
    from zoneinfo import ZoneInfo

    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.prove.properties import prove as prove_all

    today = datetime.now(UTC).astimezone(ZoneInfo(time_zone_of(snapshot))).date()
    return _with_assumptions(prove_all(Engine(PolicyTable(snapshot, policies)), today, told), snapshot)


def _with_assumptions(proof: Proof, snapshot: Snapshot) -> Proof:
    """Return `proof` with what it takes for granted: a property that holds only holds if that is so."""
    from unbroken.evaluate.limits import assumed

    return replace(proof, problems=(*proof.problems, *assumed(snapshot)))


def differ(tenant: Path, proposed: Sequence[Path], *, progress: Progress | None = None) -> tuple[Proof, dict[str, str]]:
    """Return which sign-ins the proposed policies make stricter and which laxer, and names by id."""
    from unbroken.prove.difference import difference
    from unbroken.sources.tenant import read_tenant

    started = time.perf_counter()
    before = read_tenant(tenant)
    policies, snapshot = _laid_over(before, proposed)
    proof = _with_assumptions(difference(snapshot, before.policies.records, policies, _each(progress, "comparing")), snapshot)
    return _timed(proof, before, snapshot, policies, started), _names(snapshot)


def _each(progress: Progress | None, what: str) -> Callable[[str], None]:
    return lambda name: progress(f"{what} {name}", 0, 0) if progress else None


def _names(snapshot: Snapshot) -> dict[str, str]:
    """Return what people call users and applications, by id."""
    apps = {each.app_id.lower(): each.display_name for each in snapshot.service_principals.records if each.display_name}
    return apps | {user.id: user.user_principal_name for user in snapshot.users.records if user.user_principal_name}


def _not_used(snapshot: Snapshot, tenant: Path, given: Sequence[Path]) -> Iterator[str]:
    """Yield a line for every file of the tenant that was neither used nor given as something else, and why."""
    elsewhere = {path.resolve() for path in given}
    for name, what in snapshot.files:
        place = (tenant / name).resolve()
        if what in NOT_ASKED:
            yield f"{name}: not used: {NOT_ASKED[what]}"
        elif what.startswith("not used") and (Path(name).is_absolute() or elsewhere.isdisjoint((place, *place.parents))):
            yield f"{name}: {what}"


def purge(folder: Path | None) -> list[Path]:
    """Delete the archive at `folder`, or what broken-off commands left in the temporary folder hours ago; return what was deleted."""
    from unbroken.store.folder import purge as purge_archive

    if folder is not None:
        return [folder] if purge_archive(folder) else []
    before = time.time() - STALE_SECONDS
    left = [path for path in Path(tempfile.gettempdir()).glob(f"{SCRATCH}*") if path.is_dir() and path.stat().st_mtime < before]
    for path in left:
        shutil.rmtree(path, ignore_errors=True)
    return left


def _laid_over(snapshot: Snapshot, proposed: Sequence[Path]) -> tuple[tuple[ConditionalAccessPolicy, ...], Snapshot]:
    """Return the policies as they would be, and the snapshot with what the proposal brings along."""
    if not proposed:
        return snapshot.policies.records, snapshot
    from unbroken.evaluate.proposal import AmbiguousName, lay_over
    from unbroken.sources.tenant import read_proposal

    policies, snapshot = read_proposal(proposed, snapshot)
    try:
        return lay_over(snapshot.policies.records, policies)[0], snapshot
    except AmbiguousName as error:
        raise UnbrokenError(str(error), remedy=AMBIGUOUS) from error


def time_zone_of(snapshot: Snapshot) -> str:
    """Return the zone for dates and charts: the operator's, else UTC."""
    return snapshot.facts.time_zone or "UTC"


def archive_of(paths: Sequence[Path], folder: Path, tenant_id: str, progress: Progress | None) -> tuple[Archive, ReadCount]:
    """Return the archive of the logs at `paths`, built in `folder` unless it is there already, and where every row went."""
    from unbroken.entra.sign_in import ReadCount
    from unbroken.sources.sign_ins import read_sign_ins
    from unbroken.store.archive import Archive, build_archive
    from unbroken.store.reading import same_reading, write_reading

    known = same_reading(folder, paths)
    if known is not None:
        return Archive(folder), known
    count = ReadCount()
    archive = build_archive(read_sign_ins(paths, count, tenant_id=tenant_id), folder, tenant_id=tenant_id, progress=progress)
    write_reading(folder, paths, count)
    return archive, count


def log_of(archive: Archive, count: ReadCount) -> Log:
    """Return the archive as the replay needs it."""
    from unbroken.evaluate.blast_radius import SignInCounts
    from unbroken.evaluate.log import Log

    facts = archive.dictionaries()
    return Log(
        facts=facts,
        cube=archive.whole_cube(),
        logged=archive.logged(),
        example=archive.example_id,
        moments=lambda: ((piece["tuple"], piece["created"]) for piece in archive.sign_ins("tuple", "created")),
        legacy=_legacy_uses(archive.legacy(), facts, count),
        counts=SignInCounts(
            read=count.read,
            duplicates=archive.duplicates,
            joined=archive.joined,
            evaluated=archive.evaluated,
            skipped=dict(count.skipped),
        ),
        first_us=archive.first,
        last_us=archive.last,
        problems=tuple(count.problems),
        files=tuple(count.files),
    )


def _legacy_uses(stored: Iterable[StoredUse], facts: Dictionaries, count: ReadCount) -> tuple[LegacyUse, ...]:
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


def pseudonymised(found: Assessed) -> Assessed:
    """Return `found` without names, under a key that is thrown away."""
    import secrets

    from unbroken.report.pseudonyms import pseudonymised as without_names

    return without_names(found, secrets.token_bytes(32))


def fetch(
    out: Path,
    sign_in: SignIn,
    *,
    days: int,
    without: frozenset[str],
    trace: Path | None,
    say: Callable[[str], None],
    progress: Progress | None,
) -> Fetched:
    """Fetch a tenant's snapshot, but not the collections of `without`, and its sign-ins of `days` into the folder `out`.

    `say` gets what the person who signs in must read. An emulator says how fast it may be asked; the real service has real limits.
    """
    from unbroken.graph.claims import claims_of
    from unbroken.graph.client import Graph
    from unbroken.graph.credentials import tokens_for
    from unbroken.graph.emulator_tokens import acceleration
    from unbroken.graph.fetch import fetch as fetch_tenant

    tokens = tokens_for(sign_in, say)
    tenant_id = claims_of(tokens.token()).tenant_id
    faster = acceleration(sign_in.cloud)
    with _traced(trace) as noted, Graph(sign_in.cloud, tokens, trace=noted, factor=1 / faster) as graph:
        return fetch_tenant(graph, out, tenant_id, days, progress or (lambda _what, _done, _total: None), without)


def fetch_emulated(root: str, out: Path, progress: Progress | None) -> Fetched:
    """Fetch the emulated tenant at the address `root`, as `unbroken fetch --emulator` does."""
    from unbroken.graph.clouds import emulator_at
    from unbroken.graph.sign_in import SignIn, Way

    sign_in = SignIn(way=Way.EMULATOR, cloud=emulator_at(root))
    nothing: frozenset[str] = frozenset()
    return fetch(out, sign_in, days=30, without=nothing, trace=None, say=lambda _: None, progress=progress)


@contextmanager
def sample_emulated(*, seed: int, users: int, today: datetime, accelerate: float, progress: Progress | None) -> Iterator[str]:
    """Serve the sample tenant as it is at the moment `today`, where its clock stands until it is moved; give the address."""
    from unbroken.emulator.cloud.archive import Archive
    from unbroken.emulator.cloud.emulation import Pace, open_emulation
    from unbroken.emulator.cloud.running import running
    from unbroken.emulator.cloud.starting import Wanted, fill

    begun = time.monotonic()
    pace = Pace(accelerate=accelerate, speed=0)
    wanted = Wanted(users=users, seed=seed, pace=pace, clock=lambda: today.timestamp() + time.monotonic() - begun)
    archive = Archive()
    try:
        with tempfile.TemporaryDirectory(prefix=SCRATCH) as scratch:
            fill(archive, wanted, Path(scratch), progress)
        with running(open_emulation(archive, wanted.clock, seed=seed, pace=pace)) as root:
            yield root
    finally:
        archive.close()


def proposal_of_the_sample(seed: int) -> dict[str, Any]:
    """Return the policy that the sample company wants next."""
    from unbroken.emulator.sample.ids import Seed
    from unbroken.emulator.sample.policies import proposed_policy

    return proposed_policy(Seed(seed))


def keep_log(fetched: Fetched, keep: Path, progress: Progress | None) -> None:
    """Build the archive of a fetched tenant's log in the folder `keep`, as `assess` would."""
    from unbroken.sources.tenant import signin_paths

    archive_of(signin_paths(fetched.folder), keep, fetched.tenant_id, progress)


def identity(sign_in: SignIn, *, trace: Path | None, say: Callable[[str], None]) -> Identity:
    """Return who we are to the tenant, and what that lets each command do."""
    from unbroken.graph.client import Graph
    from unbroken.graph.credentials import tokens_for
    from unbroken.graph.identity import identity_of

    tokens = tokens_for(sign_in, say)
    with _traced(trace) as noted, Graph(sign_in.cloud, tokens, trace=noted) as graph:
        return identity_of(graph, tokens.token())


def calibrate_live(
    tenant: Path, sign_in: SignIn, *, count: int, seed: int, say: Callable[[str], None], progress: Progress | None
) -> Comparison:
    """Ask `count` sampled questions of the tenant's own `evaluate`, and compare with what the tenant folder says."""
    from unbroken.evaluate.decide import decide
    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.graph.client import Graph
    from unbroken.graph.credentials import tokens_for
    from unbroken.graph.emulator_tokens import acceleration
    from unbroken.graph.live_answers import Comparison, ask
    from unbroken.graph.live_questions import questions
    from unbroken.sources.tenant import read_tenant
    from unbroken.sources.what_if import request_from_wire, user_ids

    snapshot = read_tenant(tenant)
    engine, users, found = Engine(PolicyTable(snapshot, snapshot.policies.records)), user_ids(snapshot), Comparison()
    with Graph(sign_in.cloud, tokens_for(sign_in, say), factor=1 / acceleration(sign_in.cloud)) as graph:
        for number, body in enumerate(questions(snapshot, count, seed), 1):
            verdicts = decide(engine, request_from_wire(body, users, f"question {number}")).policies
            ours = {each.id.lower(): (each.display_name, each.applies, ",".join(each.reasons)) for each in verdicts}
            found.add(body, ours, ask(graph, body))
            if progress:
                progress("asking the tenant", number, count)
    return found


@contextmanager
def _traced(file: Path | None) -> Iterator[Callable[..., None]]:
    """Give what writes the trace into `file`, or nowhere."""
    from unbroken.graph.trace import TraceFile, silent

    if file is None:
        yield silent
        return
    with TraceFile(file) as trace:
        yield trace
