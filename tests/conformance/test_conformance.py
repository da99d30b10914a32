"""Every case through the command people run: a tenant folder and a request in, the answer's JSON out.

The expectations come from Microsoft's documents and from INTERFACES.md, each case names which; never from what the code answers.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

from conformance.builders import Case, Wire
from conformance.running import CASES, EVERY_CASE, ask

OUTCOMES = {"allow", "mfa", "register", "controls", "block", "locked_out", "unknown"}
FINDINGS = {"block", "locked_out"}
KEYS = {"schemaVersion", "outcome", "requires", "alternatives", "policies", "missing", "platform"}
REASONS = {
    *("users", "workloadIdentities", "application", "userActions", "authenticationContext", "devicePlatform", "devices", "clientApps"),
    *("location", "signInRisk", "userRisk", "insiderRisk", "authenticationFlow", "servicePrincipalRisk", "policyNotEnabled"),
    *("notEnoughInformation", "invalidCondition", "invalidPolicy", "emptyPolicy", "agentIdRisk", "agentIdentities", "time"),
}
"""`whatIfAnalysisReasons` of Graph v1.0 and beta."""
NOT_APPLIED = {"enabled": "notApplied", "enabledForReportingButNotEnforced": "reportOnlyNotApplied", "disabled": "notEnabled"}
APPLIED = {
    "enabled": {"success", "failure", "unknown"},
    "enabledForReportingButNotEnforced": {"reportOnlySuccess", "reportOnlyFailure", "reportOnlyInterrupted", "unknown"},
}


@pytest.mark.parametrize("one", EVERY_CASE)
def test_the_answer_is_what_the_source_says(one: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = ask(one, one.request, tmp_path, capsys)
    if one.refused is not None or (code in {1, 64} and "refused" in one.outcome):
        assert (code, len(err.strip().splitlines())) == (one.refused or code, 1), f"{code}: {out}{err}"
        return
    assert out, f"exit code {code}, no answer: {err}"
    answer = json.loads(out)
    found = problems(one, answer, code)
    assert not found, "\n".join([*found, f"source: {one.source}", json.dumps(answer)])


def problems(one: Case, answer: Wire, code: int) -> list[str]:
    """Return every difference between what the case expects and what was answered."""
    verdicts = {verdict["displayName"]: verdict for verdict in answer["policies"]}
    unlike = [found for verdict in answer["policies"] for found in wrong_form(verdict)]
    absent = [] if set(answer) >= KEYS else [differs("keys", sorted(KEYS), sorted(answer))]
    return [*absent, *unlike, *wrong_outcome(one, answer, code), *wrong_verdicts(one, verdicts), *wrong_missing(one, answer)]


def wrong_form(verdict: Wire) -> list[str]:
    """What must be true of any policy in any answer: Microsoft's words, and a result that fits `applies` and the state."""
    name, state, applies = verdict["displayName"], verdict["state"], verdict["applies"]
    found = [differs(f"{name}.reasons", "Microsoft's words", word) for word in verdict["reasons"] if word not in REASONS]
    if (applies is True) is bool(verdict["reasons"]):
        found.append(differs(f"{name}.reasons", "some exactly where it does not surely apply", verdict["reasons"]))
    fitting = {NOT_APPLIED[state]} if applies is False else APPLIED.get(state, set()) | ({NOT_APPLIED[state]} if applies is None else set())
    if verdict["result"] not in fitting:
        found.append(differs(f"{name}.result", " or ".join(sorted(fitting)), verdict["result"]))
    return found


def wrong_outcome(one: Case, answer: Wire, code: int) -> list[str]:
    wanted = {one.outcome} if isinstance(one.outcome, str) else set(one.outcome)
    found = (
        [differs("outcome", " or ".join(sorted(wanted)), answer["outcome"])] if wanted != {""} and answer["outcome"] not in wanted else []
    )
    for key in ("requires", "alternatives"):
        expected = getattr(one, key)
        if expected is not None and answer[key] != expected:
            found.append(differs(key, expected, answer[key]))
    if one.mandatory_mfa != "" and answer["platform"]["mandatoryMfa"] is not one.mandatory_mfa:
        found.append(differs("platform.mandatoryMfa", one.mandatory_mfa, answer["platform"]))
    if code != (2 if answer["outcome"] in FINDINGS else 0):
        found.append(differs("exit code", f"that of {answer['outcome']}", code))
    return found


def wrong_verdicts(one: Case, verdicts: dict[str, Wire]) -> list[str]:
    names = {policy["displayName"] for policy in one.policies}
    found = [] if names <= set(verdicts) else [differs("policies", sorted(names), sorted(verdicts))]
    for key, expectations in (("applies", one.applies), ("result", one.results)):
        for name, expected in expectations.items():
            if verdicts[name][key] is not expected and verdicts[name][key] != expected:
                found.append(differs(f"{name}.{key}", expected, verdicts[name][key]))
    for name, reason in one.reasons.items():
        if reason not in verdicts[name]["reasons"]:
            found.append(differs(f"{name}.reasons", reason, verdicts[name]["reasons"]))
    return found


def wrong_missing(one: Case, answer: Wire) -> list[str]:
    """An unknown always names what it hangs on, a certain answer has nothing missing, and the fact a case expects is among them."""
    hangs = answer["outcome"] == "unknown" or any(verdict["applies"] is None for verdict in answer["policies"])
    if hangs is not bool(answer["missing"]):
        return [differs("missing", "facts" if hangs else "nothing", answer["missing"])]
    if one.missing and not any(re.search(one.missing, str(fact), re.IGNORECASE) for fact in answer["missing"]):
        return [differs("missing", one.missing, answer["missing"])]
    return []


def differs(what: str, expected: Any, got: Any) -> str:
    return f"{what}: expected {expected}, got {got}"


def test_every_topic_has_cases_that_must_be_unknown_and_cases_that_must_not() -> None:
    for topic, cases in CASES.items():
        unknown = [one for one in cases if one.outcome == "unknown" or None in one.applies.values()]
        assert unknown, topic
        assert len(unknown) < len(cases), topic


def test_every_case_has_a_source_and_something_to_say() -> None:
    assert sum(map(len, CASES.values())) >= 130
    for cases in CASES.values():
        for one in cases:
            assert one.source, one.name
            assert one.outcome or one.applies or one.results or one.refused, one.name
            assert {one.outcome} <= OUTCOMES | {""} if isinstance(one.outcome, str) else True, one.name


def test_no_two_cases_of_a_topic_share_a_name() -> None:
    for topic, cases in CASES.items():
        names = [one.name for one in cases]
        assert len(set(names)) == len(names), topic
