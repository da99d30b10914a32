"""Every counterexample that is printed can be asked again: the request in the JSON says all there is to say."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from oracle import answer
from own_rules import OWN_RULES
from property.test_proof_grid import TODAY
from sign_in_grid import ELSEWHERE
from trials import over_worlds
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import OperatorFacts, OwnProperty, Snapshot
from unbroken.evaluate.decide import decide
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.difference import difference
from unbroken.prove.proof import Proof
from unbroken.prove.properties import prove
from unbroken.report.json_form import decision_json
from unbroken.report.proof_json import proof_json
from unbroken.sources.what_if import request_from_wire
from worlds import GAIL, MFA_TRUSTED, TENANTS, Case, cases, policy_lists

Printed = dict[str, Any]


def counterexamples(proof: Proof) -> list[tuple[str, Printed]]:
    """Return what `prove` or `diff` prints as JSON, by property."""
    printed = json.loads(json.dumps(proof_json(proof)))
    return [(each["name"], example) for each in printed["properties"] for example in each["counterexamples"]]


def again(engine: Engine, example: Printed) -> Printed:
    """Return what `whatif` prints for the request of a counterexample."""
    decision = decide(engine, request_from_wire(example["request"], {}, "a counterexample"))
    return dict(json.loads(json.dumps(decision_json(decision))))


def read_otherwise(tenant: Snapshot, example: Printed) -> str | None:
    """Return what the naive reading says of it; None where it cannot tell.

    A user of the directory is printed without a home tenant, which no export has: read for each there can be, the answers must agree.
    """
    asked = request_from_wire(example["request"], {}, "a counterexample")
    homes = (asked.identity.home_tenant_id,) if asked.identity.home_tenant_id or not asked.identity.user_id else (*TENANTS, ELSEWHERE)
    requests = [replace(asked, identity=replace(asked.identity, home_tenant_id=home)) for home in homes]
    found = {answer(tenant, each).outcome for each in requests}
    return None if None in found else found.pop() if len(found) == 1 else "unknown"


@over_worlds(50, cases(sign_ins=0), OWN_RULES)
def test_what_prove_prints_is_what_whatif_says(case: Case, rule: OwnProperty) -> None:
    facts = OperatorFacts(mfa_trusted_ips=MFA_TRUSTED, break_glass=(GAIL,), properties=(rule,))
    tenant = replace(case.tenant, facts=facts)
    engine = Engine(PolicyTable(tenant))
    for name, example in counterexamples(prove(engine, TODAY)):
        assert again(engine, example) == example["outcome"], name
        assert read_otherwise(tenant, example) in (None, example["outcome"]["outcome"]), name


@over_worlds(50, cases(policy_lists(0, 3), sign_ins=0), policy_lists(0, 3))
def test_what_diff_prints_is_what_whatif_says_before_and_after(case: Case, after: tuple[ConditionalAccessPolicy, ...]) -> None:
    before = case.tenant.policies.records
    engines = [Engine(PolicyTable(case.tenant, policies)) for policies in (before, after)]
    for name, example in counterexamples(difference(case.tenant, before, after)):
        assert [again(engine, example) for engine in engines] == [example["before"], example["outcome"]], name
