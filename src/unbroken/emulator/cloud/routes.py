"""Which handler answers which path."""

from __future__ import annotations

import re

from unbroken.emulator.cloud import (
    contexts,
    deleted_objects,
    delta,
    directory,
    directory_objects,
    group_reads,
    group_writes,
    health,
    location_writes,
    logs,
    mail,
    passkeys,
    policy_reads,
    policy_writes,
    role_requests,
    roles,
    setting_writes,
    sign_in_settings,
    templates,
    temporary_pass,
    user_methods,
    user_reads,
    user_writes,
    what_if,
)
from unbroken.emulator.cloud.message import Refusal
from unbroken.emulator.cloud.permissions import BETA_ONLY
from unbroken.emulator.cloud.tenancy import Handler

_USERS_AND_GROUPS = (user_reads, user_writes, group_reads, group_writes, deleted_objects, directory_objects, mail)
_DIRECTORY = (directory, *_USERS_AND_GROUPS, roles, role_requests, delta)
_METHODS = (user_methods, temporary_pass, passkeys, sign_in_settings)
_POLICIES = (policy_reads, policy_writes, location_writes, setting_writes, contexts, templates, what_if)
ROUTES: dict[str, Handler] = {
    key: handler for module in (*_DIRECTORY, *_METHODS, *_POLICIES, logs, health) for key, handler in module.ROUTES.items()
}
_FUNCTIONS = "delta|restore|evaluate|revokeSignInSessions|sendMail|getByIds|checkMemberGroups|getMemberGroups|usage"
_NAMED_FUNCTIONS = re.compile(rf"/microsoft\.graph\.({_FUNCTIONS})(\(\))?(?=/|$)")
_KEY = re.compile(r"\(([^()/]+)\)(?=/|$)")


def tidy(path: str) -> str:
    """Return a path with single slashes, ids as segments (`users('x')` is `users/x`) and functions by their short names."""
    path = re.sub(r"/{2,}", "/", path).rstrip("/")
    path = _NAMED_FUNCTIONS.sub(r"/\1", path)
    path = re.sub(r"/(delta|usage)\(\)$", r"/\1", path)
    return _KEY.sub(lambda found: "/" + found[1].strip("'"), path)


def _compiled() -> dict[str, list[tuple[re.Pattern[str], str]]]:
    """Return the patterns by method; those with fewer placeholders first, so that `/users/delta` is no user."""
    found: dict[str, list[tuple[re.Pattern[str], str]]] = {}
    for key in sorted(ROUTES, key=lambda key: key.count("{")):
        method, _, template = key.partition(" ")
        pattern = re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>[^/]+)", re.escape(template))
        found.setdefault(method, []).append((re.compile(pattern, re.IGNORECASE), key))
    return found


_PATTERNS = _compiled()


def route(method: str, path: str, version: str) -> tuple[str, dict[str, str]]:
    """Return the key of the route and what stands for its placeholders.

    Raises:
        Refusal: 400 for a path that the service does not know, 405 for one that does not take the method.
    """
    found = _match(method, path)
    if found and (version == "beta" or found[0] not in BETA_ONLY):
        return found
    if not found and any(_match(other, path) for other in _PATTERNS):
        raise Refusal(405, "Request_BadRequest", "Specified HTTP method is not allowed for the request target.")
    raise Refusal(400, "BadRequest", f"Resource not found for the segment '{path.rpartition('/')[2]}'.")


def _match(method: str, path: str) -> tuple[str, dict[str, str]] | None:
    for pattern, key in _PATTERNS.get(method, ()):
        found = pattern.fullmatch(path)
        if found:
            return key, found.groupdict()
    return None
