"""A call of every route that writes and answers with a body."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from emulating import Client, passkey
from graph_schema import AUTH, CA

Step = tuple[str, str, Any]
"""Route, path, body."""


@dataclass
class Writes:
    """One call of every route that writes and answers with a body, in an order in which each can be made."""

    graph: Client
    made: dict[str, str] = field(default_factory=dict)
    """Route -> the id of what it made."""

    def objects(self) -> Iterator[Step]:
        world = self.graph.emulation.world
        domain, user, role = next(iter(world.of("domains"))), next(iter(world.of("users"))), "4a5d8f65-41da-4de4-8968-e035b65339cf"
        person = {"accountEnabled": True, "displayName": "x", "mailNickname": "x", "passwordProfile": {"password": "correct horse"}}
        pilot = {"displayName": "x", "mailEnabled": False, "mailNickname": "x", "securityEnabled": True}
        yield "POST /users", "/users", person | {"userPrincipalName": f"x@{domain}"}
        yield "POST /groups", "/groups", pilot
        yield "POST /directoryRoles", "/directoryRoles", {"roleTemplateId": role}
        assigned = {"roleDefinitionId": role, "principalId": user, "directoryScopeId": "/"}
        roles = "/roleManagement/directory"
        yield f"POST {roles}/roleAssignments", f"{roles}/roleAssignments", assigned
        yield f"GET {roles}/roleAssignments/{{id}}", f"{roles}/roleAssignments/{self.made[f'POST {roles}/roleAssignments']}", None
        asked = assigned | {"action": "adminAssign", "roleDefinitionId": "e8611ab8-c189-46e8-94e1-60213ab1f814", "scheduleInfo": {}}
        asked["scheduleInfo"] = {"expiration": {"type": "afterDuration", "duration": "P1D"}}
        for kind in ("Eligibility", "Assignment"):
            path = f"{roles}/role{kind}ScheduleRequests"
            yield f"POST {path}", path, asked
            yield f"GET {path}/{{id}}", f"{path}/{self.made[f'POST {path}']}", None
            yield f"GET {roles}/role{kind}Schedules", f"{roles}/role{kind}Schedules", None
            yield f"GET {roles}/role{kind}ScheduleInstances", f"{roles}/role{kind}ScheduleInstances", None
        yield "POST /directoryObjects/getByIds", "/directoryObjects/getByIds", {"ids": [user, self.made["POST /groups"]]}
        yield from self.deleted("/directory/deletedItems", "/users", self.made["POST /users"], "/microsoft.graph.user")
        yield from self.deleted("/directory/deletedItems", "/groups", self.made["POST /groups"], "/microsoft.graph.group")

    def deleted(self, items: str, collection: str, key: str, listed: str) -> Iterator[Step]:
        assert self.graph.send("DELETE", f"/v1.0{collection}/{key}").status_code == 204
        yield f"GET {items}{listed}", f"{items}{listed}", None
        if items == "/directory/deletedItems":
            yield f"GET {items}/{{id}}", f"{items}/{key}", None
            listed = ""
        yield f"POST {items}{listed}/{{id}}/restore", f"{items}{listed}/{key}/restore", {}

    def policies(self) -> Iterator[Step]:
        conditions = {"clientAppTypes": ["all"], "applications": {"includeApplications": ["All"]}, "users": {"includeUsers": ["All"]}}
        strength = next(iter(self.graph.emulation.world.of("authenticationStrengthPolicies")))
        grant = {"operator": "OR", "builtInControls": [], "authenticationStrength": {"id": strength}}
        policy = {"displayName": "x", "state": "disabled", "conditions": conditions, "grantControls": grant}
        country = {"@odata.type": "#microsoft.graph.countryNamedLocation", "displayName": "x", "countriesAndRegions": ["CH"]}
        for name, body in (("policies", policy), ("namedLocations", country)):
            yield f"POST {CA}/{name}", f"{CA}/{name}", body
            yield from self.deleted(f"{CA}/deletedItems", f"{CA}/{name}", self.made[f"POST {CA}/{name}"], f"/{name}")
        contexts = f"{CA}/authenticationContextClassReferences"
        yield f"POST {contexts}", contexts, {"id": "c1", "displayName": "x"}
        yield f"GET {contexts}", contexts, None
        yield f"GET {contexts}/{{id}}", f"{contexts}/c1", None
        user = next(iter(self.graph.emulation.world.of("users")))
        asked = {"signInIdentity": {"@odata.type": "#microsoft.graph.userSignIn", "userId": user}, "signInConditions": {}}
        where = {"@odata.type": "#microsoft.graph.applicationContext", "includeApplications": ["00000003-0000-0000-c000-000000000000"]}
        yield f"POST {CA}/evaluate", f"{CA}/evaluate", asked | {"signInContext": where}

    def methods(self) -> Iterator[Step]:
        user = self.made["POST /users"]
        path = AUTH.replace("{id}", user)
        yield f"POST {AUTH}/temporaryAccessPassMethods", f"{path}/temporaryAccessPassMethods", {"lifetimeInMinutes": 60}
        yield f"POST {AUTH}/phoneMethods", f"{path}/phoneMethods", {"phoneNumber": "+44 7700900123", "phoneType": "mobile"}
        yield f"POST {AUTH}/emailMethods", f"{path}/emailMethods", {"emailAddress": "x@home.example"}
        options = self.graph.get(f"/v1.0{path}/fido2Methods/creationOptions").json()["publicKey"]
        yield f"POST {AUTH}/fido2Methods", f"{path}/fido2Methods", passkey(options["challenge"])
