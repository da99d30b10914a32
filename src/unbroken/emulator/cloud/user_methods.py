"""Authentication methods of one user, the Temporary Access Pass, and per-user MFA."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid5

from unbroken.emulator.cloud.entities import METHOD
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.policy_reads import METHODS_POLICY
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World, missing

PASSWORD_ID = "28c10230-6103-485e-b985-444c60001490"  # noqa: S105 -- the id every password has
PHONE_IDS = {
    "mobile": "3179e48a-750b-4051-897c-87b9720928f7",
    "alternateMobile": "b6332ec1-7057-4abe-9331-3d72feddfe41",
    "office": "e37fc753-ff3b-4958-9484-eaa9425c82bc",
}
_REGISTERED = {
    "mobilePhone": ("phone", "mobile"),
    "alternateMobilePhone": ("phone", "alternateMobile"),
    "officePhone": ("phone", "office"),
    "microsoftAuthenticatorPush": ("microsoftAuthenticator", ""),
    "microsoftAuthenticatorPasswordless": ("microsoftAuthenticator", ""),
    "softwareOneTimePasscode": ("softwareOath", ""),
    "passKeyDeviceBound": ("fido2", ""),
    "fido2": ("fido2", ""),
    "windowsHelloForBusiness": ("windowsHelloForBusiness", ""),
    "email": ("email", ""),
}
"""Word of the registration report -> kind of method, and of phone."""
_STRONG = frozenset({"phone", "microsoftAuthenticator", "softwareOath", "fido2", "windowsHelloForBusiness"})
_NUMBER = re.compile(r"\+\d{1,3} \d{4,14}(x\d{1,9})?")
_DEFAULT_MINUTES, _FEWEST_MINUTES, _MOST_MINUTES = 60, 60, 480
STATES = ("disabled", "enabled", "enforced")


def methods_of(world: World, user: str) -> list[Wire]:
    """Return the methods of a user; those the report speaks of until somebody changes them here."""
    stored = world.of("authenticationMethods").get(user)
    if stored:
        return list(stored["methods"])
    words = (world.of("userRegistrationDetails").get(user) or {}).get("methodsRegistered") or ()
    kinds = dict.fromkeys(_REGISTERED[word] for word in words if word in _REGISTERED)
    return [_method("password", PASSWORD_ID, password=None), *(_derived(user, kind, phone) for kind, phone in kinds)]


def _derived(user: str, kind: str, phone: str) -> Wire:
    if kind == "phone":
        return _method("phone", PHONE_IDS[phone], phoneNumber="+44 7700900000", phoneType=phone, smsSignInState="notAllowedByPolicy")
    details: dict[str, Wire] = {
        "microsoftAuthenticator": {"displayName": "Phone", "deviceTag": "SoftwareTokenActivated", "phoneAppVersion": "6.2509.6"},
        "fido2": {"displayName": "Security key", "model": "Security key", "attestationLevel": "attested"},
        "windowsHelloForBusiness": {"displayName": "Computer", "keyStrength": "normal"},
        "softwareOath": {"secretKey": None},
    }
    return _method(kind, str(uuid5(UUID(user), kind)), **details.get(kind, {}))


def new_method(world: World, kind: str) -> Wire:
    """Return a method of a kind that a user can register, with an id nobody has; a phone is a mobile one."""
    made = _derived(world.tenant_id, kind, "mobile")
    return made if kind == "phone" else made | {"id": world.new_id(kind), "createdDateTime": world.now}


def _method(kind: str, key: str, **details: object) -> Wire:
    return {"@odata.type": f"#microsoft.graph.{kind}AuthenticationMethod", "id": key, **details}


def _kind(record: Wire) -> str:
    return str(record["@odata.type"]).removeprefix("#microsoft.graph.").removesuffix("AuthenticationMethod")


def store_methods(world: World, user: str, methods: list[Wire]) -> None:
    """Write a user's methods; the registration report learns of it later."""
    world.put("authenticationMethods", user, {"methods": methods})
    row = world.of("userRegistrationDetails").get(user)
    if row is None:
        return
    words = {pair: word for word, pair in reversed(_REGISTERED.items()) if word != "fido2"}
    found = [words[_kind(each), each.get("phoneType", "")] for each in methods if (_kind(each), each.get("phoneType", "")) in words]
    strong = any(_kind(each) in _STRONG for each in methods)
    changed = {
        "methodsRegistered": found,
        "isMfaRegistered": strong,
        "isMfaCapable": strong,
        "defaultMfaMethod": found[0] if found else "none",
    }
    world.put("registrationChanges", user, {"at": world.clock(), "row": row | changed})
    requirement = world.of("userAuthenticationRequirements").get(user)
    if strong and requirement and requirement["perUserMfaState"] == "enabled":
        world.put("userAuthenticationRequirements", user, {"id": user, "perUserMfaState": "enforced"})


def _all(tenancy: Tenancy, call: Call) -> Reply:
    user = tenancy.world.user(call.params["id"])
    return page_of(tenancy, call, [_hidden(each) for each in methods_of(tenancy.world, user["id"])], METHOD)


