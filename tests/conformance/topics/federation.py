"""Users whose domain is federated: where they do MFA, and what stays open."""

from __future__ import annotations

from conformance.builders import BOB, KIM, STRENGTH_PHISHING, Wire, case, grant, policy, registration, request

GRAPH = "Graph v1.0, internalDomainFederation: federatedIdpMfaBehavior"
INTERFACES = "INTERFACES.md, tenant folder: federationConfigurations absent means managed domains"


def federated(behaviour: str | None) -> dict[str, object]:
    """Return the collections of a tenant whose one domain is federated; without `behaviour` its configuration was not exported."""
    domains: dict[str, object] = {"domains": [{"id": "contoso.example", "authenticationType": "Federated"}]}
    configuration: list[Wire] = [{"id": "1", "domainId": "contoso.example", "federatedIdpMfaBehavior": behaviour}]
    return domains | ({"federationConfigurations": configuration} if behaviour else {})


CASES = [
    case(
        "a provider that must do MFA does it for users who registered nothing here",
        GRAPH,
        policy(),
        request(BOB),
        tenant=federated("enforceMfaByFederatedIdp"),
        outcome="mfa",
    ),
    case(
        "a provider whose MFA is refused leaves registration to Entra ID",
        GRAPH,
        policy(),
        request(BOB),
        tenant=federated("rejectMfaByFederatedIdp"),
        outcome="register",
    ),
    case(
        "whether a provider did MFA that would be accepted is in no export",
        GRAPH,
        policy(),
        request(BOB),
        tenant=federated("acceptIfMfaDoneByFederatedIdp"),
        outcome="unknown",
        missing="identity provider",
    ),
    case(
        "a user with a method of their own is asked here or there",
        GRAPH,
        policy(),
        request(),
        tenant=federated("acceptIfMfaDoneByFederatedIdp"),
        outcome="mfa",
    ),
    case(
        "a federated domain whose configuration was not read leaves the unregistered open",
        GRAPH,
        policy(),
        request(BOB),
        tenant=federated(None),
        outcome="unknown",
        missing="federationConfigurations",
    ),
    case("without federated domains registration is what counts", INTERFACES, policy(), request(BOB), outcome="register"),
    case(
        "MFA of a user who has nothing but passkeys may still have been done there",
        GRAPH,
        policy(grants=grant(strength_id=STRENGTH_PHISHING)),
        request(KIM, facts={"mfaSatisfied": True}),
        tenant=federated("acceptIfMfaDoneByFederatedIdp") | {"userRegistrationDetails": [registration("kim", "fido2")]},
        outcome="unknown",
        missing="identity provider",
    ),
    case(
        "MFA that is refused from there was done with a passkey",
        GRAPH,
        policy(grants=grant(strength_id=STRENGTH_PHISHING)),
        request(KIM, facts={"mfaSatisfied": True}),
        tenant=federated("rejectMfaByFederatedIdp") | {"userRegistrationDetails": [registration("kim", "fido2")]},
        outcome="allow",
    ),
]
