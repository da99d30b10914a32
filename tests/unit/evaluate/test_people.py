"""Which policies' user assignment a person meets, with the policies at different places in the list."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.entra.directory import CrossTenantAccess, Group, InboundTrust, User
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, GuestScope, UserScope, WorkloadScope
from unbroken.entra.request import Identity
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.entra.vocabulary import ClientAppType, GuestKind, PolicyState
from unbroken.evaluate.bits import Bits, certain
from unbroken.evaluate.people import ANY_KIND, OTHER_TENANT, People, Person

ID = "11111111-2222-3333-4444-{:012d}".format
ADA, STRANGER, HALF = ID(1), ID(2), ID(3)
GUEST, DIRECT = GuestKind.B2B_COLLABORATION_GUEST, GuestKind.B2B_DIRECT_CONNECT
HOME, ELSEWHERE = ID(90), ID(91)
EVERYBODY = UserScope(everyone=True)


def policy(include: UserScope = EVERYBODY, exclude: UserScope | None = None, **more: Any) -> ConditionalAccessPolicy:
    return ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED, users=(include, exclude or UserScope()), **more)


def of_guests(kind: GuestKind, *tenants: str) -> UserScope:
    return UserScope(guests=(GuestScope(kinds=frozenset({kind}), tenants=frozenset(tenants) or None),))


def people(*policies: ConditionalAccessPolicy, groups: tuple[Group, ...] = (), **more: Any) -> People:
    users = (User(id=ADA, user_type="Member", external=False), User(id=HALF, user_principal_name="half@contoso.example", external=False))
    found: dict[str, Any] = {"users": Collection("users", users, complete=True, why="")} | more
    tenant = Snapshot(
        source="tenant",
        policies=Collection("conditionalAccessPolicies", policies, complete=True, why=""),
        groups=Collection("groups", groups, complete=True, why=""),
        roles=Collection("directoryRoles", (), complete=True, why=""),
        **found,
    )
    return People(tenant, policies)


def bits(found: People, identity: Identity, **more: Any) -> Bits:
    return found.dimension(identity, **more).bits


def test_an_identity_we_do_not_understand_is_unknown_to_every_policy() -> None:
    found = people(policy(), policy()).dimension(Identity())

    assert found.bits == Bits(0, 0b11)
    assert found.reasons == (("users", Bits(0, 0b11)),)
    assert found.unknowns == ((0b11, "which user signs in (only users, external users and service principals are understood)"),)
    assert found.alternatives[0].facts == Person(None, None, None)


def test_a_user_whom_several_policies_name_meets_all_of_them() -> None:
    own = UserScope(users=frozenset({ADA}))

    assert bits(people(policy(own), policy(UserScope()), policy(own)), Identity(user_id=ADA)) == certain(0b101)
    assert bits(people(policy(), policy(EVERYBODY, own), policy()), Identity(user_id=ADA)) == certain(0b101)


def test_policies_that_assign_nobody_are_known() -> None:
    workload = policy(UserScope(), workloads=(WorkloadScope(everyone=True), WorkloadScope()))

    assert people(policy(), policy(UserScope()), workload, policy(UserScope())).nobody == 0b1010


@pytest.mark.parametrize(
    ("identity", "expected"),
    [
        (Identity(guest_kind=DIRECT, home_tenant_id=HOME.upper()), 0b0111),
        (Identity(guest_kind=DIRECT, home_tenant_id=ELSEWHERE), 0b0101),
        (Identity(guest_kind=GuestKind.SERVICE_PROVIDER, home_tenant_id=HOME), 0),
    ],
)
def test_external_users_are_told_by_kind_and_home_tenant(identity: Identity, expected: int) -> None:
    found = people(policy(of_guests(DIRECT)), policy(of_guests(DIRECT, HOME)), policy(of_guests(DIRECT)), policy(of_guests(GUEST)))

    assert bits(found, identity) == certain(expected)


def test_an_internal_guest_has_no_home_tenant_to_be_told_by() -> None:
    internal = of_guests(GuestKind.INTERNAL_GUEST, HOME)
    guest = Collection("users", (User(id=ADA, user_type="Guest", external=False),), complete=True, why="")

    found = people(policy(internal), policy(EVERYBODY, internal), users=guest).dimension(Identity(user_id=ADA))

    assert found.bits == certain(0b01)
    assert found.unknowns == ()


def test_an_excluded_home_tenant_excludes_only_its_own_people() -> None:
    found = people(policy(), policy(EVERYBODY, of_guests(DIRECT, HOME)))

    assert bits(found, Identity(guest_kind=DIRECT, home_tenant_id=HOME)) == certain(0b01)
    assert bits(found, Identity(guest_kind=DIRECT, home_tenant_id=ELSEWHERE)) == certain(0b11)


def test_an_unread_home_tenant_may_be_any_that_policies_or_partners_name_or_another() -> None:
    access = CrossTenantAccess(partners=((ELSEWHERE, InboundTrust(mfa=True)),))
    found = people(policy(of_guests(DIRECT, HOME)), policy(), cross_tenant=access).dimension(Identity(guest_kind=DIRECT))

    assert {option.facts.home_tenant for option in found.alternatives} == {HOME, ELSEWHERE, OTHER_TENANT}
    assert found.bits == Bits(0b10, 0b11)
    assert found.unknowns == ((0b11, f"home tenant of the user {DIRECT}"),)


def test_a_member_has_no_home_tenant_to_ask_for() -> None:
    found = people(policy(of_guests(DIRECT, HOME)), policy()).dimension(Identity(user_id=ADA))

    assert [option.facts for option in found.alternatives] == [Person(ADA, None, None)]
    assert found.unknowns == ()


def test_a_user_who_is_not_in_the_export_may_be_of_any_kind() -> None:
    found = people(policy(of_guests(GUEST)), policy()).dimension(Identity(user_id=STRANGER))

    assert {option.facts.guest_kind for option in found.alternatives} == set(ANY_KIND)
    assert found.bits == Bits(0b10, 0b11)
    assert found.unknowns == ((0b11, f"userType of the user {STRANGER} (no such id in users)"),)


@pytest.mark.parametrize(
    ("user", "kinds", "what"),
    [
        (User(id=HALF, external=False), {None, GuestKind.INTERNAL_GUEST}, f"userType of the user {HALF}"),
        (User(id=HALF, external=True), {GUEST, GuestKind.B2B_COLLABORATION_MEMBER}, f"userType of the user {HALF}"),
        (
            User(id=HALF, user_principal_name="half@contoso.example", user_type="Guest"),
            {GuestKind.INTERNAL_GUEST, GUEST},
            "externalUserState and creationType of the user half@contoso.example",
        ),
        (
            User(id=HALF, user_type="Member"),
            {None, GuestKind.B2B_COLLABORATION_MEMBER},
            f"externalUserState and creationType of the user {HALF}",
        ),
    ],
)
def test_half_a_user_record_leaves_the_kinds_open_that_it_fits(user: User, kinds: set[GuestKind | None], what: str) -> None:
    found = people(policy(), users=Collection("users", (user,), complete=True, why="")).dimension(Identity(user_id=HALF))

    assert {option.facts.guest_kind for option in found.alternatives} == kinds
    assert found.unknowns == ((0b1, f"{what} (users has no value)"),)


def unread(*numbers: int) -> tuple[Group, ...]:
    return tuple(Group(id=ID(number), display_name=f"group {number}") for number in numbers)


def in_group(number: int) -> UserScope:
    return UserScope(groups=frozenset({ID(number)}))


def test_an_unread_group_is_open_and_named_for_the_policies_it_touches() -> None:
    found = people(policy(), policy(in_group(50)), policy(EVERYBODY, in_group(50)), groups=unread(50)).dimension(Identity(user_id=ADA))

    assert {option.bits for option in found.alternatives} == {certain(0b101), certain(0b011)}
    assert found.unknowns == ((0b110, f"members of the group group 50 ({ID(50)}; groups has no members for it)"),)


def test_a_missing_user_record_is_said_beside_an_unread_group() -> None:
    found = people(policy(in_group(50)), groups=unread(50)).dimension(Identity(user_id=STRANGER))

    assert [text.partition(" of the ")[0] for _, text in found.unknowns] == ["userType", "members"]


def test_more_unread_groups_than_are_followed_one_by_one_are_still_open() -> None:
    """Seven of them: too many to combine, so each policy's doubt counts by itself; an exclusion that is certain stays one."""
    numbers = range(50, 57)
    policies = [policy(UserScope()), *(policy(in_group(number)) for number in numbers)]
    rest = (policy(), policy(EVERYBODY, in_group(50)), policy(in_group(51), UserScope(users=frozenset({ADA}))))
    found = people(*policies, *rest, groups=unread(*numbers)).dimension(Identity(user_id=ADA))

    assert found.bits == Bits(0b001_0000_0000, 0b011_1111_1110)
    assert [option.facts.user_id for option in found.alternatives] == [ADA]
    assert len(found.unknowns) == 7
    assert (0b010_0000_0010, f"members of the group group 50 ({ID(50)}; groups has no members for it)") in found.unknowns


