"""Authentication methods of one user: read, phones and mail addresses added, whatever is not a password taken away."""

from __future__ import annotations

import re

from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.method_store import PHONE_IDS, kind_of, method, methods_of, store_methods
from unbroken.emulator.cloud.policy_entities import METHOD
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import missing

_NUMBER = re.compile(r"\+\d{1,3} \d{4,14}(x\d{1,9})?")
EMAIL_ID = "3ddfcfc8-9383-446f-83cc-3ab9be4be18f"
"""The id every mail address for password reset has."""


def _all(tenancy: Tenancy, call: Call) -> Reply:
    user = tenancy.world.user(call.params["id"])
    return page_of(tenancy, call, [_hidden(each) for each in methods_of(tenancy.world, user["id"])], METHOD)


def _of_kind(kind: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        user = tenancy.world.user(call.params["id"])
        found = [_hidden(each) for each in methods_of(tenancy.world, user["id"]) if kind_of(each) == kind]
        return page_of(tenancy, call, found, METHOD)

    return handler


def _one_of_kind(kind: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        user = tenancy.world.user(call.params["id"])
        found = [each for each in methods_of(tenancy.world, user["id"]) if kind_of(each) == kind and each["id"] == call.params["method"]]
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
        kept = [each for each in methods if kind_of(each) != kind or each["id"] != call.params["method"]]
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
    added = method("phone", PHONE_IDS[kind], phoneNumber=number, phoneType=kind, smsSignInState="notAllowedByPolicy")
    store_methods(world, user["id"], [*methods, added])
    return one(call, added, METHOD, status=201)


def _add_email(tenancy: Tenancy, call: Call) -> Reply:
    world, user, address = tenancy.world, tenancy.world.user(call.params["id"]), call.json().get("emailAddress")
    methods = methods_of(world, user["id"])
    if not isinstance(address, str) or "@" not in address or any(kind_of(each) == "email" for each in methods):
        raise Refusal(400, "badRequest", "The email address is not valid, or the user has one.")
    added = method("email", EMAIL_ID, emailAddress=address)
    store_methods(world, user["id"], [*methods, added])
    return one(call, added, METHOD, status=201)


_AUTH = "/users/{id}/authentication"
_PATHS = {
    "passwordMethods": "password",
    "emailMethods": "email",
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
    **{f"DELETE {_AUTH}/{path}/{{method}}": _delete(kind) for path, kind in _PATHS.items() if kind != "password"},
    f"POST {_AUTH}/phoneMethods": _add_phone,
    f"POST {_AUTH}/emailMethods": _add_email,
}
