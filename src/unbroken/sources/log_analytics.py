"""Rows of Log Analytics (SigninLogs, AADNonInteractiveUserSignInLogs) decoded by type: the quick way for what has the usual form.

The interactive table has nested columns as objects, the other one as text; `log_record` reads what differs from both.
"""

from __future__ import annotations

from typing import TypeVar

import msgspec

from unbroken.sources.log_record import CATEGORIES, tenant
from unbroken.sources.sign_in_shape import (
    ABSENT,
    APPLIED,
    Audience,
    AuthenticationDetail,
    DeviceDetail,
    Location,
    MfaDetail,
    RequirementPolicy,
    SignIn,
    Status,
    first_stated,
)

T = TypeVar("T")


class Row(msgspec.Struct, rename="pascal", gc=False):
    """The wanted columns of both tables."""

    category: str | None = None
    created_date_time: str | None = None
    result_type: str | int | None = None
    result_description: str | None = None
    aad_tenant_id: str | None = msgspec.field(default=None, name="AADTenantId")
    id: str | None = None
    user_id: str | None = None
    user_principal_name: str | None = None
    user_display_name: str | None = None
    user_type: str | None = None
    home_tenant_id: str | None = None
    resource_tenant_id: str | None = None
    cross_tenant_access_type: str | None = None
    service_principal_id: str | None = None
    app_id: str | None = None
    app_display_name: str | None = None
    resource_identity: str | None = None
    resource_display_name: str | None = None
    client_app_used: str | None = None
    user_agent: str | None = None
    ip_address: str | None = msgspec.field(default=None, name="IPAddress")
    conditional_access_status: str | int | None = None
    authentication_requirement: str | None = None
    authentication_protocol: str | None = None
    original_transfer_method: str | None = None
    incoming_token_type: str | None = None
    risk_level_during_sign_in: str | None = None
    risk_level_aggregated: str | None = None
    correlation_id: str | None = None
    session_id: str | None = None
    original_request_id: str | None = None
    token_issuer_type: str | None = None
    is_interactive: bool | None = None
    location: str | None = None
    status: Status | str | None = None
    device_detail: DeviceDetail | str | None = None
    location_details: Location | str | None = None
    mfa_detail: MfaDetail | str | None = None
    authentication_details: list[AuthenticationDetail] | str | None = None
    authentication_requirement_policies: list[RequirementPolicy] | str | None = None
    conditional_access_audiences: list[Audience | str] | str | None = None
    applied_conditional_access_policies: msgspec.Raw = ABSENT
    conditional_access_policies: msgspec.Raw = ABSENT


class Nested(dict[str, T | None]):
    """Text of a nested column -> its value; devices and places come again and again."""

    def __init__(self, kind: type[T]) -> None:
        """Remember values of one kind."""
        super().__init__()
        self._decoder = msgspec.json.Decoder(kind)

    def __missing__(self, text: str) -> T | None:
        """Decode a text that was not seen before; empty text is an absent column. MsgspecError for what has another form."""
        value = self._decoder.decode(text) if text else None
        if len(self) >= 20_000:
            self.clear()
        self[text] = value
        return value


_STATUS, _DEVICES, _PLACES, _MFA = Nested(Status), Nested(DeviceDetail), Nested(Location), Nested(MfaDetail)
_STEPS = msgspec.json.Decoder(list[AuthenticationDetail])
_PROVIDERS = msgspec.json.Decoder(list[RequirementPolicy])
_AUDIENCES = msgspec.json.Decoder(list[Audience | str])
ROWS = msgspec.json.Decoder(list[Row])


def sign_ins(rows: list[Row]) -> list[SignIn]:
    """Return rows as sign-ins; one that needs a closer look becomes an empty sign-in. MsgspecError where a nested column is odd."""
    return [_sign_in(row) for row in rows]


def _sign_in(row: Row) -> SignIn:
    kind = CATEGORIES.get((row.category or "").lower())
    status = _STATUS[row.status] if isinstance(row.status, str) else row.status
    if kind is None or kind == "adfs" or status is None or status.error_code is None:
        return SignIn()
    place = _PLACES[row.location_details] if isinstance(row.location_details, str) else row.location_details
    mfa = _MFA[row.mfa_detail] if isinstance(row.mfa_detail, str) else row.mfa_detail
    return SignIn(
        created_date_time=row.created_date_time,
        id=row.id,
        user_id=row.user_id,
        user_principal_name=row.user_principal_name,
        user_display_name=row.user_display_name,
        user_type=row.user_type,
        home_tenant_id=row.home_tenant_id,
        resource_tenant_id=row.resource_tenant_id,
        cross_tenant_access_type=row.cross_tenant_access_type,
        service_principal_id=row.service_principal_id,
        app_id=row.app_id,
        app_display_name=row.app_display_name,
        resource_id=row.resource_identity,
        resource_display_name=row.resource_display_name,
        client_app_used=row.client_app_used,
        user_agent=row.user_agent,
        ip_address=row.ip_address,
        conditional_access_status=row.conditional_access_status,
        authentication_requirement=row.authentication_requirement,
        authentication_protocol=row.authentication_protocol,
        original_transfer_method=row.original_transfer_method,
        incoming_token_type=row.incoming_token_type,
        risk_level_during_sign_in=row.risk_level_during_sign_in,
        risk_level_aggregated=row.risk_level_aggregated,
        correlation_id=row.correlation_id,
        session_id=row.session_id,
        original_request_id=row.original_request_id,
        token_issuer_type=row.token_issuer_type,
        is_interactive=row.is_interactive,
        status=Status(status.error_code, status.failure_reason or row.result_description, status.additional_details),
        device_detail=_DEVICES[row.device_detail] if isinstance(row.device_detail, str) else row.device_detail,
        location=Location(first_stated(place.country_or_region if place else None, row.location)),
        sign_in_event_types=[kind],
        mfa_detail=mfa,
        authentication_details=_list(row.authentication_details, _STEPS),
        authentication_requirement_policies=_list(row.authentication_requirement_policies, _PROVIDERS),
        conditional_access_audiences=_list(row.conditional_access_audiences, _AUDIENCES),
        applied=_applied(row),
        log_tenant_id=tenant(row.aad_tenant_id),
    )


def _list(value: list[T] | str | None, decoder: msgspec.json.Decoder[list[T]]) -> list[T] | None:
    if isinstance(value, str):
        return decoder.decode(value) if len(value) > 2 else None
    return value


def _applied(row: Row) -> tuple[tuple[str, str], ...] | None:
    """Return the policies of whichever column has them; None when neither is there, which is not the same as an empty list."""
    raws = (row.applied_conditional_access_policies, row.conditional_access_policies)
    found = [policies for raw in raws if raw is not ABSENT and (policies := APPLIED[bytes(raw)]) is not None]
    return next(filter(None, found), () if found else None)
