"""`unbroken.toml`: read whole, or refused with the key that is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from builders import policy, write_tenant
from unbroken.entra.snapshot import Exemption, OperatorFacts
from unbroken.entra.vocabulary import BaselineScopeMode
from unbroken.errors import BadInput
from unbroken.sources.tenant import read_tenant

WHOLE = """
break_glass = ["bg1@contoso.example", "group:BreakGlass"]
exempt = [
  { user = "scanner@contoso.example", until = 2027-03-31, owner = "Facilities", why = "no MFA" },
  { user = "b", until = "2027-01-01" },
]
pilot_group = "IT team"
baseline_scope_mode = "legacy"
time_zone = "Europe/London"
mfa_trusted_ips = ["192.0.2.0/24", "198.51.100.7"]
"""


def facts(path: Path, text: str) -> OperatorFacts:
    return read_tenant(write_tenant(path, conditionalAccessPolicies=[policy()], facts=text)).facts


def test_every_key_is_read(tmp_path: Path) -> None:
    assert facts(tmp_path, WHOLE) == OperatorFacts(
        break_glass=("bg1@contoso.example", "group:BreakGlass"),
        exempt=(
            Exemption(user="scanner@contoso.example", until="2027-03-31", owner="Facilities", why="no MFA"),
            Exemption(user="b", until="2027-01-01"),
        ),
        pilot_group="IT team",
        baseline_scope_mode=BaselineScopeMode.LEGACY,
        time_zone="Europe/London",
        mfa_trusted_ips=("192.0.2.0/24", "198.51.100.7"),
    )


def test_no_file_and_an_empty_one_leave_the_defaults(tmp_path: Path) -> None:
    assert facts(tmp_path / "a", "") == facts(tmp_path / "b", "# nothing\n") == OperatorFacts()


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('break_glas = ["x"]', "break_glas is not a key; the keys are break_glass"),
        ('break_glass = "x"', "break_glass must be a list"),
        ("break_glass = [1]", "break_glass must be a list of texts"),
        ("pilot_group = 1", "pilot_group must be a text"),
        ('baseline_scope_mode = "strict"', "baseline_scope_mode must be one of enforced, legacy, customize, unknown"),
        ('time_zone = "Mars/Olympus"', "time_zone 'Mars/Olympus' is not a time zone"),
        ('mfa_trusted_ips = ["office"]', "mfa_trusted_ips 'office' is not an address"),
        ('exempt = ["x"]', "exempt entry 1 must be a table"),
        ("exempt = [{ until = 2027-01-01 }]", "exempt entry 1: user is missing"),
        ('exempt = [{ user = "x" }]', "exempt entry 1: until must be a date"),
        ('exempt = [{ user = "x", until = "soon" }]', "exempt entry 1: until must be a date"),
        ('exempt = [{ user = "x", until = 2027-01-01, till = 1 }]', "exempt entry 1: till is not a key"),
        ("break_glass = [", "not valid TOML"),
    ],
)
def test_a_wrong_key_is_named(tmp_path: Path, text: str, problem: str) -> None:
    with pytest.raises(BadInput, match=r"unbroken\.toml") as refusal:
        facts(tmp_path, text)
    assert problem in str(refusal.value)
    assert "\n" not in str(refusal.value)
