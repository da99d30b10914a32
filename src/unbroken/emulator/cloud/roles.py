"""Role assignments: those the directory roles stand for, and those made by hand or eligible."""

from __future__ import annotations

from uuid import UUID, uuid5

from unbroken.emulator.cloud.entities import ROLE_ASSIGNMENT, ROLE_DEFINITION
from unbroken.emulator.cloud.expanding import Expands
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import P2, World


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
    principal, role = body.get("principalId", ""), body.get("roleDefinitionId", "")
    if not world.directory_object(principal):
        raise Refusal(404, "Request_ResourceNotFound", f"Resource '{principal}' does not exist.")
    if any(record["principalId"] == principal and record["roleDefinitionId"] == role for record in assignments(world)):
        raise Refusal(
            400, "Request_BadRequest", "A conflicting object with one or more of the specified property values is present in the directory."
        )
    holder = next((each for each in world.of("directoryRoles").values() if each["roleTemplateId"] == role), None) or _activate(world, role)
    world.set_members(holder["id"], [*world.members(holder["id"]), principal])
    return one(call, _assignment(world, principal, role), ROLE_ASSIGNMENT, status=201)


def _activate(world: World, template: str) -> Wire:
    key = world.new_id("directoryRole")
    return world.put("directoryRoles", key, {"id": key, "displayName": template, "description": None, "roleTemplateId": template})


def _eligible(tenancy: Tenancy, call: Call) -> Reply:
    if not tenancy.world.has_plan(P2):
        message = "The tenant needs to have Microsoft Entra ID P2 or Microsoft Entra ID Governance license."
        raise Refusal(400, "AadPremiumLicenseRequired", message)
    return page_of(tenancy, call, list(tenancy.world.of("roleEligibilitySchedules").values()), ROLE_ASSIGNMENT)


ROUTES: dict[str, Handler] = {
    "GET /roleManagement/directory/roleDefinitions": _definitions,
    "GET /roleManagement/directory/roleAssignments": _list,
    "POST /roleManagement/directory/roleAssignments": _assign,
    "GET /roleManagement/directory/roleEligibilitySchedules": _eligible,
}
