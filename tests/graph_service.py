"""A small real HTTP server that stands in for Graph: it answers from the records it is given, and with the faults it is told."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from unbroken.graph.client import Graph
from unbroken.graph.clouds import emulator_at

TORN = -1
"""A status that says: send half of the answer and close the connection."""


@dataclass
class Asked:
    """One request as it came over the wire."""

    method: str
    target: str
    """Path and query exactly as in the request line."""
    headers: dict[str, str]
    body: bytes


@dataclass
class Answer:
    status: int = 200
    body: Any = None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Service:
    """What the server knows: `answer` is called for every request, one at a time."""

    answer: Callable[[Asked], Answer]
    url: str = ""
    asked: list[Asked] = field(default_factory=list)

    def targets(self) -> list[str]:
        return [each.target for each in self.asked]


def page(records: list[Any], next_link: str | None = None) -> Answer:
    return Answer(body={"value": records, **({"@odata.nextLink": next_link} if next_link else {})})


def refusal(status: int, code: str = "", message: str = "", **headers: str) -> Answer:
    return Answer(status, {"error": {"code": code, "message": message}}, {key.replace("_", "-"): value for key, value in headers.items()})


@contextmanager
def serving(answer: Callable[[Asked], Answer]) -> Iterator[Service]:
    """Serve `answer` on a free port of this machine."""
    service, lock = Service(answer), threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 1 << 20  # head and body leave together
        disable_nagle_algorithm = True

        def handle_any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            asked = Asked(self.command, self.path, {key.lower(): value for key, value in self.headers.items()}, body)
            with lock:
                service.asked.append(asked)
                given = service.answer(asked)
            self.reply(given)

        def reply(self, given: Answer) -> None:
            data = given.body if isinstance(given.body, bytes) else b"" if given.body is None else json.dumps(given.body).encode()
            self.send_response_only(200 if given.status == TORN else given.status)  # without a date, unless the answer has one
            for name, value in given.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data[: len(data) // 2] if given.status == TORN else data)
            if given.status == TORN:
                self.wfile.flush()
                self.close_connection = True
                self.connection.shutdown(socket.SHUT_RDWR)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    for method in ("GET", "POST", "PATCH", "DELETE", "PUT"):
        setattr(Handler, f"do_{method}", Handler.handle_any)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class QuickClock:
    """Time that passes only by waiting; it never waits in earnest."""

    def __init__(self) -> None:
        """Begin at zero."""
        self.now, self._lock = 0.0, threading.Lock()
        self.waits: list[float] = []

    def seconds(self) -> float:
        with self._lock:
            return self.now

    def wait(self, seconds: float) -> None:
        with self._lock:
            self.now += seconds
            self.waits.append(seconds)

    def share(self) -> float:
        return 0.5

    def today(self) -> datetime:
        return datetime(2026, 11, 20, 12, tzinfo=UTC)


class Keys:
    """Tokens that are counted: `token-1`, and a new one whenever the last was refused."""

    def __init__(self) -> None:
        """Begin with the first."""
        self.number = 1

    def token(self, refused: str = "") -> str:
        if refused == f"token-{self.number}":
            self.number += 1
        return f"token-{self.number}"


def client(service: Service, **options: Any) -> Graph:
    """Return a client of `service` whose waits take no time."""
    options.setdefault("clock", QuickClock())
    return Graph(emulator_at(service.url), options.pop("tokens", Keys()), **options)
