"""A request that is written down reads back as itself, so that every counterexample can be asked again."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from hypothesis import given, settings

from builders import guid
from unbroken.entra.request import UNREGISTERED, AccessRequest, DeviceState, Identity, SessionFacts
from unbroken.entra.vocabulary import RiskLevel, UserAction
from unbroken.report.request_body import request_body
from unbroken.sources.what_if import request_from_wire
from worlds import ANN, WIKI, requests

BARE = AccessRequest(identity=Identity(user_id=ANN), apps=(WIKI,))


def read_back(request: AccessRequest) -> AccessRequest:
    return request_from_wire(json.loads(json.dumps(request_body(request))), {}, "body")


@given(requests())
@settings(deadline=None, max_examples=300)
def test_every_request_reads_back_as_itself(request: AccessRequest) -> None:
    assert read_back(request) == request


@pytest.mark.parametrize(
    "request_",
    [
        BARE,
        replace(BARE, apps=(), user_action=UserAction.REGISTER_DEVICE),
        replace(BARE, identity=Identity(service_principal_id=guid("daemon")), service_principal_risk=RiskLevel.HIGH),
        replace(BARE, device=UNREGISTERED),
        replace(BARE, facts=SessionFacts(mfa_satisfied=None, home_tenant_mfa=None, requested_scopes=frozenset())),
        replace(BARE, facts=SessionFacts(client_app_id=guid("client"), client_is_public=False, interactive=False)),
        replace(BARE, country=""),
    ],
)
def test_requests_that_say_little_read_back_as_well(request_: AccessRequest) -> None:
    assert read_back(request_) == request_


def test_every_attribute_of_a_device_reads_back() -> None:
    texts = ("deviceid", "deviceownership", "enrollmentprofilename", "extensionattribute15", "mdmappid", "operatingsystemversion")
    attributes = {
        **dict.fromkeys(texts, "x"),
        "physicalids": ("a", "b"),
        "systemlabels": ("c",),
        "iscompliant": False,
        "trusttype": "ServerAD",
    }
    device = DeviceState(attributes=tuple(sorted(attributes.items())))

    assert read_back(replace(BARE, device=device)).device == device
    assert request_body(replace(BARE, device=device))["signInConditions"]["deviceInfo"].keys() >= {"ownership", "trustType", "mdmAppId"}


def test_an_attribute_that_is_null_is_left_out() -> None:
    device = DeviceState(attributes=(("displayname", None),))

    assert request_body(replace(BARE, device=device))["signInConditions"] == {"deviceInfo": {}}


def test_a_device_known_in_part_is_not_said_to_be_known() -> None:
    """Inside `deviceInfo` an absent attribute is null; of such a device it is unknown."""
    device = DeviceState(attributes=(("iscompliant", True),), partial=True)

    assert read_back(replace(BARE, device=device)).device is None


def test_a_fresh_sign_in_of_which_nothing_is_known_says_nothing() -> None:
    assert request_body(BARE) == {
        "signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": ANN},
        "signInContext": {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": [WIKI]},
        "signInConditions": {},
    }
