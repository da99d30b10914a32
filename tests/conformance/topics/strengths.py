"""Authentication strengths: combinations, what was used, what the user has, what can be registered."""

from __future__ import annotations

from conformance.builders import (
    ABSENT,
    ADA,
    BOB,
    FOLDER,
    KIM,
    STRENGTH_HELLO,
    STRENGTH_KEY,
    STRENGTH_MFA,
    STRENGTH_PASSWORD,
    STRENGTH_PASSWORDLESS,
    STRENGTH_PHISHING,
    STRENGTH_SMS,
    STRENGTHS,
    WHATIF,
    case,
    grant,
    methods_policy,
    policy,
    registration,
    request,
    uid,
)


def demands(identifier: str, name: str = "p") -> dict[str, object]:
    return policy(name, grants=grant(strength_id=identifier))


def used(combination: str) -> dict[str, object]:
    return {"mfaSatisfied": combination not in {"password", "sms"}, "authenticationMethod": combination}


def word(identifier: str) -> str:
    return f"authenticationStrength:{identifier}"


CASES = [
    case(
        "the built-in MFA strength is MFA for who has a method",
        STRENGTHS,
        demands(STRENGTH_MFA),
        request(),
        outcome="mfa",
        requires=[word(STRENGTH_MFA)],
        applies={"p": True},
    ),
    case(
        "the built-in MFA strength is met by MFA", STRENGTHS, demands(STRENGTH_MFA), request(facts={"mfaSatisfied": True}), outcome="allow"
    ),
    case(
        "the built-in MFA strength makes an unregistered user register", STRENGTHS, demands(STRENGTH_MFA), request(BOB), outcome="register"
    ),
    case(
        "a passkey meets the phishing-resistant strength",
        STRENGTHS,
        demands(STRENGTH_PHISHING),
        request(KIM, facts=used("fido2")),
        outcome="allow",
        results={"p": "success"},
    ),
    case(
        "a push does not meet the phishing-resistant strength",
        STRENGTHS,
        demands(STRENGTH_PHISHING),
        request(KIM, facts=used("password,microsoftAuthenticatorPush")),
        outcome="mfa",
        requires=[word(STRENGTH_PHISHING)],
        results={"p": "failure"},
    ),
    case(
        "a usable strength not yet met is MFA",
        WHATIF,
        demands(STRENGTH_PHISHING),
        request(KIM),
        outcome="mfa",
        requires=[word(STRENGTH_PHISHING)],
    ),
    case(
        "MFA by an unknown method may or may not meet the phishing-resistant strength",
        STRENGTHS,
        demands(STRENGTH_PHISHING),
        request(KIM, facts={"mfaSatisfied": True}),
        outcome="unknown",
        applies={"p": True},
        missing="method",
    ),
    case(
        "who has no passkey can register one on the way",
        STRENGTHS,
        demands(STRENGTH_PHISHING),
        request(ADA),
        outcome="register",
    ),
    case(
        "who has no passkey and may not register one is locked out",
        WHATIF,
        demands(STRENGTH_PHISHING),
        request(ADA),
        tenant={"authenticationMethodsPolicy": methods_policy("Fido2")},
        outcome="locked_out",
    ),
    case(
        "without the methods policy nobody knows whether a passkey may be registered",
        FOLDER,
        demands(STRENGTH_PHISHING),
        request(ADA),
        tenant={"authenticationMethodsPolicy": ABSENT},
        outcome="unknown",
        applies={"p": True},
        missing="authenticationMethodsPolicy|method",
    ),
    case(
        "Windows Hello cannot be registered on the way",
        STRENGTHS,
        demands(STRENGTH_HELLO),
        request(ADA),
        outcome="locked_out",
    ),
    case(
        "who has Windows Hello can use it",
        STRENGTHS,
        demands(STRENGTH_HELLO),
        request(ADA),
        tenant={"userRegistrationDetails": [registration("ada", "windowsHelloForBusiness")]},
        outcome="mfa",
    ),
    case(
        "a strength that a password meets demands nothing more of it",
        WHATIF,
        demands(STRENGTH_PASSWORD),
        request(),
        outcome="allow",
        applies={"p": True},
        results={"p": "success"},
    ),
    case(
        "a strength that a password meets does not count as MFA",
        WHATIF,
        [demands(STRENGTH_PASSWORD, "weak"), policy("mfa")],
        request(),
        outcome="mfa",
        requires=["mfa"],
        results={"weak": "success", "mfa": "failure"},
    ),
    case(
        "a phone number is enough for a text message",
        STRENGTHS,
        demands(STRENGTH_SMS),
        request(),
        tenant={"userRegistrationDetails": [registration("ada", "mobilePhone")]},
        outcome="mfa",
    ),
    case(
        "who has no phone number can register one on the way",
        STRENGTHS,
        demands(STRENGTH_SMS),
        request(),
        outcome="register",
    ),
    case(
        "the text message that was used meets its strength",
        STRENGTHS,
        demands(STRENGTH_SMS),
        request(facts=used("password,sms")),
        tenant={"userRegistrationDetails": [registration("ada", "mobilePhone")]},
        outcome="allow",
    ),
    case(
        "whether a key is of the allowed make is in no export",
        "Graph v1.0, fido2CombinationConfiguration",
        demands(STRENGTH_KEY),
        request(KIM),
        outcome="unknown",
        applies={"p": True},
    ),
    case(
        "a user without any key is not in doubt about its make alone",
        "Graph v1.0, fido2CombinationConfiguration",
        demands(STRENGTH_KEY),
        request(),
        tenant={"authenticationMethodsPolicy": methods_policy("Fido2")},
        outcome="locked_out",
    ),
    case(
        "several strengths must all be met",
        STRENGTHS,
        [demands(STRENGTH_PHISHING, "key"), demands(STRENGTH_MFA, "any")],
        request(KIM, facts=used("password,microsoftAuthenticatorPush")),
        outcome="mfa",
        requires=[word(STRENGTH_PHISHING)],
        results={"key": "failure", "any": "success"},
    ),
    case(
        "one method can meet several strengths",
        STRENGTHS,
        [demands(STRENGTH_PHISHING, "key"), demands(STRENGTH_PASSWORDLESS, "no password")],
        request(KIM, facts=used("fido2")),
        outcome="allow",
    ),
    case(
        "a passkey is MFA too",
        STRENGTHS,
        [policy("mfa"), demands(STRENGTH_PHISHING, "key")],
        request(KIM, facts=used("fido2")),
        outcome="allow",
    ),
    case(
        "a strength that is in no complete export",
        FOLDER,
        demands(uid("strength deleted")),
        request(),
        outcome="unknown",
        applies={"p": True},
    ),
    case(
        "without the strengths a custom one is unknown",
        FOLDER,
        demands(STRENGTH_HELLO),
        request(),
        tenant={"authenticationStrengthPolicies": ABSENT},
        outcome="unknown",
        applies={"p": True},
        missing="strength",
    ),
    case(
        "without the strengths a policy for somebody else is still for somebody else",
        FOLDER,
        policy(users={"includeUsers": [BOB]}, grants=grant(strength_id=STRENGTH_HELLO)),
        request(),
        tenant={"authenticationStrengthPolicies": ABSENT},
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a strength locks a legacy client out",
        "entra-docs, concept-conditional-access-conditions.md",
        demands(STRENGTH_MFA),
        request(clientAppType="other"),
        outcome="locked_out",
    ),
    case(
        "a strength or a compliant device: the device alone suffices",
        "entra-docs, concept-conditional-access-policies.md",
        policy(grants=grant("compliantDevice", strength_id=STRENGTH_PHISHING)),
        request(deviceInfo={"isCompliant": True, "trustType": "AzureAD"}),
        outcome="allow",
    ),
    case(
        "a strength or a compliant device: the strength is asked for first",
        WHATIF,
        policy(grants=grant("compliantDevice", strength_id=STRENGTH_PHISHING)),
        request(KIM),
        outcome="mfa",
        requires=[word(STRENGTH_PHISHING)],
        alternatives=[[word(STRENGTH_PHISHING), "compliantDevice"]],
    ),
]
