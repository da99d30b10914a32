from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from sign_in_logs import graph_sign_in, page, portal_csv, portal_row, read, read_text

ROWS = [json.dumps(graph_sign_in(number), separators=(",", ":")) for number in range(1, 10)]


def broken(text: str) -> str:
    """Take a quote away."""
    return text.replace('"userId"', 'userId"')


@pytest.mark.parametrize(
    ("spoilt", "lost"),
    [
        (broken(ROWS[4]), "5"),
        (ROWS[4][:-1], "5"),  # no closing bracket
        (ROWS[4].replace('"userId":', '"userId"'), "5"),
        (ROWS[4].replace("Ada", "A\0da"), "5"),
        (ROWS[4].replace("Ada", "A\udc80da"), "5"),
        (ROWS[4].replace('"createdDateTime":"2026', '"createdDateTime":"x'), "5"),
    ],
)
@pytest.mark.parametrize("form", ["array", "page", "lines"])
def test_one_bad_record_costs_only_itself(form: str, spoilt: str, lost: str, tmp_path: Path) -> None:
    rows = [*ROWS[:4], spoilt, *ROWS[5:]]
    joined = {"array": "[" + ",".join(rows) + "]", "page": '{"value":[' + ",".join(rows) + "]}", "lines": "\n".join(rows) + "\n"}[form]
    path = tmp_path / "log"
    path.write_bytes(joined.encode("utf-8", "surrogateescape"))
    columns, count = read(path)
    assert [text[-1] for text in columns["id"]] == [text for text in "123456789" if text != lost]
    assert count.skipped == {"unreadable record": 1}
    assert len(count.problems) == 1
    assert (f"{path}:5" if form == "lines" else f"{path}, record 5") in count.problems[0]


def test_a_record_with_a_bracket_too_many_does_not_take_others_with_it(tmp_path: Path) -> None:
    rows = [*ROWS[:4], ROWS[4].replace('"status":{', '"status":'), *ROWS[5:]]
    columns, count = read_text(tmp_path, "[" + ",".join(rows) + "]")
    assert [text[-1] for text in columns["id"]] == list("12346789")
    assert set(count.skipped) == {"unreadable record"}


@pytest.mark.parametrize("form", ["array", "page", "lines"])
def test_a_bad_record_far_inside_a_large_file_costs_only_itself(form: str, tmp_path: Path) -> None:
    rows = [json.dumps(graph_sign_in(number)) for number in range(2500)]
    rows[1700] = broken(rows[1700])
    forms = {"array": f"[{','.join(rows)}]", "page": f'{{"value":[{",".join(rows)}]}}', "lines": "\n".join(rows)}
    columns, count = read_text(tmp_path, forms[form])
    assert len(columns["id"]) == 2499
    assert "1701" in count.problems[0]


@pytest.mark.parametrize("cut", [200, 900, 1500])
@pytest.mark.parametrize("form", ["array", "page", "lines"])
def test_a_file_cut_short_gives_what_it_has_and_says_so(form: str, cut: int, tmp_path: Path) -> None:
    text = {"array": "[" + ",".join(ROWS) + "]", "page": '{"value":[' + ",".join(ROWS) + "]}", "lines": "\n".join(ROWS)}[form]
    columns, count = read_text(tmp_path, text[:-cut])
    assert len(columns["id"]) == 9 - (cut + len(ROWS[0]) - 1) // len(ROWS[0])
    assert 1 <= len(count.problems) <= 2


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf \r\n", "empty"),
        (b"\0\0\0\0\0\0\0\0", "empty"),
        (b"<!DOCTYPE html><html><title>Sign in to your account</title>", "web page"),
        (b"PK\x03\x04 this is not really an archive\0\0\0\0", "damaged zip"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "neither JSON nor CSV"),
        (b"\x1f\x8b this is not really gzip", "cannot be read"),
        (b"just some words\nand more of them\n", "not a sign-in log"),
        (b"Datum (UTC);Benutzer;Benutzername\n", "English, French, Spanish"),
        ("Aplicaci\xf3n,Fecha (UTC)\n".encode("cp1252"), "not UTF-8"),
        (b'{"value": [', "ends before"),
        (b"[", "ends before"),
        (b"{", "not valid JSON"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_in_one_line(content: bytes, says: str, tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_bytes(content)
    columns, count = read(path)
    assert not columns["id"]
    assert len(count.problems) == 1, count.problems
    assert says in count.problems[0]
    assert str(path) in count.problems[0]
    assert "\n" not in count.problems[0]


def test_a_gzip_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    path = tmp_path / "log.gz"
    packed = gzip.compress("\n".join(json.dumps(graph_sign_in(n, userAgent=str(n**9) * 40)) for n in range(3000)).encode())
    path.write_bytes(packed[: len(packed) * 9 // 10])
    columns, count = read(path)
    assert len(columns["id"]) > 500
    assert "cannot be read to its end" in count.problems[-1]


def test_an_endless_line_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("unbroken.sources.json_stream.RECORD_LIMIT", 1 << 20)
    path = tmp_path / "log"
    path.write_text("\n".join([*ROWS[:3], '{"a":"' + "x" * (6 << 20), *ROWS[3:]]), encoding="utf-8")
    columns, count = read(path)
    assert len(columns["id"]) == 9
    assert count.skipped == {"unreadable record": 1}
    assert f"{path}:4" in count.problems[0]


@pytest.mark.parametrize("row", ["a,b,c", '"open quote,2,3', "1," * 60])
def test_a_bad_row_of_a_csv_costs_only_itself(row: str, tmp_path: Path) -> None:
    lines = portal_csv([portal_row(**{"Request ID": f"r{number}"}) for number in range(300)]).split("\r\n")
    lines.insert(3, row)
    columns, count = read_text(tmp_path, "\r\n".join(lines))
    assert columns["id"] == [f"r{number}" for number in range(300)]
    assert count.skipped == {"unreadable record": 1}
    assert f"{tmp_path / 'log'}:4: the row has" in count.problems[0]


def test_a_row_in_another_encoding_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "log.csv"
    path.write_bytes(portal_csv([portal_row(), portal_row(User="Zoë")]).encode("cp1252"))
    columns, count = read(path)
    assert len(columns["id"]) == 1
    assert "not UTF-8" in count.problems[0]


def test_problem_lines_of_records_are_limited_but_counted(tmp_path: Path) -> None:
    _, count = read_text(tmp_path, page([graph_sign_in(createdDateTime="x") for _ in range(150)]) + "\n<html>")
    assert count.skipped["unreadable record"] >= 150
    assert len(count.problems) <= 101
