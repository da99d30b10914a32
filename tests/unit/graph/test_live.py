"""Comparing with the tenant's own what-if tool: every verdict is counted, in one place."""

from __future__ import annotations

from pathlib import Path

import pytest

from graph_service import Answer, client, serving
from unbroken.emulator.sample.write import write_sample
from unbroken.graph.live_answers import Comparison, PolicyAnswer, ask
from unbroken.graph.live_questions import questions
from unbroken.sources.tenant import read_tenant


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample") / "tenant"
    write_sample(folder, users=30, days=1)
    return folder


def test_questions_repeat_for_a_seed_and_leave_nothing_unsaid(sample: Path) -> None:
    snapshot = read_tenant(sample)
    asked = list(questions(snapshot, 30, 5))

    assert asked == list(questions(snapshot, 30, 5)) != list(questions(snapshot, 30, 6))
    assert {len(each["signInConditions"]) for each in asked} == {9}
    assert len({each["signInIdentity"]["userId"] for each in asked}) > 5
    assert len({each["signInConditions"]["ipAddress"] for each in asked}) > 2


def test_every_verdict_is_counted_once() -> None:
    found = Comparison()
    ours = {"a": ("A", True, ""), "b": ("B", False, "users"), "c": ("C", None, ""), "d": ("D", True, ""), "e": ("E", False, "users")}
    theirs = {
        "a": PolicyAnswer("a", policy_applies=True),
        "b": PolicyAnswer("b", policy_applies=True, analysis_reasons="notSet"),
        "c": PolicyAnswer("c", policy_applies=True),
        "d": PolicyAnswer("d", policy_applies=False, analysis_reasons="notEnoughInformation"),
        "f": PolicyAnswer("f", policy_applies=True, display_name="F"),
    }

    found.add({}, ours, theirs)

    assert (found.questions, found.compared, found.agreed, found.unknown, found.strangers) == (1, 2, 1, 2, {"E", "F"})
    assert [(each.policy, each.ours, each.theirs, each.reasons) for each in found.disagreements] == [("B", False, True, "users")]


def test_answers_are_known_by_policy() -> None:
    body = {"value": [{"id": "A", "displayName": "x", "policyApplies": False, "analysisReasons": "users", "conditions": {}}]}
    with serving(lambda _: Answer(body=body)) as service, client(service) as graph:
        assert ask(graph, {})["a"].applies is False
    assert [each.method for each in service.asked] == ["POST"]
