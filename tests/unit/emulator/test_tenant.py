"""The emulated tenant's reading of its directory."""

from __future__ import annotations

import pytest

from unbroken.emulator.tenant import Tenant, in_range


def group(name: str, *members: str) -> dict[str, object]:
    return {"id": name, "members": [{"id": member} for member in members]}


def test_a_member_is_in_every_group_above_its_own() -> None:
    tenant = Tenant({"groups": [group("top", "middle"), group("middle", "low"), group("low", "ann"), group("other", "bob")]})
    assert tenant.groups_of("ann") == {"low", "middle", "top"}


def test_a_cycle_of_groups_ends() -> None:
    tenant = Tenant({"groups": [group("one", "two", "ann"), group("two", "one")]})
    assert tenant.groups_of("ann") == {"one", "two"}


def test_a_role_held_by_a_group_is_held_by_its_members() -> None:
    roles = [{"roleTemplateId": "admin", "members": [{"id": "admins"}]}, {"roleTemplateId": "reader", "members": [{"id": "ann"}]}]
    tenant = Tenant({"groups": [group("admins", "ann")], "directoryRoles": roles})
    assert tenant.roles_of("ann") == {"admin", "reader"}
    assert tenant.roles_of("bob") == frozenset()


@pytest.mark.parametrize(
    ("address", "cidr", "inside"),
    [
        ("192.0.2.63", "192.0.2.0/26", True),
        ("192.0.2.64", "192.0.2.0/26", False),
        ("2001:db8:10::1", "2001:db8:10::/48", True),
        ("2001:db8:11::1", "2001:db8:10::/48", False),
        ("192.0.2.1", "2001:db8:10::/48", False),
    ],
)
def test_an_address_is_in_a_range_of_its_own_family(address: str, cidr: str, inside: bool) -> None:
    assert in_range(address, cidr) is inside


def test_an_unknown_country_is_in_a_country_location_only_if_that_says_so() -> None:
    countries = {"countriesAndRegions": ["GB"], "includeUnknownCountriesAndRegions": True}
    places = [{"id": "with", **countries}, {"id": "without", **countries, "includeUnknownCountriesAndRegions": False}]
    tenant = Tenant({"namedLocations": places})
    assert tenant.is_at("with", "240.0.0.1", "")
    assert not tenant.is_at("without", "240.0.0.1", "")
    assert tenant.is_at("without", "240.0.0.1", "GB")


def test_nobody_is_at_a_deleted_location() -> None:
    assert not Tenant({}).is_at("gone", "192.0.2.1", "GB")
