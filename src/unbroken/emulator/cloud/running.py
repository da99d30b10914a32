"""Runs the emulated service until it is told to stop."""

from __future__ import annotations

import signal
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from unbroken.emulator.cloud.emulation import Emulation
from unbroken.emulator.cloud.web import application
from unbroken.errors import UnbrokenError

HOST = "127.0.0.1"
USUAL_PORT = 8765
"""Where clients look that are given no address."""
_GRACE_SECONDS = 2


class PortTaken(UnbrokenError):
    """The port is in use, or may not be used."""

    remedy = "choose another with --port, or leave it out for a free one"


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of a certificate and its key."""

    chain: Path
    key: Path


def listen(port: int | None) -> socket.socket:
    """Return a socket on this machine's own address; port 0 is any that is free, None the usual one or, when that is taken, any.

    Raises:
        PortTaken: somebody else has it.
    """
    if port is None:
        try:
            return listen(USUAL_PORT)
        except PortTaken:
            return listen(0)
    listener = socket.socket()
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise PortTaken(f"cannot listen on {HOST}:{port} ({error.strerror})") from error
    listener.listen(128)
    return listener


def run(emulation: Emulation, listener: socket.socket, ready: Callable[[], None], certificate: Certificate | None = None) -> None:
    """Answer until SIGINT or SIGTERM; `ready` is called once calls are taken."""
    server = _server(emulation, certificate)
    server.ready = ready
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)  # uvicorn stops at both, and then gives each to whoever had it before
    server.run([listener])


@contextmanager
def running(emulation: Emulation, certificate: Certificate | None = None) -> Iterator[str]:
    """Answer in a thread of its own while the block runs, and give the base address."""
    listener, server, up = listen(0), _server(emulation, certificate), threading.Event()
    server.ready = up.set
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    if not up.wait(30):
        raise UnbrokenError("the emulator did not start", remedy="try again")
    try:
        yield f"{'https' if certificate else 'http'}://{HOST}:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(_GRACE_SECONDS + 10)
        listener.close()


class _Server(uvicorn.Server):
    """Says when it is ready."""

    ready: Callable[[], None] = staticmethod(lambda: None)

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.ready()


def _server(emulation: Emulation, certificate: Certificate | None) -> _Server:
    config = uvicorn.Config(
        application(emulation),
        log_config=None,
        log_level="critical",
        access_log=False,
        lifespan="off",
        timeout_graceful_shutdown=_GRACE_SECONDS,
        server_header=False,
        date_header=False,  # the tenant has a clock of its own
        ssl_certfile=certificate.chain if certificate else None,
        ssl_keyfile=certificate.key if certificate else None,
    )
    return _Server(config)


def system_clock() -> float:
    """Return the seconds since 1970."""
    return time.time()
