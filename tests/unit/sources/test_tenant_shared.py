"""The real sets beside the project: every file is read, or says why not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from unbroken.entra.snapshot import Snapshot
from unbroken.sources.documents import documents
from unbroken.sources.policy import is_policy, policy_from_wire
from unbroken.sources.records import raw_page
from unbroken.sources.tenant import read_policies, read_tenant

pytestmark = pytest.mark.shared
ALEX, AZURE, J0EYV, JSA2 = (
    "AlexFilipin-ConditionalAccess",
    "Azure-Samples-conditional-access-apis",
    "j0eyv-ConditionalAccessBaseline",
    "jsa2-caOptics",
)


def read(shared: Path, name: str) -> Snapshot:
    return read_tenant(shared / "data" / "policies" / name)


@pytest.mark.parametrize("name", [ALEX, AZURE, J0EYV, JSA2])
def test_every_file_of_a_set_is_accounted_for(shared: Path, name: str) -> None:
    found = read(shared, name)
    on_disk = {document.name for document in documents(shared / "data" / "policies" / name)}
    assert {file for file, _ in found.files} == on_disk
    unused = [file for file, what in found.files if what.startswith("not used") and file.endswith(".json")]
    assert unused == []
    assert found.policies.complete
    assert not found.users.complete


@pytest.mark.parametrize(("name", "count"), [(AZURE, 6), (J0EYV, 36)])
def test_every_policy_is_read(shared: Path, name: str, count: int) -> None:
    assert len(read(shared, name).policies.records) == count
    assert len(read_policies(shared / "data" / "policies" / name)) == count


def test_every_policy_of_every_file_is_read_for_itself(shared: Path) -> None:
    files = [file for file in documents(shared / "data" / "policies") if file.ending == "json"]
    records = [record for file in files for record in raw_page(file).records]
    policies = [policy_from_wire(record, fallback_name="?") for record in records if is_policy(record)]
    assert len(policies) == 313
    assert not [each for each in policies if each.unmodelled_grant]


def test_placeholders_are_unresolved(shared: Path) -> None:
    tokens = {token for _, _, token in read(shared, ALEX).unresolved}
    assert {"<ExclusionTempGroup>", "<EmergencyAccessAccountsGroup>", "<AdministratorGroup>"} <= tokens


def test_agent_conditions_are_named_and_nothing_else(shared: Path) -> None:
    found = read(shared, J0EYV)
    named = {path for each in found.policies.records for path in each.unmodelled}
    assert named == {
        "conditions.agentContext",
        "conditions.agentIdRiskLevels",
        "conditions.agents",
        "conditions.applications.includeApplications: AllAgentIdResources",
        "conditions.clientApplications.includeAgentIdServicePrincipals",
    }
    assert {location.kind for location in found.locations.records} == {"country", "compliantNetwork"}
    assert (len(found.groups.records), found.groups.complete) == (len({group.id for group in found.groups.records}), False)
    assert len(found.strengths.records) == 2


def test_ids_that_occur_twice_are_reported(shared: Path) -> None:
    found = read(shared, JSA2)
    assert all("another policy has the id" in problem for problem in found.problems)
    assert [location.kind for location in found.locations.records] == ["ip", "country", "country"]


def test_each_single_file_of_a_set_is_a_proposal(shared: Path) -> None:
    folder = shared / "data" / "policies" / JSA2 / "demodata"
    for file in folder.glob("*.json"):
        if file.name != "namedLocations.json":
            assert read_policies(file), file


def test_every_condition_of_the_graph_schema_is_modelled(shared: Path) -> None:
    schema = json.loads((shared / "reference" / "graph-v1.0.schema.json").read_text(encoding="utf-8"))["$defs"]

    def names(kind: str) -> set[str]:
        return set(schema[f"microsoft.graph.conditionalAccess{kind}"]["properties"])

    texts = {f"{side}{what}" for side in ("include", "exclude") for what in ("Users", "Groups", "Roles")}
    users = {name: ["x"] for name in texts} | {name: {"guestOrExternalUserTypes": "internalGuest"} for name in names("Users") - texts}
    filters = {"applicationFilter": {"mode": "include", "rule": "x"}}
    apps = {name: ["urn:user:registerdevice"] for name in names("Applications")} | filters
    clients = {name: ["x"] for name in names("ClientApplications") - {"servicePrincipalFilter"}}
    lists = {name: ["high"] for name in names("ConditionSet") if name.endswith("RiskLevels")} | {"insiderRiskLevels": "minor"}
    conditions = lists | {
        "clientAppTypes": ["browser"],
        "users": users,
        "applications": apps,
        "clientApplications": clients,
        "platforms": {name: ["linux"] for name in names("Platforms")},
        "locations": {name: ["All"] for name in names("Locations")},
        "devices": {name: {"mode": "include", "rule": "x"} for name in names("Devices")},
        "authenticationFlows": dict.fromkeys(names("AuthenticationFlows"), "deviceCodeFlow"),
    }
    assert set(conditions) == names("ConditionSet")
    grant = {name: ["mfa"] for name in names("GrantControls")} | {"operator": "AND", "authenticationStrength": {"id": "x"}}
    read = policy_from_wire({"id": "i", "displayName": "n", "state": "enabled", "conditions": conditions, "grantControls": grant})
    assert (read.unmodelled, read.unmodelled_grant) == ((), ())


def test_bodies_of_the_graph_reference_are_policies(shared: Path) -> None:
    files = [file for file in documents(shared / "data" / "graph-examples") if "conditionalaccess" in file.name and "polic" in file.name]
    bodies = [record["body"] for file in files for record in raw_page(file).records]
    records = [record for body in bodies for record in body.get("value", [body])]
    policies = [policy_from_wire(record) for record in records if is_policy(record)]
    assert len(policies) >= 15
