"""People and things of the directory: users, groups, roles, service principals, registration, per-user MFA, trust."""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.entra.vocabulary import GuestKind


@dataclass(frozen=True, slots=True, kw_only=True)
class User:
    """One `/users` record. A property that Graph did not return (no `$select`) is None and is unknown, never false."""

    id: str
    user_principal_name: str = ""
    display_name: str = ""
    mail: str = ""
    account_enabled: bool | None = None
    user_type: str | None = None
    """`Member`, `Guest`, or `""` for the null that old synchronised accounts have; None when it was not read."""
    external: bool | None = None
    """Whether it authenticates elsewhere (`#EXT#`, `creationType: Invitation`, `externalUserState`); None when that cannot be told."""
    on_premises_sync_enabled: bool | None = None
    licensed: bool | None = None
    """Whether `assignedLicenses` is non-empty; None when it was not read."""
    department: str = ""
    job_title: str = ""
    usage_location: str = ""
    last_successful_sign_in: str = ""
    """`signInActivity.lastSuccessfulSignInDateTime`, else the last attempt; empty when not read or never."""
    created: str = ""
    mailbox_purpose: str = ""
    """`mailboxSettings.userPurpose` when present: user, linked, shared, room, equipment, others."""

    @property
    def guest_kinds(self) -> frozenset[GuestKind]:
        """Return the kinds of guest this user can be; more than one when the record does not say enough, none for a member.

        Source: entra-docs, external-id/authentication-conditional-access.md. An empty result is certain only if `guest_kind_known`.
        """
        kinds = set()
        if self.external is not True and self.user_type in {None, "Guest"}:
            kinds.add(GuestKind.INTERNAL_GUEST)
        if self.external is not False and self.user_type in {None, "Guest"}:
            kinds.add(GuestKind.B2B_COLLABORATION_GUEST)
        if self.external is not False and self.user_type != "Guest":
            kinds.add(GuestKind.B2B_COLLABORATION_MEMBER)
        return frozenset(kinds)

    @property
    def guest_kind_known(self) -> bool:
        """Return whether `guest_kinds` is the whole truth: both the type and the home of the account were read."""
        return self.user_type is not None and self.external is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """One group with its direct members (users, groups, devices: ids). `members` is None when the export did not carry them."""

    id: str
    display_name: str = ""
    members: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectoryRole:
    """Active, tenant-wide holders of one built-in role, known by its template id."""

    template_id: str
    display_name: str = ""
    members: tuple[str, ...] | None = None
    """User and group ids; None when the export did not carry them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ServicePrincipal:
    """One enterprise application or workload identity of the tenant."""

    id: str
    app_id: str
    display_name: str = ""
    owner_tenant_id: str | None = None
    """`appOwnerOrganizationId`; None when not read."""
    kind: str = ""
    """`servicePrincipalType`: Application, ManagedIdentity, Legacy, SocialIdp."""
    attributes: tuple[tuple[str, str], ...] | None = None
    """Custom security attributes of type string as (`Set.Name`, value); None when they were not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Registration:
    """One `userRegistrationDetails` record."""

    user_id: str
    user_principal_name: str = ""
    is_mfa_registered: bool | None = None
    is_mfa_capable: bool | None = None
    methods: frozenset[str] | None = None
    """`methodsRegistered`, verbatim; an open set. None when the form does not list them."""
    is_admin: bool | None = None
    updated: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class MethodConfiguration:
    """Who may use one authentication method (`authenticationMethodConfigurations`)."""

    id: str
    """Fido2, MicrosoftAuthenticator, Sms, Voice, TemporaryAccessPass, SoftwareOath, HardwareOath, Email, X509Certificate, ..."""
    enabled: bool
    include_groups: frozenset[str] = frozenset()
    """Group ids; `all_users` means everybody."""
    exclude_groups: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthenticationStrength:
    """One authentication strength: the combinations that satisfy it, each a sorted, comma-joined set of modes."""

    id: str
    display_name: str = ""
    allowed_combinations: frozenset[str] = frozenset()
    restricted_combinations: frozenset[str] = frozenset()
    """Combinations with a `combinationConfigurations` entry: whether a user's own key or certificate qualifies is not in any export."""
    satisfies_mfa: bool | None = None
    """`requirementsSatisfied == mfa`; None when it was not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InboundTrust:
    """What the tenant accepts from an external user's home tenant; None for a property that was not read."""

    mfa: bool | None = None
    compliant_device: bool | None = None
    hybrid_device: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CrossTenantAccess:
    """`crossTenantAccessPolicy`: the default and the partners' inbound trust. A partner without a value inherits the default."""

    default: InboundTrust = field(default_factory=InboundTrust)
    partners: tuple[tuple[str, InboundTrust], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """One registered device."""

    device_id: str
    display_name: str = ""
    attributes: tuple[tuple[str, object], ...] = ()
    """Attribute name as device filters spell it, lower-cased, and value."""
