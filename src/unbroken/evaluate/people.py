"""Who: which policies' user assignment a person meets, and who that person can be when the directory does not say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import product

from unbroken.entra.directory import User
from unbroken.entra.policy import ConditionalAccessPolicy, UserScope
from unbroken.entra.request import Identity
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import ClientAppType, GuestKind
from unbroken.evaluate.bits import Bits, joined, mask_of, masks_of
from unbroken.evaluate.dimension import ATOM_LIMIT, Alternative, Dimension, distinct, hull, known
from unbroken.evaluate.membership import ROLE, USER, Membership, containers
from unbroken.evaluate.workloads import Workloads

EAS = frozenset({ClientAppType.EXCHANGE_ACTIVE_SYNC, ClientAppType.EAS_SUPPORTED})
OTHER_TENANT = "another tenant"
ANY_KIND = (None, GuestKind.INTERNAL_GUEST, GuestKind.B2B_COLLABORATION_GUEST, GuestKind.B2B_COLLABORATION_MEMBER)
"""What a user of the directory can be; None is a member."""


@dataclass(frozen=True, slots=True)
class Person:
    """What grant controls ask of an identity: whose user it is, from which tenant, holding which roles and groups."""

    user_id: str | None
    guest_kind: GuestKind | None
    home_tenant: str | None
    """None when it does not matter; `OTHER_TENANT` for one that no policy names."""
    groups: frozenset[str] = frozenset()
    """Keys of the groups and (`role:<template id>`) roles that hold the person, of those anybody asked about."""
    maybe: frozenset[str] = frozenset()
    """Keys of those that may hold the person besides, any number of them; they are too many to be followed one by one."""


class _Assignment:
    """The include or the exclude side of every policy's user assignment, as masks."""

    def __init__(self, scopes: Sequence[UserScope]) -> None:
        self.everyone = mask_of(scope.everyone for scope in scopes)
        self.by_key = masks_of(map(_keys, scopes))
        self.guests = [(1 << index, scope) for index, scope in enumerate(scopes) if scope.guests]

    def of_keys(self, keys: Iterable[str]) -> int:
        """Return the policies that name one of `keys`."""
        return joined(self.by_key, keys)

    def of_guests(self, kind: GuestKind | None, tenant: str | None) -> int:
        """Return the policies on external users of that kind and home tenant."""
        if kind is None:
            return 0
        mask = 0
        for bit, scope in self.guests:
            for part in scope.guests:
                everywhere = part.tenants is None or kind is GuestKind.INTERNAL_GUEST
                if kind in part.kinds and (everywhere or tenant in (part.tenants or ())):
                    mask |= bit
        return mask


