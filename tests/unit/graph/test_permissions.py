"""The permission tables agree with each other, with what is fetched, and with what a tenant folder knows."""

from __future__ import annotations

import base64
import json
import re

import pytest

from graph_service import Answer, Keys, client, page, refusal, serving
from unbroken.evaluate.limits import COSTS
from unbroken.graph.claims import Claims, claims_of
from unbroken.graph.clouds import CLOUDS
from unbroken.graph.failures import TokenRefused
from unbroken.graph.identity import Identity, identity_of
from unbroken.graph.permissions import ASSESS, COMMANDS, ENFORCE, PERMISSIONS, granted
from unbroken.graph.registration import IDENTITIES, manifest, steps
from unbroken.graph.snapshot import NAMES, OPTIONAL
from unbroken.graph.wanted import AUDIT_LOG, FEDERATED, PER_USER_MFA, PLAIN, TRUST
from unbroken.sources.exports import EXPORTS

EVERY = (*PLAIN, TRUST, PER_USER_MFA, FEDERATED, AUDIT_LOG)


def test_everything_a_tenant_folder_knows_is_fetched() -> None:
    assert set(NAMES) == set(COSTS) - {"signIns", "nonInteractiveSignIns"}
    assert set(NAMES) - set(OPTIONAL) == {"conditionalAccessPolicies", "users"}


def test_the_read_only_identity_may_read_everything_and_change_nothing() -> None:
    held = frozenset(ASSESS)
    assert [want.name for want in EVERY if not all(granted(each, held) for each in want.permissions)] == []
    assert [each for each in ASSESS if "Write" in each] == []
    assert [each for needs in COMMANDS for each in needs.permissions if each not in ASSESS] == []
    assert set(ASSESS) < set(ENFORCE)


def test_what_is_asked_for_is_what_the_list_of_exports_names() -> None:
    exports = {each.name.partition("/")[0]: set(each.permissions) for each in EXPORTS}
    assert {want.name for want in EVERY if not set(want.permissions) <= exports[want.name]} == set()


def test_every_permission_has_ids_of_its_own() -> None:
    ids = [each for permission in PERMISSIONS.values() for each in (permission.role, permission.scope)]
    assert len(set(ids)) == len(ids)
    assert all(re.fullmatch(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", each) for each in ids)


@pytest.mark.parametrize("identity", IDENTITIES)
@pytest.mark.parametrize("delegated", [False, True])
def test_a_manifest_asks_for_the_permissions_of_its_identity(identity: str, delegated: bool) -> None:
    body = manifest(identity, delegated=delegated)
    (resource,) = body["requiredResourceAccess"]

    of = {(each.scope, "Scope") if delegated else (each.role, "Role"): each.name for each in PERMISSIONS.values()}
    assert sorted(of[each["id"], each["type"]] for each in resource["resourceAccess"]) == sorted(IDENTITIES[identity])
    assert ("publicClient" in body) == delegated
    text = " ".join(steps(identity, CLOUDS["us-government"], "t", "c", delegated=delegated))
    assert "https://login.microsoftonline.us/t/adminconsent?client_id=c" in text
    assert ("Global Reader" in text) == delegated


def jwt(**claims: object) -> str:
    parts = ({"alg": "none"}, claims, {})
    return ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)


def test_claims_of_an_application_and_of_a_person() -> None:
    app = claims_of(jwt(tid="t", appid="a", app_displayname="n", roles=["User.Read.All"]))
    assert app == Claims("t", "a", "n", "", frozenset({"User.Read.All"}), delegated=False)
    person = claims_of(jwt(tid="t", appid="a", upn="p@contoso.example", scp="User.Read.All Policy.Read.All"))
    assert (person.person, person.delegated, len(person.permissions)) == ("p@contoso.example", True, 2)


@pytest.mark.parametrize("token", ["opaque", "a.b.c", "a.e30", f"a.{'é'}.c", "..", jwt()])
def test_a_token_that_says_nothing_says_nothing(token: str) -> None:
    assert claims_of(token) == Claims()


@pytest.mark.parametrize(
    ("held", "can_fetch", "can_enforce", "lacking"),
    [
        ({"Policy.Read.All", "User.Read.All"}, True, False, 9),
        ({"Directory.Read.All"}, False, False, 4),
        ({"Directory.Read.All", "Policy.Read.All", "AuditLog.Read.All"}, True, False, 1),
        (set(ENFORCE), True, True, 0),
        (set(), False, False, len(ASSESS)),
    ],
)
def test_what_an_identity_can_do(held: set[str], can_fetch: bool, can_enforce: bool, lacking: int) -> None:
    identity = Identity(Claims(permissions=frozenset(held)), "")

    assert (identity.can_fetch, identity.can_enforce, len(identity.lacking)) == (can_fetch, can_enforce, lacking)
    assert bool(identity.beyond) == can_enforce


def test_an_identity_is_proved_by_an_answer_of_graph() -> None:
    token = jwt(tid="t", roles=["User.Read.All"])
    with serving(lambda _: page([{"id": "t", "displayName": "Contoso"}])) as service, client(service) as graph:
        assert identity_of(graph, token).tenant_name == "Contoso"
        service.answer = lambda _: refusal(403, "Authorization_RequestDenied")
        assert identity_of(graph, token).tenant_name == ""
        service.answer = lambda _: Answer(401)
        with pytest.raises(TokenRefused):
            identity_of(graph, Keys().token())
