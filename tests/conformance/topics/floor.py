"""What lies beneath the policies: security defaults, per-user MFA, the platform's own demand."""

from __future__ import annotations

from conformance.builders import (
    ABSENT,
    ADA,
    AZURE_PORTAL,
    BLOCK,
    BOB,
    DROP,
    EXTERNAL,
    FOLDER,
    GREG,
    HR,
    KIM,
    ROOT,
    WHATIF,
    action,
    app,
    case,
    context,
    grant,
    policy,
    registration,
    request,
    trust,
    uid,
    workload,
)

DEFAULTS = "entra-docs, fundamentals/security-defaults.md"
PER_USER = "entra-docs, howto-mfa-userstates.md"
MANDATORY = "entra-docs, concept-mandatory-multifactor-authentication.md"
SYNCHRONISERS = {"id": uid("role sync"), "roleTemplateId": "d29b2b05-8046-44ba-8758-1e26182fcf32", "displayName": "Synchronisation"}
ON = {"identitySecurityDefaultsEnforcementPolicy": {"id": "00000000-0000-0000-0000-000000000005", "isEnabled": True}}
UNREAD = {"identitySecurityDefaultsEnforcementPolicy": ABSENT}
NO_ROLES = {"directoryRoles": ABSENT, "roleAssignments": ABSENT}
TRIAL = policy(state="enabledForReportingButNotEnforced")


def per_user(user: str, state: str) -> dict[str, object]:
    return {"userAuthenticationRequirements": [{"id": user, "perUserMfaState": state}]}


