"""What security defaults ask of one sign-in, read off Microsoft's documentation as far as it says.

Source: entra-docs, fundamentals/security-defaults.md: everybody registers; administrators do MFA every time; others when Microsoft finds
it necessary; legacy authentication is blocked; Azure management asks everybody; the directory synchronization account is exempt.
"""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.emulator.facts import LEGACY_CLIENTS
from unbroken.entra.well_known import AZURE_RESOURCE_MANAGER, SECURITY_DEFAULTS_ADMIN_ROLES, SYNC_ROLES

BLOCKED = 530035


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What security defaults look at; `mfa` is done already, `suspicious` is what Microsoft would find worth a question."""

    client: str
    resource: str
    roles: frozenset[str]
    registered: bool
    mfa: bool
    interactive: bool
    suspicious: bool


def security_defaults_error(asked: Asked) -> int:
    """Return the error code the sign-in is stopped with, 0 when security defaults let it pass."""
    if not asked.roles.isdisjoint(SYNC_ROLES):
        return 0
    if asked.client in LEGACY_CLIENTS:
        return BLOCKED
    if not asked.registered:
        return 50072 if asked.interactive else 50079
    demanded = not asked.roles.isdisjoint(SECURITY_DEFAULTS_ADMIN_ROLES) or asked.resource == AZURE_RESOURCE_MANAGER or asked.suspicious
    if asked.mfa or not demanded:
        return 0
    return 50074 if asked.interactive else 50076
