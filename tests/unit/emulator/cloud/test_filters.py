"""The `$filter` language: what a text means for a record."""

from __future__ import annotations

from typing import Any

import pytest

from unbroken.emulator.cloud.filter_text import parse
from unbroken.emulator.cloud.grammar import moment, passes
from unbroken.emulator.cloud.message import Refusal

RECORD: dict[str, Any] = {
    "name": "O'Neill",
    "enabled": True,
    "nothing": None,
    "size": 3,
    "made": "2026-11-20T08:00:00Z",
    "words": ["mobilePhone", "fido2"],
    "parts": [{"id": "a"}, {"id": "b"}],
    "status": {"errorCode": 50074},
}


@pytest.mark.parametrize(
    "text",
    [
        "name eq 'o''neill'",
        "NAME eq 'x' or enabled eq true",
        "not (enabled eq false)",
        "enabled eq true and (size eq 3 or size eq 4)",
        "nothing eq null",
        "absent eq null",
        "absent ne 'x'",
        "status/errorCode eq 50074",
        "startsWith(name,'O''N')",
        "endsWith(name, 'neill')",
        "words/any(w:w eq 'FIDO2')",
        "parts/any(p: p/id eq 'b')",
        "words/$count eq 2",
        "name in ('x', 'O''Neill')",
        "made ge 2026-11-20T08:00:00Z and made le 2026-11-20T08:00:00.0000000Z",
        "made ge 2026-11-20",
        "made le 2026-11-20T08:00:00.5Z",
        "size ge 2.5",
    ],
)
def test_a_filter_that_the_record_passes(text: str) -> None:
    assert passes(RECORD, parse(text))


@pytest.mark.parametrize(
    "text",
    [
        "name eq 'neill'",
        "enabled ne true",
        "not (words/any(w: w eq 'fido2'))",
        "absent ge 'a'",
        "size ge 'a'",
        "made ge 2026-11-20T08:00:00.0000001Z",
        "parts/any(p: p/id eq 'c')",
        "enabled eq false or size eq 4 and name eq 'O''Neill'",
        "words/$count ne 2",
    ],
)
def test_a_filter_that_the_record_does_not_pass(text: str) -> None:
    assert not passes(RECORD, parse(text))


@pytest.mark.parametrize(
    "text",
    ["", "name", "name eq", "name eq x", "name like 'x'", "(name eq 'x'", "name eq 'x' name", "words/any(w w eq 'x')", "name in 'x'", "'"],
)
def test_a_text_that_is_no_filter_is_refused(text: str) -> None:
    with pytest.raises(Refusal):
        parse(text)


def test_moments_compare_as_text() -> None:
    texts = ["2026-11-20", "2026-11-20T00:00:00.1Z", "2026-11-20T00:01Z", "2026-11-20T01:00:00+00:00", "2026-11-20T01:00:00.0000001Z"]

    assert [moment(text) for text in texts] == sorted(moment(text) for text in texts)
    assert len({moment(text) for text in ("2026-11-20", "2026-11-20T00:00Z", "2026-11-20T00:00:00.000Z")}) == 1
