"""The literal reader of filter rules. Sources: entra-docs, groups-dynamic-membership.md, concept-condition-filters-for-devices.md."""

from __future__ import annotations

import pytest

from unbroken.emulator.facts import UnsupportedPolicy
from unbroken.emulator.filter_rule import matches, seen

DEVICE = {"displayname": "SAW-07", "iscompliant": True, "trusttype": "AzureAD", "physicalids": ("[ZTDId]:7",), "model": 'o"k'}


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ('device.displayName -eq "saw-07"', True),  # text compares without regard to case
        ('(device.displayName startsWith "SAW")', True),  # operators with or without the hyphen
        ('device.displayName \u2013ne "x"', True),  # the page's own dash
        ('device.physicalIds -contains "[ZTDId]"', False),  # a whole element of a collection
        ('device.physicalIds -contains "[ZTDId]:7"', True),
        ('device.displayName -contains "aw-"', True),  # a part of a text
        ('device.displayName -in ["x", "SAW-07"]', True),
        ('device.displayName -notIn ["x"]', True),
        ("device.isCompliant -eq True -and device.mdmAppId -eq null", True),
        ('device.deviceOwnership -eq "Company"', False),  # null
        ('device.deviceOwnership -ne "Company"', True),
        ("device.displayName -ne null", True),
        ('device.model -eq "o`"k"', True),
        # -not binds tighter than -and, -and tighter than -or
        ('device.trustType -eq "AzureAD" -or device.isCompliant -eq False -and device.isCompliant -eq False', True),
        ('(device.trustType -eq "AzureAD" -or device.isCompliant -eq False) -and device.isCompliant -eq False', False),
        ('-not device.isCompliant -eq True -or device.trustType -eq "AzureAD"', True),
        ('-not (device.isCompliant -eq True -or device.trustType -eq "AzureAD")', False),
    ],
)
def test_what_a_rule_says(rule: str, expected: bool) -> None:
    assert matches(rule, DEVICE) is expected


@pytest.mark.parametrize(
    "rule",
    [
        *("", "device.isCompliant", 'device.isCompliant -eq "yes"', "device.displayName -eq SAW", 'device.displayName -match "x"'),
        *('device.trustType -contains "x"', 'displayName -eq "x"', '(device.displayName -eq "x"', 'device.displayName -eq "x" "y"'),
        *('device.displayName -in "x"', "device.displayName -in []", 'device.displayName -eq "x" -and', 'device.displayName -eq "x'),
        *('device.displayName -eq "x" -and CustomSecurityAttribute.Set_Tier -eq "y"', f'device.displayName -eq "{"x" * 3072}"'),
    ],
)
def test_what_the_documentation_does_not_cover_is_refused(rule: str) -> None:
    with pytest.raises(UnsupportedPolicy, match="filter rule"):
        matches(rule, DEVICE)


def test_extension_attributes_are_seen_on_managed_compliant_or_hybrid_joined_devices_only() -> None:
    own = {"extensionAttribute1": "SAW"}
    assert "extensionattribute1" not in seen(own)
    assert all(
        "extensionattribute1" in seen({**own, **more}) for more in ({"mdmAppId": "x"}, {"isCompliant": True}, {"trustType": "ServerAd"})
    )
