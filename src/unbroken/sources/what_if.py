"""What-if requests: the body of Graph's `POST /identity/conditionalAccess/evaluate`, with our `facts` beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

from unbroken.entra.request import AccessRequest, DeviceState, Identity, SessionFacts
from unbroken.entra.snapshot import Snapshot
from unbroken.entra.vocabulary import (
    ClientAppType,
    DevicePlatform,
    GuestKind,
    InsiderRiskLevel,
    RiskLevel,
    TransferMethod,
    UserAction,
)
from unbroken.errors import BadInput, WrongUsage
from unbroken.evaluate.address import parse_address

E = TypeVar("E", bound=StrEnum)
BUNDLES = frozenset({"all", "none", "office365", "microsoftadminportals", "allagentidresources"})
ACTIONS = {"registersecurityinformation": UserAction.REGISTER_SECURITY_INFO, "registerorjoindevices": UserAction.REGISTER_DEVICE}
ATTRIBUTES = {"ownership": "deviceownership", "enrollmentprofile": "enrollmentprofilename"}
TRUST_TYPES = {"serverad": "ServerAD", "azuread": "AzureAD", "workplace": "Workplace"}
REMEDY = "see docs/reference/whatif.md for the form of a request"
CONDITIONS = frozenset(
    {
        *("signinrisklevel", "userrisklevel", "serviceprincipalrisklevel", "insiderrisklevel", "agentidrisklevel"),
        *("country", "ipaddress", "clientapptype", "deviceplatform", "deviceinfo", "authenticationflow"),
    }
)


def read_requests(text: str, where: str) -> tuple[list[dict[str, Any]], str]:
    """Return the request bodies in `text` and its form: `object`, `array` or `lines`. Raises BadInput naming the line."""
    if not text.strip():
        raise BadInput(where, "holds no request", remedy=REMEDY)
    try:
        document = json.loads(text)
    except ValueError:
        return [_line(line, f"{where}:{n}") for n, line in enumerate(text.splitlines(), 1) if line.strip()], "lines"
    if isinstance(document, list):
        return [_body(each, f"{where}, request {n}") for n, each in enumerate(document, 1)], "array"
    return [_body(document, where)], "object"


def request_from_wire(body: Mapping[str, Any], snapshot: Snapshot, where: str) -> AccessRequest:
    """Return the request that `body` describes; a condition that is left out is unknown. Raises BadInput, WrongUsage for a bundle."""
    keys = _lowered(body)
    conditions = _lowered(keys.get("signinconditions") or {})
    strange = [key for key in conditions if key not in CONDITIONS and not key.startswith("@")]
    if strange:
        raise BadInput(where, f"signInConditions has {', '.join(sorted(strange))}, which is no condition", remedy=REMEDY)
    context = _lowered(keys.get("signincontext") or {})
    flow = _lowered(conditions.get("authenticationflow") or {})
    agent_risk = conditions.get("agentidrisklevel")
    return AccessRequest(
        identity=Identity() if agent_risk else _identity(_lowered(keys.get("signinidentity") or {}), snapshot, where),
        apps=_apps(context, where),
        user_action=_action(context, where),
        authentication_context=context.get("authenticationcontextvalue") or context.get("authenticationcontext"),
        client=_member(ClientAppType, conditions.get("clientapptype"), "clientAppType", where),
        platform=_member(DevicePlatform, conditions.get("deviceplatform"), "devicePlatform", where),
        ip_address=_address(conditions.get("ipaddress"), where),
        country=_country(conditions.get("country"), where),
        device=_device(conditions.get("deviceinfo"), where),
        sign_in_risk=_member(RiskLevel, conditions.get("signinrisklevel"), "signInRiskLevel", where),
        user_risk=_member(RiskLevel, conditions.get("userrisklevel"), "userRiskLevel", where),
        insider_risk=_member(InsiderRiskLevel, conditions.get("insiderrisklevel"), "insiderRiskLevel", where),
        service_principal_risk=_member(RiskLevel, conditions.get("serviceprincipalrisklevel"), "servicePrincipalRiskLevel", where),
        transfer_method=_member(TransferMethod, flow.get("transfermethod"), "authenticationFlow.transferMethod", where),
        facts=_facts(_lowered(keys.get("facts") or {}), where),
    )


def read_text(path: Path | None, stdin: str) -> tuple[str, str]:
    """Return the text of `path`, or of standard input when there is none, and what to call it."""
    if path is None:
        return stdin, "standard input"
    try:
        return path.read_text(encoding="utf-8-sig"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        remedy = "give a file with a what-if request, or - for standard input"
        raise BadInput(str(path), f"cannot be read ({getattr(error, 'strerror', None) or error})", remedy=remedy) from error


def _line(line: str, where: str) -> dict[str, Any]:
    try:
        return _body(json.loads(line), where)
    except ValueError as error:
        raise BadInput(where, f"not valid JSON ({error})", remedy=REMEDY) from error


def _body(document: object, where: str) -> dict[str, Any]:
    if not isinstance(document, dict):
        raise BadInput(where, "a request is a JSON object", remedy=REMEDY)
    return document


def _lowered(record: object) -> dict[str, Any]:
    return {str(key).lower(): value for key, value in record.items()} if isinstance(record, Mapping) else {}


def _identity(identity: Mapping[str, Any], snapshot: Snapshot, where: str) -> Identity:
    if identity.get("serviceprincipalid"):
        return Identity(service_principal_id=str(identity["serviceprincipalid"]))
    if "agent" in str(identity.get("@odata.type", "")).lower():
        return Identity()
    kind = _member(GuestKind, identity.get("externalusertype"), "externalUserType", where)
    user = identity.get("userid")
    if not user and kind is None:
        raise BadInput(where, "signInIdentity names no userId, externalUserType or servicePrincipalId", remedy=REMEDY)
    user_id = _user_id(str(user), snapshot) if user else None
    return Identity(user_id=user_id, guest_kind=kind, home_tenant_id=identity.get("externaltenantid"))


def _user_id(given: str, snapshot: Snapshot) -> str:
    """Return the id of a user given by id or, for convenience, by user principal name."""
    wanted = given.lower()
    for user in snapshot.users.records:
        if wanted in {user.id.lower(), user.user_principal_name.lower()}:
            return user.id
    return given


def _apps(context: Mapping[str, Any], where: str) -> tuple[str, ...]:
    apps = context.get("includeapplications")
    if apps is None:
        if not context.keys() & {"useraction", "authenticationcontextvalue", "authenticationcontext"}:
            raise BadInput(where, "signInContext asks for no application, user action or authentication context", remedy=REMEDY)
        return ()
    apps = [apps] if isinstance(apps, str) else list(apps)
    bundles = [app for app in apps if str(app).lower() in BUNDLES]
    if bundles:
        text = f"{where}: includeApplications names {bundles[0]}, which is no application"
        raise WrongUsage(text, remedy="give the appId that is asked for")
    if not apps:
        raise BadInput(where, "includeApplications is empty", remedy="give the appId that is asked for")
    return tuple(str(app).lower() for app in apps)


def _action(context: Mapping[str, Any], where: str) -> UserAction | None:
    action = context.get("useraction")
    if action is None:
        return None
    found = ACTIONS.get(str(action).lower()) or next((each for each in UserAction if each.value == str(action).lower()), None)
    if found is None:
        raise BadInput(where, f"userAction {action!r} is not known", remedy="use registerSecurityInformation or registerOrJoinDevices")
    return found


def _member(kinds: type[E], value: object, name: str, where: str) -> E | None:
    """Return the member of an enumeration that `value` spells in any case; None for null, and for `all`, which says nothing."""
    if value is None or str(value).lower() == "all":
        return None
    found = next((each for each in kinds if each.value.lower() == str(value).lower()), None)
    if found is None:
        raise BadInput(where, f"{name} {value!r} is not one of {', '.join(kinds)}", remedy=REMEDY)
    return found


def _address(value: object, where: str) -> str | None:
    if value is None:
        return None
    if parse_address(str(value)) is None:
        raise BadInput(where, f"ipAddress {value!r} is no IP address", remedy="give an IPv4 or IPv6 address, or leave it out")
    return str(value)


def _country(value: object, where: str) -> str | None:
    if value is None:
        return None
    code = str(value).strip().upper()
    if code and (len(code) != 2 or not code.isalpha()):
        raise BadInput(where, f"country {value!r} is no two-letter code", remedy='give a code such as GB, or "" for an unknown country')
    return code


def _device(info: object, where: str) -> DeviceState | None:
    if info is None:
        return None
    if not isinstance(info, Mapping):
        raise BadInput(where, "deviceInfo is no object", remedy="give {} for an unregistered device")
    attributes = {
        ATTRIBUTES.get(str(key).lower(), str(key).lower()): value
        for key, value in info.items()
        if value is not None and not str(key).startswith("@")
    }
    nested = attributes.pop("extensionattributes", None)
    attributes |= {key: value for key, value in _lowered(nested).items() if value is not None}
    if isinstance(attributes.get("trusttype"), str):
        attributes["trusttype"] = TRUST_TYPES.get(str(attributes["trusttype"]).lower().replace(" ", ""), attributes["trusttype"])
    if isinstance(attributes.get("iscompliant"), str):
        attributes["iscompliant"] = str(attributes["iscompliant"]).lower() == "true"
    frozen = {key: tuple(value) if isinstance(value, list) else value for key, value in attributes.items()}
    return DeviceState(attributes=tuple(sorted(frozen.items(), key=lambda item: item[0])))


def _facts(facts: Mapping[str, Any], where: str) -> SessionFacts:
    known = {
        *("mfasatisfied", "authenticationmethod", "requestedscopes", "hometenantmfa", "termsaccepted"),
        *("clientappid", "clientispublic", "interactive"),
    }
    if facts.keys() - known:
        raise BadInput(where, f"facts has {', '.join(sorted(facts.keys() - known))}, which is no fact", remedy=REMEDY)
    scopes = facts.get("requestedscopes")
    return SessionFacts(
        mfa_satisfied=bool(facts.get("mfasatisfied", False)),
        authentication_method=facts.get("authenticationmethod"),
        home_tenant_mfa=bool(facts.get("hometenantmfa", False)),
        terms_accepted=frozenset(facts.get("termsaccepted") or ()),
        requested_scopes=None if scopes is None else frozenset(str(scope).rsplit("/", 1)[-1] for scope in scopes),
        client_app_id=facts.get("clientappid"),
        client_is_public=facts.get("clientispublic"),
        interactive=facts.get("interactive", True) is not False,
    )
