"""Microsoft's words, spelled Microsoft's way: the closed lists that policies, requests and logs use.

Source of every member unless a line says otherwise: the Microsoft Graph v1.0 metadata (CSDL).
"""

from __future__ import annotations

from enum import StrEnum


class PolicyState(StrEnum):
    """`conditionalAccessPolicyState`."""

    ENABLED = "enabled"
    DISABLED = "disabled"
    REPORT_ONLY = "enabledForReportingButNotEnforced"


class ClientAppType(StrEnum):
    """`conditionalAccessClientApp`: the policy's words for a client. The log's words are in `entra.sign_in`."""

    BROWSER = "browser"
    MOBILE_APPS_AND_DESKTOP_CLIENTS = "mobileAppsAndDesktopClients"
    EXCHANGE_ACTIVE_SYNC = "exchangeActiveSync"
    EAS_SUPPORTED = "easSupported"
    OTHER = "other"


LEGACY_CLIENTS = frozenset({ClientAppType.EXCHANGE_ACTIVE_SYNC, ClientAppType.EAS_SUPPORTED, ClientAppType.OTHER})
"""Clients that can neither do MFA nor send device state (entra-docs, concept-conditional-access-conditions.md)."""


class DevicePlatform(StrEnum):
    """`conditionalAccessDevicePlatform`; `unknown` is a platform the service does not recognise and only `all` matches."""

    ANDROID = "android"
    IOS = "iOS"
    WINDOWS = "windows"
    WINDOWS_PHONE = "windowsPhone"
    MACOS = "macOS"
    LINUX = "linux"
    UNKNOWN = "unknown"


class RiskLevel(StrEnum):
    """`riskLevel`. The log says `hidden` where the licence does not show the level."""

    NONE = "none"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"
    HIDDEN = "hidden"


class InsiderRiskLevel(StrEnum):
    """`insiderRiskLevel`."""

    NONE = "none"
    MINOR = "minor"
    MODERATE = "moderate"
    ELEVATED = "elevated"


class TransferMethod(StrEnum):
    """`conditionalAccessTransferMethods`: the authentication flow a session began with."""

    NONE = "none"
    DEVICE_CODE = "deviceCodeFlow"
    AUTHENTICATION_TRANSFER = "authenticationTransfer"


class UserAction(StrEnum):
    """What a user action policy is about; the values are the policy's (`includeUserActions`)."""

    REGISTER_SECURITY_INFO = "urn:user:registersecurityinfo"
    REGISTER_DEVICE = "urn:user:registerdevice"


class GuestKind(StrEnum):
    """`conditionalAccessGuestOrExternalUserTypes`; a member of the tenant is of no kind."""

    INTERNAL_GUEST = "internalGuest"
    B2B_COLLABORATION_GUEST = "b2bCollaborationGuest"
    B2B_COLLABORATION_MEMBER = "b2bCollaborationMember"
    B2B_DIRECT_CONNECT = "b2bDirectConnectUser"
    OTHER_EXTERNAL = "otherExternalUser"
    SERVICE_PROVIDER = "serviceProvider"


class Control(StrEnum):
    """`conditionalAccessGrantControl`, in the order Microsoft prompts for them.

    Order: entra-docs, concept-conditional-access-policies.md (phase 2 of enforcement).
    """

    BLOCK = "block"
    MFA = "mfa"
    COMPLIANT_DEVICE = "compliantDevice"
    DOMAIN_JOINED_DEVICE = "domainJoinedDevice"
    APPROVED_APPLICATION = "approvedApplication"
    COMPLIANT_APPLICATION = "compliantApplication"
    PASSWORD_CHANGE = "passwordChange"  # noqa: S105 -- a control, not a password
    RISK_REMEDIATION = "riskRemediation"


class PerUserMfaState(StrEnum):
    """`perUserMfaState` of beta `/users/{id}/authentication/requirements`."""

    DISABLED = "disabled"
    ENABLED = "enabled"
    ENFORCED = "enforced"


class BaselineScopeMode(StrEnum):
    """How the tenant treats sign-ins that ask for baseline scopes only, under policies with resource exclusions.

    Source: entra-docs, concept-enforcement-resource-exclusions.md. The names are ours; the tenant setting has no Graph property.
    """

    ENFORCED = "enforced"
    LEGACY = "legacy"
    CUSTOMIZE = "customize"
    UNKNOWN = "unknown"
