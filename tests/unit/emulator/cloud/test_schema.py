"""Every answer of v1.0 is valid by Microsoft's own metadata; beta adds no property that is not on the list here."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from emulating import Client, body_of, emulated
from unbroken.emulator.cloud.permissions import BETA_ONLY, PERMISSIONS
from unbroken.emulator.cloud.routes import ROUTES

CA, AUTH = "/identity/conditionalAccess", "/users/{id}/authentication"
TYPES = {
    "GET /organization": "organization",
    "GET /subscribedSkus": "subscribedSku",
    "GET /domains": "domain",
    "GET /domains/{id}/federationConfiguration": "internalDomainFederation",
    "GET /users": "user",
    "GET /users/delta": "user",
    "GET /users/{id}": "user",
    "GET /users/{id}/manager": "user",
    "GET /users/{id}/memberOf": "directoryObject",
    "GET /users/{id}/transitiveMemberOf": "directoryObject",
    "GET /groups/{id}/memberOf": "directoryObject",
    "GET /groups/{id}/transitiveMemberOf": "directoryObject",
    "GET /groups": "group",
    "GET /groups/delta": "group",
    "GET /groups/{id}": "group",
    "GET /groups/{id}/members": "directoryObject",
    "GET /groups/{id}/members/{cast}": "user",
    "GET /groups/{id}/transitiveMembers": "directoryObject",
    "GET /groups/{id}/transitiveMembers/{cast}": "user",
    "GET /directoryRoles": "directoryRole",
    "GET /directoryRoles/delta": "directoryRole",
    "GET /directoryRoles/{id}": "directoryRole",
    "GET /directoryRoles/{id}/members": "directoryObject",
    "GET /roleManagement/directory/roleAssignments": "unifiedRoleAssignment",
    "GET /roleManagement/directory/roleDefinitions": "unifiedRoleDefinition",
    "GET /roleManagement/directory/roleEligibilitySchedules": "unifiedRoleEligibilitySchedule",
    "GET /servicePrincipals": "servicePrincipal",
    "GET /servicePrincipals/delta": "servicePrincipal",
    "GET /servicePrincipals/{id}": "servicePrincipal",
    "GET /applications": "servicePrincipal",
    "GET /devices": "device",
    "GET /devices/delta": "device",
    "GET /devices/{id}": "device",
    f"GET {CA}/policies": "conditionalAccessPolicy",
    f"GET {CA}/policies/{{id}}": "conditionalAccessPolicy",
    f"GET {CA}/deletedItems/policies": "conditionalAccessPolicy",
    f"GET {CA}/namedLocations": "namedLocation",
    f"GET {CA}/namedLocations/{{id}}": "namedLocation",
    f"GET {CA}/deletedItems/namedLocations": "namedLocation",
    f"GET {CA}/authenticationStrength/policies": "authenticationStrengthPolicy",
    "GET /policies/authenticationStrengthPolicies": "authenticationStrengthPolicy",
    "GET /policies/authenticationStrengthPolicies/{id}": "authenticationStrengthPolicy",
    "GET /policies/identitySecurityDefaultsEnforcementPolicy": "identitySecurityDefaultsEnforcementPolicy",
    "GET /policies/authenticationMethodsPolicy": "authenticationMethodsPolicy",
    "GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations": "authenticationMethodConfiguration",
    "GET /policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}": "authenticationMethodConfiguration",
    "GET /policies/crossTenantAccessPolicy/default": "crossTenantAccessPolicyConfigurationDefault",
    "GET /policies/crossTenantAccessPolicy/partners": "crossTenantAccessPolicyConfigurationPartner",
    "GET /reports/authenticationMethods/userRegistrationDetails": "userRegistrationDetails",
    "GET /reports/authenticationMethods/userRegistrationDetails/{id}": "userRegistrationDetails",
    f"GET {AUTH}/methods": "authenticationMethod",
    **{
        f"GET {AUTH}/{kind}Methods{tail}": "authenticationMethod"
        for kind in ("temporaryAccessPass", "phone", "fido2", "microsoftAuthenticator", "softwareOath", "windowsHelloForBusiness")
        for tail in ("", "/{method}")
    },
    "GET /auditLogs/signIns": "signIn",
    "GET /auditLogs/signIns/{id}": "signIn",
    "GET /auditLogs/directoryAudits": "directoryAudit",
    "GET /auditLogs/directoryAudits/{id}": "directoryAudit",
    "GET /security/alerts_v2": "security.alert",
    "GET /identityProtection/riskyUsers": "riskyUser",
    "GET /identityProtection/riskDetections": "riskDetection",
    "GET /admin/serviceAnnouncement/healthOverviews": "serviceHealth",
    "GET /admin/serviceAnnouncement/issues": "serviceHealthIssue",
}
"""Route -> the type it answers with."""
WITHOUT_A_TYPE = {
    *("GET /me", "GET /users/$count", "GET /groups/$count", "GET /policies/crossTenantAccessPolicy"),
    *(f"GET /reports/authenticationMethods/usersRegisteredByMethod{tail}" for tail in ("", "/{arguments}")),
    *("GET /users/{id}/mailboxSettings", "GET /users/{id}/mailboxSettings/userPurpose", *BETA_ONLY),
}
"""Reads that answer with a number, a single value, to a signed-in user only, or with a type that the schema does not have."""
OPEN = {"device": {"extensionAttributes"}}
"""Properties that Graph's reference has and the metadata does not: devices are an open type."""
ANNOTATIONS = {"@removed", "members@delta"}
BETA_PROPERTIES = {
    "signIn": {
        *("userType", "signInIdentifier", "crossTenantAccessType", "resourceServicePrincipalId", "conditionalAccessAudiences"),
        *("autonomousSystemNumber", "networkLocationDetails", "authenticationProtocol", "incomingTokenType", "originalTransferMethod"),
        *("signInEventTypes", "authenticationRequirement", "authenticationRequirementPolicies", "authenticationDetails"),
        *("authenticationProcessingDetails", "sessionLifetimePolicies", "clientCredentialType", "tokenIssuerType", "originalRequestId"),
        *("sessionId", "uniqueTokenIdentifier"),
    },
    "appliedConditionalAccessPolicy": {"conditionsSatisfied", "conditionsNotSatisfied"},
    "userRegistrationDetails": {"defaultMfaMethod"},
}


