"""One record of any JSON or flat form -> a sign-in in Graph's shape, or the reason why it is none.

Field names are compared without case: PowerShell and Log Analytics write PascalCase, some pipelines lower case throughout.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from unbroken.sources.sign_in_shape import (
    AppliedPolicy,
    Audience,
    AuthenticationDetail,
    DeviceDetail,
    Location,
    MfaDetail,
    RequirementPolicy,
    SignIn,
    Status,
    applied_policies,
    first_stated,
)

CATEGORIES = {
    "signinlogs": "interactiveUser",
    "noninteractiveusersigninlogs": "nonInteractiveUser",
    "aadnoninteractiveusersigninlogs": "nonInteractiveUser",
    "serviceprincipalsigninlogs": "servicePrincipal",
    "aadserviceprincipalsigninlogs": "servicePrincipal",
    "microsoftserviceprincipalsigninlogs": "servicePrincipal",
    "managedidentitysigninlogs": "managedIdentity",
    "aadmanagedidentitysigninlogs": "managedIdentity",
    "adfssigninlogs": "adfs",
}
"""Category of a diagnostic setting, or table of Log Analytics -> kind of sign-in."""
_MARKS = {"appid", "ipaddress", "clientappused", "status", "conditionalaccessstatus", "correlationid", "appdisplayname", "resulttype"}
_OTHERS = {"activitydisplayname", "activitydatetime", "targetresources", "initiatedby", "riskeventtype", "detecteddatetime", "members"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a record turned out to be: a sign-in, or skipped for `reason`."""

    sign_in: SignIn | None = None
    reason: str = ""
    form: str = ""


_EMPTY: tuple[object, ...] = (None, "", [], {})


class Fields:
    """A record's values by lower-case name; `X_dynamic` and `X_string` twins answer to `X`, nested text is parsed."""

    def __init__(self, record: Mapping[str, object]) -> None:
        """Fold the names; the first of several that carries a value wins."""
        self._values: dict[str, object] = {}
        for name, value in record.items():
            folded = field_name(name)
            if self._values.get(folded) in _EMPTY:
                self._values[folded] = value

    def __contains__(self, name: str) -> bool:
        return name in self._values

    def any_of(self, names: set[str]) -> bool:
        """Tell whether one of the names is there."""
        return not names.isdisjoint(self._values)

    def text(self, *names: str) -> str | None:
        """Return the first of the fields that has a value, as text."""
        for name in names:
            value = self._values.get(name)
            if isinstance(value, str) and value:
                return value
            if isinstance(value, (int, float)) and not isinstance(value, bool):
                return str(value)
        return None

    def stated(self, *names: str) -> str | None:
        """Return what `text` does, and `""` where a field is there and empty."""
        return first_stated(self.text(*names), *("" for name in names if self._values.get(name) == ""))

    def time(self, *names: str) -> str | None:
        """Return a time as text; Windows PowerShell writes some as an object with `value` and `DateTime`."""
        for name in names:
            value = self._values.get(name)
            if isinstance(value, Mapping):
                value = value.get("value")
            if isinstance(value, str) and value:
                return value
        return None

    def flag(self, name: str) -> bool | None:
        """Return a truth value, None when it is absent or no truth value."""
        value = self._values.get(name)
        if isinstance(value, str):
            return {"true": True, "false": False, "1": True, "0": False}.get(value.strip().lower())
        return bool(value) if isinstance(value, (bool, int)) else None

    def number(self, *names: str) -> int | None:
        """Return the first field that is a whole number."""
        for name in names:
            text = self.text(name)
            if text and text.strip().lstrip("-").isdigit():
                return int(text)
        return None

    def part(self, name: str) -> Fields | None:
        """Return a nested object, None when it is absent or was cut to a type name."""
        value = _parsed(self._values.get(name))
        return Fields(value) if isinstance(value, Mapping) else None

    def items(self, *names: str) -> list[object] | None:
        """Return the first nested list that is not empty; a single object counts as a list of one. None when all are absent."""
        values = [_parsed(self._values.get(name)) for name in names]
        lists = [[value] if isinstance(value, Mapping) else value for value in values if isinstance(value, (Mapping, list))]
        return next(filter(None, lists), [] if lists else None)

    def parts(self, *names: str) -> list[Fields] | None:
        """Return a nested list of objects, None when it is absent."""
        items = self.items(*names)
        return None if items is None else [Fields(item) for item in items if isinstance(item, Mapping)]


def field_name(name: str) -> str:
    """Return a field's name without case, portal suffix (`CreatedDateTime [UTC]`) and twin suffix."""
    folded = name.strip().lower().removesuffix("[utc]").rstrip()
    return folded.removesuffix("_dynamic").removesuffix("_string")


def _parsed(value: object) -> object:
    if not isinstance(value, str) or value[:1] not in "[{":
        return value
    try:
        return json.loads(value) if value else None
    except ValueError:
        return None


def read_record(record: Mapping[str, object]) -> Reading:
    """Read one record of Graph, Log Analytics, a diagnostic setting or PowerShell."""
    outer = Fields(record)
    inner = outer.part("properties") if "category" in outer or "operationname" in outer or "time" in outer else None
    category = (outer.text("category") or "").lower()
    form = "diagnostic log" if inner else "Log Analytics" if "timegenerated" in outer else "Graph"
    kind = CATEGORIES.get(category) or CATEGORIES.get((outer.text("type") or "").lower())
    fields = inner or outer
    if kind is None and (category or not _looks_like_sign_in(fields)):
        return Reading(reason="not a sign-in", form=form)
    if kind == "adfs":
        return Reading(reason="AD FS or NPS", form=form)
    sign_in = _sign_in(fields, outer, kind)
    sign_in.log_tenant_id = tenant(outer.text("aadtenantid") or (outer.text("tenantid") if inner else None))
    return Reading(sign_in, form=form)


