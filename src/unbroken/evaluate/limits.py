"""What the data at hand cannot show, in plain sentences: every answer is only as wide as what was exported."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from unbroken.entra.snapshot import NOT_EXPORTED, Collection, Snapshot
from unbroken.entra.vocabulary import PolicyState

USUAL_DAYS = 30
FREE_DAYS = 7
"""How long Entra ID keeps sign-ins with P1 or P2, and on a Free tenant (entra-docs, reference-reports-data-retention.md)."""
DAY_US = 86_400_000_000

PREMIUM_PLANS = frozenset({"41781fb2-bc02-4b7c-bd55-b576c07bb09d", "eec0eb4f-6444-4f95-aba0-50c24d67f998"})
"""Service plans Entra ID P1 and P2."""

COSTS = {
    "conditionalAccessPolicies": "nothing can be said about the policies that exist, nor about what changes",
    "users": "every sign-in that no policy surely blocks is unknown: nobody can tell whom policies, groups and roles mean",
    "groups": "whether a policy that names a group includes or excludes somebody is unknown",
    "directoryRoles": "whether a policy that names a role applies is unknown, and administrators are not recognised",
    "servicePrincipals": "applications are known by the log's names only; a policy with an application filter is unknown",
    "devices": "whether a device can meet a device filter or a device control is known only as far as the log says",
    "namedLocations": "whether a policy with a location applies is unknown",
    "authenticationStrengthPolicies": "whether somebody's methods meet an authentication strength of the tenant's own is unknown",
    "userRegistrationDetails": "who can do MFA and who must register first is unknown: prompted, registering and locked out look alike",
    "authenticationMethodsPolicy": "an unregistered person is taken to be allowed some method; for a strength it is unknown",
    "userAuthenticationRequirements": "per-user MFA is taken as disabled for everybody; where it is not, people are prompted today already",
    "identitySecurityDefaultsEnforcementPolicy": "whether security defaults protect the tenant today is unknown unless a policy is enabled",
    "crossTenantAccessPolicy": "whether MFA and devices of guests' home tenants are trusted is unknown, and with it what guests meet",
    "subscribedSkus": "whether the tenant has the licences (P1, P2) that the policies need is unknown",
    "domains": "which users sign in at another identity provider is unknown; all domains are taken as managed",
    "federationConfigurations": "whether MFA done at a federated domain's own identity provider counts is unknown",
    "organization": "the tenant's name and id are not known",
    "roleAssignments": "administrators are known from the active roles only",
    "roleEligibilitySchedules": "administrators who activate their role when they need it are not recognised",
    "signIns": "who would be prompted, and when, is unknown: without sign-ins there is no blast radius, only single questions",
    "nonInteractiveSignIns": "most of mail clients', scripts' and token renewals' traffic is missing: legacy dependencies stay hidden",
    "directoryAudits": "recent changes of policies, groups and methods are not known",
}
"""Collection of the tenant folder -> what an answer loses without it. `nonInteractiveSignIns` is a part of `signIns`."""

TOKENS = (
    "The first prompt comes when a session ends or its token is renewed, not at the switch: policies take up to a day to work everywhere, "
    "and a browser session may last 90 days."
)
DEPENDENCIES = "A policy on a service that an app depends on (Teams on Exchange) can stop the app too; such dependencies are not replayed."
MANDATORY = (
    "The MFA that Microsoft itself demands (Azure, Entra, Intune and Microsoft 365 admin centers, changes to Azure resources) comes on top "
    "and spares nobody, break-glass accounts included."
)
TRUSTED_ADDRESSES = (
    "The trusted addresses of the MFA service settings are in no export: none are assumed. If there are some, name them as "
    "mfa_trusted_ips in unbroken.toml, or policies that trust all trusted locations look stricter than they are."
)
ALWAYS = (TOKENS, DEPENDENCIES, MANDATORY)
"""Limits that no export lifts (semantics 2.8 and 2.11, deployment practice headline 8)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFacts:
    """What the log holds, counted in sign-ins. A count of what a form of log never carries is 0."""

    sign_ins: int = 0
    first_us: int = 0
    """Microseconds since 1970 UTC of the oldest sign-in; 0 when there is none."""
    last_us: int = 0
    interactive: int = 0
    non_interactive: int = 0
    """What is in neither does not say."""
    with_mfa_evidence: int = 0
    """Sign-ins whose form says whether MFA was done or can follow the session."""
    with_audiences: int = 0
    with_applied_policies: int = 0
    """Sign-ins that carry `appliedConditionalAccessPolicies`, an empty list included."""
    risk_hidden: int = 0
    without_client: int = 0
    """Sign-ins that do not name their client."""
    users: frozenset[str] = frozenset()
    """Ids of the users who signed in."""


def limits(snapshot: Snapshot, log: LogFacts) -> tuple[str, ...]:
    """Return what `snapshot` and `log` cannot show, the most costly first: what is missing, what the log lacks, what no export shows."""
    if not log.sign_ins:
        return (*_missing(snapshot), f"No sign-ins were read: {COSTS['signIns']}.", *ALWAYS)
    return (*_missing(snapshot), *_span(snapshot, log), *_forms(log), *_content(log), *_unseen(snapshot, log), *ALWAYS)


