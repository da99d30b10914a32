"""What demands something: policies, per-user MFA and security defaults, each where it surely and where it perhaps does."""

from __future__ import annotations

from typing import Any

import pytest

from builders import GLOBAL_ADMINISTRATOR, Record, policy, registration, role, user
from builders_space import MakeTenant, inside, per_user_mfa, prover, sign_in
from unbroken.prove.prover import Prover
from unbroken.prove.rows import PER_USER_MFA, SECURITY_DEFAULTS, policy_row, rows_beyond

SYNC_ROLE = "d29b2b05-8046-44ba-8758-1e26182fcf32"
MFA, BLOCK = frozenset({"mfa"}), frozenset({"block"})
REPORT_ONLY = "enabledForReportingButNotEnforced"
USERS = [user(name) for name in ("ann", "bob", "sync")]
METHODS = [registration("ann", "fido2SecurityKey"), registration("bob"), registration("sync", "fido2SecurityKey")]
ON = {"isEnabled": True}


@pytest.fixture
def made(tenant: MakeTenant) -> Any:
    """Return what makes the prover of a tenant of Ann, who has a key, Bob, who has nothing, and the synchronisation account."""

    def make(*policies: Record, **more: Any) -> Prover:
        roles = [role(SYNC_ROLE, "sync")]
        return prover(tenant(*policies, **({"users": USERS, "userRegistrationDetails": METHODS, "directoryRoles": roles} | more)))

    return make


def demanded(found: Prover, name: str, *, any_enabled: bool = False, **point: Any) -> dict[frozenset[str], bool | None]:
    """Return what the rows called `name` demand in a sign-in: surely (True), perhaps (None)."""
    at = sign_in(found.worlds, **point)
    rows = [row for row in rows_beyond(found.worlds, any_enabled=any_enabled) if row.name == name]
    return {row.demand.grant.controls: inside(row.sure, at) or None for row in rows if inside(row.possible, at)}


@pytest.mark.parametrize(("state", "legacy"), [("enabled", {}), ("enforced", {BLOCK: None})])
def test_per_user_mfa_asks_modern_clients_and_enforced_perhaps_an_app_password_of_legacy_ones(
    state: str, legacy: dict[frozenset[str], None], made: Any
) -> None:
    found = made(policy(), userAuthenticationRequirements=per_user_mfa(ann=state, bob="disabled"))

    assert demanded(found, PER_USER_MFA, user="ann", clients="browser") == {MFA: True}
    assert demanded(found, PER_USER_MFA, user="ann", clients="other") == legacy
    assert demanded(found, PER_USER_MFA, user="bob", clients="browser") == {}
    assert demanded(found, PER_USER_MFA, user="sync", clients="other") == {}


def test_per_user_mfa_leaves_out_the_mfa_services_trusted_addresses(made: Any) -> None:
    found = made(policy(), userAuthenticationRequirements=per_user_mfa(ann="enforced"), facts='mfa_trusted_ips = ["203.0.113.0/28"]')

    assert demanded(found, PER_USER_MFA, user="ann", addresses="203.0.113.5") == {}
    assert demanded(found, PER_USER_MFA, user="ann", addresses="198.51.100.7") == {MFA: True}


@pytest.mark.parametrize("states", [None, [], per_user_mfa(ann="disabled")])
def test_nobody_has_per_user_mfa_where_none_is_exported_or_all_are_disabled(states: Any, made: Any) -> None:
    assert demanded(made(policy(), userAuthenticationRequirements=states), PER_USER_MFA, user="ann") == {}


def test_in_an_export_with_a_page_missing_whoever_is_not_in_it_may_have_per_user_mfa(made: Any) -> None:
    torn = {"value": per_user_mfa(ann="enabled", sync="disabled"), "@odata.nextLink": "https://graph.example/next"}
    found = made(policy(), userAuthenticationRequirements=torn)

    assert demanded(found, PER_USER_MFA, user="ann") == {MFA: True}
    assert demanded(found, PER_USER_MFA, user="bob") == {MFA: None}
    assert demanded(found, PER_USER_MFA, user="bob", clients="other") == {BLOCK: None}
    assert demanded(found, PER_USER_MFA, user="sync") == {}


