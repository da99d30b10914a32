"""Two independent readings of the same documentation, the evaluator's and the emulated tenant's, on what both of them know."""

from __future__ import annotations

from dataclasses import replace
from ipaddress import ip_address, summarize_address_range
from typing import Any

from hypothesis import assume, event, given
from hypothesis import strategies as st

from unbroken.emulator.conditions import SignInFacts
from unbroken.emulator.enforcement import enforce
from unbroken.emulator.tenant import Tenant
from unbroken.entra.policy import ConditionalAccessPolicy, Target, UserScope
from unbroken.entra.request import UNREGISTERED, AccessRequest
from unbroken.entra.snapshot import OperatorFacts, Snapshot
from unbroken.entra.vocabulary import LEGACY_CLIENTS, ClientAppType, UserAction
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Outcome
from unbroken.evaluate.people import EAS
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from worlds import AZURE_PORTAL, EXCHANGE, GAIL, IAN, MEL, SHOP, WIKI, Case, cases, some, whole

KINDS = {GAIL: "b2bCollaborationGuest", IAN: "internalGuest", MEL: "b2bCollaborationMember"}
BOTH_KNOW = (SHOP, WIKI, EXCHANGE, AZURE_PORTAL)
LEFT_OUT = st.sampled_from(some(BOTH_KNOW, 0, 1))
COMMON_TARGETS = st.one_of(
    st.builds(
        Target, include_apps=st.sampled_from(some((*BOTH_KNOW, "Office365"), 1)), exclude_apps=st.sampled_from(some(BOTH_KNOW, 0, 1))
    ),
    st.builds(Target, all_apps=st.just(value=True), exclude_apps=st.sampled_from(some((*BOTH_KNOW, "MicrosoftAdminPortals"), 0, 1))),
    st.just(Target(user_actions=frozenset({str(UserAction.REGISTER_SECURITY_INFO)}))),
)
NOT_ENFORCED = {"riskRemediation"}
DENIED = {Outcome.BLOCK, Outcome.LOCKED_OUT}


def common(policy: ConditionalAccessPolicy, target: Target) -> ConditionalAccessPolicy:
    """Return the policy without what the emulated tenant does not enforce."""
    conditions = replace(policy.conditions, device_filter=None)
    if conditions.client_app_types & EAS and (policy.users[0].roles or policy.users[0].guests):
        conditions = replace(conditions, client_app_types=frozenset({"all"}))
    operator = "AND" if "passwordChange" in policy.grant.controls else policy.grant.operator  # Graph takes no other
    controls = policy.grant.controls - NOT_ENFORCED
    grant = replace(policy.grant, operator=operator, controls=controls, terms_of_use=policy.grant.terms_of_use[:1])
    return replace(policy, target=target, conditions=conditions, grant=grant)


def scope(side: str, found: UserScope) -> dict[str, Any]:
    record: dict[str, Any] = {f"{side}Users": ["All"] if found.everyone else sorted(found.users)}
    record |= {f"{side}Groups": sorted(found.groups), f"{side}Roles": sorted(found.roles)}
    for part in found.guests:
        tenants = {"membershipKind": "all"} if part.tenants is None else {"membershipKind": "enumerated", "members": sorted(part.tenants)}
        record[f"{side}GuestsOrExternalUsers"] = {"guestOrExternalUserTypes": ",".join(sorted(part.kinds)), "externalTenants": tenants}
    return record


def wire(policy: ConditionalAccessPolicy) -> dict[str, Any]:
    """Return the policy as Graph spells it."""
    wanted, target, grant = policy.conditions, policy.target, policy.grant
    conditions: dict[str, Any] = {
        "users": scope("include", policy.users[0]) | scope("exclude", policy.users[1]),
        "applications": {
            "includeApplications": ["All"] if target.all_apps else sorted(target.include_apps),
            "excludeApplications": sorted(target.exclude_apps),
            "includeUserActions": sorted(target.user_actions),
        },
        "clientAppTypes": sorted(wanted.client_app_types),
        "signInRiskLevels": sorted(wanted.sign_in_risk),
        "userRiskLevels": sorted(wanted.user_risk),
        "insiderRiskLevels": ",".join(sorted(wanted.insider_risk)) or None,
        "authenticationFlows": {"transferMethods": ",".join(sorted(wanted.transfer_methods))} if wanted.transfer_methods else None,
    }
    for name, sides in (("Platforms", wanted.platforms), ("Locations", wanted.locations)):
        if sides.include:
            conditions[name.lower()] = {f"include{name}": sorted(sides.include), f"exclude{name}": sorted(sides.exclude)}
    grants = {"operator": grant.operator, "builtInControls": sorted(grant.controls), "termsOfUse": list(grant.terms_of_use)}
    grants |= {"customAuthenticationFactors": list(grant.custom_factors)}
    grants |= {"authenticationStrength": {"id": grant.strength}} if grant.strength else {}
    return {
        "id": policy.id,
        "displayName": policy.display_name,
        "state": str(policy.state),
        "conditions": conditions,
        "grantControls": grants,
    }


