"""Device filters over registered, unregistered and unknown devices."""

from __future__ import annotations

from conformance.builders import ADA, BLOCK, DEVICE_FILTER, DROP, KIM, WHATIF, Case, case, grant, policy, request

SAW = {"deviceId": "0f0f0f0f-0000-4000-8000-000000000001", "displayName": "SAW-07", "trustType": "AzureAD", "isCompliant": True}
UNMANAGED = {"deviceId": "0f0f0f0f-0000-4000-8000-000000000002", "displayName": "Home", "trustType": "Workplace", "isCompliant": False}


def only(rule: str) -> dict[str, object]:
    return {"deviceFilter": {"mode": "include", "rule": rule}}


def all_but(rule: str) -> dict[str, object]:
    return {"deviceFilter": {"mode": "exclude", "rule": rule}}


IS_SAW = 'device.displayName -startsWith "SAW-"'
NOT_SAW = 'device.displayName -notStartsWith "SAW-"'
TAGGED = 'device.extensionAttribute1 -eq "SAW"'


def rule_case(name: str, rule: str, device: object, outcome: str) -> Case:
    """Return a case of a blocking policy limited to devices for which the rule is true."""
    applies = {"block": True, "allow": False, "unknown": None}[outcome]
    asked = request(deviceInfo=device)
    return case(name, DEVICE_FILTER, policy(devices=only(rule), grants=BLOCK), asked, outcome=outcome, applies={"p": applies})


