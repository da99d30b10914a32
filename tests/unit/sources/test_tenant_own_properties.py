"""`[[property]]` of `unbroken.toml`: every key is read; words in any case are kept in one spelling."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import PHISHING_RESISTANT_STRENGTH, guid, policy, write_tenant
from unbroken.entra.snapshot import OwnProperty
from unbroken.sources.tenant import read_tenant

WHOLE = """
break_glass = ["bg1@contoso.example"]

[[property]]
name = "finance-phishing-resistant"
users = ["group:Finance", "role:Global Administrator"]
except = ["svc@contoso.example"]
apps = ["Office365"]
except_apps = ["Payroll"]
clients = ["legacy"]
needs = "authenticationStrength:Phishing-resistant MFA"
why = "audit 12"

[[property]]
name = "second"
users = "everyone"
"""
RULE = '[[property]]\nname = "own"\nusers = "everyone"\n'


def properties(path: Path, text: str) -> tuple[OwnProperty, ...]:
    return read_tenant(write_tenant(path, conditionalAccessPolicies=[policy()], facts=text)).facts.properties


def own(path: Path, lines: str) -> OwnProperty:
    """Return the one property that `lines` add to or, from `users` on, replace in a rule for everyone."""
    (found,) = properties(path, ('[[property]]\nname = "own"\n' if lines.startswith("users") else RULE) + lines)
    return found


def test_every_key_is_read_and_the_order_kept(tmp_path: Path) -> None:
    assert properties(tmp_path, WHOLE) == (
        OwnProperty(
            name="finance-phishing-resistant",
            users=("group:Finance", "role:Global Administrator"),
            except_users=("svc@contoso.example",),
            apps=("Office365",),
            except_apps=("Payroll",),
            clients=("legacy",),
            needs=("authenticationStrength:Phishing-resistant MFA",),
            why="audit 12",
        ),
        OwnProperty(name="second", users=("everyone",), apps=("all",), clients=(), needs=("mfa",)),
    )


def test_a_file_without_rules_has_none(tmp_path: Path) -> None:
    assert properties(tmp_path / "a", 'pilot_group = "x"') == properties(tmp_path / "b", "property = []") == ()


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ('["Everyone", "GUESTS", "Break_Glass"]', ("everyone", "guests", "break_glass")),
        ('" Group : IT team "', ("group:IT team",)),
        ('"ROLE:Global Administrator"', ("role:Global Administrator",)),
        ('"group:A: B"', ("group:A: B",)),
        ('"Ann@Contoso.example"', ("Ann@Contoso.example",)),
        (f'["{guid("ann").upper()}", "group:{guid("g").upper()}"]', (guid("ann"), f"group:{guid('g')}")),
        ('["guests", "Guests"]', ("guests",)),
    ],
)
def test_users_are_kept_in_one_spelling(tmp_path: Path, written: str, kept: tuple[str, ...]) -> None:
    assert own(tmp_path / "a", f"users = {written}").users == kept


def test_exceptions_have_the_same_words(tmp_path: Path) -> None:
    assert own(tmp_path, 'except = ["BREAK_GLASS", "Group:Rooms"]').except_users == ("break_glass", "group:Rooms")


def test_bundles_are_kept_as_microsoft_spells_them_and_other_apps_as_written(tmp_path: Path) -> None:
    found = own(tmp_path, f'apps = "ALL"\nexcept_apps = ["office365", "microsoftadminportals", "Pay: Roll", "{guid("app").upper()}"]')

    assert found.apps == ("all",)
    assert found.except_apps == ("Office365", "MicrosoftAdminPortals", "Pay: Roll", guid("app"))


@pytest.mark.parametrize(
    "word",
    ["browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other", "legacy", "modern"],
)
def test_a_client_is_kept_in_one_spelling(tmp_path: Path, word: str) -> None:
    assert own(tmp_path, f'clients = ["{word.upper()}", "{word}"]').clients == (word,)


@pytest.mark.parametrize(
    "word",
    [
        *("block", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication"),
        *("termsOfUse", "nothing"),
    ],
)
def test_what_is_needed_is_kept_in_one_spelling(tmp_path: Path, word: str) -> None:
    assert own(tmp_path, f'needs = "{word.upper()}"').needs == (word,)


def test_several_needs_are_alternatives(tmp_path: Path) -> None:
    found = own(tmp_path, f'needs = ["Block", "MFA", "authenticationstrength: {PHISHING_RESISTANT_STRENGTH}"]')

    assert found.needs == ("block", "mfa", f"authenticationStrength:{PHISHING_RESISTANT_STRENGTH}")
