"""A Conditional Access policy: assignments, conditions, grant and session controls, and whatever we could not read."""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.entra.vocabulary import PolicyState

NOTHING: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class GuestScope:
    """`conditionalAccessGuestsOrExternalUsers`: kinds of external user, of all tenants or of the listed ones."""

    kinds: frozenset[str]
    tenants: frozenset[str] | None = None
    """Home tenant ids; None means every external tenant (`membershipKind: all`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UserScope:
    """One side (include or exclude) of the user assignment."""

    everyone: bool = False
    users: frozenset[str] = NOTHING
    groups: frozenset[str] = NOTHING
    roles: frozenset[str] = NOTHING
    guests: tuple[GuestScope, ...] = ()

    def __bool__(self) -> bool:
        """Return whether the scope can match anybody."""
        return self.everyone or bool(self.users or self.groups or self.roles or self.guests)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkloadScope:
    """One side of the workload identity assignment: service principal object ids, or every one the tenant owns."""

    everyone: bool = False
    service_principals: frozenset[str] = NOTHING

    def __bool__(self) -> bool:
        """Return whether the scope can match any workload identity."""
        return self.everyone or bool(self.service_principals)


@dataclass(frozen=True, slots=True, kw_only=True)
class Filter:
    """A rule over device attributes or over custom security attributes; `mode` is `include` or `exclude`."""

    mode: str
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What the policy protects: resources, user actions or authentication contexts."""

    all_apps: bool = False
    include_apps: frozenset[str] = NOTHING
    """App ids, and the bundles `Office365` and `MicrosoftAdminPortals`, as the policy spells them."""
    exclude_apps: frozenset[str] = NOTHING
    app_filter: Filter | None = None
    user_actions: frozenset[str] = NOTHING
    authentication_contexts: frozenset[str] = NOTHING

    def __bool__(self) -> bool:
        """Return whether the target can match anything."""
        include_filter = self.app_filter is not None and self.app_filter.mode == "include"
        return self.all_apps or include_filter or bool(self.include_apps or self.user_actions or self.authentication_contexts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """A condition with an include and an exclude list; None stands for "not configured", which constrains nothing."""

    include: frozenset[str] | None = None
    exclude: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Conditions:
    """`conditionalAccessConditionSet` without the assignments: all members are ANDed, an empty one constrains nothing."""

    client_app_types: frozenset[str] = NOTHING
    platforms: Sides = field(default_factory=Sides)
    locations: Sides = field(default_factory=Sides)
    device_filter: Filter | None = None
    sign_in_risk: frozenset[str] = NOTHING
    user_risk: frozenset[str] = NOTHING
    service_principal_risk: frozenset[str] = NOTHING
    insider_risk: frozenset[str] = NOTHING
    transfer_methods: frozenset[str] = NOTHING


@dataclass(frozen=True, slots=True, kw_only=True)
class Grant:
    """`conditionalAccessGrantControls`. `operator` is `AND` or `OR`; no control at all means the policy only sets session controls."""

    operator: str = "OR"
    controls: frozenset[str] = NOTHING
    """`builtInControls`, verbatim."""
    strength: str | None = None
    """Id of the authentication strength."""
    terms_of_use: tuple[str, ...] = ()
    custom_factors: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Return whether anything is demanded before access is granted."""
        return bool(self.controls or self.strength or self.terms_of_use or self.custom_factors)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConditionalAccessPolicy:
    """One Conditional Access policy, as complete as Graph sent it."""

    id: str
    display_name: str
    state: PolicyState
    users: tuple[UserScope, UserScope] = (UserScope(), UserScope())
    """Include and exclude; exclude wins."""
    workloads: tuple[WorkloadScope, WorkloadScope] = (WorkloadScope(), WorkloadScope())
    target: Target = field(default_factory=Target)
    conditions: Conditions = field(default_factory=Conditions)
    grant: Grant = field(default_factory=Grant)
    session_controls: tuple[tuple[str, object], ...] = ()
    """Name and wire value of every session control that is set."""
    unmodelled: tuple[str, ...] = ()
    """Paths of conditions and controls Graph sent that we do not understand. Non-empty: wherever the policy is not ruled out
    by a condition we do understand, whether it applies is unknown."""
    unmodelled_grant: tuple[str, ...] = ()
    """Grant controls we do not understand. Non-empty: what the policy demands where it applies is unknown."""
    unmodelled_values: str = ""
    """What stands there, in one form: equal texts say the same."""
    unmodelled_grant_values: str = ""
    """What the grant controls say that hold something we do not understand, likewise."""
    modified: str = ""
    """`modifiedDateTime` or `createdDateTime`, verbatim; empty when neither was given."""
