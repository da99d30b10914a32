"""What can be asked for: applications, bundles, the scopes that matter, user actions and authentication contexts."""

from __future__ import annotations

from typing import Any

import pytest

from builders import Record, guid, policy, service_principal
from builders_space import MakeTenant, prover
from unbroken.entra.vocabulary import UserAction
from unbroken.entra.well_known import (
    ADMIN_PORTALS,
    AZURE_AD_GRAPH,
    AZURE_PORTAL,
    AZURE_RESOURCE_MANAGER,
    MICROSOFT_GRAPH,
    OFFICE_365,
)
from unbroken.prove.space import TARGET, Space
from unbroken.prove.targets import ACTIONS, ANY_OTHER_APP, ANY_OTHER_CONTEXT, APPS, CONTEXTS, Asked

WIKI, SHOP = guid("app wiki"), guid("app shop")
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"
REGISTER, JOIN = map(str, UserAction)
TAGGED = {"mode": "include", "rule": 'CustomSecurityAttribute.Set_Tier -eq "high"'}


def to(*include: str, but: tuple[str, ...] = (), **more: Any) -> Record:
    """Return a policy on these applications."""
    return policy(f"to {include} {more}", applications={"includeApplications": [*include], "excludeApplications": [*but]} | more)


@pytest.fixture
def space(tenant: MakeTenant) -> Any:
    """Return what makes the space of policies on targets, in a tenant with the applications wiki and shop."""

    def made(*policies: Record, worlds: bool = True, **more: Any) -> Space:
        owned = [service_principal("wiki"), service_principal("shop")]
        found = prover(tenant(*policies, **({"servicePrincipals": owned} | more)))
        return found.worlds if worlds else found.certainties

    return made


def met(space: Space, policy: int, name: str, kind: str = APPS, *, sure: bool = True) -> set[bool]:
    """Return whether the policy is on what is asked for: both answers where it stands there once for each way it can be."""
    aspect = space.aspects[TARGET]
    classes = [at for at, members in enumerate(aspect.members) if any((asked.kind, asked.name) == (kind, name) for asked in members)]
    return {bool(aspect.where(policy, sure=sure) >> at & 1) for at in classes}


@pytest.mark.parametrize(
    ("word", "inside", "outside"),
    [
        (WIKI, [WIKI], [SHOP, ANY_OTHER_APP, EXCHANGE, MICROSOFT_GRAPH]),
        (OFFICE_365, [EXCHANGE], [WIKI, SHOP]),
        (ADMIN_PORTALS, [AZURE_PORTAL], [WIKI, SHOP]),
        (AZURE_RESOURCE_MANAGER, [AZURE_RESOURCE_MANAGER, AZURE_PORTAL], [WIKI, ANY_OTHER_APP]),
        ("All", [WIKI, SHOP, ANY_OTHER_APP, AZURE_AD_GRAPH, MICROSOFT_GRAPH, AZURE_PORTAL], []),
    ],
)
def test_a_policy_is_on_what_its_words_stand_for(word: str, inside: list[str], outside: list[str], space: Any) -> None:
    found = space(to(word), to("All", but=(word,)), to(EXCHANGE))

    assert [met(found, 0, app) for app in inside] == [{True}] * len(inside)
    assert [met(found, 0, app) for app in outside] == [{False}] * len(outside)
    assert all(met(found, 1, app) == {False} for app in inside)


def test_a_bundle_puts_its_applications_among_those_asked_for_though_no_export_has_them(space: Any) -> None:
    assert met(space(to("All", but=(OFFICE_365,))), 0, EXCHANGE) == {False}
    assert met(space(to("All", but=(ADMIN_PORTALS,))), 0, "497effe9-df71-4043-a8bb-14cf78c4b63b") == {False}


def test_an_app_nobody_names_is_asked_for_too(space: Any) -> None:
    found = space(to(WIKI))

    assert met(found, 0, ANY_OTHER_APP) == {False}


def test_of_an_app_of_microsofts_that_no_list_has_both_answers_stand(space: Any) -> None:
    """Microsoft publishes the suite by names only: whether such an app belongs to it is open, but it is one fact."""
    strange = service_principal("strange", appOwnerOrganizationId=MICROSOFT)
    policies = (to(OFFICE_365), to("All", but=(OFFICE_365,)))
    worlds, certain = (space(*policies, worlds=flag, servicePrincipals=[strange]) for flag in (True, False))
    app = guid("app strange")
    aspect = worlds.aspects[TARGET]

    assert met(worlds, 0, app) == met(worlds, 0, app, sure=False) == {True, False}
    assert not aspect.where(0, sure=False) & aspect.where(1, sure=False) & worlds.targets(lambda asked: asked.name == app)
    assert (met(certain, 0, app), met(certain, 0, app, sure=False)) == ({False}, {True})
    assert not worlds.certain


