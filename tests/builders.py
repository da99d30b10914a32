"""Small makers of wire records as Graph returns them, and of tenant folders on disk; every test room may use them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
MFA_STRENGTH = "00000000-0000-0000-0000-000000000002"
PHISHING_RESISTANT_STRENGTH = "00000000-0000-0000-0000-000000000004"

Record = dict[str, Any]


def guid(name: str) -> str:
    """Return the same GUID for the same name."""
    return str(uuid5(NAMESPACE_URL, name))


def user(name: str, **properties: Any) -> Record:
    """Return an enabled, licensed member `name@contoso.example`; `properties` add to the record or replace what is in it."""
    return {
        "id": guid(name),
        "userPrincipalName": f"{name}@contoso.example",
        "displayName": name.title(),
        "mail": f"{name}@contoso.example",
        "accountEnabled": True,
        "userType": "Member",
        "creationType": None,
        "externalUserState": None,
        "onPremisesSyncEnabled": None,
        "assignedLicenses": [{"skuId": guid("E3"), "disabledPlans": []}],
    } | properties


def guest(name: str, home: str = "fabrikam.example", **properties: Any) -> Record:
    """Return an invited guest from `home`."""
    invited = {
        "userPrincipalName": f"{name}_{home}#EXT#@contoso.example",
        "userType": "Guest",
        "creationType": "Invitation",
        "externalUserState": "Accepted",
        "assignedLicenses": [],
    }
    return user(name) | invited | properties


def group(name: str, *members: str, **properties: Any) -> Record:
    """Return a group of the users or groups called `members`."""
    return {"id": guid(name), "displayName": name, "members": [{"id": guid(member)} for member in members]} | properties


def role(template_id: str, *members: str, **properties: Any) -> Record:
    """Return an activated directory role held by the users or groups called `members`."""
    holders = [{"id": guid(member)} for member in members]
    return {"id": guid(f"role {template_id}"), "roleTemplateId": template_id, "displayName": "", "members": holders} | properties


def registration(name: str, *methods: str, **properties: Any) -> Record:
    """Return the registration details of the user `name`: capable of MFA when there is any method."""
    capable = bool(methods)
    record = {"id": guid(name), "userPrincipalName": f"{name}@contoso.example", "isMfaRegistered": capable, "isMfaCapable": capable}
    return record | {"isAdmin": False, "methodsRegistered": list(methods)} | properties


def ip_location(name: str, *ranges: str, trusted: bool = False, **properties: Any) -> Record:
    """Return a named location of CIDR `ranges`."""
    kinds = {True: "#microsoft.graph.iPv6CidrRange", False: "#microsoft.graph.iPv4CidrRange"}
    record = {"@odata.type": "#microsoft.graph.ipNamedLocation", "id": guid(name), "displayName": name, "isTrusted": trusted}
    return record | {"ipRanges": [{"@odata.type": kinds[":" in each], "cidrAddress": each} for each in ranges]} | properties


def country_location(name: str, *countries: str, unknown: bool = False, **properties: Any) -> Record:
    """Return a named location of two-letter `countries`."""
    record = {"@odata.type": "#microsoft.graph.countryNamedLocation", "id": guid(name), "displayName": name}
    lookup = {"countryLookupMethod": "clientIpAddress", "includeUnknownCountriesAndRegions": unknown}
    return record | {"countriesAndRegions": list(countries)} | lookup | properties


def service_principal(name: str, app_id: str = "", **properties: Any) -> Record:
    """Return an enterprise application."""
    record = {"id": guid(f"sp {name}"), "appId": app_id or guid(f"app {name}"), "displayName": name}
    return record | {"servicePrincipalType": "Application", "appOwnerOrganizationId": guid("contoso")} | properties


def policy(name: str = "MFA for all", *, controls: tuple[str, ...] = ("mfa",), operator: str = "OR", **conditions: Any) -> Record:
    """Return an enabled policy for everybody and every app; `conditions` replace members of the condition set.

    `state`, `id`, `grantControls` and `sessionControls` among them replace those of the policy.
    """
    outer = {key: conditions.pop(key) for key in ("state", "id", "grantControls", "sessionControls") if key in conditions}
    everyone = {"users": {"includeUsers": ["All"]}, "applications": {"includeApplications": ["All"]}, "clientAppTypes": ["all"]}
    return {
        "id": guid(f"policy {name}"),
        "displayName": name,
        "state": "enabled",
        "createdDateTime": "2026-01-05T08:00:00Z",
        "modifiedDateTime": None,
        "conditions": everyone | conditions,
        "grantControls": {"operator": operator, "builtInControls": list(controls), "customAuthenticationFactors": [], "termsOfUse": []},
        "sessionControls": None,
    } | outer


def write_tenant(path: Path, *, facts: str = "", **collections: Any) -> Path:
    """Write a tenant folder: one `NAME.json` per keyword, and `facts` as `unbroken.toml`; return the folder."""
    path.mkdir(parents=True, exist_ok=True)
    for name, records in collections.items():
        write_json(path / f"{name}.json", records)
    if facts:
        (path / "unbroken.toml").write_text(facts, encoding="utf-8", newline="\n")
    return path


def write_json(path: Path, value: Any, *, encoding: str = "utf-8") -> Path:
    """Write `value` as JSON, folders included; return the file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(value, indent=1), encoding=encoding, newline="\n")
    return path
