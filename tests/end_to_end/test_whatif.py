"""`unbroken whatif` on the sample tenant: one request, arrays, lines, and everything that can be wrong with them."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

KEYS = {"schemaVersion", "outcome", "requires", "alternatives", "policies", "missing", "platform"}
OUTCOMES = {"allow", "mfa", "register", "controls", "block", "locked_out", "unknown"}
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
Request = dict[str, Any]
Command = Callable[..., Any]


@pytest.fixture(scope="session")
def person(sample: Path) -> str:
    """Return the id of somebody who can do MFA."""
    body = json.loads((sample / "userRegistrationDetails.json").read_text(encoding="utf-8"))
    found = body["value"] if isinstance(body, dict) else body
    return next(each["id"] for each in found if each["isMfaCapable"] and not each["isAdmin"] and each["userType"] == "member")


def asked(user: str, **conditions: Any) -> Request:
    return {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": user},
        "signInContext": {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": [EXCHANGE]},
        "signInConditions": {
            "clientAppType": "browser",
            "devicePlatform": "windows",
            "country": "GB",
            "ipAddress": "198.51.100.7",
            "deviceInfo": {},
            "signInRiskLevel": "none",
            "userRiskLevel": "none",
            "insiderRiskLevel": "none",
            "authenticationFlow": {"transferMethod": "none"},
            **conditions,
        },
    }


def write(folder: Path, text: str) -> Path:
    path = folder / "request.json"
    path.write_text(text, encoding="utf-8")
    return path


def test_one_request_is_one_object_with_the_promised_keys(sample: Path, person: str, tmp_path: Path, command: Command) -> None:
    ran = command("whatif", sample, "--request", write(tmp_path, json.dumps(asked(person))), "--format", "json")
    assert ran.json.keys() >= KEYS
    assert ran.json["outcome"] in OUTCOMES
    assert {tuple(policy) for policy in ran.json["policies"]} == {("id", "displayName", "state", "applies", "reasons", "result")}
    assert ran.code == 0


def test_a_country_that_is_blocked_exits_2_in_both_formats(sample: Path, person: str, tmp_path: Path, command: Command) -> None:
    path = write(tmp_path, json.dumps(asked(person, country="KP", ipAddress="203.0.113.200")))
    answer, text = command("whatif", sample, "--request", path, "--format", "json"), command("whatif", sample, "--request", path)
    assert (answer.code, answer.json["outcome"]) == (2, "block")
    assert text.code == 2
    assert text.out.startswith("BLOCKED")


def test_a_condition_that_is_left_out_is_unknown_and_named(sample: Path, person: str, tmp_path: Path, command: Command) -> None:
    request = asked(person)
    for name in ("country", "ipAddress"):
        del request["signInConditions"][name]
    answer = command("whatif", sample, "--request", write(tmp_path, json.dumps(request)), "--format", "json").json
    assert answer["outcome"] == "unknown"
    assert any("country" in fact or "ipAddress" in fact for fact in answer["missing"])


def test_the_answer_has_the_form_of_the_question(
    sample: Path, person: str, tmp_path: Path, command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    two = [asked(person), asked(person, clientAppType="other")]
    array = command("whatif", sample, "--request", write(tmp_path, json.dumps(two)), "--format", "json")
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(map(json.dumps, two))))
    lines = command("whatif", sample, "--request", "-", "--format", "json")
    assert [json.loads(line) for line in lines.out.splitlines()] == array.json
    assert array.code == lines.code


def test_only_applied_policies_when_asked_for(sample: Path, person: str, tmp_path: Path, command: Command) -> None:
    request = asked(person) | {"appliedPoliciesOnly": True}
    answer = command("whatif", sample, "--request", write(tmp_path, json.dumps(request)), "--format", "json").json
    assert all(policy["applies"] is not False for policy in answer["policies"])
    text = command("whatif", sample, "--request", tmp_path / "request.json").out
    assert "CA005" not in text
    assert not [policy for policy in answer["policies"] if policy["displayName"].startswith("CA005")]


def test_answers_to_several_requests_are_numbered(sample: Path, person: str, tmp_path: Path, command: Command) -> None:
    text = command("whatif", sample, "--request", write(tmp_path, json.dumps([asked(person)] * 2))).out
    assert text.index("Request 1") < text.index("Request 2")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", 1),
        ("{", 1),
        ("[]", None),
        ("[1]", 1),
        ("null", 1),
        ('"text"', 1),
        ("{}", 1),
        ('{"signInIdentity": 1, "signInContext": [], "signInConditions": "x"}', 1),
        ('{"signInIdentity": {"userId": "nobody"}, "signInContext": {"includeApplications": []}, "signInConditions": {}}', None),
    ],
)
def test_what_is_no_request_is_one_clear_line(text: str, code: int | None, sample: Path, tmp_path: Path, command: Command) -> None:
    ran = command("whatif", sample, "--request", write(tmp_path, text))
    assert code is None or ran.code in {code, 64}


@pytest.mark.parametrize(("form", "place"), [("[{}, {}]", "request.json, request 2: "), ("{}\n{}\n", "request.json:2: ")])
def test_a_wrong_request_among_several_is_named(form: str, place: str, sample: Path, person: str, tmp_path: Path, command: Command) -> None:
    text = form.format(json.dumps(asked(person)), json.dumps(asked(person, country="XXX")))
    ran = command("whatif", sample, "--request", write(tmp_path, text))
    assert ran.code == 1
    assert f"{place}signInConditions.country 'XXX'" in ran.err


def test_the_name_of_a_bundle_is_wrong_usage(sample: Path, person: str, tmp_path: Path, command: Command) -> None:
    request = asked(person)
    request["signInContext"]["includeApplications"] = ["Office365"]
    ran = command("whatif", sample, "--request", write(tmp_path, json.dumps(request)))
    assert ran.code == 64
    assert "Office365" in ran.err


def test_a_request_that_is_not_there_is_told_without_system_words(sample: Path, command: Command) -> None:
    ran = command("whatif", sample, "--request", "nowhere.json")
    assert ran.code in {1, 64}
    assert "Errno" not in ran.err
