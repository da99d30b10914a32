"""What `unbroken prove` and `unbroken diff` lose without an export. A fact that is missing may take a "holds" away, never bring one."""

from __future__ import annotations

NOTHING = "nothing"

PROOF_COSTS = {
    "conditionalAccessPolicies": "nothing holds but what proposed policies close by themselves; what a change makes stricter is unknown",
    "users": "nothing holds, and no account is named: only external users without an account here are spoken of",
    "groups": "whom a policy with a group means is unknown, and who is in a break-glass group",
    "directoryRoles": "whom a policy with a role means is unknown, and who the administrators of `admins-can-sign-in` are",
    "servicePrincipals": "applications that no policy names are one; whether a policy with an application filter applies is unknown",
    "devices": "the devices of `admins-can-sign-in` are unknown; of everybody else every device that can be is considered anyway",
    "namedLocations": "whether a policy with a location applies is unknown: only who is concerned at every place is named",
    "authenticationStrengthPolicies": "whether an authentication strength of the tenant's own proves MFA is unknown",
    "userRegistrationDetails": "whether administrators and break-glass accounts can do what is demanded of them is unknown",
    "authenticationMethodsPolicy": "an unregistered account is taken to be allowed some method, and the answer says so",
    "userAuthenticationRequirements": "per-user MFA is taken as disabled, and the answer says so; else `break-glass-free` may not hold",
    "identitySecurityDefaultsEnforcementPolicy": "whether a property holds is unknown unless a policy is enabled",
    "crossTenantAccessPolicy": "whether MFA and devices of guests' home tenants are trusted is unknown where that decides",
    "subscribedSkus": NOTHING,
    "domains": "all domains are taken as managed, and the answer says so",
    "federationConfigurations": "whether administrators can do MFA at a federated domain's own identity provider is unknown",
    "organization": "the proof is called by the name of the folder",
    "roleAssignments": "nothing, as long as directoryRoles is there",
    "roleEligibilitySchedules": NOTHING,
    "signIns": NOTHING,
    "nonInteractiveSignIns": NOTHING,
    "directoryAudits": NOTHING,
}
"""Collection of the tenant folder -> what a proof loses without it; the keys are those of `evaluate.limits.COSTS`, in its order."""
