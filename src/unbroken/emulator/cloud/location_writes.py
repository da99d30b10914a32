"""Writes to named locations; one that is trusted, or that a policy names, is not deleted."""

from __future__ import annotations

from ipaddress import ip_network
from typing import Any

from unbroken.emulator.cloud.history import POLICIES
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire
from unbroken.emulator.cloud.policy_shape import READ_ONLY
from unbroken.emulator.cloud.policy_writes import LOCATIONS, deleted, list_deleted, restore, written
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import World


def _create_location(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    _check_location(body)
    key = world.new_id("namedLocation")
    record = {"@odata.type": body["@odata.type"], "id": key, "createdDateTime": world.now, "modifiedDateTime": world.now}
    return written(tenancy, call, LOCATIONS, record | {name: value for name, value in body.items() if name not in record}, "Add")


def _patch_location(tenancy: Tenancy, call: Call) -> Reply:
    world, body = tenancy.world, call.json()
    old = world.found(LOCATIONS, call.params["id"])
    if body.get("@odata.type", old["@odata.type"]) != old["@odata.type"]:
        raise _no_location("a location cannot change its type")
    record = old | {name: value for name, value in body.items() if name not in READ_ONLY} | {"modifiedDateTime": world.now}
    _check_location(record)
    return written(tenancy, call, LOCATIONS, record, "Update")


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


def _delete(tenancy: Tenancy, call: Call) -> Reply:
    _refuse_in_use(tenancy.world, call.params["id"])
    return deleted(tenancy, call, LOCATIONS)


def _refuse_in_use(world: World, key: str) -> None:
    record = world.found(LOCATIONS, key)
    if record.get("isTrusted"):
        raise Refusal(400, "BadRequest", "A trusted named location cannot be deleted. Set isTrusted to false first.")
    for policy in world.of(POLICIES).values():
        locations = policy["conditions"].get("locations") or {}
        if key in (*(locations.get("includeLocations") or ()), *(locations.get("excludeLocations") or ())):
            raise Refusal(400, "BadRequest", f"The named location is used by the policy '{policy['displayName']}'.")


_CA = "/identity/conditionalAccess"
ROUTES: dict[str, Handler] = {
    f"POST {_CA}/namedLocations": _create_location,
    f"PATCH {_CA}/namedLocations/{{id}}": _patch_location,
    f"DELETE {_CA}/namedLocations/{{id}}": _delete,
    f"GET {_CA}/deletedItems/namedLocations": list_deleted(LOCATIONS),
    f"POST {_CA}/deletedItems/namedLocations/{{id}}/restore": restore(LOCATIONS),
}
