"""A tenant folder -> a snapshot: forms of files, completeness, problems named by file and record."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any
from zipfile import ZipFile, ZipInfo

import pytest

from builders import (
    group,
    guid,
    policy,
    user,
    write_json,
    write_tenant,
)
from unbroken.entra.snapshot import Snapshot
from unbroken.errors import BadInput
from unbroken.sources.tenant import read_policies, read_tenant, signin_paths


def tenant(path: Path, **collections: Any) -> Snapshot:
    """Read a tenant of one policy and one user, with `collections` added or replaced."""
    return read_tenant(write_tenant(path, **({"conditionalAccessPolicies": [policy()], "users": [user("ann")]} | collections)))


def test_policies_and_users_are_enough(tmp_path: Path) -> None:
    found = tenant(tmp_path)
    assert [each.display_name for each in found.policies.records] == ["MFA for all"]
    assert [each.user_principal_name for each in found.users.records] == ["ann@contoso.example"]
    assert found.policies.complete
    assert found.users.complete
    assert not found.groups.complete
    assert found.groups.why == "not exported"
    assert found.problems == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_files_are_read_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    write_tenant(tmp_path, conditionalAccessPolicies=[policy()])
    write_json(tmp_path / "USERS.JSON", [user("ann", displayName="Ann")], encoding=encoding)
    assert [each.display_name for each in read_tenant(tmp_path).users.records] == ["Ann"]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("users.json", '{"@odata.context": "x", "value": [%s, %s]}'),
        ("users.json", "[%s, %s]"),
        ("users.jsonl", "%s\n\n%s\n"),
        ("users.json", "%s\n%s"),
        ("users.json", '{"value": [%s, %s], "Count": 2}'),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_files_are_arrays_pages_or_lines_packed_or_not(tmp_path: Path, name: str, text: str, packed: bool) -> None:
    write_tenant(tmp_path, conditionalAccessPolicies=policy())
    data = (text % (json.dumps(user("ann")), json.dumps(user("ben")))).encode()
    (tmp_path / (f"{name}.gz" if packed else name)).write_bytes(gzip.compress(data) if packed else data)
    found = read_tenant(tmp_path)
    assert [each.id for each in found.users.records] == [guid("ann"), guid("ben")]
    assert found.users.complete


def test_a_zip_of_a_folder_is_read_like_the_folder(tmp_path: Path) -> None:
    folder = write_tenant(tmp_path / "contoso", conditionalAccessPolicies=[policy()], users=[user("ann")], groups=[group("g", "ann")])
    (folder / "signIns").mkdir()
    (folder / "signIns" / "a.json").write_text("[]", encoding="utf-8")
    archive = tmp_path / "contoso.zip"
    with ZipFile(archive, "w") as file:
        for each in folder.rglob("*.json"):
            file.write(each, each.relative_to(tmp_path))
    packed, plain = read_tenant(archive), read_tenant(folder)
    assert (packed.policies, packed.users, packed.groups) == (plain.policies, plain.users, plain.groups)
    with pytest.raises(BadInput, match="packed"):
        signin_paths(archive)
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    assert [path.read_text(encoding="utf-8") for path in signin_paths(archive, scratch)] == ["[]"]


def test_a_zip_with_backslashes_is_read_like_any_other(tmp_path: Path) -> None:
    archive = tmp_path / "contoso.zip"
    with ZipFile(archive, "w") as file:
        member = ZipInfo("contoso/users.json")
        member.filename = "contoso\\users.json"
        file.writestr(member, json.dumps([user("ann")]))
    assert len(read_tenant(archive).users.records) == 1


def test_sign_in_logs_are_found_by_name_and_by_folder(tmp_path: Path) -> None:
    write_tenant(tmp_path, users=[user("ann")], signIns=[])
    write_json(tmp_path / "signIns" / "2026" / "PT1H.json", [])
    (tmp_path / "signIns" / "export.csv").write_text("a", encoding="utf-8")
    names = [path.relative_to(tmp_path).as_posix() for path in signin_paths(tmp_path)]
    assert names == ["signIns.json", "signIns/2026/PT1H.json", "signIns/export.csv"]


def test_an_unread_page_makes_a_collection_incomplete(tmp_path: Path) -> None:
    page = {"@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=x", "value": [user("ann")]}
    found = tenant(tmp_path, users=page, namedLocations={"@odata.nextLink": "x", "value": []})
    assert not found.users.complete
    assert found.users.why.endswith("users.json has a next page that was not exported")
    assert not found.locations.complete


def test_a_page_with_fewer_records_than_its_count_is_incomplete(tmp_path: Path) -> None:
    found = tenant(tmp_path, users={"@odata.count": 3, "value": [user("ann")]})
    assert found.users.why.endswith("users.json holds 1 of 3 records")


def test_a_record_that_cannot_be_understood_is_named_and_the_rest_still_read(tmp_path: Path) -> None:
    found = tenant(tmp_path, users=[user("ann"), user("ben", accountEnabled="perhaps"), "x", user("cat", id=None), user("dan")])
    assert [each.id for each in found.users.records] == [guid("ann"), guid("dan")]
    assert not found.users.complete
    assert "users.json, record 2 could not be read and 2 more" in found.users.why
    assert ["record 2" in found.problems[0], "accountEnabled" in found.problems[0]] == [True, True]
    assert len(found.problems) == 3


@pytest.mark.parametrize("name", ["users", "conditionalAccessPolicies"])
@pytest.mark.parametrize("text", ["[{", "", "\x00\x00\x00", "<html></html>"])
def test_a_broken_file_of_what_every_question_needs_is_refused(tmp_path: Path, name: str, text: str) -> None:
    write_tenant(tmp_path, conditionalAccessPolicies=[policy()], users=[user("ann")])
    (tmp_path / f"{name}.json").write_text(text, encoding="utf-8")
    with pytest.raises(BadInput, match=rf"{name}\.json: .*: export the file again"):
        read_tenant(tmp_path)


def test_a_broken_line_is_named_by_its_number(tmp_path: Path) -> None:
    write_tenant(tmp_path, conditionalAccessPolicies=[policy()])
    (tmp_path / "users.jsonl").write_text(f"{json.dumps(user('ann'))}\n{{broken\n", encoding="utf-8")
    with pytest.raises(BadInput, match=r"users\.jsonl:2: not valid JSON"):
        read_tenant(tmp_path)


@pytest.mark.parametrize("name", ["groups", "namedLocations", "devices", "domains", "organization", "authenticationMethodsPolicy"])
def test_a_broken_file_of_anything_else_leaves_that_collection_open(tmp_path: Path, name: str) -> None:
    write_tenant(tmp_path, conditionalAccessPolicies=[policy()], users=[user("ann")])
    (tmp_path / f"{name}.json").write_text("[{", encoding="utf-8")
    found = read_tenant(tmp_path)
    assert len(found.problems) == 1
    assert f"{name}.json: not valid JSON" in found.problems[0]
    assert not found.groups.complete
    assert not found.locations.complete


def test_damaged_gzip_is_one_clear_line(tmp_path: Path) -> None:
    write_tenant(tmp_path, conditionalAccessPolicies=[policy()])
    (tmp_path / "users.json.gz").write_bytes(gzip.compress(b"[]")[:-6])
    with pytest.raises(BadInput, match=r"users\.json\.gz: the gzip data are damaged"):
        read_tenant(tmp_path)


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no such file or folder"):
        read_tenant(tmp_path / "missing")
    with pytest.raises(BadInput, match="holds no files"):
        read_tenant(tmp_path)
    write_tenant(tmp_path, groups=[])
    with pytest.raises(BadInput, match="holds neither policies nor users"):
        read_tenant(tmp_path)


def test_a_policy_that_cannot_be_read_leaves_the_set_incomplete(tmp_path: Path) -> None:
    found = tenant(tmp_path, conditionalAccessPolicies=[policy("A"), {"id": "x"}, policy("B", users=["everyone"])])
    assert [each.display_name for each in found.policies.records] == ["A"]
    assert not found.policies.complete
    assert len(found.problems) == 2


def test_pascal_case_of_powershell_is_read(tmp_path: Path) -> None:
    upper = {key[0].upper() + key[1:]: value for key, value in user("ann").items()}
    members = {"Id": guid("g"), "DisplayName": "g", "Members": [{"Id": guid("ann")}]}
    found = tenant(tmp_path, users=upper, groups=[members])
    assert found.users.records[0].user_principal_name == "ann@contoso.example"
    assert found.groups.records[0].members == (guid("ann"),)


def test_only_the_nearest_file_of_a_collection_counts(tmp_path: Path) -> None:
    write_json(tmp_path / "backup" / "users.json", [user("old")])
    write_json(tmp_path / "proposed" / "mfa.json", policy("Proposed"))
    found = tenant(tmp_path)
    assert [each.id for each in found.users.records] == [guid("ann")]
    assert [each.display_name for each in found.policies.records] == ["MFA for all"]
    used = dict(found.files)
    assert used["backup/users.json"] == "not used: users.json is nearer"
    assert used["proposed/mfa.json"].startswith("not used: policies")


def test_proposed_policies_are_never_the_tenants_own(tmp_path: Path) -> None:
    """They would be, where the tenant's own were not exported: and what is proposed to be safe would look as if it were safe."""
    write_json(tmp_path / "users.json", [user("ann")])
    write_json(tmp_path / "Proposed" / "mfa.json", policy("Proposed"))
    found = read_tenant(tmp_path)

    assert (found.policies.records, found.policies.complete) == ((), False)
    assert dict(found.files)["Proposed/mfa.json"] == "not used: policies that are proposed, give them with --with"


