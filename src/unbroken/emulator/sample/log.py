"""The sign-in log: asks the enforcement what happens to a sign-in and writes it down as Graph beta `signIn` records.

A record is put together from fragments of JSON that are encoded once (who, which app, which machine, where, what happened).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from random import Random
from typing import Any, NamedTuple

import msgspec

from unbroken.emulator.enforcement import Enforcement, SignInFacts, enforce
from unbroken.emulator.sample.accounts import Account, Machine, Place
from unbroken.emulator.sample.ids import Seed, random_id
from unbroken.emulator.sample.wording import (
    BROWSER,
    CLIENT_APP_TYPES,
    ERROR_TEXTS,
    FACTORS,
    FIRST_FACTOR_BY_CLAIM,
    MFA_BY_CLAIM,
    MODERN_CLIENTS,
    PASSWORDLESS,
    TRUST_TYPES,
)
from unbroken.emulator.tenant import Record, Tenant

MFA_INTERRUPTS = frozenset({50074, 50076})
CLAIM_SECONDS = 14 * 86400
"""How long the MFA claim of a registered device is taken to last in this tenant."""


class App(NamedTuple):
    """A client application and the resource it asks for."""

    id: str
    name: str
    resource: str
    resource_name: str
    client: str = BROWSER


@dataclass(slots=True, kw_only=True)
class Session:
    """One account at one machine in one place, for some hours."""

    account: Account
    machine: Machine
    place: Place
    id: str
    protocol: str = "none"
    transfer: str = ""
    """`deviceCodeFlow` once a device code was used: later requests of the session carry it too."""
    fresh: bool = True
    """No first factor was given in this session yet."""
    mfa: bool = False
    risk: str = "none"


class Step(NamedTuple):
    """How one row of the log came about: everything its outcome depends on besides account, machine and place."""

    app: App
    interactive: bool
    claim: bool
    """The token already carries MFA."""
    method: str
    """Combination of methods used in this row."""
    error: int | None = None
    """An error other than Conditional Access's own."""


