"""The emulated service over HTTP: one ASGI application, so that answers can be late, torn, or never come."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from email.utils import formatdate
from typing import Any
from urllib.parse import parse_qsl, unquote

import msgspec

from unbroken.emulator.cloud.controls import control
from unbroken.emulator.cloud.emulation import Emulation, refused
from unbroken.emulator.cloud.message import Call, Refusal, Reply

Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
VERSIONS = ("v1.0", "beta")
TEXT = "@text"
"""Key of a body that is text, not JSON."""
MOST_BYTES = 8 * 2**20


class TornConnection(Exception):
    """Raised to make the server drop the connection."""


def application(emulation: Emulation) -> Callable[[Scope, Receive, Send], Awaitable[None]]:
    """Return the ASGI application of an emulated tenant."""

    async def serve(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            return
        call = _call(scope, await _body(receive))
        reply = _dispatch(emulation, call)
        reply.headers.setdefault("Date", formatdate(emulation.clock(), usegmt=True))
        if reply.delay_seconds:
            await asyncio.sleep(reply.delay_seconds)
        await _send(reply, send)

    return serve


def _dispatch(emulation: Emulation, call: Call) -> Reply:
    first, _, rest = call.path.lstrip("/").partition("/")
    if first in VERSIONS:
        call.version, call.path = first, "/" + rest
        return emulation.graph(call)
    try:
        if first == "emulator":
            call.path = "/" + rest
            return control(emulation, _from_form(call))
        if first == "subscriptions":  # Azure CLI asks Azure for its subscriptions when it signs in
            return Reply(200, {"value": []})
        found = emulation.sign_in.answer(call.method, call.path, _form(call), call.root)
    except Refusal as refusal:
        return refused(refusal, call, emulation.world)
    return found or Reply(
        404, {"error": {"code": "NotFound", "message": "The emulator serves /v1.0, /beta, /{tenant}/oauth2 and /emulator."}}
    )


def _call(scope: Scope, body: bytes) -> Call:
    headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
    path = unquote(scope.get("raw_path", scope["path"].encode()).decode("latin-1").partition("?")[0])
    while "//" in path:
        path = path.replace("//", "/")
    root = f"{scope['scheme']}://{headers.get('host', '127.0.0.1')}"
    query = dict(parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True))
    return Call(scope["method"], path, query=query, headers=headers, body=body, root=root)


def _form(call: Call) -> dict[str, str]:
    """Return a posted form; some clients put it into the query string."""
    return call.query | dict(parse_qsl(call.body.decode("utf-8", "replace"), keep_blank_values=True))


def _from_form(call: Call) -> Call:
    if "form-urlencoded" in call.headers.get("content-type", "") and not call.body.lstrip().startswith((b"{", b"[")):  # curl -d says so
        call.body = msgspec.json.encode(_form(call))
    return call


async def _body(receive: Receive) -> bytes:
    parts, more = bytearray(), True
    while more:
        message = await receive()
        parts += message.get("body", b"")
        more = message.get("more_body", False) and len(parts) <= MOST_BYTES
    return bytes(parts)


async def _send(reply: Reply, send: Send) -> None:
    text = reply.body.get(TEXT) if reply.body else None
    body = b"" if reply.body is None else str(text).encode() if text is not None else msgspec.json.encode(reply.body)
    kind = (
        "text/plain"
        if text is not None
        else "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
    )
    headers = ({"content-type": kind} if body else {}) | reply.headers | {"content-length": str(len(body))}
    if reply.status == 204:
        del headers["content-length"]
    start = [(name.lower().encode("latin-1"), value.encode("latin-1")) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": reply.status, "headers": start})
    if reply.torn:
        await send({"type": "http.response.body", "body": body[: len(body) // 2], "more_body": True})
        raise TornConnection
    await send({"type": "http.response.body", "body": body})
