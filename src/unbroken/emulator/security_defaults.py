"""What security defaults ask of one sign-in, read off Microsoft's documentation as far as it says.

Source: entra-docs, fundamentals/security-defaults.md: everybody registers; administrators do MFA every time; others when Microsoft finds
it necessary; legacy authentication is blocked; Azure management asks everybody; the directory synchronization account is exempt.
"""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.emulator.enforcement import LEGACY_CLIENTS

AZURE_MANAGEMENT = "797f4846-ba00-4fd7-ba43-dac1f8f63013"
SYNCHRONIZATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"
"""Role template of Directory Synchronization Accounts."""
ADMINISTRATORS = frozenset(
    {
        "62e90394-69f5-4237-9190-012177145e10",  # Global
        "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3",  # Application
        "c4e39bd9-1100-46d3-8c65-fb160da0071f",  # Authentication
        "b0f54661-2d74-4c50-afa3-1ec803f12efe",  # Billing
        "158c047a-c907-4556-b7ef-446551a6b5f7",  # Cloud Application
        "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9",  # Conditional Access
        "29232cdf-9323-42fd-ade2-1d097af3e4de",  # Exchange
        "729827e3-9c14-49f7-bb1b-9608f156bbb8",  # Helpdesk
        "966707d0-3269-4727-9be2-8c3a10f19b9d",  # Password
        "7be44c8a-adaf-4e2a-84d6-ab2649e08a13",  # Privileged Authentication
        "e8611ab8-c189-46e8-94e1-60213ab1f814",  # Privileged Role
        "194ae4cb-b126-40b2-bd5b-6091b380977d",  # Security
        "f28a1f50-f6e7-4571-818b-6a12f2af6b6c",  # SharePoint
        "fe930be7-5e62-47db-91af-98c3a49a38b1",  # User
    }
)
"""Role templates of the administrators whom security defaults ask every time."""
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
    if SYNCHRONIZATION in asked.roles:
        return 0
    if asked.client in LEGACY_CLIENTS:
        return BLOCKED
    if not asked.registered:
        return 50072 if asked.interactive else 50079
    demanded = not asked.roles.isdisjoint(ADMINISTRATORS) or asked.resource == AZURE_MANAGEMENT or asked.suspicious
    if asked.mfa or not demanded:
        return 0
    return 50074 if asked.interactive else 50076