@pytest.fixture(scope="module")
def graph() -> Iterator[Client]:
    """Serve one tenant for all reads here, to an app that may read everything."""
    with emulated() as client:
        yield client.with_permissions(*{each for line in PERMISSIONS.values() for each in line.replace("+", "|").split("|")})


@pytest.fixture(scope="session")
def schema(shared: Path) -> dict[str, Any]:
    return json.loads((shared / "reference" / "graph-v1.0.schema.json").read_text(encoding="utf-8"))


def problems(schema: dict[str, Any], record: dict[str, Any], kind: str) -> list[str]:
    """Return what is wrong with a record: by its own type where it says one."""
    kind = str(record.get("@odata.type", kind)).removeprefix("#").removeprefix("microsoft.graph.")
    whole = {"$defs": schema["$defs"], "$ref": f"#/$defs/microsoft.graph.{kind}"}
    plain = {name: value for name, value in record.items() if name not in ANNOTATIONS}
    found = [f"{kind}: {error.json_path} {error.message[:200]}" for error in Draft202012Validator(whole).iter_errors(plain)]
    known = schema["$defs"][f"microsoft.graph.{kind}"]["properties"]
    return found + [f"{kind}: unknown {name}" for name in plain if "@" not in name and name not in known and name not in OPEN.get(kind, ())]


