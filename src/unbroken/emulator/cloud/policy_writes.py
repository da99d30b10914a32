"""Writes to Conditional Access: policies and named locations, kept for thirty days when deleted; security defaults; methods policy."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

from unbroken.emulator.cloud import entities
from unbroken.emulator.cloud.entities import Entity
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.policy_reads import DEFAULTS, METHODS_POLICY
from unbroken.emulator.cloud.policy_shape import READ_ONLY, complete, refuse_under_defaults
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World, missing

POLICIES, LOCATIONS = "conditionalAccessPolicies", "namedLocations"
KEPT_SECONDS = 30 * 86400
_CATEGORY = "Policy"
_BIN = {POLICIES: "deletedPolicies", LOCATIONS: "deletedNamedLocations"}
_ENTITY: dict[str, Entity] = {POLICIES: entities.POLICY, LOCATIONS: entities.NAMED_LOCATION}
_WORD = {POLICIES: "conditional access policy", LOCATIONS: "named location policy"}


def _create_policy(tenancy: Tenancy, call: Call) -> Reply:
    world = tenancy.world
    policy = complete(world, call.json())
    refuse_under_defaults(world, policy["state"])
    key = world.new_id("conditionalAccessPolicy")
    record = {"id": key, "templateId": None, "createdDateTime": world.now, "modifiedDateTime": None, **policy}
    return _written(tenancy, call, POLICIES, record, "Add")


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
    return _written(tenancy, call, POLICIES, old | policy | {"modifiedDateTime": world.now}, "Update")


def _written(tenancy: Tenancy, call: Call, collection: str, record: Wire, verb: str) -> Reply:
    tenancy.world.put(collection, record["id"], record)
    tenancy.world.audit(f"{verb} {_WORD[collection]}", _CATEGORY, record, call.caller.app_id)
    return one(call, record, _ENTITY[collection], status=201) if verb == "Add" else empty()


def _create_location(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    _check_location(body)
    key = world.new_id("namedLocation")
    record = {"@odata.type": body["@odata.type"], "id": key, "createdDateTime": world.now, "modifiedDateTime": world.now}
    return _written(tenancy, call, LOCATIONS, record | {name: value for name, value in body.items() if name not in record}, "Add")


def _patch_location(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    old = world.found(LOCATIONS, call.params["id"])
    if body.get("@odata.type", old["@odata.type"]) != old["@odata.type"]:
        raise _no_location("a location cannot change its type")
    record = old | {name: value for name, value in body.items() if name not in READ_ONLY} | {"modifiedDateTime": world.now}
    _check_location(record)
    return _written(tenancy, call, LOCATIONS, record, "Update")


def _check_location(body: Wire) -> None:
    kind = str(body.get("@odata.type", "")).removeprefix("#microsoft.graph.")
    if not body.get("displayName"):
        raise _no_location("displayName is missing")
    if kind == "ipNamedLocation" and body.get("ipRanges"):
        for entry in body["ipRanges"]:
            _check_range(entry)
    elif kind != "countryNamedLocation" or not body.get("countriesAndRegions"):
        raise _no_location("neither ipRanges of an ipNamedLocation nor countriesAndRegions of a countryNamedLocation")


def _check_range(entry: Any) -> None:  # noqa: ANN401 -- what a client sent
    try:
        ip_network(entry["cidrAddress"], strict=False)
    except (KeyError, TypeError, ValueError):
        raise _no_location(f"no range of addresses: {entry}") from None


def _no_location(detail: str) -> Refusal:
    return Refusal(
        400, "BadRequest", f"1007: Incoming NamedLocation object is null or does not match the schema of NamedLocation type. ({detail})"
    )


def _delete(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, key = tenancy.world, call.params["id"]
        if collection == LOCATIONS:
            _refuse_in_use(world, key)
        record = world.remove(collection, key)
        world.put(_BIN[collection], key, record | {"deletedDateTime": world.now})
        world.audit(f"Delete {_WORD[collection]}", _CATEGORY, record, call.caller.app_id)
        return empty()

    return handler


def _refuse_in_use(world: World, key: str) -> None:
    record = world.found(LOCATIONS, key)
    if record.get("isTrusted"):
        raise Refusal(400, "BadRequest", "A trusted named location cannot be deleted. Set isTrusted to false first.")
    for policy in world.of(POLICIES).values():
        locations = policy["conditions"].get("locations") or {}
        if key in (*(locations.get("includeLocations") or ()), *(locations.get("excludeLocations") or ())):
            raise Refusal(400, "BadRequest", f"The named location is used by the policy '{policy['displayName']}'.")


def _bin(world: World, collection: str) -> dict[str, Wire]:
    """Return what was deleted in the last thirty days; older ones go now."""
    kept = world.of(_BIN[collection])
    for key, record in list(kept.items()):
        deleted = datetime.fromisoformat(record["deletedDateTime"]).astimezone(UTC).timestamp()
        if world.clock() - deleted > KEPT_SECONDS:
            world.remove(_BIN[collection], key)
    return kept


def _deleted(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        return page_of(tenancy, call, list(_bin(tenancy.world, collection).values()), replace(_ENTITY[collection], unfiltered=True))

    return handler


def _restore(collection: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        world, key = tenancy.world, call.params["id"]
        if key not in _bin(world, collection):
            raise missing(key)
        refuse_under_defaults(world, world.found(_BIN[collection], key).get("state"))
        record = {name: value for name, value in world.remove(_BIN[collection], key).items() if name != "deletedDateTime"}
        world.put(collection, key, record)
        world.audit(f"Restore {_WORD[collection]}", _CATEGORY, record, call.caller.app_id)
        return one(call, record, _ENTITY[collection])

    return handler


def _purge(tenancy: Tenancy, call: Call) -> Reply:
    tenancy.world.remove(_BIN[POLICIES], call.params["id"])
    return empty()


def _patch_defaults(tenancy: Tenancy, call: Call) -> Reply:
    world, wanted = tenancy.world, call.json().get("isEnabled")
    if not isinstance(wanted, bool):
        raise Refusal(400, "BadRequest", "isEnabled must be true or false.")
    if wanted and any(policy["state"] == "enabled" for policy in world.of(POLICIES).values()):
        message = "Security Defaults cannot be enabled while Conditional Access policies are enabled in the tenant."
        raise Refusal(400, "BadRequest", message)
    world.put("settings", DEFAULTS, world.setting(DEFAULTS) | {"isEnabled": wanted})
    world.audit("Update security defaults", _CATEGORY, {"id": DEFAULTS, "displayName": "Security Defaults"}, call.caller.app_id)
    return empty()


def _patch_methods_policy(tenancy: Tenancy, call: Call) -> Reply:
    """Change what is sent of the policy, as the service does for `registrationEnforcement`."""
    world, body = tenancy.world, call.json()
    allowed = {
        "registrationEnforcement",
        "policyMigrationState",
        "reconfirmationInDays",
        "systemCredentialPreferences",
        "reportSuspiciousActivitySettings",
    }
    unknown = sorted(name for name in body if name not in allowed and "@" not in name)
    if unknown:
        raise Refusal(400, "badRequest", f"The property '{unknown[0]}' cannot be changed here.")
    _check_campaign(body, beta=call.beta)
    world.put("settings", METHODS_POLICY, world.setting(METHODS_POLICY) | {name: value for name, value in body.items() if "@" not in name})
    world.audit("Update authentication methods policy", _CATEGORY, {"id": METHODS_POLICY}, call.caller.app_id)
    return empty()


def _check_campaign(body: Wire, *, beta: bool) -> None:
    campaign = (body.get("registrationEnforcement") or {}).get("authenticationMethodsRegistrationCampaign")
    if campaign is None:
        return
    days = campaign.get("snoozeDurationInDays", 1)
    if campaign.get("state", "default") not in {"default", "enabled", "disabled"} or not isinstance(days, int) or not 0 <= days <= 14:
        raise Refusal(
            400,
            "badRequest",
            "The registration campaign is not valid: state is default, enabled or disabled, and a snooze is 0 to 14 days.",
        )
    if "enforceRegistrationAfterAllowedSnoozes" in campaign and not beta:
        raise Refusal(400, "badRequest", "The property 'enforceRegistrationAfterAllowedSnoozes' does not exist on this version.")


def _patch_configuration(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    policy = world.setting(METHODS_POLICY)
    configurations: list[Wire] = list(policy.get("authenticationMethodConfigurations") or [])
    place = next((number for number, each in enumerate(configurations) if each["id"].lower() == call.params["id"].lower()), None)
    if place is None:
        raise missing(call.params["id"])
    old = configurations[place]
    if body.get("@odata.type") != old["@odata.type"]:
        raise Refusal(400, "badRequest", f"The request must carry '@odata.type': '{old['@odata.type']}'.")
    if body.get("state", old["state"]) not in {"enabled", "disabled"}:
        raise Refusal(400, "badRequest", "state must be enabled or disabled.")
    configurations[place] = old | body | {"id": old["id"]}
    world.put("settings", METHODS_POLICY, policy | {"authenticationMethodConfigurations": configurations})
    world.audit("Update authentication methods policy", _CATEGORY, {"id": old["id"]}, call.caller.app_id)
    return empty()


_CA = "/identity/conditionalAccess"
ROUTES: dict[str, Handler] = {
    f"POST {_CA}/policies": _create_policy,
    f"PATCH {_CA}/policies/{{id}}": _patch_policy,
    f"DELETE {_CA}/policies/{{id}}": _delete(POLICIES),
    f"GET {_CA}/deletedItems/policies": _deleted(POLICIES),
    f"POST {_CA}/deletedItems/policies/{{id}}/restore": _restore(POLICIES),
    f"DELETE {_CA}/deletedItems/policies/{{id}}": _purge,
    f"POST {_CA}/namedLocations": _create_location,
    f"PATCH {_CA}/namedLocations/{{id}}": _patch_location,
    f"DELETE {_CA}/namedLocations/{{id}}": _delete(LOCATIONS),
    f"GET {_CA}/deletedItems/namedLocations": _deleted(LOCATIONS),
    f"POST {_CA}/deletedItems/namedLocations/{{id}}/restore": _restore(LOCATIONS),
    f"PATCH /policies/{DEFAULTS}": _patch_defaults,
    f"PATCH /policies/{METHODS_POLICY}": _patch_methods_policy,
    f"PATCH /policies/{METHODS_POLICY}/authenticationMethodConfigurations/{{id}}": _patch_configuration,
}
