"""The parts of a Graph beta `signIn` record: who, which application, which machine, where, and what happened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from unbroken.emulator.conditions import SignInFacts
from unbroken.emulator.enforcement import Enforcement
from unbroken.emulator.sample.accounts import Account, Machine, Place
from unbroken.emulator.sample.devices import filtered_attributes
from unbroken.emulator.sample.ids import Seed
from unbroken.emulator.sample.wording import (
    BROWSER,
    CLIENT_APP_TYPES,
    ERROR_TEXTS,
    FACTORS,
    FIRST_FACTOR_BY_CLAIM,
    FIRST_FACTOR_ERRORS,
    MFA_BY_CLAIM,
    MODERN_CLIENTS,
    PASSWORDLESS,
    SECOND_FACTOR_ERRORS,
    TRUST_TYPES,
)

_FOR_MFA = frozenset({"Mfa", "AuthenticationStrength"})
"""Grant controls, as the log spells them, that make a sign-in a multifactor one."""


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

    @property
    def factor(self) -> str:
        """Return the methods the account signs in with here: Windows Hello works on its own computer only."""
        elsewhere = self.account.factor == "windowsHelloForBusiness" and self.machine is not self.account.pc
        return "password,microsoftAuthenticatorPush" if elsewhere else self.account.factor


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
    claimed: str = ""
    """How the MFA was done that the token carries, where that is known: an authentication strength asks for it."""
    defaults: bool = False
    """Security defaults ask for MFA."""


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
        device=() if legacy else filtered_attributes(machine),
        sign_in_risk=session.risk,
        transfer_method=session.transfer,
        method=_proven(step),
        mfa=step.claim,
        mfa_registered=account.registered,
        interactive=step.interactive,
    )


def _proven(step: Step) -> str:
    """Return the combination of methods that stands behind the sign-in; a second factor that failed proves nothing."""
    if step.error in SECOND_FACTOR_ERRORS:
        return "password"
    return step.claimed if step.claim and step.claimed and step.method == "password" else step.method


def who(account: Account, tenant_id: str) -> dict[str, Any]:
    """Return whose sign-in it is."""
    cross_tenant = {"partner": "serviceProvider", "guest": "b2bCollaboration"}.get(account.kind, "none")
    name = (account.log_upn or account.upn).lower()
    return {
        "userDisplayName": account.name,
        "userPrincipalName": name,
        "userId": account.id,
        "signInIdentifier": name,
        "userType": "guest" if account.guest_kind else "member",
        "homeTenantId": account.home_tenant or tenant_id,
        "resourceTenantId": tenant_id,
        "crossTenantAccessType": cross_tenant,
    }


def application(app: App, seed: Seed) -> dict[str, Any]:
    """Return the application that asks, and the resource it asks for."""
    return {
        "appId": app.id,
        "appDisplayName": app.name,
        "resourceId": app.resource,
        "resourceDisplayName": app.resource_name,
        "resourceServicePrincipalId": seed.id("service principal", app.resource),
        "conditionalAccessAudiences": [app.resource],
        "servicePrincipalId": "",
    }


def outcome(session: Session, step: Step, verdict: Enforcement | None, error: int) -> dict[str, Any]:
    """Return what happened; `@T` stands for the time of the row."""
    applied = [entry.record for entry in verdict.applied] if verdict else []
    demanded = any(
        record["result"] in {"success", "failure"} and not _FOR_MFA.isdisjoint(record["enforcedGrantControls"]) for record in applied
    )
    by_defaults = step.defaults
    by_user = session.account.per_user_mfa == "enforced" and step.interactive and step.app.client in MODERN_CLIENTS
    wanted = demanded or by_user or by_defaults
    details = _details(session, step, wanted, error)
    risky = session.risk not in {"none", "hidden"}
    return {
        "authenticationProtocol": session.protocol,
        "incomingTokenType": _incoming_token(session, step),
        "originalTransferMethod": session.transfer or "none",
        "isInteractive": step.interactive,
        "signInEventTypes": ["interactiveUser" if step.interactive else "nonInteractiveUser"],
        "authenticationRequirement": "multiFactorAuthentication" if wanted else "singleFactorAuthentication",
        "authenticationRequirementPolicies": _providers(demanded=demanded, by_user=by_user, by_defaults=by_defaults),
        "authenticationDetails": details,
        "authenticationProcessingDetails": [],
        "sessionLifetimePolicies": [],
        "clientCredentialType": "none",
        "tokenIssuerType": "AzureAD",
        "status": {
            "errorCode": error,
            "failureReason": ERROR_TEXTS[error],
            "additionalDetails": details[-1]["authenticationStepResultDetail"] if error == 0 and wanted else None,
        },
        "conditionalAccessStatus": verdict.status if verdict else "notApplied",
        "appliedConditionalAccessPolicies": applied,
        "riskDetail": "none",
        "riskLevelAggregated": session.risk,
        "riskLevelDuringSignIn": session.risk,
        "riskState": "atRisk" if risky else "none",
        "riskEventTypes_v2": ["unfamiliarFeatures"] if risky else [],
    }


def _incoming_token(session: Session, step: Step) -> str:
    if _types_password(session, step) or step.method in PASSWORDLESS:
        return "none"
    return "primaryRefreshToken" if session.machine.device_id else "refreshToken"


def _types_password(session: Session, step: Step) -> bool:
    """Return whether the password is sent now: legacy clients and ROPC always do, others once, if no token holds MFA."""
    fresh = session.fresh and step.interactive and not step.claim
    return fresh or session.protocol == "ropc" or step.app.client not in MODERN_CLIENTS


def _providers(*, demanded: bool, by_user: bool, by_defaults: bool) -> list[dict[str, str]]:
    found = [
        (demanded, "multiConditionalAccess", "Conditional Access"),
        (by_user, "user", "Per-user MFA"),
        (by_defaults, "securityDefaults", "Security Defaults"),
    ]
    return [{"requirementProvider": provider, "detail": detail} for asks, provider, detail in found if asks]


def _details(session: Session, step: Step, demanded: bool, error: int) -> list[dict[str, Any]]:
    """Return `authenticationDetails`: the first factor, and what there was to say about the second."""
    if error in FIRST_FACTOR_ERRORS:
        return [_detail("Password", ERROR_TEXTS[error], "Primary authentication", succeeded=False)]
    method, result = FACTORS.get(step.method, ("Previously satisfied", MFA_BY_CLAIM))
    denied = error in SECOND_FACTOR_ERRORS
    result = SECOND_FACTOR_ERRORS.get(error, result)
    if step.method in PASSWORDLESS:
        return [_detail(method, result, "Primary authentication", succeeded=not denied)]
    second = step.method in FACTORS or (demanded and step.claim and (error == 0 or step.claimed != ""))
    return [_password(session, step), *([_detail(method, result, "Multi-factor authentication", succeeded=not denied)] if second else [])]


def _password(session: Session, step: Step) -> dict[str, Any]:
    """Return the first factor: a password given now, or earlier."""
    where = "Password Hash Sync" if session.account.synced else "Password in the cloud"
    given = ("Password", "Correct password") if _types_password(session, step) else ("Previously satisfied", FIRST_FACTOR_BY_CLAIM)
    return _detail(*given, "Primary authentication", where=where)


def _detail(method: str, result: str, requirement: str, *, where: str | None = None, succeeded: bool = True) -> dict[str, Any]:
    return {
        "authenticationStepDateTime": "@T",
        "authenticationMethod": method,
        "authenticationMethodDetail": where if method == "Password" else None,
        "succeeded": succeeded,
        "authenticationStepResultDetail": result,
        "authenticationStepRequirement": requirement,
    }


def device(machine: Machine, client: str) -> dict[str, Any]:
    """Return the client and the machine; legacy clients do not tell which machine it is."""
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


def location(place: Place) -> dict[str, Any]:
    """Return where the sign-in came from."""
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
