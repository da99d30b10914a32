"""What ids of one tenant are called: people, groups, roles, applications, named locations."""

from __future__ import annotations

from functools import cached_property

from unbroken.entra.location import ALL_TRUSTED, MFA_TRUSTED_IPS
from unbroken.entra.snapshot import Snapshot
from unbroken.evaluate.membership import ROLE
from unbroken.prove.well_known_apps import NAMES

TRUSTED_ADDRESSES = "the MFA service's trusted addresses"
_WORDS = {ALL_TRUSTED: "all trusted locations", MFA_TRUSTED_IPS: TRUSTED_ADDRESSES, "Office365": "Office 365"}


class Labels:
    """The names in one tenant's export; what has none is called by its id."""

    def __init__(self, snapshot: Snapshot) -> None:
        """Look names up in `snapshot`."""
        self._snapshot = snapshot

    @cached_property
    def groups(self) -> dict[str, str]:
        """Return the groups' names by id."""
        return {group.id: group.display_name or group.id for group in self._snapshot.groups.records}

    def holder(self, key: str) -> str:
        """Return a group or (`role:<template id>`) role as people say it."""
        role = key.removeprefix(ROLE)
        return f"role {self._roles.get(role, role)}" if key.startswith(ROLE) else f"group {self.groups.get(key, key)}"

    def user(self, user_id: str) -> str:
        """Return a user principal name."""
        return self._users.get(user_id) or user_id

    def app(self, app_id: str) -> str:
        """Return an application's name, in the export or well known."""
        known = self._apps.get(app_id.lower()) or NAMES.get(app_id.lower())
        return known or _WORDS.get(app_id, app_id)

    def location(self, name: str) -> str:
        """Return a named location's name, or what one of Microsoft's words for several means."""
        return self._locations.get(name) or _WORDS.get(name, name)

    @cached_property
    def _users(self) -> dict[str, str]:
        return {user.id: user.user_principal_name for user in self._snapshot.users.records}

    @cached_property
    def _roles(self) -> dict[str, str]:
        return {role.template_id: role.display_name or role.template_id for role in self._snapshot.roles.records}

    @cached_property
    def _apps(self) -> dict[str, str]:
        return {each.app_id.lower(): each.display_name for each in self._snapshot.service_principals.records if each.display_name}

    @cached_property
    def _locations(self) -> dict[str, str]:
        return {each.id: each.display_name for each in self._snapshot.locations.records}
