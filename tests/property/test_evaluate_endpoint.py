"""The emulated tenant's `evaluate`, asked over HTTP, and `unbroken whatif` over the same exports give the same answers.

Two roads: one reads the policies from its archive with the literal interpreter, the other reads the tenant folder. What a request
leaves out makes `evaluate` give up sooner than `whatif`, as Microsoft says of it; it never decides what `whatif` leaves open, but for
what a service must decide: which applications its own bundles hold, and how to judge a request whose scopes nobody said.
"""

from __future__ import annotations

import json
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from hypothesis import strategies as st

from emulating import Client, body_of, emulated
from graph_records import Wire, policy_record, records
from pairs import VENDOR, cases
from trials import drawn
from unbroken.emulator.cloud.archive import Archive
from unbroken.emulator.cloud.folder import load_folder
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Decision, PolicyVerdict
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.report.request_body import request_body
from unbroken.sources.tenant import read_tenant
from unbroken.sources.what_if import request_from_wire, user_ids
from worlds import SHOP, WIKI, Case

EVALUATE = "/v1.0/identity/conditionalAccess/evaluate"
CONDITIONS = (
    "clientAppType",
    "devicePlatform",
    "ipAddress",
    "country",
    "deviceInfo",
    "signInRiskLevel",
    "userRiskLevel",
    "insiderRiskLevel",
)
DROPPED = st.sampled_from([(), (), (), *((name,) for name in (*CONDITIONS, "authenticationFlow"))])
MUST_DECIDE = ("belongs to", "requestedScopes")
OUR_OWN = frozenset({SHOP, WIKI, VENDOR})
"""Applications of which nothing is open: others may belong to a bundle, or be asked for baseline scopes only."""
SAME_REASON = {"servicePrincipalRisk": "workloadIdentities"}
"""`whatIfAnalysisReasons` has no member for the risk of a service principal."""


def test_evaluate_answers_what_whatif_says() -> None:
    for case, dropped in islice(drawn(st.tuples(cases(4, 30), st.tuples(*[DROPPED] * 30)), seed=1), 12):
        _ask_all(case, dropped)


def _ask_all(case: Case, dropped: tuple[tuple[str, ...], ...]) -> None:
    with TemporaryDirectory() as name:
        folder, archive = Path(name), Archive()
        _write(case.tenant, folder)
        load_folder(folder, archive)
        tenant = read_tenant(folder)
        engine, ids = Engine(PolicyTable(tenant)), user_ids(tenant)
        with emulated(archive=archive) as client:
            client.sign_in()
            for request, names in zip(case.requests, dropped, strict=True):
                body = request_body(request)
                body.pop("facts", None)
                body["signInConditions"] = {key: value for key, value in body["signInConditions"].items() if key not in names}
                _agree(client, body, decide(engine, request_from_wire(body, ids, "request")), complete=not names)


def _agree(client: Client, body: Wire, decision: Decision, *, complete: bool) -> None:
    answer = client.send("POST", EVALUATE, body)
    if answer.status_code == 501:
        assert any(policy.applies is None for policy in decision.policies), (answer.text, body)
        return
    assert answer.status_code == 200, answer.text
    found = {each["id"]: each for each in body_of(answer)["value"]}
    assert found.keys() == {policy.id for policy in decision.policies}
    decides = any(word in text for text in decision.missing for word in MUST_DECIDE)
    open_ = not OUR_OWN.issuperset(body["signInContext"].get("includeApplications", ()))
    for policy in decision.policies:
        _same(found[policy.id], policy, (body, decision.missing), complete=complete, decides=decides, open_=open_)


def _same(answer: dict[str, Any], policy: PolicyVerdict, seen: object, *, complete: bool, decides: bool, open_: bool) -> None:
    applies, reason = answer["policyApplies"], answer["analysisReasons"]
    if reason == "notEnoughInformation":
        assert not applies, (answer, policy, seen)
        assert policy.applies is None or not complete, (answer, policy, seen)
    elif policy.applies is None:
        assert decides, (answer, policy, seen)
    else:
        assert applies is policy.applies, (answer, policy, seen)
        said = {SAME_REASON.get(each, each) for each in policy.reasons} or {"notSet"}
        assert reason in said or (reason == "application" and open_), (answer, policy, seen)


def _write(tenant: Snapshot, folder: Path) -> None:
    """Write the tenant as a tenant folder; what no export has (trusted addresses, the mode of baseline scopes) is left out."""
    found = records(tenant)
    users = [
        {
            "id": user.id,
            "userPrincipalName": user.user_principal_name,
            "displayName": user.user_principal_name,
            "accountEnabled": True,
            "userType": user.user_type,
            "externalUserState": "Accepted" if user.external else None,
            "creationType": "Invitation" if user.external else None,
        }
        for user in tenant.users.records
    ]
    found |= {"users": users, "conditionalAccessPolicies": [policy_record(policy) for policy in tenant.policies.records]}
    found["groups"] = [{**each, "displayName": each["id"]} for each in found["groups"]]
    found["directoryRoles"] = [
        {**each, "id": each["roleTemplateId"], "displayName": each["roleTemplateId"]} for each in found["directoryRoles"]
    ]
    found["namedLocations"] = [{"displayName": each["id"], **each} for each in found["namedLocations"]]
    found["organization"] = [{"id": tenant.tenant_id, "displayName": "Contoso"}]
    for name, rows in found.items():
        (folder / f"{name}.json").write_text(json.dumps(rows[0] if name.endswith("Policy") else rows), encoding="utf-8", newline="\n")
