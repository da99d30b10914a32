"""A policy's JSON -> the noun: every condition and control, and nothing dropped that is not understood."""

from __future__ import annotations

from typing import Any

import pytest

from builders import MFA_STRENGTH, PHISHING_RESISTANT_STRENGTH, guid, policy
from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Filter, Grant, GuestScope, Sides
from unbroken.entra.vocabulary import GuestKind, PolicyState, UserAction
from unbroken.errors import BadInput
from unbroken.sources.grant import inline_strength
from unbroken.sources.policy import is_policy, policy_from_wire

ALL_KINDS = frozenset(kind.value for kind in GuestKind)


def read(**conditions: Any) -> ConditionalAccessPolicy:
    return policy_from_wire(policy("P", **conditions))


def users(**lists: Any) -> dict[str, Any]:
    return {"users": lists}


def apps(**lists: Any) -> dict[str, Any]:
    return {"applications": lists}


def test_a_plain_policy_has_nothing_unmodelled() -> None:
    plain = read()
    assert plain.users[0].everyone
    assert plain.target.all_apps
    assert plain.conditions == Conditions()
    assert plain.grant == Grant(operator="OR", controls=frozenset({"mfa"}))
    assert plain.modified == "2026-01-05T08:00:00Z"
    assert plain.unmodelled == plain.unmodelled_grant == ()


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("enabled", PolicyState.ENABLED),
        ("Disabled", PolicyState.DISABLED),
        ("enabledForReportingButNotEnforced", PolicyState.REPORT_ONLY),
        ("Reporting", PolicyState.REPORT_ONLY),
    ],
)
def test_states_are_read_in_any_case_and_in_the_old_words(word: str, state: PolicyState) -> None:
    assert read(state=word).state is state


@pytest.mark.parametrize(("word", "path"), [("partiallyEnabled", "state: partiallyEnabled"), (None, "state: missing")])
def test_an_unknown_state_makes_it_unknown_whether_the_policy_applies(word: str | None, path: str) -> None:
    odd = read(state=word)
    assert odd.state is PolicyState.ENABLED
    assert odd.unmodelled == (path,)


def test_the_special_words_of_user_lists_are_understood_in_any_case() -> None:
    include, exclude = read(**users(includeUsers=["all"], excludeUsers=["guestsOrExternalUsers", guid("bg").upper()])).users
    assert include.everyone
    assert not include.users
    assert exclude.users == {guid("bg")}
    assert exclude.guests == (GuestScope(kinds=ALL_KINDS),)


@pytest.mark.parametrize("lists", [{"includeUsers": []}, {"includeUsers": ["None"]}, {"includeUsers": None}, {}])
def test_an_empty_include_list_matches_nobody(lists: dict[str, Any]) -> None:
    nobody = read(**users(**lists))
    assert not nobody.users[0]
    assert nobody.unmodelled == ()


@pytest.mark.parametrize("kinds", ["internalGuest,b2bCollaborationGuest", ["internalGuest", "B2BCollaborationGuest"]])
def test_guest_kinds_come_as_one_text_or_as_a_list(kinds: object) -> None:
    tenants = {"@odata.type": "#microsoft.graph.x", "membershipKind": "enumerated", "members": ["T"]}
    scope = {"guestOrExternalUserTypes": kinds, "externalTenants": tenants}
    include = read(**users(includeGuestsOrExternalUsers=scope)).users[0]
    assert include.guests == (GuestScope(kinds=frozenset({"internalGuest", "b2bCollaborationGuest"}), tenants=frozenset({"T"})),)


def test_guests_of_all_tenants_have_no_tenant_list() -> None:
    scope = {"guestOrExternalUserTypes": "serviceProvider", "externalTenants": {"membershipKind": "all"}}
    assert read(**users(includeGuestsOrExternalUsers=scope)).users[0].guests[0].tenants is None


def test_an_unknown_guest_kind_leaves_open_who_is_meant() -> None:
    odd = read(**users(includeGuestsOrExternalUsers={"guestOrExternalUserTypes": "internalGuest,hologram"}))
    path = "conditions.users.includeGuestsOrExternalUsers.guestOrExternalUserTypes: hologram"
    assert odd.unmodelled == (path,)
    assert path in odd.users[0].users


