"""The product's main job: a log, a tenant and a proposed policy set in, the blast radius out."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime

import numpy as np
from numpy.typing import NDArray

from unbroken.entra.cube import MfaEvidence
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import Identity, SessionFacts
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import Control
from unbroken.evaluate.accounts import account_kinds
from unbroken.evaluate.affected import Affected
from unbroken.evaluate.blast_radius import BlastRadius, HourLoad, Impact, PolicyEffect, RegistrationShare
from unbroken.evaluate.calibrate import calibrate
from unbroken.evaluate.circumstances import situations
from unbroken.evaluate.decision import SEVERITY, Outcome
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.evidence import Evidence
from unbroken.evaluate.findings import findings
from unbroken.evaluate.hours import Demands, Load, forecast
from unbroken.evaluate.legacy import legacy_dependencies
from unbroken.evaluate.limits import LogFacts, limits
from unbroken.evaluate.log import Log
from unbroken.evaluate.logged import Reading, people_positions
from unbroken.evaluate.proposal import lay_over
from unbroken.evaluate.replay import UNKNOWN, Replay, Replayed
from unbroken.evaluate.session import Shape
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.tallies import REGISTER, by_code, impacts, prompts, tally
from unbroken.evaluate.usage import usage_by_user
from unbroken.evaluate.worlds import Engine

POLICY_BLOCKS = frozenset({53003, 530032})
"""Blocked by Conditional Access itself (entra-docs, reference-error-codes.md); the others name a control that was not met."""
QUARTER_US = 15 * 60 * 1_000_000


def assess(snapshot: Snapshot, proposed: Sequence[ConditionalAccessPolicy], log: Log, time_zone: str) -> BlastRadius:
    """Return what `proposed`, laid over the tenant's policies, would have meant for the sign-ins of `log`."""
    policies, change = lay_over(snapshot.policies.records, proposed)
    reading = Reading(snapshot)
    before_engine, after_engine = Engine(PolicyTable(snapshot)), Engine(PolicyTable(snapshot, policies))
    before_replay = Replay(before_engine, reading, log.facts)
    own = snapshot.policies.records
    before = before_replay.outcomes(log.cube, Evidence(log.logged, log.facts, own, own, _iso(log.first_us)))
    evidence = Evidence(log.logged, log.facts, policies, own, _iso(log.first_us))
    after_replay = Replay(after_engine, reading, log.facts) if proposed else before_replay
    after = after_replay.outcomes(log.cube, evidence) if proposed else before
    asked = after_replay.asked(log.cube, after.outcomes)
    usage = usage_by_user(log.facts, log.cube, reading)
    accounts = account_kinds(snapshot, usage)
    kinds = {each.user_id: each.kind for each in reversed(accounts)}
    affected = Affected(snapshot, after_engine, after_replay, reading, log, evidence)
    users, apps, clients = _impacts(log, reading, before, after)
    counts = log.cube["count"]
    today = datetime.fromtimestamp(log.last_us / 1e6, tz=UTC).date() if log.last_us else datetime(1970, 1, 1, tzinfo=UTC).date()
    return BlastRadius(
        tenant=snapshot.tenant_name or snapshot.tenant_id or snapshot.source,
        time_zone=time_zone,
        first=_iso(log.first_us),
        last=_iso(log.last_us),
        sign_ins=log.counts,
        prompts=prompts(after.outcomes, asked, log.cube["mfa"], counts),
        before=tally(before.outcomes, counts),
        after=tally(after.outcomes, counts),
        users=users,
        apps=apps,
        clients=clients,
        people=affected.people(before, after, kinds),
        legacy=legacy_dependencies(log.legacy, today),
        accounts=accounts,
        calibration=calibrate(before_replay, log.cube, log.logged, log.facts, before_engine.table.policies, log.example),
        registration=registration_share(snapshot, after_engine),
        hours=_hours(log, reading, after, asked, time_zone),
        policies=_effects(after_engine, after_replay, log, change),
        findings=findings(snapshot, after_engine, today),
        limits=(*limits(snapshot, _log_facts(log, reading)), *_of_this_run(snapshot, log, before, after)),
        problems=(*snapshot.problems, *log.problems),
        files=log.files,
    )


