"""Results as JSON objects for other programs; the keys are fixed, new ones may be added.

Every tally lists all seven outcomes, with 0 for those that did not occur, so that programs need no defaults.
"""

from __future__ import annotations

from typing import Any

from unbroken.evaluate.blast_radius import BlastRadius, Calibration, HourLoad, Impact, LegacyDependency, Person, SignInCounts, Tally
from unbroken.evaluate.decision import Decision, Outcome, PolicyVerdict

SCHEMA_VERSION = 1
Json = dict[str, Any]


def blast_radius_json(radius: BlastRadius) -> Json:
    """Return what `assess --format json` prints: counts are sign-ins, shares are from 0 to 1, times ISO UTC."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "tenant": radius.tenant,
        "period": {"first": radius.first or None, "last": radius.last or None, "timeZone": radius.time_zone},
        "signIns": _sign_ins(radius.sign_ins),
        "prompts": {"certain": radius.prompts.certain, "likely": radius.prompts.likely, "unknown": radius.prompts.unknown},
        "outcomes": {"before": _tally(radius.before), "after": _tally(radius.after)},
        "users": [_impact(user, "userPrincipalName") for user in radius.users],
        "apps": [_impact(app, "displayName") for app in radius.apps],
        "clients": [_impact(client, "clientAppUsed") for client in radius.clients],
        "legacy": [_legacy(entry) for entry in radius.legacy],
        "calibration": _calibration(radius.calibration),
        "registration": {
            "inScope": radius.registration.in_scope,
            "capable": radius.registration.capable,
            "share": radius.registration.share,
            "unknown": radius.registration.unknown,
        },
        "people": [_person(person) for person in radius.people],
        **_rest(radius),
    }


def decision_json(decision: Decision) -> Json:
    """Return what `whatif --format json` prints for one request."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "outcome": decision.outcome.value,
        "requires": list(decision.requires),
        "alternatives": [list(alternative) for alternative in decision.alternatives],
        "policies": [_verdict(policy) for policy in decision.policies],
        "missing": list(decision.missing),
        "platform": {"mandatoryMfa": decision.platform.mandatory, "why": decision.platform.why},
        "hints": list(decision.hints),
        "assumes": list(decision.assumes),
    }


def _verdict(policy: PolicyVerdict) -> Json:
    return {
        "id": policy.id,
        "displayName": policy.display_name,
        "state": policy.state,
        "applies": policy.applies,
        "reasons": list(policy.reasons),
        "result": policy.result,
    }


def _tally(tally: Tally) -> dict[str, int]:
    return {outcome.value: tally.get(outcome, 0) for outcome in Outcome}


def _sign_ins(counts: SignInCounts) -> Json:
    return {
        "read": counts.read,
        "duplicates": counts.duplicates,
        "joined": counts.joined,
        "evaluated": counts.evaluated,
        "skipped": dict(counts.skipped),
    }


def _impact(impact: Impact, name_key: str) -> Json:
    return {
        "id": impact.id,
        name_key: impact.name,
        "signIns": impact.sign_ins,
        "before": _tally(impact.before),
        "after": _tally(impact.after),
        "worst": impact.worst.value,
    }


def _legacy(entry: LegacyDependency) -> Json:
    return {
        "user": entry.user,
        "clientAppUsed": entry.client_app_used,
        "device": entry.device,
        "userAgent": entry.user_agent,
        "app": entry.app,
        "successes": entry.successes,
        "failures": entry.failures,
        "lastSuccess": entry.last_success or None,
        "remediation": entry.remediation,
        "noise": entry.noise,
    }


def _calibration(calibration: Calibration) -> Json:
    return {
        "compared": calibration.compared,
        "agreed": calibration.agreed,
        "rate": calibration.rate,
        "applying": {"compared": calibration.applying, "agreed": calibration.applying_agreed},
        "unknown": calibration.unknown,
        "disagreements": [
            {"policy": d.policy, "field": d.field, "expected": d.expected, "got": d.got, "n": d.n, "example": d.example}
            for d in calibration.disagreements
        ],
    }


def _person(person: Person) -> Json:
    return {
        "id": person.user_id,
        "userPrincipalName": person.user_principal_name,
        "displayName": person.display_name,
        "department": person.department,
        "effect": person.effect,
        "why": person.why,
        "signIns": person.sign_ins,
        "kind": person.kind,
        "new": person.new,
    }


def _hour(load: HourLoad) -> Json:
    return {
        "weekday": load.weekday,
        "hour": load.hour,
        "signIns": load.sign_ins,
        "prompts": load.prompts,
        "firstPrompts": load.first_prompts,
        "registrations": load.registrations,
    }


def _rest(radius: BlastRadius) -> Json:
    return {
        "accounts": [
            {
                "id": account.user_id,
                "userPrincipalName": account.user_principal_name,
                "kind": account.kind,
                "evidence": list(account.evidence),
                "certainty": account.certainty,
                "suggestion": account.suggestion,
            }
            for account in radius.accounts
        ],
        "hours": [_hour(load) for load in radius.hours],
        "policies": [
            {"id": p.id, "displayName": p.display_name, "state": p.state, "change": p.change, "applied": p.applied, "unknown": p.unknown}
            for p in radius.policies
        ],
        "findings": list(radius.findings),
        "limits": list(radius.limits),
        "problems": list(radius.problems),
        "files": [{"file": file, "form": form, "records": records} for file, form, records in radius.files],
    }
