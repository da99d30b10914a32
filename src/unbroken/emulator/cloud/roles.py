"""Role assignments: those the directory roles stand for, and those made by hand or eligible."""

from __future__ import annotations

from uuid import UUID, uuid5

from unbroken.emulator.cloud.consistency import demand_reached
from unbroken.emulator.cloud.entities import DIRECTORY_ROLE, ROLE_ASSIGNMENT, ROLE_DEFINITION
from unbroken.emulator.cloud.expanding import Expands
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import P2, World, missing


def assignments(world: World) -> list[Wire]:
    """Return the role assignments: those of the tenant folder, and one for each holder of an activated role that has none."""
    found = list(world.of("roleAssignments").values())
    held = {(record["principalId"], record["roleDefinitionId"]) for record in found if record.get("directoryScopeId") == "/"}
    for role in world.of("directoryRoles").values():
        template = role["roleTemplateId"]
        found += [_assignment(world, member, template) for member in world.members(role["id"]) if (member, template) not in held]
    return found


def _assignment(world: World, principal: str, role: str) -> Wire:
    key = str(uuid5(UUID(world.tenant_id), f"role assignment {principal} {role}"))
    return {"id": key, "principalId": principal, "roleDefinitionId": role, "directoryScopeId": "/"}


def _list(tenancy: Tenancy, call: Call) -> Reply:
    expands: Expands = {
        "principal": lambda record: _principal(tenancy.world, record["principalId"]),
        "roleDefinition": lambda record: _definition(tenancy.world, record["roleDefinitionId"]),
    }
    return page_of(tenancy, call, assignments(tenancy.world), ROLE_ASSIGNMENT, expands)


def _definition(world: World, template: str) -> Wire:
    """Return a built-in role as far as the activated roles tell."""
    named = next((role["displayName"] for role in world.of("directoryRoles").values() if role["roleTemplateId"] == template), None)
    return {"id": template, "templateId": template, "displayName": named, "isBuiltIn": True, "isEnabled": True}


def _definitions(tenancy: Tenancy, call: Call) -> Reply:
    """Return the roles that are activated; the real service also lists those that nobody uses."""
    templates = dict.fromkeys(role["roleTemplateId"] for role in tenancy.world.of("directoryRoles").values())
    return page_of(tenancy, call, [_definition(tenancy.world, template) for template in templates], ROLE_DEFINITION)


def _principal(world: World, key: str) -> Wire | None:
    found = world.directory_object(key)
    if not found:
        return None
    kind = {"users": "user", "groups": "group", "servicePrincipals": "servicePrincipal", "devices": "device"}[found[0]]
    names = ("id", "displayName", "userPrincipalName", "appId")
    return {"@odata.type": f"#microsoft.graph.{kind}"} | {name: found[1][name] for name in names if name in found[1]}


def _assign(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    principal, role = str(body.get("principalId", "")), str(body.get("roleDefinitionId", ""))
    if not world.directory_object(principal):
        raise Refusal(404, "Request_ResourceNotFound", f"Resource '{principal}' does not exist.")
    demand_reached(world, [principal])
    assign(world, principal, role, "Request_BadRequest")
    world.audit("Add member to role", "RoleManagement", {"id": principal}, call.caller.app_id)
    return one(call, _assignment(world, principal, role), ROLE_ASSIGNMENT, status=201)


_CONFLICTS = {
    "Request_BadRequest": "A conflicting object with one or more of the specified property values is present in the directory.",
    "RoleAssignmentExists": "The Role assignment already exists.",
}


def assign(world: World, principal: str, role: str, conflict: str) -> None:
    """Give somebody a role for the whole directory; a role that nobody had is activated.

    Raises:
        Refusal: 400 with the code `conflict`, it has it.
    """
    if any(record["principalId"] == principal and record["roleDefinitionId"] == role for record in assignments(world)):
        raise Refusal(400, conflict, _CONFLICTS[conflict])
    holder = _activated(world, role) or _activate(world, role)
    world.set_members(holder["id"], [*world.members(holder["id"]), principal])


def withdraw(world: World, principal: str, role: str) -> None:
    """Take a role from somebody, however it was given."""
    for key, record in list(world.of("roleAssignments").items()):
        if (record["principalId"], record["roleDefinitionId"]) == (principal, role):
            world.remove("roleAssignments", key)
    holder = _activated(world, role)
    if holder:
        world.set_members(holder["id"], [member for member in world.members(holder["id"]) if member != principal])


def _activated(world: World, template: str) -> Wire | None:
    return next((role for role in world.of("directoryRoles").values() if role["roleTemplateId"] == template), None)


def _activate(world: World, template: str) -> Wire:
    key = world.new_id("directoryRole")
    return world.put("directoryRoles", key, {"id": key, "displayName": template, "description": None, "roleTemplateId": template})


def _one(tenancy: Tenancy, call: Call) -> Reply:
    return one(call, _found(tenancy.world, call.params["id"]), ROLE_ASSIGNMENT)


def _unassign(tenancy: Tenancy, call: Call) -> Reply:
    record = _found(tenancy.world, call.params["id"])
    withdraw(tenancy.world, record["principalId"], record["roleDefinitionId"])
    tenancy.world.audit("Remove member from role", "RoleManagement", {"id": record["principalId"]}, call.caller.app_id)
    return empty()


def _found(world: World, key: str) -> Wire:
    found = next((record for record in assignments(world) if record["id"] == key), None)
    if found is None:
        raise missing(key)
    return found


def _activate_role(tenancy: Tenancy, call: Call) -> Reply:
    """Activate a built-in role, so that members can be added to it."""
    template = call.json().get("roleTemplateId")
    if not isinstance(template, str) or _activated(tenancy.world, template):
        raise Refusal(400, "Request_BadRequest", _CONFLICTS["Request_BadRequest"])
    return one(call, _activate(tenancy.world, template), DIRECTORY_ROLE, status=201)


def demand_p2(world: World) -> None:
    """Let only a tenant with P2 pass.

    Raises:
        Refusal: 400.
    """
    if not world.has_plan(P2):
        message = "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
        raise Refusal(400, "AadPremiumLicenseRequired", message)


ROUTES: dict[str, Handler] = {
    "GET /roleManagement/directory/roleDefinitions": _definitions,
    "GET /roleManagement/directory/roleAssignments": _list,
    "POST /roleManagement/directory/roleAssignments": _assign,
    "GET /roleManagement/directory/roleAssignments/{id}": _one,
    "DELETE /roleManagement/directory/roleAssignments/{id}": _unassign,
    "POST /directoryRoles": _activate_role,
}
