"""Edits of a policy's target resources."""

from __future__ import annotations

from dataclasses import replace

from unbroken.entra.well_known import AZURE_AD_GRAPH, AZURE_RESOURCE_MANAGER, MICROSOFT_GRAPH, SERVICE_MANAGEMENT_APPS
from unbroken.evaluate.targets import BUNDLES, Targets
from unbroken.prove.labels import Labels
from unbroken.prove.repair.change import ALL, Change, listed
from unbroken.prove.repair.wanted import Wanted
from unbroken.prove.targets import ANY_OTHER_APP, APPS, Asked

FEW = 3
"""So many applications are added one by one; more of them, and those no policy can name, are all applications."""


def reaching(change: Change, wanted: Wanted, targets: Targets, labels: Labels) -> Change | None:
    """Return `change` with every application wanted in it; None for a policy about actions or contexts, which cannot have any."""
    target = change.policy.target
    if target.user_actions or target.authentication_contexts or any(asked.kind != APPS for asked in wanted.targets):
        return None
    gone = frozenset(name for name in target.exclude_apps if any(_leaves_out(name, asked, targets) for asked in wanted.targets))
    if gone:
        text = f"remove {listed(map(labels.app, gone))}"
        change = change.aimed("excludeApplications", text, replace(target, exclude_apps=target.exclude_apps - gone))
    if target.app_filter is not None:
        change = change.aimed("applicationFilter", "remove it", replace(change.policy.target, app_filter=None))
    return _included(change, wanted, targets, labels)


def _included(change: Change, wanted: Wanted, targets: Targets, labels: Labels) -> Change:
    target = change.policy.target
    lacking = {asked.name for asked in wanted.targets if not any(_means(name, asked, targets) for name in target.include_apps)}
    if target.all_apps or not lacking:
        return change
    field = "includeApplications"
    if len(lacking) > FEW or lacking & {ANY_OTHER_APP, MICROSOFT_GRAPH, AZURE_AD_GRAPH}:
        return change.aimed(field, ALL, replace(target, all_apps=True, include_apps=frozenset()))
    text = f"add {listed(map(labels.app, lacking))}"
    return change.aimed(field, text, replace(target, include_apps=target.include_apps | lacking))


def _leaves_out(name: str, asked: Asked, targets: Targets) -> bool:
    """Return whether to exclude `name` leaves this out: the application, or what it gets as a client."""
    return _means(name, asked, targets) or name.lower() == asked.facts.client_app_id


def _means(name: str, asked: Asked, targets: Targets) -> bool:
    """Return whether a policy's word for applications surely means, or may mean, this one."""
    if name in BUNDLES:
        return targets.in_bundle(asked.name, name) is not False
    management = name.lower() == AZURE_RESOURCE_MANAGER and asked.name in SERVICE_MANAGEMENT_APPS
    return management or name.lower() == asked.name
