"""The options with which `fetch` and `connect` sign in: alike in both, and no secret among them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from unbroken.errors import WrongUsage

if TYPE_CHECKING:
    from unbroken.graph.sign_in import SignIn

EMULATOR_URL = "http://127.0.0.1:8765"
"""Where `--emulator` without an address looks."""
_EMULATOR = "--emulator"


@Parameter(name="*")
@dataclass(frozen=True, kw_only=True)
class SignInOptions:
    """How to sign in to the tenant.

    Parameters
    ----------
    tenant_id
        The tenant's id or one of its domains; otherwise UNBROKEN_TENANT_ID.
    client_id
        The application's id, or the managed identity's; otherwise UNBROKEN_CLIENT_ID.
    sign_in
        How to sign in. Without it: secret when UNBROKEN_CLIENT_SECRET is set, certificate when one is given, else device-code.
        An emulator that is given without it says itself how to sign in; given with it, the way can be rehearsed there (--tls).
    certificate
        PEM with certificate and private key, or PFX; its password in UNBROKEN_CERTIFICATE_PASSWORD.
    cloud
        Microsoft's cloud that the tenant is in.
    emulator
        Use the emulated tenant at this address instead (without an address: that of unbroken emulate on this machine).
    trace
        Write every request into this file, a JSON object a line, without tokens and bodies.
    """

    tenant_id: str = ""
    client_id: str = ""
    sign_in: Literal["device-code", "browser", "certificate", "secret", "managed-identity"] | None = None
    certificate: Path | None = None
    cloud: Literal["global", "us-government", "us-dod", "china"] = "global"
    emulator: str = ""
    trace: Path | None = None


Options = Annotated[SignInOptions, Parameter(name="*")]
NONE_GIVEN = SignInOptions()


def with_emulator_url(arguments: Sequence[str]) -> list[str]:
    """Return the command line with the usual address after an `--emulator` that has none."""
    found = list(arguments)
    for number in range(len(found) - 1, -1, -1):
        if found[number] == _EMULATOR and (number + 1 == len(found) or found[number + 1].startswith("-")):
            found.insert(number + 1, EMULATOR_URL)
    return found


def sign_in_of(options: SignInOptions) -> SignIn:
    """Return how to sign in, completed from the environment; raise `WrongUsage` when that cannot work."""
    import os

    from unbroken.graph.clouds import CLOUDS, emulator_at
    from unbroken.graph.sign_in import PASSPHRASE_VARIABLE, SECRET_VARIABLE, SignIn, Way

    secret = os.environ.get(SECRET_VARIABLE, "")
    if options.emulator:
        _check_emulator(options.emulator)
    way = Way(options.sign_in or ("emulator" if options.emulator else _likely(options, secret)))
    return SignIn(
        way=way,
        cloud=emulator_at(options.emulator) if options.emulator else CLOUDS[options.cloud],
        tenant_id=options.tenant_id or os.environ.get("UNBROKEN_TENANT_ID", ""),
        client_id=options.client_id or os.environ.get("UNBROKEN_CLIENT_ID", ""),
        certificate=options.certificate,
        secret=secret,
        passphrase=os.environ.get(PASSPHRASE_VARIABLE, ""),
    )


def _check_emulator(address: str) -> None:
    """Refuse what is no address, and the real service: an emulator may say how fast it is asked."""
    from urllib.parse import urlsplit

    from unbroken.graph.clouds import CLOUDS

    if not address.startswith(("http://", "https://")):
        raise WrongUsage(f"--emulator {address} is no address", remedy=f"give one such as {EMULATOR_URL}")
    real = {urlsplit(each).hostname for cloud in CLOUDS.values() for each in (cloud.graph, cloud.authority)}
    if urlsplit(address).hostname in real:
        raise WrongUsage(f"--emulator {address} is Microsoft's own service", remedy="leave --emulator out")


def _likely(options: SignInOptions, secret: str) -> str:
    return "certificate" if options.certificate else "secret" if secret else "device-code"