@pytest.mark.parametrize(("key", "side"), [("includeDepartments", 0), ("excludeDepartments", 1)])
def test_an_unknown_list_of_people_stands_in_its_side_so_that_nobody_is_ruled_out(key: str, side: int) -> None:
    odd = read(**users(**{key: ["Sales"]}))
    assert odd.unmodelled == (f"conditions.users.{key}",)
    assert odd.users[side].users == {f"conditions.users.{key}"}
    assert not odd.users[1 - side].users


def test_every_kind_of_target_is_read() -> None:
    app = guid("app")
    target = read(
        applications={
            "includeApplications": [app.upper(), "office365", "None"],
            "excludeApplications": ["MicrosoftAdminPortals"],
            "includeUserActions": ["urn:user:RegisterSecurityInfo"],
            "includeAuthenticationContextClassReferences": ["C1"],
            "applicationFilter": {"mode": "include", "rule": 'CustomSecurityAttribute.A_B -eq "x"'},
        }
    ).target
    assert target.include_apps == {app, "Office365"}
    assert not target.all_apps
    assert target.exclude_apps == {"MicrosoftAdminPortals"}
    assert target.user_actions == {"urn:user:registersecurityinfo"}
    assert target.authentication_contexts == {"c1"}
    assert target.app_filter == Filter(mode="include", rule='CustomSecurityAttribute.A_B -eq "x"')


@pytest.mark.parametrize(
    ("lists", "path"),
    [
        ({"includeApplications": ["AllAgentIdResources"]}, "conditions.applications.includeApplications: AllAgentIdResources"),
        ({"networkAccess": {"includeTrafficProfiles": "m365"}}, "conditions.applications.networkAccess"),
        ({"globalSecureAccess": {"includeTrafficProfiles": "internet"}}, "conditions.applications.globalSecureAccess"),
        ({"includeUserActions": ["urn:user:dance"]}, "conditions.applications.includeUserActions: urn:user:dance"),
        ({"applicationFilter": {"mode": "sometimes", "rule": "x"}}, "conditions.applications.applicationFilter.mode: sometimes"),
    ],
)
def test_targets_beyond_the_schema_are_named(lists: dict[str, Any], path: str) -> None:
    assert read(**apps(**lists)).unmodelled == (path,)


def test_workload_identities_are_read_and_their_filter_is_named() -> None:
    clients = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"], "excludeServicePrincipals": [guid("sp")]}
    workloads = read(clientApplications=clients).workloads
    assert workloads[0].everyone
    assert workloads[1].service_principals == {guid("sp")}
    filtered = read(clientApplications=clients | {"servicePrincipalFilter": {"mode": "include", "rule": "x"}})
    assert filtered.unmodelled == ("conditions.clientApplications.servicePrincipalFilter",)


@pytest.mark.parametrize(
    ("conditions", "path"),
    [
        ({"agents": {"includeAgentUsers": ["All"], "agentFilter": None}}, "conditions.agents"),
        ({"agentIdRiskLevels": "medium,high"}, "conditions.agentIdRiskLevels"),
        ({"agentContext": {"includeAgentContexts": ["x"]}}, "conditions.agentContext"),
        ({"times": {"includeTimes": ["night"]}}, "conditions.times"),
        ({"deviceStates": {"includeStates": ["All"]}}, "conditions.deviceStates"),
        ({"moonPhase": "full"}, "conditions.moonPhase"),
        ({"clientAppTypes": ["browser", "unknownFutureValue"]}, "conditions.clientAppTypes: unknownFutureValue"),
        ({"signInRiskLevels": ["extreme"]}, "conditions.signInRiskLevels: extreme"),
        ({"platforms": {"includePlatforms": ["chromeOS"]}}, "conditions.platforms.includePlatforms: chromeOS"),
        ({"devices": {"deviceFilter": {"mode": "maybe", "rule": "x"}}}, "conditions.devices.deviceFilter: mode maybe, rule x"),
        ({"devices": {"includeDevices": ["All"]}}, "conditions.devices.includeDevices"),
        (
            {"clientApplications": {"includeAgentIdServicePrincipals": ["All"]}},
            "conditions.clientApplications.includeAgentIdServicePrincipals",
        ),
    ],
)
def test_conditions_we_do_not_model_keep_their_path(conditions: dict[str, Any], path: str) -> None:
    assert read(**conditions).unmodelled == (path,)


