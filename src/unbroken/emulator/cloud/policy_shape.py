"""Checks a Conditional Access policy that a client sends, and fills in what the service fills in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from unbroken.emulator.cloud.message import Refusal, Wire
from unbroken.emulator.cloud.world import World

STATES = frozenset({"enabled", "disabled", "enabledForReportingButNotEnforced"})
_SCHEMA = "1007: Incoming ConditionalAccessPolicy object is null or does not match the schema of ConditionalAccessPolicy type."
_DOCUMENTED = (
    "For examples, please see API documentation at https://docs.microsoft.com/en-us/graph/api/conditionalaccessroot-post-policies."
)
DEFAULTS_ON = "Security Defaults is enabled in the tenant. You must disable Security defaults before enabling a Conditional Access policy."
_LISTS = {
    "clientAppTypes": frozenset({"all", "browser", "mobileAppsAndDesktopClients", "exchangeActiveSync", "easSupported", "other"}),
    "signInRiskLevels": frozenset({"low", "medium", "high", "none"}),
    "userRiskLevels": frozenset({"low", "medium", "high", "none"}),
    "servicePrincipalRiskLevels": frozenset({"low", "medium", "high", "none"}),
}
_OBJECTS = frozenset(
    {"applications", "users", "platforms", "locations", "devices", "clientApplications", "authenticationFlows", "insiderRiskLevels"}
)
_BETA_CONDITIONS = frozenset({"agents", "agentIdRiskLevels", "agentContext", "deviceStates", "times"})
_USERS = ("includeUsers", "excludeUsers", "includeGroups", "excludeGroups", "includeRoles", "excludeRoles")
_GUESTS = ("includeGuestsOrExternalUsers", "excludeGuestsOrExternalUsers")
_APPLICATIONS = (
    *("includeApplications", "excludeApplications", "includeUserActions"),
    "includeAuthenticationContextClassReferences",
)
_CONTROLS = frozenset(
    {
        *("block", "mfa", "compliantDevice", "domainJoinedDevice", "approvedApplication", "compliantApplication", "passwordChange"),
        "riskRemediation",
    }
)
_GRANTS = frozenset({"operator", "builtInControls", "customAuthenticationFactors", "termsOfUse", "authenticationStrength"})
_SESSIONS = frozenset(
    {
        *("applicationEnforcedRestrictions", "cloudAppSecurity", "persistentBrowser", "signInFrequency", "disableResilienceDefaults"),
        *("secureSignInSession", "continuousAccessEvaluation", "globalSecureAccessFilteringProfile"),
    }
)
READ_ONLY = frozenset({"id", "createdDateTime", "modifiedDateTime", "templateId", "deletedDateTime"})
_WRITTEN = frozenset({"displayName", "description", "state", "conditions", "grantControls", "sessionControls"})


def mismatch(detail: str) -> Refusal:
    """Return the refusal of a policy that is not one; the real service does not say the detail."""
    return Refusal(400, "BadRequest", f"{_SCHEMA} {_DOCUMENTED} ({detail})")


def complete(world: World, body: Wire) -> Wire:
    """Return a whole policy, without its id and times, from what a client sent.

    Raises:
        Refusal: 400, it is no policy, or asks too little.
    """
    unknown = sorted(name for name in body if name not in _WRITTEN | READ_ONLY and "@" not in name)
    if unknown:
        raise mismatch(f"unknown property {unknown[0]}")
    if not isinstance(body.get("displayName"), str) or not body["displayName"].strip():
        raise mismatch("displayName is missing")
    if body.get("state") not in STATES:
        raise mismatch("state is not one of " + ", ".join(sorted(STATES)))
    found = {
        "displayName": body["displayName"],
        "description": body.get("description"),
        "state": body["state"],
        "conditions": _conditions(body.get("conditions")),
        "grantControls": _grant(world, body.get("grantControls")),
        "sessionControls": _session(body.get("sessionControls")),
    }
    _enough(found)
    return found


def refuse_under_defaults(world: World, state: object) -> None:
    """Refuse to enable a policy while security defaults are on.

    Raises:
        Refusal: 400.
    """
    settings = world.of("settings").get("identitySecurityDefaultsEnforcementPolicy") or {}
    if state == "enabled" and settings.get("isEnabled"):
        raise Refusal(400, "BadRequest", DEFAULTS_ON)


def _conditions(sent: Any) -> Wire:  # noqa: ANN401 -- what a client sent
    if not isinstance(sent, dict):
        raise mismatch("conditions are missing")
    unknown = sorted(name for name in sent if name not in _LISTS.keys() | _OBJECTS | _BETA_CONDITIONS and "@" not in name)
    if unknown:
        raise mismatch(f"unknown condition {unknown[0]}")
    found: Wire = {name: _words(sent.get(name), words, name) for name, words in _LISTS.items()}
    found["clientAppTypes"] = found["clientAppTypes"] or ["all"]
    found |= {name: sent.get(name) for name in sorted(_OBJECTS)}
    found["applications"] = _lists(sent.get("applications"), _APPLICATIONS, ("applicationFilter",), "applications")
    found["users"] = _lists(sent.get("users"), _USERS, _GUESTS, "users")
    return found


def _words(sent: Any, allowed: frozenset[str], name: str) -> list[str]:  # noqa: ANN401 -- as above
    words = [] if sent is None else sent
    if not isinstance(words, list) or not allowed.issuperset(words):
        raise mismatch(f"{name} holds an unknown value")
    return list(words)


def _lists(sent: Any, names: tuple[str, ...], objects: tuple[str, ...], where: str) -> Wire:  # noqa: ANN401 -- as above
    sent = {} if sent is None else sent
    if not isinstance(sent, dict):
        raise mismatch(f"{where} is no object")
    unknown = sorted(name for name in sent if name not in {*names, *objects, "networkAccess"} and "@" not in name)
    if unknown or any(not isinstance(sent.get(name) or [], list) for name in names):
        raise mismatch(f"unknown or wrong property in {where}")
    found: Wire = {name: list(sent.get(name) or []) for name in names}
    return found | {name: sent.get(name) for name in objects}


def _grant(world: World, sent: Any) -> Wire | None:  # noqa: ANN401 -- as above
    if sent is None:
        return None
    if not isinstance(sent, dict) or any(name not in _GRANTS and "@" not in name for name in sent):
        raise mismatch("unknown property in grantControls")
    if sent.get("operator") not in {"AND", "OR", None}:
        raise mismatch("operator is neither AND nor OR")
    return {
        "operator": sent.get("operator") or "OR",
        "builtInControls": _words(sent.get("builtInControls"), _CONTROLS, "builtInControls"),
        "customAuthenticationFactors": list(sent.get("customAuthenticationFactors") or []),
        "termsOfUse": list(sent.get("termsOfUse") or []),
        "authenticationStrength": _strength(world, sent),
    }


def _strength(world: World, sent: Mapping[str, Any]) -> Wire | None:
    """Return the authentication strength in whole: clients name it by id, or bind it."""
    bound = sent.get("authenticationStrength@odata.bind")
    named = (sent.get("authenticationStrength") or {}).get("id")
    key = str(bound).rstrip("/").rpartition("/")[2].strip("'") if bound else named
    if not key:
        return None
    found = world.of("authenticationStrengthPolicies").get(key)
    if found is None:
        raise mismatch(f"there is no authentication strength {key}")
    return found


def _session(sent: Any) -> Wire | None:  # noqa: ANN401 -- as above
    if sent is None:
        return None
    if not isinstance(sent, dict) or any(name not in _SESSIONS and "@" not in name for name in sent):
        raise mismatch("unknown property in sessionControls")
    return sent if any(value for name, value in sent.items() if "@" not in name) else None


def _enough(policy: Wire) -> None:
    """Let a policy pass that names an application, a user and a control."""
    conditions, grant = policy["conditions"], policy["grantControls"] or {}
    applications, users = conditions["applications"], conditions["users"]
    included = [name for name in (*_USERS, *_GUESTS) if name.startswith("include")]
    if not any(applications[name] for name in _APPLICATIONS if name.startswith("include")) and not applications["applicationFilter"]:
        raise mismatch("no application, user action or authentication context is included")
    if not any(users[name] for name in included) and not conditions["clientApplications"]:
        raise mismatch("no user is included")
    if not any(grant.get(name) for name in _GRANTS - {"operator"}) and not policy["sessionControls"]:
        raise mismatch("there is neither a grant nor a session control")
