"""Requests to Microsoft Graph: each is authorised, paced, tried again where that is safe, and written into the trace."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Protocol, Self
from urllib.parse import urlsplit

import msgspec

from unbroken.graph.answers import failure, said_by, unanswered
from unbroken.graph.clock import Clock, RealClock
from unbroken.graph.connection import http_client
from unbroken.graph.failures import Said, Stopped, Uncertain, Unreadable
from unbroken.graph.pace import Pace, Scope, cost_of, scope_of
from unbroken.graph.retry import NOT_SENT, THROTTLED, TRANSIENT, Budget, Repeat, pause
from unbroken.graph.trace import Trace, silent

if TYPE_CHECKING:
    import httpx2

    from unbroken.graph.clouds import Cloud

_READ_SECONDS = 120.0
"""The sign-in log answers slowly; after this a smaller window is the better question."""
_CONNECT_SECONDS = 15.0
_LOOK_SECONDS = 3.0
"""A long wait looks this often whether everything was stopped."""
_CONNECTIONS = 32
PATIENT = Budget()
WHOLE_ENUMS = {"Prefer": "include-unknown-enum-members"}
"""Without it Graph writes `unknownFutureValue` for what it added to an enumeration later, as for all results of report-only policies
(concepts/best-practices-concept.md; resources/appliedconditionalaccesspolicy.md)."""


class Tokens(Protocol):
    """Where access tokens come from."""

    def token(self, refused: str = "") -> str:
        """Return an access token, another one than `refused`; raise `SignInRefused`. Safe for threads."""


class Graph:
    """One Graph, asked as one identity. Safe for threads; to be closed, or used as a context."""

    def __init__(
        self,
        cloud: Cloud,
        tokens: Tokens,
        *,
        clock: Clock | None = None,
        trace: Trace = silent,
        factor: float = 1.0,
        read_seconds: float = _READ_SECONDS,
    ) -> None:
        """Connect to nothing yet; `factor` below 1 paces faster than the real service allows."""
        self.cloud, self.clock, self.trace = cloud, clock or RealClock(), trace
        self._tokens, self._pace, self._lock = tokens, Pace(self.clock, factor), threading.Lock()
        self._spread = min(1.0, factor)
        self._http, self._stopped = _http(cloud.graph, read_seconds), threading.Event()
        self.requests = self.repeats = 0
        """How many requests were sent, and how many of them again."""
        self._ahead = timedelta()

    def __enter__(self) -> Self:
        """Return itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close all connections."""
        self._http.close()

    def stop(self) -> None:
        """Let every thread that asks for more, or waits, end with `Stopped`."""
        self._stopped.set()

    def wait(self, seconds: float) -> None:
        """Wait, but end with `Stopped` soon after `stop`."""
        while seconds > 0 and not self._stopped.is_set():
            self.clock.wait(min(seconds, _LOOK_SECONDS))
            seconds -= _LOOK_SECONDS
        self._go_on()

    def _go_on(self) -> None:
        if self._stopped.is_set():
            raise Stopped("stopped")

    def now(self) -> datetime:
        """Return the time by the service's own clock, once it has answered: windows of the log are cut by it, whatever time it is here."""
        return self.clock.today() + self._ahead

    def _heard(self, date: str) -> None:
        """Take the `Date` of an answer."""
        try:
            self._ahead = parsedate_to_datetime(date) - self.clock.today()
        except (ValueError, TypeError):  # none, or not one that says its zone
            return

    def address(self, path: str) -> str:
        """Return the absolute address of a path such as `v1.0/users`."""
        return f"{self.cloud.graph}/{path.lstrip('/')}"

    def read(self, url: str, headers: Mapping[str, str] | None = None, budget: Budget = PATIENT) -> bytes:
        """Return the body at an absolute address, sent exactly as it is written.

        Raises:
            GraphFailure: Graph refused it, or every try that `budget` has went wrong.
        """
        return self._send("GET", url, None, headers or {}, Repeat.FREELY, budget)

    def share(self) -> float:
        """Return a random share of a second, by which those who were refused together come back apart; smaller where time is shorter."""
        return self.clock.share() * self._spread

    def keep_pace(self, urls: Iterable[str]) -> None:
        """Wait until the buckets of all these reads have room for them: for reads that travel together in one request."""
        costs = Counter[Scope]()
        for url in urls:
            costs[scope_of(url)] += cost_of(url)
        self.wait(max((self._pace.reserve(scope, cost) for scope, cost in costs.items()), default=0.0))

    def post_query(self, url: str, body: object, budget: Budget = PATIENT) -> bytes:
        """Return the answer to a POST that only asks (`$batch` of reads, `evaluate`): it may be repeated like a read."""
        return self._send("POST", url, body, {}, Repeat.FREELY, budget)

    def write(self, method: str, url: str, body: object, repeat: Repeat, carried_out: Callable[[], bool] | None = None) -> bytes:
        """Change something and return the answer's body, empty when only the read-back shows that it was done.

        `carried_out` reads back whether the change is there; it is asked when the answer was lost.

        Raises:
            Uncertain: the answer was lost, and reading back did not show the change.
            GraphFailure: Graph refused it: nothing was changed.
        """
        try:
            return self._send(method, url, body, {}, repeat, PATIENT)
        except Uncertain:
            if carried_out is not None and carried_out():
                return b""
            raise

    def _send(self, method: str, url: str, body: object, headers: Mapping[str, str], repeat: Repeat, budget: Budget) -> bytes:
        """Send until it works or there is no use in it; a token that is refused is replaced once."""
        request, tries, token, renewed = f"{method} {url}", 0, self._tokens.token(), False
        while True:
            tries += 1
            answer = self._once(method, url, body, {**WHOLE_ENUMS, **headers, "Authorization": f"Bearer {token}"}, tries)
            if isinstance(answer, bytes):
                return answer
            if answer.status == 401 and not renewed:
                token, renewed, tries = self._tokens.token(refused=token), True, tries - 1
                continue
            wait = pause(answer, repeat, tries, budget, self.share())
            if wait is None:
                raise self._given_up(request, answer, repeat)
            self.trace("wait", url=url, seconds=round(wait, 3), status=answer.status, code=answer.code)
            self.wait(wait)

    def _once(self, method: str, url: str, body: object, headers: dict[str, str], tries: int) -> bytes | Said:
        """Send once; return the body, or what went wrong."""
        import httpx2  # noqa: PLC0415 -- loaded with the client

        scope = scope_of(url)
        paced = self._pace.reserve(scope, cost_of(url))
        self.wait(paced)
        self._count(again=tries > 1)
        started = self.clock.seconds()
        try:
            response = self._http.send(self._request(method, url, body, headers))
        except httpx2.RequestError as error:
            said = unanswered(error)
            self._note(method, url, scope, tries=tries, paced=paced, started=started, status=0, code=said.code)
            return said
        self._heard(response.headers.get("Date", ""))
        wrong = said_by(response)
        code = wrong.code if wrong else ""
        self._note(method, url, scope, tries=tries, paced=paced, started=started, status=response.status_code, code=code)
        return wrong or response.content

    def _request(self, method: str, url: str, body: object, headers: dict[str, str]) -> httpx2.Request:
        """Return the request; its target is the address as written, because a page's address must be sent back unchanged."""
        parts = urlsplit(url)
        if f"{parts.scheme}://{parts.netloc}" != self.cloud.graph:
            raise Unreadable(f"{method} {url}", Said(message=f"lies outside {self.cloud.graph}: it would be handed our token"))
        target = f"{parts.path}?{parts.query}" if parts.query else parts.path
        content = None if body is None else msgspec.json.encode(body)
        kind = {} if body is None else {"Content-Type": "application/json"}
        extensions = {"target": _as_ascii(target)}
        return self._http.build_request(method, url, content=content, headers={**kind, **headers}, extensions=extensions)

    def _given_up(self, request: str, said: Said, repeat: Repeat) -> Exception:
        lost = (said.status == 0 and said.code != NOT_SENT) or said.status in TRANSIENT - THROTTLED
        return Uncertain(request, said) if lost and repeat is not Repeat.FREELY else failure(request, said)

    def _count(self, *, again: bool) -> None:
        with self._lock:
            self.requests += 1
            self.repeats += again

    def _note(self, method: str, url: str, scope: Scope, *, tries: int, paced: float, started: float, status: int, code: str) -> None:
        seconds = round(self.clock.seconds() - started, 3)
        fields = {"status": status, "code": code, "try": tries, "scope": scope.name, "paced": round(paced, 3), "seconds": seconds}
        self.trace("request", method=method, url=url, **fields)


def _http(graph: str, read_seconds: float) -> httpx2.Client:
    import httpx2  # noqa: PLC0415 -- only commands that ask Graph load it

    timeout = httpx2.Timeout(read_seconds, connect=_CONNECT_SECONDS)
    limits = httpx2.Limits(max_connections=_CONNECTIONS)
    return http_client(graph, timeout=timeout, limits=limits)


def _as_ascii(target: str) -> bytes:
    """Return the target's bytes: what is not ASCII or is a blank may not stand in a request line, all else stays."""
    return "".join(each if "!" <= each <= "~" else _percent(each) for each in target).encode()


def _percent(character: str) -> str:
    return "".join(f"%{byte:02X}" for byte in character.encode())
