"""Folders as EntraExporter, IntuneManagement and the portal write them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, group, guid, ip_location, policy, role, user, write_json, write_tenant
from unbroken.entra.snapshot import Snapshot
from unbroken.sources.tenant import read_tenant


def one_file_each(folder: Path, records: list[dict[str, Any]]) -> None:
    """Write records as EntraExporter does: `<folder>/<id>/<id>.json`."""
    for record in records:
        write_json(folder / record["id"] / f"{record['id']}.json", record)


def members(folder: Path, container: str, *names: str) -> None:
    for name in names:
        write_json(folder / container / "Members" / guid(name) / f"{guid(name)}.json", {"id": guid(name)})


def without_members(record: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {key: value for key, value in record.items() if key != "members"} | more


@pytest.fixture
def entra_exporter(tmp_path: Path) -> Path:
    one_file_each(tmp_path / "Users", [user("ann"), user("ben")])
    groups = [without_members(group(name), groupTypes=[]) for name in ("full", "empty")]
    groups.append(without_members(group("dynamic"), groupTypes=["DynamicMembership"]))
    one_file_each(tmp_path / "Groups", groups)
    members(tmp_path / "Groups", guid("full"), "ann", "ben")
    write_json(tmp_path / "Groups" / guid("full") / "Owners" / guid("zoe") / f"{guid('zoe')}.json", {"id": guid("zoe")})
    holders = without_members(role(GLOBAL_ADMINISTRATOR))
    one_file_each(tmp_path / "DirectoryRoles", [holders])
    members(tmp_path / "DirectoryRoles", holders["id"], "ann")
    one_file_each(tmp_path / "Identity" / "Conditional" / "AccessPolicies", [policy("A"), policy("B")])
    one_file_each(tmp_path / "Identity" / "Conditional" / "NamedLocations", [ip_location("office", "192.0.2.0/24")])
    one_file_each(tmp_path / "Domains", [{"id": "contoso.example", "authenticationType": "Managed"}])
    write_json(tmp_path / "Organization" / "Organization.json", {"id": guid("contoso"), "displayName": "Contoso"})
    policies = tmp_path / "Policies"
    one_file_each(policies / "IdentitySecurityDefaultsEnforcementPolicy", [{"id": "0005", "isEnabled": False}])
    methods = policies / "AuthenticationMethodsPolicy" / "AuthenticationMethodConfigurations"
    write_json(methods / "FIDO2.json", {"id": "Fido2", "state": "enabled", "includeTargets": [{"id": "all_users"}]})
    write_json(policies / "CrossTenantAccessPolicy" / "Default" / "Default" / "Default.json", {"inboundTrust": {"isMfaAccepted": True}})
    exchange = tmp_path / "RoleManagement" / "Exchange" / "RoleAssignments"
    write_json(exchange / "x" / "x.json", {"id": "x", "principalId": "y"})
    return tmp_path


def test_an_entra_exporter_folder_is_read_as_it_is(entra_exporter: Path) -> None:
    found = read_tenant(entra_exporter)
    assert {each.user_principal_name for each in found.users.records} == {"ann@contoso.example", "ben@contoso.example"}
    assert {each.display_name for each in found.policies.records} == {"A", "B"}
    assert found.locations.records[0].ranges == ("192.0.2.0/24",)
    assert (found.tenant_name, found.domains, found.security_defaults) == ("Contoso", ("contoso.example",), False)
    assert all(each.complete for each in (found.users, found.policies, found.groups, found.locations, found.roles))
    assert found.problems == ()


def test_members_in_files_of_their_own_are_put_into_their_groups_and_roles(entra_exporter: Path) -> None:
    found = read_tenant(entra_exporter)
    groups = {each.display_name: each.members for each in found.groups.records}
    assert {name: None if ids is None else set(ids) for name, ids in groups.items()} == {
        "full": {guid("ann"), guid("ben")},
        "empty": set(),
        "dynamic": None,
    }
    assert found.roles.records[0].members == (guid("ann"),)


def test_what_entra_exporter_loses_stays_unknown(entra_exporter: Path) -> None:
    found = read_tenant(entra_exporter)
    assert found.cross_tenant is not None
    assert found.cross_tenant.default.mfa is True
    assert not found.methods_policy.complete
    assert found.methods_policy.records[0].enabled
    partners = entra_exporter / "Policies" / "CrossTenantAccessPolicy" / "Partners" / "Partners" / "Partners.json"
    write_json(partners, {"tenantId": guid("t")})
    lossy = read_tenant(entra_exporter)
    assert lossy.cross_tenant is None
    assert "one partner only" in lossy.problems[0]


def test_every_file_says_what_it_was_taken_for(entra_exporter: Path) -> None:
    found = dict(read_tenant(entra_exporter).files)
    on_disk = {file.relative_to(entra_exporter).as_posix() for file in entra_exporter.rglob("*.json")}
    assert set(found) == on_disk
    assert found["RoleManagement/Exchange/RoleAssignments/x/x.json"].startswith("not used")
    assert found[f"Groups/{guid('full')}/Owners/{guid('zoe')}/{guid('zoe')}.json"] == "not used"


def test_an_intune_management_folder_is_read_as_it_is(tmp_path: Path) -> None:
    body = policy("CA001", users={"includeUsers": ["All"], "excludeGroups": [guid("known"), guid("named")]})
    write_json(tmp_path / "ConditionalAccess" / "CA001.json", body | {"state@odata.type": "#x"}, encoding="utf-16")
    write_json(tmp_path / "NamedLocations" / "office.json", ip_location("office", "192.0.2.0/24"), encoding="utf-16")
    write_json(tmp_path / "Groups" / "known.json", without_members(group("known")), encoding="utf-16")
    objects = [{"DisplayName": name, "Id": guid(name), "Type": "Group"} for name in ("known", "named")]
    write_json(tmp_path / "MigrationTable.json", {"TenantId": guid("contoso"), "Objects": objects}, encoding="utf-8-sig")
    found = read_tenant(tmp_path)
    assert [(each.display_name, each.members) for each in found.groups.records] == [("known", None), ("named", None)]
    assert not found.groups.complete
    assert (found.tenant_id, found.users.complete) == (guid("contoso"), False)
    assert found.policies.records[0].unmodelled == ()
    assert found.locations.complete
    assert found.dangling == found.unresolved == ()


def portal(path: Path, name: str, text: str, **collections: Any) -> Snapshot:
    write_tenant(path, **({"conditionalAccessPolicies": [policy()]} | collections))
    (path / name).write_text(text, encoding="utf-8-sig", newline="\r\n")
    return read_tenant(path)


def test_the_users_download_of_the_portal_is_read(tmp_path: Path) -> None:
    text = (
        "userPrincipalName,displayName,mail,objectId,userType,jobTitle,department,accountEnabled,usageLocation,creationType,directorySynced\n"
        f'ann@contoso.example,"Berg, Ann",,{guid("ann")},Member,,IT,True,GB,,True\n'
        f"zoe_x#EXT#@contoso.example,Zoe,,{guid('zoe')},Guest,,,False,,Invitation,\n"
    )
    found = portal(tmp_path, "exportUsers_2026-1-5.csv", text).users
    ann, zoe = found.records
    assert found.complete
    assert (ann.display_name, ann.account_enabled, ann.external, ann.on_premises_sync_enabled) == ("Berg, Ann", True, False, True)
    assert (zoe.account_enabled, zoe.external, zoe.on_premises_sync_enabled, zoe.licensed) == (False, True, False, None)


def test_the_admin_centers_active_users_are_read(tmp_path: Path) -> None:
    text = (
        "Block credential;Display name;Licenses;Object Id;User principal name;Department\n"
        f"True;Ann;Unlicensed;{guid('ann')};ann@contoso.example;IT\nFalse;Ben;Office 365 E3;{guid('ben')};ben@contoso.example;\n"
    )
    ann, ben = portal(tmp_path, "users_5_1_2026.csv", text).users.records
    assert [(each.account_enabled, each.licensed, each.user_type) for each in (ann, ben)] == [(False, False, None), (True, True, None)]


FROM_THE_PORTAL = """\
UserPrincipalName,Multifactor authentication registered,Multifactor authentication capable,Methods registered
ann@contoso.example,Registered,Not Capable,"Mobile phone, Microsoft Authenticator app (push notification)"
"""
FROM_POWERSHELL = f"""\
"Id","IsMfaCapable","IsMfaRegistered","MethodsRegistered","UserPrincipalName"
"{guid("ann")}","False","True","mobilePhone;microsoftAuthenticatorPush","ann@contoso.example"
"""


@pytest.mark.parametrize("text", [FROM_THE_PORTAL, FROM_POWERSHELL])
def test_registration_details_are_read_from_csv(tmp_path: Path, text: str) -> None:
    found = portal(tmp_path, "registration.csv", text, users=[user("ann")]).registrations
    record = found.records[0]
    assert (record.user_id, record.is_mfa_registered, record.is_mfa_capable) == (guid("ann"), True, False)
    assert record.methods == {"mobilePhone", "microsoftAuthenticatorPush"}
    assert found.complete


def test_a_registration_of_somebody_unknown_is_named(tmp_path: Path) -> None:
    found = portal(tmp_path, "r.csv", "UserPrincipalName,MFA registered\nwho@contoso.example,Yes\n", users=[user("ann")])
    assert "r.csv:2: has no id" in found.problems[0]
    assert not found.registrations.complete


def test_json_wins_over_csv_and_foreign_headers_are_refused(tmp_path: Path) -> None:
    header = "userPrincipalName,id,userType\n"
    found = portal(tmp_path / "a", "export.csv", header + f"x@contoso.example,{guid('x')},Member\n", users=[user("ann")])
    assert [each.id for each in found.users.records] == [guid("ann")]
    assert dict(found.files)["export.csv"] == "not used: users.json says the same in JSON"
    foreign = portal(tmp_path / "b", "benutzer.csv", "Anzeigename,Benutzerprinzipalname\nAnn,a\n", users=[user("ann")])
    assert "in English" in dict(foreign.files)["benutzer.csv"]
