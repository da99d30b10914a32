"""`whatif`: one question, or many, about one tenant."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from unbroken.wiring.policies import laid_over

if TYPE_CHECKING:
    from unbroken.evaluate.decision import Decision


def what_if(
    tenant: Path, request: Path | None, stdin: str = "", proposed: Sequence[Path] = ()
) -> tuple[Iterator[tuple[dict[str, Any], Decision]], str]:
    """Return each request of the file with its decision, and the file's form: `object`, `array` or `lines`."""
    from unbroken.evaluate.decide import decide
    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.sources.tenant import read_tenant
    from unbroken.sources.what_if import read_requests, read_text, request_from_wire, user_ids

    text, where = read_text(request, stdin)
    asked, form = read_requests(text, where)
    snapshot = read_tenant(tenant)
    policies, snapshot = laid_over(snapshot, proposed)
    engine = Engine(PolicyTable(snapshot, policies))
    users = user_ids(snapshot)
    requests = [(body, request_from_wire(body, users, at)) for at, body in asked]
    return ((body, decide(engine, each)) for body, each in requests), form
