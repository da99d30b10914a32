"""What the log says of unchanged policies, and how far it is believed."""

from __future__ import annotations

import numpy as np

from unbroken.entra.cube import Dictionaries
from unbroken.entra.directory import User
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Grant, Target, UserScope
from unbroken.entra.request import UNREGISTERED, AccessRequest, Identity
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, PolicyState
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.evidence import Evidence
from unbroken.evaluate.statement import SILENT, Statement
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine

FIRST = "2026-10-01T00:00:00Z"
LONG_AGO = "2025-01-01T00:00:00Z"


def policy(name: str, *, modified: str = LONG_AGO, methods: frozenset[str] = frozenset()) -> ConditionalAccessPolicy:
    return ConditionalAccessPolicy(
        id=name,
        display_name=name,
        state=PolicyState.ENABLED,
        users=(UserScope(everyone=True), UserScope()),
        target=Target(all_apps=True),
        conditions=Conditions(transfer_methods=methods),
        grant=Grant(controls=frozenset({"block"})),
        modified=modified,
    )


def evidence(*applied: tuple[tuple[str, str], ...] | None, own: tuple[ConditionalAccessPolicy, ...]) -> Evidence:
    """Return the evidence of a log in which tuple 7 has one row for each of `applied`."""
    facts = Dictionaries([], [], [], [], [], list(applied))
    rows = len(applied)
    logged = {"tuple": np.full(rows, 7), "applied": np.arange(rows), "error_code": np.zeros(rows, dtype=np.int64)}
    return Evidence(logged, facts, own, own, FIRST)


def test_results_become_statements_by_the_policy_s_place() -> None:
    found = evidence((("A", "notApplied"), ("b", "reportOnlyInterrupted")), own=(policy("a"), policy("b")))

    assert found.of(7) == Statement(applied=0b10, not_applied=0b01)


def test_a_tuple_the_log_does_not_speak_of_is_silent() -> None:
    assert evidence((("a", "success"),), own=(policy("a"),)).of(8) == SILENT


def test_rows_that_contradict_each_other_say_nothing_of_that_policy() -> None:
    assert evidence((("a", "success"),), (("a", "notApplied"),), own=(policy("a"),)).of(7) == SILENT


def test_a_row_without_results_takes_away_what_others_say() -> None:
    assert evidence((("a", "success"),), None, own=(policy("a"),)).of(7) == SILENT


def test_a_policy_changed_under_the_log_is_not_believed() -> None:
    changed, undated = policy("a", modified="2026-10-05T00:00:00Z"), policy("b", modified="")

    assert evidence((("a", "notApplied"), ("b", "notApplied")), own=(changed, undated)).of(7) == SILENT


def test_a_flow_the_log_does_not_name_is_settled_by_the_policy_on_it() -> None:
    device_code = policy("device code", methods=frozenset({"deviceCodeFlow"}))
    engine, request = engine_and_request(device_code)
    dimensions = engine.table.dimensions(request)

    assert engine.outcomes(request, dimensions) == {Outcome.ALLOW, Outcome.BLOCK}
    assert engine.outcomes(request, dimensions, Statement(applied=0, not_applied=1)) == {Outcome.ALLOW}
    assert engine.outcomes(request, dimensions, Statement(applied=1, not_applied=0)) == {Outcome.BLOCK}


def test_a_log_that_contradicts_every_possibility_settles_nothing() -> None:
    engine, request = engine_and_request(policy("everything"))

    assert engine.outcomes(request, engine.table.dimensions(request), Statement(applied=0, not_applied=1)) == {Outcome.BLOCK}


def engine_and_request(*policies: ConditionalAccessPolicy) -> tuple[Engine, AccessRequest]:
    """Return an engine over one member, and a sign-in of that member whose authentication flow is not known."""
    ann = User(id="ann", user_type="Member", external=False)
    snapshot = Snapshot(
        source="test",
        policies=Collection("conditionalAccessPolicies", policies, complete=True, why=""),
        users=Collection("users", (ann,), complete=True, why=""),
    )
    request = AccessRequest(
        identity=Identity(user_id="ann"),
        apps=("app",),
        client=ClientAppType.BROWSER,
        platform=DevicePlatform.WINDOWS,
        device=UNREGISTERED,
    )
    return Engine(PolicyTable(snapshot)), request
