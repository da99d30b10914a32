"""Issues the tokens: for an app by itself, for a user through an app, with a refresh token and an id token where they are asked for."""

from __future__ import annotations

from dataclasses import dataclass

from unbroken.emulator.cloud.message import Wire
from unbroken.emulator.cloud.oauth import OAuthRefusal
from unbroken.emulator.cloud.openid import OPENID_SCOPES
from unbroken.emulator.cloud.tokens import AUDIENCE, GRAPH, LIFETIME_SECONDS, REFRESH_SECONDS, SigningKey
from unbroken.emulator.cloud.world import World

REFRESH = "refresh"
"""Audience of refresh tokens."""


@dataclass(frozen=True, slots=True)
class Issuer:
    """Signs tokens of one tenant with one key."""

    world: World
    key: SigningKey

    def for_user(self, app: Wire, user: str, scopes: tuple[str, ...], nonce: str = "") -> Wire:
        """Return the answer that lets an app act for a user.

        Raises:
            OAuthRefusal: none of the scopes is consented to.
        """
        asked = {scope.removeprefix(f"{GRAPH}/") for scope in scopes} - OPENID_SCOPES
        consented = {*app["roles"], "User.Read"}
        granted = consented if ".default" in asked or not asked else asked & consented
        if not granted:
            text = (
                "The user or administrator has not consented to use the application with ID "
                f"'{app['appId']}'. Send an interactive authorization request for this user and resource."
            )
            raise OAuthRefusal("invalid_grant", 65001, text)
        record = self.world.user(user)
        claims = {"scp": " ".join(sorted(granted)), "oid": user, "sub": user, "idtyp": "user", "upn": record["userPrincipalName"]}
        body = self.access(app, claims, GRAPH) | {"scope": " ".join(f"{GRAPH}/{name}" for name in sorted(granted))}
        if "offline_access" in scopes:
            body["refresh_token"] = self._refresh_token(app, user, scopes)
        return body | {"id_token": self._id_token(app, record, nonce)} if "openid" in scopes else body

    def _refresh_token(self, app: Wire, user: str, scopes: tuple[str, ...]) -> str:
        ends = int(self.world.real_time()) + REFRESH_SECONDS
        claims = {"aud": REFRESH, "exp": ends, "app": app["appId"], "user": user, "scopes": list(scopes)}
        return self.key.sign(claims | {"revocations": self.revocations(user)})

    def _id_token(self, app: Wire, user: Wire, nonce: str) -> str:
        now = int(self.world.real_time())
        claims = {
            "aud": app["appId"],
            "iss": f"https://login.microsoftonline.com/{self.world.tenant_id}/v2.0",
            "tid": self.world.tenant_id,
            "ver": "2.0",
            "iat": now,
        }
        named = {"oid": user["id"], "sub": user["id"], "preferred_username": user["userPrincipalName"], "name": user["displayName"]}
        once = {"nonce": nonce} if nonce else {}
        return self.key.sign(claims | named | once | {"nbf": now, "exp": now + LIFETIME_SECONDS})

    def access(self, app: Wire, claims: Wire, resource: str) -> Wire:
        """Return an access token; one for this emulator is one for Graph."""
        now = int(self.world.real_time())
        audience = resource if resource in AUDIENCE or resource.startswith("https://management.") else GRAPH
        common = {
            "aud": audience,
            "iss": f"https://sts.windows.net/{self.world.tenant_id}/",
            "tid": self.world.tenant_id,
            "appid": app["appId"],
            "ver": "1.0",
        }
        times = {"iat": now, "nbf": now, "exp": now + LIFETIME_SECONDS, "app_displayname": app["displayName"]}
        token = self.key.sign(common | times | claims)
        return {"token_type": "Bearer", "expires_in": LIFETIME_SECONDS, "ext_expires_in": LIFETIME_SECONDS, "access_token": token}

    def revocations(self, user: str) -> int:
        """Return how often the sessions of a user were revoked."""
        return int(self.world.of("revocations").get(user, {"count": 0})["count"])
