"""With what: every device that filters and device controls tell apart, whatever the form of the rules."""

from __future__ import annotations

from datetime import date
from itertools import product
from typing import Any

import pytest

from builders import Record, policy
from builders_space import MakeTenant, applies, prover
from unbroken.entra.request import UNREGISTERED, DeviceState
from unbroken.evaluate.rule import evaluate_rule, parse_rule
from unbroken.evaluate.rule_attributes import visible_attributes
from unbroken.prove.devices import COMPLIANCE, TRUST, device_aspect, devices
from unbroken.prove.properties import prove
from unbroken.prove.space import DEVICE, Space

SAW = 'device.extensionAttribute1 -eq "SAW"'
NOT_SAW = 'device.extensionAttribute1 -ne "SAW"'
MANY_LABELS = " -or ".join(f'device.physicalIds -contains "x{number}"' for number in range(15))


def filtered(rule: str, mode: str = "include") -> Record:
    return policy(f"{mode} {rule}", devices={"deviceFilter": {"mode": mode, "rule": rule}})


def answers(rules: list[str], device: DeviceState) -> tuple[bool | None, ...]:
    return tuple(evaluate_rule(parse_rule(rule), visible_attributes(dict(device.attributes))) for rule in rules)


def grants(device: DeviceState) -> tuple[bool, bool]:
    """Return what device controls ask: whether it is compliant, and whether it is hybrid joined."""
    return device.get("iscompliant") is True, device.get("trusttype") == "ServerAD"


def told_apart(*rules: str) -> set[tuple[tuple[bool | None, ...], bool, bool]]:
    """Return (what the rules say, compliant, hybrid joined) of every registered device."""
    found, complete = devices([parse_rule(rule) for rule in rules])
    assert complete
    return {(answers([*rules], device), *grants(device)) for device in found}


def test_rules_that_are_no_products_are_followed_in_every_combination() -> None:
    either, both, second = (
        'device.model -eq "A" -or device.manufacturer -eq "B"',
        *(
            'device.model -eq "A" -and device.manufacturer -eq "B"',
            'not (device.model -eq "A") -and device.manufacturer -eq "B"',
        ),
    )
    by_hand = [(False, False, False), (True, False, False), (True, True, False), (True, False, True)]

    assert told_apart(either, both, second) == {(said, *kind) for said in by_hand for kind in product((True, False), repeat=2)}


def test_a_rule_over_what_device_controls_ask_says_one_thing_of_each_kind() -> None:
    rule = 'device.isCompliant -eq True -and device.trustType -ne "ServerAD"'

    assert told_apart(rule) == {((compliant and not hybrid,), compliant, hybrid) for compliant, hybrid in product((True, False), repeat=2)}


@pytest.mark.parametrize(
    "rules",
    [
        ['device.displayName -startsWith "SAW" -and -not (device.displayName -endsWith "-old")'],
        ['device.displayName -contains "kiosk" -or device.trustType -eq "Workplace"', 'device.displayName -in ["kiosk 1", "desk"]'],
        [SAW, 'device.extensionAttribute1 -startsWith "S" -and device.isCompliant -eq True'],
        ['device.mdmAppId -eq "intune" -or (device.model -eq "A" -and device.extensionAttribute2 -ne "x")'],
        ['device.systemLabels -contains "a" -and device.systemLabels -notContains "b"'],
    ],
)
def test_no_registered_device_is_of_a_kind_that_is_left_out(rules: list[str]) -> None:
    texts = (None, "SAW-1", "saw-old", "kiosk 1", "desk", "S", "saw", "x", "other")
    everything = (
        DeviceState(attributes=tuple((name, value) for name, value in zip(NAMES, values, strict=True) if value is not None))
        for values in product(COMPLIANCE, TRUST, (None, "intune", "else"), (None, "A"), texts, (None, ["a"], ["a", "b"]))
    )
    found = told_apart(*rules)

    for device in everything:
        spread = dict(device.attributes)
        spread |= {name: spread["displayname"] for name in ("extensionattribute1", "extensionattribute2") if "displayname" in spread}
        whole = DeviceState(attributes=tuple(spread.items()))
        assert (answers(rules, whole), *grants(whole)) in found


