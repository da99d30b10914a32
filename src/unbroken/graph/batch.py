"""`$batch`: up to twenty reads in one request, each tried again by itself until it is answered.

The items of a batch are throttled one by one. Which bucket they fall into is not documented for every path: batches begin whole, and
go by the pace of the item's own bucket once an item is refused.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec

from unbroken.graph.answers import failure, said_in
from unbroken.graph.client import PATIENT, WHOLE_ENUMS, Graph
from unbroken.graph.failures import GraphFailure, Said, Unreadable
from unbroken.graph.pace import scope_of
from unbroken.graph.retry import THROTTLED, Repeat, pause

SIZE = 20
"""Most that Graph takes in one batch."""
_CALM_ROUNDS = 10
"""After so many batches without a refusal a whole one is tried again: it may have been a storm and no bucket."""


class _Item(msgspec.Struct):
    id: str
    status: int
    headers: dict[str, Any] = msgspec.field(default_factory=dict)
    body: msgspec.Raw = msgspec.Raw(b"null")


class _Answers(msgspec.Struct):
    responses: list[_Item]


Answer = bytes | GraphFailure


@dataclass(slots=True)
class _Asked:
    path: str
    tries: int = 0
    """Rounds in which it went wrong; being throttled while others pass does not count."""


def read_all(graph: Graph, version: str, paths: Sequence[str], told: Callable[[int], None] | None = None) -> Iterator[tuple[str, Answer]]:
    """Yield each path (such as `/groups/ID/members`) with its body, or with the failure that it ended in.

    Items that were throttled, failed for a while or got no answer are sent again. `told` is called with the number answered so far.
    """
    batches, answered = _Batches(graph, version, paths), 0
    while batches.waiting:
        for path, answer in batches.round():
            answered += 1
            yield path, answer
        if told:
            told(answered)


class _Batches:
    """The items that wait, and how many of them go into the next batch."""

    def __init__(self, graph: Graph, version: str, paths: Sequence[str]) -> None:
        self._graph, self._version, self._size, self._calm = graph, version, SIZE, _CALM_ROUNDS
        self.waiting = deque(_Asked(path) for path in paths)

    def round(self) -> list[tuple[str, Answer]]:
        """Send one batch; return what is answered for good, and wait as long as the rest has to."""
        asked = [self.waiting.popleft() for _ in range(min(self._size, len(self.waiting)))]
        items = self._ask(asked)
        said = [self._judge(each.path, items.get(str(number))) for number, each in enumerate(asked)]
        passed = sum(not isinstance(each, Said) for each in said)
        throttled = sum(isinstance(each, Said) and each.status in THROTTLED for each in said)
        self._resize(max(passed, min(scope_of(self._graph.address(each.path)).units for each in asked)), throttled)
        done: list[tuple[str, Answer]] = []
        again, longest = [], 0.0
        for each, answer in zip(asked, said, strict=True):
            if not isinstance(answer, Said):
                done.append((each.path, answer))
                continue
            each.tries += not (passed and answer.status in THROTTLED)
            wait = pause(answer, Repeat.FREELY, max(1, each.tries), PATIENT, self._graph.share())
            if wait is None:
                done.append((each.path, failure(f"GET {each.path}", answer)))
            else:
                again.append(each)
                longest = max(longest, wait)
        self._put_back(again, longest)
        return done

    def _resize(self, fitting: int, throttled: int) -> None:
        """Send no more at once than passed, or has room in the bucket, once some were refused; all again when calm."""
        if throttled:
            self._size, self._calm = min(self._size, fitting), 0
            return
        self._calm += 1
        if self._calm >= _CALM_ROUNDS:
            self._size = SIZE

    def _put_back(self, again: list[_Asked], wait: float) -> None:
        self.waiting.extendleft(reversed(again))
        if again:
            self._graph.trace("wait", url=f"{self._version}/$batch", seconds=round(wait, 3), items=len(again))
            self._graph.wait(wait)

    def _ask(self, asked: Sequence[_Asked]) -> dict[str, _Item]:
        url = self._graph.address(f"{self._version}/$batch")
        if self._calm < _CALM_ROUNDS:
            self._graph.keep_pace([self._graph.address(f"{self._version}{each.path}") for each in asked])
        requests = [{"id": str(number), "method": "GET", "url": each.path, "headers": WHOLE_ENUMS} for number, each in enumerate(asked)]
        body = self._graph.post_query(url, {"requests": requests})
        try:
            return {item.id: item for item in msgspec.json.decode(body, type=_Answers).responses}
        except msgspec.DecodeError as error:
            raise Unreadable(f"POST {url}", Said(200, message=f"is no batch: {error}")) from error

    def _judge(self, path: str, item: _Item | None) -> Answer | Said:
        """Return the final answer to one item, or what to try it again for."""
        if item is None:
            return Said(message=f"{path} is missing in the answers of its batch")
        if item.status < 300:
            return bytes(item.body)
        said = said_in(item.status, bytes(item.body), {name.lower(): str(value) for name, value in item.headers.items()})
        return said if pause(said, Repeat.FREELY, 1, PATIENT, 0) is not None else failure(f"GET {path}", said)