def registration_share(snapshot: Snapshot, after: Engine) -> RegistrationShare:
    """Return how many enabled accounts some enabled policy asks for MFA, wherever, and how many of them can do it today."""
    asking = sum(mask for demand, mask in after.table.demands if Control.MFA in demand.grant.controls or demand.grant.strength)
    asking &= after.table.enabled
    in_scope = capable = unknown = 0
    for user in snapshot.users.records:
        dimension = after.table.people.dimension(Identity(user_id=user.id))
        if user.account_enabled is False or not dimension.bits.possible & asking:
            continue
        in_scope += 1
        answers = set(_can_meet(after, dimension, asking))
        capable += answers == {True}
        unknown += len(answers) > 1
    return RegistrationShare(in_scope=in_scope, capable=capable, unknown=unknown)


def _can_meet(after: Engine, dimension: Dimension, asking: int) -> Iterator[bool]:
    """Yield whether the person can meet what is asked, with the methods of today, on a device that meets everything else."""
    shape = Shape(legacy=False, device_code=False, compliant=True, hybrid=True)
    for option in dimension.alternatives:
        standing = after.circumstances.standing(option.facts)
        demands = [demand for demand, mask in after.table.demands if mask & asking & option.bits.possible]
        for here in situations(standing, shape, SessionFacts(), (True,), strengths=True):
            yield all(after.meeting(demand, here).outcome not in {Outcome.REGISTER, Outcome.LOCKED_OUT} for demand in demands)


def _impacts(log: Log, reading: Reading, before: Replayed, after: Replayed) -> tuple[tuple[Impact, ...], ...]:
    """Return the impacts by user, by app and by client."""
    facts = log.facts
    keys = (
        ("user", [(reading.user_id(each), each.user_principal_name) for each in facts.users]),
        ("target", [(each.app_id, each.app_name or each.app_id) for each in facts.targets]),
        ("context", [(each.client_app_used, each.client_app_used or "not said") for each in facts.contexts]),
    )
    found = []
    for column, named in keys:
        sums = [by_code(log.cube[column], len(named), each.outcomes, log.cube["count"]) for each in (before, after)]
        found.append(impacts([id_ for id_, _ in named], [name for _, name in named], *sums))
    return tuple(found)


def _hours(log: Log, reading: Reading, after: Replayed, asked: NDArray[np.bool_], time_zone: str) -> tuple[HourLoad, ...]:
    """Return the load by hour; the upper bound of prompts counts sign-ins whose outcome is unknown as well."""
    asked = asked | (after.outcomes == UNKNOWN)
    registers = after.outcomes == REGISTER
    people = people_positions(reading, log.facts.users)[log.cube["user"]]
    loads, demands = [], []
    for tuples, moments in log.moments():
        quarters = moments // QUARTER_US
        hit = asked[tuples]
        loads.append(_sums(quarters, hit))
        rows = tuples[hit]
        demands.append(np.stack([people[rows], quarters[hit], registers[rows].astype(np.int64)]))
    if not loads:
        return ()
    quarter, sign_ins, prompted = (np.concatenate(parts) for parts in zip(*loads, strict=True))
    users, when, must = np.unique(np.concatenate(demands, axis=1), axis=1)
    load = Load(quarter=quarter, sign_ins=sign_ins, prompts=prompted)
    return forecast(load, Demands(user=users, quarter=when, registers=must.astype(bool)), time_zone)


