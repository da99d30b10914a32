"""Which policies' workload assignment a service principal meets when a policy names it by no id."""

from __future__ import annotations

from itertools import product

import pytest

from unbroken.entra.directory import ServicePrincipal
from unbroken.entra.policy import WorkloadScope
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.evaluate.bits import Bits, certain
from unbroken.evaluate.dimension import hull
from unbroken.evaluate.workloads import Workloads

ID = "11111111-2222-3333-4444-{:012d}".format
DAEMON, HERE = ID(1), ID(9)
OWN = ServicePrincipal(id=DAEMON.upper(), app_id=ID(2), owner_tenant_id=HERE, kind="Application")
Sides = tuple[WorkloadScope, WorkloadScope]


def on(*names: str, but: tuple[str, ...] = (), everyone: bool = False) -> Sides:
    return WorkloadScope(everyone=everyone, service_principals=frozenset(names)), WorkloadScope(service_principals=frozenset(but))


def answers(*scopes: Sides, records: tuple[ServicePrincipal, ...] = (OWN,)) -> tuple[tuple[Bits, ...], tuple[tuple[int, str], ...]]:
    tenant = Snapshot(
        source="tenant",
        tenant_id=HERE,
        policies=Collection("conditionalAccessPolicies"),
        users=Collection("users"),
        service_principals=Collection("servicePrincipals", records, complete=True, why=""),
    )
    return Workloads(tenant, scopes).answers(DAEMON)


@pytest.mark.parametrize("token", ["<Prod SPs>", "daemons", "conditions.clientApplications.servicePrincipalFilter"])
def test_a_token_that_is_no_id_may_mean_the_service_principal_in_all_policies_or_in_none(token: str) -> None:
    options, missing = answers(on(ID(3)), on(token), on(everyone=True, but=(token,)), on(DAEMON))

    assert set(options) == {certain(0b1010), certain(0b1100)}
    text = f"whether {token!r} stands for the service principal {DAEMON} (servicePrincipals has no such id, and no single such name)"
    assert missing == ((0b0110, text),)


def test_whatever_a_token_means_a_workload_out_of_scope_meets_no_policy() -> None:
    managed = ServicePrincipal(id=DAEMON, app_id=ID(2), kind="ManagedIdentity")

    assert answers(on("<Prod SPs>"), on(everyone=True), records=(managed,)) == ((Bits(0, 0), Bits(0, 0)), ())


def test_owner_and_token_may_both_be_missing() -> None:
    options, missing = answers(on("<Prod SPs>"), on(everyone=True, but=("<Prod SPs>",)), on(DAEMON), records=())

    assert hull(options) == Bits(0, 0b111)
    assert [mask for mask, _ in missing] == [0b111, 0b011]


def test_nine_tokens_hold_every_reading_between_them() -> None:
    """Too many to follow each: the ones beyond leave their policies open, and an exclusion that is certain stays one."""
    tokens = [f"<{letter}>" for letter in "abcdefghi"]
    scopes = [*(on(token) for token in tokens), *(on(everyone=True, but=(token,)) for token in tokens), on(*tokens, but=(DAEMON,))]
    options, missing = answers(*scopes)

    assert hull(options) == Bits(0, (1 << 18) - 1)
    assert len(missing) == 9
    for meant in product((False, True), repeat=9):
        inside = sum(1 << position for position, taken in enumerate(meant) if taken)
        whole = inside | (~inside & 0b1_1111_1111) << 9
        assert any(option.true & ~whole == 0 == whole & ~option.possible for option in options)
