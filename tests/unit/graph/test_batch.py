"""Batches: every item is answered, or says what it ended in."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from graph_service import Answer, Asked, QuickClock, client, refusal, serving
from unbroken.graph.batch import read_all
from unbroken.graph.failures import GraphFailure, NotThere, Unreadable


def test_items_are_tried_again_one_by_one() -> None:
    """Throttled items wait as long as they are told, an item without an answer is asked again, a refusal is final."""
    asked_for: Counter[str] = Counter()

    def answer(asked: Asked) -> Answer:
        responses = []
        for item in json.loads(asked.body)["requests"]:
            asked_for[item["url"]] += 1
            if item["url"] == "/u/3" and asked_for["/u/3"] == 1:
                responses.append({"id": item["id"], "status": 429, "headers": {"Retry-After": "7"}, "body": {"error": {"code": "x"}}})
            elif item["url"] == "/u/4":
                responses.append({"id": item["id"], "status": 404, "body": {"error": {"code": "Request_ResourceNotFound"}}})
            elif item["url"] != "/u/5" or asked_for["/u/5"] > 1:
                responses.append({"id": item["id"], "status": 200, "body": {"path": item["url"]}})
        return Answer(body={"responses": responses[::-1]})

    clock, paths = QuickClock(), [f"/u/{number}" for number in range(45)]
    with serving(answer) as service, client(service, clock=clock) as graph:
        found = dict(read_all(graph, "beta", paths))

    assert set(found) == set(paths)
    assert isinstance(found["/u/4"], NotThere)
    assert [path for path, body in found.items() if isinstance(body, bytes) and json.loads(body) != {"path": path}] == []
    assert asked_for["/u/3"] == asked_for["/u/5"] == 2
    assert asked_for["/u/4"] == asked_for["/u/0"] == 1
    assert clock.now >= 7
    assert {each.target for each in service.asked} == {"/beta/$batch"}
    assert max(len(json.loads(each.body)["requests"]) for each in service.asked) == 20


def test_an_item_that_never_works_ends_in_its_failure() -> None:
    body = {"responses": [{"id": "0", "status": 503}]}
    with serving(lambda _: Answer(body=body)) as service, client(service) as graph:
        ((path, failure),) = read_all(graph, "v1.0", ["/u/1"])

    assert path == "/u/1"
    assert isinstance(failure, GraphFailure)
    assert "503" in str(failure)


def test_a_whole_batch_is_sent_again_like_a_read() -> None:
    answers = iter([refusal(503)])
    good = Answer(body={"responses": [{"id": "0", "status": 200, "body": {"id": "1"}}]})
    with serving(lambda _: next(answers, good)) as service, client(service) as graph:
        assert list(read_all(graph, "v1.0", ["/u/1"])) == [("/u/1", b'{"id": "1"}')]


def test_what_is_no_batch_is_an_error() -> None:
    with serving(lambda _: Answer(body={"value": []})) as service, client(service) as graph, pytest.raises(Unreadable):
        list(read_all(graph, "v1.0", ["/u/1"]))


def test_items_in_a_small_bucket_get_through_at_its_pace() -> None:
    """Five in ten seconds, whatever is sent: being refused while others pass is no failure, and storms are not provoked."""
    clock, passed, refused = QuickClock(), [], []

    def answer(asked: Asked) -> Answer:
        responses = []
        for item in json.loads(asked.body)["requests"]:
            if sum(moment > clock.now - 10 for moment in passed) < 5:
                passed.append(clock.now)
                responses.append({"id": item["id"], "status": 200, "body": {}})
            else:
                refused.append(clock.now)
                responses.append({"id": item["id"], "status": 429, "headers": {"Retry-After": "2.5"}})
        return Answer(body={"responses": responses})

    paths = [f"/users/{number}/authentication/requirements" for number in range(200)]
    with serving(answer) as service, client(service, clock=clock) as graph:
        found = dict(read_all(graph, "beta", paths))

    assert {path for path in paths if not isinstance(found[path], bytes)} == set()
    assert len(refused) < len(paths)
