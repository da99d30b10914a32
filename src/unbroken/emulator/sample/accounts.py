"""What an account, a machine and a place are in the sample tenant."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where a sign-in comes from. Addresses are from the ranges reserved for documentation, tests and future use: nobody's."""

    ip: str
    city: str
    state: str
    country: str
    latitude: float
    longitude: float
    zone: str
    asn: int = 64496
    trusted: str = ""
    """Name of the trusted named location it is in; empty outside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A computer or telephone; `device_id` is empty when it is not registered with the tenant."""

    name: str = ""
    device_id: str = ""
    operating_system: str = ""
    browser: str = ""
    user_agent: str = ""
    platform: str = ""
    """The policy's word for the operating system."""
    trust: str = ""
    """`AzureAd`, `ServerAd`, `Workplace` or empty, as `/devices` spells `trustType`."""
    compliant: bool = False
    model: str = ""
    owner: str = ""
    """User id."""


@dataclass(slots=True, kw_only=True)
class Account:
    """One account: a person, or one of the many things that sign in besides people."""

    id: str
    upn: str
    name: str
    kind: str = "person"
    """person, leaver, dormant, guest, partner, shared, room, teams-room, printer, erp, sync, service, break-glass."""
    given: str = ""
    surname: str = ""
    department: str = ""
    title: str = ""
    office: str = ""
    manager: str = ""
    enabled: bool = True
    licence: str = ""
    created: str = "2019-04-01T08:00:00Z"
    synced: bool = False
    guest_kind: str = ""
    home_tenant: str = ""
    log_upn: str = ""
    """The name the sign-in log shows when it is not the UPN: a guest's name at home."""
    methods: tuple[str, ...] = ()
    """`methodsRegistered`."""
    registered: bool = False
    capable: bool = False
    factor: str = "password"
    """The combination of methods it signs in with when asked for MFA, as authentication strengths spell it."""
    per_user_mfa: str = "disabled"
    roles: tuple[str, ...] = ()
    pc: Machine | None = None
    phone: Machine | None = None
    work: Place | None = None
    """The office it belongs to; None for people who are never there."""
    home: Place | None = None
    from_home: float = 0.0
    """Share of working days away from the office."""
    habits: frozenset[str] = frozenset()
    """`cfo`, `no-phone`, `eas`, `outlook-2013`, `azure`, `stuck`, `traveller`, `imap`, `legacy-excluded`."""
    last_sign_in: int = 0
    """Second of the last success; set while the sign-ins are written."""
