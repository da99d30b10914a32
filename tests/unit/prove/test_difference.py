"""What a change of policies makes stricter and laxer, through the JSON that is read, for all sign-ins."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from builders import (
    GLOBAL_ADMINISTRATOR,
    MFA_STRENGTH,
    PHISHING_RESISTANT_STRENGTH,
    Record,
    group,
    guest,
    guid,
    ip_location,
    policy,
    registration,
    role,
    user,
    write_json,
)
from builders_space import MakeTenant, strength
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.decision import Outcome
from unbroken.prove.changed_sign_in import EXTERNAL
from unbroken.prove.difference import LAXER, SESSION_CONTROLS, STRICTER, alike, difference
from unbroken.prove.proof import Proof, Result
from unbroken.prove.witness import DEFECT
from unbroken.sources.tenant import read_proposal

REPORT_ONLY = "enabledForReportingButNotEnforced"
TENANT: dict[str, Any] = {
    "users": [user("ann"), user("bob"), guest("gail")],
    "groups": [group("Sales", "bob"), group("Nobody")],
    "directoryRoles": [role(GLOBAL_ADMINISTRATOR, "ann")],
    "namedLocations": [ip_location("hq", "198.51.100.0/24"), ip_location("both", "198.51.100.0/24", "203.0.113.0/24")],
}
KEYS = {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": PHISHING_RESISTANT_STRENGTH}}
FIVE = ["android", "iOS", "windows", "macOS", "linux"]
DIRECT = {
    "includeGuestsOrExternalUsers": {"guestOrExternalUserTypes": "b2bDirectConnectUser", "externalTenants": {"membershipKind": "all"}}
}


def mfa(controls: tuple[str, ...] = ("mfa",), operator: str = "OR", name: str = "CA1", **conditions: Any) -> Record:
    return policy(name, controls=controls, operator=operator, **conditions)


def people(*but: str, **more: Any) -> Record:
    return {"includeUsers": ["All"], "excludeGroups": [*map(guid, but)]} | more


def outside(name: str) -> Record:
    return {"includeLocations": ["All"], "excludeLocations": [guid(name)]}


@pytest.fixture
def compared(tenant: MakeTenant, tmp_path: Path) -> Any:
    """Return what compares a tenant's policies with proposed ones that stand in a file; texts are written as they are."""

    def made(before: list[Record], after: list[Record] | str, **more: Any) -> Proof:
        file = tmp_path / "proposed.json"
        file.write_text(after, encoding="utf-8") if isinstance(after, str) else write_json(file, after)
        snapshot = tenant(*before, **(TENANT | more))
        return _difference(snapshot, file)

    return made


def _difference(snapshot: Snapshot, file: Path) -> Proof:
    proposed, known = read_proposal([file], snapshot)
    return difference(known, snapshot.policies.records, proposed)


def told(found: Proof) -> dict[str, Result]:
    """Return the two properties by name, after a look that no region was found to contradict a decision."""
    by_name = {each.name: each for each in found.properties}
    assert not any(DEFECT in each.missing for each in by_name.values())
    return by_name


def grew(found: Proof) -> str:
    """Return `stricter`, `laxer`, both or neither, where everything is decided."""
    answers = {name: result.holds for name, result in told(found).items()}
    assert None not in answers.values()
    return " and ".join(name for name in (STRICTER, LAXER) if answers[name] is False) or "no difference"


