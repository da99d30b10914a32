"""A property as a policy of its own, which reaches nobody who is to be spared."""

from __future__ import annotations

from collections.abc import Iterator

from unbroken.entra.policy import ConditionalAccessPolicy, UserScope
from unbroken.evaluate.grants import tokens_of
from unbroken.evaluate.membership import ROLE
from unbroken.evaluate.people import People
from unbroken.prove.labels import Labels
from unbroken.prove.proof import Edit
from unbroken.prove.repair.change import Candidate, Change
from unbroken.prove.repair.who import FEW, Assigned, Spared


def stated(policy: ConditionalAccessPolicy, spared: Spared, people: People, labels: Labels) -> Candidate:
    """Return `policy` as a new one; whoever is `spared` is excluded."""
    change = Assigned(people, labels).sparing(Change(policy), None, spared)
    edit = Edit(policy_id="", policy=policy.display_name, field="", text=_text(change.policy, labels))
    return Candidate((Change(change.policy, (edit,)),))


def _text(policy: ConditionalAccessPolicy, labels: Labels) -> str:
    include, exclude = (_few(list(_people(scope, labels))) for scope in policy.users)
    target = policy.target
    inside, outside = (_few(sorted(map(labels.app, apps))) for apps in (target.include_apps, target.exclude_apps))
    who = f"{include} but {exclude}" if exclude else include
    what = f"{'all applications' if target.all_apps else inside}{f' but {outside}' if outside else ''}"
    clients = f" from clientAppTypes {', '.join(sorted(policy.conditions.client_app_types))}" if policy.conditions.client_app_types else ""
    demand = f"demand {' or '.join(tokens_of(policy.grant))}" if tokens_of(policy.grant) else "block"
    return f"{demand} {'of ' if demand != 'block' else ''}{who}, for {what}{clients}"


def _people(scope: UserScope, labels: Labels) -> Iterator[str]:
    yield from ["all users"] if scope.everyone else []
    yield from (labels.holder(group) for group in sorted(scope.groups))
    yield from (labels.holder(ROLE + role) for role in sorted(scope.roles))
    yield from ["all guests and external users"] if scope.guests else []
    yield from sorted(map(labels.user, scope.users))


def _few(names: list[str]) -> str:
    more = f" and {len(names) - FEW} more" if len(names) > FEW else ""
    return f"{', '.join(names[:FEW])}{more}"
