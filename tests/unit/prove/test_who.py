"""Who: everybody who can sign in, and whom each policy means, surely and perhaps."""

from __future__ import annotations

from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, Record, group, guest, guid, policy, role, user
from builders_space import MakeTenant, partner, prover, trust
from unbroken.entra.vocabulary import GuestKind
from unbroken.prove.who import SOME_OTHER_TENANT, Crowd, Sort, bits_at, positions_of

ANN, BOB, CID = (user(name) for name in ("ann", "bob", "cid"))
INTERNAL = user("ian", userType="Guest")
GAIL = guest("gail")
MEL = guest("mel", userType="Member")
PEOPLE = {name: guid(name) for name in ("ann", "bob", "cid", "ian", "gail", "mel")}
WITHOUT_OBJECT = {"b2bDirectConnectUser", "serviceProvider", "otherExternalUser"}


def on(**users: Any) -> Record:
    """Return a policy with this user assignment."""
    return policy(f"on {users}", users=users)


def of_kind(kinds: str, *tenants: str, side: str = "include") -> Record:
    """Return a policy on these kinds of external user; of the home tenants called `tenants` when there are any."""
    members = [guid(each) for each in tenants]
    external = {"membershipKind": "enumerated", "members": members} if members else {"membershipKind": "all"}
    scope = {f"{side}GuestsOrExternalUsers": {"guestOrExternalUserTypes": kinds, "externalTenants": external}}
    return on(**({"includeUsers": ["All"]} if side == "exclude" else {}), **scope)


def people(crowd: Crowd, positions: int) -> list[str]:
    """Return who stands at `positions`: users by name, external users without an object by kind (and home tenant), in order."""
    called = {each: name for name, each in PEOPLE.items()} | {guid("fabrikam"): " of fabrikam", SOME_OTHER_TENANT: ""}
    found = [crowd.identities[at] for at in positions_of(positions)]
    return [called.get(who.user_id or "") or f"{who.guest_kind}{called[who.home_tenant_id or '']}" for who in found]


@pytest.fixture
def crowd(tenant: MakeTenant) -> Any:
    """Return what makes the crowd of Ann, Bob and Cid, and whoever else is in `users`, under policies."""

    def made(*policies: Record, users: tuple[Record, ...] = (), worlds: bool = True, **more: Any) -> Crowd:
        found = prover(tenant(*policies, users=[ANN, BOB, CID, *users], **more))
        return (found.worlds if worlds else found.certainties).who

    return made


def test_members_of_nested_groups_are_meant_and_cycles_end(crowd: Any) -> None:
    inner, outer = group("inner", "ann", "outer"), group("outer", "bob", "inner")
    found = crowd(on(includeGroups=[guid("outer")]), on(includeGroups=[guid("inner")]), groups=[inner, outer])

    assert [people(found, found.sure[number]) for number in (0, 1)] == [["ann", "bob"], ["ann", "bob"]]
    assert found.certain


def test_holders_of_a_role_are_meant_also_those_who_hold_it_through_a_group(crowd: Any) -> None:
    holders = role(GLOBAL_ADMINISTRATOR, "ann", "admins")
    found = crowd(on(includeRoles=[GLOBAL_ADMINISTRATOR]), directoryRoles=[holders], groups=[group("admins", "bob")])

    assert people(found, found.sure[0]) == people(found, found.possible[0]) == ["ann", "bob"]


@pytest.mark.parametrize(
    "left_out",
    [{"excludeUsers": [guid("ann")]}, {"excludeGroups": [guid("staff")]}, {"excludeRoles": [GLOBAL_ADMINISTRATOR]}],
)
def test_whoever_is_excluded_is_not_meant_however_often_included(left_out: dict[str, Any], crowd: Any) -> None:
    named = {"includeUsers": ["All", guid("ann")], "includeGroups": [guid("staff")]}
    more = {"groups": [group("staff", "ann")], "directoryRoles": [role(GLOBAL_ADMINISTRATOR, "ann")]}
    found = crowd(on(**named, **left_out), **more)

    assert "ann" not in people(found, found.possible[0])
    assert {"bob", "cid"} | WITHOUT_OBJECT <= {*people(found, found.sure[0])}


