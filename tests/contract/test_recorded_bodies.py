"""Bodies that Microsoft's reference shows are read as they are: every record of a list, or an error where it names a next page."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph_service import Answer, client, serving
from unbroken.graph.failures import PageTokenExpired, Unreadable
from unbroken.graph.paging import listing

pytestmark = pytest.mark.shared


def lists(shared: Path) -> dict[str, dict[str, Any]]:
    """Return the recorded answers that are lists, by file name."""
    files = sorted((shared / "data" / "graph-examples").glob("*__resp__*.json"))
    bodies = {file.name: json.loads(file.read_text(encoding="utf-8"))["body"] for file in files}
    return {name: body for name, body in bodies.items() if isinstance(body, dict) and _objects(body.get("value"))}


def _objects(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(each, dict) for each in value)


def once(records: list[Any]) -> list[str]:
    """Return each record once: of several with one id the last counts."""
    by_id = {each.get("id") or each.get("tenantId") or number: each for number, each in enumerate(records)}
    return sorted(json.dumps(record, sort_keys=True) for record in by_id.values())


def test_every_recorded_list_is_read_whole_or_is_an_error(shared: Path) -> None:
    recorded, refused, bodies = lists(shared), [], iter(())
    assert len(recorded) > 50
    with serving(lambda _: next(bodies)) as service, client(service) as graph:
        for name, body in recorded.items():
            bodies = iter([Answer(body=body)])
            try:
                found = listing(graph, "v1.0/anything")
            except (Unreadable, PageTokenExpired):
                refused.append(name)
                continue
            assert once([json.loads(each) for each in found]) == once(body["value"]), name

    assert refused == [name for name, body in recorded.items() if body.get("@odata.nextLink")]
