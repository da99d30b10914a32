"""Writes to users, and the end of a user's sessions."""

from __future__ import annotations

from unbroken.emulator.cloud.deleted_objects import bury
from unbroken.emulator.cloud.entities import USER
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.reading import one
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World

_NEEDED = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile")
READ_ONLY = frozenset({"id", "createdDateTime", "deletedDateTime", "signInActivity", "assignedPlans"})


def bad(message: str) -> Refusal:
    """Return the refusal of a body that the directory does not take."""
    return Refusal(400, "Request_BadRequest", message)


def _create_user(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    for name in _NEEDED:
        if body.get(name) is None:
            raise bad(f"A value is required for property '{name}' of resource 'User'.")
    _check_user(world, body)
    key = world.new_id("user")
    record = {
        "id": key,
        **_storable(body),
        "userType": body.get("userType", "Member"),
        "createdDateTime": world.now,
        "mail": body.get("mail"),
    }
    world.put("users", key, {"assignedLicenses": [], "onPremisesSyncEnabled": None, **record})
    world.put("userAuthenticationRequirements", key, {"id": key, "perUserMfaState": "disabled"})
    world.put("userRegistrationDetails", key, _unregistered(world, record))
    world.audit("Add user", "UserManagement", record, call.caller.app_id)
    return one(call, world.user(key), USER, status=201)


def _unregistered(world: World, user: Wire) -> Wire:
    flags = (
        *("isAdmin", "isMfaRegistered", "isMfaCapable", "isPasswordlessCapable", "isSsprRegistered", "isSsprEnabled", "isSsprCapable"),
        "isSystemPreferredAuthenticationMethodEnabled",
    )
    named = {"id": user["id"], "userPrincipalName": user["userPrincipalName"], "userDisplayName": user["displayName"], "userType": "member"}
    lists: Wire = {"systemPreferredAuthenticationMethods": [], "methodsRegistered": []}
    preferred = {"userPreferredMethodForSecondaryAuthentication": "none", "defaultMfaMethod": "none"}
    return named | dict.fromkeys(flags, False) | lists | preferred | {"lastUpdatedDateTime": world.now}


def _storable(body: Wire) -> Wire:
    """Return the properties that are kept: never a password."""
    return {name: value for name, value in body.items() if name not in READ_ONLY | {"passwordProfile"}}


def _check_user(world: World, body: Wire, own: str = "") -> None:
    unknown = sorted(name for name in body if name not in USER.known and "@" not in name)
    if unknown:
        raise bad(f"Invalid property '{unknown[0]}'.")
    name = body.get("userPrincipalName")
    if name is None:
        return
    if str(name).rpartition("@")[2].lower() not in {domain.lower() for domain in world.of("domains")}:
        text = "The domain portion of the userPrincipalName property is invalid."
        raise bad(f"{text} You must use one of the verified domain names in your organization.")
    if any(user["userPrincipalName"].lower() == name.lower() and key != own for key, user in world.of("users").items()):
        raise bad("Another object with the same value for property userPrincipalName already exists.")


def _patch_user(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    user = world.user(call.params["id"])
    read_only = sorted(READ_ONLY & body.keys())
    if read_only:
        raise bad(f"Property '{read_only[0]}' is read-only and cannot be set.")
    _check_user(world, body, user["id"])
    world.put("users", user["id"], user | _storable(body))
    if "passwordProfile" in body:  # the password itself is not kept; that there is a new one is
        world.put("passwordResets", user["id"], {"count": world.of("passwordResets").get(user["id"], {"count": 0})["count"] + 1})
    world.audit("Update user", "UserManagement", user, call.caller.app_id)
    return empty()


def _delete_user(tenancy: Tenancy, call: Call) -> Reply:
    world, user = tenancy.world, tenancy.world.user(call.params["id"])
    bury(world, "users", user)
    world.audit("Delete user", "UserManagement", user, call.caller.app_id)
    return empty()


def _revoke(tenancy: Tenancy, call: Call) -> Reply:
    """End every session: refresh tokens given before are refused."""
    world, user = tenancy.world, tenancy.world.user(call.params["id"])
    world.put("users", user["id"], user | {"signInSessionsValidFromDateTime": world.now})
    count = world.of("revocations").get(user["id"], {"count": 0})["count"]
    world.put("revocations", user["id"], {"count": count + 1})
    return Reply(200, {"@odata.context": f"{call.root}/{call.version}/$metadata#Edm.Boolean", "value": True})


ROUTES: dict[str, Handler] = {
    "POST /users": _create_user,
    "PATCH /users/{id}": _patch_user,
    "DELETE /users/{id}": _delete_user,
    "POST /users/{id}/revokeSignInSessions": _revoke,
}
