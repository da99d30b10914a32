"""Which policies' target a request meets, with the policies at different places in the list."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.entra.directory import ServicePrincipal
from unbroken.entra.policy import ConditionalAccessPolicy, Filter, Target
from unbroken.entra.request import AccessRequest, Identity, SessionFacts
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.entra.vocabulary import PolicyState, UserAction
from unbroken.entra.well_known import (
    ADMIN_PORTAL_APPS,
    ADMIN_PORTALS,
    AZURE_AD_GRAPH,
    AZURE_RESOURCE_MANAGER,
    MICROSOFT_GRAPH,
    OFFICE_365,
    OFFICE_365_APPS,
    OIDC_SCOPES,
    SERVICE_MANAGEMENT_APPS,
)
from unbroken.evaluate.bits import Bits, certain
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.targets import Targets

ID = "aaaaaaaa-2222-3333-4444-{:012d}".format
HR, PAYROLL, CLIENT, UNKNOWN = (ID(number) for number in range(4))
RULE = 'CustomSecurityAttribute.Access_Need -eq "requireMFA"'


def apps(*include: str, exclude: tuple[str, ...] = (), **more: Any) -> ConditionalAccessPolicy:
    """Return a policy on `include`, or on all resources when there is none."""
    target = Target(all_apps=not (include or more), include_apps=frozenset(include), exclude_apps=frozenset(exclude), **more)
    return ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED, target=target)


def everything_but_filtered() -> ConditionalAccessPolicy:
    target = Target(all_apps=True, app_filter=Filter(mode="exclude", rule=RULE))
    return ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED, target=target)


def targets(*policies: ConditionalAccessPolicy) -> Targets:
    records = (
        ServicePrincipal(id="hr", app_id=HR.upper(), owner_tenant_id=ID(90), attributes=(("Access.Need", "requireMFA"),)),
        ServicePrincipal(id="payroll", app_id=PAYROLL, owner_tenant_id=ID(90), attributes=()),
    )
    return Targets(
        Snapshot(
            source="tenant",
            policies=Collection("conditionalAccessPolicies", policies, complete=True, why=""),
            users=Collection("users"),
            service_principals=Collection("servicePrincipals", records, complete=True, why=""),
        ),
        policies,
    )


def asked(*policies: ConditionalAccessPolicy, app: str | tuple[str, ...] = HR, **facts: Any) -> Dimension:
    names = (app,) if isinstance(app, str) else app
    known = SessionFacts(**({"requested_scopes": frozenset({"Everything.Write"})} | facts))
    return targets(*policies).dimension(AccessRequest(identity=Identity(user_id="ada"), apps=names, facts=known))


def test_apps_are_included_and_excluded_whatever_the_case_of_their_ids() -> None:
    policies = (apps(), apps(PAYROLL), apps(HR.upper(), PAYROLL), apps(exclude=(HR.upper(),)), apps(exclude=(PAYROLL,)), apps(HR))

    assert asked(*policies).bits == certain(0b110101)
    assert asked(*policies, app=(HR, PAYROLL)).bits == certain(0b111111)


def test_a_name_in_the_place_of_an_app_is_open_and_said() -> None:
    found = asked(apps("Salaries"), apps(), apps("Salaries", HR), apps(exclude=("Salaries",)), apps("Books"))

    assert found.bits == Bits(0b00110, 0b11111)
    assert found.unknowns == (
        (0b10001, "which application Books, Salaries stands for (no such id, and no single such name)"),
        (0b01000, "which application Salaries stands for (no such id, and no single such name)"),
    )


def test_bundles_hold_their_apps_and_only_what_nobody_else_owns() -> None:
    policies = (apps(), apps(OFFICE_365), apps(ADMIN_PORTALS), apps(exclude=(OFFICE_365,)), apps(OFFICE_365, HR))
    outlook = min(OFFICE_365_APPS - ADMIN_PORTAL_APPS)

    assert asked(*policies, app=outlook).bits.true == 0b10011
    assert asked(*policies, app=HR).bits == certain(0b11001)
    found = asked(*policies, app=UNKNOWN)
    assert found.bits == Bits(0b00001, 0b11111)
    text = f"whether the application {UNKNOWN} belongs to {{}} (its owner is not known: servicePrincipals)".format
    assert found.unknowns == ((0b10010, text(OFFICE_365)), (0b00100, text(ADMIN_PORTALS)), (0b01000, text(OFFICE_365)))


@pytest.mark.parametrize("app", sorted(SERVICE_MANAGEMENT_APPS))
def test_azure_management_stands_for_its_apps(app: str) -> None:
    policies = (apps(HR), apps(AZURE_RESOURCE_MANAGER), apps(exclude=(AZURE_RESOURCE_MANAGER,)), apps(app))

    assert asked(*policies, app=app).bits == certain(0b1010)
    assert asked(*policies, app=HR).bits == certain(0b0101)


def test_filters_for_applications_ask_their_attributes() -> None:
    included = apps(app_filter=Filter(mode="include", rule=RULE))
    policies = (apps(PAYROLL), included, everything_but_filtered(), apps(HR), included)

    assert asked(*policies).bits == certain(0b11010)
    assert asked(*policies, app=PAYROLL).bits == certain(0b00101)
    found = asked(*policies, app=UNKNOWN)
    assert found.bits == Bits(0, 0b10110)
    assert set(found.unknowns) == {
        (mask, f"custom security attributes of the application {UNKNOWN} (servicePrincipals)") for mask in (0b10010, 0b00100)
    }


def test_a_resource_the_log_does_not_name_is_open_but_for_policies_on_all_resources() -> None:
    policies = (apps(PAYROLL), apps(), apps(exclude=(HR,)), apps(user_actions=frozenset({"registerDevice"})), everything_but_filtered())
    found = asked(*policies, apps(app_filter=Filter(mode="include", rule=RULE)), app="")

    assert found.bits == Bits(0b000010, 0b110111)
    assert found.unknowns == ((0b110101, "which resource was asked for (the log names none)"),)


def test_a_user_action_is_met_by_its_own_policies() -> None:
    registering = apps(user_actions=frozenset({UserAction.REGISTER_SECURITY_INFO}))
    device = apps(user_actions=frozenset({UserAction.REGISTER_DEVICE}))
    found = targets(apps(HR), registering, device, apps())

    def met(action: UserAction) -> Dimension:
        return found.dimension(AccessRequest(identity=Identity(user_id="ada"), user_action=action))

    assert found.registration == 0b0010
    assert met(UserAction.REGISTER_SECURITY_INFO).bits == certain(0b1010)
    assert met(UserAction.REGISTER_DEVICE).bits == Bits(0b0100, 0b1100)
    assert met(UserAction.REGISTER_DEVICE).unknowns == (
        (0b1000, "whether policies on all resources are evaluated when a device is registered (not documented)"),
    )


def test_an_authentication_context_is_open_where_the_policy_excludes_a_resource() -> None:
    policies = (apps(HR), apps(authentication_contexts=frozenset({"c1"})), apps(), apps(exclude=(HR,)), everything_but_filtered())
    found = targets(*policies, apps(authentication_contexts=frozenset({"c2"})))

    met = found.dimension(AccessRequest(identity=Identity(user_id="ada"), authentication_context="c1"))

    assert met.bits == Bits(0b000110, 0b011110)
    assert met.reasons == (("authenticationContext", met.bits),)
    assert met.unknowns == ((0b011000, "which resource asks for the authentication context (the policy excludes some)"),)
    certain_one = targets(apps()).dimension(AccessRequest(identity=Identity(user_id="ada"), authentication_context="c1"))
    assert certain_one.unknowns == ()


def test_policies_without_a_target_are_known() -> None:
    nothing = ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED)

    assert targets(apps(), nothing, apps(HR), nothing).empty == 0b1010


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"client_is_public": False, "requested_scopes": OIDC_SCOPES}, 0b01),
        ({"client_is_public": False, "requested_scopes": frozenset({"openid"})}, 0b01),
        ({"client_is_public": True, "requested_scopes": OIDC_SCOPES}, 0b11),
        ({"client_is_public": False, "requested_scopes": OIDC_SCOPES | {"Files.Read"}}, 0b11),
        ({"client_is_public": False, "requested_scopes": None}, 0b11),
    ],
)
def test_an_excluded_confidential_client_is_left_out_for_oidc_scopes_only(facts: dict[str, Any], expected: int) -> None:
    """The first policy does not exclude the client; the client is also the resource asked for, so that no other target counts."""
    policies = (apps(exclude=(PAYROLL,)), apps(exclude=(CLIENT,)))

    found = asked(*policies, app=HR, client_app_id=CLIENT.upper(), **facts)

    assert found.bits.true & 0b10 == expected & 0b10
    assert found.bits.true & 0b01


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        ({"client_is_public": False, "requested_scopes": frozenset({"openid"})}, certain(0b1010)),
        ({"client_is_public": False, "requested_scopes": frozenset({"User.Read"})}, certain(0b0010)),
        ({"client_is_public": True, "requested_scopes": frozenset({"openid"})}, certain(0b0010)),
        ({"client_is_public": None, "requested_scopes": frozenset({"openid"})}, Bits(0b0010, 0b1010)),
        ({"client_is_public": False, "requested_scopes": None}, Bits(0b0010, 0b1010)),
    ],
)
def test_a_confidential_client_that_asks_for_an_id_token_is_a_target_itself(facts: dict[str, Any], expected: Bits) -> None:
    found = asked(apps(PAYROLL), apps(HR), apps(PAYROLL, exclude=(CLIENT,)), apps(CLIENT), client_app_id=CLIENT.upper(), **facts)

    assert found.bits == expected
    text = f"whether the client {CLIENT} asks for an ID token for itself (facts.requestedScopes, facts.clientIsPublic)"
    assert found.unknowns == (((0b1000, text),) if expected.unknown else ())


def test_a_client_that_asks_for_itself_is_one_target() -> None:
    found = asked(apps(CLIENT, exclude=(CLIENT,)), apps(CLIENT), app=CLIENT, client_app_id=CLIENT, requested_scopes=None)

    assert found.bits == certain(0b10)
    assert found.unknowns == ()


def test_unknown_scopes_are_open_where_the_directory_is_judged_otherwise() -> None:
    """Microsoft Graph is excluded from the first policy; a request for baseline scopes is judged as directory access and meets it."""
    policies = (apps(exclude=(MICROSOFT_GRAPH,)), apps(), apps(AZURE_AD_GRAPH), apps(exclude=(HR,)))
    found = asked(*policies, app=MICROSOFT_GRAPH, requested_scopes=None)

    assert found.bits == Bits(0b1010, 0b1111)
    assert found.unknowns == ((0b0101, "requested scopes (facts.requestedScopes) under the tenant's baseline scope mode (enforced)"),)
    assert asked(*policies, app=MICROSOFT_GRAPH).bits == certain(0b1010)
    assert asked(*policies, app=MICROSOFT_GRAPH, requested_scopes=frozenset({"User.Read"})).bits == certain(0b1111)


def test_a_bundle_is_asked_about_the_directory_too_where_scopes_are_unknown() -> None:
    found = asked(apps(OFFICE_365), apps(exclude=(MICROSOFT_GRAPH,)), app=MICROSOFT_GRAPH, requested_scopes=None)

    assert found.bits == Bits(0, 0b11)
    assert (
        0b01,
        f"whether the application {AZURE_AD_GRAPH} belongs to Office365 (its owner is not known: servicePrincipals)",
    ) in found.unknowns


def test_a_client_that_nobody_excludes_is_left_out_of_nothing() -> None:
    facts: dict[str, Any] = {"client_is_public": False, "requested_scopes": frozenset({"profile"})}

    assert asked(apps(exclude=(PAYROLL,)), apps(), client_app_id=CLIENT, **facts).bits == certain(0b11)
    assert asked(apps(exclude=(PAYROLL,)), apps(), **facts).bits == certain(0b11)


def test_a_client_that_a_policy_both_names_and_excludes_is_no_target_of_it() -> None:
    found = asked(apps(CLIENT, exclude=(CLIENT,)), apps(CLIENT), client_app_id=CLIENT, requested_scopes=None)

    assert found.bits == Bits(0, 0b10)


def test_contexts_and_scopes_are_the_same_in_any_letters() -> None:
    contexts = targets(apps(authentication_contexts=frozenset({"C1"})), apps(authentication_contexts=frozenset({"c2"})))
    request = AccessRequest(identity=Identity(user_id="ada"), authentication_context="c1")
    id_token: dict[str, Any] = {"client_app_id": CLIENT, "client_is_public": False, "requested_scopes": frozenset({"OpenId"})}

    assert contexts.dimension(request).bits == certain(0b01)
    assert asked(apps(CLIENT), **id_token).bits == certain(0b1)
    assert asked(apps(exclude=(CLIENT,)), **id_token).bits == certain(0)
