"""What-if requests: the body of Graph's `POST /identity/conditionalAccess/evaluate`, with our `facts` beside it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from unbroken.entra.request import AccessRequest, DeviceState, Identity
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
from unbroken.sources.asked import REMEDY, Asked
from unbroken.sources.ids import canonical, is_guid
from unbroken.sources.session_facts import session_facts
from unbroken.sources.things import trust_type

Body = dict[str, Any]
Target = tuple[tuple[str, ...], UserAction | None, str | None]
"""Applications, user action, authentication context: one of them."""

BUNDLES = frozenset({"all", "none", "office365", "microsoftadminportals", "allagentidresources"})
ACTIONS = {
    "registersecurityinformation": UserAction.REGISTER_SECURITY_INFO,
    "registerorjoindevices": UserAction.REGISTER_DEVICE,
    **{action.value: action for action in UserAction},
}
ATTRIBUTES = {"ownership": "deviceownership", "enrollmentprofile": "enrollmentprofilename"}
LISTS = frozenset({"physicalids", "systemlabels"})
RENAMED = {
    "conditionalaccesswhatifsubject": "signInIdentity",
    "conditionalaccesscontext": "signInContext",
    "conditionalaccesswhatifconditions": "signInConditions",
}
"""Names that Graph's beta gave these keys before March 2025, and scripts still carry."""


def read_requests(text: str, where: str) -> tuple[list[tuple[str, Body]], str]:
    """Return what to call each request in `text` and its body, and the form: `object`, `array` or `lines`. Raises BadInput."""
    text = text.removeprefix("\ufeff")  # PowerShell pipes it before the text
    if not text.strip():
        raise BadInput(where, "holds no request", remedy=REMEDY)
    lines = [(f"{where}:{number}", line) for number, line in enumerate(text.split("\n"), 1) if line.strip()]
    if len(lines) > 1 and _is_json(lines[0][1]):
        return [(at, _body(_decoded(line, at), at)) for at, line in lines], "lines"
    document = _decoded(text, where)
    if isinstance(document, list):
        numbered = [(f"{where}, request {number}", each) for number, each in enumerate(document, 1)]
        return [(at, _body(each, at)) for at, each in numbered], "array"
    return [(where, _body(document, where))], "object"


def read_text(path: Path | None, stdin: str) -> tuple[str, str]:
    """Return the text of `path`, or of standard input when there is none, and what to call it."""
    if path is None:
        return stdin, "standard input"
    try:
        return path.read_text(encoding="utf-8-sig"), str(path)
    except (OSError, UnicodeDecodeError) as error:
        remedy = "give a file with a what-if request, or - for standard input"
        raise BadInput(str(path), f"cannot be read ({getattr(error, 'strerror', None) or error})", remedy=remedy) from error


def user_ids(snapshot: Snapshot) -> dict[str, str]:
    """Return the id of each user by id and, for convenience, by user principal name; both in lower case."""
    users = snapshot.users.records
    return {user.user_principal_name.lower(): user.id for user in users} | {user.id.lower(): user.id for user in users}


def request_from_wire(body: Body, users: Mapping[str, str], where: str) -> AccessRequest:
    """Return the request that `body` describes; `users` as `user_ids` returns them. A condition that is left out is unknown.

    Raises BadInput naming `where` and the key, WrongUsage for a bundle and for several kinds of target.
    """
    asked = Asked(body, "", where, RENAMED)
    identity, conditions = asked.inner("signInIdentity"), asked.inner("signInConditions")
    apps, action, context = _target(asked.inner("signInContext"))
    facts = session_facts(asked.inner("facts"))
    asked.flag("appliedPoliciesOnly")
    asked.refuse_strangers("key of a request")
    request = AccessRequest(
        identity=Identity() if conditions.text("agentIdRiskLevel") else _identity(identity, users),
        apps=apps,
        user_action=action,
        authentication_context=context,
        client=conditions.member(ClientAppType, "clientAppType"),
        platform=conditions.member(DevicePlatform, "devicePlatform"),
        ip_address=_address(conditions),
        country=_country(conditions),
        device=_device(conditions.inner("deviceInfo")) if conditions.has("deviceInfo") else None,
        sign_in_risk=conditions.member(RiskLevel, "signInRiskLevel"),
        user_risk=conditions.member(RiskLevel, "userRiskLevel"),
        insider_risk=conditions.member(InsiderRiskLevel, "insiderRiskLevel"),
        service_principal_risk=conditions.member(RiskLevel, "servicePrincipalRiskLevel"),
        transfer_method=conditions.inner("authenticationFlow").member(TransferMethod, "transferMethod"),
        facts=facts,
    )
    conditions.refuse_strangers("condition")
    return request


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
    except (ValueError, RecursionError):
        return False
    return True


