"""What the sign-in service says of itself: OpenID metadata and instance discovery."""

from __future__ import annotations

from unbroken.emulator.cloud.message import Wire

OPENID_SCOPES = frozenset({"openid", "profile", "email", "offline_access"})
METADATA, KEYS, DISCOVERY = "v2.0/.well-known/openid-configuration", "discovery/v2.0/keys", "discovery/instance"
"""Paths below a tenant's."""


def metadata(root: str, tenant: str) -> Wire:
    """Return the OpenID configuration of a tenant."""
    at = f"{root}/{tenant}"
    return {
        "issuer": f"{at}/v2.0",
        "authorization_endpoint": f"{at}/oauth2/v2.0/authorize",
        "token_endpoint": f"{at}/oauth2/v2.0/token",
        "device_authorization_endpoint": f"{at}/oauth2/v2.0/devicecode",
        "jwks_uri": f"{at}/{KEYS}",
        "response_types_supported": ["code", "id_token", "code id_token"],
        "response_modes_supported": ["query", "form_post"],
        "subject_types_supported": ["pairwise"],
        "scopes_supported": sorted(OPENID_SCOPES),
        "id_token_signing_alg_values_supported": ["RS256"],
        "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
        "tenant_region_scope": None,
        "cloud_instance_name": "microsoftonline.com",
        "msgraph_host": "graph.microsoft.com",
    }


def discovery(root: str, tenant: str) -> Wire:
    """Return which names the sign-in service has."""
    host = root.partition("://")[2]
    known = {"preferred_network": host, "preferred_cache": host, "aliases": [host]}
    return {"tenant_discovery_endpoint": f"{root}/{tenant}/{METADATA}", "api-version": "1.1", "metadata": [known]}
