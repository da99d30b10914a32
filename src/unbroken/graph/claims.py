"""What an access token says of itself. It is ours and meant for Graph, so its signature is not ours to check."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from typing import Any

import msgspec


@dataclass(frozen=True, slots=True)
class Claims:
    """Who the token is for; empty where it does not say."""

    tenant_id: str = ""
    app_id: str = ""
    app_name: str = ""
    person: str = ""
    """User principal name, when a person signed in."""
    permissions: frozenset[str] = frozenset()
    """Names of the Graph permissions: roles of an application, scopes of a person."""
    delegated: bool = False


def claims_of(token: str) -> Claims:
    """Return the claims of a JWT; none of what is no JWT."""
    body = _body(token)
    scopes, roles = body.get("scp"), body.get("roles")
    granted = scopes.split() if isinstance(scopes, str) else roles if isinstance(roles, list) else []
    return Claims(
        tenant_id=str(body.get("tid") or ""),
        app_id=str(body.get("appid") or body.get("azp") or ""),
        app_name=str(body.get("app_displayname") or ""),
        person=str(body.get("upn") or body.get("unique_name") or "") if isinstance(scopes, str) else "",
        permissions=frozenset(str(each) for each in granted),
        delegated=isinstance(scopes, str),
    )


def _body(token: str) -> dict[str, Any]:
    parts = token.split(".")
    if len(parts) != 3:
        return {}
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)), type=dict[str, Any])
    except (binascii.Error, ValueError, msgspec.DecodeError):
        return {}
