"""Listings: every page to the last one, or an error. There is no third outcome: half a directory is a lockout."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from urllib.parse import urlsplit

import msgspec

from unbroken.graph.client import PATIENT, Graph
from unbroken.graph.failures import GraphFailure, NotThere, PageTokenExpired, Said, Unreadable
from unbroken.graph.retry import Budget

RESTARTS = 3
"""How often a listing begins anew because a page's address expired, before that is an error."""
_EXPIRED = frozenset({400, 404, 410})
"""Statuses of an address that Graph itself handed out: the token in it is no longer good, whatever the code says."""


class Page(msgspec.Struct):
    """One page; the records stay the bytes Graph sent."""

    value: list[msgspec.Raw]
    next_link: str | None = msgspec.field(name="@odata.nextLink", default=None)


class _Identified(msgspec.Struct):
    id: str | None = None
    tenant_id: str | None = msgspec.field(name="tenantId", default=None)
    """What the partners of a cross-tenant access policy are known by."""


def listing(
    graph: Graph,
    path: str,
    headers: Mapping[str, str] | None = None,
    budget: Budget = PATIENT,
    told: Callable[[int], None] | None = None,
) -> list[bytes]:
    """Return every record of a collection as Graph wrote it, once per id: of two with one id the later one.

    `told` is called with the number of records so far.

    Raises:
        GraphFailure: a page could not be had; nothing is returned then.
    """
    for restart in range(RESTARTS + 1):
        try:
            return _whole(graph, path, headers, budget, told)
        except PageTokenExpired as error:
            graph.trace("restart", url=path, restart=restart + 1, status=error.said.status, code=error.said.code)
            last = error
    raise last


def beginning(graph: Graph, path: str, budget: Budget = PATIENT) -> tuple[list[bytes], bool]:
    """Return the records of the first page that has any, and whether more follow.

    Raises:
        GraphFailure: no page could be had.
    """
    for _ in range(RESTARTS):
        try:
            return _beginning(graph, path, budget)
        except PageTokenExpired as error:
            last = error
    raise last


def _beginning(graph: Graph, path: str, budget: Budget) -> tuple[list[bytes], bool]:
    found: dict[str | int, bytes] = {}
    for page in _pages(graph, graph.address(path), None, budget):
        add(found, page.value)
        if found or page.next_link is None:
            return list(found.values()), page.next_link is not None
    raise AssertionError("the last page has no next one")


def _whole(graph: Graph, path: str, headers: Mapping[str, str] | None, budget: Budget, told: Callable[[int], None] | None) -> list[bytes]:
    found: dict[str | int, bytes] = {}
    for page in _pages(graph, graph.address(path), headers, budget):
        add(found, page.value)
        if told:
            told(len(found))
    return list(found.values())


def add(found: dict[str | int, bytes], records: list[msgspec.Raw]) -> None:
    """Add records under their id, those without one under a number of their own."""
    for record in records:
        found[id_of(record) or len(found)] = bytes(record)


def id_of(record: bytes | msgspec.Raw) -> str:
    """Return the id of a record, empty when it has none."""
    try:
        found = msgspec.json.decode(record, type=_Identified)
    except msgspec.ValidationError:
        return ""
    return found.id or found.tenant_id or ""


def _pages(graph: Graph, url: str, headers: Mapping[str, str] | None, budget: Budget) -> Iterator[Page]:
    """Yield the pages, empty ones included; the headers go with every request, as Graph does not remember them."""
    seen: set[str] = set()
    while True:
        page = _page(graph, url, headers, budget, follows=bool(seen))
        yield page
        if page.next_link is None:
            return
        seen.add(url)
        if page.next_link in seen or not urlsplit(page.next_link).query:
            raise PageTokenExpired(f"GET {url}", Said(message="its next page is one that was read already, or has no token"))
        url = page.next_link


def _page(graph: Graph, url: str, headers: Mapping[str, str] | None, budget: Budget, *, follows: bool) -> Page:
    """Return the page at `url`; a refused address that Graph handed out itself (`follows`) has expired."""
    try:
        body = graph.read(url, headers, budget)
    except (GraphFailure, NotThere) as error:
        if follows and error.said.status in _EXPIRED:
            raise PageTokenExpired(f"GET {url}", error.said) from error
        raise
    return page_in(body, f"GET {url}")


def page_in(body: bytes, request: str) -> Page:
    """Return a page out of an answer's body; raise `Unreadable` when it is none."""
    try:
        return msgspec.json.decode(body, type=Page)
    except msgspec.DecodeError as error:
        raise Unreadable(request, Said(200, message=f"is no page: {error}")) from error


def single(graph: Graph, path: str, budget: Budget = PATIENT) -> bytes:
    """Return one object as Graph wrote it; raise `Unreadable` when the answer is none."""
    body = graph.read(graph.address(path), None, budget)
    try:
        msgspec.json.decode(body, type=dict)
    except msgspec.DecodeError as error:
        raise Unreadable(f"GET {path}", Said(200, message=f"is no object: {error}")) from error
    return body
