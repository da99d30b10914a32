"""The keys other programs rely on (INTERFACES: `assess` and `whatif`)."""

from __future__ import annotations

import json
from dataclasses import replace

from builders_report import blast_radius, decision
from unbroken.evaluate.blast_radius import Calibration, RegistrationShare
from unbroken.evaluate.decision import MandatoryMfa, Outcome
from unbroken.report.json_form import blast_radius_json, decision_json

OUTCOMES = {"allow", "mfa", "register", "controls", "block", "locked_out", "unknown"}


def test_the_schema_version_comes_first_and_everything_is_json() -> None:
    for body in (blast_radius_json(blast_radius()), decision_json(decision())):
        assert next(iter(body)) == "schemaVersion"
        assert json.loads(json.dumps(body)) == body


def test_assess_has_every_agreed_key() -> None:
    body = blast_radius_json(blast_radius())

    assert body.keys() >= {"signIns", "prompts", "outcomes", "users", "apps", "clients", "legacy", "calibration", "registration", "limits"}
    assert body["signIns"].keys() == {"read", "duplicates", "joined", "evaluated", "skipped"}
    assert body["prompts"] == {"certain": 2918, "likely": 1377, "unknown": 402}
    assert body["users"][0].keys() == {"id", "userPrincipalName", "signIns", "before", "after", "worst"}
    wanted = {"user", "clientAppUsed", "device", "userAgent", "app", "successes", "failures", "lastSuccess", "remediation"}
    assert body["legacy"][0].keys() >= wanted
    assert body["calibration"].keys() == {"compared", "agreed", "rate", "applying", "unknown", "disagreements"}
    assert body["calibration"]["disagreements"][0].keys() == {"policy", "field", "expected", "got", "n", "example"}
    assert body["registration"].keys() >= {"inScope", "capable", "share"}


def test_read_is_the_sum_of_the_others() -> None:
    counts = blast_radius_json(blast_radius())["signIns"]

    assert counts["read"] == counts["duplicates"] + counts["joined"] + counts["evaluated"] + sum(counts["skipped"].values())


def test_a_tally_lists_every_outcome_also_those_that_did_not_occur() -> None:
    body = blast_radius_json(blast_radius(before={Outcome.ALLOW: 3}))

    assert body["outcomes"]["before"] == {"allow": 3, "mfa": 0, "register": 0, "controls": 0, "block": 0, "locked_out": 0, "unknown": 0}
    assert body["users"][0]["after"].keys() == OUTCOMES


def test_what_is_not_known_is_null_and_not_zero() -> None:
    body = blast_radius_json(
        blast_radius(calibration=Calibration(), registration=RegistrationShare(in_scope=0, capable=0), first="", last="")
    )

    assert body["calibration"]["rate"] is None
    assert body["registration"]["share"] is None
    assert body["period"] == {"first": None, "last": None, "timeZone": "Europe/London"}
    assert body["legacy"][-1]["lastSuccess"] is None


def test_the_additions_carry_every_person_hour_and_file() -> None:
    radius = blast_radius()
    body = blast_radius_json(radius)

    assert (len(body["people"]), len(body["hours"]), len(body["files"])) == (60, 168, 2)
    assert len(body["accounts"]) == len(radius.accounts)
    assert body["findings"] == list(radius.findings)
    assert body["problems"] == list(radius.problems)
    assert body["policies"][1]["change"] == "replaced"


def test_whatif_has_every_agreed_key() -> None:
    body = decision_json(decision())

    assert body.keys() >= {"outcome", "requires", "alternatives", "policies", "missing", "platform"}
    assert body["outcome"] == "controls"
    assert body["requires"] == ["mfa", "compliantDevice"]
    assert body["alternatives"] == [["compliantDevice", "approvedApplication"]]
    assert body["policies"][0] == {
        "id": "p2",
        "displayName": "CA002 - Block Atlantis",
        "state": "enabled",
        "applies": False,
        "reasons": ["location", "users"],
        "result": "notApplied",
    }
    assert body["platform"] == {"mandatoryMfa": True, "why": "the Azure portal demands MFA from everybody"}


def test_an_unknown_stays_null() -> None:
    unsure = replace(decision(), platform=MandatoryMfa(mandatory=None, why="the app is not named"))

    assert decision_json(unsure)["platform"]["mandatoryMfa"] is None
    assert decision_json(unsure)["policies"][2]["applies"] is None