def _decoded(text: str, where: str) -> object:
    try:
        return json.loads(text)
    except json.JSONDecodeError as error:
        problem = f"not valid JSON ({error.msg}, line {error.lineno}, column {error.colno})"
        raise BadInput(where, problem, remedy=REMEDY) from error
    except (ValueError, RecursionError) as error:
        why = "nested too deeply" if isinstance(error, RecursionError) else "a number is too long"
        raise BadInput(where, f"not valid JSON ({why})", remedy=REMEDY) from error


def _body(document: object, where: str) -> Body:
    if not isinstance(document, dict):
        raise BadInput(where, "a request is a JSON object", remedy=REMEDY)
    return document


def _identity(identity: Asked, users: Mapping[str, str]) -> Identity:
    if "agent" in (identity.text("@odata.type") or "").lower():
        return Identity()
    principal, user = identity.text("servicePrincipalId"), identity.text("userId")
    kind, tenant = identity.member(GuestKind, "externalUserType"), identity.text("externalTenantId")
    identity.refuse_strangers("key of an identity")
    if principal and (user or kind):
        raise WrongUsage(f"{identity.where}: signInIdentity names a service principal and a user", remedy="ask for one of them")
    if not (principal or user or kind):
        raise BadInput(identity.where, "signInIdentity names no userId, externalUserType or servicePrincipalId", remedy=REMEDY)
    return Identity(
        user_id=users.get(user.lower(), canonical(user)) if user else None,
        guest_kind=kind,
        home_tenant_id=canonical(tenant) if tenant else None,
        service_principal_id=canonical(principal) if principal else None,
    )


def _target(context: Asked) -> Target:
    """Return what is asked for; of two kinds one would be left out without a word, so that is refused."""
    apps, action = _apps(context), _action(context)
    value = context.text("authenticationContextValue") or context.text("authenticationContext")
    context.refuse_strangers("key of a context")
    kinds = (("applications", apps), ("a user action", action), ("an authentication context", value))
    named = [kind for kind, given in kinds if given]
    if not named:
        raise BadInput(context.where, "signInContext asks for no application, user action or authentication context", remedy=REMEDY)
    if len(named) > 1:
        raise WrongUsage(f"{context.where}: signInContext asks for {' and '.join(named)}", remedy="ask for one of them in a request")
    return apps, action, value.lower() if value else None


def _apps(context: Asked) -> tuple[str, ...]:
    apps = context.texts("includeApplications") or ()
    for app in apps:
        if app.lower() in BUNDLES:
            text = f"{context.where}: includeApplications names {app}, which is no application"
            raise WrongUsage(text, remedy="give the appId that is asked for")
        if not is_guid(app):
            text = f"{context.where}: includeApplications names {app[:60]!r}, which is no appId"
            raise WrongUsage(text, remedy="give the application's appId (a GUID), not its name")
    return tuple(app.lower() for app in apps)


def _action(context: Asked) -> UserAction | None:
    word = context.text("userAction")
    if word is None:
        return None
    if word.lower() not in ACTIONS:
        raise context.refuse("userAction", f"{word[:40]!r} is not known", "use registerSecurityInformation or registerOrJoinDevices")
    return ACTIONS[word.lower()]


def _address(conditions: Asked) -> str | None:
    text = conditions.text("ipAddress")
    if text is not None and parse_address(text) is None:
        raise conditions.refuse("ipAddress", f"{text[:60]!r} is no IP address", "give an IPv4 or IPv6 address, or leave it out")
    return text


def _country(conditions: Asked) -> str | None:
    text = conditions.text("country")
    if text and not (len(text) == 2 and text.isascii() and text.isalpha()):
        problem = f"{text[:60]!r} is no two-letter code"
        raise conditions.refuse("country", problem, 'give a code such as GB, or "" for an unknown country')
    return text if text is None else text.upper()


def _device(info: Asked) -> DeviceState:
    """Return the attributes that are given, by the names that filters use; all others are null."""
    nested = info.inner("extensionAttributes")
    attributes = {ATTRIBUTES.get(name.lower(), name.lower()): _attribute(part, name) for part in (info, nested) for name in part.names()}
    return DeviceState(attributes=tuple(sorted(attributes.items())))


def _attribute(part: Asked, name: str) -> object:
    """Return one attribute: a list, true or false, or a text, as its name demands."""
    if name.lower() in LISTS:
        return part.texts(name)
    if name.lower().startswith("is"):
        return part.flag(name)
    text = part.text(name) or ""
    return trust_type(text) if name.lower() == "trusttype" else text
