"""What gets through although something should be demanded: policies close sign-ins, and what none closes escapes."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import PHISHING_RESISTANT_STRENGTH, Record, guid, policy, user
from builders_space import MakeTenant, partner, prover, sign_in, trust
from unbroken.entra.vocabulary import GuestKind
from unbroken.prove.diagram import EVERYTHING, BudgetExceeded
from unbroken.prove.escape import BUDGET, EFFORTS, SignIns, narrowed, sign_ins, where
from unbroken.prove.properties import prove
from unbroken.prove.prover import Prover
from unbroken.prove.queries import holds, projection, volume
from unbroken.prove.question import built_in
from unbroken.prove.results import TOO_LARGE
from unbroken.prove.scope import Meant
from unbroken.prove.space import CLIENT, DEVICE, PLATFORM
from unbroken.prove.witness import lowest

COMPLIANT = {"devices": {"iscompliant": True, "trusttype": "Workplace"}}
LEGACY, CODE = {"clients": "other"}, {"flows": "deviceCodeFlow"}
REPORT_ONLY = "enabledForReportingButNotEnforced"
TERMS = {"operator": "OR", "builtInControls": ["mfa"], "termsOfUse": ["terms"]}
RESISTANT = {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": PHISHING_RESISTANT_STRENGTH}}
TODAY = date(2026, 11, 28)


def grants(controls: list[str], operator: str) -> Record:
    return policy(controls=tuple(controls), operator=operator)


def lies_in(found: SignIns, **point: Any) -> bool:
    """Return whether a sign-in is among those found."""
    at = found.inward(sign_in(found.space, **point))
    return holds(found.diagram, found.node, [lowest(classes) for classes in at])


def without_mfa(found: Prover, *, sure: bool = False) -> SignIns:
    """Return what is granted without MFA, perhaps or surely."""
    question = {each.name: each for each in built_in(Meant(), Meant())}["mfa-everywhere"]
    violations = found.violations(question)
    return violations.sure if sure else violations.possible


@pytest.mark.parametrize(
    ("demanding", "escapes", "closed"),
    [
        (grants(["mfa"], "OR"), [], [{}, COMPLIANT, LEGACY, CODE]),
        (grants(["mfa", "compliantDevice"], "AND"), [], [{}, COMPLIANT, LEGACY, CODE]),
        (grants(["mfa", "compliantDevice"], "OR"), [COMPLIANT], [{}, LEGACY, CODE, COMPLIANT | CODE]),
        (grants(["compliantDevice"], "OR"), [COMPLIANT], [{}, LEGACY, COMPLIANT | CODE]),
        (grants(["mfa", "approvedApplication"], "OR"), [{}, COMPLIANT, CODE], [LEGACY]),
        (grants(["block"], "OR"), [], [{}, COMPLIANT, LEGACY]),
        (policy(grantControls=RESISTANT), [], [{}, COMPLIANT, LEGACY]),
        (policy(grantControls=TERMS), [{}, COMPLIANT], [LEGACY]),
        (policy(grantControls=TERMS | {"operator": "AND"}), [], [{}, COMPLIANT, LEGACY]),
        (policy(clientAppTypes=["browser", "mobileAppsAndDesktopClients"]), [LEGACY], [{}, COMPLIANT]),
        (policy(state=REPORT_ONLY), [{}, COMPLIANT, LEGACY, CODE], []),
        (policy(grantControls=None, sessionControls={"persistentBrowser": {"mode": "never", "isEnabled": True}}), [{}, LEGACY], []),
    ],
)
def test_what_escapes_mfa_under_one_policy(demanding: Record, escapes: list[Any], closed: list[Any], tenant: MakeTenant) -> None:
    found = without_mfa(prover(tenant(demanding)))

    assert [lies_in(found, user="ann", **point) for point in escapes] == [True] * len(escapes)
    assert [lies_in(found, user="ann", **point) for point in closed] == [False] * len(closed)


def test_two_policies_close_together_what_neither_closes_alone(tenant: MakeTenant) -> None:
    windows = policy("windows", platforms={"includePlatforms": ["windows"]})
    others = policy("others", platforms={"includePlatforms": ["all"], "excludePlatforms": ["windows"]})

    assert without_mfa(prover(tenant(windows, others))).node == 0
    assert lies_in(without_mfa(prover(tenant(windows))), platforms="iOS")


def test_a_policy_that_is_open_neither_closes_for_sure_nor_lets_through_for_sure(tenant: MakeTenant) -> None:
    found = prover(tenant(policy("odd", weather={"includeWeather": ["rain"]})))

    assert lies_in(without_mfa(found), user="ann")
    assert without_mfa(found, sure=True).node == 0


def test_a_grant_that_is_not_understood_may_be_mfa_and_may_not(tenant: MakeTenant) -> None:
    found = prover(tenant(policy(grantControls={"operator": "OR", "builtInControls": ["handshake"]})))

    assert lies_in(without_mfa(found), user="ann")
    assert without_mfa(found, sure=True).node == 0


def test_a_block_beside_a_control_that_is_not_understood_closes(tenant: MakeTenant) -> None:
    assert without_mfa(prover(tenant(policy(grantControls={"operator": "OR", "builtInControls": ["handshake", "block"]})))).node == 0


def test_somebody_who_may_be_of_several_sorts_counts_where_all_are_or_where_any_is(tenant: MakeTenant) -> None:
    """Trust was not exported: a direct connect user's home may be trusted and may not."""
    space = prover(tenant(policy(), crossTenantAccessPolicy=None)).certainties
    direct = {DEVICE: space.aspects[DEVICE].full}

    def people(*, every: bool) -> set[str]:
        parts = where(space, lambda cell: cell.kind is GuestKind.B2B_DIRECT_CONNECT and bool(cell.trust.mfa), every=every)
        boxes = [found for part in parts if (found := space.box(part, direct))]
        return {str(who.guest_kind) for box in boxes for who in space.who.externals(box[0])}

    assert people(every=True) == set()
    assert people(every=False) == {"b2bDirectConnectUser"}


