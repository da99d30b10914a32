"""Repairs: which edit closes a gap, who stays out of it, and what it does besides."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, Record, group, guest, guid, ip_location, policy, registration, role, service_principal, user
from builders_space import MakeTenant, per_user_mfa
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.proof import Repair, Result
from unbroken.prove.properties import prove

TODAY = date(2026, 11, 28)
PEOPLE = [*map(user, ("ann", "bob", "cat", "bg1")), guest("gail")]
SALES = group("Sales", "ann", "bob")
FACTS = 'break_glass = ["bg1@contoso.example"]'
ALL_BUT_BG = {"includeUsers": ["All"], "excludeUsers": [guid("bg1")]}
FILTER = {"deviceFilter": {"mode": "include", "rule": 'device.operatingSystem -eq "Windows"'}}
OUTSIDE = "all users but all guests and external users, bg1@contoso.example"
MFA_OR_COMPLIANT = {"controls": ("mfa", "compliantDevice")}


def result(tenant: Snapshot, name: str = "mfa-everywhere") -> Result:
    """Return one property."""
    return {each.name: each for each in prove(Engine(PolicyTable(tenant)), TODAY).properties}[name]


def said(repair: Repair) -> list[str]:
    """Return the edits as `field: text`."""
    return [f"{edit.field}: {edit.text}" for edit in repair.edits]


@pytest.fixture
def asked(tenant: MakeTenant) -> Any:
    """Return what gives the result for policies over five people, one of them the break-glass account and one a guest."""

    def of(*policies: Record, name: str = "mfa-everywhere", facts: str = FACTS, **more: Any) -> Result:
        return result(tenant(*policies, **({"users": PEOPLE, "groups": [SALES], "facts": facts} | more)), name)

    return of


@pytest.mark.parametrize(
    ("changes", "edits"),
    [
        ({"state": "enabledForReportingButNotEnforced"}, ["state: enabled"]),
        ({"state": "disabled"}, ["state: enabled"]),
        ({"users": ALL_BUT_BG | {"excludeGroups": [guid("Sales")]}}, ["conditions.users.excludeGroups: remove group Sales"]),
        (
            {"users": {"includeUsers": ["All"], "excludeUsers": [guid("bg1"), guid("cat")]}},
            ["conditions.users.excludeUsers: remove cat@contoso.example"],
        ),
        (
            {"applications": {"includeApplications": ["All"], "excludeApplications": [guid("app wiki")]}},
            ["conditions.applications.excludeApplications: remove wiki"],
        ),
        (
            {"applications": {"includeApplications": [guid("app wiki")]}},
            ["conditions.applications.includeApplications: All"],
        ),
        ({"clientAppTypes": ["browser", "mobileAppsAndDesktopClients"]}, ["conditions.clientAppTypes: all"]),
        ({"platforms": {"includePlatforms": ["windows"]}}, ["conditions.platforms.includePlatforms: all"]),
        (
            {"platforms": {"includePlatforms": ["all"], "excludePlatforms": ["linux"]}},
            ["conditions.platforms.excludePlatforms: remove linux"],
        ),
        (
            {"locations": {"includeLocations": ["All"], "excludeLocations": [guid("Office")]}},
            ["conditions.locations.excludeLocations: remove Office"],
        ),
        ({"locations": {"includeLocations": [guid("Office")]}}, ["conditions.locations.includeLocations: All"]),
        ({"devices": FILTER}, ["conditions.devices.deviceFilter: remove it"]),
        ({"signInRiskLevels": ["high"]}, ["conditions.signInRiskLevels: remove it"]),
        (MFA_OR_COMPLIANT, ["grantControls: do without the alternative compliantDevice"]),
        ({"controls": ("compliantDevice",)}, ["grantControls: demand mfa as well"]),
    ],
)
def test_the_one_field_that_leaves_a_gap_is_what_is_to_be_changed(asked: Any, changes: dict[str, Any], edits: list[str]) -> None:
    found = asked(
        policy("CA1", **{"users": ALL_BUT_BG} | changes),
        servicePrincipals=[service_principal("wiki")],
        namedLocations=[ip_location("Office", "192.0.2.0/24")],
    )

    assert found.holds is False
    closing = [repair for repair in found.repairs if repair.closes_all]
    assert edits in map(said, closing)
    assert all(repair.closes == tuple(range(len(found.regions))) for repair in closing)


def test_a_rule_that_nobody_nearly_keeps_becomes_a_policy(asked: Any) -> None:
    found = asked()
    (repair,) = found.repairs

    assert said(repair) == [": demand mfa of all users but bg1@contoso.example, for all applications"]
    assert (repair.closes_all, repair.stricter_users, repair.laxer_users) == (True, 4, 0)
    assert [each.users[1].users for each in repair.policies] == [frozenset({guid("bg1")})]


def test_break_glass_accounts_stay_out_when_a_policy_reaches_more_people(asked: Any) -> None:
    """The group whose exclusion goes holds the break-glass account: it is excluded by itself in the same breath."""
    left_out = group("Left out", "ann", "bg1")
    found = asked(policy("CA1", users={"includeUsers": ["All"], "excludeGroups": [guid("Left out")]}), groups=[left_out])

    assert [
        "conditions.users.excludeGroups: remove group Left out",
        "conditions.users.excludeUsers: add bg1@contoso.example",
    ] in map(said, found.repairs)
    assert all(not any(guid("bg1") in reached(each) for each in repair.policies) for repair in found.repairs)


def reached(policy_: Any) -> set[str]:
    """Return which of the two people in `Left out` a policy on everybody reaches."""
    include, exclude = policy_.users
    everybody = {guid("ann"), guid("bg1")} if include.everyone else {*include.users}
    return everybody - exclude.users - ({guid("ann"), guid("bg1")} if exclude.groups else set())


def test_what_affects_fewest_comes_first(asked: Any) -> None:
    """Sales are left out of MFA for all; to bring them in changes nothing for the others."""
    found = asked(policy("CA1", users=ALL_BUT_BG | {"excludeGroups": [guid("Sales")]}), policy("CA2", state="disabled", users=ALL_BUT_BG))

    assert [(repair.closes_all, repair.stricter_users) for repair in found.repairs] == sorted(
        ((repair.closes_all, repair.stricter_users) for repair in found.repairs), key=lambda each: (not each[0], each[1])
    )
    assert found.repairs[0].stricter_users == 2


def test_a_block_reaches_more_people_and_never_more_sign_ins(asked: Any) -> None:
    legacy = {"clientAppTypes": ["exchangeActiveSync", "other"], "controls": ("block",)}
    abroad = {"locations": {"includeLocations": ["All"], "excludeLocations": [guid("Office")]}, "controls": ("block",)}
    found = asked(
        policy("Block legacy", users=ALL_BUT_BG | {"excludeGroups": [guid("Sales")]}, **legacy),
        policy("Block abroad", users=ALL_BUT_BG, **abroad),
        name="legacy-blocked",
        namedLocations=[ip_location("Office", "192.0.2.0/24")],
    )
    offered = [edit for repair in found.repairs for edit in repair.edits]

    assert ("Block legacy", "remove group Sales") in [(edit.policy, edit.text) for edit in offered]
    assert "Block abroad" not in [edit.policy for edit in offered]


def test_break_glass_accounts_are_left_out_of_all_that_catches_them_by_the_group_that_is_named_for_them(asked: Any) -> None:
    facts = 'break_glass = ["group:Emergency"]'
    catching = [
        policy("CA1"),
        policy("CA2", state="enabledForReportingButNotEnforced", controls=("block",)),
        policy("CA3", users=ALL_BUT_BG),
    ]
    found = asked(*catching, name="break-glass-free", facts=facts, groups=[group("Emergency", "bg1")])
    (repair,) = found.repairs

    assert [(edit.policy, edit.field, edit.text) for edit in repair.edits] == [
        ("CA1", "conditions.users.excludeGroups", "add group Emergency"),
        ("CA2", "conditions.users.excludeGroups", "add group Emergency"),
    ]
    assert (repair.closes_all, repair.stricter_users, repair.laxer_users) == (True, 0, 1)


def test_per_user_mfa_of_a_break_glass_account_is_to_be_disabled(asked: Any) -> None:
    states = per_user_mfa(bg1="enforced", ann="enforced")
    registered = [registration(name, "fido2SecurityKey") for name in ("ann", "bg1")]
    found = asked(name="break-glass-free", userAuthenticationRequirements=states, userRegistrationDetails=registered)
    (repair,) = found.repairs

    assert [(edit.policy, edit.field, edit.text) for edit in repair.edits] == [
        ("per-user MFA", "perUserMfaState", "set to disabled for bg1@contoso.example")
    ]
    assert (repair.closes_all, repair.laxer_users) == (True, 1)


def test_a_break_glass_account_that_is_shut_out_is_let_in_again(asked: Any) -> None:
    blocked = policy("CA1", controls=("block",), clientAppTypes=["other"])
    found = asked(blocked, name="admins-can-sign-in", directoryRoles=[role(GLOBAL_ADMINISTRATOR, "ann", "bg1")])
    (repair,) = found.repairs

    assert found.holds is False
    assert said(repair) == ["conditions.users.excludeUsers: add bg1@contoso.example"]


def test_where_no_administrator_gets_in_no_exclusion_is_offered(asked: Any) -> None:
    found = asked(
        policy("CA1", users=ALL_BUT_BG, controls=("block",)), name="admins-can-sign-in", directoryRoles=[role(GLOBAL_ADMINISTRATOR, "ann")]
    )

    assert (found.holds, found.repairs) == (False, ())


@pytest.mark.parametrize(
    ("rule", "edit"),
    [
        ('users = ["group:Sales"]\nneeds = "compliantDevice"', ": demand compliantDevice of group Sales, for all applications"),
        (
            'users = ["everyone"]\nexcept = ["guests", "break_glass"]\napps = ["wiki"]\nclients = ["legacy"]\nneeds = "block"',
            f": block {OUTSIDE}, for wiki from clientAppTypes exchangeActiveSync, other",
        ),
        (
            'users = ["bob@contoso.example"]\nneeds = ["mfa", "compliantDevice"]',
            ": demand mfa or compliantDevice of bob@contoso.example, for all applications",
        ),
    ],
)
def test_a_rule_of_the_tenants_own_can_be_had_as_a_policy(asked: Any, rule: str, edit: str) -> None:
    found = asked(name="own", facts=f'{FACTS}\n[[property]]\nname = "own"\n{rule}', servicePrincipals=[service_principal("wiki")])

    assert [edit] in map(said, found.repairs)
    assert [repair.closes_all for repair in found.repairs if said(repair) == [edit]] == [True]


def test_a_policy_that_is_not_understood_is_not_edited(asked: Any) -> None:
    found = asked(policy("odd", state="disabled", users=ALL_BUT_BG, weather={"includeWeather": ["rain"]}))

    assert all(edit.policy != "odd" for repair in found.repairs for edit in repair.edits)


def test_an_excluded_application_gets_a_token_without_mfa_though_another_policy_is_on_it(asked: Any) -> None:
    """As a confidential client that asks for OIDC scopes alone it is let in (concept-enforcement-resource-exclusions.md)."""
    wiki = guid("app wiki")
    found = asked(
        policy("CA1", users=ALL_BUT_BG, applications={"includeApplications": ["All"], "excludeApplications": [wiki]}),
        policy("CA2", users=ALL_BUT_BG, applications={"includeApplications": [wiki]}),
        servicePrincipals=[service_principal("wiki")],
    )
    (region,) = found.regions
    (repair, *_) = found.repairs

    assert region.conditions[0].values == ("Microsoft Graph (profile only, for wiki)",)
    assert found.counterexamples[0].request.facts.client_app_id == wiki
    assert said(repair) == ["conditions.applications.excludeApplications: remove wiki"]


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "disabled"},
        {"state": "enabledForReportingButNotEnforced"},
        {"platforms": {"includePlatforms": ["windows"]}},
        {"signInRiskLevels": ["high"]},
        {"grantControls": None, "sessionControls": {"signInFrequency": {"isEnabled": True, "value": 1, "type": "hours"}}},
    ],
)
def test_a_policy_on_everybody_is_widened_only_without_the_break_glass_account(asked: Any, changes: dict[str, Any]) -> None:
    """It is assigned to the account today and demands nothing of it, or less."""
    found = asked(policy("CA1", **changes))
    edited = [repair for repair in found.repairs if repair.edits[0].policy == "CA1"]

    assert edited
    assert all(guid("bg1") in policy_.users[1].users for repair in edited for policy_ in repair.policies)
    assert all(repair.stricter_users == 4 for repair in edited)


def test_while_a_break_glass_account_is_not_known_no_repair_is_offered(asked: Any) -> None:
    found = asked(policy("CA1", users=ALL_BUT_BG, state="disabled"), facts='break_glass = ["bg1@contoso.example", "bg2@contoso.example"]')

    assert found.repairs == ()
    assert any("it is not known who the break-glass accounts are" in note for note in found.notes)


def test_a_rule_about_a_role_never_reaches_a_break_glass_account_in_it(asked: Any) -> None:
    rule = '[[property]]\nname = "own"\nusers = ["role:Global Administrator"]\nneeds = "mfa"'
    holders = role(GLOBAL_ADMINISTRATOR, "ann", "bg1", displayName="Global Administrator")
    found = asked(name="own", facts=f"{FACTS}\n{rule}", directoryRoles=[holders])

    assert all(guid("bg1") in each.users[1].users for repair in found.repairs for each in repair.policies)
    assert any("it speaks of break-glass accounts as well" in note for note in found.notes)


def test_an_edit_after_which_no_administrator_surely_gets_in_says_so(asked: Any) -> None:
    """Ann, the only administrator, has a phone and no security key, which the rule asks for."""
    rule = '[[property]]\nname = "own"\nusers = ["role:Global Administrator"]\nneeds = "authenticationStrength:Phishing-resistant MFA"'
    found = asked(
        name="own",
        facts=f"{FACTS}\n{rule}",
        directoryRoles=[role(GLOBAL_ADMINISTRATOR, "ann", displayName="Global Administrator")],
        userRegistrationDetails=[registration("ann", "microsoftAuthenticatorPush")],
        authenticationMethodsPolicy={"authenticationMethodConfigurations": []},
    )

    assert found.repairs
    assert all(repair.breaks == ("admins-can-sign-in",) for repair in found.repairs)


def test_an_exclusion_that_goes_leaves_the_count_of_users_that_remain(asked: Any) -> None:
    only_some = policy("CA1", users=ALL_BUT_BG | {"excludeGroups": [guid("Sales")]}, platforms={"includePlatforms": ["windows"]})
    found = asked(only_some, policy("CA2", users=ALL_BUT_BG | {"excludeGroups": [guid("Sales")]}))

    assert (2, 0) in [(len(found.users), repair.users_left) for repair in found.repairs]
