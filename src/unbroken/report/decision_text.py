"""The answer for one sign-in on a terminal: the outcome, what it needs, then policy by policy why."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from unbroken.evaluate.decision import Decision, MandatoryMfa, Outcome, PolicyVerdict
from unbroken.report.printing import bullets, table, title, unpadded
from unbroken.report.visible import visible
from unbroken.report.words import STATES, of_account

MEANINGS = {
    Outcome.ALLOW: ("ALLOWED", "nothing more is demanded", "bold green"),
    Outcome.MFA: ("MFA", "allowed after MFA that the user can do", "bold cyan"),
    Outcome.REGISTER: ("REGISTER", "the user must register a method first, and can", "bold yellow"),
    Outcome.CONTROLS: ("NEEDS ANOTHER CONTROL", "something is demanded that this sign-in does not have yet", "bold yellow"),
    Outcome.BLOCK: ("BLOCKED", "a policy blocks it", "bold red"),
    Outcome.LOCKED_OUT: ("LOCKED OUT", "there is no way to satisfy what is demanded", "bold red"),
    Outcome.UNKNOWN: ("UNKNOWN", "the answer hangs on a fact that is missing", "bold magenta"),
}

REASONS = {
    "users": "not this user",
    "workloadIdentities": "not this workload identity",
    "application": "not this resource",
    "userActions": "not this user action",
    "authenticationContext": "not this authentication context",
    "devicePlatform": "not this platform",
    "devices": "not this device",
    "clientApps": "not this client",
    "location": "not this location",
    "signInRisk": "not this sign-in risk",
    "userRisk": "not this user risk",
    "insiderRisk": "not this insider risk",
    "authenticationFlow": "not this authentication flow",
    "policyNotEnabled": "it is not enabled",
    "emptyPolicy": "it targets nobody or nothing",
    "invalidPolicy": "it is invalid",
    "invalidCondition": "a condition is invalid",
    "notEnoughInformation": "a fact is missing",
}
"""`whatIfAnalysisReasons` in words; one without words is printed as it is."""

RESULTS = {
    "success": "applies, met",
    "notApplied": "does not apply",
    "notEnabled": "it is not enabled",
    "unknown": "a fact is missing",
    "reportOnlySuccess": "would apply, met",
    "reportOnlyFailure": "would apply, not met",
    "reportOnlyInterrupted": "would apply and ask",
    "reportOnlyNotApplied": "would not apply",
}
"""Results of `appliedConditionalAccessPolicies` in words; `failure` depends on the outcome."""


def print_decision(console: Console, decision: Decision) -> None:
    """Print the outcome at a glance, then the reasons."""
    with unpadded(console):
        _decision(console, decision)


def _decision(console: Console, decision: Decision) -> None:
    word, meaning, style = MEANINGS[decision.outcome]
    console.print(Text.assemble((word, style), f"  {meaning}"))
    if decision.requires:
        console.print(Text(f"It needs, in this order: {', then '.join(decision.requires)}"))
    for alternatives in decision.alternatives:
        console.print(Text(f"Any one is enough: {' or '.join(alternatives)}"))
    bullets(console, "Missing facts", [of_account(fact) for fact in decision.missing], len(decision.missing))
    _policies(console, decision)
    _platform(console, decision.platform)
    bullets(console, "Not part of this answer", decision.hints, len(decision.hints))
    bullets(console, "Taken for granted", decision.assumes, len(decision.assumes))


def _policies(console: Console, decision: Decision) -> None:
    if not decision.policies:
        console.print(Text("No policy was evaluated.", style="dim"))
        return
    title(console, "Policy by policy")
    rows = [
        (_applies(p), p.display_name or p.id, STATES.get(p.state, p.state), _why(p, decision))
        for p in sorted(decision.policies, key=_order)
    ]
    table(console, (("applies", "left"), ("policy", "left"), ("state", "left"), ("why", "left")), rows)


def _order(policy: PolicyVerdict) -> tuple[int, bool]:
    return {True: 0, None: 1, False: 2}[policy.applies], policy.state != "enabled"


def _applies(policy: PolicyVerdict) -> Text:
    return {True: Text("yes", style="bold"), None: Text("unknown", style="magenta"), False: Text("no", style="dim")}[policy.applies]


def _why(policy: PolicyVerdict, decision: Decision) -> str:
    said = "; ".join(REASONS.get(reason, reason) for reason in policy.reasons)
    if policy.applies is False:
        return said or RESULTS.get(policy.result, policy.result)
    result = _unmet(decision) if policy.result == "failure" else RESULTS.get(policy.result, policy.result)
    return f"{said} ({result})" if said else result


def _unmet(decision: Decision) -> str:
    """Say what an enabled policy that is not met does: which of several blocks, the results alone do not tell."""
    if decision.outcome is Outcome.LOCKED_OUT:
        return "applies, and cannot be met from here"
    if decision.outcome not in {Outcome.BLOCK, Outcome.UNKNOWN}:
        asks_for_mfa = any(each == "mfa" or each.startswith("authenticationStrength") for each in decision.requires)
        return "applies; MFA not done yet" if asks_for_mfa and len(decision.requires) == 1 else "applies; what it demands is not met yet"
    alone = decision.outcome is Outcome.BLOCK and sum(each.result == "failure" for each in decision.policies) == 1
    return "blocks" if alone else "blocks, or what it demands is not met yet"


def _platform(console: Console, platform: MandatoryMfa) -> None:
    says = {True: "demands MFA by itself", False: "demands nothing by itself", None: "may demand MFA by itself"}[platform.mandatory]
    console.print()
    console.print(Text(f"Outside Conditional Access, the platform {says}: {visible(platform.why)}"))