@pytest.mark.parametrize(("eas", "expected"), [(True, certain(0b110)), (None, Bits(0b010, 0b110)), (False, certain(0b010))])
def test_under_exchange_activesync_an_assignment_to_guests_reaches_everybody(eas: bool | None, expected: Bits) -> None:
    client = Conditions(client_app_types=frozenset({ClientAppType.EXCHANGE_ACTIVE_SYNC}))
    own = UserScope(users=frozenset({ADA}))
    found = people(policy(of_guests(GUEST)), policy(own, conditions=client), policy(of_guests(GUEST), conditions=client))

    assert bits(found, Identity(user_id=ADA), eas=eas) == expected


def test_a_workload_meets_every_policy_that_names_it() -> None:
    everyone, daemon = WorkloadScope(everyone=True), WorkloadScope(service_principals=frozenset({ID(70)}))
    policies = [
        policy(UserScope(), workloads=sides) for sides in ((daemon, WorkloadScope()), (everyone, daemon), (everyone, WorkloadScope()))
    ]
    found = people(policy(), *policies).dimension(Identity(service_principal_id=ID(70)))

    assert found.bits == Bits(0, 0b1010)
    assert found.unknowns == ((0b1010, f"owner of the service principal {ID(70)} (not exported)"),)


def test_a_plain_member_is_one_of_whom_nothing_is_open() -> None:
    users = (
        User(id=ADA, user_type="Member", external=False),
        User(id=ID(4), user_type="Guest", external=True),
        User(id=HALF, external=False),
    )
    known = people(policy(), users=Collection("users", users, complete=True, why=""))

    assert known.is_plain_member(Identity(user_id=ADA))
    assert not any(known.is_plain_member(Identity(user_id=each)) for each in (ID(4), HALF, STRANGER, None))
    assert not known.is_plain_member(Identity(user_id=ADA, guest_kind=GUEST))
    assert not people(policy(in_group(50)), groups=unread(50)).is_plain_member(Identity(user_id=ADA))


def test_a_group_holds_its_members_and_an_id_only_itself() -> None:
    found = people(policy(in_group(50)), groups=(Group(id=ID(50), members=(ADA,)),))

    assert found.holds(ID(50)) == {ADA}
    assert found.holds(ADA) == {ADA}


def test_the_export_says_which_workload_it_does_not_contain() -> None:
    everyone = policy(UserScope(), workloads=(WorkloadScope(everyone=True), WorkloadScope()))
    complete = Collection("servicePrincipals", (), complete=True, why="")
    found = people(everyone, service_principals=complete).dimension(Identity(service_principal_id=ID(70)))

    assert found.unknowns == ((0b1, f"owner of the service principal {ID(70)} (no such id in servicePrincipals)"),)
