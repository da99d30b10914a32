"""The compiled policy set: for every dimension of a sign-in and every value in it, a bit per policy.

`decide` asks it about one request, `replay` about a whole log; both see the same bits, so a policy has one meaning.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cached_property

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.entra.well_known import SECURITY_DEFAULTS_ADMIN_ROLES, SYNC_ROLES
from unbroken.evaluate.bits import Bits, each, mask_of
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.grants import Demand, demand_of
from unbroken.evaluate.network import Networks
from unbroken.evaluate.people import EAS, People
from unbroken.evaluate.risk import INSIDER_LEVELS, LEVELS, Risk
from unbroken.evaluate.session import Sessions
from unbroken.evaluate.targets import Targets


class PolicyTable:
    """All policies of a set over one tenant; bit i everywhere is `policies[i]`."""

    def __init__(self, snapshot: Snapshot, policies: Sequence[ConditionalAccessPolicy] | None = None, *, one_set: bool = True) -> None:
        """Compile `policies`, by default those of the snapshot, over the directory in `snapshot`.

        Without `one_set` they are several sets side by side: that a policy is enabled proves security defaults off in its own set only.
        """
        self.snapshot = snapshot
        self._one_set = one_set
        self.policies = tuple(snapshot.policies.records if policies is None else policies)
        self.all = (1 << len(self.policies)) - 1
        self.enabled = mask_of(p.state is PolicyState.ENABLED for p in self.policies)
        self.surely_enabled = mask_of(p.state is PolicyState.ENABLED and not _strange_state(p) for p in self.policies)
        self.report_only = mask_of(p.state is PolicyState.REPORT_ONLY for p in self.policies)
        self.evaluated = self.enabled | self.report_only
        self.unmodelled = mask_of(bool(p.unmodelled) for p in self.policies)
        """Policies with a condition we do not understand: they apply at most possibly."""

    @cached_property
    def people(self) -> People:
        """Return the user and workload assignments."""
        defaults_off = self.snapshot.security_defaults is False or bool(self._one_set and self.surely_enabled)
        roles = frozenset() if defaults_off else SECURITY_DEFAULTS_ADMIN_ROLES | SYNC_ROLES
        methods = (*self.snapshot.methods_policy.records,)
        groups = {group for method in methods for group in (*method.include_groups, *method.exclude_groups)} - {"all_users"}
        return People(self.snapshot, self.policies, roles, frozenset(groups))

    @cached_property
    def targets(self) -> Targets:
        """Return the target resources, user actions and authentication contexts."""
        return Targets(self.snapshot, self.policies)

    @cached_property
    def sessions(self) -> Sessions:
        """Return the client, platform, device and flow conditions."""
        return Sessions(self.policies)

    @cached_property
    def networks(self) -> Networks:
        """Return the network conditions."""
        return Networks(self.snapshot, self.policies)

    @cached_property
    def risks(self) -> tuple[Risk, Risk, Risk, Risk]:
        """Return the risk conditions: sign-in, user, insider, service principal."""
        conditions = [policy.conditions for policy in self.policies]
        return (
            Risk("signInRisk", LEVELS, [c.sign_in_risk for c in conditions], "sign-in risk (signInConditions.signInRiskLevel)"),
            Risk("userRisk", LEVELS, [c.user_risk for c in conditions], "user risk (signInConditions.userRiskLevel)"),
            Risk("insiderRisk", INSIDER_LEVELS, [c.insider_risk for c in conditions], "insider risk (signInConditions.insiderRiskLevel)"),
            Risk(
                "servicePrincipalRisk",
                LEVELS,
                [c.service_principal_risk for c in conditions],
                "service principal risk (signInConditions.servicePrincipalRiskLevel)",
            ),
        )

    @cached_property
    def demands(self) -> tuple[tuple[Demand, int], ...]:
        """Return every distinct demand with the policies that make it."""
        strengths = {strength.id.lower(): strength for strength in self.snapshot.strengths.records}
        masks: dict[Demand, int] = {}
        for index, policy in enumerate(self.policies):
            demand = demand_of(policy, strengths)
            masks[demand] = masks.get(demand, 0) | 1 << index
        return tuple(masks.items())

    def demand(self, index: int) -> Demand:
        """Return what policy `index` demands."""
        return next(demand for demand, mask in self.demands if mask >> index & 1)

    def dimensions(self, request: AccessRequest) -> tuple[Dimension, ...]:
        """Return what each dimension says of `request`, the target last."""
        sign_in, user, insider, workload = self.risks
        return (
            self.people.dimension(request.identity, eas=None if request.client is None else request.client in EAS),
            self.sessions.dimension(request),
            self.networks.dimension(request),
            sign_in.dimension(request.sign_in_risk),
            user.dimension(request.user_risk),
            insider.dimension(request.insider_risk),
            workload.dimension(request.service_principal_risk if request.identity.service_principal_id else "none"),
            self.targets.dimension(request),
        )

    def applies(self, dimensions: Iterable[Dimension]) -> Bits:
        """Return which policies apply: every condition ANDed, and never surely where a condition is not understood."""
        bits = Bits(self.all, self.all)
        for dimension in dimensions:
            bits &= dimension.bits
        return self.doubted(bits)

    def doubted(self, bits: Bits) -> Bits:
        """Return `bits` with the policies that hold a condition we do not understand made merely possible."""
        return Bits(bits.true & self.evaluated & ~self.unmodelled, bits.possible & self.evaluated)

    def named(self, mask: int) -> list[ConditionalAccessPolicy]:
        """Return the policies of a mask."""
        return [self.policies[index] for index in each(mask)]


def _strange_state(policy: ConditionalAccessPolicy) -> bool:
    """Return whether the policy's state is not understood: it is then kept as enabled and noted as `state: <word>`."""
    return any(text.startswith("state:") for text in policy.unmodelled)
