"""Reads of Conditional Access, authentication strengths, security defaults, authentication methods and cross-tenant access."""

from __future__ import annotations

import re

from unbroken.emulator.cloud.entity import Entity
from unbroken.emulator.cloud.history import DEFAULTS, POLICIES
from unbroken.emulator.cloud.listing import context
from unbroken.emulator.cloud.message import Call, Reply, Wire
from unbroken.emulator.cloud.policy_entities import NAMED_LOCATION, PARTNER, POLICY, STRENGTH
from unbroken.emulator.cloud.reading import listed, one, page_of, single
from unbroken.emulator.cloud.selecting import shape
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import missing

SETTING = Entity(resource="Policy", unfiltered=True)
METHODS_POLICY = "authenticationMethodsPolicy"


def _setting(name: str) -> Handler:
    def handler(tenancy: Tenancy, call: Call) -> Reply:
        return one(call, tenancy.world.setting(name), SETTING)

    return handler


def _configurations(tenancy: Tenancy, call: Call) -> Reply:
    return page_of(tenancy, call, _shaped(tenancy, call), SETTING)


def _configuration(tenancy: Tenancy, call: Call) -> Reply:
    wanted = call.params["id"].lower()
    found = next((each for each in _shaped(tenancy, call) if each["id"].lower() == wanted), None)
    if found is None:
        raise missing(call.params["id"])
    return one(call, found, SETTING)


def _shaped(tenancy: Tenancy, call: Call) -> list[Wire]:
    """Return the configurations that this version of Graph knows."""
    policy = tenancy.world.setting(METHODS_POLICY)
    plain = Call("GET", call.path, call.version)
    found: list[Wire] = shape(plain, policy, SETTING).get("authenticationMethodConfigurations") or []
    return found


def _cross_tenant(tenancy: Tenancy, call: Call) -> Reply:
    tenancy.world.setting("crossTenantAccessPolicy")
    body = {"@odata.context": context(call, single=True), "displayName": "CrossTenantAccessPolicy", "allowedCloudEndpoints": []}
    return Reply(200, body)


def _cross_tenant_default(tenancy: Tenancy, call: Call) -> Reply:
    default = tenancy.world.setting("crossTenantAccessPolicy").get("default") or {}
    return one(call, {"isServiceDefault": False, **default}, SETTING)


def _partners(tenancy: Tenancy, call: Call) -> Reply:
    records = tenancy.world.setting("crossTenantAccessPolicy").get("partners") or []
    found = [{"id": record["tenantId"], **record} for record in records]
    reply = page_of(tenancy, call, found, PARTNER)
    for record in (reply.body or {})["value"]:
        del record["id"]  # partners are known by their tenant; the id served the paging
    return reply


def _usage(tenancy: Tenancy, call: Call) -> Reply:
    """Return the policies that demand a strength, by what it satisfies (api/authenticationstrengthpolicy-usage.md)."""
    world, key = tenancy.world, call.params["id"]
    kind = "mfa" if world.found("authenticationStrengthPolicies", key).get("requirementsSatisfied") == "mfa" else "none"
    found = [policy for policy in world.of(POLICIES).values() if _strength_of(policy) == key]
    shaped = [shape(Call("GET", call.path, call.version, headers=call.headers), policy, POLICY) for policy in found]
    return Reply(200, {"@odata.context": context(call, single=True), "none": [], "mfa": [], kind: shaped})


def _strength_of(policy: Wire) -> str | None:
    found: str | None = ((policy.get("grantControls") or {}).get("authenticationStrength") or {}).get("id")
    return found


def _by_mode(tenancy: Tenancy, call: Call) -> Reply:
    """Return the strengths that some methods can satisfy."""
    modes = set(_WORD.findall(call.params["arguments"].partition("=")[2]))
    strengths = tenancy.world.of("authenticationStrengthPolicies").values()
    return page_of(tenancy, call, [each for each in strengths if _satisfied_with(each, modes)], STRENGTH)


def _satisfied_with(strength: Wire, modes: set[str]) -> bool:
    return any(modes & set(combination.split(",")) for combination in strength["allowedCombinations"])


_WORD = re.compile(r"\w+")
_CA = "/identity/conditionalAccess"
ROUTES: dict[str, Handler] = {
    f"GET {_CA}/policies": listed("conditionalAccessPolicies", POLICY),
    f"GET {_CA}/policies/{{id}}": single("conditionalAccessPolicies", POLICY),
    f"GET {_CA}/namedLocations": listed("namedLocations", NAMED_LOCATION),
    f"GET {_CA}/namedLocations/{{id}}": single("namedLocations", NAMED_LOCATION),
    f"GET {_CA}/authenticationStrength/policies": listed("authenticationStrengthPolicies", STRENGTH),
    "GET /policies/authenticationStrengthPolicies": listed("authenticationStrengthPolicies", STRENGTH),
    "GET /policies/authenticationStrengthPolicies/{id}": single("authenticationStrengthPolicies", STRENGTH),
    "GET /policies/authenticationStrengthPolicies/{id}/usage": _usage,
    "GET /policies/authenticationStrengthPolicies/findByMethodMode/{arguments}": _by_mode,
    f"GET /policies/{DEFAULTS}": _setting(DEFAULTS),
    f"GET /policies/{METHODS_POLICY}": _setting(METHODS_POLICY),
    f"GET /policies/{METHODS_POLICY}/authenticationMethodConfigurations": _configurations,
    f"GET /policies/{METHODS_POLICY}/authenticationMethodConfigurations/{{id}}": _configuration,
    "GET /policies/crossTenantAccessPolicy": _cross_tenant,
    "GET /policies/crossTenantAccessPolicy/default": _cross_tenant_default,
    "GET /policies/crossTenantAccessPolicy/partners": _partners,
}