BOTH = ("mfa", "compliantDevice")
OFF = mfa(name="CA0", state="disabled")
STRONGER = policy("CA1", grantControls=KEYS)
OF_TERMS = [
    policy("CA1", grantControls={"operator": "AND", "builtInControls": ["mfa"], "termsOfUse": terms})
    for terms in ([], [guid("t1")], [guid("t2")])
]
STRICT_CHANGES = [
    ("report-only to enabled", [mfa(state=REPORT_ONLY)], [mfa()]),
    ("disabled to enabled", [mfa(state="disabled")], [mfa()]),
    ("a new policy", [OFF], [OFF, mfa()]),
    ("OR to AND", [mfa(BOTH, "OR")], [mfa(BOTH, "AND")]),
    ("a control added under AND", [mfa()], [mfa(("mfa", "approvedApplication"), "AND")]),
    ("a control removed under OR", [mfa(("mfa", "approvedApplication"), "OR")], [mfa()]),
    ("MFA to block", [mfa()], [mfa(("block",))]),
    ("MFA to phishing-resistant MFA", [mfa()], [STRONGER]),
    ("terms of use added under AND", [OF_TERMS[0]], [OF_TERMS[1]]),
    ("an excluded group removed", [mfa(users=people("Sales"))], [mfa()]),
    ("from a role to everybody", [mfa(users={"includeRoles": [GLOBAL_ADMINISTRATOR]})], [mfa()]),
    ("a platform added", [mfa(platforms={"includePlatforms": ["iOS"]})], [mfa(platforms={"includePlatforms": ["iOS", "windows"]})]),
    ("an excluded location narrowed", [mfa(locations=outside("both"))], [mfa(locations=outside("hq"))]),
    (
        "an included location widened",
        [mfa(locations={"includeLocations": [guid("hq")]})],
        [mfa(locations={"includeLocations": [guid("both")]})],
    ),
    ("a risk level added", [mfa(signInRiskLevels=["high"])], [mfa(signInRiskLevels=["high", "medium"])]),
    ("a legacy client added", [mfa(clientAppTypes=["browser"])], [mfa(clientAppTypes=["browser", "other"])]),
    (
        "an excluded application removed",
        [mfa(applications={"includeApplications": ["All"], "excludeApplications": [guid("app")]})],
        [mfa()],
    ),
    ("a device filter dropped", [mfa(devices={"deviceFilter": {"mode": "include", "rule": 'device.model -eq "A"'}})], [mfa()]),
    ("a flow added", [mfa(("block",), authenticationFlows={"transferMethods": "deviceCodeFlow"})], [mfa(("block",))]),
]
IDS = [name for name, _, _ in STRICT_CHANGES]


