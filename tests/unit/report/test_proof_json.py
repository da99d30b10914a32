"""The keys other programs rely on (INTERFACES: `prove` and `diff`)."""

from __future__ import annotations

import json

from builders_proof import APP, MISSING, PARTNER, POLICY_ID, USER_IDS, counterexample, difference, holding, proof, region, violated
from unbroken.prove.proof import Who
from unbroken.report.json_form import decision_json
from unbroken.report.proof_json import proof_json
from unbroken.report.request_body import request_body


def test_the_schema_version_comes_first_and_everything_is_json() -> None:
    for body in (proof_json(proof()), proof_json(difference())):
        assert next(iter(body)) == "schemaVersion"
        assert json.loads(json.dumps(body)) == body


def test_prove_has_every_agreed_key() -> None:
    body = proof_json(proof())

    assert body.keys() >= {"properties", "policies", "users", "seconds"}
    assert (body["policies"], body["users"], body["seconds"]) == (14, 2000, 0.42)
    assert [each["holds"] for each in body["properties"]] == [False, None, True]
    for each in body["properties"]:
        assert each.keys() == {
            *("name", "holds", "users", "regions", "counterexamples", "missing"),
            *("text", "cut", "repairs", "notes", "own"),
        }


def test_every_user_with_a_counterexample_is_listed() -> None:
    assert proof_json(proof())["properties"][0]["users"] == list(USER_IDS[:7])


def test_a_region_says_who_and_under_which_conditions() -> None:
    first, second = proof_json(proof())["properties"][0]["regions"]

    assert first["users"] == list(USER_IDS[:3])
    assert first["who"] == {"every": ["group Sales"]}
    assert first["conditions"] == {"clients": {"values": ["browser"]}, "platforms": {"values": ["unknown"]}}
    assert first["text"].startswith("anyone in group Sales, to any app")
    assert second["users"] == []
    assert second["externals"] == [{"externalUserType": "b2bDirectConnectUser", "externalTenantId": PARTNER}]
    assert second["conditions"] == {"applications": {"values": ["Wiki"], "ids": [APP]}}


def test_of_who_only_the_form_in_use_is_there() -> None:
    forms = (Who(everyone=True), Who(all_but=("a",)), Who(people=("b",)))
    body = proof_json(proof(violated(regions=tuple(region(who) for who in forms))))

    assert [each["who"] for each in body["properties"][0]["regions"]] == [{"everyone": True}, {"allBut": ["a"]}, {"people": ["b"]}]


def test_a_counterexample_is_a_request_to_ask_and_what_whatif_prints_for_it() -> None:
    example = counterexample()
    found = proof_json(proof())["properties"][0]["counterexamples"][0]

    assert found == {"request": request_body(example.request), "outcome": decision_json(example.decision), "region": 0}


def test_a_counterexample_that_stands_for_a_user_has_no_region() -> None:
    body = proof_json(proof(violated(counterexamples=(counterexample(-1),))))

    assert body["properties"][0]["counterexamples"][0]["region"] is None


def test_of_a_difference_a_counterexample_says_what_it_was_before() -> None:
    body = proof_json(difference())
    (found,) = body["properties"][0]["counterexamples"]

    assert (found["before"]["outcome"], found["outcome"]["outcome"]) == ("allow", "mfa")
    assert body["changes"] == [
        {"displayName": "CA001 - Require MFA", "change": "replaced"},
        {"displayName": "CA002", "change": "unchanged"},
    ]
    assert body["properties"][0]["regions"][0]["policies"] == ["CA001 - Require MFA"]


def test_what_it_hangs_on_where_it_was_cut_and_how_to_repair_it() -> None:
    body = proof_json(proof(violated(cut=200, missing=(MISSING,)), holding(own=True)))
    first, second = body["properties"]

    assert (first["cut"], first["missing"]) == (200, [MISSING])
    assert first["repairs"] == [
        {
            "edits": [
                {
                    "policyId": POLICY_ID,
                    "policy": "CA001 - Require MFA",
                    "field": "conditions.users.excludeGroups",
                    "edit": "remove group Sales",
                }
            ],
            "closes": [0],
            "closesAll": True,
            "usersLeft": 0,
            "stricterUsers": 3,
            "laxerUsers": 0,
            "externalUsers": False,
            "breaks": [],
        }
    ]
    assert (first["own"], second["own"], second["cut"]) == (False, True, None)
