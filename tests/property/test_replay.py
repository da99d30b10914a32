"""A log replayed column by column gives, for every row, what that row gives when it is decided by itself."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from hypothesis import event, given
from hypothesis import strategies as st
from numpy.typing import NDArray

from builders import guid
from forgetting import Fact, World, forgotten, some_facts
from unbroken.entra.cube import Dictionaries, LoggedAddress, LoggedContext, LoggedDevice, LoggedTarget, LoggedUser, MfaEvidence
from unbroken.entra.directory import Device
from unbroken.entra.policy import ConditionalAccessPolicy, Target, UserScope
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.well_known import MICROSOFT_GRAPH
from unbroken.evaluate.decide import decide
from unbroken.evaluate.grants import RANK
from unbroken.evaluate.logged import Reading
from unbroken.evaluate.replay import OUTCOMES, UNKNOWN, Replay
from unbroken.evaluate.table import PolicyTable
from unbroken.evaluate.worlds import Engine
from worlds import (
    ADDRESSES,
    APPS,
    COUNTRIES,
    FABRIKAM,
    HERE,
    MFA,
    ON,
    SHOP,
    USERS,
    WIKI,
    plain,
    policy_lists,
    requests,
    seldom,
    tenants,
    whole,
)

CORPORATE, PRIVATE = guid("corporate device"), guid("private device")
STRANGER = guid("somebody the directory does not hold")
REGISTERED = (
    Device(device_id=CORPORATE, attributes=(("displayname", "SAW-07"), ("extensionattribute1", "SAW"), ("trusttype", "AzureAD"))),
)
LOGGED_USERS = [
    *(LoggedUser(user.id, user.user_principal_name, "", "", home, "") for user in USERS for home in ("", HERE, FABRIKAM)),
    LoggedUser("", "ann@contoso.example", "", "", "", ""),
    *(
        LoggedUser(guid("someone else"), "x@fabrikam.example", "", "Guest", FABRIKAM, word)
        for word in ("b2bDirectConnect", "serviceProvider")
    ),
]
LOGGED_TARGETS = [
    *(LoggedTarget(client, "", app, "", ()) for client in ("", WIKI) for app in (*APPS, MICROSOFT_GRAPH, "")),
    LoggedTarget(SHOP, "", SHOP, "", (WIKI, MICROSOFT_GRAPH)),
]
LOGGED_CONTEXTS = st.builds(
    LoggedContext,
    client_app_used=st.sampled_from(("Browser", "Browser", "Mobile Apps and Desktop clients", "IMAP4", "Exchange ActiveSync", "")),
    operating_system=st.sampled_from(("Windows 11", "iOS 18", "ChromeOS", "")),
    is_interactive=st.none() | st.booleans(),
    authentication_protocol=seldom(["deviceCode", "ropc", "oAuth2"], "", 3),
    transfer_method=st.sampled_from(("none", "none", "authenticationTransfer", "")),
    sign_in_risk=st.sampled_from(("none", "none", "high", "hidden", "")),
    user_risk=st.sampled_from(("none", "none", "medium", "hidden", "")),
    event_type=st.just("interactiveUser"),
)
LOGGED_DEVICES = [
    LoggedDevice("", "", "", None, None, known=False),
    LoggedDevice("", "", "", None, None, known=True),
    LoggedDevice(CORPORATE, "SAW-07", "Azure AD joined", is_compliant=True, is_managed=True, known=True),
    LoggedDevice(CORPORATE, "", "", None, None, known=True),
    LoggedDevice(PRIVATE, "Phone", "Azure AD registered", is_compliant=False, is_managed=False, known=True),
    LoggedDevice(PRIVATE, "", "Hybrid Azure AD joined", None, None, known=True),
]
LOGGED_ADDRESSES = [LoggedAddress(ip, country) for ip in (*ADDRESSES, "", "no address") for country in COUNTRIES]


def few(values: list[object]) -> st.SearchStrategy[list[object]]:
    return st.lists(st.sampled_from(values), min_size=1, max_size=3, unique=True)


LOGS = st.builds(
    Dictionaries,
    users=few(LOGGED_USERS),
    targets=few(LOGGED_TARGETS),
    contexts=st.lists(LOGGED_CONTEXTS, min_size=1, max_size=3, unique=True),
    devices=few(LOGGED_DEVICES),
    addresses=few(LOGGED_ADDRESSES),
    applied=st.just([None]),
)
ROWS = st.lists(st.tuples(*[st.integers(0, 5)] * 6), min_size=1, max_size=16, unique=True)
CODES = ("user", "target", "context", "device", "address", "mfa")


def cube_of(facts: Dictionaries, rows: list[tuple[int, ...]]) -> Mapping[str, NDArray[np.int64]]:
    """Return the rows as a cube; each code is brought into the range of its dictionary."""
    sizes = (len(facts.users), len(facts.targets), len(facts.contexts), len(facts.devices), len(facts.addresses), len(MfaEvidence))
    distinct = sorted({tuple(code % size for code, size in zip(row, sizes, strict=True)) for row in rows})
    columns = {name: np.array(values, dtype=np.int32) for name, values in zip(CODES, zip(*distinct, strict=True), strict=True)}
    ones = np.ones(len(distinct), dtype=np.int64)
    return columns | {"count": ones, "first": ones, "last": ones}


def filler(number: int) -> ConditionalAccessPolicy:
    """Return an enabled policy that no sign-in here meets, to push the others into the second lane."""
    nowhere = Target(include_apps=frozenset({guid("app nowhere")}))
    return ConditionalAccessPolicy(
        id=guid(f"filler {number}"), display_name="", state=ON, users=(UserScope(everyone=True), UserScope()), target=nowhere, grant=MFA
    )


def law(tenant: Snapshot, facts: Dictionaries, rows: list[tuple[int, ...]]) -> None:
    tenant = replace(tenant, devices=whole("devices", REGISTERED))
    engine, cube = Engine(PolicyTable(tenant)), cube_of(facts, rows)
    replay = Replay(engine, Reading(tenant), facts)
    found = replay.outcomes(cube)
    assert not found.left_over
    true, possible = replay.applying(cube)
    for row in range(len(cube["user"])):
        request = replay.request(cube, row)
        dimensions = engine.table.dimensions(request)
        outcomes = {outcome for world in engine.worlds(request, dimensions) for outcome in world.outcomes}
        expected = RANK[outcomes.pop()] if len(outcomes) == 1 else UNKNOWN
        assert found.outcomes[row] == expected, said(engine, OUTCOMES[found.outcomes[row]], OUTCOMES[expected], request)
        applies = engine.table.applies(dimensions)
        sure, maybe = joined(true[:, row]), joined(possible[:, row])
        assert sure & ~applies.true == 0 == applies.possible & ~maybe, said(engine, sure, maybe, applies, request)


def said(engine: Engine, *parts: object) -> str:
    """Return a disagreement in words one can read."""
    tenant = engine.table.snapshot
    relevant = (tenant.policies.records[-4:], tenant.groups, tenant.roles, tenant.registrations, tenant.methods_policy, tenant.cross_tenant)
    return "\n".join(map(plain, (*parts, *relevant, tenant.users, tenant.locations.why, tenant.strengths)))


def joined(lanes: NDArray[np.uint64]) -> int:
    return sum(int(lane) << 64 * position for position, lane in enumerate(lanes))


@given(tenants(policy_lists()), LOGS, ROWS, st.one_of(st.just(()), some_facts()), requests())
def test_a_replay_decides_every_row_as_if_alone(
    tenant: Snapshot, facts: Dictionaries, rows: list[tuple[int, ...]], lost: tuple[Fact, ...], any_request: object
) -> None:
    law(forgotten(lost, World(tenant, any_request)).tenant, facts, rows)  # type: ignore[arg-type]


@given(tenants(policy_lists(4, 4)), LOGS, ROWS, st.integers(60, 66))
def test_the_edge_between_two_lanes_is_none(tenant: Snapshot, facts: Dictionaries, rows: list[tuple[int, ...]], before: int) -> None:
    crowd = (*(filler(number) for number in range(before)), *tenant.policies.records)
    law(replace(tenant, policies=whole("conditionalAccessPolicies", crowd)), facts, rows)


@given(tenants(policy_lists()), LOGS, ROWS)
def test_a_replay_agrees_with_the_answer_to_the_same_question(tenant: Snapshot, facts: Dictionaries, rows: list[tuple[int, ...]]) -> None:
    tenant = replace(tenant, devices=whole("devices", REGISTERED))
    engine, cube = Engine(PolicyTable(tenant)), cube_of(facts, rows)
    replay = Replay(engine, Reading(tenant), facts)
    found = replay.outcomes(cube)
    for row in range(len(cube["user"])):
        request = replay.request(cube, row)
        decision = decide(engine, request)
        event(f"replayed {decision.outcome}")
        assert OUTCOMES[found.outcomes[row]] is decision.outcome, said(
            engine, OUTCOMES[found.outcomes[row]], decision, replay.request(cube, row)
        )
