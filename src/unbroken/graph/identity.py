"""Who we are to a tenant, and which commands the granted permissions are enough for."""

from __future__ import annotations

from dataclasses import dataclass

import msgspec

from unbroken.graph.claims import Claims, claims_of
from unbroken.graph.client import Graph
from unbroken.graph.failures import LicenceMissing, NotThere, PermissionMissing
from unbroken.graph.paging import listing
from unbroken.graph.permissions import ASSESS, COMMANDS, ENFORCE, CommandNeeds, granted

_CHANGING = frozenset({"Mail.Send", "User.RevokeSessions.All", "Group.Create"})
"""Permissions that change something without saying so in their names."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What the token says, and what Graph says of the tenant."""

    claims: Claims
    tenant_name: str
    """Empty when the token may not read the organization."""

    def may(self, permission: str) -> bool:
        """Return whether the token carries a permission, or one that includes it."""
        return granted(permission, self.claims.permissions)

    def missing(self, needs: CommandNeeds) -> tuple[str, ...]:
        """Return the permissions that one need lacks."""
        return tuple(each for each in needs.permissions if not self.may(each))

    @property
    def lacking(self) -> tuple[str, ...]:
        """Return what the read-only identity should have and this one has not."""
        return tuple(each for each in ASSESS if not self.may(each))

    @property
    def beyond(self) -> tuple[str, ...]:
        """Return the permissions to change something: a read-only identity should have none."""
        return tuple(
            sorted(each for each in self.claims.permissions if "Write" in each or each in {"Mail.Send", "User.RevokeSessions.All"})
        )

    @property
    def can_fetch(self) -> bool:
        """Return whether policies and users can be read, without which nothing can be asked."""
        return not any(self.missing(each) for each in COMMANDS if each.needed)

    @property
    def can_enforce(self) -> bool:
        """Return whether everything the writing identity needs is there."""
        return all(self.may(each) for each in ENFORCE)


class _Organization(msgspec.Struct, rename="camel"):
    display_name: str | None = None


def identity_of(graph: Graph, token: str) -> Identity:
    """Return the identity behind `token`, proved by one request that Graph answered.

    Raises:
        GraphFailure: Graph does not accept the token, or does not answer.
    """
    try:
        found = listing(graph, "v1.0/organization?$select=id,displayName")
    except (PermissionMissing, LicenceMissing, NotThere):  # the token was accepted, which is what was asked
        found = []
    name = msgspec.json.decode(found[0], type=_Organization).display_name if found else ""
    return Identity(claims_of(token), name or "")
