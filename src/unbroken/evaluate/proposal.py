"""A proposal: policies laid over those of the tenant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.vocabulary import PolicyState


class AmbiguousName(ValueError):
    """Which policy a proposed one replaces is not known: the display name is not unique."""


def lay_over(
    policies: Sequence[ConditionalAccessPolicy], proposed: Sequence[ConditionalAccessPolicy]
) -> tuple[tuple[ConditionalAccessPolicy, ...], dict[str, str]]:
    """Return the tenant's policies with the proposed ones over them, by id and then by display name, and the change by policy id.

    Raises AmbiguousName when a display name to lay over is not unique.
    """
    result = {policy.id: policy for policy in policies}
    change = dict.fromkeys(result, "unchanged")
    for policy in proposed:
        same = [policy.id] if policy.id in result else [each.id for each in policies if each.display_name == policy.display_name]
        if len(same) > 1:
            raise AmbiguousName(f"{len(same)} policies are called {policy.display_name!r}")
        place = same[0] if same else policy.id
        if change.get(result[place].id if place in result else "") == "replaced":
            raise AmbiguousName(f"several proposed policies would replace {result[place].display_name!r}")
        result[place] = policy
        change[policy.id] = "replaced" if same else "added"
    return tuple(result.values()), change


def switched_off(
    policies: Sequence[ConditionalAccessPolicy], proposed: Sequence[ConditionalAccessPolicy]
) -> Iterator[tuple[ConditionalAccessPolicy, str]]:
    """Yield the proposed policies that change nothing because of their state; one laid over an enabled policy shows what goes with it."""
    enabled = {key for policy in policies if policy.state is PolicyState.ENABLED for key in (policy.id, policy.display_name)}
    for policy in proposed:
        if policy.state is not PolicyState.ENABLED and enabled.isdisjoint((policy.id, policy.display_name)):
            yield policy, str(policy.state)
