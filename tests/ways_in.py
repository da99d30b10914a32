"""Whether a sign-in can get in without what is needed: every way of proving oneself is tried, one after the other.

Reads `oracle.meets` alone, never the product: what a person does is a fact of the session, and a requirement is met or it is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from oracle import LEGACY, MFA, Methods, kind, meets, trust_in
from unbroken.entra.directory import InboundTrust
from unbroken.entra.policy import ConditionalAccessPolicy, Grant
from unbroken.entra.request import AccessRequest, SessionFacts
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import PolicyState
from worlds import TERMS

NOTHING_YET = Methods(have=frozenset(), can_add=frozenset())
AN_EXTERNAL_METHOD = SessionFacts(mfa_satisfied=True)
FRESH = SessionFacts(mfa_satisfied=False)
DEVICES = frozenset({"compliantDevice", "domainJoinedDevice"})
Circumstances = tuple[object, ...]


def controls_of(grant: Grant) -> list[Grant]:
    """Return each control of a grant as a grant of its own."""
    alone = [Grant(operator=grant.operator, controls=frozenset({each})) for each in sorted(grant.controls)]
    alone += [Grant(operator=grant.operator, strength=grant.strength)] if grant.strength else []
    alone += [Grant(operator=grant.operator, terms_of_use=grant.terms_of_use)] if grant.terms_of_use else []
    return alone + [Grant(operator=grant.operator, custom_factors=(each,)) for each in grant.custom_factors]


def requirements(grant: Grant) -> Iterator[tuple[Grant, ...]]:
    """Yield what a grant requires: alternatives, one of which is enough; all that is yielded is required."""
    if "block" in grant.controls:
        yield (Grant(controls=frozenset({"block"})),)
        return
    alone = controls_of(grant)
    if grant.operator == "OR" and alone:
        yield tuple(alone)
        return
    for each in alone:
        yield from ((replace(each, terms_of_use=(term,)),) for term in each.terms_of_use) if each.terms_of_use else ((each,),)


class Ways:
    """The ways into one tenant without what is needed."""

    def __init__(self, tenant: Snapshot, needs: Sequence[Grant]) -> None:
        """Take `needs` as alternatives: whoever does one of them has done what is needed. None at all: any way counts."""
        self._tenant, self._needs = tenant, tuple(needs)
        named = frozenset().union(*(each.allowed_combinations for each in tenant.strengths.records))
        self._proofs = [replace(FRESH, authentication_method=each) for each in sorted(MFA | named)]
        self._proofs += [replace(FRESH, home_tenant_mfa=True), AN_EXTERNAL_METHOD]
        self._terms = frozenset(TERMS) - {term for need in needs for term in need.terms_of_use}

    def done_already(self, request: AccessRequest) -> bool:
        """Return whether something of what is needed is met as things are."""
        return any(self._meets(need, request, FRESH) for need in self._needs)

    def through(self, grant: Grant, request: AccessRequest) -> bool:
        """Return whether `grant`, which applies, lets the sign-in in without what is needed."""
        if "block" in grant.controls:
            return False
        found = [self._otherwise(each, request) for each in controls_of(grant)]
        return not found or (any(found) if grant.operator == "OR" else all(found))

    def _otherwise(self, control: Grant, request: AccessRequest) -> bool:
        """Return whether one control can be met by something that is not what is needed."""
        if control.strength or "mfa" in control.controls:
            return any(self._meets(control, request, facts) for facts in self._free(request))
        if control.terms_of_use:
            return self._meets(control, request, replace(FRESH, terms_accepted=self._terms))
        outcome = self._outcome(control, request, FRESH)
        return outcome == "allow" or (outcome == "controls" and not control.controls & DEVICES and control not in self._plain_needs())

    def _free(self, request: AccessRequest) -> Iterable[SessionFacts]:
        """Return the ways of proving oneself that are not what is needed; B2B direct connect users have none without trust at home."""
        proofs = self._proofs if kind(self._tenant, request) != "b2bDirectConnectUser" or trust_in(self._tenant, request).mfa else []
        return (facts for facts in proofs if not any(self._meets(need, request, facts) for need in self._needs))

    def _plain_needs(self) -> set[Grant]:
        return {replace(need, operator=operator) for need in self._needs for operator in ("AND", "OR")}

    def _meets(self, control: Grant, request: AccessRequest, facts: SessionFacts) -> bool:
        """Return whether one control is met; whether an external method meets a strength nobody says, and so it is no way to meet it."""
        return self._outcome(control, request, facts) == "allow" and not (facts is AN_EXTERNAL_METHOD and control.strength)

    def _outcome(self, control: Grant, request: AccessRequest, facts: SessionFacts) -> str:
        policy = ConditionalAccessPolicy(id="one control", display_name="", state=PolicyState.ENABLED, grant=control)
        return meets(self._tenant, policy, replace(request, facts=facts), NOTHING_YET, can_register=False)


def circumstances(tenant: Snapshot, request: AccessRequest) -> Circumstances:
    """Return what grant controls can tell apart."""
    who = kind(tenant, request)
    trust = InboundTrust() if who in (None, "internalGuest") else trust_in(tenant, request)
    device = dict(request.device.attributes if request.device else ())
    begun = request.transfer_method == "deviceCodeFlow"
    return who, trust, request.client in LEGACY, begun, device.get("iscompliant") is True, device.get("trusttype") == "ServerAD"
