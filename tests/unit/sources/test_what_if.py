"""What-if requests: every wrong value is one line that names the request and the key."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from unbroken.entra.directory import User
from unbroken.entra.request import AccessRequest
from unbroken.entra.snapshot import Collection, Snapshot
from unbroken.errors import BadInput, UnbrokenError, WrongUsage
from unbroken.sources.what_if import read_requests, request_from_wire, user_ids

ANN, APP = "0a0a0a0a-0000-4000-8000-00000000000a", "0b0b0b0b-0000-4000-8000-00000000000b"
BODY: dict[str, Any] = {
    "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": ANN},
    "signInContext": {"includeApplications": [APP]},
    "signInConditions": {"deviceInfo": {"isCompliant": True, "physicalIds": ["x"], "extensionAttributes": {"extensionAttribute1": "y"}}},
    "appliedPoliciesOnly": True,
    "facts": {"mfaSatisfied": True},
}


def asked(users: Mapping[str, str] | None = None, **changed: Any) -> AccessRequest:
    return request_from_wire(BODY | changed, users or {}, "r.json")


def conditions(**given: Any) -> AccessRequest:
    return asked(signInConditions=given)


@pytest.mark.parametrize(
    ("changed", "key"),
    [
        ({"signInIdentity": "x"}, "signInIdentity is 'x'"),
        ({"signInIdentity": {"userId": 5}}, "signInIdentity.userId holds 5"),
        ({"signInIdentity": {"userId": ["x"]}}, "signInIdentity.userId holds a list"),
        ({"signInIdentity": {"userid": ANN, "userId": ANN}}, "signInIdentity.userId is given twice"),
        ({"signInIdentity": {"userId": ANN, "tenant": "x"}}, "signInIdentity has tenant, which is no key of an identity"),
        (
            {"signInIdentity": {"externalUserType": "b2bCollaborationGuest", "externalTenantId": 5}},
            "signInIdentity.externalTenantId holds 5",
        ),
        ({"signInIdentity": {"userId": "\ud800"}}, "signInIdentity.userId '\\ud800' holds half a character"),
        ({"signInContext": []}, "signInContext is a list"),
        ({"signInContext": {"includeApplications": 5}}, "signInContext.includeApplications is 5"),
        ({"signInContext": {"includeApplications": {"a": 1}}}, "signInContext.includeApplications is an object"),
        ({"signInContext": {"includeApplications": [None]}}, "signInContext.includeApplications holds null"),
        ({"signInContext": {"includeApplications": [" "]}}, "signInContext.includeApplications holds an empty text"),
        ({"signInContext": {"authenticationContextValue": ["c1"]}}, "signInContext.authenticationContextValue holds a list"),
        ({"signInContext": {"userAction": "fly"}}, "signInContext.userAction 'fly'"),
        ({"signInContext": {"includeApps": [APP]}}, "signInContext has includeApps"),
        ({"signInConditions": [1]}, "signInConditions is a list"),
        ({"signInConditions": {"clientAppTypes": "browser"}}, "signInConditions has clientAppTypes, which is no condition"),
        ({"signInConditions": {"clientAppType": "telnet"}}, "signInConditions.clientAppType 'telnet' is not one of browser"),
        ({"signInConditions": {"country": 5}}, "signInConditions.country holds 5"),
        ({"signInConditions": {"ipAddress": [[1]]}}, "signInConditions.ipAddress holds a list"),
        ({"signInConditions": {"authenticationFlow": "none"}}, "signInConditions.authenticationFlow is 'none'"),
        ({"signInConditions": {"deviceInfo": "none"}}, "signInConditions.deviceInfo is 'none'"),
        ({"signInConditions": {"deviceInfo": {"isCompliant": "yes"}}}, "signInConditions.deviceInfo.isCompliant is 'yes'"),
        ({"signInConditions": {"deviceInfo": {"displayName": {"a": 1}}}}, "signInConditions.deviceInfo.displayName holds an object"),
        ({"signInConditions": {"deviceInfo": {"physicalIds": [{}]}}}, "signInConditions.deviceInfo.physicalIds holds an object"),
        (
            {"signInConditions": {"deviceInfo": {"extensionAttributes": {"extensionAttribute1": 1}}}},
            "signInConditions.deviceInfo.extensionAttributes.extensionAttribute1 holds 1",
        ),
        ({"appliedPoliciesOnly": "false"}, "appliedPoliciesOnly is 'false', not true or false"),
        ({"signinconditionz": {}}, "the request has signinconditionz, which is no key of a request"),
        ({"conditionalAccessWhatIfConditions": {}}, "signInConditions is given twice"),
        ({"facts": "mfa"}, "facts is 'mfa'"),
        ({"facts": {"mfa": True}}, "facts has mfa, which is no fact"),
        ({"facts": {"mfaSatisfied": 1}}, "facts.mfaSatisfied is 1, not true or false"),
        ({"facts": {"homeTenantMfa": "false"}}, "facts.homeTenantMfa is 'false'"),
        ({"facts": {"clientIsPublic": "no"}}, "facts.clientIsPublic is 'no'"),
        ({"facts": {"interactive": 0}}, "facts.interactive is 0"),
        ({"facts": {"authenticationMethod": 5}}, "facts.authenticationMethod holds 5"),
        ({"facts": {"authenticationMethod": "password,pigeon"}}, "facts.authenticationMethod names 'pigeon'"),
        ({"facts": {"authenticationMethod": "unknownFutureValue"}}, "facts.authenticationMethod names 'unknownFutureValue'"),
        ({"facts": {"requestedScopes": "User.Read"}}, "facts.requestedScopes is 'User.Read', not a list of texts"),
        ({"facts": {"termsAccepted": [[1]]}}, "facts.termsAccepted holds a list"),
        ({"facts": {"clientAppId": 5}}, "facts.clientAppId holds 5"),
    ],
)
def test_a_wrong_value_is_one_line_with_request_and_key(changed: dict[str, Any], key: str) -> None:
    with pytest.raises(BadInput) as caught:
        asked(**changed)
    line = str(caught.value)
    assert line.startswith(f"r.json: {key}")
    assert "\n" not in line
    assert caught.value.remedy


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3) | st.just("all"),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["userId", "isCompliant", "x", "@y"]), inner, max_size=2),
    max_leaves=4,
)
PLACES = [
    *((key,) for key in BODY),
    *(("signInIdentity", key) for key in ("userId", "externalUserType", "externalTenantId", "servicePrincipalId", "@odata.type")),
    *(("signInContext", key) for key in ("includeApplications", "userAction", "authenticationContextValue")),
    *(("signInConditions", key) for key in ("country", "ipAddress", "deviceInfo", "authenticationFlow", "agentIdRiskLevel")),
    *(("facts", key) for key in ("mfaSatisfied", "authenticationMethod", "requestedScopes", "termsAccepted", "clientAppId")),
]


@given(place=st.sampled_from(PLACES), junk=ANYTHING)
def test_junk_anywhere_is_a_request_or_one_line(place: tuple[str, ...], junk: Any) -> None:
    body = BODY | {place[0]: junk if len(place) == 1 else BODY[place[0]] | {place[1]: junk}}
    try:
        hash(request_from_wire(body, {}, "r.json"))
    except UnbrokenError as error:
        assert str(error).startswith("r.json: ")  # noqa: PT017 -- junk may as well be a request


def test_each_request_is_named_by_its_place() -> None:
    one = json.dumps(BODY)
    assert [at for at, _ in read_requests(one, "f")[0]] == ["f"]
    assert [at for at, _ in read_requests(f"[{one}, {one}]", "f")[0]] == ["f, request 1", "f, request 2"]
    lines, form = read_requests(f"{one}\n\n{one}\n", "f")
    assert ([at for at, _ in lines], form) == (["f:1", "f:3"], "lines")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("[" * 100_000, "f: not valid JSON (nested too deeply)"),
        ("9" * 5000, "f: not valid JSON (a number is too long)"),
        ('{\n  "facts": {},\n}', "f: not valid JSON (Expecting property name enclosed in double quotes, line 3, column 1)"),
        ("{}\n{", "f:2: not valid JSON"),
        ("{}\n" + "[" * 100_000, "f:2: not valid JSON (nested too deeply)"),
        ("{}\n[]", "f:2: a request is a JSON object"),
        ("[{}, []]", "f, request 2: a request is a JSON object"),
    ],
)
def test_text_that_is_no_request_is_named_with_its_place(text: str, line: str) -> None:
    with pytest.raises(BadInput, match=r"docs/reference/whatif\.md") as caught:
        read_requests(text, "f")
    assert str(caught.value).startswith(line)


def test_a_line_may_hold_the_separators_that_unicode_has() -> None:
    text = json.dumps({"x": "a\u2028b"}, ensure_ascii=False)
    assert len(read_requests(f"{text}\n{text}", "f")[0]) == 2


def test_a_byte_order_mark_before_standard_input_is_nothing() -> None:
    assert read_requests("\ufeff{}", "standard input") == ([("standard input", {})], "object")


def test_two_kinds_of_target_are_wrong_usage() -> None:
    with pytest.raises(WrongUsage, match=r"asks for applications and an authentication context: ask for one of them"):
        asked(signInContext={"includeApplications": [APP], "authenticationContextValue": "c1"})
    assert asked(signInContext={"includeApplications": [], "authenticationContextValue": "C1"}).authentication_context == "c1"


def test_the_names_that_the_beta_once_had_are_understood() -> None:
    """Maester, pull request 883: Graph renamed conditionalAccessWhatIf* to signIn* in March 2025."""
    old = {
        "conditionalAccessWhatIfSubject": BODY["signInIdentity"] | {"@odata.type": "#microsoft.graph.userSubject"},
        "conditionalAccessContext": BODY["signInContext"] | {"@odata.type": "#microsoft.graph.whatIfApplicationContext"},
        "conditionalAccessWhatIfConditions": BODY["signInConditions"],
        "facts": BODY["facts"],
    }
    assert request_from_wire(old, {}, "r.json") == asked()


def test_ids_are_compared_in_small_letters() -> None:
    guest = {"externalUserType": "B2bCollaborationGuest", "externalTenantId": ANN.upper()}
    assert asked(signInIdentity={"servicePrincipalId": ANN.upper()}).identity.service_principal_id == ANN
    assert asked(signInIdentity={"userId": ANN.upper()}).identity.user_id == ANN
    assert asked(signInIdentity=guest).identity.home_tenant_id == ANN
    facts = asked(facts={"termsAccepted": [ANN.upper()], "clientAppId": APP.upper()}).facts
    assert facts.terms_accepted == {ANN}
    assert facts.client_app_id == APP


def test_users_are_found_by_id_and_by_name() -> None:
    ann = User(id=ANN, user_principal_name="Ann@contoso.example")
    users = user_ids(Snapshot(source="x", policies=Collection("conditionalAccessPolicies"), users=Collection("users", (ann,))))
    assert users == {ANN: ANN, "ann@contoso.example": ANN}
    assert asked(users, signInIdentity={"userId": "ANN@contoso.example"}).identity.user_id == ANN


def test_null_is_unknown_where_it_can_be_and_absent_is_not_done() -> None:
    unknown = asked(facts={"mfaSatisfied": None, "homeTenantMfa": None, "interactive": None}).facts
    assert (unknown.mfa_satisfied, unknown.home_tenant_mfa, unknown.interactive) == (None, None, True)
    absent = asked(facts={}).facts
    assert (absent.mfa_satisfied, absent.home_tenant_mfa, absent.client_is_public) == (False, False, None)


def test_methods_and_scopes_take_microsofts_spelling() -> None:
    facts = asked(facts={"authenticationMethod": " sms, PASSWORD", "requestedScopes": ["https://x/user.read", "mail.Read"]}).facts
    assert facts.authentication_method == "password,sms"
    assert facts.requested_scopes == frozenset({"User.Read", "mail.Read"})


def test_a_device_is_read_by_the_names_filters_use() -> None:
    device = conditions(deviceInfo={"Ownership": "Company", "trustType": "ServerAd", "isCompliant": None, "@odata.type": "#x"}).device
    assert device is not None
    assert device.attributes == (("deviceownership", "Company"), ("trusttype", "ServerAD"))
    unregistered = conditions(deviceInfo={}).device
    assert unregistered is not None
    assert unregistered.attributes == ()
    assert conditions(deviceInfo=None).device is None