def ranges(text: str) -> list[dict[str, str]]:
    if "-" not in text:
        return [{"cidrAddress": text}]
    low, high = map(ip_address, text.split("-"))
    return [{"cidrAddress": str(network)} for network in summarize_address_range(low, high)]


def emulated(tenant: Snapshot) -> Tenant:
    places: list[dict[str, Any]] = []
    for place in tenant.locations.records:
        if place.kind == "country":
            unknown = place.include_unknown_countries
            places.append({"id": place.id, "countriesAndRegions": sorted(place.countries), "includeUnknownCountriesAndRegions": unknown})
        else:
            found = [entry for text in place.ranges for entry in ranges(text)]
            places.append({"id": place.id, "isTrusted": place.trusted, "ipRanges": found})
    return Tenant(
        {
            "groups": [{"id": one.id, "members": [{"id": each} for each in one.members or ()]} for one in tenant.groups.records],
            "directoryRoles": [
                {"roleTemplateId": one.template_id, "members": [{"id": each} for each in one.members or ()]} for one in tenant.roles.records
            ],
            "namedLocations": places,
            "authenticationStrengthPolicies": [
                {"id": one.id, "allowedCombinations": sorted(one.allowed_combinations)} for one in tenant.strengths.records
            ],
        }
    )


def facts_of(request: AccessRequest, registered: bool) -> SignInFacts:
    device = request.device or UNREGISTERED
    return SignInFacts(
        user_id=request.identity.user_id or "",
        guest_kind=str(request.identity.guest_kind or KINDS.get(request.identity.user_id or "", "")),
        home_tenant_id=request.identity.home_tenant_id or "",
        apps=request.apps,
        user_action=str(request.user_action or ""),
        client=str(request.client),
        platform="" if request.platform == "unknown" else str(request.platform),
        ip_address=request.ip_address or "",
        country=request.country or "",
        is_compliant=device.get("iscompliant") is True,
        is_hybrid_joined=device.get("trusttype") == "ServerAD",
        sign_in_risk=str(request.sign_in_risk),
        user_risk=str(request.user_risk),
        insider_risk=str(request.insider_risk),
        transfer_method="" if request.transfer_method == "none" else str(request.transfer_method),
        method=request.facts.authentication_method or "password",
        mfa=bool(request.facts.mfa_satisfied),
        mfa_registered=registered,
        interactive=request.facts.interactive,
        terms_accepted=request.facts.terms_accepted,
    )


def asked_alike(request: AccessRequest) -> AccessRequest | None:
    """Return the sign-in as both understand it, None when one of them does not."""
    if request.client is ClientAppType.EAS_SUPPORTED or request.authentication_context or not set(request.apps) <= set(BOTH_KNOW):
        return None
    return replace(request, device=UNREGISTERED, transfer_method="none") if request.client in LEGACY_CLIENTS else request


@given(cases(sign_ins=8), st.lists(COMMON_TARGETS, min_size=4, max_size=4))
def test_the_evaluator_and_the_emulated_tenant_agree(case: Case, found: list[Target]) -> None:
    policies = tuple(common(policy, target) for policy, target in zip(case.tenant.policies.records, found, strict=False))
    tenant = replace(case.tenant, policies=whole("conditionalAccessPolicies", policies), facts=OperatorFacts())
    tenant = replace(tenant, per_user_mfa=whole("userAuthenticationRequirements", ()))
    engine, second = Engine(PolicyTable(tenant)), emulated(tenant)
    asked = [request for each in case.requests if (request := asked_alike(each))]
    assume(asked)
    for request in asked:
        decision = decide(engine, request)
        enforced = enforce(map(wire, policies), facts_of(request, registered=True), second)
        for verdict, entry in zip(decision.policies, enforced.applied, strict=True):
            applies = entry.record["result"] not in {"notApplied", "reportOnlyNotApplied", "notEnabled"}
            assert verdict.applies is applies, (entry.record, verdict, request)
        facts = facts_of(request, registered=True)
        if facts.guest_kind in {"", "internalGuest"}:  # trust in another tenant is not emulated
            event(f"outcome {decision.outcome}")
            assert (enforced.error_code == 0) is (decision.outcome is Outcome.ALLOW), (enforced, decision, request)
            if enforced.error_code == 53003:
                assert decision.outcome in DENIED, (enforced, decision, request)
            elif enforced.error_code:
                assert decision.outcome is not Outcome.BLOCK, (enforced, decision, request)