@dataclass(slots=True)
class SignInLog:
    """Writes sign-ins to `rows` as (second, record) until somebody takes them away."""

    seed: Seed
    tenant: Tenant
    policies: list[Record]
    rows: list[tuple[int, str]] = field(default_factory=list)
    _claims: dict[tuple[str, str], int] = field(default_factory=dict)
    _fragments: dict[object, str] = field(default_factory=dict)
    _outcomes: dict[object, tuple[str, int]] = field(default_factory=dict)
    _classes: dict[str, object] = field(default_factory=dict)

    def sign_in(self, session: Session, app: App, at: int, rng: Random, *, interactive: bool) -> bool:
        """Let the session ask for `app` at second `at`; return whether it got in. MFA is done when asked for and possible."""
        account, correlation = session.account, random_id(rng)
        claim = session.mfa or self._claims.get((account.id, session.machine.device_id), 0) > at
        method = account.factor if interactive and account.factor in PASSWORDLESS and session.fresh else "password"
        step = Step(app, interactive, claim, method)
        if self._per_user_mfa(session, step) and self._outcome(session, step)[1] == 0:
            step = step._replace(error=50074)
        error = self._row(session, step, at, correlation, rng)
        if error in MFA_INTERRUPTS and account.capable and account.factor in FACTORS:
            error = self._challenge(session, app, at, correlation, rng)
        if error == 0:
            self._passed(session, method, interactive, at)
        return error == 0

    @staticmethod
    def _per_user_mfa(session: Session, step: Step) -> bool:
        """Return whether per-user MFA, outside Conditional Access, asks for a second factor."""
        asked = session.account.per_user_mfa == "enforced" and step.interactive and step.app.client in MODERN_CLIENTS
        return asked and not step.claim and step.method not in PASSWORDLESS

    def fail(self, session: Session, app: App, at: int, rng: Random, error: int) -> None:
        """Write a sign-in that failed before Conditional Access was asked."""
        self._row(session, Step(app, True, False, "password", error), at, random_id(rng), rng)  # noqa: FBT003 -- positional in the tuple

    def _challenge(self, session: Session, app: App, at: int, correlation: str, rng: Random) -> int:
        """Write what follows the interrupt: MFA done in some seconds, or, now and then, not answered."""
        if rng.random() < 0.02:
            self._row(session, Step(app, True, False, session.account.factor, 500121), at + rng.randint(30, 70), correlation, rng)  # noqa: FBT003
            return 500121
        later = at + rng.randint(8, 40)
        self._remember(session, later)
        return self._row(session, Step(app, True, False, session.account.factor), later, correlation, rng)  # noqa: FBT003

    def _remember(self, session: Session, at: int) -> None:
        session.mfa = True
        if session.machine.device_id:
            self._claims[session.account.id, session.machine.device_id] = at + CLAIM_SECONDS

    def _passed(self, session: Session, method: str, interactive: bool, at: int) -> None:
        if method in PASSWORDLESS:
            self._remember(session, at)
        session.fresh = session.fresh and not interactive
        session.account.last_sign_in = max(session.account.last_sign_in, _iso(at))

    def _row(self, session: Session, step: Step, at: int, correlation: str, rng: Random) -> int:
        outcome, error = self._outcome(session, step)
        account, machine, place = session.account, session.machine, session.place
        stamp, key = _iso(at), random_id(rng)
        who = self._fragment(("who", account.id), lambda: self._who(account))
        app = self._fragment(step.app, lambda: self._app(step.app))
        what = self._fragment((id(machine), step.app.client), lambda: _machine(machine, step.app.client))
        where = self._fragment(place.ip, lambda: _place(place))
        row = (
            f'{{"id":"{key}","createdDateTime":"{stamp}",{who},{app},{what},{where},{outcome.replace("@T", stamp)},'
            f'"correlationId":"{correlation}","originalRequestId":"{key}","sessionId":"{session.id}",'
            f'"uniqueTokenIdentifier":"{key[:8]}{key[-12:]}"}}\n'
        )
        self.rows.append((at, row))
        return error

    def _fragment(self, key: object, build: Callable[[], dict[str, Any]]) -> str:
        text = self._fragments.get(key)
        if text is None:
            text = self._fragments[key] = _inner(build())
        return text

    def _outcome(self, session: Session, step: Step) -> tuple[str, int]:
        """Return the fragment that says what happened, and the error code; equal circumstances are judged once."""
        account, machine, place = session.account, session.machine, session.place
        who = self._classes.get(account.id) or self._class(account)
        state = (machine.platform, machine.compliant, machine.trust, place.trusted != "", place.country, session.risk)
        key = (who, step, state, session.transfer, session.protocol, session.fresh)
        found = self._outcomes.get(key)
        if found is None:
            found = self._outcomes[key] = self._judge(session, step)
        return found

    def _class(self, account: Account) -> object:
        """Return what tells accounts apart for the policies and the wording: those of one class meet the same."""
        named = {key for policy in self.policies for key in policy["conditions"]["users"]["excludeUsers"]}
        groups = {
            key for policy in self.policies for side in ("includeGroups", "excludeGroups") for key in policy["conditions"]["users"][side]
        }
        who = (
            self.tenant.groups_of(account.id) & groups,
            self.tenant.roles_of(account.id),
            account.id if account.id in named else "",
            (account.guest_kind, account.home_tenant, account.factor, account.registered, account.synced, account.per_user_mfa),
        )
        self._classes[account.id] = who
        return who

    def _judge(self, session: Session, step: Step) -> tuple[str, int]:
        verdict = None if step.error in {50126, 50053, 50057} else enforce(self.policies, facts_of(session, step), self.tenant)
        error = step.error if step.error is not None else verdict.error_code if verdict else 0
        return _inner(_outcome(session, step, verdict, error)), error

    def _who(self, account: Account) -> dict[str, Any]:
        cross_tenant = {"partner": "serviceProvider", "guest": "b2bCollaboration"}.get(account.kind, "none")
        name = (account.log_upn or account.upn).lower()
        return {
            "userDisplayName": account.name,
            "userPrincipalName": name,
            "userId": account.id,
            "signInIdentifier": name,
            "userType": "guest" if account.guest_kind else "member",
            "homeTenantId": account.home_tenant or self.seed.tenant_id,
            "resourceTenantId": self.seed.tenant_id,
            "crossTenantAccessType": cross_tenant,
        }

    def _app(self, app: App) -> dict[str, Any]:
        return {
            "appId": app.id,
            "appDisplayName": app.name,
            "resourceId": app.resource,
            "resourceDisplayName": app.resource_name,
            "resourceServicePrincipalId": self.seed.id("service principal", app.resource),
            "conditionalAccessAudiences": [app.resource],
            "servicePrincipalId": "",
        }


def facts_of(session: Session, step: Step) -> SignInFacts:
    """Return the sign-in as the enforcement sees it."""
    account, machine = session.account, session.machine
    legacy = step.app.client not in MODERN_CLIENTS
    return SignInFacts(
        user_id=account.id,
        guest_kind=account.guest_kind,
        home_tenant_id=account.home_tenant,
        apps=(step.app.resource,),
        client=CLIENT_APP_TYPES.get(step.app.client, "other"),
        platform=machine.platform,
        ip_address=session.place.ip,
        country=session.place.country,
        is_compliant=machine.compliant and not legacy,
        is_hybrid_joined=machine.trust == "ServerAd" and not legacy,
        sign_in_risk=session.risk,
        transfer_method=session.transfer,
        method="password" if step.error == 500121 else step.method,
        mfa=step.claim,
        mfa_registered=account.registered,
        interactive=step.interactive,
    )


