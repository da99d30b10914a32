"""What one sign-in meets, and why: the answer to a what-if question."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import NOT_EXPORTED
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.beyond_policies import mandatory_mfa
from unbroken.evaluate.bits import Bits
from unbroken.evaluate.decision import Decision, Outcome, PolicyVerdict
from unbroken.evaluate.dependencies import hints
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.grants import Meeting, is_user_action
from unbroken.evaluate.worlds import Engine, World


def decide(engine: Engine, request: AccessRequest) -> Decision:
    """Return what `request` meets under all policies, security defaults and per-user MFA together.

    (1) Every dimension says for each policy whether its condition holds; all are ANDed. (2) Every way to fill in the missing facts
    is a world, and each world has an outcome. (3) One outcome in all of them is the answer; otherwise it is unknown.
    Source: entra-docs, concept-conditional-access-policies.md (all policies that apply must be satisfied, a block ends it).
    """
    dimensions = engine.table.dimensions(request)
    applies = engine.table.applies(dimensions)
    worlds = list(engine.worlds(request, dimensions))
    outcomes = {outcome for world in worlds for outcome in world.outcomes}
    unread = (*_unidentified(request), *(() if outcomes == {Outcome.BLOCK} else _unread(engine, request)))
    outcome = outcomes.pop() if len(outcomes) == 1 and not unread else Outcome.UNKNOWN
    requires, alternatives = _asked(engine, worlds) if outcome not in {Outcome.BLOCK, Outcome.UNKNOWN} else ((), ())
    return Decision(
        outcome=outcome,
        requires=requires,
        alternatives=alternatives,
        policies=tuple(_verdicts(engine, dimensions, applies, worlds)),
        missing=tuple(dict.fromkeys((*unread, *_missing(engine, request, dimensions, applies, worlds, open_=outcome is Outcome.UNKNOWN)))),
        platform=mandatory_mfa(request, sync_account=request.identity.user_id in engine.circumstances.sync_accounts),
        hints=hints(request),
        assumes=tuple(_assumptions(engine, outcome)),
    )


def _unidentified(request: AccessRequest) -> Iterable[str]:
    """Yield that nobody knows who signs in: agent identities are of no kind that is understood."""
    who = request.identity
    if who.user_id is None and who.guest_kind is None and who.service_principal_id is None:
        yield "which user signs in (only users, external users and service principals are understood)"


def _unread(engine: Engine, request: AccessRequest) -> Iterable[str]:
    """Yield why nothing milder than a block can be sure: policies that were not read, or a user nobody knows."""
    snapshot = engine.table.snapshot
    if not snapshot.policies.complete:
        yield f"the other policies (conditionalAccessPolicies {snapshot.policies.why})"
    user_id = request.identity.user_id
    if user_id is not None and user_id not in engine.table.people.users:
        yield f"the user {user_id} (users {snapshot.users.why or 'has no such id'})"


def _asked(engine: Engine, worlds: Sequence[World]) -> tuple[tuple[str, ...], tuple[tuple[str, ...], ...]]:
    """Return the unmet controls, and alternatives, of the world that leaves most unmet; of several one that no order of facts chooses."""
    found = {engine.requires(world) for world in worlds}
    return max(found, key=lambda asked: (len(asked[0]), asked))


def _verdicts(engine: Engine, dimensions: Sequence[Dimension], applies: Bits, worlds: Sequence[World]) -> Iterable[PolicyVerdict]:
    for index, policy in enumerate(engine.table.policies):
        disabled = policy.state is PolicyState.DISABLED
        verdict = False if disabled else applies.verdict(index)
        reasons = ("policyNotEnabled",) if disabled else tuple(_reasons(engine, dimensions, index, verdict))
        result = "notEnabled" if disabled else _result(engine, index, verdict, worlds)
        yield PolicyVerdict(
            id=policy.id, display_name=policy.display_name, state=str(policy.state), applies=verdict, reasons=reasons, result=result
        )


def _reasons(engine: Engine, dimensions: Sequence[Dimension], index: int, verdict: bool | None) -> Iterable[str]:
    """Yield every condition that is not met; where that is not known, that the information does not suffice."""
    if verdict is True:
        return
    if verdict is None:
        yield "notEnoughInformation"
        return
    parts = [(name, bits.verdict(index)) for dimension in dimensions for name, bits in dimension.reasons]
    false = [name for name, answer in parts if answer is False]
    yield from false or [name for name, answer in parts if answer is None]
    if engine.table.targets.empty >> index & 1 or engine.table.people.nobody >> index & 1:
        yield "emptyPolicy"


def _result(engine: Engine, index: int, verdict: bool | None, worlds: Sequence[World]) -> str:
    report_only = engine.table.report_only >> index & 1
    if verdict is None:
        return "unknown"
    if verdict is False:
        return "reportOnlyNotApplied" if report_only else "notApplied"
    demand = engine.table.demand(index)
    meetings = {(engine.meeting(demand, world.here), world.here.shape.legacy) for world in worlds}
    if demand.unread:
        return "unknown"
    words = {_report_only(*each) for each in meetings} if report_only else {_enforced(meeting) for meeting, _ in meetings}
    return words.pop() if len(words) == 1 else "unknown"


def _enforced(meeting: Meeting) -> str:
    return "success" if meeting.outcome is Outcome.ALLOW else "failure"


def _report_only(meeting: Meeting, legacy: bool) -> str:
    """Return the word for a policy that only reports: whether the user could do something about it; with a legacy client nothing helps.

    Sources: entra-docs, concept-conditional-access-report-only.md (results); block-legacy-authentication.md (always blocked).
    """
    if meeting.outcome is Outcome.ALLOW:
        return "reportOnlySuccess"
    asked = any(map(is_user_action, meeting.alternatives)) if meeting.alternatives else all(map(is_user_action, meeting.unmet))
    return "reportOnlyInterrupted" if asked and meeting.outcome is not Outcome.BLOCK and not legacy else "reportOnlyFailure"


def _missing(
    engine: Engine, request: AccessRequest, dimensions: Sequence[Dimension], applies: Bits, worlds: Sequence[World], *, open_: bool
) -> Iterable[str]:
    """Yield the facts that an open policy or an open outcome hangs on."""
    for dimension in dimensions:
        for mask, text in dimension.unknowns:
            if mask & applies.unknown & dimension.bits.unknown:
                yield text
    yield from _open_conditions(engine, applies.unknown)
    if not open_:
        return
    found = list(_open_outcome(engine, request, dimensions, applies, worlds))
    yield from found
    if not found and len({outcome for world in worlds for outcome in world.outcomes}) > 1:
        # Facts that change the outcome only together: then every one of them is what it hangs on.
        yield from (text for dimension in dimensions for _, text in dimension.unknowns)
        yield from (text for value, text, _ in _asked_of_session(request) if value is None)


def _open_outcome(
    engine: Engine, request: AccessRequest, dimensions: Sequence[Dimension], applies: Bits, worlds: Sequence[World]
) -> Iterable[str]:
    yield from _open_grants(engine, applies.possible)
    yield from _open_session(request, worlds)
    if _differs(worlds, lambda world: world.person):
        yield from (text for _, text in dimensions[0].unknowns)
    yield from _open_registration(engine, dimensions, worlds)
    if request.identity.service_principal_id is None:
        yield from _open_circumstances(engine, request, worlds)
    for world in worlds:
        yield from engine.beyond.missing(world.standing, world.here)


def _open_circumstances(engine: Engine, request: AccessRequest, worlds: Sequence[World]) -> Iterable[str]:
    if all(world.outcomes == {Outcome.ALLOW} for world in worlds):
        return
    registering = _registration_is_open(worlds) and bool(engine.table.targets.registration & engine.strength_mask)
    strengths = registering or any(world.here.doubtful_strength for world in worlds)
    for person in dict.fromkeys(world.person for world in worlds):
        yield from engine.circumstances.doubts(person, request.facts, strengths=strengths)


def _open_session(request: AccessRequest, worlds: Sequence[World]) -> Iterable[str]:
    """Yield the facts of client, device, flow and address that grant controls ask for, where the outcome differs by them."""
    for value, text, fact in _asked_of_session(request):
        if value is None and _differs(worlds, fact):
            yield text


def _asked_of_session(request: AccessRequest) -> tuple[tuple[object, str, Callable[[World], object]], ...]:
    """Return what grant controls, and the demands beyond policies, ask of a session: the value, what it is called, what it means."""
    return (
        (request.client, "client app (signInConditions.clientAppType)", lambda world: world.here.shape.legacy),
        (request.device, "device (signInConditions.deviceInfo)", lambda world: (world.here.shape.compliant, world.here.shape.hybrid)),
        (
            request.transfer_method,
            "authentication flow (signInConditions.authenticationFlow)",
            lambda world: world.here.shape.device_code,
        ),
        (request.ip_address, "IP address (signInConditions.ipAddress)", lambda world: world.in_trusted_ips),
    )


def _differs(worlds: Sequence[World], fact: Callable[[World], object]) -> bool:
    """Return whether the outcomes are others where `fact` is another."""
    found: dict[object, set[Outcome]] = {}
    for world in worlds:
        found.setdefault(fact(world), set()).update(world.outcomes)
    return len({frozenset(outcomes) for outcomes in found.values()}) > 1


def _open_registration(engine: Engine, dimensions: Sequence[Dimension], worlds: Sequence[World]) -> Iterable[str]:
    """Yield what decides whether a method can be registered from here, where that is open."""
    if not _registration_is_open(worlds):
        return
    mask = engine.table.targets.registration & engine.table.enabled & engine.table.applies(dimensions[:-1]).possible
    for dimension in dimensions[:-1]:
        yield from (text for touched, text in dimension.unknowns if touched & mask & dimension.bits.unknown)
    yield from _open_conditions(engine, mask)
    yield from _open_grants(engine, mask)


def _registration_is_open(worlds: Sequence[World]) -> bool:
    return len({world.here.can_register for world in worlds}) > 1


def _open_conditions(engine: Engine, mask: int) -> Iterable[str]:
    for policy in engine.table.named(mask & engine.table.unmodelled):
        yield f"conditions of the policy {policy.display_name} that are not understood: {', '.join(policy.unmodelled)}"


def _open_grants(engine: Engine, mask: int) -> Iterable[str]:
    strengths = engine.table.snapshot.strengths
    combinations = {each.id.lower(): each.allowed_combinations for each in strengths.records}
    for policy in engine.table.named(mask & engine.table.enabled):
        wanted = (policy.grant.strength or "").lower()
        if policy.unmodelled_grant:
            yield f"controls of the policy {policy.display_name} that are not understood: {', '.join(policy.unmodelled_grant)}"
        elif wanted and not combinations.get(wanted):
            why = "has no allowedCombinations of it" if wanted in combinations else strengths.why or "has no such id"
            yield f"authentication strength {policy.grant.strength} (authenticationStrengthPolicies {why})"


def _assumptions(engine: Engine, outcome: Outcome) -> Iterable[str]:
    snapshot = engine.table.snapshot
    if outcome is Outcome.REGISTER and not snapshot.methods_policy.complete:
        yield f"the user may register a method (authenticationMethodsPolicy {snapshot.methods_policy.why})"
    if not snapshot.per_user_mfa.complete and snapshot.per_user_mfa.why == NOT_EXPORTED:
        yield "per-user MFA is disabled for everybody (userAuthenticationRequirements not exported)"
