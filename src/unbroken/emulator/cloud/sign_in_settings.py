"""Per-user MFA and the preferences for the second factor: beta only."""

from __future__ import annotations

from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.tenancy import Handler, Tenancy

STATES = ("disabled", "enabled", "enforced")
PREFERENCES = "signInPreferences"
_FACTORS = frozenset({"push", "oath", "voiceMobile", "voiceAlternateMobile", "voiceOffice", "sms"})
_SYSTEM, _USER = "isSystemPreferredAuthenticationMethodEnabled", "userPreferredMethodForSecondaryAuthentication"


def _requirements(tenancy: Tenancy, call: Call) -> Reply:
    user = tenancy.world.user(call.params["id"])
    record = tenancy.world.of("userAuthenticationRequirements").get(user["id"], {"perUserMfaState": "disabled"})
    return Reply(200, {"@odata.context": context(call, single=True), "perUserMfaState": record["perUserMfaState"]})


def _set_requirements(tenancy: Tenancy, call: Call) -> Reply:
    user, state = tenancy.world.user(call.params["id"]), call.json().get("perUserMfaState")
    if state not in STATES:
        raise Refusal(400, "badRequest", f"perUserMfaState must be one of {', '.join(STATES)}.")
    tenancy.world.put("userAuthenticationRequirements", user["id"], {"id": user["id"], "perUserMfaState": state})
    tenancy.world.audit("Update user", "UserManagement", user, call.caller.app_id)
    return empty()


def _preferences(tenancy: Tenancy, call: Call) -> Reply:
    world, user = tenancy.world, tenancy.world.user(call.params["id"])
    row = world.of("userRegistrationDetails").get(user["id"]) or {}
    found = {_SYSTEM: row.get(_SYSTEM, False), _USER: row.get(_USER, "none")} | world.of(PREFERENCES).get(user["id"], {})
    return Reply(200, {"@odata.context": context(call, single=True), **found})


def _set_preferences(tenancy: Tenancy, call: Call) -> Reply:
    """Change the preferences (beta, api/authentication-update.md)."""
    world, user, body = tenancy.world, tenancy.world.user(call.params["id"]), call.json()
    sent: Wire = {name: body[name] for name in (_SYSTEM, _USER) if name in body}
    if not sent or not isinstance(sent.get(_SYSTEM, True), bool) or sent.get(_USER, "push") not in _FACTORS:
        raise Refusal(400, "badRequest", f"{_SYSTEM} is true or false, {_USER} one of {', '.join(sorted(_FACTORS))}.")
    world.put(PREFERENCES, user["id"], world.of(PREFERENCES).get(user["id"], {}) | sent)
    return empty()


_AUTH = "/users/{id}/authentication"
ROUTES: dict[str, Handler] = {
    f"GET {_AUTH}/requirements": _requirements,
    f"PATCH {_AUTH}/requirements": _set_requirements,
    f"GET {_AUTH}/signInPreferences": _preferences,
    f"PATCH {_AUTH}/signInPreferences": _set_preferences,
}
