"""A tenant as it was read: every collection with whether it is complete, and the operator's own facts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from unbroken.entra.directory import (
    AuthenticationStrength,
    CrossTenantAccess,
    Device,
    DirectoryRole,
    Group,
    MethodConfiguration,
    Registration,
    ServicePrincipal,
    User,
)
from unbroken.entra.location import NamedLocation
from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.vocabulary import BaselineScopeMode

T = TypeVar("T")
NOT_EXPORTED = "not exported"


@dataclass(frozen=True, slots=True)
class Collection(Generic[T]):
    """The records of one Graph collection, and whether they are all of them.

    `complete` is false when the collection is missing or a page of it is unread: then an id that is not in it proves nothing.
    """

    name: str
    records: tuple[T, ...] = ()
    complete: bool = False
    why: str = NOT_EXPORTED
    """Why it is not complete; empty when it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exemption:
    """One `exempt` entry of `unbroken.toml`: a documented, dated exception with an owner."""

    user: str
    until: str
    """ISO date, the last day it counts."""
    owner: str = ""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnProperty:
    """One `[[property]]` of `unbroken.toml`: every sign-in of these users to these apps needs one of these outcomes."""

    name: str
    users: tuple[str, ...]
    """`everyone`, `guests`, `break_glass`, a UPN or id, `group:` and a display name or id, `role:` and a display name or template id."""
    except_users: tuple[str, ...] = ()
    """In the same words; exclude wins."""
    apps: tuple[str, ...] = ("all",)
    """`all`, an appId, an application's display name, `Office365` or `MicrosoftAdminPortals`."""
    except_apps: tuple[str, ...] = ()
    clients: tuple[str, ...] = ()
    """`clientAppTypes` words, `legacy` or `modern`; empty means every client."""
    needs: tuple[str, ...] = ("mfa",)
    """Grant controls, any one of which is enough: `block`, `mfa`, `compliantDevice`, ..., or `authenticationStrength:` and an id or
    display name. `nothing` alone: nothing may ever be demanded."""
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OperatorFacts:
    """What only the operator knows: `unbroken.toml`."""

    break_glass: tuple[str, ...] = ()
    """User ids or UPNs, or `group:` and a display name or id."""
    exempt: tuple[Exemption, ...] = ()
    pilot_group: str = ""
    baseline_scope_mode: BaselineScopeMode = BaselineScopeMode.ENFORCED
    time_zone: str = ""
    mfa_trusted_ips: tuple[str, ...] | None = None
    properties: tuple[OwnProperty, ...] = ()
    """The tenant's own rules, proved with the built-in ones."""


def _none(name: str) -> Collection[Any]:
    return Collection(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """Everything of one tenant that decides a sign-in, at one moment."""

    source: str
    """The folder or file it was read from, as the user named it."""
    tenant_id: str = ""
    tenant_name: str = ""
    policies: Collection[ConditionalAccessPolicy]
    users: Collection[User]
    groups: Collection[Group] = field(default_factory=lambda: _none("groups"))
    roles: Collection[DirectoryRole] = field(default_factory=lambda: _none("directoryRoles"))
    service_principals: Collection[ServicePrincipal] = field(default_factory=lambda: _none("servicePrincipals"))
    devices: Collection[Device] = field(default_factory=lambda: _none("devices"))
    locations: Collection[NamedLocation] = field(default_factory=lambda: _none("namedLocations"))
    strengths: Collection[AuthenticationStrength] = field(default_factory=lambda: _none("authenticationStrengthPolicies"))
    registrations: Collection[Registration] = field(default_factory=lambda: _none("userRegistrationDetails"))
    methods_policy: Collection[MethodConfiguration] = field(default_factory=lambda: _none("authenticationMethodsPolicy"))
    per_user_mfa: Collection[tuple[str, str]] = field(default_factory=lambda: _none("userAuthenticationRequirements"))
    """(user id, perUserMfaState)."""
    security_defaults: bool | None = None
    """`identitySecurityDefaultsEnforcementPolicy.isEnabled`; None when not read."""
    cross_tenant: CrossTenantAccess | None = None
    federated_domains: tuple[tuple[str, str], ...] = ()
    """(domain, federatedIdpMfaBehavior)."""
    domains: tuple[str, ...] = ()
    skus: tuple[str, ...] | None = None
    """Service plan ids of the enabled SKUs; None when not read."""
    facts: OperatorFacts = field(default_factory=OperatorFacts)
    problems: tuple[str, ...] = ()
    """What could not be read, one line each: file, record, reason."""
    files: tuple[tuple[str, str], ...] = ()
    """(file, what it was read as)."""
    unresolved: tuple[tuple[str, str, str], ...] = ()
    """(policy id, path of the list, token): a name or placeholder that stands for nothing known, so who or what it means is unknown."""
    dangling: tuple[tuple[str, str, str], ...] = ()
    """(policy id, path of the list, id): an id that the complete collection does not contain; it matches nobody."""
