"""The composition root: the only module that knows every adapter."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from unbroken.evaluate.decision import Decision


def what_if(tenant: Path, request: Path | None, stdin: str = "") -> tuple[Iterator[tuple[dict[str, Any], Decision]], str]:
    """Return each request of the file with its decision, and the file's form: `object`, `array` or `lines`."""
    from unbroken.evaluate.decide import decide
    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.sources.tenant import read_tenant
    from unbroken.sources.what_if import read_requests, read_text, request_from_wire

    text, where = read_text(request, stdin)
    bodies, form = read_requests(text, where)
    snapshot = read_tenant(tenant)
    engine = Engine(PolicyTable(snapshot))
    requests = [request_from_wire(body, snapshot, where) for body in bodies]
    return ((body, decide(engine, each)) for body, each in zip(bodies, requests, strict=True)), form
