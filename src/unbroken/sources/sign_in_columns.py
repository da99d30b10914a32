"""Sign-ins in Graph's shape -> which of them count, and the columns of a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, cast

import msgspec
from msgspec.structs import astuple

from unbroken.entra.sign_in import FIRST_FACTOR_ERRORS, NO_LOCATION, SignInBatch
from unbroken.sources.sign_in_shape import Audience, AuthenticationDetail, DeviceDetail, Location, SignIn, Status
from unbroken.sources.sign_in_words import CONDITIONAL_ACCESS_STATUS, WORDS

_NO_STATUS, _NO_DEVICE, _NO_PLACE = Status(), DeviceDetail(), Location()
_MFA_SERVERS = {"adfs", "radius"}
_MFA_SERVER_ISSUERS = {"ADFederationServicesMFAAdapter", "NPSExtension"}
"""`tokenIssuerType` of rows written by the AD FS adapter and the NPS extension (Graph, signIn)."""
_WORKLOADS = {"servicePrincipal": "service principal", "managedIdentity": "managed identity"}


def is_workload(sign_in: SignIn) -> bool:
    """Tell whether a sign-in without a user is one of a service principal or a managed identity."""
    return bool(sign_in.service_principal_id) or any(kind in _WORKLOADS for kind in sign_in.sign_in_event_types or ())


def skip_reason(sign_in: SignIn, tenant_id: str) -> str | None:  # noqa: PLR0911 - one reason a line
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


_PLAIN = (
    *("id", "user_id", "user_principal_name", "user_display_name", "home_tenant_id", "service_principal_id", "app_id"),
    *("app_display_name", "resource_id", "resource_display_name", "client_app_used", "user_agent", "ip_address"),
    *("correlation_id", "session_id", "original_request_id"),
)
_WORDED = {
    "user_type": "user_type",
    "cross_tenant_access_type": "cross_tenant_access_type",
    "authentication_requirement": "authentication_requirement",
    "authentication_protocol": "authentication_protocol",
    "original_transfer_method": "original_transfer_method",
    "incoming_token_type": "incoming_token_type",
    "sign_in_risk": "risk_level_during_sign_in",
    "user_risk": "risk_level_aggregated",
}
"""Column -> field of `SignIn`."""
_DEVICE_TEXTS = {
    "device_id": "device_id",
    "device_name": "display_name",
    "operating_system": "operating_system",
    "browser": "browser",
    "trust_type": "trust_type",
}
"""Column -> field of `DeviceDetail`."""


def columns(rows: Sequence[SignIn], created: list[int]) -> SignInBatch:
    """Return sign-ins, at least one, as a batch; `created` are their times in microseconds since 1970 UTC."""
    parts = _turned(rows)
    result: dict[str, list[object]] = {"created": cast("list[object]", created)}
    for name in _PLAIN:
        result[name] = _texts(parts[name])
    for name, attribute in _WORDED.items():
        result[name] = list(map(WORDS.__getitem__, cast("list[str]", _texts(parts[attribute]))))
    result["conditional_access_status"] = list(map(_access_status, parts["conditional_access_status"]))
    result["is_interactive"] = list(parts["is_interactive"])
    result["event_type"] = [types[0] if types else "" for types in parts["sign_in_event_types"]]
    result["country"] = [country((place or _NO_PLACE).country_or_region) for place in parts["location"]]
    result |= _status(parts["status"]) | _device(parts["device_detail"]) | _details(rows, parts)
    return SignInBatch(result)


def _turned(rows: Sequence[msgspec.Struct]) -> dict[str, tuple[Any, ...]]:
    """Return rows of one type by columns: field -> the value in every row."""
    return dict(zip(rows[0].__struct_fields__, zip(*map(astuple, rows), strict=True), strict=True))


def _texts(values: tuple[Any, ...]) -> list[object]:
    return list(values) if all(values) else [value or "" for value in values]


def _access_status(value: str | int | None) -> str:
    if value is None:
        return ""
    text = str(value)
    return CONDITIONAL_ACCESS_STATUS.get(text) or WORDS[text]


def _status(given: tuple[Status | None, ...]) -> dict[str, list[object]]:
    parts = _turned([part or _NO_STATUS for part in given])
    return {
        "error_code": list(parts["error_code"]),
        "failure_reason": _texts(parts["failure_reason"]),
        "additional_details": _texts(parts["additional_details"]),
    }


def _device(given: tuple[DeviceDetail | None, ...]) -> dict[str, list[object]]:
    parts = _turned([part or _NO_DEVICE for part in given])
    result = {name: _texts(parts[attribute]) for name, attribute in _DEVICE_TEXTS.items()}
    result["device_known"] = [part is not None and part.known for part in given]
    result["is_compliant"] = list(parts["is_compliant"])
    result["is_managed"] = list(parts["is_managed"])
    return result


def _details(rows: Sequence[SignIn], parts: Mapping[str, tuple[Any, ...]]) -> dict[str, list[object]]:
    return {
        "methods": [_methods(row) if row.authentication_details or row.mfa_detail else () for row in rows],
        "applied_policies": list(parts["applied"]),
        "audiences": [_audiences(audiences) if audiences else () for audiences in parts["conditional_access_audiences"]],
        "requirement_providers": [
            tuple([policy.requirement_provider or "" for policy in policies]) if policies else ()
            for policies in parts["authentication_requirement_policies"]
        ],
    }


def _audiences(audiences: list[Audience | str]) -> tuple[str, ...]:
    texts = [item if isinstance(item, str) else item.application_id or "" for item in audiences]
    return tuple(text for text in texts if text)


def _methods(row: SignIn) -> tuple[tuple[str, str], ...]:
    steps = [(step.authentication_method or "", _step_result(step)) for step in row.authentication_details or ()]
    if row.mfa_detail is not None and row.mfa_detail.auth_method:
        steps.append((row.mfa_detail.auth_method, (row.status or _NO_STATUS).additional_details or ""))
    return tuple([step for step in steps if step != ("", "")])


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
        value = self[text] = word if len(word) == 2 and word.isalpha() else NO_LOCATION
        return value


_COUNTRIES = Countries()


def country(text: str | None) -> str:
    """Return the two letters of a country, upper case; `""` for one that is stated as empty, else that there is no location."""
    return _COUNTRIES[text] if text else NO_LOCATION if text is None else ""
