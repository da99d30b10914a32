"""Who is in which group or role, and what is said of the ones that were not read."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unbroken.entra.directory import DirectoryRole, Group, User
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.evaluate.membership import Container, Membership, containers, looks_like_an_id

ID = "11111111-2222-3333-4444-{:012d}".format
ADA, BOB, STAFF, LAB, RING, LOST = (ID(number) for number in range(6))


def tenant(*groups: Group, complete: bool = True, roles: tuple[DirectoryRole, ...] = ()) -> Snapshot:
    why = "" if complete else "has an unread page"
    return Snapshot(
        source="tenant",
        policies=Collection("conditionalAccessPolicies"),
        users=Collection("users", (User(id=ADA), User(id=BOB)), complete=True, why=""),
        groups=Collection("groups", groups, complete, why),
        roles=Collection("directoryRoles", roles, complete, why),
    )


STAFF_OF_LAB = Group(id=STAFF, display_name="Staff", members=(LAB, BOB))
LAB_OF_ADA = Group(id=LAB, display_name="Lab", members=(ADA, RING))
RING_OF_STAFF = Group(id=RING, members=(STAFF,))


def named(snapshot: Snapshot, *groups: str, roles: tuple[str, ...] = (), users: tuple[str, ...] = ()) -> dict[str, Container]:
    return containers(snapshot, groups, roles, users)


def test_a_group_holds_what_the_groups_in_it_hold_round_a_ring_too() -> None:
    found = named(tenant(STAFF_OF_LAB, LAB_OF_ADA, RING_OF_STAFF), STAFF)
    membership = Membership(found)

    assert set(found) == {STAFF, LAB, RING}
    assert membership.above([ADA]) == {LAB, STAFF, RING}
    assert membership.above([BOB]) == {STAFF, LAB, RING}
    assert {ADA, BOB} <= membership.below(STAFF)
    assert membership.unread == {}


def test_every_branch_below_a_group_is_followed() -> None:
    west, east = Group(id=LAB, members=(RING, ADA)), Group(id=LOST, members=(BOB,))
    found = named(tenant(Group(id=STAFF, members=(LAB, LOST)), west, east, Group(id=RING, members=(ID(8),))), STAFF)

    assert Membership(found).below(STAFF) == {LAB, LOST, RING, ADA, BOB, ID(8)}


def test_users_among_the_members_are_no_groups_even_where_groups_are_missing() -> None:
    found = named(tenant(Group(id=STAFF, members=(ADA, LOST, LAB)), LAB_OF_ADA, complete=False), STAFF)

    assert ADA not in found
    assert found[LAB].members == (ADA, RING)
    assert found[LOST].members is None
    assert found[LOST].missing == f"members of the group {LOST} (groups has an unread page)"


def test_an_id_that_complete_groups_do_not_contain_holds_nobody() -> None:
    assert named(tenant(), LOST, roles=(LOST,)) == {
        f"role:{LOST}": Container((), f"holders of the role {LOST} (directoryRoles has no members for it)")
    }


def test_a_group_without_members_says_so_by_its_name() -> None:
    found = named(tenant(Group(id=STAFF, display_name="Staff"), Group(id=RING)), STAFF, RING)

    assert found[STAFF] == Container(None, f"members of the group Staff ({STAFF}; groups has no members for it)")
    assert found[RING] == Container(None, f"members of the group {RING} ({RING}; groups has no members for it)")


def test_a_role_is_named_and_unread_where_the_roles_are_not_complete() -> None:
    known = DirectoryRole(template_id=ID(7), display_name="Helpdesk Administrator", members=(ADA,))
    unread = replace(known, template_id=ID(8), display_name="", members=None)
    found = named(tenant(roles=(known, unread), complete=False), roles=(ID(7), ID(8), ID(9)))

    assert found[f"role:{ID(7)}"] == Container((ADA,), "holders of the role Helpdesk Administrator (directoryRoles has an unread page)")
    assert found[f"role:{ID(8)}"] == Container(None, f"holders of the role {ID(8)} (directoryRoles has an unread page)")
    assert found[f"role:{ID(9)}"].members is None


def test_a_group_that_holds_a_role_brings_its_members() -> None:
    role = DirectoryRole(template_id=ID(7), members=(LAB,))
    found = named(tenant(LAB_OF_ADA, roles=(role,)), roles=(ID(7),))

    assert Membership(found).above([ADA]) == {LAB, f"role:{ID(7)}"}


def test_a_name_in_the_place_of_an_id_is_open_and_says_what_it_is() -> None:
    found = named(tenant(), "All nurses", users=("the boss", ADA, LOST))

    assert found == {
        "user:the boss": Container(None, "which user 'the boss' stands for (no such id or name in users)"),
        "All nurses": Container(None, "which group 'All nurses' stands for (no such id, and no single such name, in groups)"),
    }


def test_a_name_among_members_that_no_policy_names_is_not_a_question() -> None:
    assert set(named(tenant(Group(id=STAFF, members=("a device", ADA))), STAFF)) == {STAFF}


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        (ADA, True),
        ("ABCDEFAB-cdef-ABCD-efab-0123456789ab", True),
        ("11111111-2222-3333-4444-00000000000x", False),
        ("11111111-2222-3333-4444-00000000000X", False),
        ("11111111-2222-3333-4444-0000000000", False),
        ("beef", False),
        ("", False),
        ("{{group}}", False),
    ],
)
def test_an_id_is_told_from_a_name(token: str, expected: bool) -> None:
    assert looks_like_an_id(token) is expected
