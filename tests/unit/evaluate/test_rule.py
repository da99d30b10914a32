"""Filter rules: the grammar, the truth table of null attributes, and what is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbroken.evaluate.rule import RuleError, evaluate_rule, parse_rule
from unbroken.evaluate.rule_attributes import attribute_key, visible_attributes

SAW = {
    "displayName": "SAW-London-07",
    "isCompliant": True,
    "trustType": "AzureAD",
    "deviceOwnership": "Company",
    "extensionAttribute1": "SAW",
}
LABELLED = {"physicalIds": ["[ZTDId]:abc", "[GID]:g:1"], "systemLabels": ["M365Managed"]}


def answer(text: str, attributes: dict[str, object] | None = None, *unknown: str) -> bool | None:
    return evaluate_rule(parse_rule(text), attributes or {}, frozenset(unknown))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('device.displayName -eq "SAW-London-07"', True),
        ('device.displayName -eq "saw-LONDON-07"', True),
        ('DEVICE.DisplayName -EQ "SAW-London-07"', True),
        ('device.displayName eq "SAW-London-07"', True),
        ("device.displayName \u2013eq 'SAW-London-07'", True),
        ("device.displayName -eq \u201cSAW-London-07\u201d", True),
        ('device.displayName -ne "SAW-London-07"', False),
        ('device.displayName -startsWith "saw-"', True),
        ('device.displayName -notStartsWith "saw-"', False),
        ('device.displayName -endsWith"07"', True),
        ('device.displayName -notEndsWith "08"', True),
        ('device.displayName -contains "london"', True),
        ('device.displayName -notContains "paris"', True),
        ('device.displayName -in ["a", "SAW-London-07"]', True),
        ('device.displayName -notIn ["a","b"]', True),
        ("device.isCompliant -eq True", True),
        ('device.isCompliant -eq "true"', True),
        ("device.isCompliant -ne $false", True),
        ("device.displayName -eq null", False),
        ("device.displayName -ne null", True),
        ("device.model -eq null", True),
        ("device.model -ne null", False),
        ('device.extensionAttribute1 -eq "SAW"', True),
        ('device.isCompliant -eq True -and device.deviceOwnership -eq "Company"', True),
        ('device.isCompliant -eq False -or device.trustType -eq "AzureAD"', True),
        ('-not (device.trustType -eq "AzureAD")', False),
        ('-not device.trustType -eq "Workplace"', True),
        ('device.trustType -eq "AzureAD" -or device.isCompliant -eq False -and device.isCompliant -eq False', True),
        ('(device.trustType -eq "AzureAD" -or device.isCompliant -eq False) -and device.isCompliant -eq False', False),
    ],
)
def test_a_rule_over_a_known_device(text: str, expected: bool) -> None:
    assert answer(text, SAW) is expected


@pytest.mark.parametrize("operator", ["-eq", "-startsWith", "-endsWith", "-contains"])
def test_a_positive_operator_is_false_of_an_unregistered_device(operator: str) -> None:
    assert answer(f'device.model {operator} "x"') is False


@pytest.mark.parametrize("operator", ["-ne", "-notStartsWith", "-notEndsWith", "-notContains"])
def test_a_negative_operator_is_true_of_an_unregistered_device(operator: str) -> None:
    assert answer(f'device.model {operator} "x"') is True


def test_lists_follow_the_same_rule_for_unregistered_devices() -> None:
    assert answer('device.model -in ["x"]') is False
    assert answer('device.model -notIn ["x"]') is True


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('device.physicalIds -contains "[ZTDId]:abc"', True),
        ('device.physicalIds -contains "[ztdid]:ABC"', True),
        ('device.physicalIds -contains "[ZTDId]"', False),
        ('device.systemLabels -notContains "M365"', True),
        ('device.systemLabels -notContains "M365Managed"', False),
    ],
)
def test_collections_contain_whole_elements_only(text: str, expected: bool) -> None:
    assert answer(text, LABELLED) is expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('device.model -eq "x" -or device.isCompliant -eq True', True),
        ('device.model -eq "x" -or device.isCompliant -eq False', None),
        ('device.model -eq "x" -and device.isCompliant -eq False', False),
        ('device.model -eq "x" -and device.isCompliant -eq True', None),
        ('-not (device.model -eq "x")', None),
    ],
)
def test_an_unknown_attribute_makes_unknown_only_what_hangs_on_it(text: str, expected: bool | None) -> None:
    assert answer(text, {"isCompliant": True}, "Model") is expected


@pytest.mark.parametrize(
    ("text", "position", "word"),
    [
        ("", 0, "attribute"),
        ("device.colour -eq 'red'", 0, "device attribute"),
        ("isCompliant -eq True", 0, "device attribute"),
        ("user.department -eq 'x'", 0, "device attribute"),
        ('device.deviceId -contains "1"', 16, "-notin"),
        ('device.physicalIds -eq "1"', 19, "-contains"),
        ('device.model -match "a.*"', 13, "operator"),
        ("device.model -eq", 16, "quoted value"),
        ("device.model -eq Surface", 17, "quoted value"),
        ('device.model -in "a"', 17, "list"),
        ('device.model -in ["a"', 21, "bracket"),
        ("device.model -in []", 18, "quoted value"),
        ("device.model -startsWith null", 25, "quoted value"),
        ('device.model -eq "a', 17, "closing quote"),
        ('(device.model -eq "a"', 21, "closing parenthesis"),
        ('device.model -eq "a")', 20, "end of the rule"),
        ('device.model -eq "a" device.model -eq "b"', 21, "-and"),
        ('device.isCompliant -eq "yes"', 0, "True or False"),
        ('device.model -eq "a" -and CustomSecurityAttribute.A_B -eq "c"', 26, "begins with `device.`"),
        ("device.model -eq {a}", 17, "attribute, an operator"),
        ("(" * 60 + 'device.model -eq "a"' + ")" * 60, 51, "nested"),
        ('device.model -eq "' + "a" * 4000 + '"', 3072, "3072"),
    ],
)
def test_what_cannot_be_read_says_where_and_what_was_expected(text: str, position: int, word: str) -> None:
    with pytest.raises(RuleError, match=f"at character {position + 1}: ") as caught:
        parse_rule(text)
    assert caught.value.position == position
    assert word in str(caught.value)


@pytest.mark.parametrize(
    ("quoted", "value"),
    [
        ('"a`"b"', 'a"b'),
        ("'O''Brien'", "O'Brien"),
        ('"O\u2019Brien"', "O\u2019Brien"),
        ('"C:\\x"', "C:\\x"),
        ('"a``b"', "a`b"),
        ('""', ""),
        ('"null"', "null"),
    ],
)
def test_quotes_inside_a_value(quoted: str, value: str) -> None:
    assert answer(f"device.model -eq {quoted}", {"model": value}) is True


def test_a_security_attribute_is_the_same_in_both_spellings() -> None:
    rule = parse_rule('CustomSecurityAttribute.ConditionalAccess_Need -contains "requireMFA"')
    assert rule.attributes == {attribute_key("ConditionalAccess.Need")}
    assert evaluate_rule(rule, {"ConditionalAccess.Need": ["blockGuests", "requireMFA"]}) is True
    assert evaluate_rule(rule, {"ConditionalAccess.Need": ["requireMFA-soon"]}) is False
    assert evaluate_rule(rule, {"ConditionalAccess.Need": "requireMFA-soon"}) is True
    assert evaluate_rule(rule, {"conditionalAccess.need": []}) is False
    assert evaluate_rule(rule, {}, frozenset({"ConditionalAccess.Need"})) is None


def test_a_value_of_the_wrong_type_is_unknown_never_false() -> None:
    assert answer('device.model -eq "x"', {"model": {"name": "x"}}) is None
    assert answer('CustomSecurityAttribute.A_B -eq "x"', {"A.B": ["x", "y"]}) is None
    assert answer('device.operatingSystemVersion -eq "10"', {"operatingSystemVersion": 10}) is True


def test_extension_attributes_are_seen_on_managed_compliant_or_hybrid_devices_only() -> None:
    tagged: dict[str, object] = {"extensionAttribute1": "SAW", "trustType": "Workplace"}
    assert "extensionattribute1" not in visible_attributes(tagged)
    for reason in ({"isCompliant": True}, {"trustType": "ServerAD"}, {"mdmAppId": "0000000a-0000-0000-c000-000000000000"}):
        assert visible_attributes(tagged | reason)["extensionattribute1"] == "SAW"


def test_the_attributes_a_rule_asks_about_are_listed() -> None:
    rule = parse_rule('device.Model -eq "x" -or -not (device.isCompliant -eq True -and device.model -ne null)')
    assert rule.attributes == {"model", "iscompliant"}


values = st.text(alphabet="aAbB -", max_size=3)
comparisons = st.builds(
    lambda name, operator, value: f'device.{name} -{operator} "{value}"',
    st.sampled_from(["model", "manufacturer"]),
    st.sampled_from(["eq", "ne", "contains", "notContains", "startsWith", "notEndsWith"]),
    values,
)
rules = st.recursive(
    comparisons,
    lambda inner: st.one_of(
        inner.map(lambda text: f"-not ({text})"),
        st.builds(lambda left, word, right: f"({left}) -{word} ({right})", inner, st.sampled_from(["and", "or"]), inner),
    ),
    max_leaves=5,
)
devices = st.fixed_dictionaries({}, optional={"model": values, "manufacturer": values})


@given(rules, devices, st.sets(st.sampled_from(["model", "manufacturer"])), values)
def test_a_known_answer_survives_every_completion_of_the_unknown(text: str, device: dict[str, str], unknown: set[str], value: str) -> None:
    rule = parse_rule(text)
    known = evaluate_rule(rule, device, frozenset(unknown))
    completed = evaluate_rule(rule, device | dict.fromkeys(unknown, value))
    assert completed is not None
    assert known in {None, completed}


@given(rules, devices)
def test_not_turns_the_answer_round(text: str, device: dict[str, str]) -> None:
    assert answer(f"-not ({text})", dict(device)) is not answer(text, dict(device))


@given(st.text(alphabet="device.modlqn -()[],\"'`TrueANDor1 ", max_size=60))
def test_any_text_is_a_rule_or_a_rule_error(text: str) -> None:
    try:
        rule = parse_rule(text)
    except RuleError as error:
        assert 0 <= error.position <= len(text)  # noqa: PT017 -- both ends of the try are the statement
    else:
        assert evaluate_rule(rule, {}) in {True, False}


@pytest.mark.parametrize(
    ("value", "expected"), [("[ZTDId]:abc", True), ("[ZTDId]:abcd", False), (["[ztdid]:ABC", "x"], True), (["x"], False)]
)
def test_an_element_of_a_collection_is_compared_whole_even_when_it_comes_alone(value: object, expected: bool) -> None:
    assert answer('device.physicalIds -contains "[ZTDId]:abc"', {"physicalIds": value}) is expected
    assert answer('device.physicalIds -notContains "[ZTDId]:abc"', {"physicalIds": value}) is not expected


@pytest.mark.parametrize("text", ["device.model -in [null]", 'device.model -in ["one", null]'])
def test_null_is_no_element_of_a_list(text: str) -> None:
    with pytest.raises(RuleError):
        parse_rule(text)
