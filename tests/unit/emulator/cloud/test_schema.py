"""Every answer is valid by Microsoft's own metadata; beta adds no property that is not on the list in `graph_schema`."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from emulating import Client, body_of, emulated
from graph_schema import CA, EMPTY, PLAIN, TYPES, judged, problems, schemas
from graph_writes import Writes
from unbroken.emulator.cloud.permissions import BETA_ONLY, PERMISSIONS
from unbroken.emulator.cloud.routes import ROUTES

SIGNED_IN = {key for key in TYPES if key == "GET /me" or "/usersRegisteredBy" in key}
"""Reads that only a signed-in user may make."""
MOST = 200
"""Records of a list that are looked at."""
READS = sorted(key for key in TYPES if key.startswith("GET"))


@pytest.fixture(scope="module")
def graph() -> Iterator[Client]:
    """Serve one tenant for all reads here, to an app that may read everything."""
    with emulated() as client:
        yield all_powerful(client)


@pytest.fixture(scope="session")
def types(shared: Path) -> dict[str, dict[str, Any]]:
    return schemas(shared)


def all_powerful(client: Client) -> Client:
    return client.with_permissions(*{each for line in PERMISSIONS.values() for each in line.replace("+", "|").split("|")})


def addresses(graph: Client, key: str) -> list[str]:
    """Return the path of a route, with ids of objects that are there."""
    world, path = graph.emulation.world, key.partition(" ")[2]
    if path == "/auditLogs/signIns/{id}":
        return [f"/auditLogs/signIns/{graph.get('/v1.0/auditLogs/signIns?$top=1').json()['value'][0]['id']}"]
    if "{method}" in path:
        return method_addresses(graph, path)
    return [path.replace("{id}", each).replace("{cast}", "microsoft.graph.user") for each in keys_of(world, path)]


def keys_of(world: Any, path: str) -> list[str]:
    """Return ids that fit into a path; the first of them when it has no place for one."""
    special = {
        f"{CA}/policies/{{id}}": "conditionalAccessPolicies",
        f"{CA}/templates/{{id}}": "templates",
        "/directoryObjects/{id}": "groups",
        "/policies/authenticationMethodsPolicy/authenticationMethodConfigurations/{id}": "",
    }
    if path == f"{CA}/templates/{{id}}":
        return ["c7503427-338e-4c5e-902d-abe252abfb43"]
    if path == "/roleManagement/directory/roleAssignments/{id}":
        return []
    keys = list(world.of(special.get(path, path.split("/{", maxsplit=1)[0].rpartition("/")[2]))) or ["Fido2"]
    return keys[:12] if "{id}" in path else keys[:1]


def method_addresses(graph: Client, path: str) -> list[str]:
    found = []
    for user in list(graph.emulation.world.of("users"))[:20]:
        listed = path.removesuffix("/{method}").replace("{id}", user)
        found += [f"{listed}/{each['id']}" for each in graph.every(f"/v1.0{listed}")]
    return found


def test_every_route_has_a_type_or_a_reason() -> None:
    silent = EMPTY | {key for key in ROUTES if key.startswith(("PATCH", "DELETE"))}

    assert ROUTES.keys() == TYPES.keys() | PLAIN | silent
    assert not TYPES.keys() & (PLAIN | silent)


def test_every_route_needs_a_permission() -> None:
    assert ROUTES.keys() == PERMISSIONS.keys()


CHANGED_FIRST = {key for key in READS if "/deletedItems" in key or "ScheduleRequests/" in key or "authenticationContext" in key}
"""Reads of what is there only after something was written: see the writes below."""


@pytest.mark.shared
@pytest.mark.parametrize("version", ["v1.0", "beta"])
@pytest.mark.parametrize("key", [key for key in READS if key not in SIGNED_IN | CHANGED_FIRST])
def test_every_read_is_valid(graph: Client, types: dict[str, Any], key: str, version: str) -> None:
    if version == "v1.0" and key in BETA_ONLY:
        assert graph.get(f"/v1.0{addresses(graph, key)[0]}").status_code == 400
        return
    everything = "?$select=*" if key == "GET /users" else ""
    for address in addresses(graph, key):
        path = f"/{version}{address.replace('{arguments}', arguments(key))}{everything}"
        answer = graph.get(path, consistencylevel="eventual")
        if key == "GET /domains/{id}/federationConfiguration":
            assert answer.status_code == 404  # every domain of the sample is managed
            continue
        if key in {"GET /users/{id}/manager", "GET /users/{id}/mailboxSettings"} and answer.status_code == 404:
            continue  # the head of the company has none; some have no mailbox
        if "{cast}" in key:
            answer = graph.get(f"{path}?$count=true", consistencylevel="eventual")
        assert answer.status_code == 200, answer.text
        assert judged(types, "GET", path, body_of(answer), MOST) == []


def arguments(key: str) -> str:
    return "authenticationMethodModes=['fido2']" if "findByMethodMode" in key else "challengeTimeoutInMinutes=5"


@pytest.mark.shared
@pytest.mark.parametrize("key", sorted(SIGNED_IN))
def test_every_read_of_a_signed_in_user_is_valid(types: dict[str, Any], key: str) -> None:
    with emulated() as client:
        path = f"/v1.0{key.partition(' ')[2].replace('/{arguments}', chr(40) + 'includedUserTypes=all' + chr(41))}"
        answer = client.as_administrator().get(path)

        assert answer.status_code == 200
        assert judged(types, "GET", path, body_of(answer)) == []


@pytest.mark.shared
def test_the_validator_notices_what_is_wrong(types: dict[str, Any]) -> None:
    good = {"id": "1", "state": "enabled", "displayName": "x"}

    assert problems(types["v1.0"], good, "conditionalAccessPolicy") == []
    assert problems(types["v1.0"], good | {"state": "reportOnly"}, "conditionalAccessPolicy")
    assert problems(types["v1.0"], good | {"perUserMfaState": "enabled"}, "conditionalAccessPolicy")
    assert problems(types["v1.0"], {"id": "1", "sessionId": "x"}, "signIn")
    assert problems(types["beta"], {"id": "1", "sessionId": "x"}, "signIn") == []
    assert problems(types["beta"], {"id": "1", "mfaDetail": "x"}, "signIn")
    assert problems(types["v1.0"], {"id": "1", "colour": "red"}, "authenticationContextClassReference")


@pytest.mark.shared
@pytest.mark.parametrize("version", ["v1.0", "beta"])
def test_every_answer_to_a_write_is_valid(types: dict[str, Any], version: str) -> None:
    with emulated() as client:
        writes = Writes(all_powerful(client))
        for part in (writes.objects, writes.policies, writes.methods):
            for key, path, body in part():
                answer = client.send(key.partition(" ")[0], f"/{version}{path}", body)
                assert answer.status_code in {200, 201}, (key, answer.text)
                assert judged(types, key.partition(" ")[0], f"/{version}{path}", body_of(answer)) == []
                writes.made[key] = answer.json().get("id", "")

    assert {key for key in TYPES if key.startswith("POST")} | CHANGED_FIRST <= writes.made.keys()
