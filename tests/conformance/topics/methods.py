"""Registered methods that strengths do not list or that say too little: external ones, unknown names, certificates, those at home."""

from __future__ import annotations

from conformance.builders import (
    ABSENT,
    ADA,
    EXTERNAL,
    GAIL,
    GREG,
    SCHEMA,
    STRENGTH_MFA,
    STRENGTH_PHISHING,
    STRENGTH_SMS,
    STRENGTHS,
    Wire,
    case,
    grant,
    method,
    methods_policy,
    policy,
    registration,
    request,
    trust,
)

EXTERNAL_METHOD = "entra-docs, how-to-authentication-external-method-manage.md"
IN_CONFLICT = f"{EXTERNAL_METHOD}: satisfies MFA; {SCHEMA}: no authenticationMethodModes member stands for it"
OPEN_SET = "Graph, userRegistrationDetails: methodsRegistered is a collection of strings, not an enumeration"
CERTIFICATES = "entra-docs, concept-certificate-based-authentication-technical-deep-dive.md: single-factor or multifactor by binding"
AT_HOME = f"{EXTERNAL}: where MFA is trusted it is done in the home tenant"
DONE = {"mfaSatisfied": True}
TRUSTED = {"crossTenantAccessPolicy": trust(mfa=True)}


def has(*methods: str, capable: bool | None = True) -> dict[str, object]:
    """Return collections in which ada has these methods and could register no passkey."""
    flags = {"isMfaCapable": capable, "isMfaRegistered": capable}
    return {"userRegistrationDetails": [registration("ada", *methods) | flags], "authenticationMethodsPolicy": methods_policy("Fido2")}


def demands(strength: str) -> Wire:
    return policy(grants=grant(strength_id=strength))


CASES = [
    case("an external method satisfies MFA", EXTERNAL_METHOD, policy(), request(), tenant=has("externalAuthMethod"), outcome="mfa"),
    case(
        "whether an external method alone meets the built-in MFA strength is in conflict",
        IN_CONFLICT,
        demands(STRENGTH_MFA),
        request(),
        tenant=has("externalAuthMethod"),
        outcome="unknown",
        missing="external method",
    ),
    case(
        "an external method beside another does not matter to the built-in MFA strength",
        STRENGTHS,
        demands(STRENGTH_MFA),
        request(),
        tenant=has("externalAuthMethod", "microsoftAuthenticatorPush"),
        outcome="mfa",
    ),
    case(
        "an external method meets no other strength",
        STRENGTHS,
        demands(STRENGTH_PHISHING),
        request(),
        tenant=has("externalAuthMethod"),
        outcome="locked_out",
    ),
    *(
        case(
            f"MFA of who has a passkey and {other} may have been done with either",
            STRENGTHS,
            demands(STRENGTH_PHISHING),
            request(facts=DONE),
            tenant=has("fido2", other),
            outcome="unknown",
            missing="authenticationMethod",
        )
        for other in ("externalAuthMethod", "temporaryAccessPass", "methodOfTheFuture")
    ),
    case(
        "MFA of who has nothing but passkeys was done with one",
        STRENGTHS,
        demands(STRENGTH_PHISHING),
        request(facts=DONE),
        tenant=has("fido2", "passKeySynced", "email"),
        outcome="allow",
    ),
    case(
        "a method nobody knows may meet a strength or not",
        OPEN_SET,
        demands(STRENGTH_PHISHING),
        request(),
        tenant=has("methodOfTheFuture"),
        outcome="unknown",
        missing="methodOfTheFuture",
    ),
    case(
        "a method nobody knows is enough for MFA where the record says so",
        "Graph, userRegistrationDetails: isMfaCapable",
        policy(),
        request(),
        tenant=has("methodOfTheFuture"),
        outcome="mfa",
    ),
    case(
        "a method nobody knows may be enough for MFA where nothing else says so",
        OPEN_SET,
        policy(),
        request(),
        tenant=has("methodOfTheFuture", capable=None),
        outcome="unknown",
        missing="methodOfTheFuture",
    ),
    case(
        "a method nobody knows does not matter beside one that is enough",
        OPEN_SET,
        policy(),
        request(),
        tenant=has("methodOfTheFuture", "microsoftAuthenticatorPush", capable=None),
        outcome="mfa",
    ),
    case(
        "a certificate may be one factor or two",
        CERTIFICATES,
        demands(STRENGTH_PHISHING),
        request(),
        tenant=has("certificateBasedAuthentication"),
        outcome="unknown",
        missing="certificateBasedAuthentication",
    ),
    case(
        "a certificate, of one factor with a password, is MFA",
        CERTIFICATES,
        policy(),
        request(),
        tenant=has("certificateBasedAuthentication", capable=None),
        outcome="mfa",
    ),
    case(
        "what a guest has at home for a strength nobody here knows",
        AT_HOME,
        demands(STRENGTH_PHISHING),
        request(GREG),
        tenant=TRUSTED,
        outcome="unknown",
        missing="home tenant",
    ),
    case("MFA itself a guest does at home", AT_HOME, demands(STRENGTH_MFA), request(GREG), tenant=TRUSTED, outcome="mfa"),
    case(
        "methods registered here say nothing of the MFA that was done at home",
        AT_HOME,
        demands(STRENGTH_SMS),
        request(GAIL, facts={"homeTenantMfa": True}),
        tenant=TRUSTED | {"userRegistrationDetails": [registration("gail", "officePhone")]},
        outcome="unknown",
        missing="home tenant",
    ),
    case(
        "a guest cannot register a passkey here for MFA",
        EXTERNAL,
        policy(),
        request(GREG),
        tenant={"authenticationMethodsPolicy": {"authenticationMethodConfigurations": [method("Fido2")]}},
        outcome="locked_out",
    ),
    case(
        "a passkey registered here does not give a guest MFA here",
        EXTERNAL,
        policy(),
        request(GAIL),
        tenant={"userRegistrationDetails": [registration("gail", "fido2")]},
        outcome="register",
    ),
    case(
        "a guest without trust may register some method that was not read",
        "INTERFACES.md, tenant folder: authenticationMethodsPolicy",
        policy(),
        request(GREG),
        tenant={"authenticationMethodsPolicy": ABSENT},
        outcome="register",
    ),
    case(
        "a guest may register a telephone here for MFA",
        EXTERNAL,
        policy(),
        request(GREG),
        tenant={"authenticationMethodsPolicy": {"authenticationMethodConfigurations": [method("Sms")]}},
        outcome="register",
    ),
    case("methods registered for nobody do not matter", STRENGTHS, [], request(ADA), tenant=has("methodOfTheFuture"), outcome="allow"),
]
