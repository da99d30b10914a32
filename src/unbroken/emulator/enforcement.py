"""What the emulated tenant does with one sign-in: Conditional Access, read literally off Microsoft's documentation.

Slow, small and on purpose a second opinion: it shares nothing with `evaluate`, so the two can be compared with each other.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from unbroken.emulator.conditions import conditions
from unbroken.emulator.facts import SignInFacts, UnsupportedPolicy
from unbroken.emulator.satisfied import is_hopeless, is_satisfied
from unbroken.emulator.tenant import Record, Tenant

ENABLED, REPORT_ONLY, DISABLED = "enabled", "enabledForReportingButNotEnforced", "disabled"
PROMPT_ORDER = (
    *("mfa", "authenticationStrength", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication"),
    *("passwordChange", "termsOfUse", "customAuthenticationFactor", "riskRemediation"),
)
"""The order in which unmet controls are asked for (entra-docs, concept-conditional-access-policies.md, phase 2)."""
ASKS_THE_USER = frozenset(
    {"mfa", "authenticationStrength", "passwordChange", "termsOfUse", "customAuthenticationFactor", "riskRemediation"}
)
_ERRORS = {
    "compliantDevice": 53000,
    "domainJoinedDevice": 53001,
    "approvedApplication": 53002,
    "compliantApplication": 53009,
    "passwordChange": 50125,
    "termsOfUse": 50158,
    "customAuthenticationFactor": 50158,
    "riskRemediation": 50125,
}
_LOGGED_CONTROLS = {
    "mfa": "Mfa",
    "block": "Block",
    "compliantDevice": "RequireCompliantDevice",
    "domainJoinedDevice": "RequireDomainJoinedDevice",
    "approvedApplication": "RequireApprovedApp",
    "compliantApplication": "RequireCompliantApp",
    "passwordChange": "PasswordChange",
    "riskRemediation": "RiskRemediation",
}


@dataclass(frozen=True, slots=True)
class Applied:
    """One entry of `appliedConditionalAccessPolicies`, and what the policy still wants."""

    record: dict[str, Any]
    unmet: tuple[str, ...] = ()
    """Controls still wanted by an enabled policy, in the order of the prompts."""


@dataclass(frozen=True, slots=True)
class Enforcement:
    """The answer to one sign-in."""

    applied: tuple[Applied, ...]
    error_code: int

    @property
    def status(self) -> str:
        """Return `conditionalAccessStatus`: success, failure or notApplied."""
        results = {entry.record["result"] for entry in self.applied}
        return next((word for word in ("failure", "success") if word in results), "notApplied")


def enforce(policies: Iterable[Record], facts: SignInFacts, tenant: Tenant) -> Enforcement:
    """Return what every policy does with the sign-in, and the sign-in's error code (0: access).

    Raises:
        UnsupportedPolicy: what one of them does is not decided by the documentation or by what is known.
    """
    return together((judge(policy, facts, tenant) for policy in policies), facts)


def together(applied: Iterable[Applied], facts: SignInFacts) -> Enforcement:
    """Return what the sign-in meets under all policies that were judged."""
    entries = tuple(applied)
    return Enforcement(entries, _error_code({control for entry in entries for control in entry.unmet}, facts))


def judge(policy: Record, facts: SignInFacts, tenant: Tenant) -> Applied:
    """Return what one policy does with the sign-in.

    Raises:
        UnsupportedPolicy: that is not decided.
    """
    state, wanted = policy["state"], policy.get("grantControls") or {}
    met = {} if state == DISABLED else conditions(policy, facts, tenant)
    applies = bool(met) and all(met.values())
    unmet = _unmet(wanted, facts, tenant) if applies else ()
    record = {
        "id": policy["id"],
        "displayName": policy["displayName"],
        "enforcedGrantControls": _logged(wanted),
        "enforcedSessionControls": _session_controls(policy.get("sessionControls") or {}),
        "result": _result(state, applies, unmet, wanted, facts),
        "conditionsSatisfied": ",".join(name for name, value in met.items() if value) or "none",
        "conditionsNotSatisfied": ",".join(name for name, value in met.items() if not value) or "none",
    }
    return Applied(record, unmet if state == ENABLED else ())


def _result(state: str, applies: bool, unmet: tuple[str, ...], grant: Record, facts: SignInFacts) -> str:
    if state == DISABLED:
        return "notEnabled"
    if state == ENABLED:
        return ("failure" if unmet else "success") if applies else "notApplied"
    if not applies:
        return "reportOnlyNotApplied"
    if not unmet:
        return "reportOnlySuccess"
    return "reportOnlyInterrupted" if not facts.is_legacy and _user_can_meet(grant, unmet) else "reportOnlyFailure"


def _user_can_meet(grant: Record, unmet: tuple[str, ...]) -> bool:
    """Return whether user action would satisfy the controls (entra-docs, concept-conditional-access-report-only.md)."""
    if "block" not in unmet and _one_is_enough(grant):
        return not ASKS_THE_USER.isdisjoint(_controls(grant))
    return ASKS_THE_USER.issuperset(unmet)


def _one_is_enough(grant: Record) -> bool:
    return grant.get("operator") == "OR" and len(_controls(grant)) > 1


def _controls(grant: Record) -> list[str]:
    controls = list(grant.get("builtInControls") or ())
    unknown = sorted(set(controls) - _LOGGED_CONTROLS.keys())
    if unknown:
        raise UnsupportedPolicy(f"a policy has the grant control `{unknown[0]}`")
    controls += ["authenticationStrength"] if grant.get("authenticationStrength") else []
    controls += ["termsOfUse"] if grant.get("termsOfUse") else []
    return controls + (["customAuthenticationFactor"] if grant.get("customAuthenticationFactors") else [])


def _unmet(grant: Record, facts: SignInFacts, tenant: Tenant) -> tuple[str, ...]:
    """Return the controls still wanted, in the order of the prompts; `("block",)` when there is no way in."""
    wanted = _controls(grant)
    if "block" in wanted:
        return ("block",)
    missing = sorted((name for name in wanted if not is_satisfied(name, grant, facts, tenant)), key=PROMPT_ORDER.index)
    if not missing or (_one_is_enough(grant) and len(missing) < len(wanted)):
        return ()
    if facts.is_legacy:
        return ("block",)
    if _one_is_enough(grant):
        return tuple([name for name in missing if not is_hopeless(name, facts, tenant)] or missing)[:1]
    # a guest cannot change its password here (external-id, risk policies)
    return ("block",) if "passwordChange" in missing and facts.guest_kind else tuple(missing)


def _error_code(unmet: set[str], facts: SignInFacts) -> int:
    """Return the code of entra-docs' reference-error-codes.md for the first thing asked for."""
    if not unmet:
        return 0
    if "block" in unmet:
        return 53003
    first = min(unmet, key=PROMPT_ORDER.index)
    if first not in {"mfa", "authenticationStrength"}:
        return _ERRORS[first]
    if not facts.mfa_registered:
        return 50072 if facts.interactive else 50079
    return 50074 if facts.interactive else 50076


def _logged(grant: Record) -> list[str]:
    return [_LOGGED_CONTROLS.get(control, control[:1].upper() + control[1:]) for control in _controls(grant)]


def _session_controls(controls: Record) -> list[str]:
    return [name[:1].upper() + name[1:] for name, value in controls.items() if value and "@" not in name]
