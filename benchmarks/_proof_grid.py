"""How many combinations a tool looks at that permutes what the policies mention, as some do: no classes, no memberships."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from math import prod

from unbroken.entra.policy import ConditionalAccessPolicy


def grid(policies: Iterable[ConditionalAccessPolicy]) -> int:
    """Return the product, over all conditions, of the values that some policy names and one more that stands for all others."""
    named: dict[str, set[object]] = {}
    for policy in policies:
        for condition, values in _mentioned(policy):
            named.setdefault(condition, set()).update(values)
    return prod(len(values) + 1 for values in named.values())


def _mentioned(policy: ConditionalAccessPolicy) -> Iterator[tuple[str, Iterable[object]]]:
    conditions, target = policy.conditions, policy.target
    for side in policy.users:
        yield "users", (*side.users, *side.groups, *side.roles, *(kind for scope in side.guests for kind in scope.kinds))
    yield "applications", (*target.include_apps, *target.exclude_apps, *target.user_actions)
    for name in ("locations", "platforms"):
        sides = getattr(conditions, name)
        yield name, (*(sides.include or ()), *sides.exclude)
    for name in ("client_app_types", "sign_in_risk", "user_risk", "transfer_methods"):
        yield name, getattr(conditions, name)
    yield "devices", (conditions.device_filter.rule,) if conditions.device_filter else ()