def test_two_policies_under_one_id_are_both_kept_and_reported(tmp_path: Path) -> None:
    twice = [policy("A", id="1"), policy("A", id="1"), policy("B", id="1")]
    found = tenant(tmp_path, conditionalAccessPolicies=twice)
    assert [each.id for each in found.policies.records] == ["1", "1~2"]
    assert "another policy has the id 1 too" in found.problems[0]


@pytest.mark.parametrize("form", [policy("A"), [policy("A")], {"value": [policy("A")]}])
def test_proposed_policies_come_as_one_an_array_or_a_page(tmp_path: Path, form: object) -> None:
    assert [each.display_name for each in read_policies(write_json(tmp_path / "with.json", form))] == ["A"]


def test_proposed_policies_come_as_a_folder(tmp_path: Path) -> None:
    for name in "AB":
        write_json(tmp_path / f"{name}.json", policy(name))
    (tmp_path / "README.md").write_text("hello", encoding="utf-8")
    assert [each.display_name for each in read_policies(tmp_path)] == ["A", "B"]


@pytest.mark.parametrize(
    ("form", "problem"),
    [
        ([policy("A"), {"id": "x"}], "record 2: is not a Conditional Access policy"),
        ({"value": [policy("A")], "@odata.nextLink": "x"}, "next page"),
        ([], "holds no Conditional Access policy"),
        ({"hello": 1}, "holds no Conditional Access policy"),
    ],
)
def test_a_proposal_is_read_whole_or_not_at_all(tmp_path: Path, form: object, problem: str) -> None:
    with pytest.raises(BadInput, match=problem):
        read_policies(write_json(tmp_path / "with.json", form))


def test_a_broken_proposal_is_named(tmp_path: Path) -> None:
    (tmp_path / "with.json").write_text("[{", encoding="utf-8")
    with pytest.raises(BadInput, match=r"with\.json: not valid JSON"):
        read_policies(tmp_path / "with.json")