CASES = [
    rule_case("include, positive, matching device", IS_SAW, SAW, "block"),
    rule_case("include, positive, other device", IS_SAW, UNMANAGED, "allow"),
    rule_case("include, positive, unregistered device", IS_SAW, {}, "allow"),
    rule_case("include, negative, unregistered device", NOT_SAW, {}, "block"),
    rule_case("include, negative, matching device", NOT_SAW, SAW, "allow"),
    case(
        "exclude, positive, matching device",
        DEVICE_FILTER,
        policy(devices=all_but(IS_SAW), grants=BLOCK),
        request(deviceInfo=SAW),
        outcome="allow",
        applies={"p": False},
        reasons={"p": "devices"},
    ),
    case(
        "exclude, positive, unregistered device",
        DEVICE_FILTER,
        policy(devices=all_but(IS_SAW), grants=BLOCK),
        request(),
        outcome="block",
        applies={"p": True},
    ),
    case(
        "exclude, negative, unregistered device",
        DEVICE_FILTER,
        policy(devices=all_but('device.extensionAttribute1 -ne "SAW"'), grants=BLOCK),
        request(),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a device that is not known is unknown under include",
        WHATIF,
        policy(devices=only(IS_SAW), grants=BLOCK),
        request(deviceInfo=DROP),
        outcome="unknown",
        applies={"p": None},
        missing="device",
    ),
    case(
        "a device that is not known is unknown under exclude",
        WHATIF,
        policy(devices=all_but(IS_SAW)),
        request(deviceInfo=DROP),
        outcome="unknown",
        applies={"p": None},
        missing="device",
    ),
    case(
        "a device that is not known does not matter to a user outside the policy",
        WHATIF,
        policy(users={"includeUsers": [KIM]}, devices=only(IS_SAW), grants=BLOCK),
        request(ADA, deviceInfo=DROP),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "a rule and its opposite catch a device that is not known",
        WHATIF,
        [policy("saw", devices=only(IS_SAW), grants=BLOCK), policy("rest", devices=all_but(IS_SAW), grants=BLOCK)],
        request(deviceInfo=DROP),
        outcome="block",
        applies={"saw": None, "rest": None},
    ),
    rule_case("an attribute absent from a given device is null", "device.isCompliant -ne True", {"displayName": "Home"}, "block"),
    rule_case("an unquoted boolean", "device.isCompliant -eq True", SAW, "block"),
    rule_case("a quoted boolean", 'device.isCompliant -eq "True"', SAW, "block"),
    rule_case("names in any case", 'Device.DISPLAYNAME -eq "saw-07"', SAW, "block"),
    rule_case("and", 'device.isCompliant -eq True -and device.trustType -eq "ServerAD"', SAW, "allow"),
    rule_case("or", 'device.isCompliant -eq False -or device.trustType -eq "AzureAD"', SAW, "block"),
    rule_case(
        "and binds tighter than or",
        'device.trustType -eq "AzureAD" -or device.isCompliant -eq True -and device.model -eq "none such"',
        SAW,
        "block",
    ),
    rule_case(
        "parentheses come first",
        '(device.trustType -eq "AzureAD" -or device.isCompliant -eq True) -and device.model -eq "none such"',
        SAW,
        "allow",
    ),
    rule_case("not", '-not (device.trustType -eq "AzureAD")', SAW, "allow"),
    rule_case("in a list", 'device.displayName -in ["Home", "SAW-07"]', SAW, "block"),
    rule_case("not in a list, unregistered", 'device.displayName -notIn ["Home"]', {}, "block"),
    rule_case("contains a part of a text", 'device.displayName -contains "w-0"', SAW, "block"),
    rule_case("a collection contains whole elements", 'device.physicalIds -contains "[ZTDId]"', {"physicalIds": ["[ZTDId]:1"]}, "allow"),
    rule_case("a collection contains its element", 'device.physicalIds -contains "[ZTDId]:1"', {"physicalIds": ["[ZTDId]:1"]}, "block"),
    rule_case("a system label", 'device.systemLabels -notContains "M365Managed"', {"systemLabels": ["MultiUser"]}, "block"),
    rule_case("ownership", 'device.deviceOwnership -eq "Company"', SAW | {"ownership": "Company"}, "block"),
    rule_case("an extension attribute of a compliant device", TAGGED, SAW | {"extensionAttribute1": "SAW"}, "block"),
    rule_case("an extension attribute of an unmanaged device is not visible", TAGGED, UNMANAGED | {"extensionAttribute1": "SAW"}, "allow"),
    rule_case(
        "an extension attribute of a hybrid joined device",
        TAGGED,
        {"trustType": "ServerAD", "isCompliant": False, "extensionAttribute1": "SAW"},
        "block",
    ),
    rule_case("a rule that cannot be read is unknown", "device.displayName resembles 'SAW'", SAW, "unknown"),
    rule_case("a rule over an attribute that does not exist is unknown", 'device.colour -eq "red"', SAW, "unknown"),
    case(
        "a rule that cannot be read does not matter to a user outside the policy",
        DEVICE_FILTER,
        policy(users={"includeUsers": [KIM]}, devices=only("device.colour resembles red"), grants=BLOCK),
        request(ADA),
        outcome="allow",
        applies={"p": False},
    ),
    case(
        "an include filter and a device grant look at the same device",
        WHATIF,
        policy(devices=only("device.isCompliant -ne True"), grants=grant("compliantDevice")),
        request(),
        outcome="controls",
        requires=["compliantDevice"],
    ),
    case(
        "a grant that the filter's own complement satisfies is never in the way",
        "DESIGN.md: a filter's atoms and a device's grant facts are one dimension",
        policy(devices=only("device.isCompliant -eq True"), grants=grant("compliantDevice")),
        request(deviceInfo=DROP),
        outcome="allow",
        applies={"p": None},
        missing="device",
    ),
    case(
        "a null in a given device is null, not unknown",
        WHATIF,
        policy(devices=only("device.isCompliant -ne True"), grants=BLOCK),
        request(deviceInfo={"isCompliant": None, "displayName": "Home"}),
        outcome="block",
        applies={"p": True},
    ),
    case(
        "two filters that cannot both be false",
        WHATIF,
        [
            policy("one", devices=only('device.trustType -eq "AzureAD"'), grants=BLOCK),
            policy("other", devices=only('device.trustType -ne "AzureAD"'), grants=BLOCK),
        ],
        request(deviceInfo=DROP),
        outcome="block",
        applies={"one": None, "other": None},
    ),
    case(
        "two filters that can both be false",
        WHATIF,
        [
            policy("one", devices=only('device.trustType -eq "AzureAD"'), grants=BLOCK),
            policy("other", devices=only('device.trustType -eq "ServerAD"'), grants=BLOCK),
        ],
        request(deviceInfo=DROP),
        outcome="unknown",
        missing="device",
    ),
    *(
        case(
            f"filters of which one is true whatever the device: {words}",
            f"{WHATIF}: a missing fact has one value in all policies",
            [policy(f"p{number}", devices=only(rule), grants=BLOCK) for number, rule in enumerate(rules)],
            request(deviceInfo=DROP),
            outcome="block",
            applies={f"p{number}": None for number in range(len(rules))},
        )
        for words, rules in (
            ("a model and its opposite", ('device.model -eq "x"', 'device.model -ne "x"')),
            ("a list and its opposite", ('device.model -in ["x", "y"]', 'device.model -ne "x" -and device.model -ne "y"')),
            ("a beginning and its opposite", ('device.model -startsWith "x"', 'device.model -notStartsWith "x"')),
            (
                "two beginnings that no value has both",
                ('device.model -notStartsWith "x"', 'device.model -notStartsWith "y"', 'device.model -startsWith "x"'),
            ),
            (
                "an element and its opposite",
                ('device.systemLabels -contains "x"', 'device.systemLabels -notContains "x" -or device.model -eq "y"'),
            ),
        )
    ),
    case(
        "two filters on one attribute that no device meets together",
        f"{WHATIF}: a missing fact has one value in all policies",
        [
            policy("one", devices=all_but('device.model -ne "x"'), grants=BLOCK),
            policy("other", devices=only('device.model -eq "x"'), grants=grant("mfa")),
            policy("rest", devices=only('device.model -ne "x"'), grants=BLOCK),
        ],
        request(deviceInfo=DROP),
        outcome="block",
        applies={"one": None, "other": None, "rest": None},
    ),
    case(
        "a model that one filter names may be another model",
        WHATIF,
        [
            policy("one", devices=only('device.model -eq "x"'), grants=BLOCK),
            policy("other", devices=only('device.model -eq "y"'), grants=BLOCK),
        ],
        request(deviceInfo=DROP),
        outcome="unknown",
        applies={"one": None, "other": None},
        missing="device",
    ),
]
