"""The tenant's own rules: each word looked up, and a rule with a word that stands for nothing known left open."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, PHISHING_RESISTANT_STRENGTH, group, guest, guid, policy, role, service_principal, user
from builders_space import MakeTenant, prover, strength
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.entra.well_known import AZURE_PORTAL
from unbroken.errors import BadInput
from unbroken.evaluate.session import Shape
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from unbroken.prove.obligations import Cell
from unbroken.prove.own import Unresolved, own_question
from unbroken.prove.own_words import NO_TERMS
from unbroken.prove.properties import prove
from unbroken.prove.prover import Prover
from unbroken.prove.question import Question
from unbroken.prove.scope import Scopes
from unbroken.prove.space import CLIENT, CLIENTS, DEVICE, TARGET
from unbroken.prove.targets import ANY_OTHER_APP
from unbroken.prove.who import NO_TRUST

TODAY = date(2026, 11, 28)
EXCHANGE = "00000002-0000-0ff1-ce00-000000000000"
WIKI, SHOP = guid("app wiki"), guid("app shop")
WITHOUT_OBJECT = 3
TENANT: dict[str, Any] = {
    "users": [user("ann"), user("bob"), user("bg"), guest("gail")],
    "groups": [group("Finance", "ann"), group("Twice", "ann"), group("Twice", "bob") | {"id": guid("twice again")}],
    "directoryRoles": [role(GLOBAL_ADMINISTRATOR, "bob", displayName="Global Administrator")],
    "servicePrincipals": [service_principal("wiki"), service_principal("shop")],
}
PLAIN = Cell(None, NO_TRUST, Shape(legacy=False, device_code=False, compliant=False, hybrid=False))
TERMS = policy("terms", grantControls={"operator": "OR", "builtInControls": [], "termsOfUse": [guid("terms")]})


@pytest.fixture
def asked(tenant: MakeTenant) -> Any:
    """Return what reads a rule as `unbroken.toml` has it, and gives the prover and the question."""

    def made(lines: str, *policies: Any, **more: Any) -> tuple[Prover, Question | Unresolved]:
        rule = lines if lines.startswith("users") else f'users = "everyone"\n{lines}'
        facts = f'break_glass = ["bg@contoso.example"]\n[[property]]\nname = "own"\n{rule}\n'
        found = prover(tenant(*(policies or (policy(),)), facts=facts, **(TENANT | more)))
        snapshot = found.engine.table.snapshot
        (own,) = snapshot.facts.properties
        return found, own_question(own, found.engine.table, Scopes(snapshot, TODAY))

    return made


@pytest.mark.parametrize(
    ("words", "meant", "externals"),
    [
        ('users = "everyone"', {"ann", "bob", "bg", "gail"}, WITHOUT_OBJECT),
        ('users = "guests"', {"gail"}, WITHOUT_OBJECT),
        ('users = "break_glass"', {"bg"}, 0),
        ('users = "Ann@Contoso.example"', {"ann"}, 0),
        (f'users = "{guid("ann").upper()}"', {"ann"}, 0),
        ('users = "group:finance"', {"ann"}, 0),
        (f'users = "group:{guid("Finance")}"', {"ann"}, 0),
        ('users = "role:global administrator"', {"bob"}, 0),
        (f'users = "role:{GLOBAL_ADMINISTRATOR}"', {"bob"}, 0),
        ('users = ["group:Finance", "guests"]', {"ann", "gail"}, WITHOUT_OBJECT),
        ('users = "everyone"\nexcept = ["break_glass", "role:Global Administrator"]', {"ann", "gail"}, WITHOUT_OBJECT),
        ('users = "everyone"\nexcept = "guests"', {"ann", "bob", "bg"}, 0),
        ('users = ["group:Finance", "bob@contoso.example"]\nexcept = "ann@contoso.example"', {"bob"}, 0),
    ],
)
def test_each_word_for_people_means_whom_it_says(words: str, meant: set[str], externals: int, asked: Any) -> None:
    found, question = asked(words)
    who = question.who(found.worlds)

    assert {*found.worlds.who.users(who)} == {*map(guid, meant)}
    assert len(found.worlds.who.externals(who)) == externals


@pytest.mark.parametrize(
    ("words", "inside", "outside"),
    [
        ("", [WIKI, SHOP, EXCHANGE, ANY_OTHER_APP], []),
        ('apps = "wiki"', [WIKI], [SHOP, ANY_OTHER_APP, EXCHANGE]),
        (f'apps = "{WIKI.upper()}"', [WIKI], [SHOP]),
        ('apps = "Office365"', [EXCHANGE], [WIKI]),
        ('apps = "MicrosoftAdminPortals"', [AZURE_PORTAL], [WIKI]),
        ('apps = ["wiki", "Office365"]', [WIKI, EXCHANGE], [SHOP]),
        ('except_apps = "wiki"', [SHOP, EXCHANGE, ANY_OTHER_APP], [WIKI]),
        ('apps = ["wiki", "shop"]\nexcept_apps = "shop"', [WIKI], [SHOP, EXCHANGE]),
    ],
)
def test_each_word_for_applications_means_what_it_says(words: str, inside: list[str], outside: list[str], asked: Any) -> None:
    policies = policy(), policy("exchange", applications={"includeApplications": [EXCHANGE, "MicrosoftAdminPortals", "Office365"]})
    found, question = asked(words, *policies)
    chosen = {target.name: question.chosen(target) for members in found.worlds.aspects[TARGET].members for target in members}

    assert [chosen[app] for app in inside] == [True] * len(inside)
    assert [chosen[app] for app in outside] == [False] * len(outside)


def test_a_rule_about_apps_leaves_user_actions_out_and_one_that_nothing_be_demanded_takes_them_in(asked: Any) -> None:
    for words, taken in (("", False), ('apps = "wiki"', False), ('needs = "nothing"', True), ('needs = "nothing"\napps = "wiki"', False)):
        found, question = asked(words)
        actions = [target for members in found.worlds.aspects[TARGET].members for target in members if target.kind != "applications"]

        assert [question.chosen(target) for target in actions] == [taken] * len(actions)


@pytest.mark.parametrize(
    ("words", "clients"),
    [
        ("", {*CLIENTS}),
        ('clients = "legacy"', LEGACY_CLIENTS),
        ('clients = "modern"', {*CLIENTS} - LEGACY_CLIENTS),
        ('clients = ["browser", "other"]', {"browser", "other"}),
    ],
)
def test_each_word_for_clients_means_what_it_says(words: str, clients: set[str], asked: Any) -> None:
    found, question = asked(words)
    part = question.clients(found.worlds)
    mine = part.get(CLIENT, found.worlds.aspects[CLIENT].full)

    assert {client for at, client in enumerate(CLIENTS) if mine >> at & 1} == clients
    assert (part.get(DEVICE) == 1) == (clients == LEGACY_CLIENTS), "legacy clients alone are of one device state"


@pytest.mark.parametrize(
    ("words", "enough"),
    [
        ('needs = "block"', frozenset()),
        ('needs = "approvedApplication"', {"approvedApplication"}),
        ('needs = ["approvedApplication", "compliantApplication"]', {"approvedApplication", "compliantApplication"}),
        ('needs = "compliantDevice"', frozenset()),
        ('needs = "authenticationStrength:keys"', {"fido2"}),
        (f'needs = "authenticationStrength:{guid("keys").upper()}"', {"fido2"}),
        ('needs = "termsOfUse"', {f"terms {guid('terms')}"}),
    ],
)
def test_each_need_is_met_by_what_it_names(words: str, enough: set[str], asked: Any) -> None:
    found, question = asked(words, policy(), TERMS, authenticationStrengthPolicies=[strength("keys", "fido2")])

    assert question.needed(found.obligations)(PLAIN) == enough


def test_terms_of_use_that_no_policy_demands_are_met_by_nothing_there_is(asked: Any) -> None:
    found, question = asked('needs = "termsOfUse"')

    assert question.needed(found.obligations)(PLAIN) == {f"terms {NO_TERMS}"}


def test_mfa_as_a_need_is_the_built_in_one_and_nothing_is_no_demand_at_all(asked: Any) -> None:
    found, question = asked('needs = "mfa"')
    assert {"fido2", "password,sms"} <= question.needed(found.obligations)(PLAIN)

    assert asked('needs = "nothing"')[1].needs == ()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (
            'users = "gone@contoso.example"',
            "there is no user 'gone@contoso.example' in the export (did you mean 'bg@contoso.example'?); people are",
        ),
        ('users = "group:Finanze"', "there is no group 'Finanze' in the export (did you mean 'Finance'?)"),
        ('users = "group:Twice"', "several are called 'Twice': name the group by its id"),
        ('users = "role:Gone"', "there is no role 'Gone' in the export"),
        ('except = "group:Gone"', "there is no group 'Gone' in the export"),
        ('apps = "Gone"', "there is no application 'Gone' in the export"),
        ('except_apps = "wikki"', "there is no application 'wikki' in the export (did you mean 'wiki'?)"),
        ('needs = "authenticationStrength:Gone"', "there is no authentication strength 'Gone' in the export"),
    ],
)
def test_a_word_that_stands_for_nothing_in_a_complete_export_is_a_mistake_of_the_rule(words: str, said: str, asked: Any) -> None:
    with pytest.raises(BadInput) as raised:
        asked(words)

    assert str(raised.value).startswith(f"unbroken.toml, [[property]] 'own': {said}")
    assert str(raised.value).endswith(": correct the rule")


def test_a_strength_is_known_with_and_without_its_hyphen(asked: Any) -> None:
    spelled = [asked(f'needs = "authenticationStrength:Phishing{joint}resistant MFA"')[1].needs for joint in ("-", " ")]

    assert spelled[0] == spelled[1]


def test_the_reason_of_an_unread_collection_is_said_with_the_word(asked: Any) -> None:
    _, found = asked('users = "group:Gone"', groups=None)

    assert found.missing == ("which group 'Gone' stands for (not exported)",)


def test_a_built_in_strength_is_known_though_no_strengths_were_exported(asked: Any) -> None:
    _, found = asked('needs = "authenticationStrength:00000000-0000-0000-0000-000000000002"', authenticationStrengthPolicies=None)
    _, open_ = asked(f'needs = "authenticationStrength:{PHISHING_RESISTANT_STRENGTH}"', authenticationStrengthPolicies=None)

    assert isinstance(found, Question)
    assert isinstance(open_, Unresolved)


def test_a_group_that_was_not_read_leaves_open_who_is_meant_and_says_so(asked: Any) -> None:
    found, question = asked('users = "group:Finance"', groups=[group("Finance") | {"members": None}])

    assert question.only.maybe == {*map(guid, ("ann", "bob", "bg", "gail"))}
    assert question.missing == (f"members of the group Finance ({guid('Finance')}; groups has no members for it)",)
    assert found.worlds.who.users(question.who(found.worlds))


def test_a_rule_is_told_in_its_own_words(asked: Any) -> None:
    who = 'users = ["group:Finance", "guests"]\nexcept = "break_glass"'
    what = 'apps = "wiki"\nclients = "legacy"\nneeds = ["mfa", "block"]\nwhy = "audit 12"'
    _, whole = asked(f"{who}\n{what}")

    assert whole.text == (
        "Every sign-in of group:Finance, guests except break_glass to wiki from legacy clients needs mfa or block (audit 12)"
    )
    assert asked("")[1].text == "Every sign-in of everyone to any app needs mfa"


def test_a_rule_on_a_bundle_holds_where_a_policy_is_on_the_same_bundle(tenant: MakeTenant) -> None:
    """Which applications belong to Office 365 is not published: that does not matter where the rule and the policy mean the same ones."""
    office = policy(applications={"includeApplications": ["Office365"]})
    rule = '[[property]]\nname = "own"\nusers = "everyone"\napps = "Office365"\n'
    verdicts = {}
    for name, policies in {"the same": (office,), "another": (policy(applications={"includeApplications": [WIKI]}),), "none": ()}.items():
        found = prove(Engine(PolicyTable(tenant(*policies, facts=rule, **TENANT))), TODAY)
        verdicts[name] = {each.name: each.holds for each in found.properties}["own"]

    assert verdicts == {"the same": True, "another": False, "none": False}
