"""Sign-ins in Graph's shape -> which of them count, and the columns of a batch."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import cast

from unbroken.entra.sign_in import FIRST_FACTOR_ERRORS, SignInBatch
from unbroken.sources.sign_in_shape import AuthenticationDetail, DeviceDetail, Location, SignIn, Status
from unbroken.sources.sign_in_words import CONDITIONAL_ACCESS_STATUS, WORDS

_NO_STATUS, _NO_DEVICE, _NO_PLACE = Status(), DeviceDetail(), Location()
_MFA_SERVERS = {"adfs", "radius"}
_MFA_SERVER_ISSUERS = {"ADFederationServicesMFAAdapter", "NPSExtension"}
"""`tokenIssuerType` of rows written by the AD FS adapter and the NPS extension (Graph, signIn)."""
_WORKLOADS = {"servicePrincipal": "service principal", "managedIdentity": "managed identity"}


def skip_reason(sign_in: SignIn, tenant_id: str) -> str | None:
    """Return why a sign-in does not count (a key of `SKIP_REASONS`), None when it counts.

    `tenant_id` is the tenant the log belongs to, `""` when only the record can say it. When neither does, no row is of another tenant.
    """
    tenant_id = tenant_id or sign_in.log_tenant_id
    if (sign_in.resource_id or "").lower() in _MFA_SERVERS or sign_in.token_issuer_type in _MFA_SERVER_ISSUERS:
        return "AD FS or NPS"
    for event_type in sign_in.sign_in_event_types or ():
        if event_type in _WORKLOADS:
            return _WORKLOADS[event_type]
    if not sign_in.user_id and not sign_in.user_principal_name and sign_in.service_principal_id:
        return "service principal"
    if WORDS[sign_in.cross_tenant_access_type or ""] == "passthrough":
        return "pass-through"
    if tenant_id and sign_in.resource_tenant_id and sign_in.resource_tenant_id.lower() != tenant_id:
        return "other tenant"
    if sign_in.status is not None and sign_in.status.error_code in FIRST_FACTOR_ERRORS:
        return "first factor failed"
    return None


_PLAIN: dict[str, Callable[[SignIn], str | None]] = {
    "id": lambda s: s.id,
    "user_id": lambda s: s.user_id,
    "user_principal_name": lambda s: s.user_principal_name,
    "user_display_name": lambda s: s.user_display_name,
    "home_tenant_id": lambda s: s.home_tenant_id,
    "service_principal_id": lambda s: s.service_principal_id,
    "app_id": lambda s: s.app_id,
    "app_display_name": lambda s: s.app_display_name,
    "resource_id": lambda s: s.resource_id,
    "resource_display_name": lambda s: s.resource_display_name,
    "client_app_used": lambda s: s.client_app_used,
    "user_agent": lambda s: s.user_agent,
    "ip_address": lambda s: s.ip_address,
    "correlation_id": lambda s: s.correlation_id,
    "session_id": lambda s: s.session_id,
    "original_request_id": lambda s: s.original_request_id,
}
_WORDED: dict[str, Callable[[SignIn], str | None]] = {
    "user_type": lambda s: s.user_type,
    "cross_tenant_access_type": lambda s: s.cross_tenant_access_type,
    "authentication_requirement": lambda s: s.authentication_requirement,
    "authentication_protocol": lambda s: s.authentication_protocol,
    "original_transfer_method": lambda s: s.original_transfer_method,
    "incoming_token_type": lambda s: s.incoming_token_type,
    "sign_in_risk": lambda s: s.risk_level_during_sign_in,
    "user_risk": lambda s: s.risk_level_aggregated,
}


def columns(rows: Sequence[SignIn], created: list[int]) -> SignInBatch:
    """Return sign-ins as a batch; `created` are their times in microseconds since 1970 UTC."""
    result: dict[str, list[object]] = {"created": cast("list[object]", created)}
    for name, get in _PLAIN.items():
        result[name] = [get(row) or "" for row in rows]
    for name, get in _WORDED.items():
        result[name] = [WORDS[get(row) or ""] for row in rows]
    result["conditional_access_status"] = [_access_status(row) for row in rows]
    result["is_interactive"] = [row.is_interactive for row in rows]
    result["event_type"] = [row.sign_in_event_types[0] if row.sign_in_event_types else "" for row in rows]
    result["country"] = [country((row.location or _NO_PLACE).country_or_region) for row in rows]
    result |= _status(rows) | _device(rows) | _details(rows)
    return SignInBatch(result)


def _access_status(row: SignIn) -> str:
    value = row.conditional_access_status
    if value is None:
        return ""
    return CONDITIONAL_ACCESS_STATUS.get(str(value)) or WORDS[str(value)]


def _status(rows: Sequence[SignIn]) -> dict[str, list[object]]:
    parts = [row.status or _NO_STATUS for row in rows]
    return {
        "error_code": [part.error_code for part in parts],
        "failure_reason": [part.failure_reason or "" for part in parts],
        "additional_details": [part.additional_details or "" for part in parts],
    }


def _device(rows: Sequence[SignIn]) -> dict[str, list[object]]:
    parts = [row.device_detail or _NO_DEVICE for row in rows]
    return {
        "device_known": [row.device_detail is not None and row.device_detail.known for row in rows],
        "device_id": [part.device_id or "" for part in parts],
        "device_name": [part.display_name or "" for part in parts],
        "operating_system": [part.operating_system or "" for part in parts],
        "browser": [part.browser or "" for part in parts],
        "trust_type": [part.trust_type or "" for part in parts],
        "is_compliant": [part.is_compliant for part in parts],
        "is_managed": [part.is_managed for part in parts],
    }


def _details(rows: Sequence[SignIn]) -> dict[str, list[object]]:
    return {
        "methods": [_methods(row) if row.authentication_details or row.mfa_detail else () for row in rows],
        "applied_policies": [_applied(row) for row in rows],
        "audiences": [_audiences(row) if row.conditional_access_audiences else () for row in rows],
        "requirement_providers": [
            tuple(policy.requirement_provider or "" for policy in row.authentication_requirement_policies)
            if row.authentication_requirement_policies
            else ()
            for row in rows
        ],
    }


def _applied(row: SignIn) -> tuple[tuple[str, str], ...] | None:
    policies = row.applied_conditional_access_policies
    if policies is None:
        return None
    return tuple([(policy.id or "", WORDS["" if policy.result is None else str(policy.result)]) for policy in policies])


def _audiences(row: SignIn) -> tuple[str, ...]:
    texts = [item if isinstance(item, str) else item.application_id or "" for item in row.conditional_access_audiences or ()]
    return tuple(text for text in texts if text)


def _methods(row: SignIn) -> tuple[tuple[str, str], ...]:
    steps = [(step.authentication_method or "", _step_result(step)) for step in row.authentication_details or ()]
    if row.mfa_detail is not None:
        steps.append((row.mfa_detail.auth_method or "", (row.status or _NO_STATUS).additional_details or ""))
    return tuple(step for step in steps if step != ("", ""))


def _step_result(step: AuthenticationDetail) -> str:
    text = step.authentication_step_result_detail or ""
    if step.succeeded is False:
        return f"failed: {text}" if text else "failed"
    return text


class Countries(dict[str, str]):
    """Country as logged -> two letters in upper case, `""` for anything else."""

    def __missing__(self, text: str) -> str:
        """Check a country that was not seen before."""
        word = text.strip().upper()
        value = self[text] = word if len(word) == 2 and word.isalpha() else ""
        return value


_COUNTRIES = Countries()


def country(text: str | None) -> str:
    """Return the two letters of a country, upper case; `""` when the log names none."""
    return _COUNTRIES[text] if text else ""
