"""What is open of a target is open for all policies alike: the parts of a policy are no difference to the whole."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import group, guid, policy, service_principal, user, write_tenant
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.difference import difference
from unbroken.prove.prover import Prover
from unbroken.prove.question import built_in
from unbroken.prove.results import result
from unbroken.prove.scope import Meant
from unbroken.sources.tenant import read_tenant

WIKI = guid("app wiki")
EVERY_APP = {"includeApplications": ["All"]}
BUT_THE_WIKI = EVERY_APP | {"excludeApplications": [WIKI]}
MODERN, LEGACY = ["browser", "mobileAppsAndDesktopClients"], ["exchangeActiveSync", "other"]


def tenant(folder: Path, *policies: object) -> Snapshot:
    write_tenant(
        folder,
        users=[user("alice"), user("bob")],
        groups=[group("Staff", "alice", "bob")],
        servicePrincipals=[service_principal("wiki", WIKI)],
        namedLocations=[],
        conditionalAccessPolicies=[*policies],
    )
    return read_tenant(folder)


@pytest.mark.parametrize("apps", [EVERY_APP, BUT_THE_WIKI])
def test_the_halves_of_a_policy_are_no_difference(apps: dict[str, object], tmp_path: Path) -> None:
    whole = policy("whole", applications=apps)
    halves = [policy(f"half {each[0]}", applications=apps, clientAppTypes=each) for each in (MODERN, LEGACY)]
    snapshot = tenant(tmp_path, whole, *halves)
    before, after = snapshot.policies.records[:1], snapshot.policies.records[1:]

    assert [found.holds for found in difference(snapshot, before, after).properties] == [True, True]


def test_one_half_alone_is_laxer(tmp_path: Path) -> None:
    snapshot = tenant(tmp_path, policy("whole"), policy("half", clientAppTypes=MODERN))
    before, after = snapshot.policies.records[:1], snapshot.policies.records[1:]

    assert [found.holds for found in difference(snapshot, before, after).properties] == [True, False]


def test_a_hit_budget_is_unknown_and_says_where_the_list_was_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prover = Prover(Engine(PolicyTable(tenant(tmp_path, policy("whole", applications=BUT_THE_WIKI)))))
    question = built_in(Meant(), Meant())[0]
    assert result(prover, question).holds is False
    monkeypatch.setattr("unbroken.prove.escape.BUDGET", 100)

    found = result(prover, question)

    assert (found.holds, found.cut) == (None, 0)
    assert found.missing


def test_regions_that_take_too_long_are_unknown_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    prover = Prover(Engine(PolicyTable(tenant(tmp_path, policy("whole", applications=BUT_THE_WIKI)))))
    monkeypatch.setattr("unbroken.prove.queries.STEPS", 10)

    found = result(prover, built_in(Meant(), Meant())[0])

    assert (found.holds, found.cut) == (None, 0)
    assert found.missing


def test_a_difference_too_large_to_follow_is_unknown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    snapshot = tenant(tmp_path, policy("whole"), policy("half", clientAppTypes=MODERN))
    monkeypatch.setattr("unbroken.prove.queries.STEPS", 10)

    laxer = difference(snapshot, snapshot.policies.records[:1], snapshot.policies.records[1:]).properties[1]

    assert (laxer.holds, laxer.cut) == (None, 0)
    assert laxer.missing
