"""Writes to the directory: users, groups and their members, and the end of a user's sessions."""

from __future__ import annotations

from unbroken.emulator.cloud.directory import no_mailbox
from unbroken.emulator.cloud.entities import GROUP, USER
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.permissions import denied
from unbroken.emulator.cloud.reading import one
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World, missing

_NEEDED = ("accountEnabled", "displayName", "mailNickname", "userPrincipalName", "passwordProfile")
_READ_ONLY = frozenset({"id", "createdDateTime", "deletedDateTime", "signInActivity", "assignedPlans"})
ROLE_GROUPS = "RoleManagement.ReadWrite.Directory"
"""The permission that changes groups which roles can be assigned to."""
MOST_RECIPIENTS = 500


def _bad(message: str) -> Refusal:
    return Refusal(400, "Request_BadRequest", message)


def _create_user(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    for name in _NEEDED:
        if body.get(name) is None:
            raise _bad(f"A value is required for property '{name}' of resource 'User'.")
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
    return {name: value for name, value in body.items() if name not in _READ_ONLY | {"passwordProfile"}}


def _check_user(world: World, body: Wire, own: str = "") -> None:
    unknown = sorted(name for name in body if name not in USER.known and "@" not in name)
    if unknown:
        raise _bad(f"Invalid property '{unknown[0]}'.")
    name = body.get("userPrincipalName")
    if name is None:
        return
    if str(name).rpartition("@")[2].lower() not in {domain.lower() for domain in world.of("domains")}:
        text = "The domain portion of the userPrincipalName property is invalid."
        raise _bad(f"{text} You must use one of the verified domain names in your organization.")
    if any(user["userPrincipalName"].lower() == name.lower() and key != own for key, user in world.of("users").items()):
        raise _bad("Another object with the same value for property userPrincipalName already exists.")


def _patch_user(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    user = world.user(call.params["id"])
    read_only = sorted(_READ_ONLY & body.keys())
    if read_only:
        raise _bad(f"Property '{read_only[0]}' is read-only and cannot be set.")
    _check_user(world, body, user["id"])
    world.put("users", user["id"], user | _storable(body))
    if "passwordProfile" in body:  # the password itself is not kept; that there is a new one is
        world.put("passwordResets", user["id"], {"count": world.of("passwordResets").get(user["id"], {"count": 0})["count"] + 1})
    world.audit("Update user", "UserManagement", user, call.caller.app_id)
    return empty()


def _delete_user(tenancy: Tenancy, call: Call) -> Reply:
    world, user = tenancy.world, tenancy.world.user(call.params["id"])
    for collection in ("groups", "directoryRoles"):
        for holder in world.of(collection):
            if user["id"] in world.members(holder):
                world.set_members(holder, [member for member in world.members(holder) if member != user["id"]])
    world.remove("users", user["id"])
    world.audit("Delete user", "UserManagement", user, call.caller.app_id)
    return empty()


def _revoke(tenancy: Tenancy, call: Call) -> Reply:
    """End every session: refresh tokens given before are refused."""
    world, user = tenancy.world, tenancy.world.user(call.params["id"])
    world.put("users", user["id"], user | {"signInSessionsValidFromDateTime": world.now})
    count = world.of("revocations").get(user["id"], {"count": 0})["count"]
    world.put("revocations", user["id"], {"count": count + 1})
    return Reply(200, {"@odata.context": f"{call.root}/{call.version}/$metadata#Edm.Boolean", "value": True})


def _create_group(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    for name in ("displayName", "mailEnabled", "mailNickname", "securityEnabled"):
        if body.get(name) is None:
            raise _bad(f"A value is required for property '{name}' of resource 'Group'.")
    if body.get("isAssignableToRole"):
        _demand_role_groups(call)
        if not body["securityEnabled"] or "DynamicMembership" in (body.get("groupTypes") or ()):
            raise _bad("A role-assignable group must have securityEnabled true and assigned membership.")
    key = world.new_id("group")
    plain = {name: value for name, value in body.items() if "@" not in name}
    record = {"id": key, "description": None, "groupTypes": [], "isAssignableToRole": None, "createdDateTime": world.now, **plain}
    world.put("groups", key, record)
    world.set_members(key, [_reference(world, address) for address in body.get("members@odata.bind") or ()])
    world.audit("Add group", "GroupManagement", record, call.caller.app_id)
    return one(call, record, GROUP, status=201)


def _patch_group(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    group = world.found("groups", call.params["id"])
    if body.get("isAssignableToRole", group.get("isAssignableToRole")) != group.get("isAssignableToRole"):
        raise _bad("The property 'isAssignableToRole' cannot be changed.")
    if group.get("isAssignableToRole"):
        _demand_role_groups(call)
    added = [_reference(world, address) for address in body.get("members@odata.bind") or ()]
    world.put("groups", group["id"], group | {name: value for name, value in body.items() if "@" not in name and name not in _READ_ONLY})
    if added:
        _add(world, group["id"], added)
    return empty()


def _delete_group(tenancy: Tenancy, call: Call) -> Reply:
    world = tenancy.world
    group = world.remove("groups", call.params["id"])
    for holder in world.of("groups"):
        if group["id"] in world.members(holder):
            world.set_members(holder, [member for member in world.members(holder) if member != group["id"]])
    world.audit("Delete group", "GroupManagement", group, call.caller.app_id)
    return empty()


def _add_member(tenancy: Tenancy, call: Call) -> Reply:
    world, group = tenancy.world, tenancy.world.found("groups", call.params["id"])
    if group.get("isAssignableToRole"):
        _demand_role_groups(call)
    _add(world, group["id"], [_reference(world, str(call.json().get("@odata.id", "")))])
    world.audit("Add member to group", "GroupManagement", group, call.caller.app_id)
    return empty()


def _add(world: World, group: str, added: list[str]) -> None:
    members = world.members(group)
    if set(added) & set(members):
        raise _bad("One or more added object references already exist for the following modified properties: 'members'.")
    world.set_members(group, [*members, *added])


def _remove_member(tenancy: Tenancy, call: Call) -> Reply:
    world, group, member = tenancy.world, tenancy.world.found("groups", call.params["id"]), call.params["member"]
    if group.get("isAssignableToRole"):
        _demand_role_groups(call)
    members = world.members(group["id"])
    if member not in members:
        raise missing(member)
    world.set_members(group["id"], [each for each in members if each != member])
    world.audit("Remove member from group", "GroupManagement", group, call.caller.app_id)
    return empty()


def _reference(world: World, address: str) -> str:
    """Return the id at the end of an address of a directory object."""
    key = address.rstrip("/").rpartition("/")[2]
    if not world.directory_object(key):
        raise missing(key)
    return key


def _demand_role_groups(call: Call) -> None:
    if ROLE_GROUPS not in call.caller.permissions:
        raise denied()


def _send_mail(tenancy: Tenancy, call: Call) -> Reply:
    """Accept a mail and lay it into the outbox; nobody gets it."""
    world, user, body = tenancy.world, tenancy.world.user(call.params["id"]), call.json()
    if not user.get("mail"):
        raise no_mailbox()
    message = body.get("message") or body.get("Message")
    if not isinstance(message, dict):
        raise Refusal(400, "ErrorInvalidRequest", "Cannot read the request body: it has no message.")
    recipients = [each for name in ("toRecipients", "ccRecipients", "bccRecipients") for each in message.get(name) or ()]
    if not recipients:
        raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient is not valid., Recipients are missing.")
    if len(recipients) > MOST_RECIPIENTS or any("@" not in str((each.get("emailAddress") or {}).get("address")) for each in recipients):
        raise Refusal(400, "ErrorInvalidRecipients", "At least one recipient is not valid.")
    key = world.new_id("mail")
    world.put("outbox", key, {"id": key, "from": user["userPrincipalName"], "sentDateTime": world.now, "message": message})
    return empty(202)


ROUTES: dict[str, Handler] = {
    "POST /users": _create_user,
    "PATCH /users/{id}": _patch_user,
    "DELETE /users/{id}": _delete_user,
    "POST /users/{id}/revokeSignInSessions": _revoke,
    "POST /users/{id}/sendMail": _send_mail,
    "POST /groups": _create_group,
    "PATCH /groups/{id}": _patch_group,
    "DELETE /groups/{id}": _delete_group,
    "POST /groups/{id}/members/$ref": _add_member,
    "DELETE /groups/{id}/members/{member}/$ref": _remove_member,
}
