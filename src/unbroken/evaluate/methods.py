"""What a person can prove themselves with: registered methods as the combinations that grants and strengths speak of.

Combinations are sorted, comma-joined `authenticationMethodModes`. Sources: Graph, authenticationStrengthPolicy and
userRegistrationDetails; entra-docs, concept-authentication-strengths.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from unbroken.entra.directory import MethodConfiguration, Registration

PASSWORD = "password"  # noqa: S105 -- a mode, not a password


def combination(*modes: str) -> str:
    """Return `modes` in the one spelling used here."""
    return ",".join(sorted(modes))


_PHONE = frozenset({combination(PASSWORD, "sms"), combination(PASSWORD, "voice")})
_VOICE = frozenset({combination(PASSWORD, "voice")})
REGISTERED = {
    "microsoftAuthenticatorPush": frozenset({combination(PASSWORD, "microsoftAuthenticatorPush")}),
    "microsoftAuthenticatorPasswordless": frozenset({"deviceBasedPush", combination(PASSWORD, "microsoftAuthenticatorPush")}),
    "softwareOneTimePasscode": frozenset({combination(PASSWORD, "softwareOath")}),
    "hardwareOneTimePasscode": frozenset({combination(PASSWORD, "hardwareOath")}),
    "mobilePhone": _PHONE,
    "alternateMobilePhone": _VOICE,
    "officePhone": _VOICE,
    "fido2": frozenset({"fido2"}),
    "fido2SecurityKey": frozenset({"fido2"}),
    "passKeyDeviceBound": frozenset({"fido2"}),
    "passKeyDeviceBoundAuthenticator": frozenset({"fido2"}),
    "passKeyDeviceBoundWindowsHello": frozenset({"fido2"}),
    "passKeySynced": frozenset({"fido2"}),
    "windowsHelloForBusiness": frozenset({"windowsHelloForBusiness"}),
    "macOsSecureEnclaveKey": frozenset({"windowsHelloForBusiness"}),
    "temporaryAccessPass": frozenset({"temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"}),
    "certificateBasedAuthentication": frozenset({"x509CertificateMultiFactor"}),
}
"""`methodsRegistered` -> the combinations it gives; an external method satisfies `mfa` only."""

EXTERNAL = "externalAuthMethod"
CERTIFICATE = "certificateBasedAuthentication"
NO_SECOND_FACTOR = frozenset({PASSWORD, "email", "securityQuestion", "qrCode", "qrCodePin", "appPassword"})
ALL_COMBINATIONS = frozenset().union(*REGISTERED.values())

MFA_COMBINATIONS = frozenset(
    {
        *("windowsHelloForBusiness", "fido2", "x509CertificateMultiFactor", "deviceBasedPush"),
        *("temporaryAccessPassOneTime", "temporaryAccessPassMultiUse", "federatedMultiFactor"),
        *(combination(PASSWORD, second) for second in ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")),
        *(combination(PASSWORD, second) for second in ("x509CertificateSingleFactor", "x509CertificateMultiFactor")),
        *(
            combination("federatedSingleFactor", second)
            for second in ("microsoftAuthenticatorPush", "softwareOath", "hardwareOath", "sms", "voice")
        ),
    }
)
"""What satisfies `mfa`: the built-in strength Multifactor authentication."""
WITH_SINGLE_FACTOR_CERTIFICATE = frozenset({combination(PASSWORD, "x509CertificateSingleFactor")})

SELF_SERVICE = {
    "MicrosoftAuthenticator": REGISTERED["microsoftAuthenticatorPush"],
    "SoftwareOath": REGISTERED["softwareOneTimePasscode"],
    "Sms": frozenset({combination(PASSWORD, "sms")}),
    "Voice": _VOICE,
    "Fido2": REGISTERED["fido2"],
}
"""Methods a person can add in the middle of a sign-in. Not there: phone sign-in, Windows Hello for Business and certificates
(entra-docs, concept-authentication-strength-how-it-works.md), hardware tokens and passes, which an administrator hands out."""
SELF_SERVICE_COMBINATIONS = frozenset().union(*SELF_SERVICE.values())
RESOURCE_TENANT_COMBINATIONS = frozenset(
    combination(PASSWORD, second) for second in ("microsoftAuthenticatorPush", "softwareOath", "sms", "voice")
)
"""What an external user may register and use in the tenant visited; everything else counts only if done at home, under MFA trust
(entra-docs, external-id/authentication-conditional-access.md)."""


@dataclass(frozen=True, slots=True)
class Ability:
    """What a person can do today."""

    mfa: bool
    """Has a method that satisfies `mfa`."""
    combinations: frozenset[str]
    unlisted: bool = False
    """Has, besides these, a method that no strength can list (an external one), or whose name we do not know."""


NOTHING_REGISTERED = Ability(mfa=False, combinations=frozenset())
EVERYTHING_REGISTERED = Ability(mfa=True, combinations=ALL_COMBINATIONS)
AT_IDENTITY_PROVIDER = Ability(mfa=True, combinations=frozenset({"federatedMultiFactor"}))
SOMETHING_REGISTERED = Ability(mfa=True, combinations=frozenset())


def abilities(registration: Registration | None) -> tuple[Ability, ...]:
    """Return what a person may be able to do: one ability when the registration details say it, the extremes when they do not.

    A method whose name we do not know may give nothing or anything, a certificate is one factor or two (and with a password MFA).
    """
    if registration is None:
        return (NOTHING_REGISTERED, EVERYTHING_REGISTERED)
    able = registration.is_mfa_capable if registration.is_mfa_capable is not None else registration.is_mfa_registered
    if able is False:
        return (NOTHING_REGISTERED,)
    if registration.methods is None:
        return (SOMETHING_REGISTERED if able else NOTHING_REGISTERED, EVERYTHING_REGISTERED)
    found = frozenset().union(*(REGISTERED.get(method, frozenset()) for method in registration.methods))
    strange = bool(_strange(registration.methods))
    has = bool(able or found & MFA_COMBINATIONS or EXTERNAL in registration.methods)
    least = Ability(mfa=has, combinations=found, unlisted=strange or EXTERNAL in registration.methods)
    weaker = replace(least, combinations=found - REGISTERED[CERTIFICATE] | WITH_SINGLE_FACTOR_CERTIFICATE)
    return (least, *((weaker,) if CERTIFICATE in registration.methods else ()), *((EVERYTHING_REGISTERED,) if strange else ()))


def _strange(methods: frozenset[str]) -> frozenset[str]:
    return methods - REGISTERED.keys() - NO_SECOND_FACTOR - {EXTERNAL}


def doubtful(registration: Registration | None) -> tuple[str, ...]:
    """Return the registered methods that do not say what they are worth."""
    methods = (registration.methods if registration else None) or frozenset()
    return tuple(sorted(_strange(methods) | methods & {CERTIFICATE}))


def federated(own: tuple[Ability, ...], behaviour: str) -> tuple[Ability, ...]:
    """Return what a user of a federated domain may be able to do, whose `federatedIdpMfaBehavior` this is (empty: not read).

    Enforce sends MFA to the identity provider, reject never accepts it; accept takes it when it was done there, which no export
    shows. Source: Graph, internalDomainFederation; entra-docs, concept-authentication-strength-how-it-works.md.
    """
    if behaviour == "enforceMfaByFederatedIdp":
        return (AT_IDENTITY_PROVIDER,)
    if behaviour == "rejectMfaByFederatedIdp":
        return own
    there = (replace(each, mfa=True, combinations=each.combinations | AT_IDENTITY_PROVIDER.combinations) for each in own)
    return tuple(dict.fromkeys((*own, *there)))


def registrable(configurations: tuple[MethodConfiguration, ...], included: frozenset[str], excluded: frozenset[str]) -> frozenset[str]:
    """Return the combinations that a person may add in a sign-in, whom the groups `included` let in and the groups `excluded` keep out."""
    found: set[str] = set()
    for each in configurations:
        allowed = "all_users" in each.include_groups or each.include_groups & included
        if each.enabled and allowed and not each.exclude_groups & excluded:
            found |= SELF_SERVICE.get(each.id, frozenset())
    return frozenset(found)
