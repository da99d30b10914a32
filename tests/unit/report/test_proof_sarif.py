"""A log that code scanning takes (SARIF 2.1.0)."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from builders_proof import NAMES, POLICY_ID, USER_IDS, condition, counterexample, difference, holding, proof, region, undecided, violated
from builders_report import ESCAPE
from unbroken.prove.proof import Proof, Region, Who
from unbroken.report.proof_sarif import FINGERPRINT, sarif

FILES = {POLICY_ID: "policies/CA 001.json"}


def results(found: Proof) -> list[dict[str, Any]]:
    return sarif(found, FILES, NAMES)["runs"][0]["results"]  # type: ignore[no-any-return]


def fingerprint(found: Region) -> str:
    (result,) = results(proof(violated(regions=(found,))))
    return str(result["partialFingerprints"][FINGERPRINT])


def test_there_is_one_rule_per_property_and_one_result_per_region() -> None:
    log = sarif(proof(), FILES, NAMES)
    (run,) = log["runs"]

    assert log["version"] == "2.1.0"
    assert json.loads(json.dumps(log)) == log
    assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == ["mfa-everywhere", "break-glass-free", "legacy-blocked"]
    assert [(each["ruleId"], each["ruleIndex"], each["level"]) for each in run["results"]] == [
        ("mfa-everywhere", 0, "error"),
        ("mfa-everywhere", 0, "error"),
        ("break-glass-free", 1, "note"),
    ]


def test_a_difference_is_a_note() -> None:
    assert [each["level"] for each in results(difference())] == ["note"]


def test_every_result_has_a_message_and_only_what_the_format_knows() -> None:
    for each in results(proof()):
        assert each.keys() <= {"ruleId", "ruleIndex", "level", "message", "partialFingerprints", "locations"}
        assert each["message"]["text"]


def test_the_location_is_the_policy_to_edit_as_a_uri() -> None:
    first, second, _ = results(proof())

    assert first["locations"] == [{"physicalLocation": {"artifactLocation": {"uri": "policies/CA%20001.json"}, "region": {"startLine": 1}}}]
    assert "locations" not in second


def test_what_no_policy_does_has_the_location_of_the_rules() -> None:
    """Code scanning refuses the whole log when one result has no location."""
    log = sarif(proof(), FILES, NAMES, otherwise="tenant/unbroken.toml")
    first, *others = [each["locations"][0]["physicalLocation"] for each in log["runs"][0]["results"]]

    assert first["artifactLocation"]["uri"] == "policies/CA%20001.json"
    assert {each["artifactLocation"]["uri"] for each in others} == {"tenant/unbroken.toml"}
    assert first["region"] == others[0]["region"] == {"startLine": 1}


def test_an_absolute_path_is_a_file_uri() -> None:
    log = sarif(proof(), {POLICY_ID: "/srv/CA#1.json"})
    uri = log["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]

    assert uri == "file:///srv/CA%231.json"


def test_a_fingerprint_is_the_same_however_the_region_is_told() -> None:
    one = region(Who(every=("group A", "group B")), condition("clients", "browser", "other"), condition("platforms", "unknown"))
    two = region(Who(every=("group B", "group A")), condition("platforms", "unknown"), condition("clients", "other", "browser"))

    assert fingerprint(one) == fingerprint(two) == fingerprint(replace(one, users=USER_IDS[4:6]))


@pytest.mark.parametrize(
    "other",
    [
        region(Who(every=("group B",)), condition("clients", "browser")),
        region(Who(all_but=("group A",)), condition("clients", "browser")),
        region(Who(every=("group A",)), condition("clients", "browser", all_but=True)),
        region(Who(every=("group A",))),
    ],
)
def test_regions_that_differ_have_different_fingerprints(other: Region) -> None:
    assert fingerprint(other) != fingerprint(region(Who(every=("group A",)), condition("clients", "browser")))


def test_the_same_region_of_two_properties_is_two_alerts() -> None:
    found = results(proof(violated(regions=(region(),)), violated(name="other", regions=(region(),))))

    assert len({each["partialFingerprints"][FINGERPRINT] for each in found}) == 2


def test_a_property_without_a_region_is_one_result() -> None:
    found = results(proof(violated(regions=(), counterexamples=(counterexample(-1),)), undecided(), holding()))

    assert [each["ruleIndex"] for each in found] == [0, 1]


def test_what_could_not_be_read_is_a_notification() -> None:
    invocation = sarif(proof(problems=("x.json: broken",)), {})["runs"][0]["invocations"][0]

    assert invocation["toolExecutionNotifications"] == [{"level": "warning", "message": {"text": "x.json: broken"}}]


def test_tenant_text_is_no_link_and_no_control_character() -> None:
    text = json.dumps(results(proof(violated(regions=(region(Who(people=(f"[x](http://192.0.2.99) {ESCAPE}",))),)))), ensure_ascii=False)

    assert "](" not in text
    assert "\\u001b" not in text
    assert "\u202e" not in text
