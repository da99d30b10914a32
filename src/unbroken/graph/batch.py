"""`$batch`: up to twenty reads in one request, each tried again by itself until it is answered."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from unbroken.graph.answers import failure, said_in
from unbroken.graph.client import PATIENT, Graph
from unbroken.graph.failures import GraphFailure, Said, Unreadable
from unbroken.graph.retry import Repeat, pause

SIZE = 20
"""Most that Graph takes in one batch."""


class _Item(msgspec.Struct):
    id: str
    status: int
    headers: dict[str, Any] = msgspec.field(default_factory=dict)
    body: msgspec.Raw = msgspec.Raw(b"null")


class _Answers(msgspec.Struct):
    responses: list[_Item]


Answer = bytes | GraphFailure


def read_all(graph: Graph, version: str, paths: Sequence[str], told: Callable[[int], None] | None = None) -> Iterator[tuple[str, Answer]]:
    """Yield each path (such as `/groups/ID/members`) with its body, or with the failure that it ended in.

    Items that were throttled, failed for a while or got no answer are sent again. `told` is called with the number answered so far.
    """
    answered = 0
    for start in range(0, len(paths), SIZE):
        for path, answer in _together(graph, version, paths[start : start + SIZE]):
            answered += 1
            yield path, answer
        if told:
            told(answered)


def _together(graph: Graph, version: str, paths: Sequence[str]) -> Iterator[tuple[str, Answer]]:
    waiting, tries = dict(enumerate(paths)), 0
    while waiting:
        tries += 1
        items = _ask(graph, version, waiting)
        longest = 0.0
        for number in list(waiting):
            answer, wait = _judge(graph, waiting[number], items.get(str(number)), tries)
            longest = max(longest, wait)
            if answer is not None:
                yield waiting.pop(number), answer
        if waiting:
            graph.trace("wait", url=f"{version}/$batch", seconds=round(longest, 3), items=len(waiting))
            graph.clock.wait(longest)


def _ask(graph: Graph, version: str, waiting: Mapping[int, str]) -> dict[str, _Item]:
    requests = [{"id": str(number), "method": "GET", "url": path} for number, path in waiting.items()]
    url = graph.address(f"{version}/$batch")
    body = graph.post_query(url, {"requests": requests})
    try:
        return {item.id: item for item in msgspec.json.decode(body, type=_Answers).responses}
    except msgspec.DecodeError as error:
        raise Unreadable(f"POST {url}", Said(200, message=f"is no batch: {error}")) from error


def _judge(graph: Graph, path: str, item: _Item | None, tries: int) -> tuple[Answer | None, float]:
    """Return the final answer to one item, or None and the seconds to wait before it is asked again."""
    if item is not None and item.status < 300:
        return bytes(item.body), 0.0
    said = Said(message="is missing in the answers of its batch")
    if item is not None:
        said = said_in(item.status, bytes(item.body), {name.lower(): str(value) for name, value in item.headers.items()})
    wait = pause(said, Repeat.FREELY, tries, PATIENT, graph.clock.share())
    return (failure(f"GET {path}", said), 0.0) if wait is None else (None, wait)
