"""What the grants of the sign-in service have in common: how it refuses, which app asks, and who signs in when nobody is named."""

from __future__ import annotations

from collections.abc import Mapping

from unbroken.emulator.cloud.apps import APPS
from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.world import World
from unbroken.entra.well_known import GLOBAL_ADMINISTRATOR

Form = Mapping[str, str]
"""A posted form, or the query string."""


class OAuthRefusal(Exception):
    """An error of the sign-in service: `error`, an AADSTS number, and words."""

    def __init__(self, error: str, number: int, text: str, status: int = 400) -> None:
        """Take the OAuth error, the AADSTS number, the text, and the HTTP status."""
        super().__init__(text)
        self.error, self.number, self.text, self.status = error, number, text, status


def app_of(world: World, form: Form) -> Wire:
    """Return the app that asks.

    Raises:
        OAuthRefusal: it is not registered.
    """
    key = form.get("client_id", "").lower()
    app = world.of(APPS).get(key)
    if app is None:
        text = f"Application with identifier '{key}' was not found in the directory '{world.tenant_id}'."
        raise OAuthRefusal("unauthorized_client", 700016, text)
    return app


def administrator(world: World) -> str:
    """Return the id of the first Global Administrator, of the first user when there is none."""
    roles = [role for role in world.of("directoryRoles").values() if role.get("roleTemplateId") == GLOBAL_ADMINISTRATOR]
    holders = [member for role in roles for member in world.members(role["id"])]
    return next((member for member in holders if member in world.of("users")), next(iter(world.of("users"))))