NAMES = ("iscompliant", "trusttype", "mdmappid", "model", "displayname", "systemlabels")


def test_extension_attributes_are_seen_only_of_managed_compliant_or_hybrid_joined_devices() -> None:
    found, _ = devices([parse_rule(SAW)])
    matching = [device for device in found if answers([SAW], device) == (True,)]

    assert all(any(grants(device)) or device.get("mdmappid") for device in matching)
    assert any(not any(grants(device)) for device in matching), "a managed device that is neither compliant nor hybrid joined"


@pytest.fixture
def space(tenant: MakeTenant) -> Any:
    """Return what makes the space of policies with device filters."""
    return lambda *policies: prover(tenant(*policies)).worlds


def of_device(space: Space, policy: int, **attributes: object) -> bool | None:
    """Return whether a policy's filter lets it apply to the device of the first class that has exactly these attributes."""
    return applies(space, policy, **{DEVICE: attributes})


@pytest.mark.parametrize("operator", ["-eq", "-startsWith", "-endsWith", "-contains"])
def test_an_absent_attribute_fails_what_is_asserted_and_meets_what_is_denied(operator: str, space: Any) -> None:
    denied = {"-eq": "-ne"}.get(operator, f"-not{operator[1:].capitalize()}")
    rules = [f'device.model {word} "A"' for word in (operator, denied)]
    found = space(*map(filtered, rules), *(filtered(rule, "exclude") for rule in rules))

    assert [of_device(found, number) for number in range(4)] == [False, True, True, False]


def test_the_unregistered_device_is_the_first_and_in_a_class_of_its_own(space: Any) -> None:
    """Nothing tells it from a registered device without attributes but that it is none: regions name it."""
    assert space(policy()).aspects[DEVICE].members[0] == (UNREGISTERED,)
    assert space(filtered(NOT_SAW)).aspects[DEVICE].members[0] == (UNREGISTERED,)


def test_an_included_and_an_excluded_filter_divide_the_devices_between_them(space: Any) -> None:
    found = space(filtered(SAW), filtered(SAW, "exclude"))
    aspect = found.aspects[DEVICE]
    included, excluded = (aspect.where(number, sure=True) for number in (0, 1))

    assert included | excluded == aspect.full
    assert included
    assert excluded
    assert not included & excluded


def test_a_legacy_client_is_judged_as_an_unregistered_device(space: Any) -> None:
    found = space(filtered("device.isCompliant -eq True"), filtered("device.isCompliant -ne True"))

    reached = [[dict(zip(found.names, box, strict=True)) for box in found.boxes(number, sure=True)] for number in (0, 1)]

    assert [any(found.box(part, found.legacy) for part in parts) for parts in reached] == [False, True]


@pytest.mark.parametrize("mode", ["include", "exclude"])
def test_a_filter_that_cannot_be_read_leaves_its_policy_open_for_every_device(mode: str, space: Any) -> None:
    found = space(filtered("device.favourite -eq 7", mode))
    aspect = found.aspects[DEVICE]

    assert (aspect.where(0, sure=True), aspect.where(0, sure=False)) == (0, aspect.full)
    assert device_aspect(found.engine.table.sessions, 1)[1:] == (True, False)


def test_too_many_kinds_of_device_are_said_and_nothing_is_proved_of_all(tenant: MakeTenant) -> None:
    everybody, labelled = policy("MFA for all"), filtered(MANY_LABELS)
    found = prover(tenant(everybody, labelled))
    result = prove(found.engine, date(2026, 11, 28)).properties[0]

    assert found.worlds.cut == ("the kinds of device that the device filters tell apart are too many to follow",)
    assert (result.name, result.holds) == ("mfa-everywhere", None)
    assert found.worlds.cut[0] in result.missing


def test_an_example_of_a_made_up_value_can_be_read_and_means_the_same(space: Any) -> None:
    rule = 'device.displayName -startsWith "SAW" -and device.displayName -endsWith "9"'
    members = [device for kinds in space(filtered(rule)).aspects[DEVICE].members for device in kinds]
    shown = {str(device.get("displayname")).lower() for device in members if answers([rule], device) == (True,)}

    assert shown == {"saw-9"}
