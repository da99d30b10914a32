"""Query options on a list of records: `$filter`, `$search`, `$orderby`, `$count`, `$top`, `$select`, and the pages that come of it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from random import Random
from types import MappingProxyType
from urllib.parse import quote

from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.expanding import Expands, expansion
from unbroken.emulator.cloud.filter_text import parse
from unbroken.emulator.cloud.grammar import ADVANCED, check, comparable, passes
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.page_tokens import PageTokens, Position, fingerprint
from unbroken.emulator.cloud.selecting import shape

KNOWN_OPTIONS = frozenset({"select", "filter", "orderby", "top", "count", "skiptoken", "search", "expand", "format", "deltatoken", "skip"})
NOTHING: Expands = MappingProxyType({})
_SEARCH = re.compile(r'"(\w+):([^"]*)"')


@dataclass(frozen=True, slots=True)
class Pages:
    """How lists are cut into pages."""

    tokens: PageTokens
    rng: Random
    empty_share: float = 0.1
    """Of the pages after the first: one comes empty, with a link to go on."""


def list_page(call: Call, records: Sequence[Wire], entity: Entity, pages: Pages, now: float, expands: Expands = NOTHING) -> Reply:
    """Return one page of `records`.

    Raises:
        Refusal: 400, an option or a combination of them that the service does not take.
    """
    refuse_unknown_options(call)
    more = expansion(call, expands)
    found = _sorted(call, _filtered(call, records, entity), entity)
    start, size = _start(call, found, pages.tokens, now), page_size(call, entity)
    again = call.option("skiptoken") is not None
    if again and pages.rng.random() < pages.empty_share:
        size = 0
    chosen = found[start : start + size]
    body: Wire = {"@odata.context": context(call)}
    if _wants_count(call, entity) and not again:
        body["@odata.count"] = len(found)
    if start + size < len(found):
        last = chosen[-1]["id"] if chosen else _position(call, pages.tokens, now).after
        body["@odata.nextLink"] = next_link(call, pages.tokens, Position(last, start + size, now, _query(call)))
    body["value"] = [shape(call, record, entity, listed=True) | more(record) for record in chosen]
    return Reply(200, body)


def refuse_unknown_options(call: Call) -> None:
    """Refuse a query option that Graph does not know.

    Raises:
        Refusal: 400.
    """
    for name in call.query:
        if name.startswith("$") and name[1:] not in KNOWN_OPTIONS:
            raise Refusal(400, "BadRequest", f"The query parameter '{name}' is not supported.")
    if call.option("skip") is not None:
        raise Refusal(400, "Request_BadRequest", "'$skip' is not supported by the service.")


def _filtered(call: Call, records: Iterable[Wire], entity: Entity) -> list[Wire]:
    found = _searched(call, records, entity)
    text = call.option("filter")
    if not text:
        return found
    if entity.unfiltered:
        raise Refusal(400, "BadRequest", f"Filter is not supported on resource '{entity.resource}'.")
    node = parse(text)
    used = check(node, entity.filters, entity.resource)
    advanced = call.eventual and call.option("count") == "true"
    if entity.directory and not advanced and (used & ADVANCED or "count" in used):
        raise _needs_advanced(entity)
    if entity.directory and call.option("orderby") and not advanced:
        raise Refusal(400, "Request_UnsupportedQuery", "Sorting not supported for current query.")
    return [record for record in found if passes(record, node)]


def _needs_advanced(entity: Entity) -> Refusal:
    message = f"Unsupported Query: this filter on '{entity.resource}' needs the header ConsistencyLevel: eventual and $count=true."
    return Refusal(400, "Request_UnsupportedQuery", message)


def _searched(call: Call, records: Iterable[Wire], entity: Entity) -> list[Wire]:
    text = call.option("search")
    if text is None:
        return list(records)
    if not entity.directory or not call.eventual:
        message = (
            "Request with $search query parameter only works through MSGraph with a special request header: 'ConsistencyLevel: eventual'"
        )
        raise Refusal(400, "Request_UnsupportedQuery", message)
    wanted = _SEARCH.findall(text)
    if not wanted:
        raise Refusal(400, "BadRequest", f"Syntax error in $search: {text}")
    return [record for record in records if all(word.lower() in str(record.get(name) or "").lower() for name, word in wanted)]


def _sorted(call: Call, records: list[Wire], entity: Entity) -> list[Wire]:
    text = call.option("orderby")
    if not text:
        return records
    name, _, direction = text.strip().partition(" ")
    if name not in entity.order or direction.strip().lower() not in {"", "asc", "desc"}:
        raise Refusal(400, "Request_UnsupportedQuery", f"Sorting by '{text}' is not supported on resource '{entity.resource}'.")
    if entity.directory and name == "createdDateTime" and not call.eventual:
        raise _needs_advanced(entity)
    return sorted(records, key=lambda record: str(comparable(record.get(name)) or ""), reverse=direction.strip().lower() == "desc")


def page_size(call: Call, entity: Entity) -> int:
    """Return how many records a page holds; a directory refuses more than its limit, a log cuts it down."""
    text = call.option("top")
    if text is None:
        return entity.top
    if not text.isdigit() or int(text) < 1:
        raise Refusal(
            400,
            "BadRequest",
            f"Invalid value '{text}' for $top query option found. The $top query option requires a positive integer value.",
        )
    if entity.directory and int(text) > entity.top_max:
        message = f"Invalid page size specified: '{text}'. Must be between 1 and {entity.top_max} inclusive."
        raise Refusal(400, "Request_UnsupportedQuery", message)
    return min(int(text), entity.top_max)


def _wants_count(call: Call, entity: Entity) -> bool:
    """Return whether the number of all records is written; without the header it is silently left out for directory objects."""
    return call.option("count") == "true" and (call.eventual or not entity.directory)


def _start(call: Call, found: Sequence[Wire], tokens: PageTokens, now: float) -> int:
    if call.option("skiptoken") is None:
        return 0
    position = _position(call, tokens, now)
    return next((number + 1 for number, record in enumerate(found) if record["id"] == position.after), position.count)


def _position(call: Call, tokens: PageTokens, now: float) -> Position:
    return tokens.open(call.option("skiptoken") or "", _query(call), now)


def _query(call: Call) -> str:
    return fingerprint(call.path, call.option("filter"), call.option("orderby"))


def next_link(call: Call, tokens: PageTokens, position: Position) -> str:
    """Return the absolute link to the next page: the same query, and the token."""
    query = {name: value for name, value in call.query.items() if name.lstrip("$") != "skiptoken"}
    query["$skiptoken"] = tokens.seal(position)
    return link(call, query)


def link(call: Call, query: dict[str, str]) -> str:
    """Return the absolute address of this call's path with other options."""
    text = "&".join(f"{quote(name, safe='$')}={quote(value, safe='')}" for name, value in query.items())
    return f"{call.root}/{call.version}{quote(call.path, safe='/:$@.')}?{text}"


def query_of(call: Call) -> str:
    """Return the fingerprint that page tokens of this call carry."""
    return _query(call)


def context(call: Call, *, single: bool = False) -> str:
    """Return `@odata.context`, as far as clients look at it."""
    chosen = call.option("select")
    return f"{call.root}/{call.version}/$metadata#{call.path.lstrip('/')}{f'({chosen})' if chosen else ''}{'/$entity' if single else ''}"