def _outcome(session: Session, step: Step, verdict: Enforcement | None, error: int) -> dict[str, Any]:
    demanded = bool(verdict) and any(
        entry.record["result"] in {"success", "failure"} and "Mfa" in entry.record["enforcedGrantControls"]
        for entry in (verdict.applied if verdict else ())
    )
    by_user = session.account.per_user_mfa == "enforced" and step.interactive and step.app.client in MODERN_CLIENTS
    details = _details(session, step, demanded or by_user, error)
    risky = session.risk not in {"none", "hidden"}
    return {
        "authenticationProtocol": session.protocol,
        "incomingTokenType": _incoming_token(session, step),
        "originalTransferMethod": session.transfer or "none",
        "isInteractive": step.interactive,
        "signInEventTypes": ["interactiveUser" if step.interactive else "nonInteractiveUser"],
        "authenticationRequirement": "multiFactorAuthentication" if demanded or by_user else "singleFactorAuthentication",
        "authenticationRequirementPolicies": _providers(demanded, by_user),
        "authenticationDetails": details,
        "authenticationProcessingDetails": [],
        "sessionLifetimePolicies": [],
        "clientCredentialType": "none",
        "tokenIssuerType": "AzureAD",
        "status": {
            "errorCode": error,
            "failureReason": ERROR_TEXTS[error],
            "additionalDetails": details[-1]["authenticationStepResultDetail"] if error == 0 and (demanded or by_user) else None,
        },
        "conditionalAccessStatus": verdict.status if verdict else "notApplied",
        "appliedConditionalAccessPolicies": [entry.record for entry in verdict.applied] if verdict else [],
        "riskDetail": "none",
        "riskLevelAggregated": session.risk,
        "riskLevelDuringSignIn": session.risk,
        "riskState": "atRisk" if risky else "none",
        "riskEventTypes_v2": ["unfamiliarFeatures"] if risky else [],
    }


def _incoming_token(session: Session, step: Step) -> str:
    if step.app.client not in MODERN_CLIENTS or session.protocol == "ropc" or (step.interactive and session.fresh):
        return "none"
    return "primaryRefreshToken" if session.machine.device_id else "refreshToken"


def _providers(demanded: bool, by_user: bool) -> list[dict[str, str]]:
    found = [{"requirementProvider": "multiConditionalAccess", "detail": "Conditional Access"}] if demanded else []
    return found + ([{"requirementProvider": "user", "detail": "Per-user MFA"}] if by_user else [])


def _details(session: Session, step: Step, demanded: bool, error: int) -> list[dict[str, Any]]:
    """Return `authenticationDetails`: the first factor, and what there was to say about the second."""
    account = session.account
    if step.method in PASSWORDLESS:
        method, result = FACTORS[step.method]
        return [_detail(method, result, "Primary authentication")]
    password = (
        ("Password", "Correct password") if session.fresh or not step.interactive else ("Previously satisfied", FIRST_FACTOR_BY_CLAIM)
    )
    if not step.interactive and session.protocol != "ropc" and step.app.client in MODERN_CLIENTS:
        password = ("Previously satisfied", FIRST_FACTOR_BY_CLAIM)
    if error in {50126, 50053, 50057}:
        return [_detail("Password", ERROR_TEXTS[error], "Primary authentication", succeeded=False)]
    details = [_detail(*password, "Primary authentication", where="Password Hash Sync" if account.synced else "Password in the cloud")]
    if step.method in FACTORS:
        method, result = FACTORS[step.method]
        denied = error == 500121
        result = "MFA denied; user did not respond to mobile app notification" if denied else result
        details.append(_detail(method, result, "Multi-factor authentication", succeeded=not denied))
    elif demanded and step.claim and error == 0:
        details.append(_detail("Previously satisfied", MFA_BY_CLAIM, "Multi-factor authentication"))
    return details


def _detail(method: str, result: str, requirement: str, *, where: str | None = None, succeeded: bool = True) -> dict[str, Any]:
    return {
        "authenticationStepDateTime": "@T",
        "authenticationMethod": method,
        "authenticationMethodDetail": where if method == "Password" else None,
        "succeeded": succeeded,
        "authenticationStepResultDetail": result,
        "authenticationStepRequirement": requirement,
    }


def _machine(machine: Machine, client: str) -> dict[str, Any]:
    legacy = client not in MODERN_CLIENTS
    known = machine.device_id != "" and not legacy
    return {
        "clientAppUsed": client,
        "userAgent": machine.user_agent,
        "deviceDetail": {
            "deviceId": machine.device_id if known else "",
            "displayName": machine.name if known else "",
            "operatingSystem": machine.operating_system,
            "browser": machine.browser if client == BROWSER else "",
            "isCompliant": machine.compliant if known else False,
            "isManaged": (machine.compliant or machine.trust == "ServerAd") if known else False,
            "trustType": TRUST_TYPES[machine.trust] if known else "",
        },
    }


def _place(place: Place) -> dict[str, Any]:
    network = [{"networkType": "trustedNamedLocation", "networkNames": [place.trusted]}] if place.trusted else []
    return {
        "ipAddress": place.ip,
        "autonomousSystemNumber": place.asn,
        "location": {
            "city": place.city,
            "state": place.state,
            "countryOrRegion": place.country,
            "geoCoordinates": {"altitude": None, "latitude": place.latitude, "longitude": place.longitude},
        },
        "networkLocationDetails": network,
    }


def _inner(record: dict[str, Any]) -> str:
    """Return the members of `record` as JSON, without the braces."""
    return msgspec.json.encode(record)[1:-1].decode()


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
