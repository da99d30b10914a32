"""How the sign-in log words things: error texts, methods, trust types. Data only."""

from __future__ import annotations

ERROR_TEXTS = {
    0: "Other.",
    50053: "Sign-in was blocked because it came from an IP address with malicious activity.",
    50057: "The user account is disabled.",
    50072: "User needs to enroll for second factor authentication (interactive).",
    50074: "Strong Authentication is required.",
    50076: "Due to a configuration change made by your administrator you must use multi-factor authentication to access the resource.",
    50079: "User needs to enroll for second factor authentication.",
    50126: "Error validating credentials due to invalid username or password.",
    53000: "Device is not in required device state: compliant.",
    53003: "Access has been blocked by Conditional Access policies. The access policy does not allow token issuance.",
    50087: "A transient error has occurred during strong authentication. Please try again.",
    50125: "Sign-in was interrupted due to a password reset or password registration entry.",
    50158: "External security challenge not satisfied.",
    53001: "Device is not in required device state: domain joined.",
    53002: "The app used is not an approved app for Conditional Access.",
    53004: "User needs to complete multi-factor authentication registration process before accessing this content.",
    53009: "Application needs to enforce Intune protection policies.",
    53010: "Cannot configure multi-factor authentication methods because the organization requires this information to be set from "
    "specific locations or devices.",
    530035: "Access has been blocked by security defaults.",
    500121: "Authentication failed during strong authentication request.",
}

FIRST_FACTOR_ERRORS = frozenset({50053, 50057, 50126})
"""Raised before Conditional Access is asked."""

SECOND_FACTOR_ERRORS = {
    500121: "MFA denied; user did not respond",
    50087: "MFA failed; the service did not answer",
}
"""Raised by the second factor -> what `authenticationDetails` says of it."""

FACTORS = {
    # combination of methods -> (method of the step that makes it MFA, its result)
    "password,microsoftAuthenticatorPush": ("Mobile app notification", "MFA completed in Azure AD"),
    "password,sms": ("Text message", "MFA completed in Azure AD"),
    "password,voice": ("Phone call", "MFA completed in Azure AD"),
    "password,softwareOath": ("OATH verification code", "MFA completed in Azure AD"),
    "temporaryAccessPassOneTime": ("Temporary Access Pass", "MFA requirement satisfied by strong authentication"),
    "temporaryAccessPassMultiUse": ("Temporary Access Pass", "MFA requirement satisfied by strong authentication"),
    "fido2": ("Passkey (device-bound)", "MFA requirement satisfied by strong authentication"),
    "windowsHelloForBusiness": ("Windows Hello for Business", "MFA requirement satisfied by strong authentication"),
    "deviceBasedPush": ("Passwordless phone sign-in", "MFA requirement satisfied by strong authentication"),
}
PASSES = frozenset({"temporaryAccessPassOneTime", "temporaryAccessPassMultiUse"})
PASSWORDLESS = frozenset({"fido2", "windowsHelloForBusiness", "deviceBasedPush", *PASSES})
"""One step that is both factors."""

MFA_BY_CLAIM = "MFA requirement satisfied by claim in the token"
FIRST_FACTOR_BY_CLAIM = "First factor requirement satisfied by claim in the token"
TRUST_TYPES = {"AzureAd": "Azure AD joined", "ServerAd": "Hybrid Azure AD joined", "Workplace": "Azure AD registered", "": ""}

BROWSER, NATIVE = "Browser", "Mobile Apps and Desktop clients"
MODERN_CLIENTS = frozenset({BROWSER, NATIVE})
CLIENT_APP_TYPES = {BROWSER: "browser", NATIVE: "mobileAppsAndDesktopClients", "Exchange ActiveSync": "exchangeActiveSync"}
"""`clientAppUsed` -> the policy's word; every other one is `other`."""
