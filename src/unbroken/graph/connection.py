"""How requests leave: to an emulator on this machine past any proxy, to everywhere else as the environment says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import httpx2

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def http_client(address: str, **options: Any) -> httpx2.Client:  # noqa: ANN401 -- what httpx2 takes
    """Return a client for `address`. Certificates are those of the system, or of the file in SSL_CERT_FILE."""
    import httpx2  # noqa: PLC0415 -- only commands that ask Graph load it

    if not on_this_machine(address):
        return httpx2.Client(**options)
    import ssl  # noqa: PLC0415 -- as above

    trusted = ssl.create_default_context() if address.startswith("https:") else True
    return httpx2.Client(trust_env=False, verify=trusted, **options)


def msal_session(address: str) -> Any:  # noqa: ANN401 -- a session of `requests`, which has no types
    """Return the session msal is to use for an authority on this machine; None: its own, with proxies and all."""
    if not on_this_machine(address):
        return None
    import os  # noqa: PLC0415 -- only who signs in loads these

    from requests import Session  # noqa: PLC0415 -- comes with msal

    session = Session()
    session.trust_env = False
    session.verify = os.environ.get("SSL_CERT_FILE") or True
    return session


def on_this_machine(address: str) -> bool:
    """Return whether an address is this machine's own."""
    return urlsplit(address).hostname in _LOOPBACK
