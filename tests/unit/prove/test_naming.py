"""Regions in people's words: who by groups and kinds, and every constrained dimension by what it is called."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import (
    GLOBAL_ADMINISTRATOR,
    Record,
    country_location,
    group,
    guest,
    guid,
    ip_location,
    policy,
    registration,
    role,
    service_principal,
    user,
)
from builders_space import MakeTenant, per_user_mfa, prover
from unbroken.entra.location import COMPLIANT_NETWORK
from unbroken.entra.request import Identity
from unbroken.entra.vocabulary import GuestKind, UserAction
from unbroken.prove.naming import Naming
from unbroken.prove.people_names import SETS_SHOWN, external_name
from unbroken.prove.proof import Condition, Region, Result, Who
from unbroken.prove.properties import prove
from unbroken.prove.targets import ACTIONS, ANY_OTHER_APP, ANY_OTHER_CONTEXT, APPS, CONTEXTS, Asked
from unbroken.prove.who import SOME_OTHER_TENANT

TODAY = date(2026, 11, 28)
PEOPLE = ["ann", "bob", "cid", "dan", "eve", "fay"]
TENANT: dict[str, Any] = {
    "users": [*map(user, PEOPLE), user("ian", userType="Guest"), guest("gail")],
    "groups": [group("Sales", "ann", "bob"), group("Desk", "bob", "cid"), group("Lab", "dan")],
    "directoryRoles": [role(GLOBAL_ADMINISTRATOR, "eve", displayName="Global Administrator")],
    "namedLocations": [
        ip_location("HQ", "198.51.100.0/24"),
        country_location("Home", "GB", "IE"),
        country_location("Wide", "GB", unknown=True),
    ],
    "servicePrincipals": [service_principal("Wiki", guid("app wiki"))],
}
EXTERNALS = ("B2B direct connect users", "service provider users", "other external users")


@pytest.fixture
def granted(tenant: MakeTenant) -> Any:
    """Return what gives the regions of sign-ins that are granted without MFA under policies."""

    def made(*policies: Record, **more: Any) -> Result:
        known = {"userRegistrationDetails": [registration(name, "fido2SecurityKey") for name in PEOPLE]} | TENANT | more
        return prove(prover(tenant(*policies, **known)).engine, TODAY).properties[0]

    return made


def only(result: Result) -> Region:
    (region,) = result.regions
    return region


def but(**lists: Any) -> Record:
    """Return MFA for everybody but some."""
    return policy(users={"includeUsers": ["All"]} | lists)


def groups(*names: str) -> list[str]:
    return [guid(name) for name in names]


@pytest.mark.parametrize(
    ("demanding", "who"),
    [
        (policy(state="disabled"), Who(everyone=True)),
        (but(excludeGroups=groups("Sales")), Who(every=("group Sales",))),
        (but(excludeGroups=groups("Sales", "Lab")), Who(every=("group Sales", "group Lab"))),
        (but(excludeRoles=[GLOBAL_ADMINISTRATOR]), Who(every=("role Global Administrator",))),
        (policy(users={"includeGroups": groups("Sales")}), Who(all_but=("group Sales",))),
        (policy(users={"includeRoles": [GLOBAL_ADMINISTRATOR]}), Who(all_but=("role Global Administrator",))),
        (but(excludeUsers=groups("fay")), Who(people=("fay@contoso.example",))),
        (but(excludeUsers=groups("fay", "ann")), Who(people=("ann@contoso.example", "fay@contoso.example"))),
    ],
)
def test_people_are_named_by_few_groups_roles_or_kinds_and_else_one_by_one(demanding: Record, who: Who, granted: Any) -> None:
    assert only(granted(demanding)).who == who


def test_people_whom_no_few_groups_tell_are_told_by_the_policy_that_assigns_the_others(granted: Any) -> None:
    """Five kinds are more than SETS_SHOWN; what is left out, the members, has no group of its own."""
    region = only(granted(but(excludeUsers=["GuestsOrExternalUsers"])))

    assert SETS_SHOWN == 4
    assert region.who == Who(all_but=("assigned to MFA for all",))


@pytest.mark.parametrize(
    ("left_out", "who"),
    [
        (["ann", "bob", "eve"], Who(all_but=("assigned to MFA for all",))),
        (["dan"], Who(people=("dan@contoso.example",))),
    ],
)
def test_people_are_told_in_the_fewest_words(left_out: list[str], who: Who, granted: Any) -> None:
    assert only(granted(but(excludeUsers=groups(*left_out)))).who == who


def test_people_under_per_user_mfa_are_told_by_it(granted: Any) -> None:
    asked = per_user_mfa(ann="enabled", bob="enforced", eve="enabled", dan="disabled")
    found = granted(policy(state="disabled"), userAuthenticationRequirements=asked)

    assert Who(all_but=("under per-user MFA",)) in [region.who for region in found.regions]


def test_kinds_of_external_user_are_named_and_their_home_tenant_where_it_is_listed(granted: Any) -> None:
    scope = {
        "guestOrExternalUserTypes": "serviceProvider",
        "externalTenants": {"membershipKind": "enumerated", "members": [guid("fabrikam")]},
    }
    listed = only(granted(but(excludeGuestsOrExternalUsers=scope)))
    every = only(granted(but(excludeGuestsOrExternalUsers=scope | {"externalTenants": {"membershipKind": "all"}})))

    assert listed.who == Who(people=(f"service provider users of tenant {guid('fabrikam')}",))
    assert every.who == Who(every=("service provider users",))
    assert (listed.users, every.users) == ((), ())


@pytest.mark.parametrize(
    ("tenant_id", "name"),
    [(None, "other external users"), (SOME_OTHER_TENANT, "other external users"), ("t", "other external users of tenant t")],
)
def test_an_external_user_without_an_object_is_called_by_kind(tenant_id: str | None, name: str) -> None:
    assert external_name(Identity(guest_kind=GuestKind.OTHER_EXTERNAL, home_tenant_id=tenant_id)) == name


def conditions(result: Result) -> dict[str, Condition]:
    return {each.name: each for each in only(result).conditions}


SAW = 'device.extensionAttribute1 -eq "SAW"'


def devices(rule: str, mode: str = "include") -> Record:
    return policy(devices={"deviceFilter": {"mode": mode, "rule": rule}}, clientAppTypes=["browser", "mobileAppsAndDesktopClients"])


BLOCK_LEGACY = policy("block legacy", controls=("block",), clientAppTypes=["exchangeActiveSync", "other"])


@pytest.mark.parametrize(
    ("demanding", "name", "values", "all_but"),
    [
        (policy(clientAppTypes=["browser", "mobileAppsAndDesktopClients"]), "clients", {"browser", "mobileAppsAndDesktopClients"}, True),
        (policy(clientAppTypes=["exchangeActiveSync", "other"]), "clients", {"browser", "mobileAppsAndDesktopClients"}, False),
        (policy(platforms={"includePlatforms": ["windows"]}), "platforms", {"windows"}, True),
        (policy(platforms={"includePlatforms": ["all"], "excludePlatforms": ["linux"]}), "platforms", {"linux"}, False),
        (policy(locations={"includeLocations": ["All"], "excludeLocations": [guid("HQ")]}), "addresses", {"HQ"}, False),
        (policy(locations={"includeLocations": [guid("HQ")]}), "addresses", {"outside every named location"}, False),
        (policy(locations={"includeLocations": ["All"], "excludeLocations": [guid("Home")]}), "countries", {"Home"}, False),
        (policy(locations={"includeLocations": [guid("Home")]}), "countries", {"Home"}, True),
        (
            policy(locations={"includeLocations": ["All"], "excludeLocations": [guid("Wide")]}),
            "countries",
            {"GB", "no known country"},
            False,
        ),
        (policy(signInRiskLevels=["high"]), "signInRisk", {"high"}, True),
        (policy(signInRiskLevels=["high", "medium"]), "signInRisk", {"low", "none"}, False),
        (policy(applications={"includeApplications": ["All"], "excludeApplications": [guid("app wiki")]}), "applications", {"Wiki"}, False),
        (policy(applications={"includeApplications": [guid("app wiki")]}), "applications", {"Wiki"}, True),
    ],
)
def test_a_constrained_dimension_is_said_in_the_fewest_values(
    demanding: Record, name: str, values: set[str], all_but: bool, granted: Any
) -> None:
    found = conditions(granted(demanding))

    assert {*found} == {name}
    assert ({*found[name].values}, found[name].all_but) == (values, all_but)


def test_an_application_is_said_with_its_id(granted: Any) -> None:
    wiki = {"includeApplications": ["All"], "excludeApplications": [guid("app wiki")]}

    assert conditions(granted(policy(applications=wiki)))["applications"].ids == (guid("app wiki"),)


@pytest.mark.parametrize(
    ("demanding", "label"),
    [
        (devices("device.isCompliant -eq True", "exclude"), "a compliant device"),
        (devices("device.isCompliant -eq True"), "a device that is not compliant"),
        (devices('device.trustType -eq "ServerAD"', "exclude"), "a hybrid joined device"),
        (devices('device.trustType -eq "ServerAD"'), "a device that is not hybrid joined"),
        (devices('device.isCompliant -eq True -or device.trustType -eq "ServerAD"', "exclude"), "a compliant or hybrid joined device"),
        (
            devices('device.isCompliant -eq True -or device.trustType -eq "ServerAD"'),
            "a device that is neither compliant nor hybrid joined",
        ),
        (devices(SAW, "exclude"), f"a device that matches `{SAW}`"),
        (devices(SAW), f"a device that does not match `{SAW}`"),
    ],
)
def test_devices_are_said_by_what_they_are_or_by_the_filter_that_tells_them_apart(demanding: Record, label: str, granted: Any) -> None:
    found = conditions(granted(demanding, BLOCK_LEGACY))

    assert found.pop("devices").values == (label,)
    assert {*found} <= {"clients"}


def test_an_open_location_makes_no_region_but_is_named_among_what_is_missing(granted: Any) -> None:
    open_ = granted(policy(locations={"includeLocations": ["All"], "excludeLocations": [COMPLIANT_NETWORK]}))

    assert (open_.holds, open_.regions) == (None, ())
    assert any("compliant network" in each for each in open_.missing)


def test_an_address_in_two_locations_is_said_by_both_and_the_mfa_services_own_by_name(granted: Any) -> None:
    places = [ip_location("HQ", "198.51.100.0/24"), ip_location("Annex", "198.51.100.128/25", "203.0.113.0/28")]
    both = granted(
        policy(locations={"includeLocations": ["All"], "excludeLocations": [guid("Annex")]}),
        policy("hq", locations={"includeLocations": ["All"], "excludeLocations": [guid("HQ")]}),
        namedLocations=places,
        facts='mfa_trusted_ips = ["203.0.113.0/28"]',
    )
    annex = granted(
        policy(locations={"includeLocations": ["All"], "excludeLocations": [guid("Annex")]}),
        namedLocations=places[1:],
        facts='mfa_trusted_ips = ["203.0.113.0/28"]',
    )

    assert conditions(both)["addresses"].values == ("HQ and Annex",)
    assert {*conditions(annex)["addresses"].values} == {"Annex", "Annex and the MFA service's trusted addresses"}


@pytest.mark.parametrize(
    ("asked", "label"),
    [
        (Asked(APPS, guid("app wiki")), "Wiki"),
        (Asked(APPS, guid("app nameless")), guid("app nameless")),
        (Asked(APPS, "00000002-0000-0ff1-ce00-000000000000"), "Office 365 Exchange Online"),
        (Asked(APPS, ANY_OTHER_APP), "any other app"),
        (Asked(ACTIONS, str(UserAction.REGISTER_SECURITY_INFO)), "registering security information"),
        (Asked(CONTEXTS, "c7"), "authentication context c7"),
        (Asked(CONTEXTS, ANY_OTHER_CONTEXT), "any other authentication context"),
    ],
)
def test_a_target_is_called_by_its_name(asked: Asked, label: str, tenant: MakeTenant) -> None:
    assert Naming(prover(tenant(policy(), **TENANT)).worlds).asked(asked) == label


def test_baseline_scopes_are_said_with_the_resource(tenant: MakeTenant, granted: Any) -> None:
    apps = {"includeApplications": ["All"], "excludeApplications": [guid("app wiki")]}
    found = granted(
        policy(applications=apps),
        policy("wiki", applications={"includeApplications": [guid("app wiki")]}),
        facts='baseline_scope_mode = "legacy"',
    )
    values = {value for region in found.regions for condition in region.conditions for value in condition.values}

    assert {"Microsoft Graph (User.Read only)", "Microsoft Graph (User.Read.All only)"} <= values
    assert "Microsoft Graph" not in values
