"""`/identity/conditionalAccess/templates`: six of Microsoft's templates, by their real ids, names, scenarios and conditions.

Source: api-reference/v1.0/api/conditionalaccessroot-list-templates.md and an answer of the real service. The descriptions are our own.
"""

from __future__ import annotations

from unbroken.emulator.cloud.message import Call, Reply, Wire
from unbroken.emulator.cloud.policy_entities import TEMPLATE
from unbroken.emulator.cloud.reading import one, page_of
from unbroken.emulator.cloud.tenancy import Handler, Tenancy
from unbroken.emulator.cloud.world import missing

CURRENT_ADMINISTRATOR = "Current administrator will be excluded"
"""What the service writes for the user that has yet to be known."""
_ADMINISTRATORS = (
    *("62e90394-69f5-4237-9190-012177145e10", "194ae4cb-b126-40b2-bd5b-6091b380977d", "f28a1f50-f6e7-4571-818b-6a12f2af6b6c"),
    *("29232cdf-9323-42fd-ade2-1d097af3e4de", "b1be1c3e-b65d-4f19-8427-f6fa0d97feb9", "729827e3-9c14-49f7-bb1b-9608f156bbb8"),
    *("b0f54661-2d74-4c50-afa3-1ec803f12efe", "fe930be7-5e62-47db-91af-98c3a49a38b1", "c4e39bd9-1100-46d3-8c65-fb160da0071f"),
    *("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "158c047a-c907-4556-b7ef-446551a6b5f7", "966707d0-3269-4727-9be2-8c3a10f19b9d"),
    *("7be44c8a-adaf-4e2a-84d6-ab2649e08a13", "e8611ab8-c189-46e8-94e1-60213ab1f814"),
)
_SYNCHRONISATION = "d29b2b05-8046-44ba-8758-1e26182fcf32"
_GLOBAL_ADMINISTRATOR = "62e90394-69f5-4237-9190-012177145e10"
_AZURE = "797f4846-ba00-4fd7-ba43-dac1f8f63013"


_EVERY_LIST = ("includeUsers", "includeGroups", "excludeGroups", "includeRoles", "excludeRoles")
_APP_LISTS = ("excludeApplications", "includeUserActions", "includeAuthenticationContextClassReferences")


def _details(
    control: str, *, users: Wire, clients: tuple[str, ...] = ("all",), apps: Wire | None = None, places: Wire | None = None
) -> Wire:
    """Return the policy of a template: everybody but the current administrator, every app, unless something else is said."""
    guests = {"includeGuestsOrExternalUsers": None, "excludeGuestsOrExternalUsers": None}
    conditions: Wire = {name: [] for name in ("userRiskLevels", "signInRiskLevels", "servicePrincipalRiskLevels")}
    conditions |= dict.fromkeys(("insiderRiskLevels", "platforms", "devices", "clientApplications", "authenticationFlows"))
    conditions |= {"clientAppTypes": list(clients), "locations": places}
    every_app: Wire = {"includeApplications": ["All"]} | {name: [] for name in _APP_LISTS} | {"applicationFilter": None}
    conditions["applications"] = every_app | (apps or {})
    conditions["users"] = {name: [] for name in _EVERY_LIST} | {"excludeUsers": [CURRENT_ADMINISTRATOR]} | guests | users
    grant: Wire = {"operator": "OR", "builtInControls": [control], "customAuthenticationFactors": [], "termsOfUse": []}
    return {"conditions": conditions, "grantControls": grant | {"authenticationStrength": None}, "sessionControls": None}


_REGISTRATION = _details(
    "mfa",
    users={
        "includeUsers": ["All"],
        "excludeUsers": ["GuestsOrExternalUsers", CURRENT_ADMINISTRATOR],
        "excludeRoles": [_GLOBAL_ADMINISTRATOR],
    },
    apps={"includeApplications": [], "includeUserActions": ["urn:user:registersecurityinfo"]},
    places={"includeLocations": ["All"], "excludeLocations": ["AllTrusted"]},
)
_TEMPLATES = (
    (
        "c7503427-338e-4c5e-902d-abe252abfb43",
        "Require multifactor authentication for admins",
        "Administrators of fourteen roles give a second factor.",
        "secureFoundation,zeroTrust,protectAdmins",
        _details("mfa", users={"includeRoles": list(_ADMINISTRATORS)}),
    ),
    (
        "b8bda7f8-6584-4446-bce9-d871480e53fa",
        "Securing security info registration",
        "Methods are registered at trusted places, or with a second factor.",
        "secureFoundation,zeroTrust,remoteWork",
        _REGISTRATION,
    ),
    (
        "0b2282f9-2862-4178-88b5-d79340b36cb8",
        "Block legacy authentication",
        "Clients that cannot do multifactor authentication are blocked.",
        "secureFoundation,zeroTrust,remoteWork,protectAdmins",
        _details("block", users={"includeUsers": ["All"]}, clients=("exchangeActiveSync", "other")),
    ),
    (
        "a3d0a415-b068-4326-9251-f9cdf9feeb64",
        "Require multifactor authentication for all users",
        "Everybody but the accounts of directory synchronisation gives a second factor.",
        "secureFoundation,zeroTrust,remoteWork",
        _details("mfa", users={"includeUsers": ["All"], "excludeRoles": [_SYNCHRONISATION]}),
    ),
    (
        "a4072ac0-722b-4991-981b-7f9755daef14",
        "Require multifactor authentication for guest access",
        "Guests and external users give a second factor.",
        "zeroTrust,remoteWork",
        _details("mfa", users={"includeUsers": ["GuestsOrExternalUsers"]}),
    ),
    (
        "d8c51a9a-e6b1-454d-86af-554e7872e2c1",
        "Require multifactor authentication for Azure management",
        "Whoever manages Azure gives a second factor.",
        "secureFoundation,zeroTrust,protectAdmins",
        _details("mfa", users={"includeUsers": ["All"]}, apps={"includeApplications": [_AZURE]}),
    ),
)
TEMPLATES: dict[str, Wire] = {
    key: {"id": key, "name": name, "description": text, "scenarios": scenarios, "details": details}
    for key, name, text, scenarios, details in _TEMPLATES
}


def _list(tenancy: Tenancy, call: Call) -> Reply:
    return page_of(tenancy, call, list(TEMPLATES.values()), TEMPLATE)


def _one(_: Tenancy, call: Call) -> Reply:
    if call.params["id"] not in TEMPLATES:
        raise missing(call.params["id"])
    return one(call, TEMPLATES[call.params["id"]], TEMPLATE)


_PATH = "/identity/conditionalAccess/templates"
ROUTES: dict[str, Handler] = {f"GET {_PATH}": _list, f"GET {_PATH}/{{id}}": _one}
