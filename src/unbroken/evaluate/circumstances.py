"""What a person can do here: registered methods, trust in the home tenant, and whether a method can be registered on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from unbroken.entra.directory import InboundTrust, Registration
from unbroken.entra.request import SessionFacts
from unbroken.entra.snapshot import NOT_EXPORTED, Snapshot
from unbroken.entra.vocabulary import GuestKind, PerUserMfaState
from unbroken.entra.well_known import SECURITY_DEFAULTS_ADMIN_ROLES, SYNC_ROLES
from unbroken.evaluate.grants import EXTERNAL_KINDS, Situation
from unbroken.evaluate.membership import ROLE, Membership, containers
from unbroken.evaluate.methods import (
    EXTERNAL,
    NOTHING_REGISTERED,
    PASSWORD,
    Ability,
    abilities,
    combination,
    doubtful,
    federated,
    registrable,
)
from unbroken.evaluate.people import Person
from unbroken.evaluate.session import Shape

_SYNC = frozenset(ROLE + role for role in SYNC_ROLES)
_ADMINISTRATORS = frozenset(ROLE + role for role in SECURITY_DEFAULTS_ADMIN_ROLES)


@dataclass(frozen=True, slots=True)
class Standing:
    """What a tenant knows of a person that grant controls ask for; several entries where a fact is not known."""

    guest_kind: GuestKind | None
    abilities: tuple[Ability, ...]
    trusts: tuple[InboundTrust, ...]
    registrable: tuple[frozenset[str] | None, ...]
    """Combinations the person may add on the spot; None when the methods policy was not read."""
    per_user_mfa: tuple[str, ...]
    sync_account: tuple[bool, ...]
    administrator: tuple[bool, ...]
    """Both answers where the holders of a role were not read."""


class Circumstances:
    """The facts of one tenant that grant controls ask for."""

    def __init__(self, snapshot: Snapshot, unread_groups: frozenset[str]) -> None:
        """Look facts up in `snapshot`; anybody may be in `unread_groups`: those without a member list, and those that hold one of them."""
        self._snapshot = snapshot
        self._unread = unread_groups

    @cached_property
    def _registrations(self) -> dict[str, Registration]:
        return {each.user_id: each for each in self._snapshot.registrations.records}

    @cached_property
    def _per_user_mfa(self) -> dict[str, str]:
        return dict(self._snapshot.per_user_mfa.records)

    @cached_property
    def sync_accounts(self) -> frozenset[str]:
        """Return the ids of everything that holds a role for directory synchronisation, by itself or through groups."""
        roles = Membership(containers(self._snapshot, (), SYNC_ROLES, ()))
        return frozenset().union(*(roles.below(role) for role in _SYNC))

    def _per_user_states(self, user_id: str) -> tuple[str, ...]:
        """Return the states a user may have: disabled where nothing was exported, any where the export is not complete."""
        known = self._per_user_mfa.get(user_id)
        collection = self._snapshot.per_user_mfa
        if known is not None or collection.complete or collection.why == NOT_EXPORTED:
            return (known or PerUserMfaState.DISABLED,)
        return tuple(PerUserMfaState)

    def standing_key(self, person: Person) -> tuple[object, ...]:
        """Return what the standing of a member depends on: members with equal keys have equal standings."""
        registration = self._registrations.get(person.user_id or "")
        methods = (registration.methods, registration.is_mfa_registered, registration.is_mfa_capable) if registration else None
        return methods, self._per_user_mfa.get(person.user_id or ""), self._federation.get(person.user_id or ""), person.groups

    def standing(self, person: Person) -> Standing:
        """Return what is known of `person`."""
        return Standing(
            guest_kind=person.guest_kind,
            abilities=self._abilities(person),
            trusts=self.trusts(person),
            registrable=self._registrable(person),
            per_user_mfa=self._per_user_states(person.user_id or ""),
            sync_account=self._holds(_SYNC, person),
            administrator=self._holds(_ADMINISTRATORS, person),
        )

    def _holds(self, roles: frozenset[str], person: Person) -> tuple[bool, ...]:
        """Return whether the person holds one of `roles`: both answers where that is not known."""
        if not roles.isdisjoint(person.groups):
            return (True,)
        return (False,) if roles.isdisjoint(person.maybe) else (False, True)

    def _abilities(self, person: Person) -> tuple[Ability, ...]:
        if person.guest_kind is GuestKind.B2B_DIRECT_CONNECT:
            return (NOTHING_REGISTERED,)
        own = abilities(self._registrations.get(person.user_id or ""))
        behaviour = self._federation.get(person.user_id or "")
        return own if behaviour is None else federated(own, behaviour)

    @cached_property
    def _federation(self) -> dict[str, str]:
        """Return `federatedIdpMfaBehavior` by user id, for the users of federated domains."""
        behaviours = dict(self._snapshot.federated_domains)
        if not behaviours:
            return {}
        domains = ((user.id, user.user_principal_name.rpartition("@")[2].lower()) for user in self._snapshot.users.records)
        return {user_id: behaviours[domain] for user_id, domain in domains if domain in behaviours}

    def _registrable(self, person: Person) -> tuple[frozenset[str] | None, ...]:
        """Return the least and the most the methods policy lets the person add, in and out of the groups that were not read."""
        policy = self._snapshot.methods_policy
        if not policy.complete:
            return (None,)
        perhaps = person.groups | (self._unread if person.user_id else frozenset())
        least = registrable(policy.records, included=person.groups, excluded=perhaps)
        return tuple(dict.fromkeys((least, registrable(policy.records, included=perhaps, excluded=person.groups))))

    def trusts(self, person: Person) -> tuple[InboundTrust, ...]:
        """Return what is accepted from the person's home tenant: each None replaced by both answers."""
        if person.guest_kind not in EXTERNAL_KINDS:
            return (InboundTrust(mfa=False, compliant_device=False, hybrid_device=False),)
        access = self._snapshot.cross_tenant
        if access is None or (person.home_tenant is None and access.partners):
            return _every_trust(InboundTrust())
        partner = dict(access.partners).get(person.home_tenant or "")
        return _every_trust(_inherit(partner, access.default) if partner else access.default)

    def doubts(self, person: Person, facts: SessionFacts, *, strengths: bool) -> tuple[str, ...]:
        """Return which of these facts are missing for the person, in words."""
        who = person.user_id or person.guest_kind or "the identity"
        registration = self._registrations.get(person.user_id or "")
        why = self._snapshot.registrations.why or "has no methods for this user"
        listed = registration is not None and registration.methods is not None
        trusted = any(trust.mfa for trust in self.trusts(person))
        found = (
            (facts.home_tenant_mfa is None and trusted, "whether MFA was done in the home tenant (facts.homeTenantMfa)"),
            (facts.mfa_satisfied is None, "whether the session holds MFA (facts.mfaSatisfied)"),
            (
                person.user_id in self._federation and len(self._abilities(person)) > 1,
                f"whether the identity provider of {who} does MFA (federationConfigurations)",
            ),
            (
                not listed and len(self._abilities(person)) > 1,
                f"registered methods of {who} (userRegistrationDetails {why})",
            ),
            (
                bool(doubtful(registration)) and len(self._abilities(person)) > 1,
                f"what {', '.join(doubtful(registration))} of {who} is worth (userRegistrationDetails does not say)",
            ),
            (
                strengths and registration is not None and EXTERNAL in (registration.methods or ()),
                f"whether the external method of {who} was used, and counts for a strength",
            ),
            (
                strengths and trusted,
                f"methods that {who} has in the home tenant (no export shows them)",
            ),
            (len(self.trusts(person)) > 1, f"inbound trust for the home tenant of {who} (crossTenantAccessPolicy)"),
            (
                strengths and not self._snapshot.methods_policy.complete,
                f"methods that {who} may register (authenticationMethodsPolicy {self._snapshot.methods_policy.why})",
            ),
            (
                len(self._registrable(person)) > 1,
                f"whether {who} is in a group that the methods policy names and whose members were not read (groups)",
            ),
            (strengths, "method behind the MFA already done, or the model of the security key (facts.authenticationMethod)"),
        )
        return tuple(text for missing, text in found if missing)


