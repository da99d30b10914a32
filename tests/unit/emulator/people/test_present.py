"""The tenant of this moment, as people meet it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from living import Town, town
from unbroken.emulator.cloud.method_store import methods_of, new_method, store_methods
from unbroken.emulator.people.present import Present

METHODS = "authenticationMethodsPolicy"


@pytest.fixture(scope="module")
def shared_town() -> Iterator[Town]:
    with town(30) as found:
        yield found


@pytest.fixture
def place(shared_town: Town) -> Iterator[Town]:
    """Give the town, and put its settings back afterwards."""
    before = dict(shared_town.world.of("settings"))
    yield shared_town
    for name, record in before.items():
        shared_town.setting(name, record)


def present(place: Town) -> Present:
    found = place.people.life.present
    found.refresh()
    return found


def configure(place: Town, **changed: Any) -> None:
    """Change the settings of Microsoft Authenticator."""
    policy = place.world.setting(METHODS)
    configurations = [
        each | (changed if each["id"] == "MicrosoftAuthenticator" else {}) for each in policy["authenticationMethodConfigurations"]
    ]
    place.setting(METHODS, policy | {"authenticationMethodConfigurations": configurations})


def target(key: str) -> list[dict[str, str]]:
    return [{"targetType": "group", "id": key}]


def test_who_may_use_a_method(place: Town) -> None:
    user = place.people.life.population.staff[2].id
    group = next(key for key in place.world.of("groups") if user in place.world.members(key))
    found = {}
    for name, changed in {
        "everybody": {},
        "a group of the user's": {"includeTargets": target(group)},
        "the user": {"includeTargets": target(user)},
        "another group": {"includeTargets": target("other")},
        "nobody": {"includeTargets": []},
        "all but the group": {"excludeTargets": target(group), "includeTargets": target("all_users")},
        "off": {"state": "disabled"},
    }.items():
        configure(place, **{"state": "enabled", "includeTargets": target("all_users"), "excludeTargets": []} | changed)
        found[name] = present(place).allowed(user)["MicrosoftAuthenticator"]

    assert [name for name, allowed in found.items() if allowed] == ["everybody", "a group of the user's", "the user"]


def test_a_change_of_methods_shows_at_once(place: Town) -> None:
    user = place.people.life.population.staff[3].id
    store_methods(place.world, user, methods_of(place.world, user)[:1])
    without = present(place).account(user)
    store_methods(place.world, user, [new_method(place.world, "fido2")])
    with_key = present(place).account(user)

    assert without
    assert with_key
    assert (without.registered, without.capable, without.factor) == (False, False, "password")
    assert (with_key.registered, with_key.capable, with_key.factor) == (True, True, "fido2")


def test_a_new_name_shows_and_a_deleted_user_is_nobody(place: Town) -> None:
    user = place.people.life.population.staff[4].id
    record = place.world.of("users")[user]
    place.world.put("users", user, record | {"userPrincipalName": "new@larkmoor.example"})
    renamed = present(place).account(user)
    place.world.remove("users", user)

    assert renamed
    assert renamed.upn == "new@larkmoor.example"
    assert present(place).account(user) is None


def test_whose_mfa_is_trusted(place: Town) -> None:
    trusted, other = {"isMfaAccepted": True}, {"isMfaAccepted": False}
    place.setting("crossTenantAccessPolicy", {"default": {"inboundTrust": other}, "partners": [{"tenantId": "p", "inboundTrust": trusted}]})

    assert present(place).trusts_mfa_of("p")
    assert not present(place).trusts_mfa_of("q")

    place.setting("crossTenantAccessPolicy", {"default": {"inboundTrust": trusted}, "partners": [{"tenantId": "p", "inboundTrust": other}]})

    assert not present(place).trusts_mfa_of("p")
    assert present(place).trusts_mfa_of("q")


def test_policies_are_judged_anew_when_they_change(place: Town) -> None:
    before = present(place).rows.policies
    place.enforce()

    assert len(present(place).rows.policies) == len(before) + 1
