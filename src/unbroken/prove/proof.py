"""What a proof says: for every property whether it holds, where not, for whom, and one sign-in that shows it."""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.entra.policy import ConditionalAccessPolicy
from unbroken.entra.request import AccessRequest, Identity
from unbroken.evaluate.decision import Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Who:
    """The people of a region in a few words: `everyone`, `every` with or without `all_but`, `all_but` alone, or `people`.

    `everyone`: all users the property speaks of. `every`: the union of these groups, roles, kinds and assignments, each as a label
    (`group Sales`, `role Global Administrator`, `internal guests`, `assigned to CA002`); `all_but`: these, or everyone, but those of such
    labels and names. `people`: names, all of them.
    """

    everyone: bool = False
    every: tuple[str, ...] = ()
    all_but: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    """User principal names, or for an external user without an object its kind (and home tenant)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """What a region says of one dimension of a sign-in; a dimension that is not mentioned is unconstrained."""

    name: str
    """`applications`, `clients`, `platforms`, `devices`, `flows`, `addresses`, `countries`, `signInRisk`, `userRisk`, `insiderRisk`."""
    values: tuple[str, ...]
    """Labels for people: an application's name, `outside every named location`, `a device that matches <rule>`."""
    all_but: bool = False
    """The values are those that the region leaves out; shorter than naming all that are in it."""
    ids: tuple[str, ...] = ()
    """Of applications: the app ids behind the labels, as far as there are any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A set of sign-ins that all do the same wrong: every user in it, under every combination of the conditions."""

    users: tuple[str, ...]
    """Ids of the directory's users, all of them."""
    externals: tuple[Identity, ...] = ()
    """External kinds of user that have no object here."""
    who: Who
    conditions: tuple[Condition, ...] = ()
    policies: tuple[str, ...] = ()
    """Display names of the policies that do it, where some do: those that catch a break-glass account, those a difference comes from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Counterexample:
    """One sign-in of a region, and what it meets when it is decided alone."""

    request: AccessRequest
    decision: Decision
    region: int
    """Position of its region in the result; -1 when it stands for a user instead."""
    before: Decision | None = None
    """Of a difference: what the sign-in meets today; `decision` is then what it would meet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """One field of one policy, changed."""

    policy_id: str
    """Empty for a new policy, and for what is no policy."""
    policy: str
    """Display name; `per-user MFA` for that setting."""
    field: str
    """Path in the policy as Graph spells it, such as `conditions.users.excludeGroups`; empty for a new policy."""
    text: str
    """What to do, in words: `remove group Sales`; of a new policy what it says."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Repair:
    """Edits, made together, that would close regions of a violated property. Offered, never applied."""

    edits: tuple[Edit, ...]
    closes: tuple[int, ...]
    """Positions of the regions it closes."""
    closes_all: bool
    """With it the property holds, whatever the missing facts are."""
    users_left: int
    """Users who may still violate it."""
    stricter_users: int
    """Users for whom some sign-in gets stricter."""
    laxer_users: int
    external: bool = False
    """External users who have no account here are affected as well."""
    breaks: tuple[str, ...] = ()
    """Built-in properties that hold today and would not surely hold any more."""
    policies: tuple[ConditionalAccessPolicy, ...] = ()
    """The policies as they would be; one with a new id is a new policy."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """Whether one property holds."""

    name: str
    text: str
    """What it says, in one sentence."""
    holds: bool | None
    """None: it hangs on what `missing` lists."""
    users: tuple[str, ...] = ()
    """Ids of all users with a counterexample."""
    regions: tuple[Region, ...] = ()
    counterexamples: tuple[Counterexample, ...] = ()
    missing: tuple[str, ...] = ()
    cut: int | None = None
    """The number of regions after which the list was cut; None when it is complete. `users` is complete either way, unless
    `missing` says that it is not."""
    repairs: tuple[Repair, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader should know besides: a break-glass entry that names nobody, an exemption that ends soon."""
    own: bool = False
    """It is one of the tenant's own properties (`unbroken.toml`)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """All properties of one policy set over one tenant; of a difference `stricter` and `laxer`."""

    tenant: str
    properties: tuple[Result, ...]
    policies: int
    users: int
    seconds: float
    problems: tuple[str, ...] = ()
    """What could not be read of the tenant, one line each."""
    cautions: tuple[str, ...] = ()
    """What to read before any answer: a proposed policy that is switched off, an object that a policy names and that does not exist."""
    changes: tuple[tuple[str, str], ...] = field(default=())
    """Of a difference: (display name, `added`, `replaced` or `unchanged`) of the proposed policies."""
