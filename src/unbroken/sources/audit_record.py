"""Unified Audit Log records: `UserLoggedIn` and `UserLoginFailed` carry who, where and which app, but no Conditional Access facts."""

from __future__ import annotations

import re
from collections.abc import Mapping

from unbroken.sources.log_record import Fields, Reading
from unbroken.sources.sign_in_shape import DeviceDetail, SignIn, Status

_SIGN_INS = {"userloggedin", "userloginfailed"}
_ID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", re.IGNORECASE)
FORM = "Unified Audit Log"


def read_audit_record(record: Mapping[str, object]) -> Reading | None:
    """Read one record of the Unified Audit Log, None when it is none (no `AuditData` and no `Workload` with `Operation`)."""
    fields = Fields(record)
    data = fields.part("auditdata")
    if data is None and "auditdata" in fields:
        return Reading(reason="unreadable record", form=FORM)
    if data is None and not ("workload" in fields and "operation" in fields):
        return None
    audit = data or fields
    if (audit.text("operation") or "").lower() not in _SIGN_INS:
        return Reading(reason="not a sign-in", form=FORM)
    return Reading(_sign_in(audit), form=FORM)


def _sign_in(audit: Fields) -> SignIn:
    extended = _pairs(audit.parts("extendedproperties"))
    name = audit.text("userid") or ""
    return SignIn(
        created_date_time=audit.time("creationtime"),
        id=audit.text("intrasystemid") or audit.text("id"),
        user_id=_identifier(audit.parts("actor")) or _an_id(audit.text("userkey")),
        user_principal_name=name if "@" in name else None,
        app_id=audit.text("applicationid"),
        resource_id=_identifier(audit.parts("target")) or _an_id(audit.text("objectid")),
        user_agent=extended.get("useragent"),
        ip_address=audit.text("actoripaddress") or audit.text("clientip"),
        correlation_id=audit.text("intersystemsid"),
        status=_status(audit),
        device_detail=_device(_pairs(audit.parts("deviceproperties"))),
        session_id=_pairs(audit.parts("deviceproperties")).get("sessionid"),
    )


def _status(audit: Fields) -> Status:
    code = audit.number("errornumber")
    if code is None and (audit.text("operation") or "").lower() == "userloggedin":
        code = 0
    return Status(code, audit.text("logonerror"))


def _pairs(parts: list[Fields] | None) -> dict[str, str]:
    return {(part.text("name") or "").lower(): part.text("value") or "" for part in parts or ()}


def _identifier(parts: list[Fields] | None) -> str | None:
    return next((found for part in parts or () if (found := _an_id(part.text("id")))), None)


def _an_id(text: str | None) -> str | None:
    return text if text and _ID.fullmatch(text) else None


def _device(pairs: dict[str, str]) -> DeviceDetail:
    """Return the device; without id and trust type the log is silent about its state, which is not `unregistered`."""
    compliant_and_managed = pairs.get("iscompliantandmanaged", "").lower() == "true" or None
    flags = {"true": True, "false": False}
    return DeviceDetail(
        device_id=pairs.get("id"),
        display_name=pairs.get("displayname"),
        operating_system=pairs.get("os"),
        browser=pairs.get("browsertype"),
        is_compliant=flags.get(pairs.get("iscompliant", "").lower(), compliant_and_managed),
        is_managed=compliant_and_managed,
        trust_type=pairs.get("trusttype"),
        known=bool(pairs.get("id") or pairs.get("trusttype")),
    )
