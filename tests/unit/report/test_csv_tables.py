"""Every table as CSV, safe to open in a spreadsheet."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from builders_report import FORMULA, blast_radius
from unbroken.errors import UnbrokenError
from unbroken.report.csv_tables import harmless, write_tables


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_table_is_written_also_an_empty_one(tmp_path: Path) -> None:
    files = write_tables(blast_radius(findings=()), tmp_path / "new" / "folder")

    names = {file.stem for file in files}
    assert names >= {"summary", "people", "users", "apps", "clients", "legacy", "accounts", "policies", "hours", "rows", "files"}
    assert names >= {"reasons", "disagreements", "findings", "limits", "problems"}
    assert rows(tmp_path / "new" / "folder" / "findings.csv") == []


def test_a_spreadsheet_recognises_the_encoding(tmp_path: Path) -> None:
    for file in write_tables(blast_radius(), tmp_path):
        assert file.read_bytes().startswith(b"\xef\xbb\xbf")


def test_all_people_are_there_with_their_ids(tmp_path: Path) -> None:
    radius = blast_radius()
    write_tables(radius, tmp_path)

    assert {row["id"] for row in rows(tmp_path / "people.csv")} == {person.user_id for person in radius.people}


def test_no_cell_starts_like_a_formula(tmp_path: Path) -> None:
    for file in write_tables(blast_radius(), tmp_path):
        for row in rows(file):
            assert not any(cell.startswith(("=", "+", "-", "@")) for cell in row.values())
    assert f"'{FORMULA}" in {row["app"] for row in rows(tmp_path / "apps.csv")}


@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", " =1"])
def test_text_that_a_spreadsheet_would_run_gets_an_apostrophe(cell: str) -> None:
    assert harmless(cell) == f"'{cell}"


@pytest.mark.parametrize("cell", [-3, 2.5, "", "a=1", "erp@contoso.example"])
def test_other_cells_stay_what_they_are(cell: str | float) -> None:
    assert harmless(cell) == cell


def test_the_summary_holds_the_calibration_and_the_outcomes(tmp_path: Path) -> None:
    write_tables(blast_radius(), tmp_path)
    figures = {row["figure"]: row["value"] for row in rows(tmp_path / "summary.csv")}

    assert figures["calibration compared"] == "61864"
    assert figures["sign-ins after: locked out"] == "61"
    assert figures["sign-ins before: locked out"] == "0"


def test_a_folder_that_cannot_be_made_is_one_clear_line(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file", encoding="utf-8")

    with pytest.raises(UnbrokenError, match=r"cannot write .*taken.*: choose another folder"):
        write_tables(blast_radius(), tmp_path / "taken")