def addresses(graph: Client, key: str) -> list[str]:
    """Return the path of a route, with ids of objects that are there."""
    world, path = graph.emulation.world, key.partition(" ")[2]
    collection = {
        f"{CA}/policies/{{id}}": "conditionalAccessPolicies",
        "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}": "",
        "/auditLogs/signIns/{id}": "",
    }.get(path, path.split("/{")[0].rpartition("/")[2])
    if path == "/auditLogs/signIns/{id}":
        return [f"/auditLogs/signIns/{graph.get('/v1.0/auditLogs/signIns?$top=1').json()['value'][0]['id']}"]
    if "{method}" in path:
        return method_addresses(graph, path)
    keys = list(world.of(collection)) or ["Fido2"]
    return [path.replace("{id}", each).replace("{cast}", "microsoft.graph.user") for each in (keys[:40] if "{id}" in path else keys[:1])]


def method_addresses(graph: Client, path: str) -> list[str]:
    found = []
    for user in list(graph.emulation.world.of("users"))[:20]:
        listed = path.removesuffix("/{method}").replace("{id}", user)
        found += [f"{listed}/{each['id']}" for each in graph.every(f"/v1.0{listed}")]
    return found


def records(answer: dict[str, Any]) -> list[dict[str, Any]]:
    if "value" in answer:
        return list(answer["value"])
    return [{name: value for name, value in answer.items() if name != "@odata.context"}]


def test_every_read_has_a_type_or_a_reason() -> None:
    assert {key for key in ROUTES if key.startswith("GET")} == TYPES.keys() | {key for key in WITHOUT_A_TYPE if key.startswith("GET")}


def test_every_route_needs_a_permission() -> None:
    assert ROUTES.keys() == PERMISSIONS.keys()


@pytest.mark.shared
@pytest.mark.parametrize("key", TYPES)
def test_every_answer_of_v1_is_valid(graph: Client, schema: dict[str, Any], key: str) -> None:
    everything = "?$select=*" if key == "GET /users" else ""
    for address in addresses(graph, key):
        answer = graph.get(f"/v1.0{address}{everything}", consistencylevel="eventual")
        if key == "GET /domains/{id}/federationConfiguration":
            assert answer.status_code == 404  # every domain of the sample is managed
            continue
        if key == "GET /users/{id}/manager" and answer.status_code == 404:
            continue  # the head of the company has none
        if "{cast}" in key:
            answer = graph.get(f"/v1.0{address}?$count=true", consistencylevel="eventual")
        assert answer.status_code == 200, answer.text
        wrong = [problem for record in records(body_of(answer)) for problem in problems(schema, record, TYPES[key])]
        assert wrong == []


@pytest.mark.shared
@pytest.mark.parametrize("key", ["GET /auditLogs/signIns", "GET /reports/authenticationMethods/userRegistrationDetails"])
def test_beta_has_what_v1_has_and_what_is_listed(graph: Client, schema: dict[str, Any], key: str) -> None:
    kind = TYPES[key]
    for record in graph.every(f"/beta{key.partition(' ')[2]}")[:500]:
        applied = record.get("appliedConditionalAccessPolicies") or []
        assert BETA_PROPERTIES[kind] >= record.keys() - schema["$defs"][f"microsoft.graph.{kind}"]["properties"].keys()
        assert all(BETA_PROPERTIES["appliedConditionalAccessPolicy"] <= each.keys() for each in applied)
        plain = {name: value for name, value in record.items() if name not in BETA_PROPERTIES[kind]}
        plain["appliedConditionalAccessPolicies"] = [
            {name: value for name, value in each.items() if name not in BETA_PROPERTIES["appliedConditionalAccessPolicy"]}
            for each in applied
        ]
        assert problems(schema, {name: value for name, value in plain.items() if value or name in record}, kind) == []


@pytest.mark.shared
def test_the_validator_notices_what_is_wrong(schema: dict[str, Any]) -> None:
    good = {"id": "1", "state": "enabled", "displayName": "x"}

    assert problems(schema, good, "conditionalAccessPolicy") == []
    assert problems(schema, good | {"state": "reportOnly"}, "conditionalAccessPolicy")
    assert problems(schema, good | {"perUserMfaState": "enabled"}, "conditionalAccessPolicy")
