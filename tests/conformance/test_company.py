"""Every case again, with its policies in company: switched-off copies before and after them must change nothing.

Most cases have one policy. In a tenant of two hundred the same answer has to come from any place in the list.
"""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.builders import Case, Wire, uid
from conformance.running import CASES, ask
from conformance.test_conformance import problems

ANSWERED = [
    pytest.param(one, id=f"{topic}: {one.name}")
    for topic, cases in CASES.items()
    for one in cases
    if one.refused is None and "refused" not in one.outcome and one.policies and "conditionalAccessPolicies" not in one.tenant
]


def switched_off(policy: Wire, place: str) -> Wire:
    """Return a copy that is off, under a name of its own."""
    name = f"{policy['displayName']} {place}"
    return policy | {"id": uid(f"copy {name}"), "displayName": name, "state": "disabled"}


@pytest.mark.parametrize("one", ANSWERED)
def test_switched_off_copies_change_nothing(one: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    around = [[switched_off(policy, place) for policy in one.policies] for place in ("before", "after")]
    crowd = replace(one, policies=[*around[0], *one.policies, *around[1]])
    code, out, err = ask(crowd, crowd.request, tmp_path, capsys)
    assert out, f"exit code {code}, no answer: {err}"
    found = problems(crowd, json.loads(out), code)
    assert not found, "\n".join([*found, f"source: {one.source}", out])