def _of_kind(kind: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        user = tenancy.world.user(call.params["id"])
        found = [_hidden(each) for each in methods_of(tenancy.world, user["id"]) if _kind(each) == kind]
        return page_of(tenancy, call, found, METHOD)

    return handler


def _one_of_kind(kind: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        user = tenancy.world.user(call.params["id"])
        found = [each for each in methods_of(tenancy.world, user["id"]) if _kind(each) == kind and each["id"] == call.params["method"]]
        if not found:
            raise missing(call.params["method"])
        return one(call, _hidden(found[0]), METHOD)

    return handler


def _hidden(record: Wire) -> Wire:
    """Return a method without its secret, which was shown once."""
    return record | ({"temporaryAccessPass": None} if "temporaryAccessPass" in record else {})


def _delete(kind: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, user = tenancy.world, tenancy.world.user(call.params["id"])
        methods = methods_of(world, user["id"])
        kept = [each for each in methods if _kind(each) != kind or each["id"] != call.params["method"]]
        if len(kept) == len(methods):
            raise missing(call.params["method"])
        store_methods(world, user["id"], kept)
        return empty()

    return handler


def _add_phone(tenancy: Tenancy, call: Call) -> Reply:
    world, user, body = tenancy.world, tenancy.world.user(call.params["id"]), call.json()
    kind, number = body.get("phoneType"), body.get("phoneNumber", "")
    if kind not in PHONE_IDS or not _NUMBER.fullmatch(number):
        raise Refusal(400, "badRequest", "Phone number format is invalid. Use +{country code} {number}x{extension}.")
    methods = methods_of(world, user["id"])
    if any(each["id"] == PHONE_IDS[kind] for each in methods):
        raise Refusal(400, "badRequest", f"{kind} phone number already exists for user.")
    added = _method("phone", PHONE_IDS[kind], phoneNumber=number, phoneType=kind, smsSignInState="notAllowedByPolicy")
    store_methods(world, user["id"], [*methods, added])
    return one(call, added, METHOD, status=201)


def _add_pass(tenancy: Tenancy, call: Call) -> Reply:
    """Give a Temporary Access Pass, in place of one that is there; its secret is in this answer alone."""
    world, user, body = tenancy.world, tenancy.world.user(call.params["id"]), call.json()
    configuration = _pass_policy(world)
    minutes = body.get("lifetimeInMinutes") or configuration.get("defaultLifetimeInMinutes") or _DEFAULT_MINUTES
    least = configuration.get("minimumLifetimeInMinutes") or _FEWEST_MINUTES
    most = configuration.get("maximumLifetimeInMinutes") or _MOST_MINUTES
    if not isinstance(minutes, int) or not least <= minutes <= most:
        raise Refusal(400, "badRequest", f"Temporary Access Pass lifetime must be between {least} and {most} minutes.")
    length = configuration.get("defaultLength") or 8
    secret = "".join(tenancy.rng.choice("ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnpqrstuvwxyz23456789") for _ in range(length))
    added = _new_pass(world, body, minutes, once=bool(body.get("isUsableOnce", configuration.get("isUsableOnce", False))))
    others = [each for each in methods_of(world, user["id"]) if _kind(each) != "temporaryAccessPass"]
    store_methods(world, user["id"], [*others, added])
    return one(call, added | {"temporaryAccessPass": secret}, METHOD, status=201)


def _pass_policy(world: World) -> Wire:
    configurations = world.setting(METHODS_POLICY).get("authenticationMethodConfigurations") or ()
    found: Wire = next((each for each in configurations if each.get("id") == "TemporaryAccessPass"), {"state": "disabled"})
    if found["state"] != "enabled":
        raise Refusal(400, "badRequest", "Temporary Access Pass cannot be added to a user account because of the policy.")
    return found


def _new_pass(world: World, body: Wire, minutes: int, *, once: bool) -> Wire:
    start = body.get("startDateTime") or world.now
    now = datetime.fromtimestamp(world.clock(), UTC)
    begins = datetime.fromisoformat(start)
    late = begins + timedelta(minutes=minutes) < now
    reason = "NotYetValid" if begins > now else "Expired" if late else "EnabledByPolicy"
    return _method(
        "temporaryAccessPass",
        world.new_id("temporaryAccessPass"),
        temporaryAccessPass=None,
        createdDateTime=world.now,
        startDateTime=start,
        lifetimeInMinutes=minutes,
        isUsableOnce=once,
        isUsable=reason == "EnabledByPolicy",
        methodUsabilityReason=reason,
    )


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


_AUTH = "/users/{id}/authentication"
_PATHS = {
    "temporaryAccessPassMethods": "temporaryAccessPass",
    "phoneMethods": "phone",
    "fido2Methods": "fido2",
    "microsoftAuthenticatorMethods": "microsoftAuthenticator",
    "softwareOathMethods": "softwareOath",
    "windowsHelloForBusinessMethods": "windowsHelloForBusiness",
}
ROUTES: dict[str, Handler] = {
    f"GET {_AUTH}/methods": _all,
    **{f"GET {_AUTH}/{path}": _of_kind(kind) for path, kind in _PATHS.items()},
    **{f"GET {_AUTH}/{path}/{{method}}": _one_of_kind(kind) for path, kind in _PATHS.items()},
    **{f"DELETE {_AUTH}/{path}/{{method}}": _delete(kind) for path, kind in _PATHS.items()},
    f"POST {_AUTH}/phoneMethods": _add_phone,
    f"POST {_AUTH}/temporaryAccessPassMethods": _add_pass,
    f"GET {_AUTH}/requirements": _requirements,
    f"PATCH {_AUTH}/requirements": _set_requirements,
}
