"""`unbroken` on everything that others have published: policies, sign-in logs, Graph's own examples."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from unbroken.cli.app import run

Assess = Callable[..., dict[str, Any]]
Command = Callable[..., Any]
SETS = {
    "j0eyv-ConditionalAccessBaseline": 36,
    "AlexFilipin-ConditionalAccess/PolicySets/Category structure for AADP2": 54,
    "jsa2-caOptics": 50,
    "Azure-Samples-conditional-access-apis": 6,
}
LOGS = {
    "msticpy_aad_logons.jsonl": (86, 41, 45),
    "msticnb_one_user.jsonl": (31, 0, 31),
    "panther_azure_events.jsonl": (47, 0, 12),
    "otrf_aad_audit_events.jsonl": (4, 0, 0),
}
"""Name -> rows read, duplicates, evaluated."""
COLLECTIONS = {
    "user-list__": "users",
    "list-policies": "conditionalAccessPolicies",
    "post-policies": "conditionalAccessPolicies",
    "list-namedlocations": "namedLocations",
    "group-list__": "groups",
    "directoryrole-list__": "directoryRoles",
    "serviceprincipal-list__": "servicePrincipals",
    "device-list__": "devices",
    "list-userregistrationdetails": "userRegistrationDetails",
    "identitysecuritydefaultsenforcementpolicy-get": "identitySecurityDefaultsEnforcementPolicy",
    "authenticationmethodspolicy-get": "authenticationMethodsPolicy",
    "subscribedsku-list__": "subscribedSkus",
    "signin-list__": "signIns",
    "rbacapplication-list-roleassignments__": "roleAssignments",
}
"""Part of an example's name -> the collection its body is of."""

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("name", SETS)
def test_a_published_policy_set_is_a_tenant_without_people(name: str, shared: Path, assessed: Assess) -> None:
    found = assessed(shared / "data" / "policies" / name)
    assert len(found["policies"]) == SETS[name]
    assert any("sign-ins" in line for line in found["limits"])
    assert found["findings"]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("command", ["prove", "diff"])
def test_a_published_policy_set_is_proved_and_compared(
    command: str, name: str, shared: Path, sample: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    laid_over = ("--with", str(shared / "data" / "policies" / name))
    code, found = _json(capsys, command, str(sample), *laid_over)
    answers = [(each["holds"], bool(each["counterexamples"]), bool(each["missing"])) for each in found["properties"]]

    assert code == (2 if command == "prove" and any(holds is False for holds, _, _ in answers) else 0)
    assert all(shown if holds is False else not shown and (missing or holds) for holds, shown, missing in answers)
    assert not any("contradicts itself" in text for each in found["properties"] for text in each["missing"])
    examples = [each for result in found["properties"] for each in result["counterexamples"]]
    requests = tmp_path / "requests.json"
    requests.write_text(json.dumps([each["request"] for each in examples]), encoding="utf-8")
    if examples:
        _, again = _json(capsys, "whatif", str(sample), "--request", str(requests), *laid_over)
        assert again == [each["outcome"] for each in examples]


@pytest.mark.parametrize("name", SETS)
def test_a_published_policy_set_without_people_is_answered(name: str, shared: Path, capsys: pytest.CaptureFixture[str]) -> None:
    _, found = _json(capsys, "prove", str(shared / "data" / "policies" / name))
    assert [each["holds"] for each in found["properties"]][1] is None


def _json(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any]:
    capsys.readouterr()
    code = run([*arguments, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize("name", SETS)
def test_a_published_policy_set_can_be_laid_over_a_tenant(name: str, shared: Path, sample: Path, assessed: Assess) -> None:
    found = assessed(sample, "--with", shared / "data" / "policies" / name)
    assert len([policy for policy in found["policies"] if policy["change"] == "added"]) == SETS[name]


def test_placeholders_of_a_proposal_are_reported(shared: Path, sample: Path, assessed: Assess) -> None:
    found = assessed(sample, "--with", shared / "data" / "policies" / "AlexFilipin-ConditionalAccess" / "PolicySets" / "Bare minimum")
    assert any("<EmergencyAccessAccountsGroup>" in line for line in found["findings"])


def test_a_folder_without_policies_says_so(shared: Path, command: Command) -> None:
    folder = shared / "data/policies/AlexFilipin-ConditionalAccess/PolicySets/Common identity and device access policies"
    ran = command("assess", folder)
    assert (ran.code, "neither policies nor users" in ran.err) == (1, True)


@pytest.mark.parametrize("name", LOGS)
def test_a_published_log_is_read_wherever_it_lies(name: str, shared: Path, tenant: Path, assessed: Assess) -> None:
    file = shared / "data" / "sign-ins" / name
    for old in (tenant / "signIns").iterdir():
        old.unlink()
    beside = assessed(tenant, "--signins", file)
    (tenant / "signIns" / name).write_bytes(file.read_bytes())
    inside = assessed(tenant)
    rows = inside["signIns"]
    assert (rows["read"], rows["duplicates"], rows["evaluated"]) == LOGS[name]
    assert (beside["signIns"], beside["outcomes"]) == (rows, inside["outcomes"])


def test_the_example_of_a_sign_in_without_a_time_is_named(shared: Path, sample: Path, assessed: Assess) -> None:
    models = shared / "data/registration/zerotrustassessment/src/powershell/assets/export-model"
    found = assessed(sample, "--signins", models / "SignIn-model.json", models / "ServicePrincipalSignIn-model.json")
    assert any("SignIn-model.json" in line for line in found["problems"])


def test_every_collection_among_graphs_examples_is_read_or_explained(shared: Path, tmp_path: Path, assessed: Assess) -> None:
    files = sorted((shared / "data" / "graph-examples").glob("*__resp__*.json"))
    latest = {part: [file for file in files if part in file.name][-2:] for part in COLLECTIONS}
    assert all(latest.values()), latest
    for part, examples in latest.items():
        for file in examples:
            body = json.loads(file.read_text(encoding="utf-8"))["body"]
            told = assessed(_tenant_with(tmp_path / file.stem, COLLECTIONS[part], body))
            assert _read(told, COLLECTIONS[part], body) or told["problems"], file.name


def _tenant_with(folder: Path, name: str, body: Any) -> Path:
    folder.mkdir()
    person = {"id": "11111111-1111-4111-8111-111111111111", "userPrincipalName": "ada@contoso.example", "accountEnabled": True}
    policy = {
        "id": "22222222-2222-4222-8222-222222222222",
        "displayName": "A",
        "state": "disabled",
        "conditions": {},
        "grantControls": None,
    }
    for each, records in {"users": [person], "conditionalAccessPolicies": [policy], name: body}.items():
        (folder / f"{each}.json").write_text(json.dumps(records), encoding="utf-8")
    return folder


def _read(told: dict[str, Any], name: str, body: Any) -> bool:
    """Tell whether nothing was lost: a collection without a line about its file was read whole."""
    if name == "conditionalAccessPolicies":
        return len(told["policies"]) == len(body.get("value", [body]))
    return not any(re.search(rf"\b{name}\.json", line) for line in told["problems"])
