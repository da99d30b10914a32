"""Numbers and sentences of `assess` that would be false in the easy way: small tenants, few sign-ins, one question each."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import builders as b

Record = dict[str, Any]
APP = b.guid("app shop")
EMPTY = ("groups", "directoryRoles", "namedLocations", "userAuthenticationRequirements", "authenticationStrengthPolicies")
LONG_AGO = "2025-01-01T00:00:00Z"


def changed(policy: Record, when: str) -> Record:
    """Return `policy` as last changed at `when`."""
    return policy | {"modifiedDateTime": when, "createdDateTime": when}


def sign_in(name: str = "ann", number: int = 0, **changes: Any) -> Record:
    """Return one interactive sign-in of a beta log; `changes` replace properties."""
    record = {
        "id": b.guid(f"sign-in {name} {number} {sorted(map(str, changes.items()))}"),
        "createdDateTime": f"2026-11-10T08:{number:02}:00Z",
        "userId": b.guid(name),
        "userPrincipalName": f"{name}@contoso.example",
        "appId": b.guid("client"),
        "appDisplayName": "Shop",
        "resourceId": APP,
        "clientAppUsed": "Browser",
        "isInteractive": True,
        "signInEventTypes": ["interactiveUser"],
        "ipAddress": "192.0.2.1",
        "location": {"countryOrRegion": "GB"},
        "status": {"errorCode": 0},
        "deviceDetail": {"deviceId": "", "operatingSystem": "Windows 11", "trustType": ""},
        "originalTransferMethod": "none",
        "riskLevelDuringSignIn": "none",
        "riskLevelAggregated": "none",
        "homeTenantId": b.guid("contoso"),
        "conditionalAccessAudiences": [APP],
    }
    return record | changes


@pytest.fixture
def assess(command: Callable[..., Any], tmp_path: Path) -> Callable[..., Any]:
    """Write a tenant with these policies and sign-ins, and return what `assess --format json` says of it."""

    def run(policies: list[Record], sign_ins: list[Record], *arguments: str, **collections: Any) -> Any:
        facts = str(collections.pop("facts", ""))
        known = {
            "users": [b.user("ann"), b.user("bob")],
            "organization": [{"id": b.guid("contoso"), "displayName": "Contoso"}],
            "userRegistrationDetails": [b.registration("ann", "fido2"), b.registration("bob", "fido2")],
        }
        records = {**{name: [] for name in EMPTY}, **known, **collections, "conditionalAccessPolicies": policies, "signIns": sign_ins}
        tenant = b.write_tenant(tmp_path / "tenant", facts=facts, **records)
        return json.loads(command("assess", str(tenant), *arguments, "--format", "json").out)

    return run


def test_a_prompt_before_another_control_is_a_prompt(assess: Callable[..., Any]) -> None:
    terms = {"operator": "AND", "builtInControls": ["mfa"], "termsOfUse": [b.guid("terms")]}

    found = assess([b.policy(grantControls=terms)], [sign_in()])

    assert found["outcomes"]["after"]["controls"] == 1
    assert sum(found["prompts"].values()) == 1


def test_one_person_in_several_rows_of_the_log_is_one_person(assess: Callable[..., Any]) -> None:
    found = assess([b.policy()], [sign_in(), sign_in(number=1, userType="guest"), sign_in(number=2, crossTenantAccessType="none")])

    assert [(person["userPrincipalName"], person["signIns"]) for person in found["people"]] == [("ann@contoso.example", 3)]
    assert sum(hour["firstPrompts"] for hour in found["hours"]) == 1


def test_a_block_is_said_of_the_policy_that_blocks(assess: Callable[..., Any]) -> None:
    found = assess([b.policy("MFA"), b.policy("Block all", controls=("block",))], [sign_in()])

    assert [person["why"] for person in found["people"]] == ["Block all blocks this sign-in"]


def test_a_report_only_policy_demands_nothing(assess: Callable[..., Any]) -> None:
    report_only = b.policy("Device", controls=("compliantDevice",), state="enabledForReportingButNotEnforced")

    found = assess([b.policy("MFA"), report_only], [sign_in()])

    assert [person["why"] for person in found["people"]] == ["MFA demands MFA"]


def test_users_are_told_their_own_controls(assess: Callable[..., Any]) -> None:
    done = {"authenticationMethod": "FIDO2 security key", "succeeded": True, "authenticationStepResultDetail": ""}
    with_mfa = sign_in("bob", authenticationRequirement="multiFactorAuthentication", authenticationDetails=[done])
    both = b.policy("Both", controls=("mfa", "compliantDevice"), operator="AND")

    found = assess([both], [sign_in("ann"), with_mfa])

    whys = {person["userPrincipalName"]: person["why"] for person in found["people"]}
    assert whys == {"ann@contoso.example": "Both demands MFA, a compliant device", "bob@contoso.example": "Both demands a compliant device"}


def test_an_id_in_capitals_is_the_same_user(assess: Callable[..., Any]) -> None:
    block = b.policy("Block", controls=("block",), users={"includeGroups": [b.guid("leavers")]})

    found = assess([block], [sign_in(userId=b.guid("ann").upper())], groups=[b.group("leavers", "ann")])

    assert found["outcomes"]["after"]["block"] == 1


def test_a_guest_without_an_id_is_found_by_the_name_at_home(assess: Callable[..., Any]) -> None:
    block = b.policy("Block", controls=("block",), users={"includeGroups": [b.guid("suppliers")]})
    row = sign_in(userId="", userPrincipalName="gail@fabrikam.example", homeTenantId=b.guid("fabrikam"))

    found = assess([block], [row], users=[b.user("ann"), b.guest("gail")], groups=[b.group("suppliers", "gail")])

    assert found["outcomes"]["after"]["block"] == 1


def test_somebody_the_directory_does_not_hold_is_unknown(assess: Callable[..., Any]) -> None:
    block = b.policy("Block", controls=("block",), users={"includeGroups": [b.guid("leavers")]})

    found = assess([block], [sign_in("gone")], groups=[b.group("leavers", "ann")])

    assert found["outcomes"]["after"]["unknown"] == 1


def test_an_attribute_that_was_not_exported_is_not_null(assess: Callable[..., Any]) -> None:
    rule = {"deviceFilter": {"mode": "include", "rule": 'device.deviceOwnership -eq "Company"'}}
    device = {"id": b.guid("record"), "deviceId": b.guid("device"), "displayName": "PC"}
    detail = {"deviceId": b.guid("device"), "displayName": "PC", "trustType": "Azure AD joined", "isCompliant": False}

    found = assess([b.policy("Block", controls=("block",), devices=rule)], [sign_in(deviceDetail=detail)], devices=[device])

    assert found["outcomes"]["after"]["unknown"] == 1


def test_sign_ins_that_differ_in_an_unknown_fact_are_decided_apart(assess: Callable[..., Any]) -> None:
    """At a hidden risk on Windows the log rules the risk out; on an unknown platform it cannot."""
    risky = {"signInRiskLevels": ["low", "medium", "high"]}
    block = changed(b.policy("Block at risk", controls=("block",), **risky), LONG_AGO)
    on_windows = b.policy(
        "Session at risk",
        grantControls=None,
        sessionControls={"persistentBrowser": {"isEnabled": True, "mode": "never"}},
        platforms={"includePlatforms": ["windows"]},
        **risky,
    )
    on_windows = changed(on_windows, LONG_AGO)
    said = [{"id": on_windows["id"], "result": "notApplied"}]
    rows = [
        sign_in(number=number, riskLevelDuringSignIn="hidden", appliedConditionalAccessPolicies=said)
        | {"deviceDetail": {"deviceId": "", "operatingSystem": system, "trustType": ""}}
        for number, system in enumerate(("Windows 11", ""))
    ]

    after = assess([block, on_windows], rows)["outcomes"]["after"]

    assert (after["allow"], after["unknown"]) == (1, 1)


@pytest.mark.parametrize("modified", ["11/23/2026 08:00:00", "/Date(1790000000000)/", "2026-11-10T06:15:04-08:00", ""])
def test_a_policy_whose_change_cannot_be_placed_before_the_log_proves_nothing(assess: Callable[..., Any], modified: str) -> None:
    flows = {"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}
    block = changed(b.policy("Block device code", controls=("block",), **flows), modified)
    row = sign_in(appliedConditionalAccessPolicies=[{"id": block["id"], "result": "notApplied"}], originalTransferMethod=None)

    assert assess([block], [row])["outcomes"]["after"]["unknown"] == 1


def test_an_interrupted_row_proves_nothing(assess: Callable[..., Any]) -> None:
    flows = {"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}
    block = changed(b.policy("Block device code", controls=("block",), **flows), LONG_AGO)
    row = sign_in(
        appliedConditionalAccessPolicies=[{"id": block["id"], "result": "notApplied"}],
        originalTransferMethod=None,
        status={"errorCode": 50140},
    )

    assert assess([block], [row])["outcomes"]["after"]["unknown"] == 1


def test_a_guess_is_no_agreement_when_it_happens_to_be_right(assess: Callable[..., Any]) -> None:
    mfa = b.policy()
    rows = [
        sign_in(number=number, deviceDetail=None, appliedConditionalAccessPolicies=[{"id": mfa["id"], "result": result}])
        for number, result in enumerate(("success", "success", "failure"))
    ]

    found = assess([mfa], rows)["calibration"]

    assert (found["compared"], found["rate"], found["unknown"]) == (0, None, 3)


@pytest.mark.parametrize(
    ("groups", "words"),
    [
        ([{"id": b.guid("glass"), "displayName": "glass"}], "were not all read"),
        ([b.group("glass", "inner"), b.group("inner", "ann")], "is in the scope of the enabled policy"),
        ([b.group("glass", "ann"), b.group("glass", "bob", id=b.guid("other"))], "Several users or groups are called"),
        ([b.group("glass")], "names nobody"),
    ],
)
def test_a_break_glass_group_is_followed_or_the_report_says_why_not(assess: Callable[..., Any], groups: list[Record], words: str) -> None:
    found = assess([b.policy()], [sign_in()], groups=groups, facts='break_glass = ["group:glass"]\n')

    assert any(words in finding for finding in found["findings"]), found["findings"]


def test_registered_is_not_ready_for_a_strength_it_does_not_meet(assess: Callable[..., Any]) -> None:
    phishing = "00000000-0000-0000-0000-000000000004"
    strength = {"id": phishing, "displayName": "Phishing-resistant MFA", "allowedCombinations": ["fido2"], "requirementsSatisfied": "mfa"}
    policy = b.policy(grantControls={"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": phishing}})

    found = assess(
        [policy],
        [sign_in()],
        authenticationStrengthPolicies=[strength],
        userRegistrationDetails=[b.registration("ann", "fido2"), b.registration("bob", "mobilePhone")],
    )

    assert (found["registration"]["inScope"], found["registration"]["capable"]) == (2, 1)


def outcome(found: Any) -> str:
    """Return the one outcome that occurs after the change."""
    (only,) = [name for name, n in found["outcomes"]["after"].items() if n]
    return str(only)


def ipv6_location(name: str, cidr: str) -> Record:
    ranges = [{"@odata.type": "#microsoft.graph.iPv6CidrRange", "cidrAddress": cidr}]
    return b.ip_location(name) | {"ipRanges": ranges}


@pytest.mark.parametrize(("cidr", "ip", "expected"), [("::/0", "2001:db8::1", "block"), ("f000::/4", "192.0.2.1", "allow")])
def test_a_range_may_end_where_ipv6_ends(assess: Callable[..., Any], cidr: str, ip: str, expected: str) -> None:
    place = ipv6_location("all of it", cidr)
    policy = b.policy("Block", controls=("block",), locations={"includeLocations": [place["id"]]})

    assert outcome(assess([policy], [sign_in(ipAddress=ip)], namedLocations=[place])) == expected


def test_low_ipv6_addresses_are_not_confused_with_high_ones(assess: Callable[..., Any]) -> None:
    place = ipv6_location("loopback", "::1/128")
    policy = b.policy("Block", controls=("block",), locations={"includeLocations": [place["id"]]})
    rows = [sign_in(ipAddress="::1"), sign_in(number=1, ipAddress="2001:db8::1")]

    after = assess([policy], rows, namedLocations=[place])["outcomes"]["after"]

    assert (after["block"], after["allow"]) == (1, 1)


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ({"countryOrRegion": "GB"}, "block"),
        ({"countryOrRegion": ""}, "allow"),
        (None, "unknown"),
        ({"countryOrRegion": "Britain"}, "unknown"),
    ],
)
def test_a_country_that_was_not_logged_is_not_no_country(assess: Callable[..., Any], location: Record | None, expected: str) -> None:
    policy = b.policy("Block", controls=("block",), locations={"includeLocations": [b.guid("Britain")]})

    found = assess([policy], [sign_in(location=location)], namedLocations=[b.country_location("Britain", "GB")])

    assert outcome(found) == expected


def test_an_unread_page_of_per_user_states_is_not_disabled(assess: Callable[..., Any]) -> None:
    unread = {"value": [], "@odata.nextLink": "https://graph.microsoft.com/next"}

    found = assess([b.policy(state="disabled")], [sign_in()], userAuthenticationRequirements=unread, **DEFAULTS_OFF)

    assert outcome(found) == "unknown"


DEFAULTS_OFF = {"identitySecurityDefaultsEnforcementPolicy": {"isEnabled": False}}
NO_TRUST = {"default": {"inboundTrust": {"isMfaAccepted": False}}, "partners": []}


@pytest.mark.parametrize(("kind", "expected"), [("b2bCollaboration", "unknown"), ("b2bDirectConnect", "locked_out")])
def test_a_claim_of_a_home_that_is_not_trusted_is_no_mfa_here(assess: Callable[..., Any], kind: str, expected: str) -> None:
    guest = b.guest("gail") if kind == "b2bCollaboration" else b.user("bob")
    row = sign_in(
        "gail",
        homeTenantId=b.guid("fabrikam"),
        crossTenantAccessType=kind,
        authenticationRequirement="multiFactorAuthentication",
        status={"errorCode": 0, "additionalDetails": "MFA requirement satisfied by claim in the token"},
    )

    found = assess(
        [b.policy()],
        [row],
        users=[guest],
        crossTenantAccessPolicy=NO_TRUST,
        userRegistrationDetails=[b.registration("gail", "mobilePhone")],
    )

    assert outcome(found) == expected


@pytest.mark.parametrize(("compliant", "expected"), [(True, "allow"), (False, "block"), (None, "allow")])
def test_what_the_log_leaves_out_of_a_device_the_directory_says(assess: Callable[..., Any], compliant: bool | None, expected: str) -> None:
    rule = {"deviceFilter": {"mode": "exclude", "rule": "device.isCompliant -eq True"}}
    detail = {"deviceId": b.guid("device"), "displayName": "PC", "trustType": "Azure AD joined", "isCompliant": compliant}
    device = {"id": b.guid("record"), "deviceId": b.guid("device"), "displayName": "PC", "trustType": "AzureAd", "isCompliant": True}

    found = assess([b.policy("Block", controls=("block",), devices=rule)], [sign_in(deviceDetail=detail)], devices=[device])

    assert outcome(found) == expected


def test_a_report_only_policy_that_is_switched_on_keeps_the_word_of_the_log(assess: Callable[..., Any], tmp_path: Path) -> None:
    flows = {"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}
    report_only = changed(b.policy("Device code", controls=("block",), state="enabledForReportingButNotEnforced", **flows), LONG_AGO)
    proposal = b.write_json(tmp_path / "on.json", changed(report_only, "2026-11-20T00:00:00Z") | {"state": "enabled"})
    row = sign_in(
        appliedConditionalAccessPolicies=[{"id": report_only["id"], "result": "reportOnlyNotApplied"}], originalTransferMethod=None
    )

    assert outcome(assess([report_only], [row], "--with", str(proposal))) == "allow"


def test_what_the_log_refused_and_we_let_through_is_said(assess: Callable[..., Any]) -> None:
    found = assess([b.policy()], [sign_in(status={"errorCode": 53003})])

    assert any("were blocked by Conditional Access in the log" in limit for limit in found["limits"])
