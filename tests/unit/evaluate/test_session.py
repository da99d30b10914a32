"""Client, platform, device and flow, with the policies at different places in the list and facts missing one at a time."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Filter, Sides
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState, Identity
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, PolicyState, TransferMethod
from unbroken.evaluate.bits import Bits, certain
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.session import Sessions, Shape

LAPTOP = DeviceState(attributes=(("iscompliant", True), ("mdmappid", "intune"), ("model", "Laptop"), ("trusttype", "ServerAD")))
LOGGED = DeviceState(attributes=(("trusttype", "AzureAD"),), partial=True)
FLOW = "authentication flow (signInConditions.authenticationFlow)"


def policy(**conditions: Any) -> ConditionalAccessPolicy:
    return ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED, conditions=Conditions(**conditions))


def clients(*names: str) -> ConditionalAccessPolicy:
    return policy(client_app_types=frozenset(names))


def platforms(include: frozenset[str] | None, *exclude: str) -> ConditionalAccessPolicy:
    return policy(platforms=Sides(include=include, exclude=frozenset(exclude)))


def devices(rule: str, mode: str = "include") -> ConditionalAccessPolicy:
    return policy(device_filter=Filter(mode=mode, rule=rule))


def flows(*names: str) -> ConditionalAccessPolicy:
    return policy(transfer_methods=frozenset(names))


def asked(*policies: ConditionalAccessPolicy, **facts: Any) -> Dimension:
    known: dict[str, Any] = {
        "client": ClientAppType.BROWSER,
        "platform": DevicePlatform.WINDOWS,
        "device": UNREGISTERED,
        "transfer_method": TransferMethod.NONE,
    }
    return Sessions(policies).dimension(AccessRequest(identity=Identity(user_id="ada"), apps=("app",), **(known | facts)))


EVERY_CLIENT = (clients(), clients("all"), clients("browser"), clients("other"), clients("other", "browser"), clients("all", "other"))


@pytest.mark.parametrize(("client", "expected"), [("browser", 0b110111), ("other", 0b111011), ("mobileAppsAndDesktopClients", 0b100011)])
def test_clients_are_those_a_policy_names_or_all(client: str, expected: int) -> None:
    found = asked(*EVERY_CLIENT, client=ClientAppType(client))

    assert found.bits == certain(expected)
    assert dict(found.reasons)["clientApps"] == certain(expected)
    assert found.unknowns == ()


@pytest.mark.parametrize(
    ("client", "platform", "expected"),
    [
        (ClientAppType.EXCHANGE_ACTIVE_SYNC, DevicePlatform.IOS, 0b1110),
        (ClientAppType.EXCHANGE_ACTIVE_SYNC, DevicePlatform.LINUX, 0b1010),
        (ClientAppType.EAS_SUPPORTED, DevicePlatform.LINUX, 0b1110),
        (ClientAppType.BROWSER, DevicePlatform.IOS, 0b1001),
    ],
)
def test_which_exchange_activesync_clients_are_supported_depends_on_the_platform(
    client: ClientAppType, platform: DevicePlatform, expected: int
) -> None:
    policies = (clients("browser"), clients("exchangeActiveSync"), clients("easSupported"), clients())

    assert asked(*policies, client=client, platform=platform).bits == certain(expected)


def test_where_no_policy_names_such_a_client_it_is_no_policys_client() -> None:
    only_browsers = asked(clients("browser"), clients(), client=ClientAppType.EXCHANGE_ACTIVE_SYNC)
    nothing_known = asked(clients("exchangeActiveSync"), clients(), client=None, platform=None)

    assert only_browsers.bits == certain(0b10)
    assert [each for each in nothing_known.unknowns if each[0]] == [(0b01, "client app (signInConditions.clientAppType)")]


def test_an_unknown_platform_is_asked_for_by_supported_exchange_activesync_clients_only() -> None:
    found = asked(clients("easSupported"), clients("exchangeActiveSync"), client=ClientAppType.EXCHANGE_ACTIVE_SYNC, platform=None)

    assert found.bits == Bits(0b10, 0b11)
    text = "device platform (signInConditions.devicePlatform), which tells supported Exchange ActiveSync clients"
    assert [each for each in found.unknowns if each[0]] == [(0b01, text)]


def test_platforms_are_included_and_excluded() -> None:
    windows, everything = frozenset({"windows"}), frozenset({"all"})
    policies = (platforms(windows, "all"), platforms(windows), platforms(everything, "windows"), platforms(everything), platforms(None))

    assert asked(*policies).bits == certain(0b11010)
    assert asked(*policies, platform=DevicePlatform.LINUX).bits == certain(0b11100)
    assert asked(*policies, platform=None).bits == Bits(0b11000, 0b11110)
    assert (0b00110, "device platform (signInConditions.devicePlatform)") in asked(*policies, platform=None).unknowns
    assert asked(platforms(frozenset({"linux"})), platforms(windows)).bits == certain(0b10)


def test_a_flow_is_met_only_where_it_is_used() -> None:
    policies = (flows(), flows("deviceCodeFlow"), flows("authenticationTransfer"), flows("deviceCodeFlow", "none"), flows("none"))

    assert asked(*policies).bits == certain(0b10001)
    assert asked(*policies, transfer_method=TransferMethod.DEVICE_CODE).bits == certain(0b11011)
    found = asked(*policies, transfer_method=None)
    assert found.bits == Bits(0b10001, 0b11111)
    assert (0b01110, FLOW) in found.unknowns
    assert {option.facts.device_code for option in found.alternatives} == {True, False}


def test_a_legacy_client_carries_no_device_and_starts_no_flow() -> None:
    rule = 'device.trustType -eq "ServerAD"'
    found = asked(devices(rule), flows("deviceCodeFlow"), clients(), client=ClientAppType.OTHER, device=LAPTOP, transfer_method=None)

    assert [option.facts for option in found.alternatives] == [Shape(legacy=True, device_code=False, compliant=False, hybrid=False)]
    assert found.bits == certain(0b100)


def test_filters_include_and_exclude_the_devices_they_describe() -> None:
    rule, other = 'device.model -eq "Laptop"', 'device.model -eq "Phone"'
    policies = (devices(rule), devices(rule, "exclude"), policy(), devices(other), devices(other, "exclude"), devices(rule))

    assert asked(*policies, device=LAPTOP).bits == certain(0b110101)
    assert asked(*policies, device=UNREGISTERED).bits == certain(0b010110)


def test_one_open_filter_has_one_answer_in_all_policies() -> None:
    """The log shows no model: inside one policy's filter is outside the other's exclusion."""
    rule = 'device.model -eq "Laptop"'
    found = asked(devices(rule), devices(rule, "exclude"), policy(), device=LOGGED)

    assert {option.bits for option in found.alternatives} == {certain(0b101), certain(0b110)}
    assert [each for each in found.unknowns if each[0]] == [(0b011, "device attributes the log does not carry (devices)")]


def test_a_filter_we_cannot_read_is_open_for_every_device_and_says_why() -> None:
    found = asked(policy(), devices("device.colour -eq"), device=LAPTOP)

    assert found.bits == Bits(0b01, 0b11)
    ((mask, text),) = found.unknowns
    assert mask == 0b10
    assert text.startswith("what the device filter says: ")


def shapes(device: DeviceState | None) -> set[tuple[bool, bool]]:
    return {(option.facts.compliant, option.facts.hybrid) for option in asked(policy(), device=device).alternatives}


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (LAPTOP, {(True, True)}),
        (UNREGISTERED, {(False, False)}),
        (None, {(True, True), (True, False), (False, True), (False, False)}),
        (LOGGED, {(True, False), (False, False)}),
        (DeviceState(attributes=(("iscompliant", False),), partial=True), {(False, True), (False, False)}),
        (DeviceState(attributes=(("iscompliant", True), ("trusttype", "")), partial=True), {(True, True), (True, False)}),
    ],
)
def test_what_is_not_known_of_a_device_can_be_either(device: DeviceState | None, expected: set[tuple[bool, bool]]) -> None:
    assert shapes(device) == expected


@pytest.mark.parametrize("trust", ["AzureAD", "ServerAD", "Workplace"])
def test_an_unknown_device_can_be_joined_in_every_way_or_not_at_all(trust: str) -> None:
    rule = f'device.trustType -eq "{trust}"'
    found = asked(devices(rule), devices(rule, "exclude"), device=None)

    assert {option.bits for option in found.alternatives} == {certain(0b01), certain(0b10)}
    assert (0b11, "device (signInConditions.deviceInfo)") in found.unknowns


def test_an_unknown_client_is_asked_for() -> None:
    found = asked(clients("browser"), clients(), client=None)

    assert found.bits == Bits(0b10, 0b11)
    assert [each for each in found.unknowns if each[0]] == [(0b01, "client app (signInConditions.clientAppType)")]
    assert {option.facts.legacy for option in found.alternatives} == {True, False}


def test_devices_with_one_signature_mean_the_same_to_every_policy() -> None:
    sessions = Sessions([devices('device.model -eq "Laptop"'), devices('device.trustType -eq "Workplace"', "exclude")])
    twin = DeviceState(attributes=(*LAPTOP.attributes, ("displayname", "another")))
    phone = DeviceState(attributes=(("model", "Phone"),))

    assert sessions.device_signature(LAPTOP) == sessions.device_signature(twin)
    assert sessions.device_signature(phone) == sessions.device_signature(UNREGISTERED)
    assert len({sessions.device_signature(each) for each in (LAPTOP, phone, LOGGED, None)}) == 4
    assert sessions.asked_attributes == {"model", "trusttype"}


def test_devices_that_grants_tell_apart_have_signatures_of_their_own() -> None:
    sessions = Sessions([policy()])
    states = [(("iscompliant", compliant), ("trusttype", trust)) for compliant in (True, False) for trust in ("ServerAD", "AzureAD")]

    assert len({sessions.device_signature(DeviceState(attributes=each)) for each in states}) == 4
    assert sessions.device_signature(DeviceState(attributes=states[-1])) == sessions.device_signature(UNREGISTERED)


def test_an_unknown_client_is_asked_for_where_only_a_modern_one_can_have_begun_the_flow() -> None:
    found = asked(flows("deviceCodeFlow"), client=None, transfer_method=TransferMethod.DEVICE_CODE)

    assert found.bits.verdict(0) is None
    assert [text for mask, text in found.unknowns if mask] == ["client app (signInConditions.clientAppType)"]
