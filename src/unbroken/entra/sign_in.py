"""The sign-in log's columns and words: what every form of the log is read into, and how its words map to the policy's.

Sign-ins travel as `SignInBatch`, column by column, never object by object.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from unbroken.entra.vocabulary import ClientAppType, DevicePlatform

TEXT_COLUMNS = (
    "id",
    "user_id",
    "user_principal_name",
    "user_display_name",
    "user_type",
    "home_tenant_id",
    "cross_tenant_access_type",
    "service_principal_id",
    "app_id",
    "app_display_name",
    "resource_id",
    "resource_display_name",
    "client_app_used",
    "user_agent",
    "ip_address",
    "country",
    "device_id",
    "device_name",
    "operating_system",
    "browser",
    "trust_type",
    "failure_reason",
    "additional_details",
    "conditional_access_status",
    "authentication_requirement",
    "authentication_protocol",
    "original_transfer_method",
    "incoming_token_type",
    "sign_in_risk",
    "user_risk",
    "correlation_id",
    "session_id",
    "original_request_id",
    "event_type",
)
"""Each a list of str; `""` where the record does not carry it or carries null. `event_type` is interactiveUser, nonInteractiveUser,
servicePrincipal, managedIdentity, or `""` when the form does not say. `country` is two letters, upper case; `""` is an address
no country is known for, and `NO_LOCATION` stands where the record carries no location."""

NO_LOCATION = "?"

COLUMNS = (
    "created",  # int, microseconds since 1970 UTC; rows without a readable time are skipped and counted
    "error_code",  # int; 0 is success; None when the form does not say
    "is_interactive",  # bool | None
    "is_compliant",  # bool | None
    "is_managed",  # bool | None
    "device_known",  # bool: False where the form carries no device details at all; known and empty is an unregistered device
    "audiences",  # tuple of app ids (`conditionalAccessAudiences`), empty when absent
    "methods",  # tuple of (method, result detail) from `authenticationDetails` plus `mfaDetail`, empty when absent; the result of
    # a step that did not succeed begins with "failed"
    "applied_policies",  # tuple of (policy id, result) or None when the property is absent: absent is not empty
    "requirement_providers",  # tuple of str from `authenticationRequirementPolicies`
    *TEXT_COLUMNS,
)


@dataclass(frozen=True, slots=True)
class SignInBatch:
    """Some thousand sign-ins as equally long lists, keyed by `COLUMNS`."""

    columns: dict[str, list[object]] = field(default_factory=lambda: {name: [] for name in COLUMNS})

    def __len__(self) -> int:
        """Return how many sign-ins the batch holds."""
        return len(self.columns["created"])


@dataclass(slots=True)
class ReadCount:
    """Where every record of the read files went: `read` equals the rows kept plus the sum of `skipped`."""

    read: int = 0
    kept: int = 0
    skipped: dict[str, int] = field(default_factory=dict)
    """Reason -> count; `SKIP_REASONS` and, for broken records, `unreadable record`."""
    problems: list[str] = field(default_factory=list)
    """One line per broken record (file:line, what, what to do), at most `PROBLEM_LIMIT` of them, the count is in `skipped`; and
    whatever concerns a whole file (cannot be used, pages missing), which is always kept."""
    files: list[tuple[str, str, int]] = field(default_factory=list)
    """(file, form it was recognised as, records)."""
    first_factor_failures: dict[tuple[str, str, str, str], int] = field(default_factory=dict)
    """(user id, user principal name, client app used, app name) -> failures before Conditional Access, of legacy clients only:
    they are no sign-ins, but they show password spray."""

    def skip(self, reason: str, problem: str = "") -> None:
        """Count one record as skipped for `reason`, and keep the line `problem` that says where."""
        self.skipped[reason] = self.skipped.get(reason, 0) + 1
        if problem and len(self.problems) < PROBLEM_LIMIT:
            self.problems.append(problem)


PROBLEM_LIMIT = 100

SKIP_REASONS = {
    "unreadable record": "the record is not valid JSON or CSV, or has no time or user",
    "not a sign-in": "another category in the same file (audit, provisioning, risk)",
    "first factor failed": "Conditional Access runs only after the first factor (errors 50126, 50053, 50034, 50056, ...)",
    "AD FS or NPS": "rows of the AD FS adapter or the NPS extension carry no Conditional Access facts",
    "pass-through": "the user only passed through on the way to another tenant (crossTenantAccessType passthrough)",
    "service principal": "workload identities are not in the scope of user policies",
    "managed identity": "no Conditional Access policy applies to managed identities",
    "other tenant": "the sign-in went to a resource in another tenant",
}

FIRST_FACTOR_ERRORS = frozenset({50126, 50053, 50034, 50056, 50064, 50055, 50144, 50057, 90002, 700016})
"""Errors raised before Conditional Access is evaluated (entra-docs, identity-platform/reference-error-codes.md)."""

INTERRUPT_ERRORS = frozenset(
    {
        *(50058, 50140, 50148, 51006, 50059, 65001, 52004, 50055, 50144, 50072, 50074, 16000, 16001, 16003, 50127, 50125),
        *(50129, 50143, 81010, 81014, 81012, 29200, 50019, 50076, 50097, 50158, 165100, 50079, 50078, 50199, 50135),
    }
)
"""Pending user action, not a failure (Microsoft's workbook SignInFailureAnalysis, and the error reference for the last five)."""

MFA_INTERRUPTS = frozenset({50074, 50076, 50078})
REGISTRATION_INTERRUPTS = frozenset({50072, 50079})
BLOCK_ERRORS = frozenset({53003, 530032, 530035, 53000, 53001, 53002, 53009, 53004, 53010, 53011, 50005, 50131})

_MODERN = {
    "browser": ClientAppType.BROWSER,
    "mobile apps and desktop clients": ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS,
    "modern clients": ClientAppType.MOBILE_APPS_AND_DESKTOP_CLIENTS,
}


def client_app_type(client_app_used: str) -> ClientAppType | None:
    """Return the policy's word for the log's `clientAppUsed`, None when the log does not say.

    Legacy is whatever is not one of the two modern strings, as in Microsoft's own workbooks (SignInsUsingLegacyAuth).
    """
    word = client_app_used.strip().lower()
    if not word or word == "unknown":
        return None
    if word == "exchange activesync":
        return ClientAppType.EXCHANGE_ACTIVE_SYNC
    return _MODERN.get(word, ClientAppType.OTHER)


_PLATFORMS = (
    ("windows phone", DevicePlatform.WINDOWS_PHONE),
    ("windowsphone", DevicePlatform.WINDOWS_PHONE),
    ("windows", DevicePlatform.WINDOWS),
    ("macos", DevicePlatform.MACOS),
    ("mac os", DevicePlatform.MACOS),
    ("ios", DevicePlatform.IOS),
    ("ipados", DevicePlatform.IOS),
    ("android", DevicePlatform.ANDROID),
    ("linux", DevicePlatform.LINUX),
    ("ubuntu", DevicePlatform.LINUX),
)


def device_platform(operating_system: str) -> DevicePlatform | None:
    """Return the platform a logged operating system stands for, None when the log is silent.

    The log's operating system and the policy's platform come from the same user-agent-like data (entra-docs, conditions), but
    an empty one does not prove an unknown platform: the field is often absent on non-interactive rows.
    """
    word = operating_system.strip().lower()
    if not word:
        return None
    for prefix, platform in _PLATFORMS:
        if word.startswith(prefix):
            return platform
    return DevicePlatform.UNKNOWN
