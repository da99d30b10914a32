"""`$batch`: up to twenty calls in one, each answered by itself."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.routes import tidy

MOST = 20
_METHODS = frozenset({"GET", "POST", "PATCH", "PUT", "DELETE"})


def answer_batch(call: Call, answer: Callable[[Call], Reply]) -> Reply:
    """Return the answers to the calls of a batch; one that depends on a failed one fails with it.

    Raises:
        Refusal: 400, the batch itself cannot be read.
    """
    items = _checked(call.json())
    answers: dict[str, Wire] = {}
    for item in items:
        waits_for = [name.lower() for name in item.get("dependsOn") or ()]
        failed = any(answers.get(name, {"status": 0})["status"] not in range(200, 300) for name in waits_for)
        answers[item["id"].lower()] = _failed_dependency(item) if failed else _one(call, item, answer)
    return Reply(200, {"responses": list(answers.values())})


def _checked(body: Wire) -> list[Wire]:
    items = body.get("requests")
    if not isinstance(items, list) or not items:
        raise _bad("Batch request payload must contain 'requests'.")
    if len(items) > MOST:
        raise _bad(f"Number of batch request steps exceeds the maximum value of {MOST}.")
    for item in items:
        if (
            not isinstance(item, dict)
            or not isinstance(item.get("id"), str)
            or not item.get("url")
            or item.get("method", "").upper() not in _METHODS
        ):
            raise _bad("Every request in a batch needs an 'id', a 'method' and a 'url'.")
        if item.get("body") is not None and "content-type" not in {name.lower() for name in item.get("headers") or {}}:
            raise _bad("Write request id : " + item["id"] + " does not contain Content-Type header or body.")
    names = [item["id"].lower() for item in items]
    if len(set(names)) != len(names):
        raise _bad("Request Ids must be unique.")
    if any(name.lower() not in names[:place] for place, item in enumerate(items) for name in item.get("dependsOn") or ()):
        raise _bad("A request depends on one that is not before it.")
    return items


def _bad(text: str) -> Refusal:
    return Refusal(400, "BadRequest", text)


def _one(call: Call, item: Wire, answer: Callable[[Call], Reply]) -> Wire:
    address = urlsplit(item["url"])
    body = item.get("body")
    inner = Call(
        item["method"].upper(),
        tidy("/" + unquote(address.path).lstrip("/")),
        call.version,
        dict(parse_qsl(address.query, keep_blank_values=True)),
        {name.lower(): str(value) for name, value in (item.get("headers") or {}).items()},
        b"" if body is None else msgspec.json.encode(body),
        call.root,
        caller=call.caller,
    )
    reply = answer(inner)
    found: Wire = {"id": item["id"], "status": reply.status, "headers": dict(reply.headers)}
    if reply.body is not None:
        found["headers"]["Content-Type"] = "application/json"
        found["body"] = reply.body
    return found


def _failed_dependency(item: Wire) -> Wire:
    error = {"code": "FailedDependency", "message": "The request was not executed because a request it depends on failed."}
    return {"id": item["id"], "status": 424, "headers": {}, "body": {"error": error}}
