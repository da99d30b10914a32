"""What depends on legacy authentication, and what each dependency is told to do."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from unbroken.evaluate import platform_dates
from unbroken.evaluate.legacy import LegacyUse, legacy_dependencies

TODAY = date(2026, 11, 24)
NOON = int(datetime(2026, 11, 20, 12, tzinfo=UTC).timestamp() * 1_000_000)


def use(client: str = "IMAP4", **changes: object) -> LegacyUse:
    facts: dict[str, object] = {
        "user_id": "u1",
        "user_principal_name": "anna@contoso.example",
        "client_app_used": client,
        "successes": 3,
        "last_success_us": NOON,
    }
    return LegacyUse(**(facts | changes))  # type: ignore[arg-type]


def remedy(client: str, today: date = TODAY, **changes: object) -> str:
    (found,) = legacy_dependencies([use(client, **changes)], today)
    assert not found.noise
    return found.remediation


def test_real_dependencies_come_first_by_successes_and_noise_last() -> None:
    rows = [
        use("POP3", user_principal_name="spray@contoso.example", user_id="u9", successes=0, failures=900, last_success_us=None),
        use("IMAP4", user_principal_name="erp@contoso.example", user_id="u2", successes=40),
        use("Authenticated SMTP", user_principal_name="printer@contoso.example", user_id="u3", successes=400),
    ]
    found = legacy_dependencies(rows, TODAY)
    assert [(each.user, each.noise) for each in found] == [
        ("printer@contoso.example", False),
        ("erp@contoso.example", False),
        ("spray@contoso.example", True),
    ]


def test_a_dependency_carries_the_facts_of_its_rows() -> None:
    (found,) = legacy_dependencies([use(device="ERP01", user_agent="BAV2ROPC", app="Office 365 Exchange Online", failures=2)], TODAY)
    assert (found.user, found.client_app_used, found.device, found.user_agent, found.app) == (
        "anna@contoso.example",
        "IMAP4",
        "ERP01",
        "BAV2ROPC",
        "Office 365 Exchange Online",
    )
    assert (found.successes, found.failures, found.last_success) == (3, 2, "2026-11-20T12:00:00Z")


def test_rows_of_the_same_use_are_added_up() -> None:
    rows = [
        use(successes=1, failures=1, last_success_us=NOON - 5),
        use(successes=2, first_factor_failures=4),
        use(successes=0, last_success_us=0),
    ]
    (found,) = legacy_dependencies(rows, TODAY)
    assert (found.successes, found.failures, found.last_success) == (3, 5, "2026-11-20T12:00:00Z")


def test_the_same_user_with_another_user_agent_is_another_dependency() -> None:
    assert len(legacy_dependencies([use(user_agent="a"), use(user_agent="b")], TODAY)) == 2


@pytest.mark.parametrize("client", ["Browser", "Mobile Apps and Desktop clients", "mobile apps and desktop clients", "", "Unknown"])
def test_modern_and_unnamed_clients_are_no_legacy_dependency(client: str) -> None:
    assert legacy_dependencies([use(client)], TODAY) == ()


def test_ropc_is_a_dependency_whatever_the_client_calls_itself() -> None:
    (found,) = legacy_dependencies([use("Mobile Apps and Desktop clients", authentication_protocol="ropc")], TODAY)
    assert "ROPC" in found.remediation
    assert "managed identity" in found.remediation


@pytest.mark.parametrize(
    "changes", [{"user_principal_name": "Sync_SRV01_0a1b2c@contoso.example"}, {"app": "Microsoft Azure Active Directory Connect"}]
)
def test_entra_connect_is_told_from_other_programs_with_a_password(changes: dict[str, object]) -> None:
    text = remedy("Mobile Apps and Desktop clients", authentication_protocol="ropc", **changes)
    assert "application identity" in text
    assert "managed identity" not in text


def test_wrong_passwords_only_are_noise_and_no_dependency() -> None:
    (found,) = legacy_dependencies([use(successes=0, first_factor_failures=57, last_success_us=None)], TODAY)
    assert found.noise
    assert (found.failures, found.last_success) == (57, "")
    assert "no dependency" in found.remediation
    assert "look" not in found.remediation


def test_failures_after_the_password_are_noise_that_deserves_a_look() -> None:
    (found,) = legacy_dependencies([use(successes=0, failures=5, first_factor_failures=2, last_success_us=None)], TODAY)
    assert found.noise
    assert found.failures == 7
    assert "But 5 failed after the first factor" in found.remediation


def test_one_success_among_many_failures_is_a_dependency() -> None:
    (found,) = legacy_dependencies([use(successes=1, failures=500, first_factor_failures=500)], TODAY)
    assert not found.noise


def test_neither_success_nor_failure_is_not_called_noise() -> None:
    assert remedy("IMAP4", successes=0, last_success_us=None).startswith("No finished sign-in in the log.")


@pytest.mark.parametrize(
    ("client", "changes", "kind", "advice"),
    [
        ("Authenticated SMTP", {"device": "RICOH-MP-C3004"}, "a multifunction printer or scanner (the words 'ricoh')", "SMTP relay"),
        ("SMTP", {"user_principal_name": "scan2mail@contoso.example"}, "a multifunction printer", "App passwords are no way out"),
        ("Authenticated SMTP", {"user_principal_name": "erp@contoso.example"}, "a business application that sends mail", "ask the vendor"),
        ("Authenticated SMTP", {"user_agent": "Python-smtplib"}, "a script that sends mail", "SMTP relay"),
        ("Authenticated SMTP", {}, "a device or application that sends mail (client is 'authenticated smtp')", "find the device"),
        ("IMAP4", {"app": "Contoso CRM"}, "a business application that reads a mailbox", "vendor"),
        ("IMAP4", {"user_agent": "Mozilla Thunderbird/115"}, "a mail program (the words 'thunderbird')", "Outlook"),
        ("POP3", {}, "a mail program or application", "2022-10-01"),
        ("Exchange ActiveSync", {"user_agent": "Apple-iPhone14C2/2001.52"}, "the mail app of a phone", "Outlook app"),
        ("Exchange Web Services", {}, "an application on Exchange Web Services", "Microsoft Graph"),
        ("Exchange Online PowerShell", {}, "a remote PowerShell", "certificate"),
        ("Universal Outlook", {}, "the Windows Mail app", "current Outlook"),
        ("MAPI Over HTTP", {"user_agent": "Microsoft Office/15.0 (Windows NT 6.1)"}, "Outlook 2013 or earlier", "current Outlook"),
        ("Other clients; Older Office clients", {}, "Outlook 2013 or earlier", "current Outlook"),
        (
            "MAPI Over HTTP",
            {"user_agent": "Microsoft Office/16.0 (Windows NT 10.0)"},
            "Outlook without modern authentication",
            "check the version",
        ),
        ("Other clients", {"user_agent": "python-requests/2.31"}, "a script with a user's password", "managed identity"),
    ],
)
def test_the_kind_is_a_guess_with_its_evidence(client: str, changes: dict[str, object], kind: str, advice: str) -> None:
    text = remedy(client, **changes)
    assert text.startswith(f"Likely {kind}")
    assert advice in text


def test_a_client_without_any_evidence_is_not_guessed() -> None:
    text = remedy("Other clients", user_agent="BAV2ROPC")
    assert text.startswith("A legacy client that does not say what it is")
    assert "Likely" not in text


@pytest.mark.parametrize("name", ["ruby.jones", "oscar", "javier", "prince", "sapna"])
def test_a_first_name_is_no_evidence(name: str) -> None:
    assert remedy("Other clients", user_principal_name=f"{name}@contoso.example").startswith("A legacy client")
    assert "reads a mailbox (client is 'imap4')" in remedy("IMAP4", user_principal_name=f"{name}@contoso.example")


def test_the_text_of_a_date_changes_once_it_has_come() -> None:
    before, after = remedy("Authenticated SMTP"), remedy("Authenticated SMTP", today=date(2027, 1, 4))
    assert "switches basic SMTP AUTH off by default on 2026-12-31" in before
    assert "off by default since 2026-12-31" in after


def test_exchange_web_services_are_off_by_default_and_go_for_good() -> None:
    assert "off by default since 2026-10-01, removed for good on 2027-04-01" in remedy("Exchange Web Services")
    assert "removed on 2027-04-01" in remedy("Exchange Web Services", today=date(2027, 4, 1))


def test_active_sync_says_which_of_its_three_ends_applies() -> None:
    text = remedy("Exchange ActiveSync")
    assert "older than 16.1 since 2026-03-01" in text
    assert "certificate" in text
    assert "a legacy block stops that too" in text


@pytest.mark.shared
def test_our_dates_are_those_of_the_platform_calendar(shared: Path) -> None:
    calendar = json.loads((shared / "reference/platform_calendar.json").read_text(encoding="utf-8"))
    day = {row["event"].split(";")[0]: row["date"] for row in calendar}
    dated = {
        "Exchange Online basic auth switched off for all protocols but SMTP AUTH": platform_dates.BASIC_AUTHENTICATION_END,
        "Exchange Online refuses EAS < 16.1": platform_dates.ACTIVE_SYNC_MINIMUM,
        "EWS off by default in Exchange Online unless allow-listed": platform_dates.EWS_OFF_BY_DEFAULT,
        "SMTP AUTH basic disabled by default in existing tenants (admin may re-enable)": platform_dates.SMTP_AUTH_OFF_BY_DEFAULT,
        "EWS removed for good": platform_dates.EWS_END,
    }
    assert {event: day[event] for event in dated} == {event: ours.isoformat() for event, ours in dated.items()}
