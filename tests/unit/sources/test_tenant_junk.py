"""Whatever stands in a file, reading it ends in a snapshot or in one clear line."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from builders import country_location, group, guid, ip_location, policy, registration, role, service_principal, user, write_tenant
from unbroken.entra.snapshot import Snapshot
from unbroken.errors import BadInput
from unbroken.sources.tenant import read_policies, read_tenant

JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(["id", "value", "members", "All", "x"]), inner, max_size=2),
    max_leaves=4,
)
METHOD = {"id": "Fido2", "state": "enabled", "includeTargets": [{"id": "all_users"}]}
GUESTS = {"guestOrExternalUserTypes": "internalGuest", "externalTenants": {"membershipKind": "enumerated", "members": ["t"]}}
WHOLE: dict[str, Any] = {
    "conditionalAccessPolicies": policy(
        users={"includeUsers": ["All"], "includeGuestsOrExternalUsers": GUESTS},
        applications={"includeApplications": ["All"], "applicationFilter": {"mode": "include", "rule": "x"}},
        devices={"deviceFilter": {"mode": "include", "rule": "x"}},
        locations={"includeLocations": ["All"]},
        sessionControls={"signInFrequency": {"isEnabled": True}},
        grantControls={
            "operator": "OR",
            "builtInControls": ["mfa"],
            "authenticationStrength": {"id": "s", "allowedCombinations": ["fido2"]},
        },
    ),
    "users": user("ann", signInActivity={"lastSignInDateTime": "x"}, mailboxSettings={"userPurpose": "user"}),
    "groups": group("g", "ann"),
    "directoryRoles": role(guid("r"), "ann"),
    "roleAssignments": {"roleDefinitionId": "r", "principalId": "p", "directoryScopeId": "/"},
    "servicePrincipals": service_principal("s", customSecurityAttributes={"A": {"B": "c"}}),
    "devices": {"id": "d", "deviceId": "d", "extensionAttributes": {"extensionAttribute1": "x"}},
    "namedLocations": [ip_location("a", "192.0.2.0/24"), country_location("b", "GB")],
    "authenticationStrengthPolicies": {
        "id": "s",
        "allowedCombinations": ["a"],
        "combinationConfigurations": [{"appliesToCombinations": ["a"]}],
    },
    "authenticationMethodsPolicy": {"authenticationMethodConfigurations": [METHOD]},
    "crossTenantAccessPolicy": {"default": {"inboundTrust": {"isMfaAccepted": True}}, "partners": [{"tenantId": "t"}]},
    "identitySecurityDefaultsEnforcementPolicy": {"isEnabled": True},
    "userRegistrationDetails": registration("ann", "fido2"),
    "userAuthenticationRequirements": {"id": "a", "perUserMfaState": "enabled"},
    "federationConfigurations": {"domainId": "x", "federatedIdpMfaBehavior": "y"},
    "domains": {"id": "x", "authenticationType": "Federated"},
    "subscribedSkus": {"capabilityStatus": "Enabled", "servicePlans": [{"servicePlanId": "p"}]},
    "organization": {"id": "o", "displayName": "O"},
    "MigrationTable": {"tenantId": "t", "objects": [{"id": "g", "type": "Group", "displayName": "G"}]},
}


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in a JSON document, the document itself included."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [here, *(path for key, item in inner for path in paths(item, (*here, key)))]


def replaced(value: Any, path: tuple[Any, ...], junk: Any) -> Any:
    """Return a copy of a JSON document with `junk` at `path`."""
    if not path:
        return junk
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], junk)
    return copy


PLACES = [(name, path) for name, body in WHOLE.items() for path in paths(body)]


def outcome(tenant: Path) -> Snapshot | str:
    """Return what reading gives: the tenant, or the line that is printed instead."""
    try:
        return read_tenant(tenant)
    except BadInput as error:
        return str(error)


@given(st.sampled_from(PLACES), JUNK)
@example(place=("MigrationTable", ("objects",)), junk=True)
@settings(max_examples=100, deadline=None)
def test_junk_anywhere_never_breaks_the_reading(place: tuple[str, tuple[Any, ...]], junk: Any) -> None:
    name, path = place
    with TemporaryDirectory() as folder:
        tenant = write_tenant(Path(folder), **WHOLE | {name: replaced(WHOLE[name], path, junk)})
        found = outcome(tenant)
    assert isinstance(found, Snapshot) or (name in found and "\n" not in found)


@pytest.mark.parametrize("name", sorted(WHOLE))
@pytest.mark.parametrize("junk", [None, 7, [], {}, [None], {"value": None}, {"value": [3]}])
def test_a_file_of_nothing_but_junk_is_no_traceback(tmp_path: Path, name: str, junk: Any) -> None:
    found = outcome(write_tenant(tmp_path, **WHOLE | {name: junk}))
    assert isinstance(found, Snapshot) or name in {"users", "conditionalAccessPolicies"}


LATIN = '[{"displayName": "\xe9t\xe9"}]'.encode("latin-1")
DEEP = b"[" * 20_000 + b"]" * 20_000
NESTED = b'[{"conditions": ' + b'{"a": ' * 300 + b"1" + b"}" * 300 + b', "state": "enabled"}]'


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        (LATIN, "not UTF-8 or UTF-16 text: save it as UTF-8"),
        (DEEP, "is nested deeper than 100 lists and objects: export the file again"),
        (NESTED, "is nested deeper than 100 lists and objects: export the file again"),
    ],
    ids=["Latin-1", "too deep to decode", "too deep to walk"],
)
@pytest.mark.parametrize("name", ["conditionalAccessPolicies", "users", "devices", "policies of last year"])
def test_another_encoding_and_endless_nesting_are_one_line_that_names_the_file(
    tmp_path: Path, name: str, data: bytes, problem: str
) -> None:
    folder = write_tenant(tmp_path / "tenant", **({"conditionalAccessPolicies": [policy()]} if name != "policies of last year" else {}))
    write_tenant(folder, users=[user("ann")]) if name != "users" else None
    (folder / f"{name}.json").write_bytes(data)
    line = f"tenant/{name}.json: {problem}"
    if name in {"conditionalAccessPolicies", "users"}:
        with pytest.raises(BadInput) as refused:
            read_tenant(folder)
        assert str(refused.value) == line
    else:
        assert line in read_tenant(folder).problems


@pytest.mark.parametrize(
    ("data", "rest"),
    [
        (LATIN, ": not UTF-8 or UTF-16 text: save it as UTF-8: "),
        (DEEP, ": is nested deeper than 100 lists and objects: export the file again: "),
        (b"", ": is empty: export the file again: "),
        (b'[{"conditions": {}, "state": "enabled"}, 7]', ", record 2: is not a Conditional Access policy: "),
        (b'{"value": [{"conditions": {}, "state": "enabled"}], "@odata.nextLink": "x"}', ": has a next page that was not exported: "),
    ],
)
@pytest.mark.parametrize("folder", [False, True])
def test_a_proposal_that_cannot_be_read_names_its_file_once(tmp_path: Path, data: bytes, rest: str, folder: bool) -> None:
    file = tmp_path / "new" / "w.json"
    file.parent.mkdir()
    file.write_bytes(data)
    with pytest.raises(BadInput) as refused:
        read_policies(file.parent if folder else file)
    told = str(refused.value)
    assert (told.count("w.json"), told.count("new")) == (1, 1)
    assert folder or told.startswith(f"{file}{rest}")
