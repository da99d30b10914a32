"""The one sign-in that stands for a region: plain, valid, and with facts under which it does what the region says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from builders import PHISHING_RESISTANT_STRENGTH, Record, guest, guid, policy, registration, user
from builders_proof import answer
from builders_space import MakeTenant, partner, prover, sign_in, strength, trust
from unbroken.entra.request import UNREGISTERED
from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType, DevicePlatform, GuestKind, RiskLevel, TransferMethod
from unbroken.evaluate.decision import Outcome
from unbroken.prove.cover import regions
from unbroken.prove.question import BREAK_GLASS_FREE, LEGACY_BLOCKED, MFA_EVERYWHERE, built_in
from unbroken.prove.scope import Meant
from unbroken.prove.space import CLIENT, DEVICE, FLOW
from unbroken.prove.witness import Shown, Witness, cell_of, granted_otherwise, lowest, point_of, request

TERMS = guid("terms")


@pytest.fixture
def shown(tenant: MakeTenant) -> Any:
    """Return what gives the sign-ins that stand for the regions of a property; Ann is the break-glass account."""

    def made(*policies: Record, name: str = MFA_EVERYWHERE, **more: Any) -> list[tuple[Shown, tuple[str, ...]]]:
        known = {
            "users": [user("ann"), user("bob")],
            "userRegistrationDetails": [registration(each, "fido2SecurityKey") for each in ("ann", "bob")],
        }
        found = prover(tenant(*policies, **(known | more)))
        (question,) = (each for each in built_in(Meant(frozenset({guid("ann")})), Meant()) if each.name == name)
        sure = found.violations(question).sure
        witness = Witness(found, question, sure.space)
        return [(witness.of(box), witness.policies(box)) for box in regions(sure)]

    return made


def test_the_sign_in_is_the_plainest_of_its_region(shown: Any) -> None:
    ((found, _),) = shown(policy(state="disabled"))
    asked = found.request

    assert found.missing == ()
    assert (asked.client, asked.platform, asked.device) == (ClientAppType.BROWSER, DevicePlatform.WINDOWS, UNREGISTERED)
    assert (asked.transfer_method, asked.sign_in_risk, asked.user_risk) == (TransferMethod.NONE, RiskLevel.NONE, RiskLevel.NONE)
    assert (asked.identity.user_id, asked.country) == (guid("bob"), "US")
    assert found.decision.outcome is Outcome.ALLOW


def grant(*controls: str, operator: str = "OR", **more: Any) -> Record:
    return policy(grantControls={"operator": operator, "builtInControls": [*controls], "termsOfUse": [], **more})


@pytest.mark.parametrize(
    ("demanding", "facts"),
    [
        (grant("mfa", "compliantDevice"), {"mfa_satisfied": False, "authentication_method": None}),
        (grant("mfa", termsOfUse=[TERMS]), {"mfa_satisfied": False, "terms_accepted": {TERMS}}),
        (grant("mfa", "approvedApplication"), {"mfa_satisfied": False, "authentication_method": None}),
        (grant(authenticationStrength={"id": guid("sms")}), {"mfa_satisfied": False, "authentication_method": "sms"}),
    ],
)
def test_what_is_demanded_is_met_by_means_that_are_no_mfa(demanding: Record, facts: dict[str, Any], shown: Any) -> None:
    """Otherwise the sign-in would be granted with MFA, and show nothing."""
    sms = strength("sms", "sms", requirementsSatisfied="none")
    found = [each for each, _ in shown(demanding, authenticationStrengthPolicies=[sms])]

    assert found
    assert all(each.missing == () and granted_otherwise(each.decision) for each in found)
    assert all({name: getattr(found[0].request.facts, name) for name in facts} == facts for each in found)


def test_a_region_of_compliant_devices_is_shown_on_one(shown: Any) -> None:
    ((found, _),) = shown(grant("mfa", "compliantDevice"))

    assert found.request.device.get("iscompliant") is True


def test_a_legacy_sign_in_carries_no_device_and_begins_no_flow(shown: Any) -> None:
    ((found, _),) = shown(policy(clientAppTypes=["browser", "mobileAppsAndDesktopClients"]), name=LEGACY_BLOCKED)

    assert found.request.client in LEGACY_CLIENTS
    assert (found.request.device, found.request.transfer_method) == (UNREGISTERED, TransferMethod.NONE)


def test_whoever_catches_a_break_glass_account_is_named_with_its_region(shown: Any) -> None:
    report_only = policy("watch", state="enabledForReportingButNotEnforced", platforms={"includePlatforms": ["iOS"]})
    elsewhere = policy("others", users={"includeUsers": [guid("bob")]})
    apart = policy("apart", platforms={"includePlatforms": ["android"]}, signInRiskLevels=["high"])
    found = shown(report_only, elsewhere, apart, name=BREAK_GLASS_FREE)

    assert {policies: each.request.platform for each, policies in found} == {
        ("watch",): DevicePlatform.IOS,
        ("watch", "apart"): DevicePlatform.ANDROID,
    }, "at high risk a region is wide enough for both"
    assert all((each.request.identity.user_id, each.missing) == (guid("ann"), ()) for each, _ in found)


def test_who_catches_is_asked_of_break_glass_alone(shown: Any) -> None:
    assert [policies for _, policies in shown(policy(platforms={"includePlatforms": ["iOS"]}))] == [()]


def test_a_point_of_a_legacy_client_is_made_valid(tenant: MakeTenant) -> None:
    space = prover(tenant(policy())).worlds
    classes = dict(zip(space.names, space.full, strict=True)) | {CLIENT: space.legacy[CLIENT], DEVICE: 0b10, FLOW: 0b100}
    point = dict(zip(space.names, point_of(space, classes), strict=True))

    assert (point[DEVICE], point[FLOW]) == (1, 1)
    modern = dict(zip(space.names, point_of(space, classes | {CLIENT: 0b10}), strict=True))
    assert (modern[DEVICE], modern[FLOW]) == (0b10, 0b100)


@pytest.mark.parametrize(
    ("point", "shape"),
    [
        ({}, (False, False, False, False)),
        ({"clients": "other"}, (True, False, False, False)),
        ({"flows": "deviceCodeFlow"}, (False, True, False, False)),
        ({"flows": "authenticationTransfer"}, (False, False, False, False)),
        ({"devices": {"iscompliant": True, "trusttype": "ServerAD"}}, (False, False, True, True)),
    ],
)
def test_the_circumstances_of_a_sign_in_are_those_grant_controls_ask(
    point: dict[str, Any], shape: tuple[bool, ...], tenant: MakeTenant
) -> None:
    space = prover(
        tenant(policy(), users=[user("ann"), guest("gail")], crossTenantAccessPolicy=trust(partner("fabrikam"), mfa=True))
    ).worlds
    cell = cell_of(space, sign_in(space, user="ann", **point))

    assert (cell.shape.legacy, cell.shape.device_code, cell.shape.compliant, cell.shape.hybrid) == shape
    assert cell.kind is None


def test_the_circumstances_of_a_guest_are_the_kind_and_the_trust(tenant: MakeTenant) -> None:
    space = prover(tenant(policy(), users=[user("ann"), guest("gail")], crossTenantAccessPolicy=trust(mfa=True))).worlds
    cell = cell_of(space, sign_in(space, user="gail"))

    assert (cell.kind, cell.trust.mfa, cell.trust.compliant_device) == (GuestKind.B2B_COLLABORATION_GUEST, True, False)


def test_a_country_is_named_where_the_class_has_one(tenant: MakeTenant) -> None:
    space = prover(tenant(policy())).worlds

    assert request(space, space.full).country == "US"


@pytest.mark.parametrize(("classes", "number"), [(0b1, 0), (0b1010, 1), (0b1000, 3)])
def test_the_lowest_class_is_the_plainest(classes: int, number: int) -> None:
    assert lowest(classes) == number


@pytest.mark.parametrize(
    ("outcome", "requires", "alternatives", "granted"),
    [
        (Outcome.ALLOW, (), (), True),
        (Outcome.BLOCK, (), (), False),
        (Outcome.LOCKED_OUT, ("mfa",), (), False),
        (Outcome.UNKNOWN, (), (), False),
        (Outcome.MFA, ("mfa",), (), False),
        (Outcome.CONTROLS, ("approvedApplication",), (), True),
        (Outcome.CONTROLS, ("customAuthenticationFactor:factor",), (), True),
        (Outcome.CONTROLS, ("compliantDevice",), (), False),
        (Outcome.MFA, ("mfa", "approvedApplication"), (), False),
        (Outcome.MFA, ("mfa",), (("mfa", "approvedApplication"),), True),
        (Outcome.MFA, ("mfa",), (("mfa", "compliantDevice"),), False),
        (Outcome.MFA, ("mfa",), (("mfa", "approvedApplication"), ("mfa", "compliantDevice")), False),
        (Outcome.CONTROLS, ("termsOfUse",), (), False),
    ],
)
def test_access_without_mfa_is_access_now_or_after_controls_that_prove_nobody(
    outcome: Outcome, requires: tuple[str, ...], alternatives: tuple[tuple[str, ...], ...], granted: bool
) -> None:
    assert granted_otherwise(replace(answer(outcome), requires=requires, alternatives=alternatives)) is granted


def test_a_strength_that_is_phishing_resistant_leaves_nothing_to_show(shown: Any) -> None:
    assert shown(grant(authenticationStrength={"id": PHISHING_RESISTANT_STRENGTH})) == []
