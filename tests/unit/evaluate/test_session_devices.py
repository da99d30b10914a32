"""What filters say of a device that is not fully known: an attribute has one value in all policies."""

from __future__ import annotations

from itertools import product

from unbroken.entra.policy import ConditionalAccessPolicy, Conditions, Filter
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState, Identity
from unbroken.entra.vocabulary import ClientAppType, DevicePlatform, PolicyState, TransferMethod
from unbroken.evaluate.bits import Bits, certain
from unbroken.evaluate.dimension import Dimension
from unbroken.evaluate.session import Sessions

WORKPLACE = (("iscompliant", False), ("trusttype", "Workplace"))


def devices(rule: str, mode: str = "include") -> ConditionalAccessPolicy:
    conditions = Conditions(device_filter=Filter(mode=mode, rule=rule))
    return ConditionalAccessPolicy(id="p", display_name="p", state=PolicyState.ENABLED, conditions=conditions)


def asked(*rules: str, device: DeviceState | None = None) -> Dimension:
    request = AccessRequest(
        identity=Identity(user_id="ada"),
        apps=("app",),
        client=ClientAppType.BROWSER,
        platform=DevicePlatform.WINDOWS,
        transfer_method=TransferMethod.NONE,
        device=device,
    )
    return Sessions([devices(rule) for rule in rules]).dimension(request)


def of_device(rules: list[str], **attributes: object) -> Bits:
    return asked(*rules, device=DeviceState(attributes=tuple(sorted(attributes.items())))).bits


def test_a_rule_and_its_opposite_never_have_one_answer() -> None:
    found = asked('device.model -eq "x"', 'device.model -ne "x"')

    assert {option.bits for option in found.alternatives} == {certain(0b01), certain(0b10)}


def test_beginnings_that_imply_each_other_go_together() -> None:
    found = asked('device.model -startsWith "Surface"', 'device.model -startsWith "Sur"', 'device.model -eq "Surface Pro"')

    assert {option.bits.true for option in found.alternatives} == {0b000, 0b010, 0b011, 0b111}


def test_rules_on_two_attributes_are_answered_as_every_device_answers_them() -> None:
    rules = ['device.model -eq "x"', 'device.model -ne "x" -or device.manufacturer -eq "y"', 'device.manufacturer -in ["y", "z"]']
    everything = list(product((None, "x", "other"), (None, "y", "z", "other")))

    found = asked(*rules, device=DeviceState(attributes=WORKPLACE, partial=True))

    assert {option.bits for option in found.alternatives} == {
        of_device(rules, model=model, manufacturer=maker, **dict(WORKPLACE)) for model, maker in everything
    }


def test_nine_rules_on_one_attribute_are_followed_like_every_device() -> None:
    rules = [f'device.model -eq "m{number}"' for number in range(9)]
    found = asked(*rules)

    assert {option.bits for option in found.alternatives} == {
        of_device(rules, model=model) for model in (None, *(f"m{n}" for n in range(9)))
    }


def test_nine_rules_on_nine_attributes_hold_every_device_between_them() -> None:
    """Too many to follow: six are answered both ways, the rest are open in their own policies."""
    names = [f"extensionAttribute{number}" for number in range(1, 10)]
    rules = [f'device.{name} -eq "x"' for name in names]
    found = asked(*rules, device=DeviceState(attributes=(("mdmappid", "intune"), *WORKPLACE), partial=True))

    assert found.bits == Bits(0, 0b1_1111_1111)
    assert len(found.alternatives) == 64
    for values in product((None, "x"), repeat=9):
        whole = of_device(rules, mdmappid="intune", **dict(WORKPLACE), **dict(zip(map(str.lower, names), values, strict=True)))
        assert any(option.bits.true & ~whole.true == 0 == whole.true & ~option.bits.possible for option in found.alternatives)


def test_an_extension_attribute_is_null_on_a_device_that_nobody_manages() -> None:
    """Without `mdmAppId`, not compliant and not hybrid joined it shows none (entra-docs, concept-condition-filters-for-devices.md)."""
    rule = 'device.extensionAttribute1 -eq "SAW" -and device.mdmAppId -ne "intune"'
    unmanaged, unread = (DeviceState(attributes=(*more, *WORKPLACE), partial=True) for more in ((("mdmappid", None),), ()))

    assert asked(rule, device=unmanaged).bits == certain(0)
    assert asked(rule, device=unread).bits == Bits(0, 1)


def test_nobody_knows_whether_filters_see_an_extension_attribute_of_a_device_that_may_be_managed() -> None:
    rules = ['device.extensionAttribute1 -eq "SAW"', 'device.extensionAttribute1 -ne "SAW"', 'device.extensionAttribute1 -eq "x"']
    own, hybrid = ((("iscompliant", False), ("trusttype", trust)) for trust in ("AzureAD", "ServerAD"))
    maybe, surely = (
        asked(*rules, device=DeviceState(attributes=(("extensionattribute1", "SAW"), *more), partial=True)) for more in (own, hybrid)
    )

    assert {option.bits for option in maybe.alternatives} == {certain(0b001), certain(0b010)}
    assert surely.bits == certain(0b001)


def test_a_registered_device_may_have_no_compliance_state() -> None:
    found = asked('device.isCompliant -ne True -and device.isCompliant -ne False -and device.trustType -eq "AzureAD"')

    assert {option.bits for option in found.alternatives} == {certain(0), certain(1)}


def test_devices_of_which_the_same_rules_are_open_may_still_differ_in_which_answers_go_together() -> None:
    """Of a tablet one rule is the other's opposite; of a PC they are the same."""
    opposite, same = '(device.displayName -eq "Tab" -and device.model -ne "x")', '(device.displayName -eq "PC" -and device.model -eq "x")'
    sessions = Sessions([devices('device.model -eq "x"'), devices(f"{opposite} -or {same}")])
    tablet, pc = (DeviceState(attributes=(("displayname", name), *WORKPLACE), partial=True) for name in ("Tab", "PC"))

    assert sessions.device_signature(tablet) != sessions.device_signature(pc)
    assert sessions.device_signature(tablet) != sessions.device_signature(UNREGISTERED)


def test_lists_among_the_attributes_are_fine() -> None:
    device = DeviceState(attributes=(*WORKPLACE, ("physicalids", ["[ZTDId]"])), partial=True)

    assert asked('device.physicalIds -contains "[ZTDId]"', device=device).bits == certain(1)


def test_an_attribute_of_another_kind_than_the_filter_asks_for_is_said() -> None:
    rule = 'device.model -eq "x"'
    found = asked(rule, device=DeviceState(attributes=(("model", ("x", "y")),)))

    assert found.bits == Bits(0, 1)
    assert found.unknowns == ((1, f"device attributes of the kind that the filter {rule} asks for (signInConditions.deviceInfo)"),)