def test_trust_in_the_home_tenant_decides_whether_a_device_control_lets_an_external_user_in(tenant: MakeTenant) -> None:
    access = trust(partner("fabrikam", compliant=True))
    found = without_mfa(prover(tenant(grants(["compliantDevice"], "OR"), crossTenantAccessPolicy=access)))
    let_in = {(str(who.guest_kind), who.home_tenant_id) for who in found.space.who.externals(found.space.who.full) if _escapes(found, who)}

    assert let_in == {(str(kind), guid("fabrikam")) for kind in ("b2bDirectConnectUser", "serviceProvider", "otherExternalUser")}


def test_where_trust_was_not_exported_an_external_user_perhaps_gets_in_with_a_device_and_not_for_sure(tenant: MakeTenant) -> None:
    found = prover(tenant(grants(["compliantDevice"], "OR"), crossTenantAccessPolicy=None))
    perhaps, surely = without_mfa(found), without_mfa(found, sure=True)
    let_in = [
        {str(who.guest_kind) for who in each.space.who.externals(projection(each.diagram, each.node, each.order.index(0)))}
        for each in (perhaps, surely)
    ]

    assert let_in == [{"b2bDirectConnectUser", "serviceProvider", "otherExternalUser"}, set()]
    assert lies_in(surely, user="ann", **COMPLIANT)


def _escapes(found: SignIns, who: Any) -> bool:
    point = [lowest(classes) for classes in found.inward(sign_in(found.space, **COMPLIANT))]
    point[found.order.index(0)] = found.space.who.identities.index(who)
    return holds(found.diagram, found.node, point)


@pytest.mark.parametrize(("fails", "first"), [(0, "applications"), (1, "the smallest"), (2, "users"), (5, "users"), (6, "users")])
def test_a_set_that_outgrows_one_order_of_dimensions_is_tried_in_another(fails: int, first: str, tenant: MakeTenant) -> None:
    space = prover(tenant(policy(), users=[user(f"person {number}") for number in range(40)])).worlds
    budgets: list[int] = []

    def build(found: SignIns) -> None:
        budgets.append(found.diagram.budget)
        if len(budgets) <= fails:
            raise BudgetExceeded
        found.add([space.full])

    found = sign_ins(space, build)
    sizes = [full.bit_length() for full in space.full]

    assert found.node == EVERYTHING
    assert ("the smallest" if sizes[found.order[0]] == min(sizes) else space.names[found.order[0]]) == first
    assert budgets == [*[EFFORTS[0]] * 3, *[EFFORTS[1]] * 3, BUDGET][: fails + 1]


def test_a_set_that_fits_in_no_order_is_said_to_be_too_large(tenant: MakeTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unbroken.prove.escape.EFFORTS", (3, 3))
    monkeypatch.setattr("unbroken.prove.escape.EFFORT", 3)
    engine = prover(tenant(grants(["mfa", "compliantDevice"], "OR"))).engine
    found = {result.name: result for result in prove(engine, TODAY).properties}["mfa-everywhere"]

    assert (found.holds, found.missing, found.cut, found.regions) == (None, (TOO_LARGE,), 0, ())


def test_boxes_go_in_and_out_of_a_diagram_in_whatever_order_it_has(tenant: MakeTenant) -> None:
    space = prover(tenant(policy())).worlds
    order = [*range(len(space.full))][::-1]
    found = SignIns(space, order, BUDGET)
    box = space.box({CLIENT: 0b10, PLATFORM: 0b101})

    assert found.outward(found.inward(box)) == box
    found.add([space.full])
    found.remove([box])
    assert volume(found.diagram, found.node) == _size(space.full) - _size(box)


def _size(box: tuple[int, ...]) -> int:
    found = 1
    for classes in box:
        found *= classes.bit_count()
    return found


def test_what_of_a_box_lies_in_a_part(tenant: MakeTenant) -> None:
    space = prover(tenant(policy())).worlds
    box = space.box({CLIENT: 0b11})

    assert narrowed(space, box, {}) == box
    assert narrowed(space, box, {CLIENT: 0b110}) == space.box({CLIENT: 0b10})
    assert narrowed(space, box, {CLIENT: 0b100}) is None
