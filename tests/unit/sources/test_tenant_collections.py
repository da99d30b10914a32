"""Every collection of a tenant folder -> its nouns: what was not read stays None, what is null has its meaning."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builders import (
    GLOBAL_ADMINISTRATOR,
    PHISHING_RESISTANT_STRENGTH,
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
    write_json,
    write_tenant,
)
from unbroken.entra.directory import CrossTenantAccess, InboundTrust, MethodConfiguration
from unbroken.entra.snapshot import Snapshot
from unbroken.errors import BadInput
from unbroken.sources.tenant import read_policies, read_tenant


def tenant(path: Path, **collections: Any) -> Snapshot:
    """Read a tenant of one policy and one user, with `collections` added or replaced."""
    return read_tenant(write_tenant(path, **({"conditionalAccessPolicies": [policy()], "users": [user("ann")]} | collections)))


def test_a_property_that_was_not_selected_is_unknown_and_null_has_its_meaning(tmp_path: Path) -> None:
    bare = {"id": guid("bare"), "userPrincipalName": "bare@contoso.example"}
    nulls = user("nulls", userType=None, accountEnabled=None, assignedLicenses=[])
    first, second = tenant(tmp_path, users=[bare, nulls]).users.records
    assert (first.account_enabled, first.user_type, first.external, first.on_premises_sync_enabled, first.licensed) == (None,) * 5
    assert (second.account_enabled, second.user_type, second.external) == (None, "", False)
    assert (second.on_premises_sync_enabled, second.licensed) == (False, False)


@pytest.mark.parametrize(
    ("record", "external"),
    [
        (guest("zoe"), True),
        (user("a", creationType="Invitation"), True),
        (user("a", externalUserState="PendingAcceptance"), True),
        (user("a", userType="Guest"), False),
        ({"id": "a", "userPrincipalName": "a@contoso.example", "userType": "Member"}, False),
        ({"id": "a", "userPrincipalName": "a@contoso.example", "userType": "Guest"}, None),
        ({"id": "a"}, None),
    ],
)
def test_external_accounts_are_told_by_name_creation_and_state(tmp_path: Path, record: dict[str, Any], external: bool | None) -> None:
    assert tenant(tmp_path, users=[record]).users.records[0].external is external


def test_every_user_field_is_read(tmp_path: Path) -> None:
    activity = {"lastSignInDateTime": "2026-02-02T00:00:00Z", "lastSuccessfulSignInDateTime": "2026-02-01T00:00:00Z"}
    extra = {"department": "D", "jobTitle": "J", "usageLocation": "GB", "createdDateTime": "C"}
    extra |= {"mailboxSettings": {"userPurpose": "shared"}}
    ann = tenant(tmp_path, users=[user("ann", onPremisesSyncEnabled=True, signInActivity=activity, **extra)]).users.records[0]
    assert (ann.display_name, ann.mail, ann.account_enabled, ann.user_type) == ("Ann", "ann@contoso.example", True, "Member")
    assert (ann.on_premises_sync_enabled, ann.licensed, ann.last_successful_sign_in) == (True, True, "2026-02-01T00:00:00Z")
    assert (ann.department, ann.job_title, ann.usage_location, ann.created, ann.mailbox_purpose) == ("D", "J", "GB", "C", "shared")


def test_members_of_a_group_are_known_only_when_they_were_exported_whole(tmp_path: Path) -> None:
    groups = [
        group("full", "ann"),
        group("empty"),
        {"id": guid("bare"), "displayName": "bare"},
        group("paged", "ann") | {"members@odata.nextLink": "x"},
    ]
    found = {each.display_name: each.members for each in tenant(tmp_path, groups=groups).groups.records}
    assert found == {"full": (guid("ann"),), "empty": (), "bare": None, "paged": None}


def test_members_may_be_bare_ids_or_links(tmp_path: Path) -> None:
    link = {"@odata.id": f"https://graph.microsoft.com/v2/x/directoryObjects/{guid('ben')}"}
    record = group("g") | {"members": [guid("ann").upper(), link]}
    assert tenant(tmp_path, groups=[record]).groups.records[0].members == (guid("ann"), guid("ben"))


def test_overlapping_pages_count_a_record_once(tmp_path: Path) -> None:
    found = tenant(tmp_path, users=[user("ann"), user("ann"), user("ben")])
    assert len(found.users.records) == 2
    assert found.problems == ("users: 1 records came twice; the first of each counts",)


def test_member_lists_that_look_cut_off_are_mentioned(tmp_path: Path) -> None:
    twenty = [group(name, *map(str, range(20))) for name in ("a", "b")]
    assert "as if $expand=members had cut them off" in tenant(tmp_path / "a", groups=twenty).problems[0]
    assert tenant(tmp_path / "b", groups=[*twenty, group("c", *map(str, range(21)))]).problems == ()


def test_a_single_file_of_policies_is_a_tenant_without_users(tmp_path: Path) -> None:
    found = read_tenant(write_json(tmp_path / "policies.json", [policy("A"), policy("B")]))
    assert len(found.policies.records) == 2
    assert not found.users.complete


def test_a_broken_file_among_policies_leaves_the_set_incomplete(tmp_path: Path) -> None:
    write_json(tmp_path / "a.json", policy("A"))
    (tmp_path / "b.json").write_text('{"conditions": {', encoding="utf-8")
    found = read_tenant(tmp_path)
    assert not found.policies.complete
    assert "b.json: not valid JSON" in found.problems[0]
    with pytest.raises(BadInput, match=r"b\.json: not valid JSON"):
        read_policies(tmp_path)


def test_a_damaged_or_locked_zip_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(b"PK\x03\x04 and no more")
    with pytest.raises(BadInput, match="the zip is damaged"):
        read_tenant(tmp_path / "a.zip")


def test_active_tenant_wide_assignments_stand_in_for_directory_roles(tmp_path: Path) -> None:
    scopes = {"ann": "/", "ben": "/administrativeUnits/x"}
    assignments = [
        {"roleDefinitionId": GLOBAL_ADMINISTRATOR, "principalId": guid(name), "directoryScopeId": scope} for name, scope in scopes.items()
    ]
    found = tenant(tmp_path / "a", roleAssignments=assignments).roles
    assert [(each.template_id, each.members) for each in found.records] == [(GLOBAL_ADMINISTRATOR, (guid("ann"),))]
    assert found.complete
    both = tenant(tmp_path / "b", roleAssignments=assignments, directoryRoles=[role(GLOBAL_ADMINISTRATOR, "cat")]).roles
    assert both.records[0].members == (guid("cat"),)


def test_named_locations_of_every_kind_are_read(tmp_path: Path) -> None:
    ranged = ip_location("ranged") | {"ipRanges": [{"lowerAddress": "192.0.2.1", "upperAddress": "192.0.2.9"}]}
    bare = {key: value for key, value in country_location("bare", "fr").items() if not key.startswith("@")}
    network = {"@odata.type": "#microsoft.graph.compliantNetworkNamedLocation", "id": "n", "compliantNetworkType": "x", "isTrusted": True}
    records = [
        ip_location("office", "192.0.2.0/24", "2001:db8::/32", trusted=True),
        ranged,
        bare,
        country_location("gps", "GB", countryLookupMethod="authenticatorAppGps"),
        network,
        {"@odata.type": "#microsoft.graph.lunarNamedLocation", "id": "m"},
    ]
    office, second, third, fourth, fifth, sixth = tenant(tmp_path, namedLocations=records).locations.records
    assert (office.kind, office.ranges, office.trusted) == ("ip", ("192.0.2.0/24", "2001:db8::/32"), True)
    assert second.ranges == ("192.0.2.1-192.0.2.9",)
    assert (third.kind, third.countries, third.include_unknown_countries) == ("country", {"FR"}, False)
    assert (fourth.kind, fifth.kind, sixth.kind) == ("gps", "compliantNetwork", "lunarNamedLocation")


def test_custom_security_attributes_of_type_text_are_read(tmp_path: Path) -> None:
    sets = {"@odata.type": "#x", "HR": {"@odata.type": "#y", "Level": "high", "Tags": ["a", "b"], "Count": 3}}
    records = [service_principal("one", customSecurityAttributes=sets), service_principal("two"), {"id": "s", "appId": "a"}]
    one, two, three = tenant(tmp_path, servicePrincipals=records).service_principals.records
    assert one.attributes == (("HR.Level", "high"), ("HR.Tags", "a"), ("HR.Tags", "b"))
    assert two.attributes is None
    assert (two.owner_tenant_id, three.owner_tenant_id) == (guid("contoso"), None)


def test_an_owner_of_null_is_not_known(tmp_path: Path) -> None:
    found = tenant(tmp_path, servicePrincipals=[service_principal("one", appOwnerOrganizationId=None)])
    assert found.service_principals.records[0].owner_tenant_id is None


def test_device_attributes_keep_null_and_leave_out_what_was_not_read(tmp_path: Path) -> None:
    record = {"id": "o", "deviceId": guid("d"), "displayName": "PC", "isCompliant": None, "trustType": "AzureAd"}
    record |= {"physicalIds": ["[x]"], "extensionAttributes": {"extensionAttribute1": "kiosk"}}
    device = tenant(tmp_path, devices=[record]).devices.records[0]
    attributes = dict(device.attributes)
    assert device.device_id == guid("d")
    assert attributes["iscompliant"] is None
    assert (attributes["physicalids"], attributes["extensionattribute1"]) == (("[x]",), "kiosk")
    assert "model" not in attributes


@pytest.mark.parametrize(("word", "found"), [("ServerAd", "ServerAD"), ("azuread", "AzureAD"), ("Workplace", "Workplace"), (None, None)])
def test_the_trust_type_of_a_device_is_spelled_as_filters_spell_it(tmp_path: Path, word: str | None, found: str | None) -> None:
    device = tenant(tmp_path, devices=[{"deviceId": guid("d"), "trustType": word}]).devices.records[0]
    assert dict(device.attributes)["trusttype"] == found


@pytest.mark.parametrize(
    ("location", "key"), [(ip_location("a", "192.0.2.0/24"), "ipRanges"), (country_location("b", "GB"), "countriesAndRegions")]
)
@pytest.mark.parametrize("nothing", [{}, None])
def test_a_place_without_its_content_was_not_read(tmp_path: Path, location: dict[str, Any], key: str, nothing: object) -> None:
    rest = {name: value for name, value in location.items() if name != key}
    found = tenant(tmp_path, namedLocations=[rest if nothing == {} else rest | {key: nothing}])
    assert not found.locations.complete
    assert found.locations.records == ()
    assert any(f"has no {key}: export it again with {key}" in problem for problem in found.problems)


@pytest.mark.parametrize(
    ("collection", "record", "problem"),
    [
        ("directoryRoles", {"id": "r"}, "Object missing required field `roleTemplateId`"),
        ("groups", {"displayName": "G"}, "has no id"),
        ("groups", {"id": "g", "displayName": 5}, "Expected `str | null`, got `int` in `displayName`"),
    ],
)
def test_a_record_that_cannot_be_used_says_what_to_do(tmp_path: Path, collection: str, record: dict[str, Any], problem: str) -> None:
    lines = tenant(tmp_path, **{collection: [record]}).problems
    assert any(f"{collection}.json, record 1: {problem}: export it again" in line for line in lines), lines


def test_strengths_are_normalised_and_inline_ones_are_added(tmp_path: Path) -> None:
    custom = {"id": guid("s"), "displayName": "S", "allowedCombinations": ["sms, password", "fido2"], "requirementsSatisfied": "mfa"}
    custom |= {"combinationConfigurations": [{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": ["x"]}]}
    inline = {"id": PHISHING_RESISTANT_STRENGTH, "displayName": "P", "allowedCombinations": ["fido2"]}
    one = policy(grantControls={"operator": "OR", "authenticationStrength": inline})
    first, second = tenant(tmp_path, authenticationStrengthPolicies=[custom], conditionalAccessPolicies=[one]).strengths.records
    assert (first.allowed_combinations, first.restricted_combinations) == ({"password,sms", "fido2"}, {"fido2"})
    assert first.satisfies_mfa
    assert (second.id, second.satisfies_mfa) == (PHISHING_RESISTANT_STRENGTH, None)


@pytest.mark.parametrize("nothing", [{}, {"allowedCombinations": None}, {"allowedCombinations": []}])
def test_a_strength_exported_without_combinations_is_what_a_policy_defines(tmp_path: Path, nothing: dict[str, Any]) -> None:
    inline = {"id": guid("s"), "displayName": "S", "allowedCombinations": ["fido2"]}
    one = policy(grantControls={"operator": "OR", "authenticationStrength": inline})
    exported = [{"id": guid("s"), "displayName": "S"} | nothing]
    (found,) = tenant(tmp_path, authenticationStrengthPolicies=exported, conditionalAccessPolicies=[one]).strengths.records
    assert found.allowed_combinations == {"fido2"}


def test_registration_details_are_read(tmp_path: Path) -> None:
    found = tenant(tmp_path, userRegistrationDetails=[registration("ann", "mobilePhone"), {"id": "x"}]).registrations.records
    assert (found[0].is_mfa_capable, found[0].methods) == (True, {"mobilePhone"})
    assert (found[1].is_mfa_capable, found[1].methods) == (None, None)


def test_the_methods_policy_says_who_may_use_what(tmp_path: Path) -> None:
    fido = {"id": "Fido2", "state": "enabled", "includeTargets": [{"id": "all_users"}], "excludeTargets": [{"id": guid("g")}]}
    methods = {"authenticationMethodConfigurations": [fido, {"id": "Sms", "state": "disabled"}]}
    found = tenant(tmp_path / "a", authenticationMethodsPolicy=methods).methods_policy
    everyone, but = frozenset({"all_users"}), frozenset({guid("g")})
    assert found.records[0] == MethodConfiguration(id="Fido2", enabled=True, include_groups=everyone, exclude_groups=but)
    assert found.complete
    methods["authenticationMethodConfigurations"].append({"id": "Voice", "state": "enabled"})
    open_ended = tenant(tmp_path / "b", authenticationMethodsPolicy=methods)
    assert not open_ended.methods_policy.complete
    assert "Voice has no includeTargets" in open_ended.problems[0]


def test_per_user_mfa_is_read_and_an_unknown_state_is_named(tmp_path: Path) -> None:
    states = [{"id": "a", "perUserMfaState": "Enforced"}, {"id": "b", "perUserMfaState": "perhaps"}]
    found = tenant(tmp_path, userAuthenticationRequirements=states)
    assert found.per_user_mfa.records == (("a", "enforced"),)
    assert not found.per_user_mfa.complete
    assert "perhaps is not known" in found.problems[0]


def test_trust_in_other_tenants_needs_default_and_partners(tmp_path: Path) -> None:
    default = {"inboundTrust": {"isMfaAccepted": True, "isCompliantDeviceAccepted": False, "isHybridAzureADJoinedDeviceAccepted": None}}
    whole = {"default": default, "partners": [{"tenantId": guid("t"), "inboundTrust": None}]}
    expected = CrossTenantAccess(default=InboundTrust(mfa=True, compliant_device=False), partners=((guid("t"), InboundTrust()),))
    assert tenant(tmp_path / "a", crossTenantAccessPolicy=whole).cross_tenant == expected
    half = tenant(tmp_path / "b", crossTenantAccessPolicy={"default": default})
    assert half.cross_tenant is None
    assert "lacks default or partners" in half.problems[0]


def test_security_defaults_are_off_when_a_policy_is_enabled(tmp_path: Path) -> None:
    off = [policy(state="disabled")]
    assert tenant(tmp_path / "a").security_defaults is False
    assert tenant(tmp_path / "b", conditionalAccessPolicies=off).security_defaults is None
    on = {"id": "x", "isEnabled": True}
    assert tenant(tmp_path / "c", conditionalAccessPolicies=off, identitySecurityDefaultsEnforcementPolicy=on).security_defaults is True
    assert tenant(tmp_path / "d", conditionalAccessPolicies=[policy(state="odd")]).security_defaults is None


def test_domains_federation_organization_and_licences_are_read(tmp_path: Path) -> None:
    domains = [{"id": "Contoso.example", "authenticationType": "Managed"}]
    domains += [{"id": f"{name}.example", "authenticationType": "Federated"} for name in ("fed", "other")]
    plans = [{"servicePlanId": guid("p1")}]
    found = tenant(
        tmp_path,
        domains=domains,
        federationConfigurations=[{"displayName": "fed.example", "federatedIdpMfaBehavior": "acceptIfMfaDoneByFederatedIdp"}],
        organization=[{"id": guid("contoso"), "displayName": "Contoso"}],
        subscribedSkus=[{"capabilityStatus": "Enabled", "servicePlans": plans}, {"capabilityStatus": "Suspended", "servicePlans": [{}]}],
    )
    assert found.domains == ("contoso.example", "fed.example", "other.example")
    assert found.federated_domains == (("fed.example", "acceptIfMfaDoneByFederatedIdp"), ("other.example", ""))
    assert (found.tenant_id, found.tenant_name) == (guid("contoso"), "Contoso")
    assert found.skus == (guid("p1"),)
