"""One sign-in reduced to what policies can test; None stands for a fact that is not known."""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.entra.vocabulary import (
    ClientAppType,
    DevicePlatform,
    GuestKind,
    InsiderRiskLevel,
    RiskLevel,
    TransferMethod,
    UserAction,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who signs in: a user of the directory, an external user without an object here, or a service principal."""

    user_id: str | None = None
    guest_kind: GuestKind | None = None
    home_tenant_id: str | None = None
    service_principal_id: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceState:
    """The device as the service sees it: filter attributes by lower-cased name; an absent one is null.

    `DeviceState()` is an unregistered device.
    """

    attributes: tuple[tuple[str, object], ...] = ()
    partial: bool = False
    """Whether attributes that are not listed are unknown instead of null (a log shows a few of a registered device's)."""

    def get(self, name: str) -> object:
        """Return the attribute `name` (lower case), None when the device does not have it."""
        return dict(self.attributes).get(name)


UNREGISTERED = DeviceState()


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionFacts:
    """What the session already holds; the default is a fresh sign-in with a password and nothing else."""

    mfa_satisfied: bool | None = False
    authentication_method: str | None = None
    """An `authenticationMethodModes` value or a comma-joined combination."""
    home_tenant_mfa: bool | None = False
    terms_accepted: frozenset[str] = frozenset()
    requested_scopes: frozenset[str] | None = None
    client_app_id: str | None = None
    client_is_public: bool | None = None
    interactive: bool = True
    """False where no prompt can be shown (ROPC): an unmet control then locks out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessRequest:
    """One sign-in (or one question about a sign-in). Exactly one of `apps`, `user_action`, `authentication_context` is set."""

    identity: Identity
    apps: tuple[str, ...] = ()
    """App ids of the resources asked for: several are several audiences of one token request."""
    user_action: UserAction | None = None
    authentication_context: str | None = None
    client: ClientAppType | None = None
    platform: DevicePlatform | None = None
    ip_address: str | None = None
    country: str | None = None
    """Two-letter code; `""` is an address no country is known for."""
    device: DeviceState | None = None
    sign_in_risk: RiskLevel | None = None
    user_risk: RiskLevel | None = None
    insider_risk: InsiderRiskLevel | None = None
    service_principal_risk: RiskLevel | None = None
    transfer_method: TransferMethod | None = None
    facts: SessionFacts = field(default_factory=SessionFacts)