@pytest.mark.parametrize(("before", "after"), [pair for _, *pair in STRICT_CHANGES], ids=IDS)
def test_a_change_makes_sign_ins_stricter_and_its_undoing_laxer(before: list[Record], after: list[Record], compared: Any) -> None:
    assert grew(compared(before, after)) == STRICTER
    assert grew(compared(after, before)) == LAXER


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([mfa(platforms={"includePlatforms": ["iOS"]})], [mfa(platforms={"includePlatforms": ["windows"]})]),
        ([OF_TERMS[1]], [OF_TERMS[2]]),
        ([mfa(users=people("Sales"))], [mfa(users={"includeUsers": ["All"], "excludeUsers": [guid("ann")]})]),
        ([STRONGER], [mfa(BOTH, "AND")]),
    ],
)
def test_a_change_can_do_both(before: list[Record], after: list[Record], compared: Any) -> None:
    assert grew(compared(before, after)) == f"{STRICTER} and {LAXER}"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ([mfa(state=REPORT_ONLY)], [mfa(state="disabled")]),
        ([mfa()], [mfa(users=people("Nobody"))]),
        ([mfa()], [mfa(), mfa(name="CA2", users={"includeGroups": [guid("Sales")]})]),
        (
            [mfa()],
            [
                mfa(platforms={"includePlatforms": ["windows"]}),
                mfa(name="CA2", platforms={"includePlatforms": ["all"], "excludePlatforms": ["windows"]}),
            ],
        ),
        ([mfa(BOTH, "AND")], [mfa(), mfa(("compliantDevice",), name="CA2")]),
        ([mfa()], [mfa(), mfa(("block",), name="CA2", clientAppTypes=["exchangeActiveSync", "other"])]),
        ([mfa()], [mfa(), mfa(("block",), name="CA2", users=DIRECT)]),
        ([mfa(("block",))], [mfa(("block", "mfa"), "AND")]),
        ([mfa(operator="OR")], [mfa(operator="AND")]),
        ([mfa(("block",))], [mfa(("block",)), STRONGER | {"id": guid("CA2")}]),
        ([STRONGER], [STRONGER, mfa(name="CA2")]),
        ([mfa(users=people("Sales"))], [mfa(users={"includeUsers": ["All"], "excludeUsers": [guid("bob")]})]),
        ([mfa(clientAppTypes=["all"])], [mfa(clientAppTypes=["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "other"])]),
    ],
    ids=[
        *("report-only to disabled", "an empty group excluded", "what is covered already", "one policy split by platform"),
        *("AND split in two", "legacy clients cannot do MFA anyway", "direct connect users without trust cannot do MFA here"),
        *(
            "a block with more",
            "the operator of one control",
            "under a block",
            "under a stronger one",
            "a group for its member",
            "all clients",
        ),
    ],
)
def test_what_comes_to_the_same_is_no_difference(before: list[Record], after: list[Record], compared: Any) -> None:
    assert grew(compared(before, after)) == "no difference"


def test_whoever_and_whatever_a_difference_concerns_is_said(compared: Any) -> None:
    result = told(compared([mfa()], [mfa(users=people("Sales"))]))[LAXER]
    (region,), (example,) = result.regions, result.counterexamples

    assert result.users == region.users == (guid("bob"),)
    assert region.who.every == ("group Sales",)
    assert (region.policies, region.externals) == (("CA1",), ())
    assert [each.values for each in region.conditions] == [("registering or joining a device",)], "that is documented nowhere"
    assert example.request.identity.user_id == guid("bob")
    assert example.before is not None
    assert (example.before.outcome is not Outcome.ALLOW, example.decision.outcome) == (True, Outcome.ALLOW)


def test_a_policy_that_adds_nothing_is_not_named_with_the_difference(compared: Any) -> None:
    before, after = ([mfa(state=state), mfa(("approvedApplication",), name="CA2")] for state in (REPORT_ONLY, "enabled"))
    result = told(compared(before, after))[STRICTER]

    assert {region.policies for region in result.regions} == {("CA1",)}


def test_an_example_has_done_what_was_enough_before_and_is_not_now(compared: Any) -> None:
    example = told(compared([mfa()], [STRONGER]))[STRICTER].counterexamples[0]
    before = example.before

    assert example.request.facts.authentication_method not in {None, "fido2", "windowsHelloForBusiness", "x509CertificateMultiFactor"}
    assert before is not None
    assert (before.outcome, example.decision.outcome is Outcome.ALLOW) == (Outcome.ALLOW, False)


def test_an_example_of_terms_added_has_not_accepted_them(compared: Any) -> None:
    example = told(compared([OF_TERMS[0]], [OF_TERMS[1]]))[STRICTER].counterexamples[0]

    assert example.request.facts.terms_accepted == frozenset()
    assert example.request.facts.mfa_satisfied
    assert "termsOfUse" in example.decision.requires


PLAIN = mfa(users=people("Sales"))


def text(record: Record, **changes: Any) -> str:
    return json.dumps(record | changes)


def with_conditions(**changes: Any) -> str:
    return text(PLAIN, conditions=PLAIN["conditions"] | changes)


def without_empty(value: Any) -> Any:
    """Return JSON without its nulls and empty lists."""
    if isinstance(value, dict):
        return {key: without_empty(inner) for key, inner in value.items() if inner is not None and inner != []}
    return value


SAME = {
    "renamed": text(PLAIN, displayName="another name"),
    "another id": text(PLAIN, id=guid("another")),
    "dates": text(PLAIN, createdDateTime="2020-01-01T00:00:00Z", modifiedDateTime="2026-11-01T00:00:00Z"),
    "from a template": text(PLAIN, templateId=guid("template")),
    "keys in another order": json.dumps(PLAIN, sort_keys=True),
    "keys of no value": json.dumps(without_empty(PLAIN)),
    "null for empty": with_conditions(platforms=None, locations=None, signInRiskLevels=None, devices=None, authenticationFlows=None),
    "empty for absent": with_conditions(
        platforms={"includePlatforms": [], "excludePlatforms": None}, signInRiskLevels=[], userRiskLevels=[]
    ),
    "annotations": text(PLAIN, **{"@odata.context": "https://graph.example/$metadata", "conditions@odata.type": "x"}),
    "an unknown key of no value": text(PLAIN, futureSetting=None, futureList=[]),
    "an unknown condition of no value": with_conditions(futureCondition=None),
    "every platform": with_conditions(platforms={"includePlatforms": ["all"], "excludePlatforms": []}),
    "every location": with_conditions(locations={"includeLocations": ["All"], "excludeLocations": []}),
    "words in another case": with_conditions(
        users={"includeUsers": ["all"], "excludeGroups": [guid("Sales").upper()]}, clientAppTypes=["All"]
    ),
    "a list in another order": with_conditions(
        users=PLAIN["conditions"]["users"] | {"excludeGroups": [guid("Sales"), guid("Nobody")][::-1]}
    ),
    "a group by its name": with_conditions(users={"includeUsers": ["All"], "excludeGroups": ["Sales"]}),
    "twice": json.dumps([PLAIN, PLAIN | {"id": guid("copy"), "displayName": "Copy of CA1"}]),
}


@pytest.mark.parametrize("after", SAME.values(), ids=SAME)
def test_one_policy_written_in_another_way_is_no_difference(after: str, compared: Any) -> None:
    assert grew(compared([PLAIN], after)) == "no difference"


def test_the_order_of_policies_is_no_difference(compared: Any) -> None:
    policies = [
        mfa(),
        mfa(("block",), name="CA2", platforms={"includePlatforms": ["linux"]}),
        STRONGER | {"id": guid("CA3"), "displayName": "CA3"},
    ]

    assert grew(compared(policies, policies[::-1])) == "no difference"


def test_a_setting_we_do_not_know_leaves_it_open_where_it_is_new_and_is_no_difference_where_it_was_there(compared: Any) -> None:
    strange = json.loads(with_conditions(futureCondition={"mode": "strict"}))
    new = told(compared([PLAIN], [strange]))

    assert grew(compared([strange], [strange])) == "no difference"
    assert new[LAXER].holds is None
    assert any("futureCondition" in each for each in new[LAXER].missing)


STATES = {"includeStates": ["All", "Unmanaged"], "excludeStates": ["Compliant"], "since": None}
MET = {"operator": "OR", "builtInControls": ["mfa"]}
STRANGE_CHANGES = {
    "conditions.deviceStates": (mfa(deviceStates=STATES), mfa(deviceStates=STATES | {"excludeStates": ["Joined"]})),
    "conditions.agentIdRiskLevels": (mfa(agentIdRiskLevels="high"), mfa(agentIdRiskLevels="low")),
    "conditions.users.excludeTides": (mfa(users=people() | {"excludeTides": ["a"]}), mfa(users=people() | {"excludeTides": ["b"]})),
    "conditions.platforms.includePlatforms: moon": (
        mfa(platforms={"includePlatforms": ["iOS", "moon"]}),
        mfa(platforms={"includePlatforms": ["windows", "moon"]}),
    ),
    "grantControls.handshake": (mfa(grantControls=MET | {"handshake": {"x": 1}}), mfa(grantControls=MET | {"handshake": {"x": 2}})),
    "share": (mfa() | {"share": 5}, mfa() | {"share": 6}),
}


@pytest.mark.parametrize("name", STRANGE_CHANGES)
def test_another_value_of_what_we_do_not_understand_leaves_both_directions_open(name: str, compared: Any) -> None:
    before, after = STRANGE_CHANGES[name]
    found = compared([before], [after])

    assert grew(compared([before], [before])) == "no difference"
    assert found.changes == (("CA1", "replaced"),)
    assert [told(found)[each].holds for each in (STRICTER, LAXER)] == [None, None]
    assert all(any(name in fact for fact in told(found)[each].missing) for each in (STRICTER, LAXER))


@pytest.mark.parametrize(
    "again",
    [
        {"excludeStates": ["Compliant"], "includeStates": ["All", "Unmanaged"]},
        STATES | {"includeStates": ["Unmanaged", "All"], "since": [], "until": None, "x@odata.type": "#y"},
        {"IncludeStates": ["All", "Unmanaged"], "ExcludeStates": ["Compliant"]},
    ],
    ids=["keys in another order, null for absent", "words in another order, empty for null", "keys in another case"],
)
def test_what_we_do_not_understand_written_in_another_way_is_no_difference(again: Record, compared: Any) -> None:
    assert grew(compared([mfa(deviceStates=STATES)], [mfa(deviceStates=again)])) == "no difference"


def test_a_control_we_do_not_know_leaves_both_directions_open(compared: Any) -> None:
    found = told(compared([mfa()], [mfa(("handshake",))]))

    assert [found[name].holds for name in (STRICTER, LAXER)] == [None, None]
    assert all(any("handshake" in each for each in found[name].missing) for name in (STRICTER, LAXER))


def test_a_group_that_was_not_read_leaves_a_difference_open_and_is_named(compared: Any) -> None:
    result = told(compared([mfa()], [mfa(users=people("Sales"))], groups=[group("Sales") | {"members": None}]))

    assert result[STRICTER].holds is True
    assert result[LAXER].holds is None
    assert any("group Sales" in each for each in result[LAXER].missing)


def test_users_that_were_not_all_read_leave_a_change_open_but_not_what_is_the_same(compared: Any) -> None:
    torn = {"value": TENANT["users"], "@odata.nextLink": "https://graph.example/next"}

    assert told(compared([mfa()], [mfa(), mfa(name="CA2", state=REPORT_ONLY)], users=torn))[STRICTER].holds is None
    assert told(compared([mfa()], [mfa()], users=torn))[STRICTER].holds is True


def test_session_controls_are_not_compared_and_that_is_said(compared: Any) -> None:
    often = mfa(sessionControls={"signInFrequency": {"isEnabled": True, "value": 4, "type": "hours"}})

    assert grew(compared([mfa()], [often])) == "no difference"
    assert compared([mfa()], [often]).changes == (("CA1", "unchanged"),)
    assert SESSION_CONTROLS in told(compared([mfa()], [often]))[STRICTER].notes
    assert told(compared([often], [often]))[STRICTER].notes == ()


def test_what_became_of_each_policy_is_listed(compared: Any) -> None:
    before = [mfa(), mfa(name="CA2")]
    after = [mfa(), mfa(("block",), name="CA2"), mfa(name="CA3"), mfa(name="CA2") | {"id": guid("laid over by name")}]

    assert compared(before, after).changes == (("CA1", "unchanged"), ("CA2", "replaced"), ("CA3", "added"), ("CA2", "replaced"))


def test_security_defaults_that_a_first_enabled_policy_ends_make_sign_ins_laxer(compared: Any) -> None:
    """The two exclude each other: a policy for one platform alone lets legacy clients on the others in again."""
    only_linux = mfa(platforms={"includePlatforms": ["linux"]})
    result = told(compared([], [only_linux], identitySecurityDefaultsEnforcementPolicy={"isEnabled": True}))[LAXER]

    assert result.holds is False
    assert result.regions[0].policies == ("security defaults",)


def test_the_built_in_strength_in_the_place_of_mfa_hangs_on_external_methods_alone(compared: Any) -> None:
    built_in = policy("CA1", grantControls=KEYS | {"authenticationStrength": {"id": MFA_STRENGTH}})
    result = told(compared([mfa()], [built_in]))

    assert (result[STRICTER].holds, result[LAXER].holds) == (None, True)
    assert result[STRICTER].missing == (EXTERNAL,)


@pytest.mark.parametrize("registrations", [None, [registration("ann")]])
def test_whoever_is_let_in_and_then_no_longer_is_told_whatever_they_have_registered(registrations: Any, compared: Any) -> None:
    result = told(compared([mfa(state="disabled")], [mfa()], userRegistrationDetails=registrations))

    assert (result[STRICTER].holds, result[LAXER].holds) == (False, True)


def test_external_users_alone_are_a_difference_though_no_export_shows_their_methods(compared: Any) -> None:
    result = told(compared([mfa()], [mfa(users={"includeUsers": ["All"], "excludeUsers": ["GuestsOrExternalUsers"]})]))

    assert (result[STRICTER].holds, result[LAXER].holds) == (True, False)
    assert result[LAXER].users == (guid("gail"),)
    assert len(result[LAXER].regions[0].externals) == 3


@pytest.mark.parametrize("excluded", [[guid("app")], ["Office365"], ["Office365", "MicrosoftAdminPortals", guid("app")]])
def test_a_policy_that_excludes_applications_is_compared_in_authentication_contexts_too(excluded: list[str], compared: Any) -> None:
    """Which resource asks for a context is open, but it is one: what it is excluded from is the same before and after."""
    apps = {"includeApplications": ["All"], "excludeApplications": excluded}

    assert grew(compared([mfa(BOTH, "OR", applications=apps)], [mfa(BOTH, "AND", applications=apps)])) == STRICTER
    assert grew(compared([mfa(applications=apps)], [mfa(operator="AND", applications=apps)])) == "no difference"


def test_two_policies_are_alike_whose_meaning_is_the_same(tenant: MakeTenant) -> None:
    one, two, three = tenant(mfa(), mfa(name="CA2"), mfa(("block",), name="CA3")).policies.records

    assert alike(one) == alike(two) != alike(three)


def test_two_strengths_that_restrict_the_same_method_are_never_surely_different(compared: Any) -> None:
    """What they restrict it to is not read: the lists of models may be equal, or one of them wider."""
    restricted = {"combinationConfigurations": [{"appliesToCombinations": ["fido2"], "allowedAAGUIDs": [guid("model")]}]}
    strengths = [strength("one", "fido2", **restricted), strength("two", "fido2", **restricted)]
    before, after = (
        policy("CA1", grantControls={"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": guid(name)}})
        for name in ("one", "two")
    )
    result = told(compared([before], [after], authenticationStrengthPolicies=strengths))

    assert (result[STRICTER].holds, result[LAXER].holds) == (None, None)
    assert all(result[name].missing for name in (STRICTER, LAXER))
