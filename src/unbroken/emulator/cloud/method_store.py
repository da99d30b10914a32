"""The authentication methods that a user has: those that the registration report speaks of, until somebody changes them here."""

from __future__ import annotations

from uuid import UUID, uuid5

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World

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


def methods_of(world: World, user: str) -> list[Wire]:
    """Return the methods of a user; those the report speaks of until somebody changes them here."""
    stored = world.of("authenticationMethods").get(user)
    if stored:
        return list(stored["methods"])
    words = (world.of("userRegistrationDetails").get(user) or {}).get("methodsRegistered") or ()
    kinds = dict.fromkeys(_REGISTERED[word] for word in words if word in _REGISTERED)
    return [method("password", PASSWORD_ID, password=None), *(_derived(user, kind, phone) for kind, phone in kinds)]


def _derived(user: str, kind: str, phone: str) -> Wire:
    if kind == "phone":
        return method("phone", PHONE_IDS[phone], phoneNumber="+44 7700900000", phoneType=phone, smsSignInState="notAllowedByPolicy")
    details: dict[str, Wire] = {
        "microsoftAuthenticator": {"displayName": "Phone", "deviceTag": "SoftwareTokenActivated", "phoneAppVersion": "6.2509.6"},
        "fido2": {"displayName": "Security key", "model": "Security key", "attestationLevel": "attested"},
        "windowsHelloForBusiness": {"displayName": "Computer", "keyStrength": "normal"},
        "softwareOath": {"secretKey": None},
    }
    return method(kind, str(uuid5(UUID(user), kind)), **details.get(kind, {}))


def new_method(world: World, kind: str) -> Wire:
    """Return a method of a kind that a user can register, with an id nobody has; a phone is a mobile one."""
    made = _derived(world.tenant_id, kind, "mobile")
    return made if kind == "phone" else made | {"id": world.new_id(kind), "createdDateTime": world.now}


def method(kind: str, key: str, **details: object) -> Wire:
    """Return an authentication method as Graph writes it."""
    return {"@odata.type": f"#microsoft.graph.{kind}AuthenticationMethod", "id": key, **details}


def kind_of(record: Wire) -> str:
    """Return `phone` of a phoneAuthenticationMethod."""
    return str(record["@odata.type"]).removeprefix("#microsoft.graph.").removesuffix("AuthenticationMethod")


def store_methods(world: World, user: str, methods: list[Wire]) -> None:
    """Write a user's methods; the registration report learns of it later."""
    world.put("authenticationMethods", user, {"methods": methods})
    row = world.of("userRegistrationDetails").get(user)
    if row is None:
        return
    words = {pair: word for word, pair in reversed(_REGISTERED.items()) if word != "fido2"}
    found = [words[kind_of(each), each.get("phoneType", "")] for each in methods if (kind_of(each), each.get("phoneType", "")) in words]
    strong = any(kind_of(each) in _STRONG for each in methods)
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
