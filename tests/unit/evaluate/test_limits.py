"""What the data cannot show: each sentence is there when it is true, and only then."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from unbroken.entra.directory import CrossTenantAccess, User
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.limits import ALWAYS, COSTS, LogFacts, limits

P1 = "41781fb2-bc02-4b7c-bd55-b576c07bb09d"
LAST = datetime(2026, 11, 24, 6, tzinfo=UTC)


def us(moment: datetime) -> int:
    return int(moment.timestamp()) * 1_000_000


def whole(name: str) -> Collection[object]:
    return Collection(name, (), complete=True, why="")


USERS = Collection(
    "users", (User(id="u1", account_enabled=True), User(id="u2", account_enabled=False), User(id="u3")), complete=True, why=""
)
TENANT = Snapshot(
    source="tenant",
    policies=whole("conditionalAccessPolicies"),  # type: ignore[arg-type]
    users=USERS,
    groups=whole("groups"),  # type: ignore[arg-type]
    roles=whole("directoryRoles"),  # type: ignore[arg-type]
    service_principals=whole("servicePrincipals"),  # type: ignore[arg-type]
    devices=whole("devices"),  # type: ignore[arg-type]
    locations=whole("namedLocations"),  # type: ignore[arg-type]
    strengths=whole("authenticationStrengthPolicies"),  # type: ignore[arg-type]
    registrations=whole("userRegistrationDetails"),  # type: ignore[arg-type]
    methods_policy=whole("authenticationMethodsPolicy"),  # type: ignore[arg-type]
    per_user_mfa=whole("userAuthenticationRequirements"),  # type: ignore[arg-type]
    security_defaults=False,
    cross_tenant=CrossTenantAccess(),
    domains=("contoso.example", "fed.example"),
    federated_domains=(("fed.example", "enforceMfaByFederatedIdp"),),
    skus=(P1,),
    facts=OperatorFacts(mfa_trusted_ips=()),
)
LOG = LogFacts(
    sign_ins=1000,
    first_us=us(LAST - timedelta(days=30)),
    last_us=us(LAST),
    interactive=400,
    non_interactive=600,
    with_mfa_evidence=1000,
    with_audiences=10,
    with_applied_policies=1000,
    users=frozenset({"u1", "u3"}),
)
OLD_PLACE = (
    "Non-interactive sign-ins of web applications carry the address of the person's original sign-in, so a policy with a location may be "
    "judged by an old place."
)
LATE = (
    "Authentication details are filled in late: those of the last hours before 2026-11-24 06:00 UTC may be incomplete and look like a "
    "single factor."
)
UNAVOIDABLE = (OLD_PLACE, LATE)


def test_complete_data_leave_only_what_no_export_shows() -> None:
    assert limits(TENANT, LOG) == (*UNAVOIDABLE, *ALWAYS)


def said(snapshot: Snapshot = TENANT, **changes: object) -> str:
    """Return the one sentence that a change adds."""
    found = set(limits(snapshot, replace(LOG, **changes))) - {*UNAVOIDABLE, *ALWAYS}  # type: ignore[arg-type]
    assert len(found) == 1, found
    return found.pop()


@pytest.mark.parametrize(
    "attribute",
    [
        *("policies", "users", "groups", "roles", "service_principals", "devices", "locations"),
        *("strengths", "registrations", "methods_policy", "per_user_mfa"),
    ],
)
def test_a_collection_that_is_not_complete_is_named_with_its_reason_and_cost(attribute: str) -> None:
    collection = getattr(TENANT, attribute)
    broken = replace(TENANT, **{attribute: replace(collection, complete=False, why="page 2 is unread")})  # type: ignore[arg-type]
    assert said(broken) == f"{collection.name} is not complete (page 2 is unread): {COSTS[collection.name]}."


@pytest.mark.parametrize(
    ("attribute", "value", "beginning"),
    [
        ("security_defaults", None, "identitySecurityDefaultsEnforcementPolicy was not exported: "),
        ("cross_tenant", None, "crossTenantAccessPolicy was not exported: "),
        ("skus", None, "subscribedSkus was not exported: "),
        ("domains", (), "domains was not exported: "),
        ("federated_domains", (("fed.example", ""),), "federationConfigurations was not exported: "),
        ("facts", OperatorFacts(), "The trusted addresses of the MFA service settings are in no export"),
    ],
)
def test_a_single_record_that_is_missing_is_named(attribute: str, value: object, beginning: str) -> None:
    assert said(replace(TENANT, **{attribute: value})).startswith(beginning)  # type: ignore[arg-type]


def test_an_enabled_policy_proves_that_security_defaults_are_off() -> None:
    policy = ConditionalAccessPolicy(id="p1", display_name="CA001", state=PolicyState.ENABLED)
    snapshot = replace(TENANT, security_defaults=None, policies=Collection("conditionalAccessPolicies", (policy,), complete=True, why=""))
    assert limits(snapshot, LOG) == (*UNAVOIDABLE, *ALWAYS)


def test_every_sentence_about_per_user_mfa_says_what_is_assumed() -> None:
    assert "taken as disabled" in COSTS["userAuthenticationRequirements"]


def test_a_short_log_says_its_span() -> None:
    short = us(LAST - timedelta(days=12, hours=12))
    assert said(first_us=short) == ("The log spans 12.5 days (2026-11-11 to 2026-11-24), not 30: monthly and quarterly work is not in it.")


def test_a_free_tenant_keeps_seven_days() -> None:
    assert said(replace(TENANT, skus=("other-plan",)), first_us=us(LAST - timedelta(days=7))).endswith("A Free tenant keeps 7 days.")


def test_a_log_of_thirty_calendar_days_is_long_enough() -> None:
    assert limits(TENANT, replace(LOG, first_us=us(LAST - timedelta(days=29, hours=1)))) == (*UNAVOIDABLE, *ALWAYS)


def test_interactive_rows_only_hide_legacy_dependencies() -> None:
    found = limits(TENANT, replace(LOG, interactive=1000, non_interactive=0))
    assert any(each.startswith("The log has interactive sign-ins only") and "legacy" in each for each in found)
    assert OLD_PLACE not in found


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"interactive": 0, "non_interactive": 1000}, "The log has non-interactive sign-ins only"),
        ({"interactive": 300}, "100 of 1000 sign-ins do not say whether they are interactive"),
        ({"with_mfa_evidence": 900}, "100 of 1000 sign-ins say nothing about MFA"),
        ({"with_audiences": 0}, "The log names no audiences"),
        ({"with_applied_policies": 0}, "These logs carry no result per policy (portal CSV"),
        ({"with_applied_policies": 990}, "10 of 1000 sign-ins carry no result per policy"),
        ({"risk_hidden": 7}, "7 of 1000 sign-ins hide their risk"),
        ({"without_client": 3}, "3 of 1000 sign-ins do not name their client"),
        ({"users": frozenset()}, "2 of 3 users of the directory can sign in but did not"),
        ({"users": frozenset({"u1", "u2"})}, "1 of 3 users of the directory can sign in but did not"),
    ],
)
def test_what_the_log_lacks_is_said_with_its_count(changes: dict[str, object], sentence: str) -> None:
    assert said(**changes).startswith(sentence)


def test_logs_that_cannot_be_calibrated_say_so() -> None:
    assert said(with_applied_policies=0).endswith("our answers cannot be calibrated.")
    assert said(with_applied_policies=990).endswith("our answers there cannot be calibrated.")


def test_without_sign_ins_nothing_is_said_about_the_log() -> None:
    found = limits(TENANT, LogFacts())
    assert found == (f"No sign-ins were read: {COSTS['signIns']}.", *ALWAYS)


def test_the_limits_no_export_can_lift_are_always_there() -> None:
    text = " ".join(ALWAYS)
    assert "up to a day" in text
    assert "Teams on Exchange" in text
    assert "break-glass accounts included" in text
