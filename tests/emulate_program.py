"""`unbroken emulate` as a program of its own, and a client signed in to it."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx2

from emulating import EVERY


@contextmanager
def started(*arguments: str) -> Iterator[tuple[dict[str, Any], subprocess.Popen[str]]]:
    """Run the command, give its line once it is ready, and let it end with Ctrl-C."""
    command = [sys.executable, "-m", "unbroken", "emulate", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdout
        line = process.stdout.readline()
        try:
            assert line, process.stderr.read() if process.stderr else ""
            yield json.loads(line), process
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(30)


@contextmanager
def signed_in(line: dict[str, Any], **options: Any) -> Iterator[httpx2.Client]:
    form = {"grant_type": "client_credentials", "client_id": line["clientId"], "client_secret": line["clientSecret"], "scope": EVERY}
    with httpx2.Client(base_url=line["graph"], timeout=10, **options) as client:
        answer = client.post(f"{line['authority']}/{line['tenantId']}/oauth2/v2.0/token", data=form)
        client.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield client
