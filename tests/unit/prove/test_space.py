"""All sign-ins: which combinations can be, and where a policy's conditions hold in them."""

from __future__ import annotations

from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, Record, guid, policy, role, user
from builders_space import MakeTenant, applies, prover
from unbroken.entra.vocabulary import LEGACY_CLIENTS
from unbroken.prove.space import CLIENT, DEVICE, FLOW, PLATFORM, Space

KNOWN_PLATFORMS = ["android", "iOS", "windows", "macOS", "linux"]


@pytest.fixture
def space(tenant: MakeTenant) -> Any:
    """Return what makes the space of policies."""

    def made(*policies: Record, worlds: bool = True, **more: Any) -> Space:
        found = prover(tenant(*policies, **more))
        return found.worlds if worlds else found.certainties

    return made


@pytest.mark.parametrize(
    ("conditions", "meets", "misses"),
    [
        ({"platforms": {"includePlatforms": ["windows"]}}, {"platforms": "windows"}, {"platforms": "unknown"}),
        (
            {"platforms": {"includePlatforms": ["all"], "excludePlatforms": KNOWN_PLATFORMS}},
            {"platforms": "unknown"},
            {"platforms": "linux"},
        ),
        ({"signInRiskLevels": ["high"]}, {"signInRisk": "high"}, {"signInRisk": "medium"}),
        ({"userRiskLevels": ["low", "medium"]}, {"userRisk": "low"}, {"userRisk": "none"}),
        ({"insiderRiskLevels": "moderate,elevated"}, {"insiderRisk": "elevated"}, {"insiderRisk": "minor"}),
        ({"authenticationFlows": {"transferMethods": "deviceCodeFlow"}}, {"flows": "deviceCodeFlow"}, {"flows": "none"}),
        ({"clientAppTypes": ["browser"]}, {"clients": "browser"}, {"clients": "other"}),
        ({"clientAppTypes": ["exchangeActiveSync"]}, {"clients": "easSupported"}, {"clients": "other"}),
        ({"clientAppTypes": ["easSupported"]}, {"clients": "easSupported", "platforms": "linux"}, {"clients": "other"}),
    ],
)
def test_each_condition_holds_where_its_list_says(conditions: dict[str, Any], meets: Any, misses: Any, space: Any) -> None:
    found = space(policy(**conditions))

    assert applies(found, 0, **meets) is True
    assert applies(found, 0, **misses) is False


@pytest.mark.parametrize(
    ("platform", "met"),
    [("iOS", True), ("android", True), ("windows", True), ("macOS", False), ("windowsPhone", False), ("unknown", False)],
)
def test_supported_exchange_activesync_is_that_of_three_platforms(platform: str, met: bool, space: Any) -> None:
    found = space(policy(clientAppTypes=["easSupported"]), policy("all of it", clientAppTypes=["exchangeActiveSync"]))

    assert applies(found, 0, clients="exchangeActiveSync", platforms=platform) is met
    assert applies(found, 1, clients="exchangeActiveSync", platforms=platform) is True


@pytest.mark.parametrize(
    ("client", "name", "met"),
    [
        ("exchangeActiveSync", "ann", True),
        ("exchangeActiveSync", "cid", True),
        ("exchangeActiveSync", "bob", False),
        ("browser", "ann", True),
        ("browser", "cid", False),
    ],
)
def test_a_role_reaches_everybody_with_exchange_activesync_and_its_holders_with_other_clients(
    client: str, name: str, met: bool, space: Any
) -> None:
    users = {"includeRoles": [GLOBAL_ADMINISTRATOR], "excludeUsers": [guid("bob")]}
    tenant = {"users": [user("ann"), user("bob"), user("cid")], "directoryRoles": [role(GLOBAL_ADMINISTRATOR, "ann", "bob")]}
    found = space(policy(users=users, clientAppTypes=["exchangeActiveSync", "browser"]), **tenant)

    assert applies(found, 0, clients=client, user=name) is met


def test_all_conditions_must_hold_together(space: Any) -> None:
    found = space(policy(platforms={"includePlatforms": ["iOS"]}, signInRiskLevels=["high"], clientAppTypes=["browser"]))
    point = {"platforms": "iOS", "signInRisk": "high", "clients": "browser"}

    assert applies(found, 0, **point) is True
    assert all(
        applies(found, 0, **{key: value for key, value in point.items() if key != name}) is not True for name in ("platforms", "signInRisk")
    )


