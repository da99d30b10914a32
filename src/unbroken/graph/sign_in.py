"""How the client signs in: what a person or a program gives to get a token."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from unbroken.errors import WrongUsage
from unbroken.graph.clouds import CLOUDS, Cloud


class Way(StrEnum):
    """A way to sign in; the first two are a person's, with delegated permissions."""

    DEVICE_CODE = "device-code"
    BROWSER = "browser"
    CERTIFICATE = "certificate"
    SECRET = "secret"  # noqa: S105 -- the name of a way
    MANAGED_IDENTITY = "managed-identity"
    EMULATOR = "emulator"


DELEGATED = frozenset({Way.DEVICE_CODE, Way.BROWSER})
SECRET_VARIABLE = "UNBROKEN_CLIENT_SECRET"  # noqa: S105 -- where it is looked for, not what it is
PASSPHRASE_VARIABLE = "UNBROKEN_CERTIFICATE_PASSWORD"  # noqa: S105 -- as above


@dataclass(frozen=True, slots=True, kw_only=True)
class SignIn:
    """Everything a token is asked for with; what is secret is never shown."""

    way: Way
    cloud: Cloud = CLOUDS["global"]
    tenant_id: str = ""
    """Id or a verified domain."""
    client_id: str = ""
    """The application, or the user-assigned managed identity."""
    certificate: Path | None = None
    """PEM with certificate and private key, or PFX."""
    secret: str = field(default="", repr=False)
    passphrase: str = field(default="", repr=False)

    def check(self) -> None:
        """Raise `WrongUsage` when something is missing that this way needs."""
        if self.cloud.emulated and self.way is not Way.EMULATOR and not self.cloud.authority.startswith("https:"):
            raise WrongUsage(
                f"signing in to an emulator by {self.way} needs https",
                remedy="start it with unbroken emulate --tls, and set SSL_CERT_FILE to the caCert it prints",
            )
        if self.way not in {Way.MANAGED_IDENTITY, Way.EMULATOR}:
            self._need(self.tenant_id, "--tenant-id", "give the tenant's id or one of its domains")
            self._need(self.client_id, "--client-id", "give the application's id; unbroken connect --register says how to make one")
        if self.way is Way.SECRET:
            self._need(self.secret, f"the environment variable {SECRET_VARIABLE}", "put the client secret there, never on the command line")
        if self.way is Way.CERTIFICATE:
            self._need(str(self.certificate or ""), "--certificate", "give a PEM or PFX file with certificate and private key")

    def _need(self, value: str, name: str, remedy: str) -> None:
        if not value:
            raise WrongUsage(f"signing in by {self.way} needs {name}", remedy=remedy)