def situations(
    standing: Standing, shape: Shape, facts: SessionFacts, can_register: tuple[bool, ...], *, strengths: bool
) -> Iterator[Situation]:
    """Yield every situation the facts allow; `strengths` says whether doubts about a strength matter."""
    used = combination(*facts.authentication_method.split(",")) if facts.authentication_method else ""
    for ability, trust, addable, home_mfa, mfa, possible, doubt in product(
        standing.abilities,
        standing.trusts,
        standing.registrable,
        _both(facts.home_tenant_mfa),
        _both(facts.mfa_satisfied),
        can_register,
        (False, True) if strengths else (False,),
    ):
        yield Situation(
            shape=shape,
            guest_kind=standing.guest_kind,
            ability=ability,
            registrable=addable,
            can_register=possible,
            mfa_held=mfa,
            combination="" if used == PASSWORD else used,
            trusts_mfa=bool(trust.mfa),
            trusts_compliant=bool(trust.compliant_device),
            trusts_hybrid=bool(trust.hybrid_device),
            home_mfa=home_mfa,
            interactive=facts.interactive,
            terms_accepted=facts.terms_accepted,
            doubtful_strength=doubt,
        )


def _both(value: bool | None) -> tuple[bool, ...]:
    return (value,) if value is not None else (False, True)


def _inherit(own: InboundTrust, default: InboundTrust) -> InboundTrust:
    return InboundTrust(
        mfa=default.mfa if own.mfa is None else own.mfa,
        compliant_device=default.compliant_device if own.compliant_device is None else own.compliant_device,
        hybrid_device=default.hybrid_device if own.hybrid_device is None else own.hybrid_device,
    )


def _every_trust(trust: InboundTrust) -> tuple[InboundTrust, ...]:
    return tuple(
        InboundTrust(mfa=mfa, compliant_device=compliant, hybrid_device=hybrid)
        for mfa, compliant, hybrid in product(_both(trust.mfa), _both(trust.compliant_device), _both(trust.hybrid_device))
    )
