"""What `unbroken assess --report` says of all sign-ins: what `unbroken prove` says, and no name where names are hidden."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

RULE = """
[[property]]
name = "no-legacy-for-{number}"
users = "{user}"
clients = "legacy"
needs = "block"
why = "asked for by {display} and {stranger}"
"""


def verdicts(page: Path) -> list[tuple[str, ...]]:
    """Return each row of the table of verdicts: the property and its verdict, or those before and after."""
    (table,) = re.findall(r'<table id="table-verdicts">(.*?)</table>', page.read_text(encoding="utf-8"), re.DOTALL)
    rows = re.findall(r'<th scope="row">([^<]+)(.*?)</tr>', table, re.DOTALL)
    return [(name, *re.findall(r'<span class="effect \w+">(\w+)</span>', rest)) for name, rest in rows]


def proved(command: Any, *arguments: object) -> list[tuple[str, str]]:
    """Return what `unbroken prove` answers."""
    words = {True: "HOLDS", False: "VIOLATED", None: "UNKNOWN"}
    found = command("prove", *arguments, "--format", "json").json
    return [(each["name"], words[each["holds"]]) for each in found["properties"]]


def test_the_report_says_what_prove_says_before_and_after(sample: Path, proposed: Path, tmp_path: Path, command: Any) -> None:
    page = tmp_path / "report.html"
    command("assess", sample, "--with", proposed, "--report", page)
    before, after = proved(command, sample), proved(command, sample, "--with", proposed)

    assert verdicts(page) == [(name, was, verdict) for (name, was), (_, verdict) in zip(before, after, strict=True)]
    assert before != after
    assert len(before) == 4


def test_without_a_proposal_there_is_one_verdict_and_rules_of_the_tenants_own_stand_among_the_others(
    tenant: Path, tmp_path: Path, command: Any
) -> None:
    with (tenant / "unbroken.toml").open("a", encoding="utf-8") as file:
        file.write(RULE.format(number=1, user="everyone", stranger="a board member", display="the auditor"))
    page = tmp_path / "report.html"
    command("assess", tenant, "--report", page)

    assert verdicts(page) == proved(command, tenant)
    assert verdicts(page)[-1] == ("no-legacy-for-1", "VIOLATED")


def test_the_answer_is_the_same_with_a_report_and_without(sample: Path, proposed: Path, tmp_path: Path, command: Any) -> None:
    """The JSON and the exit code of `assess` speak of sign-ins that happened; a property that does not hold is no part of them."""
    without = command("assess", sample, "--with", proposed, "--format", "json")
    with_report = command("assess", sample, "--with", proposed, "--format", "json", "--report", tmp_path / "report.html")

    assert (with_report.code, with_report.json) == (without.code, without.json)


def test_a_violated_property_alone_is_no_finding_of_assess(tenant: Path, tmp_path: Path, command: Any) -> None:
    for file in (tenant / "signIns").iterdir():
        file.write_text("[]", encoding="utf-8")
    page = tmp_path / "report.html"

    assert command("assess", tenant, "--report", page).code == 0
    assert ("mfa-everywhere", "VIOLATED") in verdicts(page)


def test_what_is_unknown_is_said_with_the_missing_fact(tenant: Path, proposed: Path, tmp_path: Path, command: Any) -> None:
    (tenant / "groups.json").unlink()
    page = tmp_path / "report.html"
    command("assess", tenant, "--with", tenant / "proposed", "--report", page)

    assert ("break-glass-free", "UNKNOWN", "UNKNOWN") in verdicts(page)
    assert "Unknown is not safe" in page.read_text(encoding="utf-8")
    assert "members of the break-glass group in group:BreakGlass (groups)" in page.read_text(encoding="utf-8")


@pytest.mark.parametrize("change", [False, True], ids=["as it is", "with a proposal"])
def test_no_name_of_a_user_is_in_a_pseudonymised_report(change: bool, tenant: Path, proposed: Path, tmp_path: Path, command: Any) -> None:
    users = json.loads((tenant / "users.json").read_text(encoding="utf-8"))
    users = users["value"] if isinstance(users, dict) else users
    with (tenant / "unbroken.toml").open("a", encoding="utf-8") as file:
        for number, user in enumerate(users[:4]):
            about = {
                "user": user["userPrincipalName"],
                "stranger": f"typing-error{number}@larkmoor.example",
                "display": user["displayName"],
            }
            file.write(RULE.format(number=number, **about))
    page = tmp_path / "report.html"
    command("assess", tenant, *(["--with", proposed] if change else []), "--report", page, "--pseudonymise")

    html = page.read_text(encoding="utf-8").lower()
    assert len(verdicts(page)) == 8
    names = {user[key].lower() for user in users for key in ("id", "userPrincipalName", "displayName")}
    assert {name for name in names if name in html and (" " in name or "@" in name)} == set()
    assert not [word for word in ("typing-error", "larkmoor", "192.0.2.", "2001:db8") if word in html]
