"""Which file each policy stands in, for tools that annotate files."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

from unbroken.sources.layout import FACTS


def policy_files(sources: Iterable[Path]) -> dict[str, str]:
    """Return the file of each policy id, that of the first of `sources` (files or folders) that has it; archives have no such file."""
    found: dict[str, str] = {}
    for path in (file for source in sources for file in _files(source)):
        for policy_id in _ids(path):
            found.setdefault(policy_id, path.as_posix())
    return found


def file_of_rules(tenant: Path) -> str:
    """Return the file for what no policy's file is known for: the operator's own facts beside the exports, else the tenant itself."""
    facts = tenant / FACTS
    return (facts if facts.is_file() else tenant).as_posix()


def _files(source: Path) -> list[Path]:
    return sorted(source.rglob("*.json")) if source.is_dir() else [source]


def _ids(path: Path) -> Iterator[str]:
    """Yield the ids of the policies in a file; none when it holds anything else. What cannot be read was said when the tenant was."""
    if "signIns" in path.parts:
        return
    try:
        body = json.loads(path.read_bytes())
    except (OSError, ValueError, RecursionError):
        return
    page = body.get("value", body) if isinstance(body, dict) else body
    for record in page if isinstance(page, list) else [page]:
        if isinstance(record, dict) and "conditions" in record and isinstance(record.get("id"), str):
            yield record["id"].lower()
