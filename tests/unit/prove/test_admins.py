"""Whether an administrator can always get in, and no break-glass account is ever shut out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, PHISHING_RESISTANT_STRENGTH, Record, group, guid, policy, registration, role, user
from builders_space import FIDO2_FOR_ALL, MakeTenant, prover
from unbroken.entra.request import SessionFacts
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.entra.well_known import AZURE_PORTAL, MICROSOFT_GRAPH
from unbroken.evaluate.decision import Outcome
from unbroken.prove.admins import Admins, admin_center, graph
from unbroken.prove.admins_result import NO_ADMINISTRATOR, admins_result
from unbroken.prove.proof import Result
from unbroken.prove.scope import Scopes
from unbroken.prove.targets import APPS, Asked

TODAY = date(2026, 11, 28)
EMERGENCY = 'break_glass = ["bg@contoso.example"]'
BUT_BG = {"includeUsers": ["All"], "excludeUsers": [guid("bg")]}
RESISTANT = {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": PHISHING_RESISTANT_STRENGTH}}
NO_METHODS = {"authenticationMethodConfigurations": []}
KEYS = [registration("ann", "fido2SecurityKey"), registration("bg", "fido2SecurityKey"), registration("bob", "fido2SecurityKey")]
COMPLIANT_PC = {
    "deviceId": guid("pc"),
    "displayName": "pc",
    "accountEnabled": True,
    "operatingSystem": "Windows",
    "isCompliant": True,
    "trustType": "AzureAd",
}


@pytest.fixture
def judged(tenant: MakeTenant) -> Any:
    """Return what judges a tenant whose Global Administrators are Ann and the break-glass account; Bob is nobody."""

    def made(*policies: Record, **more: Any) -> Result:
        known = {
            "users": [user("ann"), user("bob"), user("bg")],
            "directoryRoles": [role(GLOBAL_ADMINISTRATOR, "ann", "bg")],
            "userRegistrationDetails": KEYS,
            "facts": EMERGENCY,
        }
        found = prover(tenant(*policies, **(known | more)))
        scopes = Scopes(found.engine.table.snapshot, TODAY)
        return admins_result(found, Admins(found, scopes), scopes.break_glass)

    return made


def mfa(**conditions: Any) -> Record:
    """Return MFA for everybody but the break-glass account."""
    return policy("mfa", users=BUT_BG, **conditions)


def block(name: str = "block", **conditions: Any) -> Record:
    return policy(name, controls=("block",), **({"users": BUT_BG} | conditions))


@pytest.mark.parametrize(
    "policies",
    [
        [],
        [mfa()],
        [mfa(), block(clientAppTypes=["exchangeActiveSync", "other"])],
        [mfa(grantControls=RESISTANT)],
        [block(platforms={"includePlatforms": ["linux"]})],
        [block(locations={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}, state="disabled")],
        [block(applications={"includeApplications": [guid("app wiki")]})],
        [block(users={"includeUsers": [guid("bob")]})],
        [mfa(), policy("terms", users=BUT_BG, grantControls={"operator": "AND", "builtInControls": [], "termsOfUse": [guid("t")]})],
    ],
)
def test_an_administrator_with_a_key_gets_in_somehow(policies: list[Record], judged: Any) -> None:
    found = judged(*policies)

    assert (found.holds, found.counterexamples, found.missing) == (True, (), ())


@pytest.mark.parametrize(
    ("policies", "outcome"),
    [
        ([block()], Outcome.BLOCK),
        ([block(applications={"includeApplications": ["MicrosoftAdminPortals"]})], Outcome.BLOCK),
        ([block(applications={"includeApplications": ["All"], "excludeApplications": [AZURE_PORTAL]})], Outcome.BLOCK),
        (
            [
                block("a", clientAppTypes=["browser"]),
                block("b", clientAppTypes=["mobileAppsAndDesktopClients", "other", "exchangeActiveSync"]),
            ],
            Outcome.BLOCK,
        ),
        ([policy("device", controls=("compliantDevice",), users=BUT_BG)], Outcome.CONTROLS),
    ],
)
def test_an_administrator_who_is_stopped_in_every_sign_in_is_shown(policies: list[Record], outcome: Outcome, judged: Any) -> None:
    found = judged(*policies)

    assert found.holds is False
    assert found.users == (guid("ann"),)
    assert {example.decision.outcome for example in found.counterexamples} == {outcome}
    assert {app for example in found.counterexamples for app in example.request.apps} <= {AZURE_PORTAL, MICROSOFT_GRAPH}


def test_an_administrator_without_a_method_does_not_get_past_mfa(judged: Any) -> None:
    """Registering one on the spot is no way in that exists today."""
    unregistered = [registration("ann"), registration("bg", "fido2SecurityKey")]

    for methods, outcome in ((NO_METHODS, Outcome.LOCKED_OUT), (FIDO2_FOR_ALL, Outcome.REGISTER)):
        found = judged(mfa(), userRegistrationDetails=unregistered, authenticationMethodsPolicy=methods)
        assert found.holds is False
        assert {example.decision.outcome for example in found.counterexamples} == {outcome}


def test_a_weak_method_is_no_way_past_a_strength(judged: Any) -> None:
    weak = [registration("ann", "mobilePhone"), registration("bg", "fido2SecurityKey")]

    assert judged(mfa(), userRegistrationDetails=weak).holds is True
    assert judged(mfa(grantControls=RESISTANT), userRegistrationDetails=weak, authenticationMethodsPolicy=NO_METHODS).holds is False


def test_a_strength_without_combinations_leaves_it_open(judged: Any) -> None:
    own = {"id": guid("own"), "displayName": "Own", "requirementsSatisfied": "none"}
    demanding = {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": guid("own")}}
    found = judged(mfa(grantControls=demanding), authenticationStrengthPolicies=[own])

    assert found.holds is None
    assert any(guid("own") in each for each in found.missing)


def test_one_administrator_who_gets_in_is_enough(judged: Any) -> None:
    roles = [role(GLOBAL_ADMINISTRATOR, "ann", "bob", "bg")]

    assert judged(block(users={"includeUsers": [guid("ann")]}), directoryRoles=roles).holds is True
    assert judged(block(users={"includeUsers": [guid("ann"), guid("bob")]}), directoryRoles=roles).holds is False


def test_an_administrator_through_a_group_is_one(judged: Any) -> None:
    assert judged(mfa(), directoryRoles=[role(GLOBAL_ADMINISTRATOR, "bg", "admins")], groups=[group("admins", "bob")]).holds is True


@pytest.mark.parametrize(
    "more",
    [
        {"directoryRoles": [role(GLOBAL_ADMINISTRATOR, "bg")]},
        {"directoryRoles": []},
        {"users": [user("ann", accountEnabled=False), user("bob"), user("bg")]},
    ],
)
def test_where_no_enabled_administrator_is_left_outside_break_glass_that_is_said(more: dict[str, Any], judged: Any) -> None:
    found = judged(mfa(), **more)

    assert found.holds is False
    assert NO_ADMINISTRATOR in found.notes


def test_devices_of_today_are_a_way_past_a_device_control(judged: Any) -> None:
    device = policy("device", controls=("compliantDevice",), users=BUT_BG)

    assert judged(device, devices=[COMPLIANT_PC]).holds is True
    assert judged(device, devices=[COMPLIANT_PC | {"isCompliant": False}]).holds is False


def test_devices_that_were_not_read_leave_it_open_and_are_named(judged: Any) -> None:
    found = judged(policy("device", controls=("compliantDevice",), users=BUT_BG), devices=None)

    assert found.holds is None
    assert any("the devices of today" in each for each in found.missing)


def on(system: str | None, **changes: Any) -> list[Record]:
    """Return the compliant device with another operating system."""
    return [COMPLIANT_PC | {"operatingSystem": system} | changes]


DEVICE = policy("device", controls=("compliantDevice",), users=BUT_BG)
NOT = {
    platform: block(f"not {platform}", platforms={"includePlatforms": ["all"], "excludePlatforms": [platform]})
    for platform in ("windows", "iOS", "macOS", "android", "linux", "windowsPhone")
}


@pytest.mark.parametrize(
    ("system", "platform"),
    [
        *(("Windows", "windows"), ("Windows 10 Enterprise", "windows"), ("Windows Phone", "windowsPhone")),
        *(("iOS", "iOS"), ("iPadOS", "iOS"), ("IPhone", "iOS"), ("MacMDM", "macOS"), ("macOS", "macOS")),
        *(("Android", "android"), ("AndroidForWork", "android"), ("Linux", "linux")),
    ],
)
def test_a_device_is_a_way_in_on_its_own_platform_only(system: str, platform: str, judged: Any) -> None:
    answers = {each: judged(DEVICE, other, devices=on(system)).holds for each, other in NOT.items()}

    assert answers == {each: each == platform for each in NOT}


def test_a_device_of_another_platform_does_not_help_the_one_that_is_let_in(judged: Any) -> None:
    mac = COMPLIANT_PC | {"deviceId": guid("mac"), "operatingSystem": "MacMDM", "isCompliant": False}

    assert judged(DEVICE, NOT["macOS"], devices=[COMPLIANT_PC, mac]).holds is False
    assert judged(DEVICE, NOT["macOS"], devices=[COMPLIANT_PC, mac | {"isCompliant": True}]).holds is True


def test_a_disabled_device_is_no_way_in(judged: Any) -> None:
    assert judged(DEVICE, devices=on("Windows", accountEnabled=False)).holds is False


@pytest.mark.parametrize("system", [None, "", "Printer"])
def test_a_device_of_no_platform_we_know_counts_for_sure_where_no_policy_tells_platforms_apart(system: str | None, judged: Any) -> None:
    found = judged(DEVICE, NOT["windows"], devices=on(system))

    assert judged(DEVICE, devices=on(system)).holds is True
    assert found.holds is None
    assert "which platform the device pc has (operatingSystem of devices)" in found.missing


def test_whether_a_device_is_enabled_is_a_fact_that_can_be_missing(judged: Any) -> None:
    two = [*on("Windows", accountEnabled=None), *on("Windows", accountEnabled=None, deviceId=guid("laptop"))]
    found = judged(DEVICE, devices=two)

    assert found.holds is None
    assert "whether the device pc and 1 more can be used (accountEnabled of devices)" in found.missing
    assert judged(mfa(), devices=two).holds is True


@pytest.mark.parametrize(
    ("change", "hint"),
    [
        ({"directoryRoles": None}, "directoryRoles"),
        ({"groups": [group("admins") | {"members": None}], "directoryRoles": [role(GLOBAL_ADMINISTRATOR, "bg", "admins")]}, "group admins"),
        ({"userRegistrationDetails": None}, "userRegistrationDetails"),
    ],
)
def test_what_was_not_read_leaves_it_open_and_is_named(change: dict[str, Any], hint: str, judged: Any) -> None:
    found = judged(mfa(), **change)

    assert found.holds is None
    assert any(hint in text for text in found.missing)


def test_a_strange_condition_on_a_block_leaves_it_open(judged: Any) -> None:
    assert judged(block(weather={"includeWeather": ["rain"]})).holds is None


@pytest.mark.parametrize("left_out", ["conditions.users", "conditions.applications", "grantControls"])
def test_what_an_export_left_out_of_a_policy_leaves_it_open_and_is_named(left_out: str, judged: Any) -> None:
    key = left_out.rpartition(".")[2]
    half = block(users={"includeUsers": ["All"]})
    half["conditions"].pop(key, None)
    half.pop(key, None)
    found = judged(half)

    assert found.holds is None
    assert any(f"{left_out}: not in the export" in each for each in found.missing)


@pytest.mark.parametrize(
    ("shutting", "client"),
    [
        (block("all", users={"includeUsers": ["All"]}, platforms={"includePlatforms": ["linux"]}), None),
        (block("legacy", users={"includeUsers": ["All"]}, clientAppTypes=["other"]), "other"),
        (block("contexts", users={"includeUsers": ["All"]}, applications={"includeApplications": ["MicrosoftAdminPortals"]}), None),
        (policy("mfa for legacy", clientAppTypes=["exchangeActiveSync"]), "exchangeActiveSync"),
    ],
)
def test_a_break_glass_account_that_is_shut_out_in_one_sign_in_is_a_violation(shutting: Record, client: str | None, judged: Any) -> None:
    found = judged(shutting)
    of_bg = [example for example in found.counterexamples if example.request.identity.user_id == guid("bg")]

    assert found.holds is False
    assert [example.decision.outcome for example in of_bg] in ([Outcome.BLOCK], [Outcome.LOCKED_OUT])
    assert client is None or all(example.request.client in LEGACY_CLIENTS for example in of_bg)


def test_a_break_glass_account_that_is_only_asked_for_mfa_it_can_do_is_not_shut_out(judged: Any) -> None:
    modern = policy("mfa", clientAppTypes=["browser", "mobileAppsAndDesktopClients"])
    without = [registration("ann", "fido2SecurityKey"), registration("bg")]

    assert judged(modern).holds is True
    assert judged(modern, userRegistrationDetails=without, authenticationMethodsPolicy=NO_METHODS).holds is False


def test_a_block_elsewhere_or_of_an_account_that_is_disabled_does_not_count(judged: Any) -> None:
    wiki = {"includeApplications": [guid("app wiki")]}
    everyone = {"includeUsers": ["All"]}
    disabled = [user("ann"), user("bob"), user("bg", accountEnabled=False)]

    assert judged(block(users=everyone, applications=wiki)).holds is True
    assert judged(block(users={"includeUsers": [guid("bg")]}), users=disabled).holds is True
    assert judged(block(users={"includeUsers": [guid("bg")]})).holds is False


def test_break_glass_accounts_that_are_not_known_leave_it_open(judged: Any) -> None:
    found = judged(mfa(), groups=[group("Emergency") | {"members": None}], facts='break_glass = ["bg@contoso.example", "group:Emergency"]')

    assert found.holds is None
    assert "members of the break-glass group in group:Emergency (groups)" in found.missing


def test_a_break_glass_name_that_two_groups_bear_leaves_it_open_though_an_administrator_gets_in(judged: Any) -> None:
    twice = [group("Emergency", "bg"), group("Emergency", "bob") | {"id": guid("another")}]
    found = judged(mfa(), groups=twice, facts='break_glass = ["group:Emergency"]')

    assert found.holds is None
    assert found.missing == ("whom group:Emergency means (several bear that name)",)


def test_a_break_glass_name_that_two_users_bear_leaves_it_open(judged: Any) -> None:
    twin = user("twin", userPrincipalName="bg@contoso.example")
    found = judged(mfa(), users=[user("ann"), user("bob"), user("bg"), twin])

    assert found.holds is None
    assert any("bg@contoso.example" in each and "several bear that name" in each for each in found.missing)


def test_a_control_we_do_not_know_may_shut_a_break_glass_account_out(judged: Any) -> None:
    odd = {"operator": "OR", "builtInControls": ["handshake"]}

    assert judged(policy("odd", users={"includeUsers": [guid("bg")]}, grantControls=odd)).holds is None


def test_policies_that_were_not_all_read_leave_it_open(judged: Any) -> None:
    torn = {"value": [mfa()], "@odata.nextLink": "https://graph.example/next"}

    assert judged(conditionalAccessPolicies=torn).holds is None


@pytest.mark.parametrize(
    ("asked", "places"),
    [
        (Asked(APPS, AZURE_PORTAL), (True, False)),
        (Asked(APPS, MICROSOFT_GRAPH), (False, True)),
        (Asked(APPS, MICROSOFT_GRAPH, SessionFacts(requested_scopes=frozenset({"User.Read"}))), (False, False)),
        (Asked(APPS, guid("app wiki")), (False, False)),
    ],
)
def test_the_places_are_the_admin_center_and_graph(asked: Asked, places: tuple[bool, bool]) -> None:
    assert (admin_center(asked), graph(asked)) == places


def test_whoever_holds_the_role_a_break_glass_account_is_no_administrator_outside_break_glass(judged: Any) -> None:
    found = judged(mfa(), users=[user("bg")], directoryRoles=None)

    assert found.holds is False
    assert found.notes == (NO_ADMINISTRATOR,)