def test_a_list_with_an_unknown_word_constrains_nothing() -> None:
    odd = read(clientAppTypes=["browser", "hologram"], platforms={"includePlatforms": ["windows", "chromeOS"]})
    assert odd.conditions.client_app_types == frozenset()
    assert odd.conditions.platforms.include is None
    assert len(odd.unmodelled) == 2


@pytest.mark.parametrize("nothing", [None, [], {}, {"@odata.type": "#microsoft.graph.x"}, {"includeTimes": []}])
def test_null_and_empty_forms_of_an_unknown_condition_say_nothing(nothing: object) -> None:
    assert read(times=nothing).unmodelled == ()


@pytest.mark.parametrize("nothing", [None, []])
def test_null_and_empty_lists_of_known_conditions_are_the_same(nothing: object) -> None:
    names = ("clientAppTypes", "platforms", "locations", "devices", "signInRiskLevels", "userRiskLevels", "authenticationFlows")
    assert read(**dict.fromkeys(names, nothing)).conditions == Conditions()


def test_flags_come_as_one_text_with_commas() -> None:
    conditions = read(
        insiderRiskLevels="moderate, Elevated", authenticationFlows={"transferMethods": "deviceCodeFlow,authenticationTransfer"}
    ).conditions
    assert conditions.insider_risk == {"moderate", "elevated"}
    assert conditions.transfer_methods == {"deviceCodeFlow", "authenticationTransfer"}
    assert read(authenticationFlows={"transferMethods": "none"}).conditions.transfer_methods == frozenset()


def test_every_condition_is_read() -> None:
    conditions = read(
        clientAppTypes=["Browser", "exchangeActiveSync"],
        platforms={"includePlatforms": ["android", "IOS"], "excludePlatforms": ["macOS"]},
        locations={"includeLocations": ["all"], "excludeLocations": ["allTrusted", guid("office")]},
        devices={"deviceFilter": {"mode": "Exclude", "rule": "device.isCompliant -eq True"}},
        signInRiskLevels=["high", "medium"],
        userRiskLevels=["high"],
        servicePrincipalRiskLevels=["low"],
    ).conditions
    assert conditions.client_app_types == {"browser", "exchangeActiveSync"}
    assert conditions.platforms == Sides(include=frozenset({"android", "iOS"}), exclude=frozenset({"macOS"}))
    assert conditions.locations == Sides(include=frozenset({"All"}), exclude=frozenset({"AllTrusted", guid("office")}))
    assert conditions.device_filter == Filter(mode="exclude", rule="device.isCompliant -eq True")
    assert conditions.sign_in_risk == {"high", "medium"}
    assert conditions.user_risk == {"high"}
    assert conditions.service_principal_risk == {"low"}


def test_all_clients_and_all_platforms_are_no_constraint() -> None:
    conditions = read(clientAppTypes=["All", "browser"], platforms={"includePlatforms": ["all"], "excludePlatforms": ["iOS"]}).conditions
    assert conditions.client_app_types == frozenset()
    assert conditions.platforms == Sides(include=None, exclude=frozenset({"iOS"}))


def grant(**controls: Any) -> ConditionalAccessPolicy:
    return read(grantControls=controls)


def test_every_grant_control_is_read() -> None:
    strength = {"id": PHISHING_RESISTANT_STRENGTH, "allowedCombinations": ["fido2"]}
    controls = {"builtInControls": ["CompliantDevice"], "termsOfUse": ["T"], "customAuthenticationFactors": ["F"]}
    found = grant(operator="and", authenticationStrength=strength, **controls)
    device = frozenset({"compliantDevice"})
    assert found.grant == Grant(
        operator="AND", controls=device, strength=PHISHING_RESISTANT_STRENGTH, terms_of_use=("T",), custom_factors=("F",)
    )
    assert found.unmodelled_grant == ()


