"""What the emulated tenant demands, and how it words it. Each case names the page of MicrosoftDocs/entra-docs that decides it."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.emulator.conditions import SignInFacts, UnsupportedPolicy
from unbroken.emulator.enforcement import DISABLED, ENABLED, REPORT_ONLY, enforce
from unbroken.emulator.sample.policies import authentication_strengths
from unbroken.emulator.tenant import Tenant

TRUST = {"isMfaAccepted": True, "isCompliantDeviceAccepted": None}
ACCESS = {"default": {"inboundTrust": {"isCompliantDeviceAccepted": True}}, "partners": [{"tenantId": "home", "inboundTrust": TRUST}]}
TENANT = Tenant({"authenticationStrengthPolicies": authentication_strengths(), "crossTenantAccessPolicy": [ACCESS]})
GUEST = {"guest_kind": "b2bCollaborationGuest", "home_tenant_id": "home"}
PHISHING_RESISTANT = {"id": "00000000-0000-0000-0000-000000000004"}
FINE, BLOCKED = 0, 53003


def policy(
    *controls: str, operator: str = "AND", state: str = ENABLED, clients: tuple[str, ...] = ("all",), **grant: Any
) -> dict[str, Any]:
    conditions = {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}, "clientAppTypes": list(clients)}
    grants = {"operator": operator, "builtInControls": list(controls), **grant}
    return {"id": "p", "displayName": "p", "state": state, "conditions": conditions, "grantControls": grants}


def sign_in(**facts: Any) -> SignInFacts:
    return SignInFacts(**{"user_id": "ann", "apps": ("app",), **facts})


def result(given: dict[str, Any], facts: SignInFacts) -> str:
    return str(enforce([given], facts, TENANT).applied[0].record["result"])


@pytest.mark.parametrize(
    ("given", "facts", "error"),
    [
        # concept-conditional-access-grant: what satisfies MFA
        (policy("mfa"), sign_in(), 50074),
        (policy("mfa"), sign_in(mfa=True), FINE),
        (policy("mfa"), sign_in(method="windowsHelloForBusiness"), FINE),
        (policy("mfa"), sign_in(method="password,sms"), FINE),
        (policy("mfa"), sign_in(method="sms"), 50074),  # SMS sign-in is a first factor
        # reference-error-codes: interrupts
        (policy("mfa"), sign_in(interactive=False), 50076),
        (policy("mfa"), sign_in(mfa_registered=False), 50072),
        (policy("mfa"), sign_in(mfa_registered=False, interactive=False), 50079),
        # block-legacy-authentication: any grant control blocks a legacy client, if the policy covers it
        (policy("mfa"), sign_in(client="other"), BLOCKED),
        (policy("mfa"), sign_in(client="exchangeActiveSync", mfa=True), BLOCKED),
        (policy("compliantDevice"), sign_in(client="other", is_compliant=True), BLOCKED),
        (policy("mfa", clients=("browser", "mobileAppsAndDesktopClients")), sign_in(client="other"), FINE),
        # concept-conditional-access-policies: AND and OR
        (policy("mfa", "compliantDevice"), sign_in(mfa=True), 53000),
        (policy("mfa", "compliantDevice"), sign_in(is_compliant=True), 50074),
        (policy("mfa", "compliantDevice", operator="OR"), sign_in(is_compliant=True), FINE),
        (policy("mfa", "compliantDevice", operator="OR"), sign_in(), 50074),  # MFA is asked for first
        (policy("compliantDevice", "domainJoinedDevice", operator="OR"), sign_in(is_hybrid_joined=True), FINE),
        (policy("domainJoinedDevice"), sign_in(is_compliant=True), 53001),
        (policy("approvedApplication"), sign_in(mfa=True), 53002),
        (policy("block"), sign_in(mfa=True), BLOCKED),
        # concept-authentication-flows: a device code cannot show a managed device
        (policy("compliantDevice"), sign_in(is_compliant=True, transfer_method="deviceCodeFlow"), 53000),
        # concept-authentication-strengths
        (policy(authenticationStrength=PHISHING_RESISTANT), sign_in(method="fido2"), FINE),
        (policy(authenticationStrength=PHISHING_RESISTANT), sign_in(method="password,microsoftAuthenticatorPush", mfa=True), 50074),
        # external-id, authentication-conditional-access: guests cannot change their password here
        (policy("mfa", "passwordChange"), sign_in(mfa=True, guest_kind="b2bCollaborationGuest"), BLOCKED),
        (policy("riskRemediation"), sign_in(mfa=True), 50125),  # concept-conditional-access-grant
        # external-id: what of a home tenant counts is the resource tenant's decision
        (policy("mfa"), sign_in(**GUEST, home_mfa=True), FINE),
        (policy("mfa"), sign_in(**{**GUEST, "home_tenant_id": "another"}, home_mfa=True), 50074),
        (policy("compliantDevice"), sign_in(**GUEST, is_compliant=True), FINE),
        (policy("domainJoinedDevice"), sign_in(**GUEST, is_hybrid_joined=True), 53001),
        (policy(authenticationStrength=PHISHING_RESISTANT), sign_in(guest_kind="b2bCollaborationGuest", method="fido2"), 50074),
        (policy("approvedApplication", "mfa", operator="OR"), sign_in(guest_kind="b2bCollaborationGuest"), 50074),
        (policy("mfa", "passwordChange", operator="OR"), sign_in(mfa=True, guest_kind="internalGuest"), FINE),
        (policy(termsOfUse=["tou"]), sign_in(guest_kind="b2bDirectConnectUser"), FINE),  # external-id: not for them
        (policy(termsOfUse=["tou", "more"], operator="OR"), sign_in(terms_accepted=frozenset({"more"})), FINE),
        (policy(termsOfUse=["tou", "more"]), sign_in(terms_accepted=frozenset({"more"})), 50158),
        (policy(termsOfUse=["tou"]), sign_in(), 50158),
        (policy(termsOfUse=["tou"]), sign_in(terms_accepted=frozenset({"tou"})), FINE),
    ],
)
def test_what_is_demanded(given: dict[str, Any], facts: SignInFacts, error: int) -> None:
    assert enforce([given], facts, TENANT).error_code == error


@pytest.mark.parametrize(
    ("given", "facts", "expected"),
    [
        # concept-conditional-access-report-only: the words of the log
        (policy("mfa", state=DISABLED), sign_in(), "notEnabled"),
        (policy("mfa", clients=("other",)), sign_in(), "notApplied"),
        (policy("mfa"), sign_in(mfa=True), "success"),
        (policy("mfa"), sign_in(), "failure"),
        (policy("block", state=REPORT_ONLY, clients=("other",)), sign_in(), "reportOnlyNotApplied"),
        (policy("mfa", state=REPORT_ONLY), sign_in(mfa=True), "reportOnlySuccess"),
        (policy("mfa", state=REPORT_ONLY), sign_in(), "reportOnlyInterrupted"),
        (policy("mfa", "compliantDevice", state=REPORT_ONLY), sign_in(), "reportOnlyFailure"),
        (policy("block", state=REPORT_ONLY), sign_in(), "reportOnlyFailure"),
        (policy("mfa", state=REPORT_ONLY), sign_in(client="other"), "reportOnlyFailure"),
        (policy("mfa", "compliantDevice", operator="OR", state=REPORT_ONLY), sign_in(), "reportOnlyInterrupted"),
        (policy("compliantDevice", operator="OR", termsOfUse=["tou"], state=REPORT_ONLY), sign_in(), "reportOnlyInterrupted"),
    ],
)
def test_the_words_of_the_log(given: dict[str, Any], facts: SignInFacts, expected: str) -> None:
    assert result(given, facts) == expected


def test_a_policy_that_only_reports_never_stops_a_sign_in() -> None:
    verdict = enforce([policy("block", state=REPORT_ONLY)], sign_in(), TENANT)
    assert (verdict.error_code, verdict.status) == (FINE, "notApplied")


def test_one_block_is_final_whatever_else_is_satisfied() -> None:
    assert enforce([policy("mfa"), policy("block")], sign_in(mfa=True), TENANT).error_code == BLOCKED


def test_mfa_of_one_policy_is_asked_for_before_the_device_of_another() -> None:
    assert enforce([policy("compliantDevice"), policy("mfa")], sign_in(), TENANT).error_code == 50074


def test_a_policy_without_grant_controls_is_satisfied() -> None:
    only_session = {**policy(), "grantControls": None, "sessionControls": {"persistentBrowser": {"mode": "never", "isEnabled": True}}}
    verdict = enforce([only_session], sign_in(), TENANT)
    assert verdict.applied[0].record["result"] == "success"
    assert verdict.applied[0].record["enforcedSessionControls"] == ["PersistentBrowser"]


def test_the_record_says_which_conditions_were_met() -> None:
    record = enforce([policy("block", clients=("other",))], sign_in(), TENANT).applied[0].record
    assert record["enforcedGrantControls"] == ["Block"]
    assert (record["conditionsSatisfied"], record["conditionsNotSatisfied"]) == ("application,users", "clientType")


def test_a_grant_control_the_emulator_does_not_know_is_refused() -> None:
    with pytest.raises(UnsupportedPolicy, match="grant control `somethingNew`"):
        enforce([policy("somethingNew")], sign_in(), TENANT)