@pytest.mark.parametrize(
    ("kinds", "meant"),
    [
        ("internalGuest", ["ian"]),
        ("b2bCollaborationGuest", ["gail"]),
        ("b2bCollaborationMember", ["mel"]),
        *((kind, [kind]) for kind in sorted(WITHOUT_OBJECT)),
        ("internalGuest,b2bCollaborationMember", ["ian", "mel"]),
    ],
)
def test_each_kind_of_external_user_is_meant_by_its_own_word(kinds: str, meant: list[str], crowd: Any) -> None:
    users = (INTERNAL, GAIL, MEL)
    found = crowd(of_kind(kinds), of_kind(kinds, side="exclude"), users=users)
    rest = {"ann", "bob", "cid", "ian", "gail", "mel"} | WITHOUT_OBJECT

    assert people(found, found.sure[0]) == people(found, found.possible[0]) == meant
    assert {*people(found, found.sure[1])} == {*people(found, found.possible[1])} == rest - {*meant}


def test_guests_or_external_users_is_every_kind_and_no_member(crowd: Any) -> None:
    found = crowd(on(includeUsers=["GuestsOrExternalUsers"]), users=(INTERNAL, GAIL, MEL))

    assert {*people(found, found.sure[0])} == {"ian", "gail", "mel"} | WITHOUT_OBJECT


def test_external_users_without_an_object_stand_there_once_for_each_home_tenant_that_is_told_apart(crowd: Any) -> None:
    of_fabrikam = {f"{kind} of fabrikam" for kind in WITHOUT_OBJECT}

    for found in (
        crowd(of_kind("b2bDirectConnectUser", "fabrikam")),
        crowd(on(includeUsers=["All"]), crossTenantAccessPolicy=trust(partner("fabrikam", mfa=True))),
    ):
        assert {*people(found, found.full)} - {"ann", "bob", "cid"} == WITHOUT_OBJECT | of_fabrikam


def test_two_guests_of_one_kind_are_told_apart_by_their_groups_and_by_name(crowd: Any) -> None:
    users = (GAIL, guest("mel"), guest("ian"))
    found = crowd(
        on(includeUsers=["GuestsOrExternalUsers"], excludeGroups=[guid("staff")]),
        on(includeUsers=[guid("ian")]),
        users=users,
        groups=[group("staff", "mel")],
    )

    assert {"gail", "mel", "ian"} & {*people(found, found.possible[0])} == {"gail", "ian"}
    assert people(found, found.sure[1]) == people(found, found.possible[1]) == ["ian"]


def test_a_list_of_tenants_means_external_users_of_these_alone(crowd: Any) -> None:
    found = crowd(of_kind("b2bDirectConnectUser", "fabrikam"), of_kind("b2bDirectConnectUser", "fabrikam", side="exclude"))

    assert people(found, found.sure[0]) == people(found, found.possible[0]) == ["b2bDirectConnectUser of fabrikam"]
    assert "b2bDirectConnectUser of fabrikam" not in people(found, found.possible[1])
    assert {"b2bDirectConnectUser", "serviceProvider of fabrikam"} <= {*people(found, found.sure[1])}


def test_a_guest_whose_home_tenant_no_export_shows_may_be_of_a_listed_one(crowd: Any) -> None:
    policies = (of_kind("b2bCollaborationGuest", "fabrikam"), of_kind("internalGuest", "fabrikam"))
    worlds, certain = (crowd(*policies, users=(GAIL, INTERNAL), worlds=flag) for flag in (True, False))

    assert people(worlds, worlds.full).count("gail") == 2
    assert (people(worlds, worlds.sure[0]), people(worlds, worlds.possible[0])) == (["gail"], ["gail"])
    assert (people(certain, certain.sure[0]), people(certain, certain.possible[0])) == ([], ["gail"])
    assert people(certain, certain.sure[1]) == ["ian"], "an internal guest has no home tenant to be listed"


@pytest.mark.parametrize(("record", "there"), [({"accountEnabled": False}, False), ({"accountEnabled": None}, True), ({}, True)])
def test_disabled_accounts_cannot_sign_in_and_an_account_that_does_not_say_so_can(record: dict[str, Any], there: bool, crowd: Any) -> None:
    dan = {key: value for key, value in user("ian").items() if key != "accountEnabled"} | record
    found = crowd(on(includeUsers=["All"]), users=(dan,))

    assert ("ian" in people(found, found.full)) is there
    assert (guid("ian") in found.position) is there