def test_a_condition_that_is_not_understood_makes_its_policy_merely_possible_where_the_others_hold(space: Any) -> None:
    wiki = {"includeApplications": [guid("app wiki")]}
    found = space(policy(applications=wiki, platforms={"includePlatforms": ["iOS"]}, weather={"includeWeather": ["rain"]}))

    assert applies(found, 0, applications=guid("app wiki"), platforms="iOS") is None
    assert applies(found, 0, applications=guid("app wiki"), platforms="windows") is False
    assert not found.certain


def test_a_policy_on_workload_identities_or_their_risk_meets_no_users_sign_in(space: Any) -> None:
    workloads = {"includeServicePrincipals": ["ServicePrincipalsInMyTenant"]}
    found = space(
        policy(users={"includeUsers": ["None"]}, clientApplications=workloads, controls=("block",)),
        policy(servicePrincipalRiskLevels=["high"]),
    )

    assert [found.boxes(number, sure=False) for number in (0, 1)] == [[], []]


def test_legacy_clients_are_the_three_that_carry_no_device_state_and_begin_no_flow(space: Any) -> None:
    found = space(policy())
    legacy = found.box(found.legacy)
    named = dict(zip(found.names, legacy, strict=True))
    clients = [members[0] for at, members in enumerate(found.aspects[CLIENT].members) if named[CLIENT] >> at & 1]

    assert {*clients} == LEGACY_CLIENTS
    assert (named[DEVICE], named[FLOW]) == (1, 1)
    assert named[PLATFORM] == found.aspects[PLATFORM].full
    assert found.box(found.legacy, found.modern) is None


def test_a_product_that_leaves_a_dimension_empty_is_no_box(space: Any) -> None:
    found = space(policy())

    assert found.box({CLIENT: 0b1}, {CLIENT: 0b10}) is None
    assert found.box({CLIENT: 0b11}, {CLIENT: 0b10})[found.names.index(CLIENT)] == 0b10
    assert found.box() == found.full
    assert list(found.products([({CLIENT: 0},), ({CLIENT: 1},)])) == [found.box({CLIENT: 1})]


def test_shapes_divide_all_valid_sign_ins_by_what_grant_controls_ask(space: Any) -> None:
    found = space(policy())
    kinds = {(shape.legacy, shape.device_code, shape.compliant, shape.hybrid) for shape, _ in found.shapes}
    parts = [found.box(part) for _, part in found.shapes]

    assert kinds == {(True, False, False, False)} | {(False, *rest) for rest in ALL_OF_THREE}
    assert all(
        not all(mine & theirs for mine, theirs in zip(one, two, strict=True)) for at, one in enumerate(parts) for two in parts[at + 1 :]
    )
    sizes = [found.aspects[name].width for name in (CLIENT, DEVICE, FLOW)]
    covered = sum(width(found, part, CLIENT) * width(found, part, DEVICE) * width(found, part, FLOW) for part in parts)
    assert covered == 2 * sizes[1] * sizes[2] + 3


ALL_OF_THREE = [(code, compliant, hybrid) for code in (False, True) for compliant in (False, True) for hybrid in (False, True)]


def width(space: Space, box: tuple[int, ...], name: str) -> int:
    return box[space.names.index(name)].bit_count()


def test_where_nothing_is_missing_worlds_and_certainties_are_the_same(tenant: MakeTenant) -> None:
    exactly = policy(applications={"includeApplications": [guid("app wiki")]})
    whole, torn = prover(tenant(exactly)), prover(tenant(exactly, policy("odd", weather={"includeWeather": ["rain"]})))

    assert whole.worlds.certain
    assert whole.certainties is whole.worlds
    assert torn.certainties is not torn.worlds


def test_a_disabled_policy_that_is_not_understood_leaves_nothing_open(space: Any) -> None:
    exactly = policy(applications={"includeApplications": [guid("app wiki")]})

    assert space(exactly, policy("odd", state="disabled", applications={}, weather={"includeWeather": ["rain"]})).certain