@pytest.mark.parametrize(
    ("mode", "scopes", "enforced"),
    [
        ("enforced", "User.Read", True),
        ("legacy", "User.Read", False),
        ("legacy", "User.Read.All", False),
        ("legacy", "Directory.ReadWrite.All", True),
        ("customize", "User.Read", None),
    ],
)
def test_baseline_scopes_are_judged_as_the_tenant_enforces_them(mode: str, scopes: str, enforced: bool | None, space: Any) -> None:
    found = space(to("All", but=(WIKI,)), facts=f'baseline_scope_mode = "{mode}"', worlds=False)
    wanted = found.targets(lambda asked: asked.name == MICROSOFT_GRAPH and asked.facts.requested_scopes == {scopes})
    sure, possible = (bool(wanted & found.aspects[TARGET].where(0, sure=flag)) for flag in (True, False))

    assert wanted
    assert (sure if sure == possible else None) is enforced


def test_a_policy_on_the_directory_resource_means_requests_for_baseline_scopes(space: Any) -> None:
    found = space(to(AZURE_AD_GRAPH))
    graph = {
        asked.of_baseline_scopes: at
        for at, members in enumerate(found.aspects[TARGET].members)
        for asked in members
        if asked.name == MICROSOFT_GRAPH
    }

    assert {baseline: bool(found.aspects[TARGET].where(0, sure=True) >> at & 1) for baseline, at in graph.items()} == {
        True: True,
        False: False,
    }


@pytest.mark.parametrize(
    ("policy_on", "asked", "answers"),
    [
        ({"includeUserActions": [REGISTER]}, (REGISTER, ACTIONS), (True, True)),
        ({"includeUserActions": [REGISTER]}, (JOIN, ACTIONS), (False, False)),
        ({"includeUserActions": [REGISTER]}, (WIKI, APPS), (False, False)),
        ({"includeAuthenticationContextClassReferences": ["c1"]}, ("c1", CONTEXTS), (True, True)),
        ({"includeAuthenticationContextClassReferences": ["c1"]}, (ANY_OTHER_CONTEXT, CONTEXTS), (False, False)),
        ({"includeAuthenticationContextClassReferences": ["c1"]}, (ANY_OTHER_APP, APPS), (False, False)),
        ({"includeApplications": ["All"]}, (REGISTER, ACTIONS), (True, True)),
        ({"includeApplications": ["All"]}, (JOIN, ACTIONS), (False, True)),
    ],
)
def test_user_actions_and_authentication_contexts_are_targets_of_their_own(
    policy_on: dict[str, Any], asked: tuple[str, str], answers: tuple[bool, bool], space: Any
) -> None:
    """Whether policies on all resources are evaluated when a device is registered is documented nowhere: it is open."""
    found = space(policy(applications=policy_on), worlds=False)

    assert tuple(met(found, 0, *asked, sure=flag) for flag in (True, False)) == tuple({answer} for answer in answers)


def answers(space: Space, name: str, kind: str) -> set[tuple[bool, ...]]:
    """Return for each way a target can be which of the policies it meets."""
    aspect = space.aspects[TARGET]
    policies = range(len(space.engine.table.policies))
    classes = [at for at, members in enumerate(aspect.members) if any((asked.kind, asked.name) == (kind, name) for asked in members)]
    return {tuple(bool(aspect.where(policy, sure=True) >> at & 1) for policy in policies) for at in classes}


def test_whether_policies_on_all_resources_see_a_device_registered_is_one_fact(space: Any) -> None:
    assert answers(space(to("All"), to("All", but=(WIKI,)), to(WIKI)), JOIN, ACTIONS) == {(True, True, False), (False, False, False)}


def test_which_resource_asks_for_an_authentication_context_is_one_fact(space: Any) -> None:
    found = space(to("All", but=(WIKI,)), to("All", but=(SHOP,)), to("All", but=(SHOP, WIKI)), to("All"))

    assert answers(found, ANY_OTHER_CONTEXT, CONTEXTS) == {
        *((True, True, True, True), (False, True, False, True), (True, False, False, True))
    }


def test_an_application_filter_divides_apps_by_their_attributes_and_is_open_where_these_were_not_read(space: Any) -> None:
    tagged = service_principal("wiki", customSecurityAttributes={"Set": {"Tier": "high"}})
    plain = service_principal("shop", customSecurityAttributes={})
    found = space(to(applicationFilter=TAGGED), servicePrincipals=[tagged, plain, service_principal("unread")], worlds=False)

    assert [met(found, 0, app) for app in (WIKI, SHOP, guid("app unread"))] == [{True}, {False}, {False}]
    assert [met(found, 0, app, sure=False) for app in (WIKI, SHOP, guid("app unread"))] == [{True}, {False}, {True}]
    assert not found.certain


def test_apps_no_policy_tells_apart_are_one_class_but_are_kept_from_actions_and_contexts(space: Any) -> None:
    found = space(policy(state="disabled", applications={"includeApplications": ["None"]}))
    kinds = [{(asked.kind, asked.of_baseline_scopes) for asked in members} for members in found.aspects[TARGET].members]

    assert all(len(each) == 1 for each in kinds)
    assert len(kinds) == len({frozenset(each) for each in kinds})


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        (Asked(APPS, WIKI), ((WIKI,), None, None)),
        (Asked(ACTIONS, REGISTER), ((), UserAction.REGISTER_SECURITY_INFO, None)),
        (Asked(CONTEXTS, "c1"), ((), None, "c1")),
    ],
)
def test_a_target_is_asked_for_as_what_it_is(asked: Asked, said: object) -> None:
    found = asked.request

    assert (found.apps, found.user_action, found.authentication_context) == said
