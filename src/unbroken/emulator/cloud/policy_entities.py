"""Policies, named locations, strengths, contexts, templates and authentication methods. Sources: as in `entity`."""

from __future__ import annotations

from unbroken.emulator.cloud.entity import Entity

POLICY = Entity(
    resource="ConditionalAccessPolicy",
    v1=(
        *("id", "templateId", "displayName", "description", "createdDateTime", "modifiedDateTime", "deletedDateTime", "state"),
        *("conditions", "grantControls", "sessionControls"),
    ),
    filters={"displayName": "eq startswith", "state": "eq", "id": "eq"},
)
NAMED_LOCATION = Entity(
    resource="NamedLocation",
    filters={"displayName": "eq startswith", "id": "eq", "createdDateTime": "ge le", "modifiedDateTime": "ge le"},
)
STRENGTH = Entity(resource="AuthenticationStrengthPolicy", filters={"policyType": "eq", "id": "eq"})
PARTNER = Entity(resource="CrossTenantAccessPolicyConfigurationPartner", unfiltered=True)
METHOD = Entity(resource="AuthenticationMethod", unfiltered=True)
AUTHENTICATION_CONTEXT = Entity(resource="AuthenticationContextClassReference", filters={"isAvailable": "eq", "id": "eq"})
TEMPLATE = Entity(resource="ConditionalAccessTemplate", unfiltered=True)
