"""Every case with missing facts once more, with the facts filled in: a certain answer must survive each of them.

This needs no expectation: INTERFACES.md says that with facts missing the outcome is the one that every consistent completion gives.
"""

from __future__ import annotations

import json
from itertools import islice, product
from pathlib import Path

import pytest

from conformance.builders import Case, Wire
from conformance.running import EVERY_CASE, ask

RISKS = ("none", "low", "medium", "high")
EXHAUSTIVE: dict[str, tuple[object, ...]] = {
    "clientAppType": ("browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other"),
    "devicePlatform": ("android", "iOS", "windows", "windowsPhone", "macOS", "linux", "unknown"),
    "signInRiskLevel": RISKS,
    "userRiskLevel": RISKS,
    "servicePrincipalRiskLevel": RISKS,
    "insiderRiskLevel": ("none", "minor", "moderate", "elevated"),
    "authenticationFlow": tuple({"transferMethod": method} for method in ("none", "deviceCodeFlow", "authenticationTransfer")),
}
"""All the values there are: where they agree, an unknown is one too many."""
EXAMPLES: dict[str, tuple[object, ...]] = {
    "deviceInfo": (
        {},
        {"displayName": "SAW-07", "trustType": "AzureAD", "isCompliant": True, "extensionAttribute1": "SAW"},
        {"displayName": "Home", "trustType": "Workplace", "isCompliant": False},
        {"displayName": "PC", "trustType": "ServerAD", "isCompliant": False},
    ),
    "ipAddress": ("198.51.100.7", "203.0.113.15", "192.0.2.44", "2001:db8:1::1"),
    "country": ("GB", "FR", "KP", ""),
}
VALUES = EXHAUSTIVE | EXAMPLES
MOST = 60


def completions(request: Wire) -> list[Wire]:
    """Return the request with every combination of values for what it leaves out, at most `MOST` of them, evenly spread."""
    known = request["signInConditions"]
    absent = [name for name in VALUES if name not in known]
    combinations = list(product(*(VALUES[name] for name in absent)))
    spread = islice(combinations, 0, None, max(1, len(combinations) // MOST))
    return [request | {"signInConditions": known | dict(zip(absent, values, strict=True))} for values in spread]


def leaves_out(one: Case) -> set[str]:
    return set(VALUES) - set(one.request["signInConditions"])


@pytest.mark.parametrize("one", [parameter for parameter in EVERY_CASE if leaves_out(parameter.values[0])])
def test_a_certain_answer_survives_every_completion(one: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = [one.request, *completions(one.request)]
    code, out, err = ask(one, asked, tmp_path, capsys)
    assert out, f"exit code {code}: {err}"
    answer, *completed = json.loads(out)
    outcomes = {each["outcome"] for each in completed}
    if answer["outcome"] != "unknown":
        assert outcomes == {answer["outcome"]}, json.dumps(answer)
    elif leaves_out(one) <= set(EXHAUSTIVE):
        assert len(outcomes) > 1 or outcomes == {"unknown"}, json.dumps(answer)


@pytest.mark.parametrize("one", [parameter for parameter in EVERY_CASE if leaves_out(parameter.values[0])])
def test_a_policy_that_surely_applies_or_not_does_so_in_every_completion(
    one: Case, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = ask(one, [one.request, *completions(one.request)], tmp_path, capsys)
    assert out, f"exit code {code}: {err}"
    answer, *completed = json.loads(out)
    for position, verdict in enumerate(answer["policies"]):
        if verdict["applies"] is not None:
            assert {each["policies"][position]["applies"] for each in completed} == {verdict["applies"]}, verdict["displayName"]
