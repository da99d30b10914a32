"""What lies beneath the policies: security defaults, per-user MFA, the platform's own demand."""

from __future__ import annotations

from conformance.builders import (
    ABSENT,
    ADA,
    AZURE_PORTAL,
    BLOCK,
    BOB,
    FOLDER,
    HR,
    KIM,
    ROOT,
    WHATIF,
    app,
    case,
    policy,
    registration,
    request,
    workload,
)

DEFAULTS = "entra-docs, fundamentals/security-defaults.md"
PER_USER = "entra-docs, howto-mfa-userstates.md"
MANDATORY = "entra-docs, concept-mandatory-multifactor-authentication.md"
ON = {"identitySecurityDefaultsEnforcementPolicy": {"id": "00000000-0000-0000-0000-000000000005", "isEnabled": True}}
UNREAD = {"identitySecurityDefaultsEnforcementPolicy": ABSENT}
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
]
