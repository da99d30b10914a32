"""Laws of reading: every record in exactly one count, and no way of writing the same records changes them."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sign_in_logs import graph_sign_in, page, read, read_text

TEXT = st.text(max_size=12)
SIGN_INS = st.fixed_dictionaries(
    {
        "userId": st.sampled_from(["", "u1", "u2", None]),
        "userPrincipalName": st.sampled_from(["", "ada@contoso.example", None]),
        "createdDateTime": st.sampled_from(["2026-11-23T14:15:03Z", "2026-11-23T14:15:03.1234567Z", "", "soon", None]),
        "status": st.sampled_from([None, {}, {"errorCode": 0}, {"errorCode": "50076"}, {"errorCode": 50126}, "text"]),
        "deviceDetail": st.sampled_from([None, {}, {"deviceId": "d"}, "{}", "Microsoft.Graph.Thing"]),
        "appliedConditionalAccessPolicies": st.sampled_from([None, [], [{"id": "p", "result": "success"}], "[]", 7]),
        "resourceId": st.sampled_from(["r", "adfs", None]),
        "crossTenantAccessType": st.sampled_from(["none", "passthrough", None]),
        "userDisplayName": TEXT,
        "userAgent": st.one_of(TEXT, st.integers(), st.lists(TEXT, max_size=2)),
    }
).map(lambda changes: graph_sign_in(1, **changes))
OTHERS = st.one_of(
    st.dictionaries(TEXT, st.one_of(TEXT, st.integers(), st.none()), max_size=4),
    st.sampled_from([{"activityDateTime": "x", "category": "Policy"}, {"value": "x"}, {}, []]),
    TEXT,
    st.none(),
)
RECORDS = st.lists(st.one_of(SIGN_INS, OTHERS), max_size=8)


def counted(text: str) -> tuple[dict[str, list[Any]], int]:
    with tempfile.TemporaryDirectory() as folder:
        columns, count = read_text(Path(folder), text)
    return columns, count.read


@settings(deadline=None, max_examples=60)
@given(RECORDS)
def test_every_record_of_a_page_is_in_exactly_one_count(records: list[Any]) -> None:
    _, number = counted(page(records))
    assert number == len(records)


@settings(deadline=None, max_examples=60)
@given(st.lists(SIGN_INS, min_size=1, max_size=6))
def test_lines_arrays_and_pages_give_the_same_columns(records: list[dict[str, Any]]) -> None:
    lines, _ = counted("\n".join(map(json.dumps, records)) + "\n")
    array, _ = counted(json.dumps(records))
    pretty, _ = counted(page(records, indent=3))
    assert lines == array == pretty


@settings(deadline=None, max_examples=60)
@given(st.binary(max_size=200), st.integers(0, 4000))
def test_no_bytes_at_all_make_the_reader_fail(noise: bytes, at: int) -> None:
    good = page([graph_sign_in(number) for number in range(4)]).encode()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "log"
        path.write_bytes(good[: at % len(good)] + noise + good[at % len(good) :])
        read(path)
