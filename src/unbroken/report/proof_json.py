"""A proof as one JSON object for other programs: what `prove` and `diff` print with `--format json`."""

from __future__ import annotations

from unbroken.entra.request import Identity
from unbroken.prove.proof import Condition, Counterexample, Edit, Proof, Region, Repair, Result, Who
from unbroken.report.json_form import SCHEMA_VERSION, Json, decision_json
from unbroken.report.region_text import region_text
from unbroken.report.request_body import request_body


def proof_json(proof: Proof) -> Json:
    """Return the agreed keys of `unbroken prove` (INTERFACES) and our additions; of a difference the same."""
    return {
        "schemaVersion": SCHEMA_VERSION,
        "properties": [_result(result) for result in proof.properties],
        "policies": proof.policies,
        "users": proof.users,
        "seconds": proof.seconds,
        "tenant": proof.tenant,
        "problems": list(proof.problems),
        "cautions": list(proof.cautions),
        "changes": [{"displayName": name, "change": change} for name, change in proof.changes],
    }


def _result(result: Result) -> Json:
    return {
        "name": result.name,
        "holds": result.holds,
        "users": list(result.users),
        "regions": [_region(region) for region in result.regions],
        "counterexamples": [_counterexample(each) for each in result.counterexamples],
        "missing": list(result.missing),
        "text": result.text,
        "cut": result.cut,
        "repairs": [_repair(repair) for repair in result.repairs],
        "notes": list(result.notes),
        "own": result.own,
    }


def _region(region: Region) -> Json:
    return {
        "users": list(region.users),
        "externals": [_identity(identity) for identity in region.externals],
        "who": _who(region.who),
        "conditions": {condition.name: _condition(condition) for condition in region.conditions},
        "policies": list(region.policies),
        "text": region_text(region),
    }


def _identity(identity: Identity) -> Json:
    """Return an external user in the words of a what-if request."""
    kind = identity.guest_kind
    return {"externalUserType": None if kind is None else kind.value, "externalTenantId": identity.home_tenant_id}


def _who(who: Who) -> Json:
    """Return the one form that is used, so that a program need not look for it."""
    if who.everyone:
        return {"everyone": True}
    forms = {"every": who.every, "allBut": who.all_but, "people": who.people}
    return {name: list(labels) for name, labels in forms.items() if labels}


def _condition(condition: Condition) -> Json:
    side = {"allBut" if condition.all_but else "values": list(condition.values)}
    return side | ({"ids": list(condition.ids)} if condition.ids else {})


def _counterexample(each: Counterexample) -> Json:
    """Return the sign-in and what it meets; `region` is null when it stands for a user instead of a region."""
    body = {
        "request": request_body(each.request),
        "outcome": decision_json(each.decision),
        "region": each.region if each.region >= 0 else None,
    }
    return body | ({"before": decision_json(each.before)} if each.before is not None else {})


def _edit(edit: Edit) -> Json:
    return {"policyId": edit.policy_id or None, "policy": edit.policy, "field": edit.field or None, "edit": edit.text}


def _repair(repair: Repair) -> Json:
    return {
        "edits": [_edit(edit) for edit in repair.edits],
        "closes": list(repair.closes),
        "closesAll": repair.closes_all,
        "usersLeft": repair.users_left,
        "stricterUsers": repair.stricter_users,
        "laxerUsers": repair.laxer_users,
        "externalUsers": repair.external,
        "breaks": list(repair.breaks),
    }