@pytest.mark.parametrize(
    ("controls", "path"),
    [
        ({"operator": "OR", "builtInControls": ["mfa", "retinaScan"]}, "grantControls.builtInControls: retinaScan"),
        ({"operator": "XOR", "builtInControls": ["mfa"]}, "grantControls.operator: XOR"),
        ({"builtInControls": ["mfa", "compliantDevice"]}, "grantControls.operator: missing"),
        ({"operator": "OR", "builtInControls": ["mfa"], "verifiedId": {"on": True}}, "grantControls.verifiedId"),
        ({"operator": "OR", "authenticationStrength": {"policyType": "custom"}}, "grantControls.authenticationStrength"),
    ],
)
def test_what_a_grant_demands_beyond_our_knowledge_is_named(controls: dict[str, Any], path: str) -> None:
    assert grant(**controls).unmodelled_grant == (path,)


def test_one_control_needs_no_operator() -> None:
    assert grant(builtInControls=["block"], operator=None).unmodelled_grant == ()


def test_a_strength_may_be_given_by_name_and_defined_in_place() -> None:
    assert grant(operator="OR", authenticationStrength={"displayName": "Phishing-resistant MFA"}).grant.strength == "Phishing-resistant MFA"
    inline = {"id": MFA_STRENGTH, "allowedCombinations": ["sms,password"], "requirementsSatisfied": "mfa"}
    strength = inline_strength(policy(grantControls={"operator": "OR", "authenticationStrength": inline}))
    assert strength is not None
    assert strength.allowed_combinations == {"password,sms"}
    assert strength.satisfies_mfa
    assert inline_strength(policy(grantControls={"authenticationStrength": {"id": MFA_STRENGTH}})) is None


@pytest.mark.parametrize("tail", ["/{}", "/{}/", "('{}')", '("{}")'])
def test_a_strength_may_be_bound_by_its_link(tail: str) -> None:
    link = "https://graph.microsoft.com/v1.0/policies/authenticationStrengthPolicies" + tail.format(MFA_STRENGTH.upper())
    found = grant(operator="OR", **{"authenticationStrength@odata.bind": link})
    assert (found.grant.strength, found.unmodelled_grant) == (MFA_STRENGTH, ())


@pytest.mark.parametrize(("state", "named"), [("enabled", ("grantControls without a control",)), ("disabled", ())])
@pytest.mark.parametrize("empty", [{}, {"operator": "OR", "builtInControls": []}, {"operator": "OR", "builtInControls": None}])
def test_grant_controls_that_demand_nothing_are_named(empty: dict[str, Any], state: str, named: tuple[str, ...]) -> None:
    assert policy_from_wire(policy(grantControls=empty, state=state)).unmodelled_grant == named
    beside = policy(grantControls=empty, sessionControls={"signInFrequency": {"isEnabled": True}}, state=state)
    assert policy_from_wire(beside).unmodelled_grant == ()


def without(*keys: str, **changes: Any) -> dict[str, Any]:
    """Return a policy without some keys of its own and of its conditions."""
    body = policy("P", **changes)
    body["conditions"] = {key: value for key, value in body["conditions"].items() if key not in keys}
    return {key: value for key, value in body.items() if key not in keys}


@pytest.mark.parametrize("more", [{}, {"clientApplications": None}, {"clientApplications": {}}])
def test_a_policy_whose_users_were_left_out_is_perhaps_for_everybody(more: dict[str, Any]) -> None:
    odd = policy_from_wire(without("users", **more))
    assert odd.unmodelled == ("conditions.users: not in the export",)
    assert (odd.users[0].everyone, odd.workloads[0].everyone) == (True, True)


def test_a_policy_whose_applications_were_left_out_is_perhaps_for_everything() -> None:
    odd = policy_from_wire(without("applications"))
    assert odd.unmodelled == ("conditions.applications: not in the export",)
    assert (odd.target.all_apps, odd.target.user_actions) == (True, frozenset(UserAction))


