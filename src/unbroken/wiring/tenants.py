"""Tenants that answer through Graph: fetched, looked at, and asked what they would do."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from unbroken.wiring.policies import Progress

if TYPE_CHECKING:
    from unbroken.graph.fetch import Fetched
    from unbroken.graph.identity import Identity
    from unbroken.graph.live_answers import Comparison
    from unbroken.graph.sign_in import SignIn


def fetch(
    out: Path,
    sign_in: SignIn,
    *,
    days: int,
    without: frozenset[str],
    trace: Path | None,
    say: Callable[[str], None],
    progress: Progress | None,
) -> Fetched:
    """Fetch a tenant's snapshot, but not the collections of `without`, and its sign-ins of `days` into the folder `out`.

    `say` gets what the person who signs in must read. An emulator says how fast it may be asked; the real service has real limits.
    """
    from unbroken.graph.claims import claims_of
    from unbroken.graph.client import Graph
    from unbroken.graph.credentials import tokens_for
    from unbroken.graph.emulator_tokens import acceleration
    from unbroken.graph.fetch import fetch as fetch_tenant

    tokens = tokens_for(sign_in, say)
    tenant_id = claims_of(tokens.token()).tenant_id
    faster = acceleration(sign_in.cloud)
    with traced(trace) as noted, Graph(sign_in.cloud, tokens, trace=noted, factor=1 / faster) as graph:
        return fetch_tenant(graph, out, tenant_id, days, progress or (lambda _what, _done, _total: None), without)


def identity(sign_in: SignIn, *, trace: Path | None, say: Callable[[str], None]) -> Identity:
    """Return who we are to the tenant, and what that lets each command do."""
    from unbroken.graph.client import Graph
    from unbroken.graph.credentials import tokens_for
    from unbroken.graph.identity import identity_of

    tokens = tokens_for(sign_in, say)
    with traced(trace) as noted, Graph(sign_in.cloud, tokens, trace=noted) as graph:
        return identity_of(graph, tokens.token())


def calibrate_live(
    tenant: Path, sign_in: SignIn, *, count: int, seed: int, say: Callable[[str], None], progress: Progress | None
) -> Comparison:
    """Ask `count` sampled questions of the tenant's own `evaluate`, and compare with what the tenant folder says."""
    from unbroken.evaluate.decide import decide
    from unbroken.evaluate.table import PolicyTable
    from unbroken.evaluate.worlds import Engine
    from unbroken.graph.client import Graph
    from unbroken.graph.credentials import tokens_for
    from unbroken.graph.emulator_tokens import acceleration
    from unbroken.graph.live_answers import Comparison, ask
    from unbroken.graph.live_questions import questions
    from unbroken.sources.tenant import read_tenant
    from unbroken.sources.what_if import request_from_wire, user_ids

    snapshot = read_tenant(tenant)
    engine, users, found = Engine(PolicyTable(snapshot, snapshot.policies.records)), user_ids(snapshot), Comparison()
    with Graph(sign_in.cloud, tokens_for(sign_in, say), factor=1 / acceleration(sign_in.cloud)) as graph:
        for number, body in enumerate(questions(snapshot, count, seed), 1):
            verdicts = decide(engine, request_from_wire(body, users, f"question {number}")).policies
            ours = {each.id.lower(): (each.display_name, each.applies, ",".join(each.reasons)) for each in verdicts}
            found.add(body, ours, ask(graph, body))
            if progress:
                progress("asking the tenant", number, count)
    return found


@contextmanager
def traced(file: Path | None) -> Iterator[Callable[..., None]]:
    """Give what writes the trace into `file`, or nowhere."""
    from unbroken.graph.trace import TraceFile, silent

    if file is None:
        yield silent
        return
    with TraceFile(file) as trace:
        yield trace
