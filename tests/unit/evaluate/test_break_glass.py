"""Who the break-glass accounts are, and when that cannot be told."""

from __future__ import annotations

from dataclasses import replace

import pytest

from unbroken.entra.directory import Group, User
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.evaluate.break_glass import break_glass


def tenant(entry: str, *groups: Group, complete: bool) -> Snapshot:
    return Snapshot(
        source="test",
        policies=Collection("conditionalAccessPolicies", (), complete=True),
        users=Collection("users", (), complete=True),
        groups=Collection("groups", groups, complete=complete),
        facts=OperatorFacts(break_glass=(entry,)),
    )


@pytest.mark.parametrize("groups", [(), (Group(id="g1", display_name="Sales", members=()),)])
def test_a_group_that_may_be_among_those_not_read_is_not_nobody(groups: tuple[Group, ...]) -> None:
    """Taken for nobody, an account of it that is locked out would be no account to speak of, and all would seem well."""
    found = break_glass(tenant("group:BreakGlass", *groups, complete=False))

    assert (found.unread, found.nobody) == (("group:BreakGlass",), ())


@pytest.mark.parametrize(("entry", "complete"), [("group:BreakGlass", True), ("bg1@contoso.example", False)])
def test_a_name_that_nothing_in_the_export_bears_is_nobody(entry: str, complete: bool) -> None:
    found = break_glass(tenant(entry, complete=complete))

    assert (found.unread, found.nobody) == ((), (entry,))


def test_a_group_may_be_named_without_saying_that_it_is_one() -> None:
    group = Group(id="g1", display_name="BreakGlass", members=("u1",))
    found = break_glass(tenant("breakglass", group, complete=True))

    assert (found.groups, found.nobody, found.strangers) == (("g1",), (), ("u1 of breakglass",))


@pytest.mark.parametrize("entry", ["bg@contoso.example", "BG@CONTOSO.EXAMPLE"])
def test_a_principal_name_that_two_users_bear_is_neither_of_them_for_sure(entry: str) -> None:
    twins = tuple(User(id=each, user_principal_name="bg@contoso.example") for each in ("one", "two"))
    snapshot = replace(tenant(entry, complete=True), users=Collection("users", twins, complete=True))
    by_id = replace(snapshot, facts=OperatorFacts(break_glass=("TWO",)))

    assert (break_glass(snapshot).users, break_glass(snapshot).ambiguous) == ((), (entry,))
    assert (break_glass(by_id).users, break_glass(by_id).ambiguous) == (("two",), ())
