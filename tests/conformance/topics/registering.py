"""What somebody without a method meets: who can register, who cannot."""

from __future__ import annotations

from conformance.builders import (
    ABSENT,
    AT_HOME,
    BLOCK,
    BOB,
    DROP,
    FOLDER,
    STRENGTH_PASSWORDLESS,
    STRENGTH_PHISHING,
    WHATIF,
    Wire,
    case,
    grant,
    method,
    methods_policy,
    policy,
    request,
    uid,
)

CODES = "entra-docs, reference-error-codes.md: 50072, 50079"
METHODS = "Microsoft Graph v1.0, authenticationMethodConfiguration: includeTargets, excludeTargets"
RESTRICTED = "entra-docs, reference-error-codes.md: 53010"
ANYWHERE_BUT_TRUSTED = {"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]}
COMPLIANT = {"isCompliant": True, "trustType": "AzureAD"}


def registration_policy(grants: Wire = BLOCK, **more: object) -> Wire:
    return policy("registration", apps={"includeUserActions": ["urn:user:registersecurityinfo"]}, grants=grants, **more)


def only_passkeys(include: str, *exclude: str) -> Wire:
    """Return collections in which passkeys are the only method, for the members of one group and not of others."""
    targets = {
        key: [{"targetType": "group", "id": uid(f"group {name}")} for name in names] for key, names in (("in", [include]), ("out", exclude))
    }
    passkeys = method("Fido2") | {"includeTargets": targets["in"], "excludeTargets": targets["out"]}
    return {"authenticationMethodsPolicy": methods_policy() | {"authenticationMethodConfigurations": [passkeys]}}


CASES = [
    case("nobody needs to register where nothing is demanded", WHATIF, [], request(BOB), outcome="allow"),
    case("MFA sends an unregistered user to register", CODES, policy(), request(BOB), outcome="register", requires=["mfa"]),
    case(
        "a method that is switched on for nobody can be registered by nobody",
        "Graph v1.0, fido2AuthenticationMethodConfiguration: includeTargets",
        policy(),
        request(BOB),
        tenant={
            "authenticationMethodsPolicy": methods_policy()
            | {"authenticationMethodConfigurations": [method("Fido2") | {"includeTargets": []}]}
        },
        outcome="locked_out",
    ),
    case("a registered user is only asked", CODES, policy(), request(), outcome="mfa"),
    case(
        "registration that is blocked outside locks out outside",
        RESTRICTED,
        [policy(), registration_policy(locations=ANYWHERE_BUT_TRUSTED)],
        request(BOB, **AT_HOME),
        outcome="locked_out",
        applies={"p": True, "registration": False},
    ),
    case(
        "registration that is blocked outside is possible inside",
        RESTRICTED,
        [policy(), registration_policy(locations=ANYWHERE_BUT_TRUSTED)],
        request(BOB),
        outcome="register",
    ),
    case(
        "registration that is blocked outside is unknown in an unknown place",
        RESTRICTED,
        [policy(), registration_policy(locations=ANYWHERE_BUT_TRUSTED)],
        request(BOB, ipAddress=DROP, country=DROP),
        outcome="unknown",
        missing="address|ip|location",
    ),
    case(
        "registration that is blocked does not matter to who is registered",
        RESTRICTED,
        [policy(), registration_policy(locations=ANYWHERE_BUT_TRUSTED)],
        request(**AT_HOME),
        outcome="mfa",
    ),
    case(
        "registration that demands MFA cannot be done without a method",
        RESTRICTED,
        [policy(), registration_policy(grants=grant("mfa"))],
        request(BOB),
        outcome="locked_out",
    ),
    case(
        "registration that demands a compliant device is possible on one",
        RESTRICTED,
        [policy(), registration_policy(grants=grant("compliantDevice"))],
        request(BOB, deviceInfo=COMPLIANT),
        outcome="register",
    ),
    case(
        "registration that demands a compliant device is impossible on another",
        RESTRICTED,
        [policy(), registration_policy(grants=grant("compliantDevice"))],
        request(BOB),
        outcome="locked_out",
    ),
    case(
        "a report-only restriction of registration restricts nothing",
        "entra-docs, concept-conditional-access-report-only.md",
        [policy(), registration_policy(state="enabledForReportingButNotEnforced")],
        request(BOB),
        outcome="register",
    ),
    case(
        "a restriction for other users restricts nothing",
        RESTRICTED,
        [policy(), registration_policy(users={"includeUsers": ["GuestsOrExternalUsers"]})],
        request(BOB),
        outcome="register",
    ),
    case(
        "who must register and lacks a device needs controls",
        WHATIF,
        [policy(), policy("device", grants=grant("compliantDevice"))],
        request(BOB),
        outcome="controls",
        requires=["mfa", "compliantDevice"],
    ),
    case("a block is not softened by registering", WHATIF, [policy(), policy("no", grants=BLOCK)], request(BOB), outcome="block"),
    case(
        "without registration details nobody knows whether a user can do MFA",
        FOLDER,
        policy(),
        request(),
        tenant={"userRegistrationDetails": ABSENT},
        outcome="unknown",
        applies={"p": True},
        missing="regist",
    ),
    case(
        "without registration details MFA done is done",
        FOLDER,
        policy(),
        request(facts={"mfaSatisfied": True}),
        tenant={"userRegistrationDetails": ABSENT},
        outcome="allow",
    ),
    case(
        "without registration details a block is a block",
        FOLDER,
        policy(grants=BLOCK),
        request(),
        tenant={"userRegistrationDetails": ABSENT},
        outcome="block",
    ),
    case(
        "without registration details a legacy client is locked out",
        FOLDER,
        policy(),
        request(clientAppType="other"),
        tenant={"userRegistrationDetails": ABSENT},
        outcome="locked_out",
    ),
    case(
        "without registration details a device control still needs its device",
        FOLDER,
        [policy(), policy("device", grants=grant("compliantDevice"))],
        request(),
        tenant={"userRegistrationDetails": ABSENT},
        outcome="controls",
    ),
    case(
        "registering itself under a place restriction, outside",
        "entra-docs, concept-conditional-access-cloud-apps.md",
        registration_policy(locations=ANYWHERE_BUT_TRUSTED),
        request(BOB, target={"@odata.type": "#microsoft.graph.userActionContext", "userAction": "registerSecurityInformation"}, **AT_HOME),
        outcome="block",
        applies={"registration": True},
    ),
    case(
        "a method that a group may use can be registered by its members",
        METHODS,
        policy(),
        request(BOB),
        tenant=only_passkeys("Inner"),
        outcome="register",
    ),
    case(
        "a method that a group may use can be registered by the members of a group in it",
        METHODS,
        policy(),
        request(BOB),
        tenant=only_passkeys("Outer"),
        outcome="register",
    ),
    case(
        "a method that only another group may use cannot be registered",
        METHODS,
        policy(),
        request(BOB),
        tenant=only_passkeys("Engineering"),
        outcome="locked_out",
    ),
    case(
        "a method from which the user's group is excluded cannot be registered",
        METHODS,
        policy(),
        request(BOB),
        tenant=only_passkeys("Inner", "Everyone"),
        outcome="locked_out",
    ),
    case(
        "a method from which another group is excluded can be registered",
        METHODS,
        policy(),
        request(BOB),
        tenant=only_passkeys("Inner", "Engineering"),
        outcome="register",
    ),
    case(
        "a control nobody knows on registration leaves open whether it is possible",
        "DESIGN.md: what is not understood is kept by name and makes the answer unknown",
        [policy(), registration_policy(grant("controlOfTheFuture"))],
        request(BOB),
        outcome="unknown",
        missing="controlOfTheFuture",
    ),
    case(
        "a control nobody knows on registration does not concern who has a method",
        "DESIGN.md: what is not understood is kept by name and makes the answer unknown",
        [policy(), registration_policy(grant("controlOfTheFuture"))],
        request(),
        outcome="mfa",
    ),
    case(
        "a strength on registration hangs on the method behind the MFA already done",
        "entra-docs, concept-authentication-strength-how-it-works.md",
        [policy(grants=grant(strength_id=STRENGTH_PHISHING)), registration_policy(grant(strength_id=STRENGTH_PASSWORDLESS))],
        request(BOB, facts={"mfaSatisfied": True}),
        outcome="unknown",
        missing="authenticationMethod",
    ),
]
