"""Report-only and disabled policies, and the words for their results."""

from __future__ import annotations

from conformance.builders import BLOCK, DROP, KIM, REPORT_ONLY, WHATIF, case, grant, policy, request

TRIAL = "enabledForReportingButNotEnforced"
MEANING = "Graph beta, appliedConditionalAccessPolicy: result"

CASES = [
    case(
        "report-only MFA demands nothing and says it would have interrupted",
        REPORT_ONLY,
        policy(state=TRIAL),
        request(),
        outcome="allow",
        requires=[],
        applies={"p": True},
        results={"p": "reportOnlyInterrupted"},
    ),
    case(
        "report-only MFA already done",
        REPORT_ONLY,
        policy(state=TRIAL),
        request(facts={"mfaSatisfied": True}),
        outcome="allow",
        results={"p": "reportOnlySuccess"},
    ),
    case(
        "report-only block",
        REPORT_ONLY,
        policy(state=TRIAL, grants=BLOCK),
        request(),
        outcome="allow",
        results={"p": "reportOnlyFailure"},
    ),
    case(
        "report-only device control unmet",
        REPORT_ONLY,
        policy(state=TRIAL, grants=grant("compliantDevice")),
        request(),
        outcome="allow",
        results={"p": "reportOnlyFailure"},
    ),
    case(
        "report-only terms of use",
        REPORT_ONLY,
        policy(state=TRIAL, grants=grant(terms=["t1"])),
        request(),
        outcome="allow",
        results={"p": "reportOnlyInterrupted"},
    ),
    case(
        "report-only that does not apply",
        REPORT_ONLY,
        policy(state=TRIAL, users={"includeUsers": [KIM]}),
        request(),
        outcome="allow",
        applies={"p": False},
        results={"p": "reportOnlyNotApplied"},
    ),
    case(
        "report-only that is unknown does not make the outcome unknown",
        REPORT_ONLY,
        policy(state=TRIAL, signInRiskLevels=["high"], grants=BLOCK),
        request(signInRiskLevel=DROP),
        outcome="allow",
        applies={"p": None},
        missing="risk",
    ),
    case(
        "report-only beside enabled",
        REPORT_ONLY,
        [policy("on"), policy("trial", state=TRIAL, grants=BLOCK)],
        request(),
        outcome="mfa",
        results={"on": "failure", "trial": "reportOnlyFailure"},
    ),
    case(
        "a disabled policy is not enabled",
        MEANING,
        policy(state="disabled", grants=BLOCK),
        request(),
        outcome="allow",
        applies={"p": False},
        reasons={"p": "policyNotEnabled"},
        results={"p": "notEnabled"},
    ),
    case(
        "a disabled policy is never unknown",
        MEANING,
        policy(state="disabled", signInRiskLevels=["high"]),
        request(signInRiskLevel=DROP),
        outcome="allow",
        applies={"p": False},
        results={"p": "notEnabled"},
    ),
    case(
        "an enabled policy that does not apply",
        MEANING,
        policy(users={"includeUsers": [KIM]}),
        request(),
        outcome="allow",
        results={"p": "notApplied"},
    ),
    case("an enabled policy that is satisfied", MEANING, policy(), request(facts={"mfaSatisfied": True}), results={"p": "success"}),
    case("an enabled policy that would prompt", MEANING, policy(), request(), results={"p": "failure"}),
    case(
        "every policy is in the answer",
        WHATIF,
        [policy("on"), policy("trial", state=TRIAL), policy("off", state="disabled"), policy("other", users={"includeUsers": [KIM]})],
        request(),
        outcome="mfa",
        applies={"on": True, "trial": True, "off": False, "other": False},
    ),
]
