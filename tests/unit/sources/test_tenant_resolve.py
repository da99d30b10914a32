"""Names instead of ids: resolved when they stand for one thing, reported when they do not; dangling ids."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from builders import (
    GLOBAL_ADMINISTRATOR,
    PHISHING_RESISTANT_STRENGTH,
    Record,
    group,
    guid,
    ip_location,
    policy,
    service_principal,
    user,
    write_json,
    write_tenant,
)
from unbroken.entra.snapshot import Snapshot
from unbroken.sources.policy import policy_from_wire
from unbroken.sources.tenant import read_proposal, read_tenant, resolved


def tenant(path: Path, *policies: dict[str, Any], **collections: Any) -> Snapshot:
    whole: dict[str, Any] = {
        "users": [user("ann"), user("twin", id=guid("t1"), displayName="Twin"), user("twin2", displayName="Twin")],
        "groups": [group("Pilot", "ann"), group("Same"), group("Same", id=guid("other"))],
        "namedLocations": [ip_location("Office", "192.0.2.0/24")],
        "servicePrincipals": [service_principal("Payroll")],
    }
    return read_tenant(write_tenant(path, conditionalAccessPolicies=list(policies), **(whole | collections)))


def test_names_become_ids_where_they_stand_for_one_thing(tmp_path: Path) -> None:
    users = {"includeUsers": ["ANN@contoso.example"], "excludeGroups": ["pilot"], "includeRoles": ["Global Administrator"]}
    named = policy(
        users=users,
        applications={"includeApplications": ["Payroll", "Office365"]},
        locations={"includeLocations": ["Office", "AllTrusted"]},
        clientApplications={"includeServicePrincipals": ["Payroll"]},
        grantControls={"operator": "OR", "authenticationStrength": {"displayName": "Phishing-resistant MFA"}},
    )
    found = tenant(tmp_path, named)
    one = found.policies.records[0]
    assert one.users[0].users == {guid("ann")}
    assert one.users[1].groups == {guid("Pilot")}
    assert one.users[0].roles == {GLOBAL_ADMINISTRATOR}
    assert one.target.include_apps == {guid("app Payroll"), "Office365"}
    assert one.conditions.locations.include == {guid("Office"), "AllTrusted"}
    assert one.workloads[0].service_principals == {guid("sp Payroll")}
    assert one.grant.strength == PHISHING_RESISTANT_STRENGTH
    assert found.unresolved == found.dangling == ()


@pytest.mark.parametrize("token", ["Twin", "<RING>", "nobody@contoso.example"])
def test_a_name_that_stands_for_none_or_several_stays_and_is_reported(tmp_path: Path, token: str) -> None:
    one = policy(users={"includeUsers": ["All"], "excludeUsers": [token]})
    found = tenant(tmp_path, one)
    assert found.policies.records[0].users[1].users == {token}
    assert found.unresolved == ((one["id"], "conditions.users.excludeUsers", token),)


def test_a_name_is_not_resolved_in_a_collection_that_may_hold_another_of_that_name(tmp_path: Path) -> None:
    page = {"value": [group("Pilot", "ann")], "@odata.nextLink": "x"}
    found = tenant(tmp_path, policy(users={"includeGroups": ["Pilot"]}), groups=page)
    assert [token for _, _, token in found.unresolved] == ["Pilot"]


def test_an_id_that_a_complete_collection_lacks_is_dangling(tmp_path: Path) -> None:
    lists = {"includeUsers": [guid("gone")], "excludeGroups": [guid("gone group")], "includeRoles": [guid("some role")]}
    one = policy(users=lists, locations={"includeLocations": [guid("gone place")]})
    found = tenant(tmp_path / "a", one)
    assert set(found.dangling) == {
        (one["id"], "conditions.users.includeUsers", guid("gone")),
        (one["id"], "conditions.users.excludeGroups", guid("gone group")),
        (one["id"], "conditions.locations.includeLocations", guid("gone place")),
    }
    partial = tenant(tmp_path / "b", one, groups={"value": [], "@odata.nextLink": "x"})
    assert (one["id"], "conditions.users.excludeGroups", guid("gone group")) not in partial.dangling
    assert partial.unresolved == ()


def test_ids_that_are_no_guids_are_ids_when_something_has_them(tmp_path: Path) -> None:
    found = tenant(tmp_path, policy(users={"includeUsers": ["user-1"]}), users=[user("ann", id="user-1")])
    assert found.unresolved == ()


def test_a_principal_name_and_a_built_in_name_are_unique_even_where_not_everything_was_read(tmp_path: Path) -> None:
    one = policy(users={"includeUsers": ["ann@contoso.example"], "includeRoles": ["global administrator"], "excludeUsers": ["Ann"]})
    found = tenant(tmp_path, one, users={"value": [user("ann")], "@odata.nextLink": "x"})
    assert found.policies.records[0].users[0].users == {guid("ann")}
    assert found.policies.records[0].users[0].roles == {GLOBAL_ADMINISTRATOR}
    assert [token for _, _, token in found.unresolved] == ["Ann"]


def test_a_proposal_takes_the_ids_of_the_tenant_and_brings_its_strengths(tmp_path: Path) -> None:
    before = tenant(tmp_path / "tenant", policy())
    strength = {"id": guid("strong"), "displayName": "Strong", "allowedCombinations": ["fido2"]}
    grant = {"operator": "OR", "authenticationStrength": strength}
    new = policy("New", users={"includeGroups": ["Pilot"], "excludeGroups": ["<RING>"]}, grantControls=grant)
    (proposed,), after = read_proposal([write_json(tmp_path / "new.json", new)], before)
    assert proposed.users[0].groups == {guid("Pilot")}
    assert after.unresolved == ((new["id"], "conditions.users.excludeGroups", "<RING>"),)
    assert [each.display_name for each in after.strengths.records] == ["Strong"]
    assert after.policies == before.policies


STRONG = {"id": guid("strong"), "displayName": "Strong", "allowedCombinations": ["fido2"], "requirementsSatisfied": "mfa"}
KEYS_OF_ONE_MODEL = [{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": [guid("model")]}]


def demanding(name: str, **definition: Any) -> Record:
    """Return a policy that carries a definition of the strength."""
    return policy(name, grantControls={"operator": "OR", "authenticationStrength": STRONG | definition})


@pytest.mark.parametrize(
    ("definition", "differs"),
    [
        ({"allowedCombinations": ["password"]}, "allowedCombinations"),
        ({"combinationConfigurations": KEYS_OF_ONE_MODEL}, "combinationConfigurations"),
        ({"requirementsSatisfied": "none"}, "requirementsSatisfied"),
        ({"allowedCombinations": ["fido2", "password"], "requirementsSatisfied": "none"}, "allowedCombinations, requirementsSatisfied"),
    ],
)
def test_a_strength_that_a_policy_defines_otherwise_than_the_tenant_is_said_and_not_used(
    tmp_path: Path, definition: dict[str, Any], differs: str
) -> None:
    line = f"the policy New defines the authentication strength Strong in another way ({differs}): that definition is not used"
    before = tenant(tmp_path / "tenant", policy(), authenticationStrengthPolicies=[STRONG])
    _, after = read_proposal([write_json(tmp_path / "new.json", demanding("New", **definition))], before)
    assert after.problems == (*before.problems, line)
    assert after.strengths == before.strengths
    assert line in tenant(tmp_path / "own", demanding("New", **definition), authenticationStrengthPolicies=[STRONG]).problems


def test_of_two_policies_that_define_a_strength_the_first_counts_and_the_other_is_named(tmp_path: Path) -> None:
    found = tenant(tmp_path, demanding("A"), demanding("B", allowedCombinations=["sms,password"]))
    assert [each.allowed_combinations for each in found.strengths.records] == [{"fido2"}]
    assert any(line.startswith("the policy B defines the authentication strength Strong in another way") for line in found.problems)


@pytest.mark.parametrize("definition", [{}, {"displayName": "s"}, {"requirementsSatisfied": None}, {"allowedCombinations": []}])
def test_a_strength_that_a_policy_defines_as_the_tenant_does_is_no_problem(tmp_path: Path, definition: dict[str, Any]) -> None:
    before = tenant(
        tmp_path / "tenant", policy(), authenticationStrengthPolicies=[STRONG | {"combinationConfigurations": KEYS_OF_ONE_MODEL}]
    )
    _, after = read_proposal([write_json(tmp_path / "new.json", demanding("New", **definition))], before)
    assert (after.problems, after.strengths) == (before.problems, before.strengths)


def test_policies_laid_over_are_resolved_anew(tmp_path: Path) -> None:
    before = tenant(tmp_path, policy(users={"includeUsers": ["<RING>"]}))
    over = policy_from_wire(policy("New", users={"includeGroups": ["Pilot"]}))
    after = resolved(replace(before, policies=replace(before.policies, records=(over,))))
    assert after.policies.records[0].users[0].groups == {guid("Pilot")}
    assert after.unresolved == ()
    assert resolved(after) == after
