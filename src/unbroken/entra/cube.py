"""The condition cube: the distinct facts of a log's sign-ins, as integer codes into dictionaries of raw facts.

Keys are facts, never classes made from policies or locations: a proposed named location needs no second reading of the log.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from typing import overload

import numpy as np
from numpy.typing import NDArray


class MfaEvidence(IntEnum):
    """What the log says of MFA in one sign-in (conditional-access semantics: a single-factor row proves nothing about the token)."""

    UNKNOWN = 0
    """The form of the log does not say, and no session can be followed."""
    NONE_CERTAIN = 1
    """The first factor was a password entered now, no MFA step followed, and the session began here."""
    NONE_SEEN = 2
    """The session can be followed (session id or device), and no MFA was seen in it so far."""
    SEEN_EARLIER = 3
    """An earlier sign-in of the same session, or of the same user and device, did MFA."""
    CLAIM = 4
    """Satisfied by a claim in the token, a remembered device, or the home tenant."""
    DONE = 5
    """MFA was done in this sign-in, or the method itself is MFA (FIDO2, Windows Hello for Business, passwordless, certificate)."""


MFA_HELD = frozenset({MfaEvidence.SEEN_EARLIER, MfaEvidence.CLAIM, MfaEvidence.DONE})


@dataclass(frozen=True, slots=True)
class LoggedUser:
    """A user as the log names them; external ones may have no object in the directory."""

    id: str
    user_principal_name: str
    display_name: str
    user_type: str
    home_tenant_id: str
    cross_tenant_access_type: str


@dataclass(frozen=True, slots=True)
class LoggedTarget:
    """What was asked for: the client application, the resource, and the audiences when the log names them."""

    app_id: str
    app_name: str
    resource_id: str
    resource_name: str
    audiences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LoggedContext:
    """How it was asked for; the log's own words."""

    client_app_used: str
    operating_system: str
    is_interactive: bool | None
    authentication_protocol: str
    transfer_method: str
    sign_in_risk: str
    user_risk: str
    event_type: str


@dataclass(frozen=True, slots=True)
class LoggedDevice:
    """The device as the log shows it; `device_id` is empty when it is not registered (or the form does not say)."""

    device_id: str
    display_name: str
    trust_type: str
    is_compliant: bool | None
    is_managed: bool | None
    known: bool
    """Whether the form of the log carries device details at all: absent details are unknown, empty ones are an unregistered device."""


@dataclass(frozen=True, slots=True)
class LoggedAddress:
    """An address as text and the country the log gives it, upper case; `""` is an address no country is known for."""

    ip: str
    country: str


@dataclass(frozen=True, eq=False)
class PackedAddresses(Sequence[LoggedAddress]):
    """Addresses by column, parsed once: a log has many, and policies ask only where they lie."""

    ips: list[str]
    countries: list[str]
    """The distinct countries."""
    country: NDArray[np.int32]
    """Position in `countries`, by address."""
    family: NDArray[np.uint8]
    """4, 6, or 0 for a text that is no address."""
    high: NDArray[np.uint64]
    """The upper half of an IPv6 address, 0 for IPv4."""
    low: NDArray[np.uint64]

    @overload
    def __getitem__(self, index: int) -> LoggedAddress: ...
    @overload
    def __getitem__(self, index: slice) -> list[LoggedAddress]: ...
    def __getitem__(self, index: int | slice) -> LoggedAddress | list[LoggedAddress]:
        """Return one address, or a list of them."""
        if isinstance(index, slice):
            return [self[each] for each in range(*index.indices(len(self)))]
        return LoggedAddress(self.ips[index], self.countries[self.country[index]])

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self.ips)

    def __eq__(self, other: object) -> bool:
        """Return whether `other` holds the same addresses in the same order."""
        return isinstance(other, Sequence) and list(self) == list(other)

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Dictionaries:
    """Code -> fact; a code is the position."""

    users: list[LoggedUser]
    targets: list[LoggedTarget]
    contexts: list[LoggedContext]
    devices: list[LoggedDevice]
    addresses: Sequence[LoggedAddress]
    applied: list[tuple[tuple[str, str], ...] | None]
    """`appliedConditionalAccessPolicies` as (policy id, result), sorted; None where the form does not carry it."""


CUBE_COLUMNS = ("user", "target", "context", "device", "address", "mfa", "count", "first", "last")
"""One row per distinct tuple of the first six (int32 codes, `mfa` a `MfaEvidence`); `count` sign-ins (int64), the first and the
last time (int64, microseconds since 1970 UTC). Rows are sorted by the six codes; the position of a row is its tuple id."""

LOGGED_COLUMNS = ("tuple", "applied", "error_code", "count", "example")
"""One row per distinct (tuple id, applied code, error code): how many sign-ins, and the position of one of them."""
