"""The emulated tenant's own reading of its directory: who is in which group, which address is where. Shares no code with `evaluate`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from ipaddress import ip_address, ip_network
from typing import Any

from unbroken.entra.location import COMPLIANT_NETWORK, MFA_TRUSTED_IPS
from unbroken.entra.well_known import ADMIN_PORTAL_APPS, MICROSOFT_TENANTS, OFFICE_365_APPS

Record = Mapping[str, Any]
_BUNDLES = {"Office365": OFFICE_365_APPS, "MicrosoftAdminPortals": ADMIN_PORTAL_APPS}


@cache
def in_range(address: str, cidr: str) -> bool:
    """Return whether `address` lies in `cidr`, or in `first-last`; an address of the other family does not."""
    ip = ip_address(address)
    if "-" in cidr:
        first, last = map(ip_address, cidr.split("-"))
        return ip.version == first.version and int(first) <= int(ip) <= int(last)
    network = ip_network(cidr)
    return ip.version == network.version and ip in network


class Tenant:
    """Everything outside its policies that decides a sign-in to one tenant, from the records Graph returns."""

    def __init__(
        self,
        collections: Mapping[str, Sequence[Record]],
        *,
        mfa_trusted_ips: Sequence[str] = (),
        baseline_scope_mode: str = "enforced",
        lists_are_whole: bool = False,
    ) -> None:
        """Take the collections of a tenant folder by name; a missing one is empty, and those that decide no sign-in are not looked at.

        Microsoft publishes the applications of its bundles by name, and not all of them. With `lists_are_whole` the tenant is one in
        which they are all: a service that runs must decide. Otherwise what may belong to a bundle is open.
        """
        self.mfa_trusted_ips = tuple(mfa_trusted_ips)
        self.baseline_scope_mode = baseline_scope_mode
        self._lists_are_whole = lists_are_whole
        self._parents: dict[str, list[str]] = {}
        for group in collections.get("groups", ()):
            for member in group["members"]:
                self._parents.setdefault(member["id"], []).append(group["id"])
        self._roles: dict[str, list[str]] = {}
        for role in collections.get("directoryRoles", ()):
            for member in role["members"]:
                self._roles.setdefault(member["id"], []).append(role["roleTemplateId"])
        self._locations = {record["id"]: record for record in collections.get("namedLocations", ())}
        strengths = collections.get("authenticationStrengthPolicies", ())
        self._strengths = {record["id"]: frozenset(map(ordered, record["allowedCombinations"])) for record in strengths}
        self._principals = {record["id"]: record for record in collections.get("servicePrincipals", ())}
        self._apps = {str(record.get("appId", "")).lower(): record for record in self._principals.values()}
        self._id = next((record["id"] for record in collections.get("organization", ())), "")
        self._access = next(iter(collections.get("crossTenantAccessPolicy", ())), None)
        self.security_defaults = any(each.get("isEnabled") for each in collections.get("identitySecurityDefaultsEnforcementPolicy", ()))
        self._per_user_mfa = {each["id"]: each["perUserMfaState"] for each in collections.get("userAuthenticationRequirements", ())}
        self._groups: dict[str, frozenset[str]] = {}

    def groups_of(self, member: str) -> frozenset[str]:
        """Return every group `member` is in, directly or through other groups; a cycle of groups ends the walk.

        Source: entra-docs, concept-conditional-access-users-groups.md (nested membership counts).
        """
        if member not in self._groups:
            found: set[str] = set()
            waiting = [member]
            while waiting:
                more = set(self._parents.get(waiting.pop(), ())) - found
                found |= more
                waiting += more
            self._groups[member] = frozenset(found)
        return self._groups[member]

    def roles_of(self, user: str) -> frozenset[str]:
        """Return the template ids of the roles that are active for `user`, its own and those of a group it is in."""
        holders = (user, *self.groups_of(user))
        return frozenset(role for holder in holders for role in self._roles.get(holder, ()))

    def trusted_locations(self) -> list[str]:
        """Return the ids of the locations marked as trusted, countries cannot be; and the MFA service settings' trusted addresses."""
        return [key for key, record in self._locations.items() if record.get("isTrusted")] + [MFA_TRUSTED_IPS]

    def is_at(self, location: str, address: str, country: str) -> bool | None:
        """Return whether a sign-in from `address` in `country` (`""`: unknown) is at the named location; a deleted one is nowhere.

        None: no address and no country tells (the compliant network, the place a phone says it is at).
        """
        if location == MFA_TRUSTED_IPS:
            return self.is_mfa_trusted(address)
        record = self._locations.get(location)
        if record is None:
            return None if location == COMPLIANT_NETWORK else False
        if "countriesAndRegions" in record:
            if record.get("countryLookupMethod") == "authenticatorAppGps":
                return None
            return country in record["countriesAndRegions"] if country else bool(record.get("includeUnknownCountriesAndRegions"))
        if "ipRanges" not in record:
            return None
        return any(in_range(address, _range(entry)) for entry in record["ipRanges"])

    def is_mfa_trusted(self, address: str) -> bool:
        """Return whether `address` is one of the MFA service settings' trusted ones."""
        return any(in_range(address, text) for text in self.mfa_trusted_ips)

    def locations_of(self, address: str, country: str) -> tuple[str, ...]:
        """Return the ids of the named locations that `address` in `country` is at."""
        return tuple(key for key in self._locations if self.is_at(key, address, country))

    def combinations(self, strength: str) -> frozenset[str]:
        """Return the combinations of methods that satisfy an authentication strength, the modes of each in alphabetical order."""
        return self._strengths.get(strength, frozenset())

    def is_in_bundle(self, app: str, bundle: str) -> bool | None:
        """Return whether an application belongs to a bundle; None: it is Microsoft's, or of an unknown owner, and no list names it."""
        if app in _BUNDLES[bundle]:
            return True
        owner = self._apps.get(app, {}).get("appOwnerOrganizationId")
        return False if self._lists_are_whole or (owner and owner not in MICROSOFT_TENANTS) else None

    def tags_of(self, app: str) -> dict[str, object] | None:
        """Return the custom security attributes of an application as filter rules name them (`set_name`); None: they were not read."""
        record = self._apps.get(app, {})
        if "customSecurityAttributes" not in record:
            return None
        sets: Record = record["customSecurityAttributes"] or {}
        return {f"{name}_{key}".lower(): value for name, values in sets.items() for key, value in values.items() if "@" not in key}

    def owns(self, service_principal: str) -> bool | None:
        """Return whether a workload identity is in scope: an application of this tenant alone, and no managed identity.

        Source: entra-docs, workload-identity.md. None: who owns it is not known.
        """
        record = self._principals.get(service_principal)
        if record is None:
            return None
        if record.get("servicePrincipalType") == "ManagedIdentity":
            return False
        owner = record.get("appOwnerOrganizationId")
        return owner == self._id if owner and self._id else None

    def trusts(self, home_tenant: str, claim: str) -> bool:
        """Return whether a claim of an external user's home tenant is accepted: `isMfaAccepted` and the like.

        A partner's setting comes before the default (Graph, crossTenantAccessPolicyInboundTrust).
        """
        access = self._access or {}
        partners = [each for each in access.get("partners", ()) if each["tenantId"] == home_tenant]
        settings = [(each.get("inboundTrust") or {}).get(claim) for each in (*partners, access.get("default") or {})]
        return next((setting for setting in settings if setting is not None), False)

    def per_user_mfa(self, user: str) -> str:
        """Return `perUserMfaState` of a user."""
        return str(self._per_user_mfa.get(user, "disabled"))


def ordered(combination: str) -> str:
    """Return a combination of methods with its modes in alphabetical order."""
    return ",".join(sorted(combination.split(",")))


def _range(entry: Record) -> str:
    return str(entry["cidrAddress"]) if "cidrAddress" in entry else f"{entry['lowerAddress']}-{entry['upperAddress']}"