def _sums(quarters: NDArray[np.int64], hit: NDArray[np.bool_]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    distinct, position = np.unique(quarters, return_inverse=True)
    prompted = np.bincount(position, weights=hit, minlength=len(distinct)).astype(np.int64)
    return distinct, np.bincount(position, minlength=len(distinct)), prompted


def _effects(engine: Engine, replay: Replay, log: Log, change: Mapping[str, str]) -> tuple[PolicyEffect, ...]:
    found = []
    ends, counts = replay.applying(log.cube), log.cube["count"]
    for index, policy in enumerate(engine.table.policies):
        lane, bit = divmod(index, 64)
        applied, possible = ((array[lane] >> np.uint64(bit) & np.uint64(1)).astype(bool) for array in ends)
        found.append(
            PolicyEffect(
                id=policy.id,
                display_name=policy.display_name,
                state=str(policy.state),
                change=change.get(policy.id, "unchanged"),
                replaced_state=_replaced_state(engine, policy) if change.get(policy.id) == "replaced" else "",
                applied=int(counts[applied].sum()),
                unknown=int(counts[possible & ~applied].sum()),
            )
        )
    return tuple(found)


def _replaced_state(engine: Engine, policy: ConditionalAccessPolicy) -> str:
    own = engine.table.snapshot.policies.records
    same = [each for each in own if each.id == policy.id] or [each for each in own if each.display_name == policy.display_name]
    return str(same[0].state) if same else ""


def _log_facts(log: Log, reading: Reading) -> LogFacts:
    facts, cube = log.facts, log.cube
    counts = cube["count"]

    def total(column: str, answers: list[bool]) -> int:
        return int(counts[np.array(answers, dtype=bool)[cube[column]]].sum()) if len(answers) else 0

    applied = np.array([each is not None for each in facts.applied], dtype=bool)
    return LogFacts(
        sign_ins=int(counts.sum()),
        first_us=log.first_us,
        last_us=log.last_us,
        interactive=total("context", [each.is_interactive is True for each in facts.contexts]),
        non_interactive=total("context", [each.is_interactive is False for each in facts.contexts]),
        with_mfa_evidence=int(counts[cube["mfa"] != MfaEvidence.UNKNOWN].sum()),
        with_audiences=total("target", [bool(each.audiences) for each in facts.targets]),
        with_applied_policies=int(log.logged["count"][applied[log.logged["applied"]]].sum()) if len(applied) else 0,
        risk_hidden=total("context", ["hidden" in {each.sign_in_risk, each.user_risk} for each in facts.contexts]),
        without_client=total("context", [not each.client_app_used for each in facts.contexts]),
        users=frozenset(reading.user_id(each) for each in facts.users),
    )


def _of_this_run(snapshot: Snapshot, log: Log, before: Replayed, after: Replayed) -> Iterator[str]:
    """Yield what bounds this very answer: policies that changed under the log, doubts that were settled by it or cut short."""
    first, last = _iso(log.first_us), _iso(log.last_us)
    for policy in snapshot.policies.records:
        if first <= policy.modified <= last:
            day = policy.modified[:10]
            yield f"The policy {policy.display_name} was changed on {day}: the log's results before that are of the policy it was."
    aside = [
        policy.display_name for policy in snapshot.policies.records if policy.target.user_actions or policy.target.authentication_contexts
    ]
    if aside:
        yield (
            f"The log's rows do not say when a user action or an authentication context is asked for: {', '.join(aside)} "
            "is replayed only where it targets resources."
        )
    if refused := _refused_by_the_log(log, before):
        yield (
            f"{refused:,} sign-ins were blocked by Conditional Access in the log, but not by the policies as they are read here: policies, "
            "memberships or devices were others then, or something here is not seen."
        )
    if settled := max(before.settled_by_log, after.settled_by_log):
        yield (
            f"{settled:,} sign-ins lack a fact that decides; what the log says of unchanged policies ruled the other possibilities out. "
            "That takes memberships and devices to be what they were."
        )
    if left := max(before.left_over, after.left_over):
        yield f"{left:,} combinations of facts are unknown because too many hang on missing facts to follow each one."


def _refused_by_the_log(log: Log, before: Replayed) -> int:
    """Return how many sign-ins the log shows as blocked by policy that the tenant's policies let through here."""
    through = np.isin(before.outcomes, [SEVERITY.index(outcome) for outcome in (Outcome.ALLOW, Outcome.MFA, Outcome.REGISTER)])
    rows = np.isin(log.logged["error_code"], list(POLICY_BLOCKS)) & through[log.logged["tuple"]]
    return int(log.logged["count"][rows].sum())


def _iso(moment_us: int) -> str:
    return datetime.fromtimestamp(moment_us / 1e6, tz=UTC).isoformat(timespec="seconds").replace("+00:00", "Z") if moment_us else ""
