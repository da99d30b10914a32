"""What a policy can ask of one sign-in, and the refusal to judge what Microsoft's documentation does not decide."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from unbroken.errors import UnbrokenError

LEGACY_CLIENTS = frozenset({"exchangeActiveSync", "easSupported", "other"})
"""They cannot do MFA and send no device state (entra-docs, concept-conditional-access-conditions.md)."""
DEVICE_CODE = "deviceCodeFlow"


class UnsupportedPolicy(UnbrokenError):
    """A policy hangs on something that Microsoft's documentation, or what is known of the sign-in, does not decide."""

    remedy = "leave the policy out, or set it to `disabled`"


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInFacts:
    """Everything about one sign-in that a policy can ask for. Exactly one of `apps`, `user_action`, `authentication_context` is set."""

    user_id: str = ""
    guest_kind: str = ""
    """One of `conditionalAccessGuestOrExternalUserTypes`; empty for a member."""
    home_tenant_id: str = ""
    service_principal_id: str = ""
    """Object id of a workload identity that signs in; then there is no user."""
    apps: tuple[str, ...] = ()
    user_action: str = ""
    authentication_context: str = ""
    client: str = "browser"
    platform: str = ""
    """Empty: a platform that is not recognised; only `all` matches it."""
    ip_address: str = "192.0.2.1"
    country: str = ""
    is_compliant: bool = False
    is_hybrid_joined: bool = False
    device: tuple[tuple[str, object], ...] = ()
    """Further attributes of the device, named as filters name them; one that is not there is null."""
    sign_in_risk: str = "none"
    user_risk: str = "none"
    service_principal_risk: str = "none"
    insider_risk: str = ""
    transfer_method: str = ""
    method: str = "password"
    """The combination of methods used, as an authentication strength spells it."""
    mfa: bool = False
    """Multifactor authentication is done: now, or by a claim in the token."""
    home_mfa: bool = False
    """The token of an external user's home tenant says that MFA was done there."""
    mfa_registered: bool = True
    interactive: bool = True
    terms_accepted: frozenset[str] = frozenset()
    requested_scopes: frozenset[str] | None = None
    """None: more than the baseline scopes."""
    client_app_id: str = ""
    client_is_public: bool = True

    @property
    def is_legacy(self) -> bool:
        """Return whether the client uses legacy authentication."""
        return self.client in LEGACY_CLIENTS

    @property
    def is_external(self) -> bool:
        """Return whether the user signs in at another tenant: every guest but an internal one."""
        return self.guest_kind not in {"", "internalGuest"}


def any_of(tests: Iterable[Callable[[], bool]]) -> bool:
    """Return whether one of the tests holds; where none does for sure, raise the first doubt."""
    doubt: UnsupportedPolicy | None = None
    for test in tests:
        try:
            if test():
                return True
        except UnsupportedPolicy as error:
            doubt = doubt or error
    if doubt:
        raise doubt
    return False
