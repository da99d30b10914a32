"""No scope is asked more often than it allows, whatever comes."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph_service import QuickClock
from unbroken.graph.pace import CONDITIONAL_ACCESS, DIRECTORY, REPORTS, SCOPES, SIGN_IN_ACTIVITY, Pace, Scope, cost_of, scope_of

GRAPH = "https://graph.microsoft.com"


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("/v1.0/identity/conditionalAccess/policies", CONDITIONAL_ACCESS),
        ("/v1.0//identity/conditionalAccess/namedLocations?$top=1", CONDITIONAL_ACCESS),
        ("/v1.0/identity/conditionalAccess/evaluate", CONDITIONAL_ACCESS),
        ("/v1.0/identityProtection/riskyUsers", CONDITIONAL_ACCESS),
        ("/beta/auditLogs/signIns?$top=1000", REPORTS),
        ("/v1.0/reports/authenticationMethods/userRegistrationDetails", REPORTS),
        ("/v1.0/users?$select=id,signInActivity&$top=500", SIGN_IN_ACTIVITY),
        ("/v1.0/users?%24select=id%2CsignInActivity", SIGN_IN_ACTIVITY),
        ("/beta/users/u/authentication/requirements", REPORTS),
        ("/v1.0/users?$select=id", DIRECTORY),
        ("/v1.0/groups/g/members", DIRECTORY),
    ],
)
def test_every_request_is_counted_in_its_bucket(path: str, scope: Scope) -> None:
    assert scope_of(GRAPH + path) is scope


@pytest.mark.parametrize(
    ("path", "cost"),
    [
        ("/v1.0/users", 2),
        ("/v1.0/users?$select=id", 1),
        ("/v1.0/groups/g/members", 3),
        ("/v1.0/groups/g/members?$select=id&$top=999", 2),
        ("/v1.0/groups/g/transitiveMembers", 5),
        ("/v1.0/groups/g/members?$top=5", 2),
        ("/v1.0/users?$expand=manager", 3),
        ("/beta/auditLogs/signIns", 1),
    ],
)
def test_resource_units_are_those_of_the_page_on_throttling(path: str, cost: int) -> None:
    assert cost_of(GRAPH + path) == cost


def test_who_comes_first_is_served_first_and_evenly_once_the_bucket_was_full() -> None:
    pace = Pace(QuickClock())
    places = [pace.reserve(REPORTS) for _ in range(12)]
    assert places[:5] == [0.0] * 5
    assert places == sorted(places)
    gaps = [later - earlier for earlier, later in pairwise(places[5:])]
    assert gaps == pytest.approx([places[5] / 5] * 6)
    assert places[5] == pytest.approx(10, rel=0.02)


def test_an_emulator_that_runs_faster_is_asked_faster() -> None:
    slow, fast = Pace(QuickClock()), Pace(QuickClock(), 1 / 50)
    assert [each / 50 for each in (slow.reserve(REPORTS) for _ in range(9))] == pytest.approx([fast.reserve(REPORTS) for _ in range(9)])


@settings(deadline=None)
@given(st.lists(st.tuples(st.sampled_from(SCOPES), st.integers(1, 5), st.floats(0, 30)), max_size=60))
def test_in_no_stretch_of_a_scopes_time_there_is_more_than_it_allows(steps: list[tuple[Scope, int, float]]) -> None:
    clock = QuickClock()
    pace, passed = Pace(clock), [(scope, 0.0, 0) for scope in ()]
    for scope, cost, rest in steps:
        clock.wait(rest)
        clock.wait(pace.reserve(scope, cost))
        passed.append((scope, clock.now, min(cost, scope.units)))

    for scope, end, _ in passed:
        within = [units for other, moment, units in passed if other is scope and end - scope.seconds + 0.0005 < moment <= end]
        assert sum(within) <= scope.units
