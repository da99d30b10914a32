"""What the laws found, each as the smallest example: these stay fast and say plainly what went wrong."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from builders import guid
from property.test_replay import LOGGED_DEVICES, LOGGED_USERS, law
from unbroken.entra.cube import Dictionaries, LoggedAddress, LoggedContext, LoggedTarget
from unbroken.entra.directory import CrossTenantAccess, DirectoryRole, Group, InboundTrust, MethodConfiguration, Registration
from unbroken.entra.policy import ConditionalAccessPolicy, Grant, Target, UserScope
from unbroken.entra.request import UNREGISTERED, AccessRequest, Identity, SessionFacts
from unbroken.entra.snapshot import OperatorFacts, OwnProperty, Snapshot
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, InsiderRiskLevel, RiskLevel, TransferMethod
from unbroken.entra.well_known import OFFICE_365_APPS
from unbroken.evaluate.decide import decide
from unbroken.evaluate.decision import Decision, Outcome
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.proof import Result
from unbroken.prove.properties import prove
from worlds import (
    ANN,
    BLOCK,
    GAIL,
    GROUPS,
    HERE,
    LOCATIONS,
    MFA,
    ODD_STRENGTH,
    ON,
    ROLES,
    SERVICE_PRINCIPALS,
    SHOP,
    STRENGTHS,
    TERMS,
    USER_IDS,
    USERS,
    WIKI,
    whole,
)

TODAY = date(2026, 11, 28)
EVERYONE = UserScope(everyone=True)


def policy(grant: Grant, **parts: Any) -> ConditionalAccessPolicy:
    everywhere = {"users": (EVERYONE, UserScope()), "target": Target(all_apps=True)}
    return ConditionalAccessPolicy(id="p", display_name="p", state=ON, grant=grant, **(everywhere | parts))


def tenant(*policies: ConditionalAccessPolicy, methods: tuple[MethodConfiguration, ...] = (), **parts: Any) -> Snapshot:
    """Return a tenant without nesting, in which nobody has registered anything."""
    known = {
        "groups": whole("groups", [Group(id=each, members=()) for each in GROUPS]),
        "roles": whole("directoryRoles", [DirectoryRole(template_id=each, members=()) for each in ROLES]),
        "registrations": whole(
            "userRegistrationDetails", [Registration(user_id=each, is_mfa_capable=False, methods=frozenset()) for each in USER_IDS]
        ),
        "cross_tenant": CrossTenantAccess(default=InboundTrust(mfa=False, compliant_device=False, hybrid_device=False)),
    }
    return Snapshot(
        source="generated",
        tenant_id=HERE,
        policies=whole("conditionalAccessPolicies", policies),
        users=whole("users", USERS),
        service_principals=whole("servicePrincipals", SERVICE_PRINCIPALS),
        locations=whole("namedLocations", LOCATIONS),
        strengths=whole("authenticationStrengthPolicies", STRENGTHS),
        methods_policy=whole("authenticationMethodsPolicy", methods),
        per_user_mfa=whole("userAuthenticationRequirements", ()),
        security_defaults=False,
        **(known | parts),
    )


def asked(where: Snapshot, **parts: Any) -> Decision:
    request = AccessRequest(
        identity=Identity(user_id=ANN),
        apps=(SHOP,),
        client=ClientAppType.BROWSER,
        platform=DevicePlatform.WINDOWS,
        ip_address="192.0.2.1",
        country="GB",
        device=UNREGISTERED,
        sign_in_risk=RiskLevel.NONE,
        user_risk=RiskLevel.NONE,
        insider_risk=InsiderRiskLevel.NONE,
        transfer_method=TransferMethod.NONE,
    )
    return decide(Engine(PolicyTable(where)), replace(request, **parts))


def test_terms_accepted_elsewhere_do_not_let_a_legacy_client_in() -> None:
    """Whatever the grant control, a legacy client is blocked (entra-docs, concept-conditional-access-conditions.md)."""
    terms = tenant(policy(Grant(terms_of_use=TERMS[:1])))
    accepted = SessionFacts(terms_accepted=frozenset(TERMS))

    assert asked(terms, facts=accepted).outcome is Outcome.ALLOW
    assert asked(terms, facts=accepted, client=ClientAppType.OTHER).outcome is Outcome.LOCKED_OUT


@pytest.mark.parametrize("side", ["include_groups", "exclude_groups"])
def test_a_group_that_was_not_read_leaves_open_whether_a_method_can_be_registered(side: str) -> None:
    groups = {"include_groups": frozenset({"all_users"})} | {side: frozenset({GROUPS[0]})}
    method = MethodConfiguration(id="MicrosoftAuthenticator", enabled=True, **groups)
    nested = [Group(id=GROUPS[0], members=(GROUPS[1],)), Group(id=GROUPS[1], members=None)]
    unread = asked(tenant(policy(MFA), methods=(method,), groups=whole("groups", nested)))

    assert unread.outcome is Outcome.UNKNOWN
    assert any("methods policy" in each for each in unread.missing)


def test_what_is_required_does_not_hang_on_the_order_in_which_unknown_facts_are_tried() -> None:
    """Of all that the open facts allow, what leaves most unmet is said."""
    block_or_more = policy(Grant(operator="AND", controls=frozenset({"mfa", "domainJoinedDevice"})))
    answer = asked(tenant(block_or_more), device=None)

    assert answer.outcome is Outcome.LOCKED_OUT
    assert answer.requires == ("mfa", "domainJoinedDevice")


@pytest.mark.parametrize("first", [0, 1])
def test_a_browser_and_an_app_are_not_decided_as_one(first: int) -> None:
    words = ("Browser", "Mobile Apps and Desktop clients")
    contexts = [
        LoggedContext(words[each], "Windows 11", None, "", "none", "none", "none", "interactiveUser") for each in (first, 1 - first)
    ]
    client = LoggedTarget(WIKI, "", SHOP, "", ())
    log = Dictionaries(LOGGED_USERS[:1], [client], contexts, LOGGED_DEVICES[:1], [LoggedAddress("192.0.2.1", "GB")], [None])

    law(tenant(policy(BLOCK, target=Target(include_apps=frozenset({WIKI})))), log, [(0, 0, 0, 0, 0, 0), (0, 0, 1, 0, 0, 0)])


def test_a_strength_that_a_guest_cannot_meet_here_is_no_way_in_without_mfa() -> None:
    """A single factor among what it lists is no way in for somebody of whom the tenant visited accepts none of it."""
    found = {each.name: each for each in prove(Engine(PolicyTable(tenant(policy(Grant(strength=ODD_STRENGTH))))), TODAY).properties}
    everywhere = found["mfa-everywhere"]

    assert ANN in everywhere.users
    assert GAIL not in everywhere.users
    assert not everywhere.missing


def own(rule: OwnProperty, *policies: ConditionalAccessPolicy, **parts: Any) -> Result:
    """Return whether a tenant's own rule holds."""
    asked = tenant(*policies, facts=OperatorFacts(properties=(rule,)), **parts)
    return prove(Engine(PolicyTable(asked)), TODAY).properties[-1]


def test_a_rule_on_a_bundle_that_no_policy_names_speaks_of_its_known_members() -> None:
    rule = OwnProperty(name="rule", users=("everyone",), apps=("Office365",))
    exchange = "00000002-0000-0ff1-ce00-000000000000"

    found = own(rule, policy(MFA, target=Target(include_apps=frozenset({exchange}))))

    assert found.holds is False
    assert {app for each in found.counterexamples for app in each.request.apps} <= OFFICE_365_APPS - {exchange}


def test_a_rule_on_an_application_that_nothing_else_names_speaks_of_it() -> None:
    rule = OwnProperty(name="rule", users=("everyone",), apps=(guid("an app that nobody exported"),))

    assert own(rule).holds is False
    assert own(rule, policy(MFA)).holds is True


def test_a_rule_on_a_group_that_was_not_read_accuses_nobody_who_may_be_in_it() -> None:
    rule = OwnProperty(name="rule", users=(f"group:{GROUPS[0]}",))

    found = own(rule, groups=whole("groups", [Group(id=GROUPS[0], members=None)]))

    assert found.holds is None
    assert found.missing
