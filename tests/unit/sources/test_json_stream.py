"""Where records meet: parts that begin as a record does are never taken for one, and records still come many at a time."""

from __future__ import annotations

import json

import pytest

from unbroken.sources.json_stream import JsonStream, Kind

POLICIES = [{"id": f"policy-{number}", "result": "success"} for number in range(8)]
LAYOUTS = {
    "time after the id": lambda number: {"id": number, "createdDateTime": "2026-10-01T00:00:00Z", "applied": POLICIES},
    "time after the policies": lambda number: {"id": number, "applied": POLICIES, "createdDateTime": "2026-10-01T00:00:00Z"},
    "time twice": lambda number: {"id": number, "createdDateTime": "2026-10-01T00:00:00Z", "applied": [{"id": 0, "createdDateTime": ""}]},
    "names in Pascal case": lambda number: {"Id": number, "CreatedDateTime": "2026-10-01T00:00:00Z", "Applied": POLICIES},
}


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize("separators", [(",", ":"), (",\n  ", ": ")])
@pytest.mark.parametrize("page_size", [1, 2, 3, 40])
def test_every_record_comes_once_and_in_order(layout: str, separators: tuple[str, str], page_size: int) -> None:
    records = [LAYOUTS[layout](number) for number in range(120)]
    pages = [
        json.dumps({"@odata.context": "x", "value": records[first : first + page_size]}, separators=separators)
        for first in range(0, len(records), page_size)
    ]
    pieces = list(JsonStream(iter(["\n".join(pages).encode()]), block_size=2048).pieces())
    arrays = [piece.data if piece.kind is Kind.RECORDS else b"[" + piece.data + b"]" for piece in pieces if piece.kind is not Kind.PAGE]
    assert [record for array in arrays for record in json.loads(array)] == records
    assert sum(piece.kind is Kind.PAGE for piece in pieces) == len(pages)


@pytest.mark.parametrize("layout", ["time after the id", "time after the policies", "names in Pascal case"])
def test_most_records_come_many_at_a_time(layout: str) -> None:
    text = json.dumps([LAYOUTS[layout](number) for number in range(1000)], separators=(",", ":")).encode()
    pieces = list(JsonStream(iter([text]), block_size=1 << 15).pieces())
    assert sum(piece.kind is Kind.RECORD for piece in pieces) < 10
