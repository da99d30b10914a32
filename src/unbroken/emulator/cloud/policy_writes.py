"""Writes to Conditional Access policies, and what policies and named locations have in common: deleted ones are kept for thirty days."""

from __future__ import annotations

from dataclasses import replace

from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.history import POLICIES
from unbroken.emulator.cloud.message import Call, Reply, Wire, empty
from unbroken.emulator.cloud.policy_entities import NAMED_LOCATION, POLICY
from unbroken.emulator.cloud.policy_shape import READ_ONLY, complete, refuse_under_defaults
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.recycling import discard, found_in, kept_in, taken_out
from unbroken.emulator.cloud.tenancy import Handler, Tenancy

LOCATIONS = "namedLocations"
CONTAINERS = {POLICIES: "deletedPolicies", LOCATIONS: "deletedNamedLocations"}
_ENTITY: dict[str, Entity] = {POLICIES: POLICY, LOCATIONS: NAMED_LOCATION}
_WORD = {POLICIES: "conditional access policy", LOCATIONS: "named location policy"}
CATEGORY = "Policy"


def _create_policy(tenancy: Tenancy, call: Call) -> Reply:
    world = tenancy.world
    policy = complete(world, call.json())
    refuse_under_defaults(world, policy["state"])
    key = world.new_id("conditionalAccessPolicy")
    record = {"id": key, "templateId": None, "createdDateTime": world.now, "modifiedDateTime": None, **policy}
    return written(tenancy, call, POLICIES, record, "Add")


def _patch_policy(tenancy: Tenancy, call: Call) -> Reply:
    """Change a policy: each property that is sent is replaced, of `conditions` each condition that is sent."""
    world, body = tenancy.world, call.json()
    old = world.found(POLICIES, call.params["id"])
    sent = {name: value for name, value in body.items() if name not in READ_ONLY}
    merged = {
        name: old.get(name) for name in ("displayName", "description", "state", "conditions", "grantControls", "sessionControls")
    } | sent
    if isinstance(sent.get("conditions"), dict):
        merged["conditions"] = old["conditions"] | sent["conditions"]
    policy = complete(world, merged)
    refuse_under_defaults(world, sent.get("state"))
    return written(tenancy, call, POLICIES, old | policy | {"modifiedDateTime": world.now}, "Update")


def written(tenancy: Tenancy, call: Call, collection: str, record: Wire, verb: str) -> Reply:
    """Keep a policy or location, note it in the audit log, and return the answer."""
    tenancy.world.put(collection, record["id"], record)
    tenancy.world.audit(f"{verb} {_WORD[collection]}", CATEGORY, record, call.caller.app_id)
    return one(call, record, _ENTITY[collection], status=201) if verb == "Add" else empty()


def deleted(tenancy: Tenancy, call: Call, collection: str) -> Reply:
    """Delete a policy or location, so that it can be restored."""
    world, key = tenancy.world, call.params["id"]
    record = world.remove(collection, key)
    discard(world, CONTAINERS[collection], key, record)
    world.audit(f"Delete {_WORD[collection]}", CATEGORY, record, call.caller.app_id)
    return empty()


def _delete(tenancy: Tenancy, call: Call) -> Reply:
    return deleted(tenancy, call, POLICIES)


def list_deleted(collection: str) -> Handler:
    """Return the handler that lists what was deleted."""

    def handler(tenancy: Tenancy, call: Call) -> Reply:
        found = kept_in(tenancy.world, CONTAINERS[collection])
        return page_of(tenancy, call, list(found.values()), replace(_ENTITY[collection], unfiltered=True))

    return handler


def restore(collection: str) -> Handler:
    """Return the handler that brings back what was deleted, as it was."""

    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, key = tenancy.world, call.params["id"]
        refuse_under_defaults(world, found_in(world, CONTAINERS[collection], key).get("state"))
        record = world.put(collection, key, taken_out(world, CONTAINERS[collection], key))
        world.audit(f"Restore {_WORD[collection]}", CATEGORY, record, call.caller.app_id)
        return one(call, record, _ENTITY[collection])

    return handler


def _purge(tenancy: Tenancy, call: Call) -> Reply:
    taken_out(tenancy.world, CONTAINERS[POLICIES], call.params["id"])
    return empty()


_CA = "/identity/conditionalAccess"
ROUTES: dict[str, Handler] = {
    f"POST {_CA}/policies": _create_policy,
    f"PATCH {_CA}/policies/{{id}}": _patch_policy,
    f"DELETE {_CA}/policies/{{id}}": _delete,
    f"GET {_CA}/deletedItems/policies": list_deleted(POLICIES),
    f"POST {_CA}/deletedItems/policies/{{id}}/restore": restore(POLICIES),
    f"DELETE {_CA}/deletedItems/policies/{{id}}": _purge,
}
