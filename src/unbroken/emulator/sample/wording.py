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
    500121: "Authentication failed during strong authentication request.",
}

FIRST_FACTOR_ERRORS = frozenset({50053, 50057, 50126})
"""Raised before Conditional Access is asked."""

FACTORS = {
    # combination of methods -> (method of the step that makes it MFA, its result)
    "password,microsoftAuthenticatorPush": ("Mobile app notification", "MFA completed in Azure AD"),
    "password,sms": ("Text message", "MFA completed in Azure AD"),
    "fido2": ("Passkey (device-bound)", "MFA requirement satisfied by strong authentication"),
    "windowsHelloForBusiness": ("Windows Hello for Business", "MFA requirement satisfied by strong authentication"),
    "deviceBasedPush": ("Passwordless phone sign-in", "MFA requirement satisfied by strong authentication"),
}
PASSWORDLESS = frozenset({"fido2", "windowsHelloForBusiness", "deviceBasedPush"})
"""One step that is both factors."""

MFA_BY_CLAIM = "MFA requirement satisfied by claim in the token"
FIRST_FACTOR_BY_CLAIM = "First factor requirement satisfied by claim in the token"
TRUST_TYPES = {"AzureAd": "Azure AD joined", "ServerAd": "Hybrid Azure AD joined", "Workplace": "Azure AD registered", "": ""}

BROWSER, NATIVE = "Browser", "Mobile Apps and Desktop clients"
MODERN_CLIENTS = frozenset({BROWSER, NATIVE})
CLIENT_APP_TYPES = {BROWSER: "browser", NATIVE: "mobileAppsAndDesktopClients", "Exchange ActiveSync": "exchangeActiveSync"}
"""`clientAppUsed` -> the policy's word; every other one is `other`."""