def test_anybody_may_be_in_a_group_that_was_not_read(crowd: Any) -> None:
    unread = {"groups": [group("staff") | {"members": None}]}
    policies = (on(includeGroups=[guid("staff")]), on(includeUsers=["All"], excludeGroups=[guid("staff")]))
    worlds, certain = (crowd(*policies, worlds=flag, **unread) for flag in (True, False))

    assert not worlds.certain
    assert people(worlds, worlds.full).count("ann") == 2, "once in the group and once outside"
    assert worlds.sure == worlds.possible
    assert {*people(worlds, worlds.sure[0])} == {"ann", "bob", "cid"}
    assert not worlds.sure[0] & worlds.sure[1], "nobody is in and outside of one group at once"
    assert people(certain, certain.full).count("ann") == 1
    assert people(certain, certain.sure[0]) == []
    assert {*people(certain, certain.possible[0])} == {"ann", "bob", "cid"}
    assert {*people(certain, certain.sure[1])} == WITHOUT_OBJECT
    assert worlds.of([guid("ann")]).bit_count() == 2
    assert people(worlds, worlds.of([guid("ann")])) == ["ann", "ann"]


def test_a_role_or_guest_assignment_on_exchange_activesync_reaches_everybody_but_the_excluded(crowd: Any) -> None:
    lists = {"includeRoles": [GLOBAL_ADMINISTRATOR], "excludeUsers": [guid("bob")]}
    wide = policy("wide", users=lists, clientAppTypes=["exchangeActiveSync"])
    narrow = policy("narrow", users=lists)
    found = crowd(wide, narrow, directoryRoles=[role(GLOBAL_ADMINISTRATOR, "ann", "bob")], users=(GAIL,))

    assert [people(found, found.sure[number]) for number in (0, 1)] == [["ann"], ["ann"]]
    assert {*people(found, found.eas_sure[0])} == {*people(found, found.eas_possible[0])} == {"ann", "cid", "gail"} | WITHOUT_OBJECT
    assert people(found, found.eas_sure[1]) == ["ann"]


def test_what_is_accepted_from_home_makes_sorts_of_external_users(crowd: Any) -> None:
    found = crowd(on(includeUsers=["All"]), crossTenantAccessPolicy=trust(partner("fabrikam", mfa=True, compliant=True)), users=(INTERNAL,))
    direct = GuestKind.B2B_DIRECT_CONNECT
    trusts = {
        who: {(sort.trust.mfa, sort.trust.compliant_device, sort.trust.hybrid_device) for sort in sorts}
        for sorts, positions in found.sorts.items()
        for who in people(found, positions)
    }

    assert trusts[f"{direct} of fabrikam"] == {(True, True, False)}
    assert trusts[direct] == trusts["ann"] == trusts["ian"] == {(False, False, False)}
    assert found.sorts[frozenset({Sort()})] == found.of(PEOPLE[name] for name in ("ann", "bob", "cid"))


def test_a_guest_may_be_of_several_sorts_where_trust_was_not_exported(crowd: Any) -> None:
    worlds, certain = (crowd(on(includeUsers=["All"]), crossTenantAccessPolicy=None, users=(GAIL,), worlds=flag) for flag in (True, False))
    sorts = {frozenset(sort.trust.mfa for sort in sorts) for sorts, at in certain.sorts.items() if "gail" in people(certain, at)}

    assert sorts == {frozenset({True, False})}
    assert people(worlds, worlds.full).count("gail") == 8, "once for each way the three kinds of trust can be"
    assert all(len(sorts) == 1 for sorts in worlds.sorts)


def test_a_crowd_says_who_its_positions_are(crowd: Any) -> None:
    found = crowd(of_kind("serviceProvider", "fabrikam"), users=(GAIL,))

    assert found.users(found.full) == (PEOPLE["ann"], PEOPLE["bob"], PEOPLE["cid"], PEOPLE["gail"])
    assert [(str(who.guest_kind), who.home_tenant_id) for who in found.externals(found.sure[0])] == [("serviceProvider", guid("fabrikam"))]
    assert people(found, found.of([PEOPLE["bob"], guid("nobody")])) == ["bob"]


@pytest.mark.parametrize("positions", [[], [0], [7, 8], [3, 64, 129]])
def test_positions_and_bits_are_two_forms_of_one_set(positions: list[int]) -> None:
    bits = bits_at(positions, 130)

    assert bits == sum(1 << position for position in positions)
    assert positions_of(bits) == positions