def tenant(text: str | None) -> str:
    """Return a tenant id in lower case, `""` for anything that is none."""
    return text.lower() if text and len(text) == 36 else ""


def _looks_like_sign_in(fields: Fields) -> bool:
    timed = fields.any_of({"createddatetime", "timegenerated"})
    return timed and sum(mark in fields for mark in _MARKS) > 1 and not fields.any_of(_OTHERS)


def _sign_in(fields: Fields, outer: Fields, kind: str | None) -> SignIn:
    raw = fields is outer
    return SignIn(
        created_date_time=fields.time("createddatetime") or outer.time("time", "timegenerated"),
        id=fields.text("id"),
        user_id=fields.text("userid"),
        user_principal_name=fields.text("userprincipalname"),
        user_display_name=fields.text("userdisplayname"),
        user_type=fields.text("usertype"),
        home_tenant_id=fields.text("hometenantid"),
        resource_tenant_id=fields.text("resourcetenantid"),
        cross_tenant_access_type=fields.text("crosstenantaccesstype"),
        service_principal_id=fields.text("serviceprincipalid"),
        app_id=fields.text("appid"),
        app_display_name=fields.text("appdisplayname"),
        resource_id=_resource_id(fields),
        resource_display_name=fields.text("resourcedisplayname"),
        client_app_used=fields.text("clientappused"),
        user_agent=fields.text("useragent"),
        ip_address=fields.text("ipaddress") or outer.text("calleripaddress", "ipaddress"),
        conditional_access_status=fields.text("conditionalaccessstatus"),
        authentication_requirement=fields.text("authenticationrequirement"),
        authentication_protocol=fields.text("authenticationprotocol"),
        original_transfer_method=fields.text("originaltransfermethod"),
        incoming_token_type=fields.text("incomingtokentype"),
        risk_level_during_sign_in=fields.text("risklevelduringsignin"),
        risk_level_aggregated=fields.text("risklevelaggregated"),
        correlation_id=fields.text("correlationid") or outer.text("correlationid"),
        session_id=fields.text("sessionid"),
        original_request_id=fields.text("originalrequestid"),
        token_issuer_type=fields.text("tokenissuertype"),
        is_interactive=fields.flag("isinteractive"),
        status=_status(fields, outer),
        device_detail=_device(fields.part("devicedetail")),
        location=_location(fields, None if raw and "timegenerated" not in outer else outer),
        sign_in_event_types=_event_types(fields, kind),
        mfa_detail=_mfa(fields.part("mfadetail")),
        **_lists(fields),  # type: ignore[arg-type]
    )


def _lists(fields: Fields) -> dict[str, object]:
    details = fields.parts("authenticationdetails")
    sources = fields.parts("authenticationrequirementpolicies")
    applied = fields.parts("appliedconditionalaccesspolicies", "conditionalaccesspolicies")
    return {
        "authentication_details": None if details is None else [_step(step) for step in details],
        "authentication_requirement_policies": [RequirementPolicy(part.text("requirementprovider")) for part in sources or ()],
        "applied": None if applied is None else applied_policies([AppliedPolicy(part.text("id"), part.text("result")) for part in applied]),
        "conditional_access_audiences": _audiences(fields.items("conditionalaccessaudiences")),
    }


def _step(step: Fields) -> AuthenticationDetail:
    return AuthenticationDetail(step.text("authenticationmethod"), step.text("authenticationstepresultdetail"), step.flag("succeeded"))


def _audiences(items: list[object] | None) -> list[Audience | str]:
    result: list[Audience | str] = []
    for item in items or ():
        if isinstance(item, str):
            result.append(item)
        elif isinstance(item, Mapping):
            result.append(Audience(Fields(item).text("applicationid", "audience")))
    return result


def _resource_id(fields: Fields) -> str | None:
    """Return the resource's app id: Log Analytics calls it ResourceIdentity, and ResourceId there is an Azure path."""
    if "resourceidentity" in fields or "timegenerated" in fields:
        return fields.text("resourceidentity")
    text = fields.text("resourceid")
    return None if text and text.startswith("/") else text


def _status(fields: Fields, outer: Fields) -> Status | None:
    part = fields.part("status")
    code = part.number("errorcode") if part else None
    if code is None:
        code = outer.number("resulttype") if "resulttype" in outer else fields.number("status.errorcode", "errorcode")
    reason = part.text("failurereason") if part else fields.text("status.failurereason", "failurereason")
    details = part.text("additionaldetails") if part else fields.text("status.additionaldetails")
    return Status(code, reason or outer.text("resultdescription"), details)


def _device(part: Fields | None) -> DeviceDetail | None:
    if part is None:
        return None
    return DeviceDetail(
        device_id=part.text("deviceid"),
        display_name=part.text("displayname"),
        operating_system=part.text("operatingsystem"),
        browser=part.text("browser"),
        is_compliant=part.flag("iscompliant"),
        is_managed=part.flag("ismanaged"),
        trust_type=part.text("trusttype"),
    )


def _location(fields: Fields, outer: Fields | None) -> Location:
    part = fields.part("locationdetails") or fields.part("location")
    word = part.stated("countryorregion") if part else fields.stated("location.countryorregion", "countryorregion")
    return Location(first_stated(word, outer.stated("location") if outer else None))


def _event_types(fields: Fields, kind: str | None) -> list[str] | None:
    given = [str(item) for item in fields.items("signineventtypes") or ()]
    if given:
        return given
    return [kind] if kind else None


def _mfa(part: Fields | None) -> MfaDetail | None:
    method = part.text("authmethod") if part else None
    return MfaDetail(method) if method else None
