"""What becomes of people under the tenant's present state, one story each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from living import Town, codes, town
from unbroken.emulator.cloud.method_store import methods_of, new_method, store_methods
from unbroken.emulator.people.methods import kind_of
from unbroken.emulator.people.outages import Outage
from unbroken.emulator.sample.catalogue import REMOTE_ACCESS

MONDAY, TUESDAY, WEDNESDAY, SATURDAY = "2026-11-23", "2026-11-24", "2026-11-25", "2026-11-28"
DEFAULTS, METHODS = "identitySecurityDefaultsEnforcementPolicy", "authenticationMethodsPolicy"
REGISTER_ACTION = {"includeApplications": [], "includeUserActions": ["urn:user:registersecurityinfo"]}


@pytest.fixture
def place() -> Iterator[Town]:
    with town() as found:
        yield found


def mail(place: Town, address: str, subject: str) -> None:
    key = place.world.new_id("mail")
    message = {"subject": subject, "body": {"content": "..."}, "toRecipients": [{"emailAddress": {"address": address}}]}
    place.world.put("outbox", key, {"id": key, "message": message})


def kinds(place: Town, user: str) -> set[str]:
    return {kind_of(method) for method in methods_of(place.world, user)}


def registered(place: Town) -> list[dict[str, Any]]:
    """Return the audits of people who registered."""
    return [entry for entry in place.world.of("directoryAudits").values() if entry["loggedByService"] == "Authentication Methods"]


def strip(place: Town, count: int) -> list[str]:
    """Take all methods from so many people with a telephone, and return who they are."""
    people = [person.id for person in place.people.life.population.staff[8:] if person.kind == "person" and person.phone][:count]
    for user in people:
        store_methods(place.world, user, methods_of(place.world, user)[:1])
    return people


def without_claims(place: Town) -> None:
    place.people.memory.state.claims.clear()


def test_a_lost_telephone_fails_until_the_helpdesk_has_deleted_the_method(place: Town) -> None:
    user = place.someone(factor="password,microsoftAuthenticatorPush", registered=True)
    methods = [method for method in methods_of(place.world, user) if kind_of(method) not in {"phone", "softwareOath"}]
    store_methods(place.world, user, methods)
    place.people.memory.mind(user).stale = True
    without_claims(place)
    place.enforce()
    place.until(f"{WEDNESDAY}T20:00:00")

    assert 500121 in codes(place.of(user))
    assert [(call["cause"], call["resolved"]) for call in place.calls() if call["userId"] == user] == [("APP-01", False)]

    store_methods(place.world, user, [method for method in methods if kind_of(method) != "microsoftAuthenticator"])
    place.until(f"{SATURDAY}T00:00:00")

    assert [call["resolved"] for call in place.calls() if call["userId"] == user] == [True]
    assert "microsoftAuthenticator" in kinds(place, user)


def test_an_outage_stops_those_without_a_claim_and_service_health_says_so(place: Town) -> None:
    begins, ends = 1_795_420_800.0, 1_795_456_800.0  # 2026-11-23 08:00 to 18:00
    place.people.outages = lambda: [Outage(begins, ends)]
    place.people.life.sign_ins.second.outage = lambda at: 1.0 if begins <= at < ends else 0.0
    without_claims(place)
    place.enforce()
    place.until(f"{MONDAY}T12:00:00")
    during = place.rows(since=f"{MONDAY}T08:00:00")
    by_prompt = [
        row
        for row in during
        if row["status"]["errorCode"] == 0
        for step in row["authenticationDetails"]
        if step["authenticationMethod"] in {"Mobile app notification", "Text message"}
    ]

    assert 50087 in codes(during)
    assert by_prompt == []
    assert [issue["isResolved"] for issue in place.world.of("serviceIssues").values()] == [False]

    place.until(f"{TUESDAY}T18:00:00")

    assert [issue["isResolved"] for issue in place.world.of("serviceIssues").values()] == [True]
    assert 50087 not in codes(place.rows(since=f"{TUESDAY}T00:00:00"))


def test_a_policy_on_registering_keeps_people_from_it(place: Town) -> None:
    place.enforce()
    registering = {"conditions": {"users": {"includeUsers": ["All"]}, "applications": REGISTER_ACTION}, "id": "r", "displayName": "R"}
    place.world.put("conditionalAccessPolicies", "r", registering | {"state": "enabled", "grantControls": {"builtInControls": ["mfa"]}})
    before = {person.id for person in place.people.life.population.staff if person.registered}
    place.until(f"{WEDNESDAY}T00:00:00")
    since = {entry["targetResources"][0]["id"] for entry in registered(place)}

    assert 53010 in codes(place.rows())
    assert since <= before  # who has a method can prove it, and add another
    assert "REG-03" in {call["cause"] for call in place.calls()}


def test_security_defaults_register_everybody_and_block_legacy(place: Town) -> None:
    place.switch_off_policies()
    place.setting(DEFAULTS, {"id": "d", "isEnabled": True})
    place.until(f"{WEDNESDAY}T00:00:00")
    rows = place.rows(since="2026-11-22T12:00:00")
    providers = {each["requirementProvider"] for row in rows for each in row["authenticationRequirementPolicies"]}
    legacy = [row for row in rows if row["clientAppUsed"] in {"IMAP4", "Authenticated SMTP"} and row["userAgent"] != "BAV2ROPC"]

    assert codes(legacy) == {530035}
    assert codes(rows) & {50072, 50079}
    assert "securityDefaults" in providers
    assert {row["conditionalAccessStatus"] for row in rows} == {"notApplied"}


def test_per_user_mfa_asks_once_for_each_session(place: Town) -> None:
    user = place.someone(factor="password,sms", capable=True)
    place.world.put("userAuthenticationRequirements", user, {"id": user, "perUserMfaState": "enforced"})
    without_claims(place)
    place.until(f"{SATURDAY}T00:00:00")
    asked = [row for row in place.of(user, since="2026-11-22T12:00:00") if row["authenticationRequirementPolicies"]]

    assert {each["requirementProvider"] for row in asked for each in row["authenticationRequirementPolicies"]} >= {"user"}
    assert 50074 in codes(asked)


def test_mail_about_registration_is_read_and_some_register(place: Town) -> None:
    stripped = strip(place, 20)
    for user in stripped:
        mail(place, place.world.of("users")[user]["mail"], "Please register for multifactor authentication")
    counts = place.until(f"{SATURDAY}T00:00:00")
    pages = [row for row in place.rows() if row["appDisplayName"] == "My Signins"]

    assert 10 < counts["mailsRead"] <= 20
    people = place.people.life.population.by_id
    came = {row["userId"] for row in pages if "stuck" not in people[row["userId"]].habits}
    assert came
    assert came <= {entry["targetResources"][0]["id"] for entry in registered(place)} & set(stripped)


def test_other_mail_changes_nothing(place: Town) -> None:
    for user in place.world.of("users").values():
        if user.get("mail"):
            mail(place, user["mail"], "Lunch")
    counts = place.until(f"{SATURDAY}T00:00:00")

    assert counts["mailsRead"] > 30
    assert not any(row["appDisplayName"] == "My Signins" for row in place.rows())


def test_calls_bring_people_to_register(place: Town) -> None:
    waiting = [person.id for person in place.people.life.population.staff if not person.registered and person.kind == "person"]
    for user in waiting * 3:
        place.people.call(user)
    counts = place.until(f"{SATURDAY}T00:00:00")

    assert counts["registrations"] > 0
    assert [mind.calls for user, mind in place.people.memory.minds.items() if user in waiting] == [3] * len(waiting)


def test_the_campaign_reaches_those_who_do_mfa_without_the_app(place: Town) -> None:
    with_sms = [person.id for person in place.people.life.population.staff if person.factor == "password,sms"]
    without_claims(place)
    place.enforce()
    place.until(f"{SATURDAY}T00:00:00")
    minds = place.people.memory.minds
    moved = {user for user in with_sms if "microsoftAuthenticator" in kinds(place, user)}
    snoozed = {user for user in with_sms if user in minds and minds[user].snoozes}

    assert moved | snoozed
    assert not any(mind.snoozes for user, mind in minds.items() if "microsoftAuthenticator" in kinds(place, user) and user not in with_sms)


def test_ended_sessions_are_asked_again(place: Town) -> None:
    place.enforce()
    place.until(f"{TUESDAY}T20:00:00")
    user = next(
        row["userId"] for row in place.rows(since=TUESDAY) if row["status"]["errorCode"] == 0 and row["deviceDetail"]["isCompliant"]
        and place.people.memory.claim(row["userId"], row["deviceDetail"]["deviceId"], 1_795_560_000)
    )  # fmt: skip
    place.world.put("revocations", user, {"count": 1})
    place.until(f"{SATURDAY}T00:00:00")

    assert codes(place.of(user, since=WEDNESDAY)) & {50074, 50076}


def test_a_disabled_account_is_turned_away(place: Town) -> None:
    user = place.someone(registered=True)
    place.world.put("users", user, place.world.of("users")[user] | {"accountEnabled": False})
    place.until(f"{TUESDAY}T00:00:00")

    assert codes(place.of(user, since="2026-11-22T12:00:00")) == {50057}


def test_a_forgotten_password_fails_until_it_is_set_anew(place: Town) -> None:
    users = [person.id for person in place.people.life.population.staff if person.pc and not person.pc.device_id]
    place.until(f"{MONDAY}T05:30:00")
    for user in users:
        place.people.memory.mind(user).forgot = True
    place.until(f"{TUESDAY}T04:00:00")
    wrong = {user for user in users if codes(place.of(user, since=MONDAY)) & {50126, 50053}}
    called = {call["userId"] for call in place.calls() if call["cause"] == "PWD-01"}
    for user in users:
        place.world.put("passwordResets", user, {"count": 1})
    place.until(f"{TUESDAY}T23:00:00")

    assert wrong
    assert called <= wrong
    assert not any(codes(place.of(user, since=f"{TUESDAY}T04:00:00")) & {50126, 50053} for user in users)


def test_a_machine_that_is_let_through_works_again_and_the_call_is_closed(place: Town) -> None:
    place.enforce()
    place.until(f"{TUESDAY}T00:00:00")
    broken = {call["userId"]: call for call in place.calls() if call["cause"] in {"LEG-01", "AUT-01"}}
    assert broken
    users: dict[str, Any] = {"includeUsers": ["All"], "excludeUsers": list(broken)}
    everything = next(iter(place.world.of("conditionalAccessPolicies").values()))["conditions"]
    place.enforce(conditions=everything | {"users": users, "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]})
    place.until(f"{WEDNESDAY}T20:00:00")
    machines = [call for call in place.calls() if call["userId"] in broken and call["cause"] in {"LEG-01", "AUT-01"}]

    assert [call["userPrincipalName"] for call in machines if not call["resolved"]] == []


def test_who_is_guessed_at_with_the_right_password_refuses_and_calls(place: Town) -> None:
    place.enforce()
    place.until("2026-12-12T00:00:00")
    denied = [row for row in place.rows() if row["ipAddress"].startswith("240.1.") and row["status"]["errorCode"] not in {50074, 50072}]

    assert codes(denied) <= {500121, 53004, 50057, 50126}
    assert denied
    assert {call["userId"] for call in place.calls() if call["cause"] == "SEC-03"} <= {row["userId"] for row in denied}


def test_a_method_the_policy_no_longer_allows_is_no_way_in(place: Town) -> None:
    policy = place.world.setting(METHODS)
    configured = [
        each | ({"state": "disabled"} if each["id"] in {"Sms", "Voice"} else {}) for each in policy["authenticationMethodConfigurations"]
    ]
    place.setting(METHODS, policy | {"authenticationMethodConfigurations": configured})
    users = [person.id for person in place.people.life.population.staff if person.factor == "password,sms"]
    for user in users:
        store_methods(place.world, user, [new_method(place.world, "phone")])
    without_claims(place)
    place.enforce()
    place.until(f"{WEDNESDAY}T00:00:00")

    assert codes([row for user in users for row in place.of(user, since="2026-11-22T12:00:00")]) <= {50074, 50076, 53003, 0}
    assert "REG-04" in {call["cause"] for call in place.calls() if call["userId"] in users}


def test_a_guest_of_a_tenant_whose_mfa_is_trusted_does_it_at_home(place: Town) -> None:
    access = place.world.setting("crossTenantAccessPolicy")
    place.setting("crossTenantAccessPolicy", access | {"default": {"inboundTrust": {"isMfaAccepted": True}}, "partners": []})
    place.enforce()
    place.until(f"{SATURDAY}T00:00:00")
    guests = [row for row in place.rows(since="2026-11-22T12:00:00") if row["crossTenantAccessType"] == "b2bCollaboration"]

    assert guests
    assert {row["correlationId"] for row in guests if row["status"]["errorCode"]} <= {
        row["correlationId"] for row in guests if row["status"]["errorCode"] == 0
    }


def without_phone(place: Town) -> list[str]:
    return [person.id for person in place.people.life.population.staff if "no-phone" in person.habits]


def give_pass(place: Town, user: str, begins: str, minutes: int) -> None:
    given = {"startDateTime": begins, "lifetimeInMinutes": minutes, "isUsableOnce": True, "isUsable": True}
    record = {"@odata.type": "#microsoft.graph.temporaryAccessPassAuthenticationMethod", "id": "pass", **given}
    store_methods(place.world, user, [*methods_of(place.world, user), record])


def test_a_pass_that_has_run_out_is_what_people_call_about(place: Town) -> None:
    place.enforce()
    for user in without_phone(place):
        give_pass(place, user, "2026-11-22T13:00:00Z", 60)
    place.until(f"{SATURDAY}T00:00:00")

    assert {call["cause"] for call in place.calls() if call["userId"] in without_phone(place)} == {"TAP-01"}


def test_a_pass_that_works_once_is_used_up(place: Town) -> None:
    place.enforce()
    for user in without_phone(place):
        give_pass(place, user, "2026-11-22T13:00:00Z", 43200)
    place.until(f"{SATURDAY}T00:00:00")
    came = [user for user in without_phone(place) if place.of(user, since=MONDAY)]
    reasons = [method["methodUsabilityReason"] for user in came for method in methods_of(place.world, user) if method["id"] == "pass"]

    assert came
    assert reasons == ["OneTimeUsed"] * len(came)
    assert all("fido2" in kinds(place, user) for user in came)
    assert place.calls() == [] or not {call["userId"] for call in place.calls()} & set(came)


def test_nobody_registers_a_method_that_would_not_do(place: Town) -> None:
    stripped = strip(place, 10)
    place.enforce(grantControls={"operator": "OR", "authenticationStrength": {"id": "00000000-0000-0000-0000-000000000004"}})
    place.until(f"{WEDNESDAY}T00:00:00")

    assert {entry["targetResources"][0]["id"] for entry in registered(place)} & set(stripped) == set()
    assert {kind for user in stripped for kind in kinds(place, user)} == {"password"}


def test_some_complain_about_prompts_that_work(place: Town) -> None:
    place.enforce()
    place.until("2026-12-19T00:00:00")
    complaints = [call for call in place.calls() if call["cause"] == "FRQ-01"]

    assert complaints
    for call in complaints:
        before = [row for row in place.of(call["userId"]) if row["createdDateTime"] <= call["dateTime"]]
        assert sum(row["status"]["errorCode"] in {50072, 50074, 50076, 50079} for row in before) >= 6
        assert place.people.life.population.temper(call["userId"]).complains  # type: ignore[union-attr]


def test_what_fails_in_one_application_leaves_the_others_alone(place: Town) -> None:
    """Remote access wants MFA that somebody cannot do: mail goes on in the background of the same session."""
    place.until("2026-12-05T00:00:00")
    rows = place.rows()
    shut = {
        row["sessionId"]: row["createdDateTime"] for row in rows if row["appDisplayName"] == REMOTE_ACCESS and row["status"]["errorCode"]
    }
    after = [
        row
        for row in rows
        if row["sessionId"] in shut and row["createdDateTime"] > shut[row["sessionId"]] and row["appDisplayName"] != REMOTE_ACCESS
    ]

    assert len(after) > 10
    assert codes([row for row in after if not row["isInteractive"]]) == {0}
