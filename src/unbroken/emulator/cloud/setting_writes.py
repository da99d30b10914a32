"""Writes to what a tenant has one of: security defaults, and the authentication methods policy with its configurations."""

from __future__ import annotations

from unbroken.emulator.cloud.history import DEFAULTS, POLICIES
from unbroken.emulator.cloud.message import Call, Refusal, Reply, Wire, empty
from unbroken.emulator.cloud.policy_reads import METHODS_POLICY
from unbroken.emulator.cloud.policy_writes import CATEGORY
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import missing


def _patch_defaults(tenancy: Tenancy, call: Call) -> Reply:
    world, wanted = tenancy.world, call.json().get("isEnabled")
    if not isinstance(wanted, bool):
        raise Refusal(400, "BadRequest", "isEnabled must be true or false.")
    if wanted and any(policy["state"] == "enabled" for policy in world.of(POLICIES).values()):
        message = "Security Defaults cannot be enabled while Conditional Access policies are enabled in the tenant."
        raise Refusal(400, "BadRequest", message)
    world.put("settings", DEFAULTS, world.setting(DEFAULTS) | {"isEnabled": wanted})
    world.audit("Update security defaults", CATEGORY, {"id": DEFAULTS, "displayName": "Security Defaults"}, call.caller.app_id)
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
    world.audit("Update authentication methods policy", CATEGORY, {"id": METHODS_POLICY}, call.caller.app_id)
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
    world.audit("Update authentication methods policy", CATEGORY, {"id": old["id"]}, call.caller.app_id)
    return empty()


ROUTES: dict[str, Handler] = {
    f"PATCH /policies/{DEFAULTS}": _patch_defaults,
    f"PATCH /policies/{METHODS_POLICY}": _patch_methods_policy,
    f"PATCH /policies/{METHODS_POLICY}/authenticationMethodConfigurations/{{id}}": _patch_configuration,
}