class People:
    """The user assignments of a policy set over one directory."""

    def __init__(
        self,
        snapshot: Snapshot,
        policies: Sequence[ConditionalAccessPolicy],
        extra_roles: frozenset[str] = frozenset(),
        extra_groups: frozenset[str] = frozenset(),
    ) -> None:
        """Prepare to answer for any identity; the extra roles and groups matter beyond the policies' own."""
        self._snapshot = snapshot
        self._all = (1 << len(policies)) - 1
        self._include = _Assignment([policy.users[0] for policy in policies])
        self._exclude = _Assignment([policy.users[1] for policy in policies])
        self._workloads = Workloads(snapshot, [policy.workloads for policy in policies])
        self.widened = mask_of(map(_widened, policies))
        self.nobody = mask_of(not policy.users[0] and not policy.workloads[0] for policy in policies)
        scopes = [scope for policy in policies for scope in policy.users]
        self._named = containers(
            snapshot,
            {group for scope in scopes for group in scope.groups} | extra_groups,
            {role for scope in scopes for role in scope.roles} | extra_roles,
            {user for scope in scopes for user in scope.users},
        )
        self.beyond = {ROLE + role for role in extra_roles} | (extra_groups & self._named.keys())
        """Roles and groups that matter beyond the policies."""
        self.tenants = frozenset(t for scope in scopes for part in scope.guests for t in part.tenants or ())

    @cached_property
    def membership(self) -> Membership:
        """Return the index of groups and roles."""
        return Membership(self._named)

    @cached_property
    def users(self) -> dict[str, User]:
        """Return the directory's users by id."""
        return {user.id: user for user in self._snapshot.users.records}

    def dimension(self, identity: Identity, *, eas: bool | None = False) -> Dimension:
        """Return what each policy's user (or workload) assignment says of `identity`; `eas`: whether the client is Exchange ActiveSync.

        For that client an assignment to roles or guests reaches everybody (entra-docs, concept-conditional-access-conditions.md).
        """
        if identity.service_principal_id is not None:
            return self._workload(identity.service_principal_id.lower())
        if identity.user_id is None and identity.guest_kind is None:
            text = "which user signs in (only users, external users and service principals are understood)"
            return known("users", Bits(0, self._all), Person(None, None, None), ((self._all, text),))
        kinds, unknowns = self._kinds(identity)
        tenants, more = self._home_tenants(identity, kinds)
        groups, doubts = self._groups(identity.user_id)
        options = distinct(
            Alternative(self._bits(identity.user_id, kind, tenant, inside, eas=eas), Person(identity.user_id, kind, tenant, inside))
            for kind, tenant, inside in product(kinds, tenants, groups)
        )
        if len(doubts) > ATOM_LIMIT:
            options = distinct(self._blurred(each, doubts) for each in options)
        bits = hull(each.bits for each in options)
        missing = [(self._all, text) for text in (*unknowns, *more)]
        missing += [(self._touched(key), self.membership.unread[key]) for key in doubts]
        return Dimension(options, (("users", bits),), tuple(missing))

    def is_plain_member(self, identity: Identity) -> bool:
        """Return whether `identity` is a known member of the directory and no group or name is open: then its bits are certain."""
        user = self.users.get(identity.user_id or "")
        if user is None or identity.guest_kind is not None or self.membership.unread:
            return False
        return user.guest_kind_known and not user.guest_kinds

    def sides(self) -> tuple[tuple[int, Mapping[str, int]], tuple[int, Mapping[str, int]]]:
        """Return of the include and of the exclude side: the policies on everyone, and those by user, group or role."""
        return (self._include.everyone, self._include.by_key), (self._exclude.everyone, self._exclude.by_key)

    def holds(self, key: str) -> set[str]:
        """Return the members of a group or role, directly or through other groups; of a user's id just that user."""
        return self.membership.below(key) if key in self._named else {key}

    def _kinds(self, identity: Identity) -> tuple[tuple[GuestKind | None, ...], tuple[str, ...]]:
        if identity.guest_kind is not None:
            return (identity.guest_kind,), ()
        user = self.users.get(identity.user_id or "")
        if user is None:
            why = self._snapshot.users.why or "no such id in users"
            return ANY_KIND, (f"userType of the user {identity.user_id} ({why})",)
        if user.guest_kind_known:
            return tuple(user.guest_kinds) or (None,), ()
        member = () if user.user_type == "Guest" or user.external is True else (None,)
        what = "userType" if user.user_type is None else "externalUserState and creationType"
        return (*member, *sorted(user.guest_kinds)), (f"{what} of the user {user.user_principal_name or user.id} (users has no value)",)

    def _home_tenants(self, identity: Identity, kinds: Sequence[GuestKind | None]) -> tuple[tuple[str | None, ...], tuple[str, ...]]:
        if identity.home_tenant_id is not None:
            return (identity.home_tenant_id.lower(),), ()
        partners = self._snapshot.cross_tenant.partners if self._snapshot.cross_tenant else ()
        candidates = sorted(self.tenants | {tenant for tenant, _ in partners})
        if not candidates or not set(kinds) - {None, GuestKind.INTERNAL_GUEST}:
            return (None,), ()
        return (*candidates, OTHER_TENANT), (f"home tenant of the user {identity.user_id or identity.guest_kind}",)

    def _groups(self, user_id: str | None) -> tuple[list[frozenset[str]], list[str]]:
        if user_id is None:
            return [frozenset()], []
        inside = self.membership.above([user_id])
        open_keys = [key for key in self.membership.unread if key not in inside and self._matters(key, inside)]
        if len(open_keys) > ATOM_LIMIT:
            return [inside], open_keys
        return list(self._combinations(inside, open_keys)), open_keys

    def _combinations(self, inside: frozenset[str], open_keys: Sequence[str]) -> Iterator[frozenset[str]]:
        for choice in product((False, True), repeat=len(open_keys)):
            chosen = [key for key, taken in zip(open_keys, choice, strict=True) if taken]
            yield inside | set(chosen) | self.membership.above(chosen)

    def _matters(self, key: str, inside: frozenset[str]) -> bool:
        """Return whether being in `key` changes anything that being `inside` has not decided."""
        reached = {key} | self.membership.above([key])
        return any(each in self._include.by_key or each in self._exclude.by_key or each.startswith(ROLE) for each in reached - inside)

    def _touched(self, key: str) -> int:
        reached = {key} | self.membership.above([key])
        return self._include.of_keys(reached) | self._exclude.of_keys(reached)

    def _bits(self, user_id: str | None, kind: GuestKind | None, tenant: str | None, inside: frozenset[str], *, eas: bool | None) -> Bits:
        own = {user_id} if user_id else set()
        include = self._include.everyone | self._include.of_keys(inside | own) | self._include.of_guests(kind, tenant)
        exclude = self._exclude.everyone | self._exclude.of_keys(inside | own) | self._exclude.of_guests(kind, tenant)
        sure = include | (self.widened if eas else 0)
        maybe = include | (self.widened if eas is not False else 0)
        return Bits(sure & ~exclude, maybe & ~exclude)

    def _blurred(self, option: Alternative, doubts: Sequence[str]) -> Alternative:
        """Return the option with every policy that one of the `doubts` touches in doubt, if it was not ruled out for sure."""
        reached = {*doubts} | self.membership.above(doubts)
        included, excluded = self._include.of_keys(reached), self._exclude.of_keys(reached)
        person: Person = option.facts
        never = self._exclude.everyone | self._exclude.of_keys(person.groups | {person.user_id or ""})
        never |= self._exclude.of_guests(person.guest_kind, person.home_tenant)
        bits = Bits(option.bits.true & ~excluded, option.bits.possible | (included & ~never))
        return Alternative(bits, replace(person, maybe=frozenset(reached) - person.groups))

    def _workload(self, object_id: str) -> Dimension:
        options, missing = self._workloads.answers(object_id)
        alternatives = distinct(Alternative(bits, Person(None, None, None)) for bits in options)
        return Dimension(alternatives, (("workloadIdentities", hull(options)),), missing)


def _keys(scope: UserScope) -> Iterator[str]:
    yield from (*scope.users, *scope.groups)
    yield from (USER + user for user in scope.users)
    yield from (ROLE + role for role in scope.roles)


def _widened(policy: ConditionalAccessPolicy) -> bool:
    """Return whether the policy names Exchange ActiveSync as its client and assigns roles or guests."""
    include = policy.users[0]
    return bool((include.roles or include.guests) and policy.conditions.client_app_types & EAS)
