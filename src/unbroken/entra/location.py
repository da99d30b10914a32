"""Named locations: address ranges, countries, the compliant network."""

from __future__ import annotations

from dataclasses import dataclass

ALL_LOCATIONS = "All"
ALL_TRUSTED = "AllTrusted"
MFA_TRUSTED_IPS = "00000000-0000-0000-0000-000000000000"
"""Stands for the trusted addresses of the MFA service settings in old policies."""
COMPLIANT_NETWORK = "3d46dbda-8382-466a-856d-eb00cbc6b910"
"""The id of the compliant network location in every tenant (Graph beta, compliantNetworkNamedLocation)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLocation:
    """One named location; `kind` says which of the fields count."""

    id: str
    display_name: str = ""
    kind: str = "ip"
    """`ip`, `country`, `gps`, `compliantNetwork`, or the wire type when it is none of these."""
    ranges: tuple[str, ...] = ()
    """CIDR (`192.0.2.0/24`) or `lower-upper`, IPv4 and IPv6."""
    countries: frozenset[str] = frozenset()
    """Two-letter codes, upper case."""
    include_unknown_countries: bool = False
    trusted: bool = False
