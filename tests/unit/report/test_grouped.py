from __future__ import annotations

from dataclasses import replace

from builders_report import blast_radius
from unbroken.evaluate.blast_radius import AccountKind, LegacyDependency
from unbroken.report import grouped


def account(number: int, kind: str, suggestion: str) -> AccountKind:
    return AccountKind(
        user_id=f"u{number}",
        user_principal_name=f"a{number}@contoso.example",
        kind=kind,
        evidence=(),
        certainty="likely",
        suggestion=suggestion,
    )


def dependency(user: str, remediation: str, *, noise: bool = False) -> LegacyDependency:
    return replace(blast_radius().legacy[0], user=user, remediation=remediation, noise=noise, failures=3)


def test_scanners_with_one_remedy_are_one_group() -> None:
    found = grouped.by_remedy([dependency("s1", "relay"), dependency("erp", "OAuth"), dependency("s2", "relay")])
    assert {remedy: [entry.user for entry in entries] for remedy, entries in found.items()} == {"relay": ["s1", "s2"], "OAuth": ["erp"]}


def test_spray_is_counted_but_a_right_password_is_shown() -> None:
    spray = [dependency(name, "Failures only", noise=True) for name in ("a", "b")]
    guessed = dependency("c", "Failures only. But 2 failed after the first factor: look.", noise=True)
    assert grouped.worth_a_look([*spray, guessed, dependency("erp", "OAuth")]) == [guessed, dependency("erp", "OAuth")]
    assert grouped.noise([*spray, guessed]) == "Not dependencies: 6 failures on 2 accounts without any success, likely password spray."
    assert grouped.noise([guessed]) == ""


def test_accounts_that_cannot_sign_in_are_one_line() -> None:
    rooms = [account(number, "room", "block its sign-in") for number in range(5)]
    left = [account(number, "disabled", "nothing to do: a disabled account cannot sign in") for number in range(5, 8)]
    (kind,) = grouped.kinds([*left, *rooms])
    assert (kind.name, len(kind.accounts)) == ("likely room", 5)
    assert grouped.some_names(kind.accounts) == ["a0@contoso.example", "a1@contoso.example", "a2@contoso.example", "and 2 more"]
    assert grouped.nothing_to_decide([*left, *rooms]) == "3 more cannot sign in anyway (3 disabled): nothing to decide."
    assert grouped.nothing_to_decide(rooms) == ""


def test_files_of_one_folder_are_one_line_unless_one_was_read_otherwise() -> None:
    files = [("logs/a.json", "Graph", 2), ("logs/b.json", "Graph", 3), ("logs/c.csv", "not usable", 0)]
    assert [records for _, _, records in grouped.files_together(files)] == [5, 0]
    assert grouped.files_together(files)[0][0].startswith("2 files in logs")
    assert grouped.files_together(files)[1] == files[2]
