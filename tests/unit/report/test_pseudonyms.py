"""Nothing identifying leaves the house, and the figures stay what they are."""

from __future__ import annotations

import io
import json
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from builders_report import blast_radius, user_id
from unbroken.evaluate.blast_radius import BlastRadius
from unbroken.report.csv_tables import write_tables
from unbroken.report.html_page import render_html
from unbroken.report.identifiers import Identifiers
from unbroken.report.json_form import blast_radius_json
from unbroken.report.pseudonyms import KEPT, pseudonymise
from unbroken.report.redaction import Redaction
from unbroken.report.terminal import print_blast_radius

SALT = b"a salt of sixteen bytes or more"


def identifying(radius: BlastRadius) -> set[str]:
    words = {radius.tenant, "contoso", "192.0.2.41", "2001:db8::41", *(file for file, _, _ in radius.files)}
    for person in radius.people:
        words |= {person.user_id, person.user_principal_name, person.display_name}
    for account in radius.accounts:
        words |= {account.user_id, account.user_principal_name}
    for entry in radius.legacy:
        words |= {entry.user, entry.device}
    words |= {disagreement.example for disagreement in radius.calibration.disagreements}
    return {word.lower() for word in words if word}


def everything(radius: BlastRadius, folder: Path) -> str:
    file = io.StringIO()
    print_blast_radius(Console(file=file, width=400), radius, top=1000)
    csv = "".join(path.read_text(encoding="utf-8-sig") for path in write_tables(radius, folder))
    body = json.dumps(blast_radius_json(radius), ensure_ascii=False)
    return "\n".join((file.getvalue(), csv, body, render_html(radius), repr(radius))).lower()


def test_no_identifier_is_left_in_any_face(tmp_path: Path) -> None:
    radius = blast_radius()
    plain, hidden = everything(radius, tmp_path / "plain"), everything(pseudonymise(radius, SALT), tmp_path / "hidden")

    assert all(word in plain for word in identifying(radius) if word.isprintable())
    assert not {word for word in identifying(radius) if word in hidden}


def test_the_figures_stay_what_they_are() -> None:
    radius = blast_radius()
    hidden = pseudonymise(radius, SALT)

    for same in ("sign_ins", "prompts", "before", "after", "registration", "hours"):
        assert getattr(hidden, same) == getattr(radius, same)
    assert [(p.effect, p.sign_ins, p.kind, p.new) for p in hidden.people] == [(p.effect, p.sign_ins, p.kind, p.new) for p in radius.people]
    assert len({person.user_id for person in hidden.people}) == 60


def test_one_account_has_one_pseudonym_everywhere() -> None:
    hidden = pseudonymise(blast_radius(), SALT)

    erp = hidden.people[0].user_id
    assert hidden.users[0].id == hidden.users[0].name == hidden.legacy[0].user == erp
    assert hidden.legacy[0].device in hidden.legacy[0].user_agent
    assert hidden.accounts[3].user_id in hidden.findings[0]


def test_another_salt_gives_other_pseudonyms_and_the_same_one_the_same() -> None:
    radius = blast_radius()

    assert pseudonymise(radius, SALT) == pseudonymise(radius, SALT)
    assert pseudonymise(radius, SALT).people[0].user_id != pseudonymise(radius, SALT[::-1]).people[0].user_id


def test_a_short_salt_is_refused() -> None:
    with pytest.raises(ValueError, match="16 bytes"):
        pseudonymise(blast_radius(), b"short")


def test_the_limits_say_what_keeps_its_name() -> None:
    assert pseudonymise(blast_radius(), SALT).limits[-1] == KEPT


def redacted(text: str) -> str:
    return Redaction(Identifiers.of(blast_radius(), SALT))(text)


@pytest.mark.parametrize(
    ("text", "leak"),
    [
        ("mail from hanna.stranger@contoso.example today", "stranger"),
        ("o'brien@fabrikam.example", "brien"),
        ("host LAPTOP-MFP-FLOOR-2-X answered", "mfp-floor-2"),
        ("IP:192.0.2.7, then 192.0.2.8:443.", "192.0.2"),
        ("from 2001:DB8:0:1::7/64 and ::1", "db8"),
        ("id ffffffff-1111-2222-3333-444444444444", "ffffffff"),
        ("SEEN AS ADA.ACKERMANN@CONTOSO.EXAMPLE", "ackermann"),
        ("the share of contoso.example is 3", "contoso"),
        ("Dmitri Ackermann's phone and DMITRI ACKERMANN", "ackermann"),
    ],
)
def test_words_in_sentences(text: str, leak: str) -> None:
    assert leak in text.lower()
    assert leak not in redacted(text).lower()


@pytest.mark.parametrize(
    "text",
    [
        "Office 365 Exchange Online demands MFA at 12:30:45 on 2026-11-20T08:14:00Z",
        "version 16.0.17830.20138 :: nothing to see",
        "c1000000-0000-4000-8000-000000000001",
        "60 % of 58 accounts; AND/OR, 1/2",
    ],
)
def test_what_names_nobody_stays(text: str) -> None:
    assert redacted(text) == text


def test_an_unknown_mail_address_is_not_taken_for_a_known_one_inside_it() -> None:
    known = Identifiers.of(blast_radius(), SALT).account(user_id(5))

    assert known not in redacted("xfarid.ackermann@contoso.example")


def test_a_short_name_is_replaced_only_where_it_stands_alone() -> None:
    radius = blast_radius()
    short = replace(radius, people=(replace(radius.people[0], display_name="Al"), replace(radius.people[3], display_name="李明")))
    text = Redaction(Identifiers.of(short, SALT))

    assert text("All of Al's sign-ins, and 李明さん") == f"All of {text('Al')}'s sign-ins, and {text('李明')}さん"
    assert text("Al").startswith("user-")
    assert text("李明").startswith("user-")


def test_a_letter_that_grows_in_lower_case_hides_no_name() -> None:
    radius = blast_radius()
    turkish = replace(radius, people=(replace(radius.people[0], display_name="İnci Öztürk"),))

    assert "nci" not in Redaction(Identifiers.of(turkish, SALT))("seen: İnci Öztürk, at noon")


def test_an_account_called_mfa_does_not_spoil_every_sentence() -> None:
    radius = blast_radius()
    odd = replace(radius, people=(replace(radius.people[0], display_name="MFA"),))

    assert Redaction(Identifiers.of(odd, SALT))("CA001 demands MFA") == "CA001 demands MFA"


def test_a_version_in_a_user_agent_is_no_address() -> None:
    text = Redaction(Identifiers.of(blast_radius(), SALT))

    assert text.user_agent("Chrome/120.0.0.0 SRV-ERP-01 at 10.0.0.1").startswith("Chrome/120.0.0.0 device-")
    assert "10.0.0.1" not in text.user_agent("Chrome/120.0.0.0 at 10.0.0.1")


@pytest.mark.parametrize(
    ("line", "end"),
    [
        ("C:\\Users\\ada\\signIns.csv:12: bad row", ".csv:12: bad row"),
        ("/home/ada/users.json, record 5: no id", ".json, record 5: no id"),
        ("group `Field staff`: no members", "group `Field staff`: no members"),
    ],
)
def test_the_path_in_a_problem_is_replaced_and_its_place_stays(line: str, end: str) -> None:
    said = Redaction(Identifiers.of(blast_radius(), SALT)).problem(line)

    assert said.endswith(end)
    assert "ada" not in said