@pytest.mark.parametrize("conditions", [{}, [], None])
def test_a_policy_without_any_condition_was_half_read(conditions: object) -> None:
    odd = policy_from_wire(policy("P") | {"conditions": conditions})
    assert odd.unmodelled == ("conditions.users: not in the export", "conditions.applications: not in the export")


@pytest.mark.parametrize("left_out", [("grantControls",), ("grantControls", "sessionControls")])
def test_a_policy_whose_controls_were_left_out_demands_nobody_knows_what(left_out: tuple[str, ...]) -> None:
    assert policy_from_wire(without(*left_out)).unmodelled_grant == ("grantControls: not in the export",)


def test_what_is_null_says_that_nothing_is_configured() -> None:
    empty = read(users=None, applications=None, grantControls=None)
    assert (empty.unmodelled, empty.unmodelled_grant) == ((), ())
    assert not any((*empty.users, *empty.workloads, empty.target, empty.grant))


def test_a_policy_for_workload_identities_needs_no_users_and_one_of_session_controls_no_grant() -> None:
    workloads = {"clientApplications": {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}}
    often = {"sessionControls": {"signInFrequency": {"isEnabled": True, "type": "hours", "value": 4}}}
    assert policy_from_wire(without("users", **workloads)).unmodelled == ()
    assert policy_from_wire(without("grantControls", **often)).unmodelled_grant == ()


def test_session_controls_that_are_set_are_kept_with_their_value() -> None:
    controls = {
        "signInFrequency": {"@odata.type": "#x", "isEnabled": True, "type": "hours", "value": 4},
        "persistentBrowser": {"isEnabled": False, "mode": "never"},
        "cloudAppSecurity": None,
        "disableResilienceDefaults": False,
        "continuousAccessEvaluation": {"mode": "strictLocation"},
    }
    found = dict(read(sessionControls=controls, grantControls=None).session_controls)
    frequency = {"isEnabled": True, "type": "hours", "value": 4}
    assert found == {"signInFrequency": frequency, "continuousAccessEvaluation": {"mode": "strictLocation"}}


def test_keys_are_read_in_any_case_and_annotations_are_noise() -> None:
    body = policy("P")
    body["GrantControls"] = body.pop("grantControls")
    body["conditions"]["Users"] = body["conditions"].pop("users")
    body |= {"state@odata.type": "#x", "#microsoft.graph.restore": {"target": "y"}, "@odata.context": "z"}
    assert policy_from_wire(body) == policy_from_wire(policy("P"))


def test_a_policy_without_an_id_gets_one_from_its_name_and_keeps_it() -> None:
    body = policy("P", id=None)
    first, second = policy_from_wire(body), policy_from_wire(body)
    assert first.id == second.id != policy_from_wire(policy("Q", id=None)).id
    nameless = policy_from_wire(body | {"displayName": None}, fallback_name="CA001")
    assert nameless.display_name == "CA001"


def test_unknown_properties_of_the_policy_itself_are_named() -> None:
    assert policy_from_wire(policy() | {"partialEnablementStrategy": {"share": 5}}).unmodelled == ("partialEnablementStrategy",)
    assert policy_from_wire(policy() | {"partialEnablementStrategy": None, "templateId": "x"}).unmodelled == ()


@pytest.mark.parametrize("body", [[], "x", {"displayName": "P"}, {"conditions": {}}, None])
def test_what_is_no_policy_is_refused(body: object) -> None:
    assert not is_policy(body)
    with pytest.raises(BadInput, match=r"a\.json: is not a Conditional Access policy"):
        policy_from_wire(body, where="a.json")


@pytest.mark.parametrize("conditions", [{"users": "All"}, {"users": {"includeUsers": 7}}, {"applications": [1]}, {"clientAppTypes": [1]}])
def test_a_policy_of_the_wrong_shape_is_refused_with_the_path(conditions: dict[str, Any]) -> None:
    with pytest.raises(BadInput, match=r"conditions\.\w+"):
        read(**conditions)
