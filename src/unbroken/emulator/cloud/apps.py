"""The app registrations of the emulated tenant: who may get a token, and with which permissions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from uuid import UUID, uuid5

from unbroken.emulator.cloud.message import Refusal, Wire
from unbroken.emulator.cloud.world import World

APPS = "appRegistrations"
READ = (
    *("AuditLog.Read.All", "Policy.Read.All", "Policy.Read.AuthenticationMethod", "User.Read.All", "GroupMember.Read.All"),
    *("RoleManagement.Read.Directory", "RoleEligibilitySchedule.Read.Directory", "Application.Read.All", "Device.Read.All"),
    *("LicenseAssignment.Read.All", "Organization.Read.All", "ServiceHealth.Read.All", "Domain.Read.All", "MailboxSettings.Read"),
    *("UserAuthenticationMethod.Read.All", "IdentityRiskyUser.Read.All", "SecurityAlert.Read.All"),
)
"""What `assess` needs, and what it uses when it is there; nothing that writes."""
WRITE = (
    *("Policy.ReadWrite.ConditionalAccess", "Policy.ReadWrite.SecurityDefaults", "Policy.ReadWrite.AuthenticationMethod"),
    *("GroupMember.ReadWrite.All", "Group.ReadWrite.All", "User.ReadWrite.All", "UserAuthMethod-TAP.ReadWrite.All"),
    *("UserAuthMethod-Phone.ReadWrite.All", "UserAuthMethod-MicrosoftAuthApp.ReadWrite.All", "User.RevokeSessions.All"),
    "UserAuthMethod-Passkey.ReadWrite.All",
    *("RoleManagement.ReadWrite.Directory", "Mail.Send"),
)
"""What a rollout writes, from preparing it to helping people through it."""
ASSESS, ROLLOUT = "assess", "rollout"


def register_defaults(world: World) -> None:
    """Register the app that reads and the app that also writes, unless they are there."""
    for name, roles in ((ASSESS, READ), (ROLLOUT, (*READ, *WRITE))):
        if by_name(world, name) is None:
            register(world, name, roles)


def register(world: World, name: str, roles: Iterable[str], certificates: Iterable[str] = ()) -> Wire:
    """Register an app that has `roles` as application and as delegated permissions; its secret is made from its id.

    The secret opens nothing but this emulator, so that it need not be a secret.
    """
    key = str(uuid5(UUID(world.tenant_id), f"app {name}"))
    secret = "emulator-" + hashlib.sha256(f"{key} secret".encode()).hexdigest()[:32]
    record = {
        "id": key,
        "appId": key,
        "displayName": f"unbroken {name}",
        "secret": secret,
        "roles": sorted(set(roles)),
        "certificates": list(certificates),
    }
    return world.put(APPS, key, record)


def by_name(world: World, name: str) -> Wire | None:
    """Return an app that was registered under `name`."""
    return world.of(APPS).get(str(uuid5(UUID(world.tenant_id), f"app {name}")))


def register_from(world: World, body: Wire) -> Wire:
    """Register an app from JSON: `{"name", "roles": [...], "certificates": [PEM, ...]}`.

    Raises:
        Refusal: 400, a part is missing or of the wrong kind.
    """
    name, roles, certificates = body.get("name"), body.get("roles"), body.get("certificates", [])
    if not isinstance(name, str) or not isinstance(roles, list) or not isinstance(certificates, list):
        raise Refusal(400, "BadRequest", 'an app is {"name": "...", "roles": ["..."], "certificates": ["PEM"]}')
    return register(world, name, roles, certificates)
