"""Deleted users and groups come back for thirty days, with what they were members of."""

from __future__ import annotations

from typing import Any

import pytest

from emulating import Client

ITEMS, GROUPS, USERS = "/v1.0/directory/deletedItems", "/v1.0/groups", "/v1.0/users"
DAY = 86400.0


def group(graph: Client, **changed: Any) -> str:
    body = {"displayName": "Pilot", "mailEnabled": False, "mailNickname": "pilot", "securityEnabled": True} | changed
    return str(graph.send("POST", GROUPS, body).json()["id"])


def somebody(graph: Client) -> dict[str, Any]:
    """Return an employee who is in a group."""
    world = graph.emulation.world
    member = next(member for holder in world.of("groups") for member in world.members(holder) if member in world.of("users"))
    return dict(world.of("users")[member])


def ids(graph: Client, path: str) -> set[str]:
    return {each["id"] for each in graph.every(path)}


def test_a_deleted_user_is_kept_under_another_name_and_restored_with_its_groups(graph: Client) -> None:
    user = somebody(graph)
    key, name = user["id"], user["userPrincipalName"]
    before = {each["id"] for each in graph.every(f"{USERS}/{key}/memberOf") if each["@odata.type"].endswith(".group")}
    assert graph.send("DELETE", f"{USERS}/{key}").status_code == 204

    kept = graph.get(f"{ITEMS}/{key}").json()
    assert kept["@odata.type"] == "#microsoft.graph.user"
    assert kept["userPrincipalName"] == key.replace("-", "") + name
    assert kept["deletedDateTime"]
    assert key in ids(graph, f"{ITEMS}/microsoft.graph.user?$select=id,deletedDateTime")
    assert key not in ids(graph, f"{ITEMS}/microsoft.graph.group")

    restored = graph.send("POST", f"{ITEMS}/{key}/restore", {})
    assert (restored.status_code, restored.json()["userPrincipalName"]) == (200, name)
    assert before
    assert {each["id"] for each in graph.every(f"{USERS}/{key}/memberOf") if each["@odata.type"].endswith(".group")} == before
    assert graph.get(f"{USERS}/{name}").json()["id"] == key
    assert graph.get(f"{ITEMS}/{key}").status_code == 404


def test_a_deleted_group_takes_its_members_along_and_brings_them_back(graph: Client) -> None:
    user = somebody(graph)["id"]
    inner = group(graph, **{"members@odata.bind": [f"https://graph.microsoft.com/v1.0/users/{user}"]})
    outer = group(graph, **{"members@odata.bind": [f"https://graph.microsoft.com/v1.0/groups/{inner}"]})
    assert graph.send("DELETE", f"{GROUPS}/{inner}").status_code == 204
    assert graph.every(f"{GROUPS}/{outer}/transitiveMembers") == []
    assert inner not in graph.emulation.world.tenant().groups_of(user)

    assert graph.send("POST", f"{ITEMS}/{inner}/restore").status_code == 200
    assert ids(graph, f"{GROUPS}/{outer}/transitiveMembers") == {inner, user}


def test_after_thirty_days_it_is_gone(graph: Client) -> None:
    user = somebody(graph)["id"]
    graph.send("DELETE", f"{USERS}/{user}")
    graph.clock.now += 30 * DAY - 60
    assert graph.sign_in().get(f"{ITEMS}/{user}").status_code == 200
    graph.clock.now += 120

    assert graph.sign_in().get(f"{ITEMS}/{user}").status_code == 404
    assert graph.send("POST", f"{ITEMS}/{user}/restore").status_code == 404


def test_a_name_that_was_taken_meanwhile_is_not_restored(graph: Client) -> None:
    user = somebody(graph)
    graph.send("DELETE", f"{USERS}/{user['id']}")
    body = {"accountEnabled": True, "displayName": "x", "mailNickname": "x", "passwordProfile": {"password": "correct horse"}}
    assert graph.send("POST", USERS, body | {"userPrincipalName": user["userPrincipalName"]}).status_code == 201
    refused = graph.send("POST", f"{ITEMS}/{user['id']}/restore")

    assert (refused.status_code, refused.json()["error"]["code"]) == (400, "Request_BadRequest")
    assert graph.get(f"{ITEMS}/{user['id']}").status_code == 200


def test_purged_is_gone_at_once(graph: Client) -> None:
    pilot = group(graph)
    graph.send("DELETE", f"{GROUPS}/{pilot}")

    assert graph.send("DELETE", f"{ITEMS}/{pilot}").status_code == 204
    assert graph.get(f"{ITEMS}/{pilot}").status_code == 404


@pytest.mark.parametrize("kind", [{"onPremisesSyncEnabled": True}, {"mailEnabled": True}])
def test_groups_that_the_service_does_not_keep_are_gone(graph: Client, kind: dict[str, Any]) -> None:
    pilot = group(graph)
    graph.emulation.world.put("groups", pilot, graph.emulation.world.found("groups", pilot) | kind)
    graph.send("DELETE", f"{GROUPS}/{pilot}")

    assert graph.get(f"{ITEMS}/{pilot}").status_code == 404


def test_each_kind_needs_the_permission_of_its_kind(graph: Client) -> None:
    pilot, user = group(graph), somebody(graph)["id"]
    graph.send("DELETE", f"{GROUPS}/{pilot}")
    graph.send("DELETE", f"{USERS}/{user}")
    graph.with_permissions("User.ReadWrite.All")

    assert graph.get(f"{ITEMS}/{user}").status_code == 200
    assert graph.get(f"{ITEMS}/{pilot}").status_code == 403
    assert graph.send("POST", f"{ITEMS}/{pilot}/restore").status_code == 403
    assert graph.send("POST", f"{ITEMS}/{user}/restore").status_code == 200
