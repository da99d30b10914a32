"""What a person can do here: registered methods, trust in the home tenant, and whether a method can be registered on the spot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from itertools import product

from unbroken.entra.directory import InboundTrust, Registration
from unbroken.entra.request import SessionFacts
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import GuestKind
from unbroken.evaluate.grants import EXTERNAL_KINDS, Situation
from unbroken.evaluate.methods import Ability, abilities, combination, registrable
from unbroken.evaluate.people import Person
from unbroken.evaluate.session import Shape


@dataclass(frozen=True, slots=True)
class Doubts:
    """Which facts outside the request are not known, for one set of situations."""

    registration: str = ""
    trust: str = ""
    strength: str = ""
    mfa: str = ""

    def texts(self) -> tuple[str, ...]:
        """Return what is missing, in words."""
        return tuple(text for text in (self.mfa, self.registration, self.trust, self.strength) if text)


class Circumstances:
    """The facts of one tenant that grant controls ask for."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look facts up in `snapshot`."""
        self._snapshot = snapshot

    @cached_property
    def registrations(self) -> dict[str, Registration]:
        """Return the registration details by user id."""
        return {each.user_id: each for each in self._snapshot.registrations.records}

    def ability(self, person: Person) -> tuple[Ability, ...]:
        """Return what the person may be able to do: several abilities when the registration details do not say."""
        if person.guest_kind is GuestKind.B2B_DIRECT_CONNECT:
            return abilities(Registration(user_id="", is_mfa_registered=False, methods=frozenset()))
        return abilities(self.registrations.get(person.user_id or ""))

    def registrable(self, person: Person, unread: frozenset[str]) -> frozenset[str] | None:
        """Return the combinations the person may add on the spot; groups that were not read are taken to hold the person."""
        policy = self._snapshot.methods_policy
        return registrable(policy.records if policy.complete else None, person.groups | unread)

    def trust(self, person: Person) -> tuple[InboundTrust, ...]:
        """Return what is accepted from the person's home tenant: each None replaced by both answers."""
        if person.guest_kind not in EXTERNAL_KINDS:
            return (InboundTrust(mfa=False, compliant_device=False, hybrid_device=False),)
        access = self._snapshot.cross_tenant
        if access is None:
            return _every_trust(InboundTrust())
        partner = dict(access.partners).get(person.home_tenant or "")
        if person.home_tenant is None and access.partners:
            return _every_trust(InboundTrust())
        return _every_trust(_inherit(partner, access.default) if partner else access.default)

    def situations(
        self, person: Person, shape: Shape, facts: SessionFacts, can_register: tuple[bool, ...], unread: frozenset[str], *, strengths: bool
    ) -> Iterator[Situation]:
        """Yield every situation the facts allow; `strengths` says whether doubts about a strength matter."""
        used = combination(*facts.authentication_method.split(",")) if facts.authentication_method else ""
        used = "" if used == "password" else used
        home = (facts.home_tenant_mfa,) if facts.home_tenant_mfa is not None else (True, False)
        held = (facts.mfa_satisfied,) if facts.mfa_satisfied is not None else (True, False)
        doubtful = (False, True) if strengths else (False,)
        for ability, trust, home_mfa, mfa, possible, doubt in product(
            self.ability(person), self.trust(person), home, held, can_register, doubtful
        ):
            yield Situation(
                shape=shape,
                guest_kind=person.guest_kind,
                ability=ability,
                registrable=self.registrable(person, unread),
                can_register=possible,
                mfa_held=mfa,
                combination=used,
                trusts_mfa=bool(trust.mfa),
                trusts_compliant=bool(trust.compliant_device),
                trusts_hybrid=bool(trust.hybrid_device),
                home_mfa=home_mfa,
                interactive=facts.interactive,
                terms_accepted=facts.terms_accepted,
                doubtful_strength=doubt,
            )

    def doubts(self, person: Person, facts: SessionFacts, *, strengths: bool) -> Doubts:
        """Return which of these facts are missing for the person."""
        who = person.user_id or person.guest_kind or "the identity"
        why = self._snapshot.registrations.why or "has no methods for this user"
        return Doubts(
            registration=f"registered methods of {who} (userRegistrationDetails {why})" if len(self.ability(person)) > 1 else "",
            trust=f"inbound trust for the home tenant of {who} (crossTenantAccessPolicy)" if len(self.trust(person)) > 1 else "",
            strength="method behind the MFA already done, or the model of the security key (facts.authenticationMethod)"
            if strengths
            else "",
            mfa="whether the session holds MFA (facts.mfaSatisfied)" if facts.mfa_satisfied is None else "",
        )


def _inherit(own: InboundTrust, default: InboundTrust) -> InboundTrust:
    return InboundTrust(
        mfa=default.mfa if own.mfa is None else own.mfa,
        compliant_device=default.compliant_device if own.compliant_device is None else own.compliant_device,
        hybrid_device=default.hybrid_device if own.hybrid_device is None else own.hybrid_device,
    )


def _every_trust(trust: InboundTrust) -> tuple[InboundTrust, ...]:
    def both(value: bool | None) -> tuple[bool, ...]:
        return (value,) if value is not None else (True, False)

    return tuple(
        InboundTrust(mfa=mfa, compliant_device=compliant, hybrid_device=hybrid)
        for mfa, compliant, hybrid in product(both(trust.mfa), both(trust.compliant_device), both(trust.hybrid_device))
    )
