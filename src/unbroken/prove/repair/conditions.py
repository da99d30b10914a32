"""Edits of a policy's state and conditions: each wide enough for what is wanted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from unbroken.entra.location import ALL_LOCATIONS
from unbroken.entra.policy import Conditions, Sides
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, PolicyState
from unbroken.evaluate.network import Networks
from unbroken.prove.labels import Labels
from unbroken.prove.repair.change import ALL, Change, listed
from unbroken.prove.repair.wanted import Wanted

DROPPED: dict[str, tuple[str, Callable[[Conditions], Conditions]]] = {
    "devices": ("devices.deviceFilter", lambda conditions: replace(conditions, device_filter=None)),
    "authenticationFlow": ("authenticationFlows", lambda conditions: replace(conditions, transfer_methods=frozenset())),
    "signInRisk": ("signInRiskLevels", lambda conditions: replace(conditions, sign_in_risk=frozenset())),
    "userRisk": ("userRiskLevels", lambda conditions: replace(conditions, user_risk=frozenset())),
    "insiderRisk": ("insiderRiskLevels", lambda conditions: replace(conditions, insider_risk=frozenset())),
}
"""Conditions that are widened by doing without them, by their `whatIfAnalysisReasons` name: Graph's path, and how."""


def enabled(change: Change) -> Change:
    """Return `change` with the policy on."""
    return change.edited("state", str(PolicyState.ENABLED), replace(change.policy, state=PolicyState.ENABLED))


def without(change: Change, reason: str) -> Change:
    """Return `change` without the condition of that name."""
    field, dropping = DROPPED[reason]
    return change.under(field, "remove it", dropping(change.policy.conditions))


def for_clients(change: Change, wanted: Wanted) -> Change:
    """Return `change` with all clients wanted."""
    conditions = change.policy.conditions
    types = conditions.client_app_types | wanted.clients
    if ClientAppType.EXCHANGE_ACTIVE_SYNC in types:
        types -= {ClientAppType.EAS_SUPPORTED} - conditions.client_app_types  # it is the same clients on some platforms
    if types >= {*map(str, ClientAppType)} - {ClientAppType.EAS_SUPPORTED}:
        return change.under("clientAppTypes", "all", replace(conditions, client_app_types=frozenset()))
    text = f"add {listed(types - conditions.client_app_types)}"
    return change.under("clientAppTypes", text, replace(conditions, client_app_types=types))


def for_platforms(change: Change, wanted: Wanted) -> Change:
    """Return `change` with all platforms wanted; one that the service does not recognise is in `all` only."""
    sides = change.policy.conditions.platforms
    gone = sides.exclude & wanted.platforms
    if gone:
        change = _platforms(change, "excludePlatforms", f"remove {listed(gone)}", replace(sides, exclude=sides.exclude - gone))
    sides = change.policy.conditions.platforms
    if not sides.include or "all" in sides.include or wanted.platforms <= sides.include:
        return change
    if DevicePlatform.UNKNOWN in wanted.platforms:
        return _platforms(change, "includePlatforms", "all", replace(sides, include=frozenset({"all"})))
    text = f"add {listed(wanted.platforms - sides.include)}"
    return _platforms(change, "includePlatforms", text, replace(sides, include=sides.include | wanted.platforms))


def _platforms(change: Change, field: str, text: str, sides: Sides) -> Change:
    return change.under(f"platforms.{field}", text, replace(change.policy.conditions, platforms=sides))


def for_places(change: Change, wanted: Wanted, networks: Networks, labels: Labels) -> Change:
    """Return `change` with every place wanted: none of them excluded, and all locations included where some were."""
    sides = change.policy.conditions.locations
    gone = frozenset(name for name in sides.exclude if name != ALL_LOCATIONS and wanted.is_at(name, networks))
    if gone:
        text = f"remove {listed(map(labels.location, gone))}"
        change = _places(change, "excludeLocations", text, replace(sides, exclude=sides.exclude - gone))
    sides = change.policy.conditions.locations
    if sides.include is None or ALL_LOCATIONS in sides.include:
        return change
    return _places(change, "includeLocations", ALL, replace(sides, include=frozenset({ALL_LOCATIONS})))


def _places(change: Change, field: str, text: str, sides: Sides) -> Change:
    return change.under(f"locations.{field}", text, replace(change.policy.conditions, locations=sides))