CASES = [
    case("defaults make an unregistered user register", WHATIF, [], request(BOB), tenant=ON, outcome="register"),
    case("defaults ask every administrator", WHATIF, [], request(ROOT), tenant=ON, outcome="mfa"),
    case("defaults ask other registered users when Microsoft judges so", WHATIF, [], request(ADA), tenant=ON, outcome="unknown"),
    case("defaults ask no more of who has done MFA", DEFAULTS, [], request(ROOT, facts={"mfaSatisfied": True}), tenant=ON, outcome="allow"),
    case("defaults block legacy clients", WHATIF, [], request(clientAppType="other"), tenant=ON, outcome="block"),
    case("defaults switched off demand nothing", DEFAULTS, [], request(ROOT), outcome="allow"),
    case("defaults beside a report-only policy are in force", DEFAULTS, TRIAL, request(ROOT), tenant=ON, outcome="mfa"),
    case(
        "defaults that were not read are unknown where no policy is enabled",
        FOLDER,
        TRIAL,
        request(BOB),
        tenant=UNREAD,
        outcome="unknown",
        missing="securityDefaults|security default",
    ),
    case(
        "defaults that were not read are off when any policy is enabled",
        FOLDER,
        policy(users={"includeUsers": [KIM]}),
        request(BOB),
        tenant=UNREAD,
        outcome="allow",
    ),
    case("enforced per-user MFA asks", PER_USER, [], request(), tenant=per_user(ADA, "enforced"), outcome="mfa"),
    case(
        "enforced per-user MFA makes an unregistered user register",
        PER_USER,
        [],
        request(BOB),
        tenant=per_user(BOB, "enforced"),
        outcome="register",
    ),
    case("disabled per-user MFA demands nothing", PER_USER, [], request(), tenant=per_user(ADA, "disabled"), outcome="allow"),
    case(
        "enforced per-user MFA already done",
        PER_USER,
        [],
        request(facts={"mfaSatisfied": True}),
        tenant=per_user(ADA, "enforced"),
        outcome="allow",
    ),
    case(
        "per-user MFA stands beside policies",
        PER_USER,
        policy(users={"includeUsers": [KIM]}),
        request(),
        tenant=per_user(ADA, "enforced"),
        outcome="mfa",
        applies={"p": False},
    ),
    case(
        "per-user MFA that was not exported is taken as disabled",
        FOLDER,
        [],
        request(),
        tenant={"userAuthenticationRequirements": ABSENT},
        outcome="allow",
    ),
    case("per-user MFA of one is not that of another", PER_USER, [], request(), tenant=per_user(BOB, "enforced"), outcome="allow"),
    case(
        "the platform demands MFA for the Azure portal whatever the policies say",
        MANDATORY,
        policy(users={"includeUsers": ["All"], "excludeUsers": [ROOT]}),
        request(ROOT, AZURE_PORTAL),
        outcome="allow",
        applies={"p": False},
        mandatory_mfa=True,
    ),
    *(
        case(
            f"the platform leaves the synchronisation account out, which holds its role {how}",
            f"{MANDATORY}; concept-conditional-access-users-groups.md: roles of a group's members",
            [],
            request(ADA, AZURE_PORTAL),
            tenant={"directoryRoles": [SYNCHRONISERS | {"members": [{"id": holder}]}]},
            outcome="allow",
            mandatory_mfa=False,
        )
        for how, holder in (("by itself", ADA), ("through a group", uid("group Engineering")))
    ),
    case("the platform demands no MFA for the tenant's own app", MANDATORY, [], request(target=HR), outcome="allow", mandatory_mfa=False),
    case(
        "the platform's demand does not change a block",
        MANDATORY,
        policy(grants=BLOCK),
        request(target=AZURE_PORTAL),
        outcome="block",
        mandatory_mfa=True,
    ),
    case(
        "defaults make an unregistered administrator register",
        WHATIF,
        [],
        request(ROOT),
        tenant=ON | {"userRegistrationDetails": [registration("root")]},
        outcome="register",
    ),
    case("defaults demand nothing of a workload identity", DEFAULTS, [], request(workload()), tenant=ON, outcome="allow"),
    case(
        "defaults block a legacy client whatever it holds",
        WHATIF,
        [],
        request(clientAppType="other", facts={"mfaSatisfied": True}),
        tenant=ON,
        outcome="block",
    ),
    case(
        "defaults without registration details are unknown",
        FOLDER,
        [],
        request(BOB),
        tenant=ON | {"userRegistrationDetails": ABSENT},
        outcome="unknown",
        missing="regist",
    ),
    case(
        "the platform demands MFA when one of several resources is a portal",
        MANDATORY,
        [],
        request(target=app(HR, AZURE_PORTAL)),
        outcome="allow",
        mandatory_mfa=True,
    ),
    *(
        case(
            f"{how} alone is not the MFA that {what} asks for",
            f"{source}; entra-docs, concept-authentication-strengths.md: combinations that are MFA",
            [],
            request(ROOT, facts={"authenticationMethod": how}),
            tenant=tenant,
            outcome="mfa",
            requires=["mfa"],
        )
        for how in ("password", "sms", "email", "x509CertificateSingleFactor")
        for what, source, tenant in (
            ("per-user MFA", PER_USER, per_user(ROOT, "enforced")),
            ("the set of security defaults", DEFAULTS, ON),
        )
    ),
    case(
        "a combination that is MFA satisfies per-user MFA",
        PER_USER,
        [],
        request(facts={"authenticationMethod": "password,sms"}),
        tenant=per_user(ADA, "enforced"),
        outcome="allow",
    ),
    case(
        "a policy of a state nobody knows does not prove the defaults off",
        f"{DEFAULTS}: defaults and enabled policies exclude each other",
        policy(users={"includeUsers": [KIM]}, state="halfEnabled"),
        request(ROOT),
        tenant=ON,
        outcome="mfa",
    ),
    case(
        "an enabled policy with a condition nobody knows proves the defaults off",
        f"{DEFAULTS}: defaults and enabled policies exclude each other",
        policy(users={"includeUsers": [KIM]}, someFutureCondition={"x": 1}),
        request(ROOT),
        tenant=ON,
        outcome="allow",
    ),
    *(
        case(
            f"{what} that nobody can be asked for locks out",
            f"{source}; entra-docs, v2-oauth-ropc.md: no MFA",
            [],
            request(ROOT, facts={"interactive": False}),
            tenant=tenant,
            outcome="locked_out",
            requires=["mfa"],
        )
        for what, source, tenant in (("per-user MFA", PER_USER, per_user(ROOT, "enabled")), ("MFA by defaults", DEFAULTS, ON))
    ),
    *(
        case(
            f"{what} locks out who has no method where none may be registered",
            source,
            [],
            request(BOB),
            tenant=tenant | {"authenticationMethodsPolicy": {"authenticationMethodConfigurations": []}},
            outcome="locked_out",
        )
        for what, source, tenant in (("per-user MFA", PER_USER, per_user(BOB, "enabled")), ("MFA by defaults", DEFAULTS, ON))
    ),
    case(
        "per-user MFA locks out who has no method where a policy blocks registration",
        f"{PER_USER}; entra-docs, reference-error-codes.md: 53010",
        policy("registration", apps={"includeUserActions": ["urn:user:registersecurityinfo"]}, grants=BLOCK),
        request(BOB),
        tenant=per_user(BOB, "enforced"),
        outcome="locked_out",
    ),
    *(
        case(
            f"{what} is done by a guest at home where that is trusted{already}",
            EXTERNAL,
            [],
            request(GREG, facts=facts),
            tenant=tenant | {"crossTenantAccessPolicy": trust(mfa=True)},
            outcome=outcome,
        )
        for what, tenant in (("per-user MFA", per_user(GREG, "enforced")), ("MFA by defaults", ON))
        for already, facts, outcome in (("", None, "mfa"), (" and was", {"homeTenantMfa": True}, "allow"))
    ),
    case(
        "per-user MFA hangs on the address where some are trusted",
        "entra-docs, howto-mfa-mfasettings.md: trusted IPs skip MFA",
        [],
        request(ipAddress=DROP),
        tenant=per_user(ADA, "enforced"),
        toml='mfa_trusted_ips = ["192.0.2.0/24"]\n',
        outcome="unknown",
        missing="ipAddress",
    ),
    case(
        "without the roles anybody may be the account that defaults leave out",
        f"{DEFAULTS}: the synchronisation account is left out",
        [],
        request(BOB),
        tenant=ON | NO_ROLES,
        outcome="unknown",
        missing="directoryRoles",
    ),
    case(
        "without the roles a legacy client may be that of the synchronisation account",
        f"{DEFAULTS}: the synchronisation account is left out",
        [],
        request(clientAppType="other"),
        tenant=ON | NO_ROLES,
        outcome="unknown",
        missing="directoryRoles",
    ),
    case(
        "without the roles the defaults still ask nothing of who has done MFA",
        DEFAULTS,
        [],
        request(facts={"mfaSatisfied": True}),
        tenant=ON | NO_ROLES,
        outcome="allow",
    ),
    *(
        case(
            f"whether the platform demands MFA for {what} is not known",
            f"{MANDATORY}: it goes by application",
            [],
            request(target=target),
            outcome="allow",
            mandatory_mfa=None,
        )
        for what, target in (("an authentication context", context("c1")), ("a user action", action()))
    ),
    case(
        "per-user MFA and a policy are asked for together, in the order of prompts",
        "entra-docs, concept-conditional-access-policies.md, phase 2",
        policy(grants=grant("compliantDevice")),
        request(),
        tenant=per_user(ADA, "enforced"),
        outcome="controls",
        requires=["mfa", "compliantDevice"],
    ),
    case(
        "per-user MFA that is only enabled hangs on the client",
        f"{PER_USER}: app passwords are for enforced users",
        [],
        request(clientAppType=DROP),
        tenant=per_user(ADA, "enabled"),
        outcome="unknown",
        missing="clientAppType",
    ),
]
