"""What kind of account each user is: facts as certain, guesses as likely, plain people not at all."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime

import pytest

from unbroken.entra.directory import CrossTenantAccess, DirectoryRole, Group, InboundTrust, Registration, User
from unbroken.entra.policy import ConditionalAccessPolicy, UserScope
from unbroken.entra.snapshot import Collection, OperatorFacts, Snapshot
from unbroken.entra.vocabulary import PolicyState
from unbroken.evaluate.accounts import Usage, account_kinds
from unbroken.evaluate.blast_radius import AccountKind

TODAY = date(2026, 11, 24)
YESTERDAY = int(datetime(2026, 11, 23, 9, tzinfo=UTC).timestamp() * 1_000_000)
GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
BUSY = Usage(sign_ins=40, interactive=30, apps=3, addresses=4, devices=1, last_seen_us=YESTERDAY)
OTHERS = {"somebody": BUSY}


def person(name: str = "anna", **changes: object) -> User:
    facts: dict[str, object] = {
        "id": name,
        "user_principal_name": f"{name}@contoso.example",
        "display_name": "Anna Berg",
        "account_enabled": True,
        "user_type": "Member",
        "external": False,
        "licensed": True,
    }
    return User(**(facts | changes))  # type: ignore[arg-type]


def policy(number: int, *, state: PolicyState = PolicyState.ENABLED, **excluded: frozenset[str]) -> ConditionalAccessPolicy:
    return ConditionalAccessPolicy(
        id=f"p{number}", display_name=f"CA{number:03}", state=state, users=(UserScope(everyone=True), UserScope(**excluded))
    )


def tenant(*users: User, **changes: object) -> Snapshot:
    facts: dict[str, object] = {
        "source": "tenant",
        "policies": Collection("conditionalAccessPolicies", (), complete=True, why=""),
        "users": Collection("users", users, complete=True, why=""),
    }
    return Snapshot(**(facts | changes))  # type: ignore[arg-type]


def kinds(snapshot: Snapshot, usage: Mapping[str, Usage] = OTHERS) -> list[tuple[str, str, str]]:
    return [(each.user_principal_name.partition("@")[0], each.kind, each.certainty) for each in account_kinds(snapshot, usage, TODAY)]


def only(snapshot: Snapshot, usage: Mapping[str, Usage] = OTHERS) -> AccountKind:
    found = [each for each in account_kinds(snapshot, usage, TODAY) if each.user_id != "somebody"]
    assert len(found) == 1, found
    return found[0]


def registered(user_id: str, *methods: str) -> Collection[Registration]:
    return Collection("userRegistrationDetails", (Registration(user_id=user_id, methods=frozenset(methods)),), complete=True, why="")


def roles(template_id: str, *members: str) -> Collection[DirectoryRole]:
    return Collection("directoryRoles", (DirectoryRole(template_id=template_id, members=members),), complete=True, why="")


def groups(*records: Group) -> Collection[Group]:
    return Collection("groups", records, complete=True, why="")


def policies(*records: ConditionalAccessPolicy) -> Collection[ConditionalAccessPolicy]:
    return Collection("conditionalAccessPolicies", records, complete=True, why="")


def test_a_plain_person_is_not_in_the_list() -> None:
    snapshot = tenant(person(), registrations=registered("anna", "microsoftAuthenticatorPush"))
    assert kinds(snapshot, {"anna": BUSY}) == []


@pytest.mark.parametrize("entry", ["svc-alpha@contoso.example", "SVC-ALPHA@contoso.example", "svc-alpha", "group:BreakGlass", "group:g1"])
def test_break_glass_is_certain_when_the_operator_named_it(entry: str) -> None:
    snapshot = tenant(
        person("svc-alpha", licensed=False),
        groups=groups(Group(id="g1", display_name="BreakGlass", members=("g2",)), Group(id="g2", members=("svc-alpha",))),
        facts=OperatorFacts(break_glass=(entry,)),
        registrations=registered("svc-alpha"),
    )
    found = only(snapshot)
    assert (found.kind, found.certainty) == ("break-glass", "certain")
    assert "unbroken.toml" in found.evidence[0]
    assert "every policy" in found.suggestion


def test_a_disabled_break_glass_account_is_told_to_be_enabled() -> None:
    snapshot = tenant(person("bg1", account_enabled=False), facts=OperatorFacts(break_glass=("bg1",)))
    found = {each.kind: each.suggestion for each in account_kinds(snapshot, OTHERS, TODAY)}
    assert found["break-glass"].startswith("enable it")


def test_a_silent_global_administrator_whom_most_policies_exclude_is_likely_break_glass() -> None:
    snapshot = tenant(
        person("bg1"),
        roles=roles(GLOBAL_ADMINISTRATOR, "g-admins"),
        groups=groups(Group(id="g-admins", members=("bg1",)), Group(id="g-out", members=("bg1",))),
        policies=policies(policy(1, groups=frozenset({"g-out"})), policy(2, users=frozenset({"bg1"})), policy(3)),
    )
    found = only(snapshot)
    assert (found.kind, found.certainty) == ("break-glass", "likely")
    assert found.evidence == ("Global Administrator", "excluded from 2 of 3 policies", "no sign-in in the log")
    assert "unbroken.toml" in found.suggestion


@pytest.mark.parametrize(
    ("changes", "usage"),
    [
        ({"roles": roles("other-role", "bg1")}, OTHERS),
        ({"policies": policies(policy(1), policy(2, users=frozenset({"bg1"})), policy(3))}, OTHERS),
        ({"policies": policies(policy(1, state=PolicyState.DISABLED, users=frozenset({"bg1"})))}, OTHERS),
        ({}, {"bg1": BUSY}),
    ],
    ids=["no Global Administrator", "excluded from few", "excluded from disabled policies only", "signs in"],
)
def test_a_break_glass_guess_needs_all_its_evidence(changes: dict[str, object], usage: Mapping[str, Usage]) -> None:
    facts: dict[str, object] = {"roles": roles(GLOBAL_ADMINISTRATOR, "bg1"), "policies": policies(policy(1, users=frozenset({"bg1"})))}
    assert kinds(tenant(person("bg1"), **(facts | changes)), usage) == []


def test_without_a_log_a_break_glass_guess_needs_every_policy() -> None:
    admin = roles(GLOBAL_ADMINISTRATOR, "bg1")
    most = policies(policy(1, users=frozenset({"bg1"})), policy(2, users=frozenset({"bg1"})), policy(3))
    assert kinds(tenant(person("bg1"), roles=admin, policies=most), {}) == []
    every = policies(policy(1, users=frozenset({"bg1"})), policy(2, roles=frozenset({GLOBAL_ADMINISTRATOR})))
    assert kinds(tenant(person("bg1"), roles=admin, policies=every), {}) == [("bg1", "break-glass", "likely")]


@pytest.mark.parametrize("role", ["d29b2b05-8046-44ba-8758-1e26182fcf32", "a92aed5d-d78a-4d16-b381-09adb37eb3b0"])
def test_the_holder_of_a_synchronisation_role_is_certain(role: str) -> None:
    found = only(tenant(person("aadc"), roles=roles(role, "aadc")), OTHERS | {"aadc": BUSY})
    assert (found.kind, found.certainty) == ("directory synchronisation", "certain")
    assert "application identity" in found.suggestion


@pytest.mark.parametrize(
    ("user", "usage"),
    [
        (person("Sync_SRV01_0a1b2c"), OTHERS),
        (person("dirsync", display_name="On-Premises Directory Synchronization Service Account"), OTHERS),
        (person("dirsync"), {"dirsync": Usage(sign_ins=2, resources=frozenset({"Microsoft Azure Active Directory Connect"}))}),
    ],
)
def test_a_synchronisation_account_by_name_is_likely(user: User, usage: Mapping[str, Usage]) -> None:
    found = only(tenant(user), usage)
    assert (found.kind, found.certainty) == ("directory synchronisation", "likely")


@pytest.mark.parametrize(
    ("purpose", "kind"), [("shared", "shared mailbox"), ("room", "room"), ("equipment", "room"), ("user", ""), ("linked", "")]
)
def test_what_exchange_says_of_a_mailbox_is_certain(purpose: str, kind: str) -> None:
    expected = [("box", kind, "certain")] if kind else []
    assert kinds(tenant(person("box", mailbox_purpose=purpose))) == expected


def test_a_functional_address_nobody_signs_in_to_is_likely_a_shared_mailbox() -> None:
    found = only(tenant(person("info", licensed=False)))
    assert (found.kind, found.certainty) == ("shared mailbox", "likely")
    assert found.evidence == ("named info", "no licence", "no sign-in in the log")
    assert found.suggestion.startswith("block its sign-in")


def test_a_name_alone_is_no_evidence() -> None:
    usage = {"sales": BUSY, "boardroom": BUSY, "svc-erp": BUSY}
    assert kinds(tenant(person("sales"), person("boardroom"), person("svc-erp")), usage) == []


def test_a_persons_mailbox_of_record_is_no_shared_mailbox_by_name() -> None:
    assert kinds(tenant(person("info", licensed=False, mailbox_purpose="user"))) == []


def test_a_blocked_shared_mailbox_needs_nothing() -> None:
    found = {
        each.kind: each.suggestion for each in account_kinds(tenant(person("box", mailbox_purpose="shared", account_enabled=False)), {})
    }
    assert "nothing to do" in found["shared mailbox"]
    assert set(found) == {"shared mailbox", "disabled"}


def test_a_room_that_signs_in_may_be_a_teams_rooms_device() -> None:
    snapshot = tenant(person("room-bern", display_name="Room Bern", licensed=False))
    assert "calendar" in only(snapshot).suggestion
    found = only(snapshot, {"room-bern": Usage(sign_ins=90, interactive=1)})
    assert found.evidence == ("named room", "no licence")
    assert "Teams Rooms" in found.suggestion


def test_ropc_and_another_sign_make_a_service_account() -> None:
    usage = {"erp01": Usage(sign_ins=900, addresses=1, hours_of_day=24, protocols=frozenset({"ropc"}))} | OTHERS
    found = only(tenant(person("erp01", display_name="ERP upload")), usage)
    assert (found.kind, found.certainty) == ("service", "likely")
    assert found.evidence == (
        "authentication protocol is ropc",
        "named erp",
        "only non-interactive sign-ins",
        "always the same address",
        "signs in around the clock",
    )
    assert found.suggestion.startswith("replace it by a managed identity")


@pytest.mark.parametrize(
    ("client", "advice"),
    [
        ("Authenticated SMTP", "SMTP relay"),
        ("IMAP4", "ask the vendor"),
        ("Other clients", "managed identity"),
        ("Browser", "managed identity"),
    ],
)
def test_what_a_service_account_is_told_follows_what_it_does(client: str, advice: str) -> None:
    usage = {"scanner01": Usage(sign_ins=300, interactive=300, addresses=1, clients=frozenset({client}))}
    found = only(tenant(person("scanner01")), usage)
    assert found.kind == "service"
    assert ("legacy clients only" in found.evidence) is (client != "Browser")
    assert advice in found.suggestion


def test_habits_alone_make_a_service_account_only_with_three_of_them() -> None:
    usage = {"anna": Usage(sign_ins=500, addresses=1)} | OTHERS
    assert kinds(tenant(person(), registrations=registered("anna")), usage) == [("anna", "service", "likely")]
    assert kinds(tenant(person(), registrations=registered("anna", "fido2")), usage) == [("anna", "no phone", "likely")]


def test_a_log_of_non_interactive_rows_only_says_nothing_about_habits() -> None:
    usage = {"anna": Usage(sign_ins=500, addresses=1)}
    assert kinds(tenant(person(), registrations=registered("anna")), usage) == []


def test_an_unregistered_person_who_never_signed_in_is_no_service_account() -> None:
    assert kinds(tenant(person(licensed=False), registrations=registered("anna"))) == []


@pytest.mark.parametrize(
    ("changes", "certain"),
    [
        ({"user_type": "Guest", "external": True}, True),
        ({"user_type": "Guest", "external": None}, True),
        ({"user_type": None, "external": True}, True),
        ({"user_type": None, "external": None}, False),
        ({"user_type": "Member", "external": None}, False),
    ],
)
def test_a_guest_is_named_only_when_the_record_says_so(changes: dict[str, object], certain: bool) -> None:
    assert kinds(tenant(person("eve", **changes))) == ([("eve", "guest", "certain")] if certain else [])


@pytest.mark.parametrize(("trust", "word"), [(True, "the prompt comes from there"), (False, "must register here"), (None, "was not read")])
def test_what_a_guest_meets_follows_the_inbound_trust(trust: bool | None, word: str) -> None:
    access = None if trust is None else CrossTenantAccess(default=InboundTrust(mfa=trust))
    assert word in only(tenant(person("eve", user_type="Guest", external=True), cross_tenant=access)).suggestion


def test_a_guest_with_a_functional_name_stays_a_guest() -> None:
    assert kinds(tenant(person("support", user_type="Guest", external=True, licensed=False))) == [("support", "guest", "certain")]


def test_partners_are_found_in_the_log_even_without_an_object() -> None:
    usage = {
        "p1": Usage(sign_ins=4, cross_tenant=frozenset({"serviceProvider"}), user_principal_name="ops@partner.example"),
        "p2": Usage(sign_ins=4, cross_tenant=frozenset({"b2bDirectConnect"}), user_principal_name="dee@other.example"),
        "p3": Usage(sign_ins=4, cross_tenant=frozenset({"none"}), user_principal_name="gone@contoso.example"),
    }
    assert kinds(tenant(person()), usage | {"anna": BUSY}) == [("dee", "direct connect", "certain"), ("ops", "partner", "certain")]


@pytest.mark.parametrize(
    ("methods", "job", "shared", "expected"),
    [
        (("fido2",), "", 0, True),
        (("passKeyDeviceBound", "windowsHelloForBusiness", "email"), "", 0, True),
        (("hardwareOneTimePasscode", "mobilePhone"), "", 0, False),
        (("windowsHelloForBusiness",), "Forklift driver", 1, False),
        ((), "Forklift driver", 0, True),
        ((), "", 1, True),
        ((), "Engineer", 0, False),
    ],
)
def test_no_phone_needs_keys_only_or_nothing_and_a_reason(methods: tuple[str, ...], job: str, shared: int, expected: bool) -> None:
    snapshot = tenant(person(job_title=job), registrations=registered("anna", *methods))
    usage = {"anna": Usage(sign_ins=20, interactive=20, addresses=3, shared_devices=shared, last_seen_us=YESTERDAY)}
    assert kinds(snapshot, usage) == ([("anna", "no phone", "likely")] if expected else [])


def test_methods_that_were_not_read_are_no_missing_methods() -> None:
    unread = Collection("userRegistrationDetails", (Registration(user_id="anna", is_mfa_registered=None),), complete=True, why="")
    assert kinds(tenant(person(job_title="Driver"), registrations=unread)) == []


@pytest.mark.parametrize(
    "title", ["CFO", "Chief Executive", "Chief Financial Officer", "Vice President Sales", "Managing Director", "Geschäftsführerin"]
)
def test_an_executive_is_a_person_not_to_exempt(title: str) -> None:
    found = only(tenant(person(job_title=title)))
    assert (found.kind, found.certainty) == ("executive", "likely")
    assert found.suggestion.startswith("never exempt")


@pytest.mark.parametrize(
    "title", ["Assistant to the CEO", "Executive assistant", "Office of the President", "Chief Engineer", "Engineer", "", "Cook"]
)
def test_who_works_for_an_executive_is_none(title: str) -> None:
    assert kinds(tenant(person(job_title=title))) == []


def test_stale_needs_ninety_days_and_a_directory_that_knows() -> None:
    users = (
        person("old", last_successful_sign_in="2026-08-25T10:00:00Z"),
        person("edge", last_successful_sign_in="2026-08-26T10:00:00Z"),
        person("never", created="2020-01-01T00:00:00Z"),
        person("new", created="2026-11-01T00:00:00Z"),
        person("logged", last_successful_sign_in="2026-01-01T00:00:00Z"),
        person("off", account_enabled=False),
        person("unsaid", account_enabled=None),
    )
    assert kinds(tenant(*users), {"logged": BUSY}) == [
        ("off", "disabled", "certain"),
        ("old", "stale", "certain"),
        ("never", "stale", "likely"),
    ]


def test_without_sign_in_activity_nobody_is_called_stale() -> None:
    assert kinds(tenant(person("never", created="2020-01-01T00:00:00Z"))) == []


def test_without_a_date_the_newest_sign_in_is_today() -> None:
    snapshot = tenant(person("old", last_successful_sign_in="2026-08-01T00:00:00Z"))
    assert [each.kind for each in account_kinds(snapshot, OTHERS)] == ["stale"]
    assert account_kinds(snapshot, {}) == ()
