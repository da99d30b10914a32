"""Laws of changes that come late: the newest that is seen counts, a version that was overtaken never comes back, in the end all is seen."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from unbroken.emulator.cloud.history import members_then, version_then, with_changes, with_version

LONGEST = 50.0
SETS = st.lists(st.sets(st.sampled_from("abcd")), min_size=2, max_size=6)
LATENESS = st.lists(st.floats(0, LONGEST), min_size=40, max_size=40)
TIMES = st.lists(st.integers(0, 60), min_size=6, max_size=6).map(sorted)


def told(steps: list[set[str]], times: list[int]) -> list[dict[str, Any]]:
    """Return the changes that lead from one set of members to the next."""
    changes: list[dict[str, Any]] = []
    for (before, after), at in zip(pairwise(steps), times, strict=False):
        changes = with_changes(changes, sorted(before), sorted(after), float(at), LONGEST)
    return changes


@given(SETS, TIMES, LATENESS, st.floats(0, 130))
def test_of_each_member_the_newest_change_that_is_seen_counts(
    steps: list[set[str]], times: list[int], lateness: list[float], now: float
) -> None:
    changes = told(steps, times)
    late = {(change["member"], change["at"], change["added"]): lateness[number] for number, change in enumerate(changes)}

    def seconds(change: dict[str, Any]) -> float:
        return late[change["member"], change["at"], change["added"]]

    found = set(members_then(sorted(steps[-1]), changes, now, seconds))

    for member in "abcd":
        own = [change for change in changes if change["member"] == member]
        seen = [change["added"] for change in own if change["at"] + seconds(change) <= now]
        before = not own[0]["added"] if own else member in steps[-1]
        assert (member in found) == (seen[-1] if seen else before)


@given(SETS, TIMES)
def test_in_the_end_everything_is_seen(steps: list[set[str]], times: list[int]) -> None:
    assert set(members_then(sorted(steps[-1]), told(steps, times), 60 + LONGEST, lambda _: LONGEST)) == steps[-1]


@given(st.lists(st.one_of(st.none(), st.integers(0, 3)), min_size=1, max_size=6), TIMES, LATENESS)
def test_versions_take_effect_in_the_order_in_which_they_were_made(
    states: list[int | None], times: list[int], lateness: list[float]
) -> None:
    """A version that is overtaken by a later one is never met."""
    records = [None if state is None else {"state": state, "number": number} for number, state in enumerate(states)]
    late = dict(zip(times, lateness, strict=False))
    kept: dict[str, Any] | None = None
    before: dict[str, Any] | None = {"number": -1}
    for record, at in zip(records, times, strict=False):
        kept = with_version(kept, before, record, float(at), lambda version: late[int(version["at"])])
        before = record
    assert kept
    met = [version_then(kept, float(now), lambda version: late[int(version["at"])]) for now in range(61, 130)]

    numbers = [record["number"] for record in met if record]
    assert numbers == sorted(numbers)
    assert met[-1] == records[-1]