def _missing(snapshot: Snapshot) -> Iterator[str]:
    for collection in _collections(snapshot):
        if not collection.complete:
            yield f"{collection.name} is not complete ({collection.why}): {COSTS[collection.name]}."
    absent = {
        "identitySecurityDefaultsEnforcementPolicy": snapshot.security_defaults is None and not _any_policy_is_enabled(snapshot),
        "crossTenantAccessPolicy": snapshot.cross_tenant is None,
        "subscribedSkus": snapshot.skus is None,
        "domains": not snapshot.domains,
        "federationConfigurations": any(not behaviour for _, behaviour in snapshot.federated_domains),
    }
    yield from (f"{name} was not exported: {COSTS[name]}." for name, is_absent in absent.items() if is_absent)
    if snapshot.facts.mfa_trusted_ips is None:
        yield TRUSTED_ADDRESSES


def assumed(snapshot: Snapshot) -> tuple[str, ...]:
    """Return what is taken for granted where an export is missing, instead of being unknown: an answer is only as true as that."""
    absent = {
        "userAuthenticationRequirements": snapshot.per_user_mfa.why == NOT_EXPORTED,
        "authenticationMethodsPolicy": snapshot.methods_policy.why == NOT_EXPORTED,
        "domains": not snapshot.domains,
    }
    found = tuple(f"{name} was not exported: {COSTS[name]}" for name, is_absent in absent.items() if is_absent)
    unsaid = sum(user.account_enabled is None for user in snapshot.users.records)
    enabled = (f"accountEnabled was not exported for {unsaid:,} users: they count as enabled",) if unsaid else ()
    trusted = (TRUSTED_ADDRESSES,) if snapshot.facts.mfa_trusted_ips is None else ()
    return (*found, *enabled, *trusted)


def _any_policy_is_enabled(snapshot: Snapshot) -> bool:
    """Return whether security defaults must be off: Entra ID refuses to have both."""
    return any(policy.state is PolicyState.ENABLED for policy in snapshot.policies.records)


def _collections(snapshot: Snapshot) -> tuple[Collection[Any], ...]:
    """Return the collections in the order of what their absence costs."""
    return (
        snapshot.policies,
        snapshot.users,
        snapshot.groups,
        snapshot.registrations,
        snapshot.roles,
        snapshot.locations,
        snapshot.methods_policy,
        snapshot.strengths,
        snapshot.per_user_mfa,
        snapshot.devices,
        snapshot.service_principals,
    )


def _span(snapshot: Snapshot, log: LogFacts) -> Iterator[str]:
    days = (log.last_us - log.first_us) / DAY_US
    if days >= USUAL_DAYS - 1:
        return
    free = snapshot.skus is not None and not PREMIUM_PLANS & set(snapshot.skus)
    why = f" A Free tenant keeps {FREE_DAYS} days." if free else ""
    yield (
        f"The log spans {days:.1f} days ({_day(log.first_us)} to {_day(log.last_us)}), not {USUAL_DAYS}: monthly and quarterly work is not "
        f"in it.{why}"
    )


def _forms(log: LogFacts) -> Iterator[str]:
    if log.interactive and not log.non_interactive:
        yield f"The log has interactive sign-ins only: {COSTS['nonInteractiveSignIns']}."
    if log.non_interactive and not log.interactive:
        yield "The log has non-interactive sign-ins only: what people do at a screen, and most of their prompts, is missing."
    if log.non_interactive:
        yield (
            "Non-interactive sign-ins of web applications carry the address of the person's original sign-in, so a policy with a location "
            "may be judged by an old place."
        )
    unsaid = log.sign_ins - log.interactive - log.non_interactive
    if unsaid > 0:
        yield f"{_of(unsaid, log)} do not say whether they are interactive."


def _content(log: LogFacts) -> Iterator[str]:
    if log.with_applied_policies < log.sign_ins:
        some = f"{_of(log.sign_ins - log.with_applied_policies, log)} carry" if log.with_applied_policies else "These logs carry"
        where = "there " if log.with_applied_policies else ""
        yield f"{some} no result per policy (portal CSV, or read without Policy.Read.All): our answers {where}cannot be calibrated."
    if log.with_mfa_evidence < log.sign_ins:
        yield f"{_of(log.sign_ins - log.with_mfa_evidence, log)} say nothing about MFA: whether such a person sees a prompt is unknown."
    if not log.with_audiences:
        yield "The log names no audiences: for policies that exclude resources, which sign-ins ask for baseline scopes only is not known."
    if log.risk_hidden:
        yield f"{_of(log.risk_hidden, log)} hide their risk (shown with P2 only): policies with a risk condition are unknown there."
    if log.without_client:
        yield f"{_of(log.without_client, log)} do not name their client: legacy clients among them are not in the legacy list."
    yield (
        f"Authentication details are filled in late: those of the last hours before {_time(log.last_us)} may be incomplete and look like "
        "a single factor."
    )


def _unseen(snapshot: Snapshot, log: LogFacts) -> Iterator[str]:
    silent = sum(user.account_enabled is not False and user.id not in log.users for user in snapshot.users.records)
    if silent:
        yield (
            f"{silent} of {len(snapshot.users.records)} users of the directory can sign in but did not in this log: they are not in the "
            "blast radius, and meet the policies when they come back."
        )


def _of(count: int, log: LogFacts) -> str:
    return f"{count} of {log.sign_ins} sign-ins"


def _day(microseconds: int) -> str:
    return _time(microseconds)[:10]


def _time(microseconds: int) -> str:
    return datetime.fromtimestamp(microseconds // 1_000_000, tz=UTC).strftime("%Y-%m-%d %H:%M UTC")