def test_security_defaults_block_legacy_clients_and_ask_the_unregistered_and_perhaps_the_others(made: Any) -> None:
    found = made(identitySecurityDefaultsEnforcementPolicy=ON)

    assert demanded(found, SECURITY_DEFAULTS, user="ann", clients="other") == {BLOCK: True}
    assert demanded(found, SECURITY_DEFAULTS, user="ann") == {MFA: None}, "Microsoft judges each sign-in"
    assert demanded(found, SECURITY_DEFAULTS, user="bob") == {MFA: True}
    assert demanded(found, SECURITY_DEFAULTS, user="sync") == demanded(found, SECURITY_DEFAULTS, user="sync", clients="other") == {}


def test_security_defaults_of_which_nobody_knows_whether_they_are_on_ask_nobody_for_sure(made: Any) -> None:
    found = made(identitySecurityDefaultsEnforcementPolicy=None)

    assert demanded(found, SECURITY_DEFAULTS, user="bob") == {MFA: None}
    assert demanded(found, SECURITY_DEFAULTS, user="bob", clients="other") == {BLOCK: None}


def test_security_defaults_always_ask_an_administrator(made: Any) -> None:
    found = made(identitySecurityDefaultsEnforcementPolicy=ON, directoryRoles=[role(GLOBAL_ADMINISTRATOR, "ann")])

    assert demanded(found, SECURITY_DEFAULTS, user="ann") == {MFA: True}


@pytest.mark.parametrize(
    ("policies", "switch", "expected"),
    [
        ((), ON, {BLOCK: True}),
        ((policy(state=REPORT_ONLY),), ON, {BLOCK: True}),
        ((policy(state="disabled"),), ON, {BLOCK: True}),
        ((policy(),), ON, {}),
        ((), {"isEnabled": False}, {}),
        ((), None, {BLOCK: None}),
        ((policy(state=REPORT_ONLY),), None, {BLOCK: None}),
        ((policy(),), None, {}),
    ],
)
def test_security_defaults_and_an_enabled_policy_exclude_each_other(policies: Any, switch: Any, expected: Any, made: Any) -> None:
    found = made(*policies, identitySecurityDefaultsEnforcementPolicy=switch)
    names = {row.name: row for row in found.rows(found.worlds, found.engine.table.enabled)}
    at = sign_in(found.worlds, user="ann", clients="other")
    rows = [row for row in found.rows(found.worlds, found.engine.table.enabled) if row.name == SECURITY_DEFAULTS]

    assert {row.demand.grant.controls: inside(row.sure, at) or None for row in rows if inside(row.possible, at)} == expected
    assert (SECURITY_DEFAULTS in names) == bool(expected)


def test_policies_that_demand_nothing_are_no_rows_and_what_is_not_understood_is_one(made: Any) -> None:
    session_only = policy("session", grantControls=None, sessionControls={"persistentBrowser": {"mode": "never", "isEnabled": True}})
    odd = policy("odd", grantControls={"operator": "OR", "builtInControls": ["handshake"]})
    found = made(policy("mfa"), session_only, odd, policy("off", state="disabled"))
    rows = [row for index in range(3) if (row := policy_row(found.worlds, index)) is not None]

    assert [(row.name, row.policy) for row in rows] == [("mfa", 0), ("odd", 2)]
    assert [row.demand.unread for row in rows] == [False, True]


def test_a_row_surely_demands_in_fewer_places_than_it_perhaps_does(made: Any) -> None:
    odd = policy("odd", weather={"includeWeather": ["rain"]})
    found = made(odd)
    row = policy_row(found.worlds, 0)
    assert row is not None

    assert row.boxes(sure=True) == row.sure == ()
    assert inside(row.boxes(sure=False), sign_in(found.worlds))
