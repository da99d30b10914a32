"""Of whom properties speak: break-glass accounts, exemptions that count today, members of groups and holders of roles."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, Record, group, guid, policy, role, user
from builders_space import MakeTenant
from unbroken.prove.scope import SOON_DAYS, Meant, Scopes, together

TODAY = date(2026, 11, 28)
USERS = [user(name) for name in ("ann", "bob", "bg1", "bg2")]
STAFF = group("Staff", "ann", "inner")
INNER = group("inner", "bob")


@pytest.fixture
def scopes(tenant: MakeTenant) -> Any:
    """Return what reads `unbroken.toml` beside a tenant of Ann, Bob and two break-glass accounts."""

    def made(facts: str = "", *groups: Record, today: date = TODAY, **more: Any) -> Scopes:
        return Scopes(tenant(policy(), groups=[*groups], facts=facts, **({"users": USERS} | more)), today)

    return made


def who(*names: str) -> frozenset[str]:
    return frozenset(map(guid, names))


@pytest.mark.parametrize(
    "entries",
    [
        ["bg1@contoso.example", "bg2@contoso.example"],
        ["BG1@Contoso.Example", "bg2@contoso.example"],
        [guid("bg1"), guid("bg2").upper()],
        ["group:Emergency"],
        ["group: emergency"],
        [f"group:{guid('Emergency')}"],
        ["group:Outer"],
        ["group:Emergency", "bg1@contoso.example"],
    ],
)
def test_break_glass_accounts_are_named_by_user_principal_name_id_or_group(entries: list[str], scopes: Any) -> None:
    found = scopes(f"break_glass = {entries}", group("Emergency", "bg1", "bg2"), group("Outer", "Emergency")).break_glass

    assert found == Meant(who("bg1", "bg2"), groups=found.groups)
    assert {*found.groups} == {
        guid(name) for name in ("Emergency", "Outer") for entry in entries if name.lower() in entry.lower() or guid(name) in entry
    }


def test_a_break_glass_entry_that_is_nobody_is_said(scopes: Any) -> None:
    found = scopes('break_glass = ["bg1@contoso.example", "gone@contoso.example", "group:Gone"]').break_glass

    assert found.sure == who("bg1")
    gone = ("gone@contoso.example", "group:Gone")
    assert found.missing == tuple(f"who the break_glass entry {each} is (no such user or group in the export)" for each in gone)
    assert found.notes == tuple(
        f"break_glass names {each}, which is nobody in the export" for each in ("gone@contoso.example", "group:Gone")
    )


def test_a_break_glass_group_that_was_not_read_may_hold_anybody(scopes: Any) -> None:
    unread = group("Emergency") | {"members": None}
    found = scopes('break_glass = ["bg1@contoso.example", "group:Emergency"]', unread).break_glass

    assert found.sure == who("bg1")
    assert found.maybe == who("ann", "bob", "bg2")
    assert found.missing == ("members of the break-glass group in group:Emergency (groups)",)


def test_a_name_that_two_groups_bear_leaves_open_whose_members_are_meant(scopes: Any) -> None:
    twice = group("Emergency", "bg1"), group("Emergency", "ann") | {"id": guid("another")}
    found = scopes('break_glass = ["group:Emergency"]', *twice).break_glass

    assert (found.sure, found.maybe) == (frozenset(), who("bg1", "ann"))
    assert found.missing == ("whom group:Emergency means (several bear that name)",)


@pytest.mark.parametrize(
    ("until", "counts", "note"),
    [
        ("2026-11-27", False, "the exemption of ann@contoso.example ended on 2026-11-27: it counts no longer"),
        ("2026-11-28", True, "the exemption of ann@contoso.example ends on 2026-11-28: this property speaks of them from then on"),
        ("2026-12-28", True, "the exemption of ann@contoso.example ends on 2026-12-28: this property speaks of them from then on"),
        ("2026-12-29", True, None),
    ],
)
def test_an_exemption_counts_until_its_last_day_and_is_said_when_that_is_near_or_past(
    until: str, counts: bool, note: str | None, scopes: Any
) -> None:
    found = scopes(f'exempt = [{{ user = "Ann@contoso.example", until = {until}, owner = "it" }}]').exempt

    assert SOON_DAYS == 30
    assert found.sure == (who("ann") if counts else frozenset())
    assert [text.replace("Ann@", "ann@") for text in found.notes] == ([note] if note else [])


def test_an_exemption_of_nobody_is_said(scopes: Any) -> None:
    found = scopes('exempt = [{ user = "gone@contoso.example", until = 2027-03-31, owner = "it" }]').exempt

    assert found == Meant(notes=("exempt names gone@contoso.example, who is nobody in the export",))


def test_members_and_holders_are_followed_through_groups(scopes: Any) -> None:
    found = scopes("", STAFF, INNER, directoryRoles=[role(GLOBAL_ADMINISTRATOR, "bg1", "inner")])

    assert found.group(guid("Staff")) == Meant(who("ann", "bob"), groups=(guid("Staff"),))
    assert found.role(GLOBAL_ADMINISTRATOR) == Meant(who("bg1", "bob"))
    assert found.group(guid("gone")) == Meant(groups=(guid("gone"),))


def test_where_a_nested_group_was_not_read_everybody_else_may_be_a_member(scopes: Any) -> None:
    found = scopes("", STAFF, INNER | {"members": None}).group(guid("Staff"))

    assert (found.sure, found.maybe) == (who("ann"), who("bob", "bg1", "bg2"))
    assert found.missing == (f"members of the group inner ({guid('inner')}; groups has no members for it)",)


def test_the_holders_of_a_role_are_open_where_roles_were_not_exported(scopes: Any) -> None:
    found = scopes("", directoryRoles=None).role(GLOBAL_ADMINISTRATOR)

    assert (found.sure, found.maybe) == (frozenset(), who("ann", "bob", "bg1", "bg2"))
    assert "not exported" in found.missing[0]


def test_whoever_is_surely_meant_by_one_word_is_not_merely_perhaps_meant_by_another() -> None:
    sure, maybe = Meant(who("ann"), missing=("a",)), Meant(who("bob"), who("ann", "bg1"), missing=("b",), notes=("n",))

    assert together([sure, maybe]) == Meant(who("ann", "bob"), who("bg1"), ("a", "b"), ("n",))


def test_a_member_of_the_break_glass_group_that_was_not_read_leaves_open_who_it_is(scopes: Any) -> None:
    group_of_two = group("Emergency", "bg1", "unseen")
    page = {"value": [user("bg1")], "@odata.nextLink": "https://graph.microsoft.com/v1.0/users?$skiptoken=2"}
    found = scopes('break_glass = ["group:Emergency"]', group_of_two, users=page).break_glass
    whole = scopes('break_glass = ["group:Emergency"]', group_of_two).break_glass

    assert found.sure == who("bg1")
    assert [guid("unseen") in each for each in found.missing] == [True]
    assert (whole.missing, [guid("unseen") in each for each in whole.notes]) == ((), [True])
